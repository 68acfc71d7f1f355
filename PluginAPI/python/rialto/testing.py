"""A host for tests, in Python alone: push events, run, look at what the plugin wanted.

    host = TestHost(Mine, length=2)
    for time, close in enumerate([100, 101, 102], start=1):
        host.bar(time, close=close)
    assert [(i.time_ns, i.quantity) for i in host.run()] == [(3, 1)]
"""

from __future__ import annotations

from array import array
from decimal import Decimal
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple, Type

from .drive import Instance
from .events import (
    Account, Bar, Book, BookDelta, Fill, Forecast, Funding, Liquidation, Mark, OpenInterest,
    Order, Quote, SeriesEvent, Status, Text, Timer, Trade)
from .parameters import DECIMAL
from .plugin import Instrument, Model, Plugin
from .series import ARGUMENT, MEMORY, NAME_MAX, SERIES_MAX, UNSUPPORTED
from .words import BATCH_MAX, WARM_UP, Kind

FIELDS = (
    "kind", "side", "order_type", "lifetime", "row", "instrument", "flags", "link", "algorithm",
    "reason", "order_id", "link_id", "quantity", "price", "trigger", "stop", "take_profit",
    "time_stop_ns", "expires_ns", "duration_ns", "shown", "rate_e6", "leverage_e2", "text", "key")
FORECAST_FIELDS = (
    "row", "instrument", "kind", "horizon_ns", "valid_ns", "confidence", "value", "deviation",
    "levels", "values", "series")
KINDS = {
    Status: Kind.STATUS, Order: Kind.OWN_ORDERS, Fill: Kind.FILLS, Account: Kind.ACCOUNT,
    Trade: Kind.TRADES, Quote: Kind.QUOTES, Book: Kind.BOOKS, BookDelta: Kind.BOOK_DELTAS,
    Bar: Kind.BARS, Mark: Kind.MARKS, Funding: Kind.FUNDING, OpenInterest: Kind.OPEN_INTEREST,
    Liquidation: Kind.LIQUIDATIONS, Forecast: Kind.FORECASTS, Timer: Kind.TIMERS,
    SeriesEvent: Kind.SERIES, Text: Kind.TEXTS}
INTENTS_MAX, FORECASTS_MAX = 1024, 4096
FORMATS = {
    "instrument": "I", "model": "I", "first_level": "I", "bid_count": "I", "ask_count": "I",
    "first_position": "I", "position_count": "I", "position_instrument": "I", "side": "B",
    "taker_side": "B", "last": "B", "final": "B", "halted": "B", "kind": "B", "status": "B",
    "state": "B", "liquidity": "B", "reason": "H", "order_id": "Q", "sequence": "Q",
    "timer_id": "Q", "series": "I", "confidence": "d", "value": "d", "deviation": "d",
    "weight": "d"}


class Wanted(NamedTuple):
    """What a plugin said, at the time of the event that it answers."""

    time_ns: int
    fields: Dict[str, Any]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.fields[name]
        except KeyError:
            raise AttributeError(f"there is no {name}; there are {', '.join(self.fields)}")


def _columns(kind: Kind, events: Sequence[Any]) -> Dict[str, bytes]:
    """The columns of a kind, as the host lays them out."""
    table: Dict[str, Sequence[Any]] = {}
    if kind is Kind.BOOKS:
        levels = [level for book in events for level in (*book.bids, *book.asks)]
        table = {
            "time_ns": [b.time_ns for b in events], "instrument": [b.instrument for b in events],
            "bid_count": [len(b.bids) for b in events], "ask_count": [len(b.asks) for b in events],
            "first_level": _firsts([len(b.bids) + len(b.asks) for b in events]),
            "level_price": [one.price for one in levels],
            "level_quantity": [one.quantity for one in levels]}
    elif kind is Kind.ACCOUNT:
        table = {name: [getattr(one, name) for one in events] for name in Account._fields[:-1]}
        table["position_count"] = [len(one.positions) for one in events]
        table["first_position"] = _firsts([len(one.positions) for one in events])
        table["position_instrument"] = [at for one in events for at in one.positions]
        table["position_quantity"] = [held for one in events for held in one.positions.values()]
    else:
        table = {name: [getattr(one, name) for one in events] for name in events[0]._fields}
    if kind is Kind.BARS:
        table["close_time_ns"] = table["time_ns"]
        table["open_time_ns"] = [one.time_ns - one.interval_ns for one in events]
        table["final"] = [1] * len(events)
    return {name: _bytes(name, values) for name, values in table.items()}


def _bytes(name: str, values: Sequence[Any]) -> Any:
    if name in ("source", "author", "title", "body"):
        return tuple(values)
    if name in ("fee", "cash", "equity", "margin", "capital_left"):
        data = b"".join(int(one).to_bytes(16, "little", signed=True) for one in values)
        return memoryview(data)
    return memoryview(array(FORMATS.get(name, "q"), values)).toreadonly()


def _firsts(counts: Sequence[int]) -> List[int]:
    return [sum(counts[:at]) for at in range(len(counts))]


class _Rows:
    """A batch of events, laid out in columns. `end` closes it as the host does."""

    def __init__(self, events: Sequence[Any], flags: int) -> None:
        kinds = [KINDS[type(one)] for one in events]
        self._flags, self._count = flags, len(events)
        self._single = int(kinds[0]) if len(set(kinds)) == 1 else 0
        self._columns: Dict[int, Dict[str, Any]] = {}
        self._kinds = array("B", kinds)
        self._places = array("I", [kinds[:at].count(kind) for at, kind in enumerate(kinds)]
                             if not self._single else range(len(kinds)))
        for kind in set(kinds):
            own = [one for one, of in zip(events, kinds) if of is kind]
            self._columns[int(kind)] = _columns(kind, own)

    def facts(self) -> Tuple[int, int, int]:
        return self._flags, self._count, self._single

    def order(self) -> Optional[Tuple[Any, Any]]:
        return None if self._single else (self._kinds, self._places)

    def column(self, kind: int, name: str) -> Any:
        columns = self._columns.get(int(kind))
        return None if columns is None else columns.get(name)


class TestHost:
    """Makes one instance of a plugin, hands it events and keeps what it said.

    Parameters are given by name; those that are not have their defaults.
    """

    __test__ = False  # For pytest: it holds no tests

    def __init__(self, plugin: Type[Plugin], *, instruments: Optional[List[Instrument]] = None,
                 seed: int = 1, **parameters: Any) -> None:
        self.plugin_class = plugin
        self._values = _values(plugin, parameters)
        self._instruments = instruments or [Instrument(0, "BTC/USD")]
        self._seed = seed
        self.publishes: List[str] = []
        """Names of the series that it publishes, each where its number says."""
        self.reads: List[str] = []
        """Names of the series that it reads."""
        self.instance = self._make()
        self.events: List[Any] = []
        self.said: List[Wanted] = []
        """What the plugin said so far."""

    @property
    def plugin(self) -> Plugin:
        """The author's object."""
        return self.instance.plugin

    def _make(self) -> Instance:
        return Instance(
            self.plugin_class, self._values, self._instruments, self._seed, self._number)

    def _number(self, name: str, is_published: bool) -> int:
        """The number of a series, as the host gives it."""
        if is_published and not issubclass(self.plugin_class, Model):
            return UNSUPPORTED
        if not 1 <= len(name.encode()) <= NAME_MAX or not _is_plain(name):
            return ARGUMENT
        names = self.publishes if is_published else self.reads
        if name not in names:
            if len(names) == SERIES_MAX:
                return MEMORY
            names.append(name)
        return names.index(name)

    def push(self, *events: Any) -> None:
        """Adds events, in the order of their times."""
        for event in events:
            if self.events and event.time_ns < self.events[-1].time_ns:
                raise ValueError(f"time was {event.time_ns}, before {self.events[-1].time_ns}")
            self.events.append(event)

    def bar(self, time_ns: int, *, close: int, open: int = 0, high: int = 0, low: int = 0,
            volume: int = 1, instrument: int = 0, interval_ns: int = 60_000_000_000) -> None:
        """Adds a bar; prices that are not given are the close."""
        self.push(Bar(time_ns, instrument, interval_ns, open or close, high or close, low or close,
                      close, volume))

    def trade(self, time_ns: int, price: int, quantity: int = 1, instrument: int = 0,
              side: int = 1) -> None:
        """Adds a trade."""
        self.push(Trade(time_ns, instrument, price, quantity, side))

    def number(self, name: str, time_ns: int, value: float, instrument: int = 0) -> None:
        """Adds a number of a series that it reads."""
        if name not in self.reads:
            known = ", ".join(self.reads) or "none"
            raise ValueError(f"it does not read series {name}; it reads {known}")
        self.push(SeriesEvent(time_ns, self.reads.index(name), instrument, value))

    def run(self, batch: int = BATCH_MAX, warm_up: bool = False) -> List[Wanted]:
        """Hands over what was pushed, in batches of at most `batch` events, as the host does.
        Returns what the plugin said to it."""
        before = len(self.said)
        while self.events:
            part = self.events[:min(batch, BATCH_MAX)]
            count = self._hand_over(part, WARM_UP if warm_up else 0)
            del self.events[:count]
        return self.said[before:]

    def _hand_over(self, part: List[Any], flags: int) -> int:
        is_model = issubclass(self.plugin_class, Model)
        capacity = FORECASTS_MAX if is_model else INTENTS_MAX
        count, items = self.instance.read(_Rows(part, flags), capacity)
        if not 0 < count <= len(part):
            raise AssertionError(f"it read {count} of {len(part)} events")
        names = FORECAST_FIELDS if is_model else FIELDS
        for item in items:
            fields = dict(zip(names, item))
            self.said.append(Wanted(part[fields["row"]].time_ns, fields))
        return count

    def reload(self) -> None:
        """Saves the instance and goes on with a new one that has loaded it."""
        state = self.instance.save()
        self.instance = self._make()
        self.instance.load(state)


def _is_plain(name: str) -> bool:
    """Whether a text has no control characters."""
    return not any(ord(one) < 0x20 or 0x7F <= ord(one) < 0xA0 for one in name)


def _values(plugin: Type[Plugin], given: Dict[str, Any]) -> Dict[int, Any]:
    known = {one.name: one for one in plugin.parameters}
    for name in given:
        if name not in known:
            raise TypeError(f"there is no parameter {name}; known: {', '.join(known)}")
    values: Dict[int, Any] = {}
    for name, one in known.items():
        value = given.get(name, one.initial)
        if value is None:
            raise TypeError(f"parameter {name} has no default and was not given")
        if one.kind == DECIMAL:
            exact = Decimal(value)
            decimals = max(0, -int(exact.as_tuple().exponent))
            value = (int(exact.scaleb(decimals)), decimals)
        values[one.id] = value
    return values
