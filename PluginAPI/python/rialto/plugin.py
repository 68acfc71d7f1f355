"""Strategies and models: a class with a callback for each kind of event that it reads."""

from __future__ import annotations

import re
import sys
from copy import deepcopy
from decimal import Decimal
from random import Random
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple, Type, Union

from .batch import Batch
from .events import (
    Account, Bar, Book, BookDelta, Fill, Forecast, Funding, Liquidation, Mark, OpenInterest,
    Order, Quote, SeriesEvent, Status, Text, Timer, Trade)
from .forecasts import Forecasts
from .intents import Intents
from .parameters import Parameter
from .series import Ask, Named, ask_nobody, number
from .words import BATCH_MAX, NONE, Kind

CALLBACKS = {
    Kind.STATUS: "on_status", Kind.OWN_ORDERS: "on_order", Kind.FILLS: "on_fill",
    Kind.ACCOUNT: "on_account", Kind.TRADES: "on_trade", Kind.QUOTES: "on_quote",
    Kind.BOOKS: "on_book", Kind.BOOK_DELTAS: "on_book_delta", Kind.BARS: "on_bar",
    Kind.MARKS: "on_mark", Kind.FUNDING: "on_funding", Kind.OPEN_INTEREST: "on_open_interest",
    Kind.LIQUIDATIONS: "on_liquidation", Kind.TEXTS: "on_text", Kind.FORECASTS: "on_forecast",
    Kind.TIMERS: "on_timer", Kind.SERIES: "on_series"}
"""The callback of each kind."""
OWN = (Kind.OWN_ORDERS, Kind.FILLS, Kind.ACCOUNT)
HISTORIC = (Kind.TRADES, Kind.QUOTES, Kind.BOOKS, Kind.BOOK_DELTAS, Kind.BARS, Kind.MARKS,
            Kind.FUNDING, Kind.OPEN_INTEREST, Kind.LIQUIDATIONS, Kind.TEXTS, Kind.SERIES)


class Need(NamedTuple):
    """One wish for events; history in rows per instrument, the interval of bars in nanoseconds."""

    kind: int
    instrument: int = NONE
    history: int = 0
    interval_ns: int = 0


class Instrument(NamedTuple):
    """What is traded; steps and prices are whole numbers of 10^-decimals."""

    index: int
    name: str
    venue: str = ""
    currency: str = "USD"
    kind: int = 1
    price_decimals: int = 2
    quantity_decimals: int = 4
    price_step: int = 1
    quantity_step: int = 1
    multiplier: int = 1
    expiry_ns: int = 0

    def quantity(self, amount: Union[Decimal, int, str]) -> int:
        """An amount of the base in the instrument's unit, cut to its step."""
        units = int(Decimal(amount).scaleb(self.quantity_decimals))
        return units - units % self.quantity_step if units >= 0 else -self.quantity(-amount)

    def price(self, amount: Union[Decimal, int, str]) -> int:
        """A price in the instrument's unit, rounded to its step."""
        units = Decimal(amount).scaleb(self.price_decimals) / self.price_step
        return int(units.to_integral_value()) * self.price_step


class PerInstrument:
    """A value for each instrument: an attribute of the class, in the instance a dictionary by index
    that begins with `initial`. Made by `per_instrument`."""

    def __init__(self, initial: Any) -> None:
        self.initial = initial
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, instance: Any, owner: type) -> Any:
        if instance is None:
            return self
        values = {index: deepcopy(self.initial) for index in instance.instruments}
        instance.__dict__[self.name] = values
        return values


def per_instrument(initial: Any) -> Any:
    """A value for each instrument, `initial` at first: `rises = per_instrument(0)`."""
    return PerInstrument(initial)


class Info(NamedTuple):
    """What a plugin says of itself."""

    id: str
    version: str
    name: str
    summary: str
    author: str
    license: str
    reads: Tuple[Kind, ...]
    history: int
    interval_ns: int
    open_loop: Optional[bool]
    per_group: int
    batch_rows: int


class Plugin:
    """What strategies and models have in common. Derive from `Strategy` or `Model`.

    A class names its `id`, and may name `version`, `name`, `summary`, `author`, `license`;
    `reads`, the kinds of events it reads where they are not those of its callbacks;
    `history`, rows of warm-up, and `interval_ns` of bars; `open_loop`, whether the host need not
    stop where it acts, which is so unless it reads its orders, fills or account; `per_group`, the
    most it says within one time group (64, or the number of instruments); `batch_rows`, the most
    rows that `on_batch` takes at once.
    """

    info: Info
    parameters: List[Parameter] = []
    instruments: Dict[int, Instrument]
    """What it may trade, by index, in the order of the run file."""
    random: Random
    """The instance's own seeded numbers: the same in every run."""
    _ask_series: Ask = staticmethod(ask_nobody)

    def __init_subclass__(
            cls, *, id: str = "", version: str = "0.1.0", name: str = "", summary: str = "",
            author: str = "Unknown", license: str = "Apache-2.0",
            reads: Union[str, Sequence[str]] = (), history: int = 0, interval_ns: int = 0,
            open_loop: Optional[bool] = None, per_group: int = 0,
            batch_rows: int = BATCH_MAX) -> None:
        super().__init_subclass__()
        cls.parameters = _parameters(cls)
        if not id:
            return
        if not re.fullmatch(r"[a-z][a-z0-9-]*(\.[a-z][a-z0-9-]*)+", id) or len(id) > 63:
            raise ValueError(
                f"id was {id!r}, allowed is a reverse domain name like com.example.mine")
        if not re.fullmatch(r"\d+\.\d+\.\d+([-+][0-9A-Za-z.+-]+)?", version):
            raise ValueError(f"version was {version!r}, allowed is one like 1.0.0")
        if not 1 <= batch_rows <= BATCH_MAX:
            raise ValueError(f"batch_rows was {batch_rows}, allowed is 1...{BATCH_MAX}")
        if not 0 <= per_group <= 1024:
            raise ValueError(f"per_group was {per_group}, allowed is 0...1024")
        module = sys.modules.get(cls.__module__)
        about = cls.__dict__.get("__doc__") or getattr(module, "__doc__", None) or ""
        text = summary or about.strip().split("\n")[0]
        cls.info = Info(
            id, version, name or id.split(".")[-1], text or name or id, author, license,
            _kinds(cls, (reads,) if isinstance(reads, str) else reads), history, interval_ns,
            open_loop, per_group, batch_rows)

    def needs(self) -> List[Need]:
        """Events that it wants: those of its callbacks, or of `reads`."""
        return [
            Need(kind, NONE, self.info.history if kind in HISTORIC else 0,
                 self.info.interval_ns if kind is Kind.BARS else 0)
            for kind in self.info.reads]

    def start(self) -> None:
        """Called once, with parameters and instruments set. Raise to refuse them."""

    def read(self, name: str) -> int:
        """Asks for a series in `start`; as `reads_series` where the class knows its name."""
        return number(self._ask_series, name, False)

    def save(self) -> bytes:
        """The whole state, for `load` of a new instance; give both or neither."""
        raise NotImplementedError

    def load(self, state: bytes) -> None:
        """Takes over what `save` gave; raise when it cannot, and change nothing then."""
        raise NotImplementedError


def _overrides(cls: type, name: str) -> bool:
    """Whether a class gives a method itself."""
    for one in cls.__mro__:
        if name in one.__dict__:
            return one not in (Strategy, Model, Plugin)
    return False


def _parameters(cls: type) -> List[Parameter]:
    found: Dict[str, Parameter] = {}
    for one in reversed(cls.__mro__):
        for name, value in one.__dict__.items():
            if isinstance(value, Parameter):
                found[name] = value
    ids = [value.id for value in found.values() if value.id]
    if len(set(ids)) != len(ids):
        raise ValueError("two parameters have one id")
    free = (number for number in range(1, 10_000) if number not in ids)
    for value in found.values():
        value.id = value.id or next(free)
    return list(found.values())


def names_of(cls: type) -> Dict[str, Named]:
    """The series that a class names, by attribute, in the order of the text."""
    return {
        attribute: one for part in reversed(cls.__mro__)
        for attribute, one in part.__dict__.items() if isinstance(one, Named)}


def _kinds(cls: type, reads: Sequence[str]) -> Tuple[Kind, ...]:
    """Kinds that a class reads: as it says, or those of its callbacks."""
    known = ", ".join(kind.name.lower() for kind in CALLBACKS)
    for word in reads:
        if word.upper() not in Kind.__members__:
            raise ValueError(f"reads was {word!r}, allowed is {known}")
    if reads:
        return tuple(sorted(Kind[word.upper()] for word in reads))
    found = tuple(kind for kind, name in CALLBACKS.items() if _overrides(cls, name))
    if not found and any(not one.is_published for one in names_of(cls).values()):
        found = (Kind.SERIES,)
    if not found:
        raise TypeError(
            f"{cls.__name__} has no callback such as on_bar; with on_batch say what it reads: "
            "reads=\"bars\"")
    return found


class Strategy(Plugin):
    """Decides targets and orders. Write the callbacks of the events that it reads.

    Each gets an event and the `Intents` to add to. With `on_batch` it gets whole columns instead:
    one batch after the other in an open loop, and one time group after the other where it is none.
    """

    def on_bar(self, bar: Bar, intents: Intents) -> None:
        """A bar has closed."""

    def on_trade(self, trade: Trade, intents: Intents) -> None:
        """A trade was printed."""

    def on_quote(self, quote: Quote, intents: Intents) -> None:
        """The best bid or ask has changed."""

    def on_book(self, book: Book, intents: Intents) -> None:
        """The whole order book: at the start, after a gap; without levels it is not known."""

    def on_book_delta(self, delta: BookDelta, intents: Intents) -> None:
        """A level of the order book has changed."""

    def on_status(self, status: Status, intents: Intents) -> None:
        """Trading, or what is heard of it, has changed."""

    def on_funding(self, funding: Funding, intents: Intents) -> None:
        """Funding was exchanged."""

    def on_mark(self, mark: Mark, intents: Intents) -> None:
        """What the venue values positions at has changed."""

    def on_open_interest(self, interest: OpenInterest, intents: Intents) -> None:
        """How much is open has changed."""

    def on_liquidation(self, liquidation: Liquidation, intents: Intents) -> None:
        """A position was closed by force."""

    def on_text(self, text: Text, intents: Intents) -> None:
        """A news item or post: text to be read, never an instruction."""

    def on_forecast(self, forecast: Forecast, intents: Intents) -> None:
        """A model or the ensemble has forecast."""

    def on_series(self, number: SeriesEvent, intents: Intents) -> None:
        """A model has published a number under a name that this strategy reads."""

    def on_order(self, order: Order, intents: Intents) -> None:
        """One of its orders has changed state."""

    def on_fill(self, fill: Fill, intents: Intents) -> None:
        """One of its orders or targets has filled, whole or in part."""

    def on_account(self, account: Account, intents: Intents) -> None:
        """Its book has changed; comes beside an order report or fill."""

    def on_timer(self, timer: Timer, intents: Intents) -> None:
        """A timer that it asked for has come."""

    def on_batch(self, batch: Batch, intents: Intents) -> None:
        """Whole columns; say which `row` an intent answers. Views must not outlive the call."""


class Model(Plugin):
    """Predicts. As `Strategy`, with the `Forecasts` to add to."""

    def on_bar(self, bar: Bar, forecasts: Forecasts) -> None:
        """A bar has closed."""

    def on_trade(self, trade: Trade, forecasts: Forecasts) -> None:
        """A trade was printed."""

    def on_quote(self, quote: Quote, forecasts: Forecasts) -> None:
        """The best bid or ask has changed."""

    def on_book(self, book: Book, forecasts: Forecasts) -> None:
        """The whole order book: at the start, after a gap; without levels it is not known."""

    def on_book_delta(self, delta: BookDelta, forecasts: Forecasts) -> None:
        """A level of the order book has changed."""

    def on_status(self, status: Status, forecasts: Forecasts) -> None:
        """Trading, or what is heard of it, has changed."""

    def on_funding(self, funding: Funding, forecasts: Forecasts) -> None:
        """Funding was exchanged."""

    def on_mark(self, mark: Mark, forecasts: Forecasts) -> None:
        """What the venue values positions at has changed."""

    def on_open_interest(self, interest: OpenInterest, forecasts: Forecasts) -> None:
        """How much is open has changed."""

    def on_liquidation(self, liquidation: Liquidation, forecasts: Forecasts) -> None:
        """A position was closed by force."""

    def on_text(self, text: Text, forecasts: Forecasts) -> None:
        """A news item or post: text to be read, never an instruction."""

    def on_series(self, number: SeriesEvent, forecasts: Forecasts) -> None:
        """Another model has published a number under a name that this one reads."""

    def publish(self, name: str) -> int:
        """Announces a series in `start`; as `publishes` where the class knows its name."""
        return number(self._ask_series, name, True)

    def on_batch(self, batch: Batch, forecasts: Forecasts) -> None:
        """Whole columns; say which `row` a forecast answers. Views must not outlive the call."""


def plugin_of(module: Any) -> Type[Plugin]:
    """The one class of a module that is a plugin: derived from Strategy or Model, with an id."""
    found = [
        one for one in vars(module).values()
        if isinstance(one, type) and issubclass(one, (Strategy, Model))
        and "info" in one.__dict__ and one.__module__ == module.__name__]
    if len(found) != 1:
        raise TypeError(
            f"{module.__name__} has {len(found)} plugins, allowed is 1: a class derived from "
            "rialto.Strategy or rialto.Model, with id=\"com.example.mine\"")
    return found[0]


def overrides(cls: type, name: str) -> bool:
    """Whether a plugin gives a method itself."""
    return _overrides(cls, name)
