"""Parameters: one definition feeds run files, optimiser and forms. An attribute of the class; in
the instance it is the value."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Optional, Tuple

INTEGER, NUMBER, DECIMAL, BOOLEAN, TEXT, DURATION = 1, 2, 3, 4, 5, 6
OPTIMISABLE, REQUIRED = 2, 4


class Parameter:
    """What a parameter is. Made by the functions of this module."""

    def __init__(self, kind: int, initial: Any, low: Any, high: Any, unit: str, summary: str,
                 choices: Tuple[str, ...], id: int, optimisable: bool) -> None:
        self.kind, self.initial, self.low, self.high = kind, initial, low, high
        self.unit, self.summary, self.choices, self.id = unit, summary, choices, id
        self.flags = (OPTIMISABLE if optimisable else 0) | (REQUIRED if initial is None else 0)
        self.name = ""
        if kind in (INTEGER, NUMBER, DECIMAL, DURATION) and initial is not None:
            if not low <= initial <= high:
                raise ValueError(f"the default was {initial}, allowed is {low}...{high}")
        if choices and initial is not None and initial not in choices:
            raise ValueError(f"the default was {initial}, allowed is {', '.join(choices)}")

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def value(self, given: Any) -> Any:
        """The value in the instance, from what the host gave."""
        if self.kind != DECIMAL:
            return given
        units, decimals = given
        return Decimal(units).scaleb(-decimals)


def integer(default: Optional[int], low: int, high: int, *, unit: str = "", summary: str,
            id: int = 0) -> Any:
    """A whole number. Without a default (None) the run file must give it."""
    return Parameter(INTEGER, default, low, high, unit, summary, (), id, True)


def number(default: Optional[float], low: float, high: float, *, unit: str = "", summary: str,
           id: int = 0) -> Any:
    """A finite number."""
    return Parameter(NUMBER, default, low, high, unit, summary, (), id, True)


def decimal(default: Optional[str], low: str, high: str, *, unit: str = "", summary: str,
            id: int = 0) -> Any:
    """An exact decimal, given as text: a quantity, a price, an amount. A `Decimal` inside."""
    initial = None if default is None else Decimal(default)
    return Parameter(
        DECIMAL, initial, Decimal(low), Decimal(high), unit, summary, (), id, False)


def boolean(default: Optional[bool], *, summary: str, id: int = 0) -> Any:
    """Yes or no."""
    return Parameter(BOOLEAN, default, False, True, "", summary, (), id, True)


def choice(default: Optional[str], *choices: str, summary: str, id: int = 0) -> Any:
    """One of several words."""
    return Parameter(TEXT, default, "", "", "", summary, choices, id, True)


def duration(default: Optional[int], low: int, high: int, *, summary: str, id: int = 0) -> Any:
    """A length of time in nanoseconds."""
    return Parameter(DURATION, default, low, high, "", summary, (), id, True)
