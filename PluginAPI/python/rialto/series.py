"""Named series: numbers that a model publishes under a name, and whoever reads them."""

from __future__ import annotations

from typing import Any, Callable, Dict

NAME_MAX, SERIES_MAX = 64, 256
ARGUMENT, MEMORY, UNSUPPORTED, MISSING = -2, -3, -4, -7
"""What a host answers in the place of a number, as the contract numbers it; `MISSING` where it is
older than series."""

Ask = Callable[[str, bool], int]
"""Asks the host for the number of a series, which may be published or read."""


class Named:
    """A name of a series: an attribute of the class, in the instance the number of the series. Made
    by `publishes` and `reads_series`."""

    def __init__(self, name: str, is_published: bool) -> None:
        self.name, self.is_published = name, is_published

    def filled(self, parameters: Dict[str, Any]) -> str:
        """The name with the values of parameters in it."""
        try:
            return self.name.format(**parameters)
        except (KeyError, IndexError, ValueError):
            known = ", ".join(parameters) or "none"
            raise ValueError(
                f"series {self.name!r}: braces hold the name of a parameter, which are {known}"
            ) from None


def publishes(name: str) -> Any:
    """A name under which a model publishes: `mean = publishes("close/sma/{length}")`, where braces
    hold the name of a parameter. In the instance it is the number for `forecasts.publish`."""
    return Named(name, True)


def reads_series(name: str) -> Any:
    """A name that is read, as of `publishes`. In the instance it is the number that `on_series`
    and the column `batch.series.series` tell."""
    return Named(name, False)


def number(ask: Ask, name: str, is_published: bool) -> int:
    """The number of a series. Raises where the host refuses it."""
    found = ask(name, is_published)
    if found >= 0:
        return found
    if found == MISSING:
        raise ValueError("the host carries no series; it takes one of 0.2 or later")
    if found == UNSUPPORTED:
        raise ValueError(f"series {name}: a strategy publishes none, only models do")
    if found == MEMORY:
        raise ValueError(f"series {name} is one too many, allowed are {SERIES_MAX}")
    raise ValueError(
        f"{name!r} names no series; allowed are 1...{NAME_MAX} bytes of text without control "
        "characters")


def ask_nobody(name: str, is_published: bool) -> int:
    """What stands in the place of the host once an instance is made."""
    raise RuntimeError(f"series {name} was asked for too late: ask in start, or in the class")
