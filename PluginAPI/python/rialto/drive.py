"""An instance and the loop that hands it events: time groups, stops and the number of entries read
are decided here alone, for the host and for tests."""

from __future__ import annotations

import sys
from random import Random
from typing import Any, Dict, Iterator, List, Optional, Tuple, Type, Union

from .batch import Batch, Reader, Rows
from .forecasts import Forecasts
from .intents import Intents
from .plugin import CALLBACKS, OWN, Instrument, Model, Plugin, names_of, overrides
from .series import Ask, ask_nobody, number
from .words import OPEN_LOOP, WARM_UP

Output = Union[Intents, Forecasts]


class Instance:
    """A plugin that was made, with what the host asks of it."""

    def __init__(self, plugin: Type[Plugin], parameters: Dict[int, Any],
                 instruments: List[Instrument], seed: int, ask: Ask) -> None:
        self.plugin = plugin()
        for one in plugin.parameters:
            setattr(self.plugin, one.name, one.value(parameters[one.id]))
        self.plugin.instruments = {one.index: one for one in instruments}
        self.plugin.random = Random(seed)
        _seed_others(seed)
        self._name_series(ask)
        self.plugin.start()
        self.plugin._ask_series = ask_nobody  # type: ignore[method-assign]
        info = plugin.info
        self._output = Forecasts if issubclass(plugin, Model) else Intents
        reads_own = any(need.kind in OWN for need in self.plugin.needs())
        self.open_loop = not reads_own if info.open_loop is None else info.open_loop
        # A model reads on whatever it says.
        self._is_whole = self.open_loop or self._output is Forecasts
        self.room = info.per_group or min(1024, max(64, len(instruments)))
        self._batch_rows = info.batch_rows
        self._takes_batches = overrides(plugin, "on_batch")
        self.keeps_state = overrides(plugin, "save") and overrides(plugin, "load")
        self._calls = {
            int(kind): getattr(self.plugin, name) for kind, name in CALLBACKS.items()
            if overrides(plugin, name)}

    def _name_series(self, ask: Ask) -> None:
        """Asks the host for the series that the class names, and lets `start` ask for more."""
        self.plugin._ask_series = ask  # type: ignore[method-assign]
        values = {one.name: getattr(self.plugin, one.name) for one in self.plugin.parameters}
        for attribute, one in names_of(type(self.plugin)).items():
            setattr(self.plugin, attribute, number(ask, one.filled(values), one.is_published))

    def facts(self) -> Tuple[List[Tuple[int, ...]], int, int, bool]:
        """Needs, their flags, most answers of one time group, and whether it keeps state."""
        needs = [tuple(int(part) for part in need) for need in self.plugin.needs()]
        is_model = self._output is Forecasts
        flags = OPEN_LOOP if self.open_loop and not is_model else 0
        return needs, flags, self.room, self.keeps_state

    def read(self, rows: Rows, capacity: int) -> Tuple[int, List[Any]]:
        """Hands a batch over. Returns the entries read and what it said."""
        flags, count, single = rows.facts()
        if count == 0:
            return 0, []
        output = self._output(capacity, self.room, bool(flags & WARM_UP))
        order = rows.order()
        if self._takes_batches:
            return self._read_columns(rows, order, count, single, output)
        if order is None:
            return self._read_single(rows, single, count, output), output.items
        return self._read_mixed(rows, order, count, output), output.items

    def save(self) -> bytes:
        """The plugin's state."""
        return self.plugin.save()

    def load(self, state: bytes) -> None:
        """Hands a state over."""
        self.plugin.load(state)

    def _read_single(self, rows: Rows, kind: int, count: int, output: Output) -> int:
        call = self._calls.get(kind)
        if call is None:
            return count
        reader, items, open_loop = Reader(rows, kind), output.items, self.open_loop
        row, seen, is_last = 0, 0, False
        while row < count:
            for event in reader.some(row):
                output.row = row
                call(event, output)
                row += 1
                if len(items) != seen:
                    seen = len(items)
                    is_last = output.must_stop(open_loop)
                if is_last and (row == count or reader.time(row) != event[0]):
                    return row
        return row

    def _read_mixed(self, rows: Rows, order: Tuple[Any, Any], count: int, output: Output) -> int:
        kinds, places = (memoryview(part).tolist() for part in order)
        readers: Dict[int, Reader] = {}
        events: Dict[int, Iterator[Any]] = {}
        items, seen, is_last, time = output.items, 0, False, None
        for entry in range(count):
            kind, place = kinds[entry], places[entry]
            call = self._calls.get(kind)
            if call is not None or is_last:
                reader = readers.get(kind)
                if reader is None:
                    reader = readers[kind] = Reader(rows, kind)
                if is_last and reader.time(place) != time:
                    return entry
            if call is None:
                continue
            event = next(events.get(kind, iter(())), None)
            if event is None:
                events[kind] = iter(reader.some(place))
                event = next(events[kind])
            output.row, time = entry, event[0]
            call(event, output)
            if len(items) != seen:
                seen = len(items)
                is_last = output.must_stop(self.open_loop)
        return count

    def _read_columns(self, rows: Rows, order: Optional[Tuple[Any, Any]], count: int, single: int,
                      output: Output) -> Tuple[int, List[Any]]:
        kinds, places = (None, None) if order is None else (
            memoryview(part).tolist() for part in order)
        readers: Dict[int, Reader] = {}

        def time(entry: int) -> int:
            kind = single if kinds is None else kinds[entry]
            if kind not in readers:
                readers[kind] = Reader(rows, kind)
            return readers[kind].time(entry if places is None else places[entry])

        end = _group_end(time, count, self._batch_rows if self._is_whole else 1)
        self.plugin.on_batch(Batch(rows, end, kinds, places), output)  # type: ignore[attr-defined]
        at = 4 if isinstance(output, Intents) else 0
        for item in output.items:
            if not 0 <= int(item[at]) < end:  # type: ignore[call-overload]
                raise ValueError(f"row was {item[at]}, allowed is 0...{end - 1}")
        output.items.sort(key=lambda item: int(item[at]))  # type: ignore[call-overload]
        if isinstance(output, Intents) and output.has_timer and self.open_loop:
            if any(item[0] == 5 and time(int(item[at])) != time(end - 1) for item in output.items):
                raise ValueError("on_batch asks for a timer before its last row: use on_bar")
        return end, output.items


def _group_end(time: Any, count: int, most: int) -> int:
    """Entries of as many whole time groups as `most` holds: one at least."""
    if most >= count:
        return count
    end = most
    while end > 0 and time(end) == time(end - 1):
        end -= 1
    if end > 0:
        return end
    end = most
    while end < count and time(end) == time(0):
        end += 1
    return end


def _seed_others(seed: int) -> None:
    """Numbers that an author draws elsewhere are the same in every run, too."""
    import random

    random.seed(seed)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(seed & 0xFFFFFFFF)
