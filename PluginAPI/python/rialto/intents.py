"""What a strategy wants: it adds to `Intents`, and the host journals, checks and acts."""

from __future__ import annotations

from typing import List, NamedTuple, Optional, Tuple

from .words import Lifetime, Log, Side

TARGET, ORDER, CANCEL, REPLACE, TIMER, LOG, NOTE, SET = 1, 2, 3, 4, 5, 6, 7, 8
MARKET, LIMIT, STOP, STOP_LIMIT, TRAILING_STOP = 1, 2, 3, 4, 5
POST_ONLY, REDUCE_ONLY = 1, 2
GOOD_TILL_TIME = 3
OCO, OTO, BRACKET = 1, 2, 3

Intent = Tuple[object, ...]
"""One wish, in the order of the bridge's fields."""


class Algorithm(NamedTuple):
    """How the host is to work an order in parts; durations in nanoseconds, above 0."""

    number: int
    duration_ns: int
    quantity: int = 0
    rate_e6: int = 0

    @staticmethod
    def twap(duration_ns: int) -> Algorithm:
        """Equal parts over the duration; the rest goes to the market at its end."""
        return Algorithm(1, duration_ns)

    @staticmethod
    def vwap(duration_ns: int) -> Algorithm:
        """Parts as large as the volume that past sessions let expect."""
        return Algorithm(2, duration_ns)

    @staticmethod
    def participation(rate_e6: int, duration_ns: int = 0) -> Algorithm:
        """A share of the volume in 10^-6, 1...999_999."""
        return Algorithm(3, duration_ns, rate_e6=rate_e6)

    @staticmethod
    def iceberg(quantity: int, jitter_e6: int = 0, delay_ns: int = 0) -> Algorithm:
        """Shows `quantity`, and more when that has filled. Needs a limit."""
        return Algorithm(4, delay_ns, quantity, jitter_e6)

    @staticmethod
    def shortfall(duration_ns: int, aversion_e6: int = 0) -> Algorithm:
        """The schedule of least cost of Almgren and Chriss."""
        return Algorithm(5, duration_ns, rate_e6=aversion_e6)

    @staticmethod
    def maker_taker(duration_ns: int) -> Algorithm:
        """Waits in the book at the best price of its side, then takes."""
        return Algorithm(6, duration_ns)


class Intents:
    """Where a strategy says what it wants. In `on_batch` say which `row` it answers."""

    def __init__(self, capacity: int, room: int, is_warm_up: bool) -> None:
        self.is_warm_up = is_warm_up
        """Whether the events are history: learn from them, but neither act nor remember it."""
        self.items: List[Intent] = []
        self.row = 0
        self.stopping = 0
        self.has_timer = False
        self.capacity = capacity
        self.room = room
        self.text_size = 0

    def _add(self, kind: int, instrument: int = 0, row: Optional[int] = None, side: int = 0,
             order_type: int = 0, lifetime: int = 0, flags: int = 0, link: int = 0,
             algorithm: int = 0, reason: int = 0, order_id: int = 0, link_id: int = 0,
             quantity: int = 0, price: int = 0, trigger: int = 0, stop: int = 0,
             take_profit: int = 0, time_stop_ns: int = 0, expires_ns: int = 0,
             duration_ns: int = 0, shown: int = 0, rate_e6: int = 0,
             text: Optional[str] = None, key: Optional[str] = None) -> None:
        if kind <= TIMER:
            if self.is_warm_up:
                raise RuntimeError(
                    "it acts on history: look at intents.is_warm_up before it wants something")
            self.stopping += 1
        if len(self.items) >= self.capacity:
            raise RuntimeError(
                f"more than {self.capacity} intents in one batch: give the class per_group= or "
                "batch_rows=")
        self.items.append((
            kind, side, order_type, lifetime, self.row if row is None else row, instrument, flags,
            link, algorithm, reason, order_id, link_id, quantity, price, trigger, stop,
            take_profit, time_stop_ns, expires_ns, duration_ns, shown, rate_e6, 0, text, key))

    def target(self, instrument: int, quantity: int, *, stop: int = 0, take_profit: int = 0,
               time_stop_ns: int = 0, reason: int = 0, row: Optional[int] = None) -> None:
        """Wants a position of `quantity` (signed, in the instrument's unit); holds until replaced.

        `stop` and `take_profit` are prices of protection that the host keeps, 0 none;
        `time_stop_ns` closes the position this long after it opened, 0 never.
        """
        self._add(TARGET, instrument, row, quantity=quantity, stop=stop, take_profit=take_profit,
                  time_stop_ns=time_stop_ns, reason=reason)

    def order(self, id: int, instrument: int, side: int, quantity: int, *, limit: int = 0,
              trigger: int = 0, trailing: int = 0, stop: int = 0, take_profit: int = 0,
              reduce_only: bool = False, post_only: bool = False,
              lifetime: int = Lifetime.GOOD_TILL_CANCEL, expires_ns: int = 0,
              one_cancels_others: int = 0, after: int = 0, bracket_of: int = 0,
              algorithm: Optional[Algorithm] = None, reason: int = 0,
              row: Optional[int] = None) -> None:
        """Sends an order of its own: at the market, or with a limit, a trigger or a trail.

        `id` is the strategy's own, rising, above 0; `quantity` is above 0. Orders with one number
        in `one_cancels_others` cancel each other; one with `after` waits until that order filled;
        `bracket_of` is both.
        """
        if side not in (Side.BUY, Side.SELL):
            raise ValueError(f"side was {side!r}, allowed is Side.BUY or Side.SELL")
        if trailing > 0:
            order_type = TRAILING_STOP
        elif trigger > 0:
            order_type = STOP_LIMIT if limit > 0 else STOP
        else:
            order_type = LIMIT if limit > 0 else MARKET
        links = ((OCO, one_cancels_others), (OTO, after), (BRACKET, bracket_of))
        link, link_id = next(((kind, of) for kind, of in links if of > 0), (0, 0))
        how = algorithm or Algorithm(0, 0)
        self._add(ORDER, instrument, row, side, order_type,
                  GOOD_TILL_TIME if expires_ns > 0 else lifetime,
                  (POST_ONLY if post_only else 0) | (REDUCE_ONLY if reduce_only else 0),
                  link, how.number, reason, id, link_id, quantity, trailing or limit, trigger,
                  stop, take_profit, 0, expires_ns, how.duration_ns, how.quantity, how.rate_e6)

    def cancel(self, id: int, instrument: int, *, row: Optional[int] = None) -> None:
        """Takes an order back."""
        self._add(CANCEL, instrument, row, order_id=id)

    def replace(self, id: int, instrument: int, *, limit: int = 0, trigger: int = 0,
                quantity: int = 0, row: Optional[int] = None) -> None:
        """Changes an order; a 0 leaves that term as it is."""
        self._add(REPLACE, instrument, row, order_id=id, price=limit, trigger=trigger,
                  quantity=quantity)

    def timer(self, id: int, time_ns: int, *, row: Optional[int] = None) -> None:
        """Asks for `on_timer` at a time, Unix nanoseconds."""
        self._add(TIMER, 0, row, order_id=id, expires_ns=time_ns)
        self.has_timer = True

    def log(self, text: str, level: int = Log.INFO, *, row: Optional[int] = None) -> None:
        """Writes a line to the instance's log; `print` does too."""
        self._text(text)
        self._add(LOG, 0, row, reason=level, text=text)

    def note(self, instrument: int, text: str, *, row: Optional[int] = None) -> None:
        """Says why, for people; kept beside the intents of the same time."""
        self._text(text)
        self._add(NOTE, instrument, row, text=text)

    def set(self, key: str, value: str, *, row: Optional[int] = None) -> None:
        """Stores a value by its key, beside the instance."""
        self._text(key)
        self._text(value)
        self._add(SET, 0, row, text=value, key=key)

    TEXT_MAX = 1 << 16
    """Bytes of text that one batch takes."""

    def _text(self, text: str) -> None:
        self.text_size += len(text.encode())
        if self.text_size > self.TEXT_MAX:
            raise RuntimeError(f"texts of one time group are longer than {self.TEXT_MAX} bytes")

    def must_stop(self, open_loop: bool) -> bool:
        """Whether the run of events ends after this time group."""
        if self.text_size > self.TEXT_MAX // 4 * 3:
            return True
        if len(self.items) + self.room > self.capacity:
            return True
        return self.has_timer if open_loop else self.stopping > 0
