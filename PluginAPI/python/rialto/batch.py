"""A batch as whole columns: views of the host's memory, read only, valid for the call only."""

from __future__ import annotations

from array import array
from typing import Any, Dict, List, Optional, Protocol, Sequence, Tuple

from .events import EVENTS
from .words import WARM_UP, Kind

try:
    import numpy
except ImportError:  # The package has no NumPy of its own: columns are memoryviews
    numpy = None  # type: ignore[assignment]


MONEY = ("fee", "cash", "equity", "margin", "capital_left")
"""Columns of 128 bits, which no array has."""


class Rows(Protocol):
    """Where columns come from: the bridge, or the test host."""

    def facts(self) -> Tuple[int, int, int]:
        """Flags, entries and the single kind or 0."""

    def order(self) -> Optional[Tuple[Any, Any]]:
        """Kind and row of each entry; None where all are of the single kind."""

    def column(self, kind: int, name: str) -> Any:
        """A buffer with the values of a column; None where there is none."""


def _view(column: Any, first: int, end: int) -> Any:
    """An array without a copy; without NumPy a memoryview."""
    if numpy is None:
        return memoryview(column)[first:end]
    return numpy.asarray(memoryview(column))[first:end]


class Columns:
    """The columns of one kind, by their names in the contract: `batch.bars.close`."""

    def __init__(self, rows: Rows, kind: int, first: int, end: int, entry: Sequence[int]) -> None:
        self._rows, self._kind, self._first, self._end = rows, kind, first, end
        self.entry = entry
        """Entry of the batch that each row is: what an intent names as its `row`."""

    def __len__(self) -> int:
        return self._end - self._first

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in MONEY:
            raise AttributeError(f"{name} is money: read it from the events")
        column = self._rows.column(self._kind, name) if len(self) else array("q")
        if column is None:
            raise AttributeError(f"the batch has no {Kind(self._kind).name.lower()}.{name}")
        if name.startswith(("level_", "position_")) and name != "position_count":
            view = _view(column, 0, len(memoryview(column)))
        elif isinstance(column, tuple):  # Texts
            view = column[self._first:self._end]
        else:
            view = _view(column, self._first, self._end)
        self.__dict__[name] = view
        return view


class Batch:
    """Entries from the front of what the host has handed over, whole time groups."""

    def __init__(self, rows: Rows, count: int, kinds: Optional[List[int]],
                 places: Optional[List[int]]) -> None:
        flags, _, self._single = rows.facts()
        self._rows, self._kinds, self._places = rows, kinds, places
        self.count = count
        """Entries of this batch."""
        self.is_warm_up = bool(flags & WARM_UP)
        """Whether it is history."""
        self._made: Dict[int, Columns] = {}

    def __len__(self) -> int:
        return self.count

    def columns(self, kind: int) -> Columns:
        """The columns of a kind, which may have no rows."""
        found = self._made.get(kind)
        if found is None:
            found = self._made[kind] = self._find(kind)
        return found

    def _find(self, kind: int) -> Columns:
        if self._kinds is None or self._places is None:
            count = self.count if kind == self._single else 0
            return Columns(self._rows, kind, 0, count, range(count))
        entries = [at for at in range(self.count) if self._kinds[at] == kind]
        if not entries:
            return Columns(self._rows, kind, 0, 0, entries)
        first, end = self._places[entries[0]], self._places[entries[-1]] + 1
        if end - first != len(entries):
            raise ValueError("the rows of a kind are not in one order")
        return Columns(self._rows, kind, first, end, entries)

    @property
    def bars(self) -> Columns:
        """Closed intervals."""
        return self.columns(Kind.BARS)

    @property
    def trades(self) -> Columns:
        """Trades printed on a venue."""
        return self.columns(Kind.TRADES)

    @property
    def quotes(self) -> Columns:
        """Best bids and asks."""
        return self.columns(Kind.QUOTES)

    @property
    def books(self) -> Columns:
        """Whole order books; levels from `first_level` on in `level_price`, `level_quantity`."""
        return self.columns(Kind.BOOKS)

    @property
    def book_deltas(self) -> Columns:
        """Changes of order books."""
        return self.columns(Kind.BOOK_DELTAS)

    @property
    def marks(self) -> Columns:
        """Mark and index prices."""
        return self.columns(Kind.MARKS)

    @property
    def funding(self) -> Columns:
        """Funding, as it is exchanged."""
        return self.columns(Kind.FUNDING)

    @property
    def texts(self) -> Columns:
        """News and posts; `source`, `author`, `title` and `body` are tuples of strings."""
        return self.columns(Kind.TEXTS)

    @property
    def forecasts(self) -> Columns:
        """Forecasts of models and of the ensemble."""
        return self.columns(Kind.FORECASTS)

    @property
    def series(self) -> Columns:
        """What models publish under the names that are read: `series`, `instrument`, `value`."""
        return self.columns(Kind.SERIES)


class Reader:
    """Events of one kind by row, made some at a time: more, the further it is read."""

    FIRST, MOST = 16, 1024

    def __init__(self, rows: Rows, kind: int) -> None:
        self._rows, self._make = rows, EVENTS[Kind(kind)]
        self._kind = kind
        self._columns: Dict[str, memoryview] = {}
        self._size = len(self.column("time_ns"))
        self._next = 0
        self._chunk = self.FIRST

    def column(self, name: str) -> memoryview:
        """A column by its name."""
        found = self._columns.get(name)
        if found is None:
            raw = self._rows.column(self._kind, name)
            found = raw if isinstance(raw, tuple) else memoryview(raw)
            self._columns[name] = found
        return found

    def _values(self, name: str, first: int, end: int) -> Sequence[int]:
        found = self.column(name)[first:end]
        return found if isinstance(found, tuple) else found.tolist()

    def some(self, first: int) -> List[Any]:
        """The next events from row `first` on: at least one."""
        end = min(self._size, first + self._chunk)
        self._chunk = min(self._chunk * 4, self.MOST)
        return self._make(self._values, first, end)

    def time(self, row: int) -> int:
        """When an event is known, Unix nanoseconds."""
        return self.column("time_ns")[row]
