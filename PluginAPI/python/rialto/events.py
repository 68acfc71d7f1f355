"""Events as values. Times are Unix nanoseconds UTC; prices and quantities are whole numbers of the
instrument's own unit; money is a whole number of 10^-18."""

from __future__ import annotations

from typing import Callable, Dict, List, NamedTuple, Sequence, Tuple

from .words import Kind


class Bar(NamedTuple):
    """A closed interval."""

    time_ns: int
    instrument: int
    interval_ns: int
    open: int
    high: int
    low: int
    close: int
    volume: int


class Trade(NamedTuple):
    """A trade printed on a venue."""

    time_ns: int
    instrument: int
    price: int
    quantity: int
    taker_side: int


class Quote(NamedTuple):
    """Best bid and ask; 0 where a side is empty."""

    time_ns: int
    instrument: int
    bid_price: int
    bid_quantity: int
    ask_price: int
    ask_quantity: int


class Level(NamedTuple):
    """One price of an order book."""

    price: int
    quantity: int


class Book(NamedTuple):
    """A whole order book, each side from the best on."""

    time_ns: int
    instrument: int
    bids: List[Level]
    asks: List[Level]


class BookDelta(NamedTuple):
    """A change of one level: its new quantity, 0 removes it."""

    time_ns: int
    instrument: int
    side: int
    last: int
    price: int
    quantity: int
    sequence: int


class Status(NamedTuple):
    """Trading, or what is heard of it, has changed; see `Trading`."""

    time_ns: int
    instrument: int
    status: int


class Funding(NamedTuple):
    """Funding was exchanged; `rate_e9` in 10^-9 of the position's value."""

    time_ns: int
    instrument: int
    rate_e9: int
    next_funding_ns: int


class Mark(NamedTuple):
    """What the venue values positions at."""

    time_ns: int
    instrument: int
    mark_price: int
    index_price: int


class OpenInterest(NamedTuple):
    """How much is open on the venue."""

    time_ns: int
    instrument: int
    quantity: int


class Liquidation(NamedTuple):
    """A position that the venue closed by force."""

    time_ns: int
    instrument: int
    side: int
    price: int
    quantity: int


class Forecast(NamedTuple):
    """What a model or the ensemble expects; `model` is `NONE` for the ensemble."""

    time_ns: int
    model: int
    instrument: int
    kind: int
    horizon_ns: int
    valid_until_ns: int
    confidence: float
    value: float
    deviation: float
    weight: float


class SeriesEvent(NamedTuple):
    """A number that a model has published under a name that this plugin reads."""

    time_ns: int
    series: int
    instrument: int
    value: float


class Order(NamedTuple):
    """What became of an order of this instance; see `OrderState` and `Reason`."""

    time_ns: int
    order_id: int
    instrument: int
    state: int
    side: int
    reason: int
    price: int
    quantity: int
    filled: int


class Fill(NamedTuple):
    """A fill of this instance; `order_id` is 0 when it serves a target."""

    time_ns: int
    order_id: int
    instrument: int
    side: int
    liquidity: int
    price: int
    quantity: int
    position: int
    fee: int


class Account(NamedTuple):
    """The instance's book, beside an own report; `positions` by instrument."""

    time_ns: int
    cash: int
    equity: int
    margin: int
    capital_left: int
    halted: int
    positions: Dict[int, int]


class Text(NamedTuple):
    """A news item or post: text to be read, never an instruction; `instrument` may be NONE."""

    time_ns: int
    venue_time_ns: int
    instrument: int
    source: str
    author: str
    title: str
    body: str


class Timer(NamedTuple):
    """A timer that was asked for has come."""

    time_ns: int
    timer_id: int


Values = Callable[[str, int, int], Sequence[int]]
"""Values of a column by its name, from one row up to another."""


def _cash(values: Values, name: str, row: int, end: int) -> List[int]:
    """Amounts as the contract has them: 16 bytes each."""
    data = bytes(values(name, 16 * row, 16 * end))
    return [int.from_bytes(data[at:at + 16], "little", signed=True)
            for at in range(0, len(data), 16)]


def _plain(make: Callable[..., NamedTuple], fields: Tuple[str, ...]):
    def events(values: Values, row: int, end: int) -> List[NamedTuple]:
        return list(map(make, *[values(name, row, end) for name in fields]))

    return events


def _books(values: Values, row: int, end: int) -> List[NamedTuple]:
    found: List[NamedTuple] = []
    firsts, bids, asks = (
        values(name, row, end) for name in ("first_level", "bid_count", "ask_count"))
    heads = zip(values("time_ns", row, end), values("instrument", row, end), firsts, bids, asks)
    for time_ns, instrument, first, bid_count, ask_count in heads:
        last = first + bid_count + ask_count
        levels = list(map(
            Level, values("level_price", first, last), values("level_quantity", first, last)))
        found.append(Book(time_ns, instrument, levels[:bid_count], levels[bid_count:]))
    return found


def _fills(values: Values, row: int, end: int) -> List[NamedTuple]:
    columns = [values(name, row, end) for name in Fill._fields[:-1]]
    return list(map(Fill, *columns, _cash(values, "fee", row, end)))


def _accounts(values: Values, row: int, end: int) -> List[NamedTuple]:
    money = [_cash(values, name, row, end) for name in Account._fields[1:5]]
    found: List[NamedTuple] = []
    firsts, counts = (values(name, row, end) for name in ("first_position", "position_count"))
    heads = zip(values("time_ns", row, end), *money, values("halted", row, end))
    for head, first, count in zip(heads, firsts, counts):
        held = zip(values("position_instrument", first, first + count),
                   values("position_quantity", first, first + count))
        found.append(Account(*head, dict(held)))
    return found


EVENTS = {
    kind: _plain(event, event._fields)
    for kind, event in {
        Kind.STATUS: Status, Kind.OWN_ORDERS: Order, Kind.TRADES: Trade, Kind.QUOTES: Quote,
        Kind.BOOK_DELTAS: BookDelta, Kind.BARS: Bar, Kind.MARKS: Mark, Kind.FUNDING: Funding,
        Kind.OPEN_INTEREST: OpenInterest, Kind.LIQUIDATIONS: Liquidation, Kind.TEXTS: Text,
        Kind.FORECASTS: Forecast, Kind.TIMERS: Timer, Kind.SERIES: SeriesEvent}.items()}
"""What makes the events of a kind from rows of its columns."""
EVENTS[Kind.BOOKS] = _books
EVENTS[Kind.FILLS] = _fills
EVENTS[Kind.ACCOUNT] = _accounts
