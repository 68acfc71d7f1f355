"""What a model expects: it adds to `Forecasts`."""

from __future__ import annotations

from math import isfinite
from typing import List, Optional, Sequence, Tuple

PROBABILITY_UP, MEAN_DEVIATION, QUANTILES, TARGET, SERIES = 1, 2, 3, 4, 5


class Forecasts:
    """Where a model writes. Horizons in nanoseconds, above 0; confidence 0...1, 0 is asleep. In
    `on_batch` say which `row` it answers."""

    def __init__(self, capacity: int, room: int, is_warm_up: bool) -> None:
        self.is_warm_up = is_warm_up
        """Whether the events are history: forecasts of them are not used, published numbers are."""
        self.items: List[Tuple[object, ...]] = []
        self.row = 0
        self.capacity = capacity
        self.room = room

    def _add(self, kind: int, instrument: int, horizon_ns: int, confidence: float, value: float,
             row: Optional[int], deviation: float = 0.0, levels: Sequence[float] = (),
             values: Sequence[float] = (), series: int = 0) -> None:
        if len(self.items) >= self.capacity:
            raise RuntimeError(
                f"more than {self.capacity} forecasts in one batch: give the class per_group= or "
                "batch_rows=")
        self.items.append((
            self.row if row is None else row, instrument, kind, horizon_ns, 0, confidence, value,
            deviation, levels, values, series))

    def probability_up(self, instrument: int, probability: float, horizon_ns: int, *,
                       confidence: float = 1.0, row: Optional[int] = None) -> None:
        """The price is higher after `horizon_ns` with this probability, 0...1."""
        self._add(PROBABILITY_UP, instrument, horizon_ns, confidence, probability, row)

    def mean_deviation(self, instrument: int, mean: float, deviation: float, horizon_ns: int, *,
                       confidence: float = 1.0, row: Optional[int] = None) -> None:
        """The return over `horizon_ns` has this mean and deviation, as fractions."""
        self._add(MEAN_DEVIATION, instrument, horizon_ns, confidence, mean, row, deviation)

    def quantiles(self, instrument: int, levels: Sequence[float], values: Sequence[float],
                  horizon_ns: int, *, confidence: float = 1.0,
                  row: Optional[int] = None) -> None:
        """The return over `horizon_ns` has these quantiles, at most 8, levels rising."""
        self._add(QUANTILES, instrument, horizon_ns, confidence, 0.0, row, 0.0, tuple(levels),
                  tuple(values))

    def target(self, instrument: int, position: float, horizon_ns: int, *,
               confidence: float = 1.0, row: Optional[int] = None) -> None:
        """The wanted position is this share of the capital, -1...1."""
        self._add(TARGET, instrument, horizon_ns, confidence, position, row)

    def publish(self, series: int, instrument: int, value: float, *,
                row: Optional[int] = None) -> None:
        """Publishes a finite number under a name, in warm-up too; `series` is as `publishes` or
        `publish` gave it. Where there is no value yet, publish none."""
        if not isfinite(value):
            raise ValueError(f"value was {value}, allowed is a finite number")
        self._add(SERIES, instrument, 0, 0.0, value, row, series=series)

    def must_stop(self, open_loop: bool) -> bool:
        """Whether the run of events ends after this time group."""
        return len(self.items) + self.room > self.capacity
