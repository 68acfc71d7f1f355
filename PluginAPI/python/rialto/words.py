"""The contract's numbers by name; each is a whole number and compares as one."""

from enum import IntEnum

NONE = 0xFFFFFFFF
"""Says "none" or "any" where an index of an instrument, model or row stands."""
BATCH_MAX = 4096
"""Most rows of one batch."""
WARM_UP = 1
"""The batch's flag: history before the run."""
OPEN_LOOP = 1
"""The needs' flag: it reads no own events."""
SECOND = 1_000_000_000
"""Nanoseconds of a second."""


class Kind(IntEnum):
    """Kinds of events, in the order in which they come within one time."""

    STATUS = 2
    OWN_ORDERS = 4
    FILLS = 5
    ACCOUNT = 6
    TRADES = 7
    QUOTES = 8
    BOOKS = 9
    BOOK_DELTAS = 10
    BARS = 11
    MARKS = 12
    FUNDING = 13
    OPEN_INTEREST = 14
    LIQUIDATIONS = 15
    TEXTS = 16
    FORECASTS = 17
    TIMERS = 18
    SERIES = 20


class Side(IntEnum):
    """Direction of an order."""

    UNKNOWN = 0
    BUY = 1
    SELL = 2


class Lifetime(IntEnum):
    """How long an order works; one that expires is good till that time."""

    GOOD_TILL_CANCEL = 0
    IMMEDIATE_OR_CANCEL = 1
    FILL_OR_KILL = 2


class OrderState(IntEnum):
    """What an order has come to."""

    SUBMITTED = 1
    ACCEPTED = 2
    PARTLY_FILLED = 3
    FILLED = 4
    CANCELED = 5
    REJECTED = 6
    EXPIRED = 7
    UNKNOWN = 8


class Reason(IntEnum):
    """Why an order was rejected or ended."""

    NONE = 0
    SIZE = 1
    NOTIONAL = 2
    BAND = 3
    POSITION = 4
    DRAWDOWN = 5
    CAPITAL = 6
    SHORT = 7
    NO_PRICE = 8
    UNKNOWN_ORDER = 9
    VENUE = 10
    LINKED = 11
    UNSUPPORTED = 12
    DUPLICATE = 13
    OVERFLOW = 14
    TAKES = 15
    UNFILLED = 16
    SELF_TRADE = 17
    LIQUIDATED = 18
    CLOSED = 19
    LOST = 20
    MINIMUM = 21


class Liquidity(IntEnum):
    """How a fill came about."""

    MAKER = 1
    TAKER = 2
    INTERNAL = 3


class Trading(IntEnum):
    """What trading in an instrument, or what is heard of it, has come to."""

    OPEN = 1
    CLOSED = 2
    HALTED = 3
    GAP = 4
    STALE = 5
    RECONNECT = 6
    LIVE = 7


class Log(IntEnum):
    """Levels of a log line."""

    ERROR = 1
    WARNING = 2
    INFO = 3
    DEBUG = 4
