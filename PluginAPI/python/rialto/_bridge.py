"""What the bridge in C calls."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from typing import Any, Dict, List, Type

from .drive import Instance
from .intents import LOG
from .plugin import Instrument, Plugin, Strategy, plugin_of
from .series import Ask
from .words import Log

_plugin: Type[Plugin]


class _Lines:
    """What a plugin prints: lines for its log, at most `MOST` until they are taken."""

    MOST = 30

    def __init__(self) -> None:
        self.text = ""
        self.lines: List[str] = []

    def write(self, text: str) -> int:
        """Takes text as a file would."""
        *whole, self.text = (self.text + text).split("\n")
        room = self.MOST - len(self.lines)
        self.lines += [line[:400] for line in whole[:room] if line]
        self.text = self.text[:400]
        return len(text)

    def flush(self) -> None:
        """Keeps what is no line yet."""

    def take(self) -> List[str]:
        """The lines since the last call."""
        taken, self.lines = self.lines, []
        return taken


_output = _Lines()


class _Hosted(Instance):
    """An instance whose printed lines go to its log."""

    def lines(self) -> List[str]:
        """Lines that were printed while it was made."""
        return _output.take()

    def read(self, rows: Any, capacity: int) -> Any:
        """As `Instance.read`."""
        count, items = super().read(rows, capacity)
        if _output.lines:
            room = capacity - len(items) if isinstance(self.plugin, Strategy) else 0
            items += [
                (LOG, 0, 0, 0, count - 1, 0, 0, 0, 0, int(Log.INFO)) + (0,) * 13 + (line, None)
                for line in _output.take()[:room]]
        return count, items


def debug(asked: str) -> None:
    """Waits for a debugger: `asked` is the descriptor of its connection and the folder of
    debugpy. Workers are asked so in `rialto plugin debug` alone."""
    from . import _debug

    descriptor, _, folder = asked.partition(":")
    sys.meta_path[0].place = _debug.place  # type: ignore[attr-defined]
    _debug.attach(int(descriptor), folder)


def load(module: str) -> None:
    """Imports the author's module while files can be read."""
    global _plugin
    sys.stdout = sys.stderr = _output  # type: ignore[assignment]
    if "RIALTO_DEBUGPY" in os.environ:
        debug(os.environ["RIALTO_DEBUGPY"])
    _plugin = plugin_of(importlib.import_module(module))
    _output.take()
    gc.freeze()  # What was imported stays: it need not be looked through


def create(parameters: Dict[int, Any], instruments: List[tuple], seed: int,
           ask: Ask) -> Instance:
    """Makes an instance."""
    return _Hosted(_plugin, parameters, [Instrument(*one) for one in instruments], seed, ask)


def describe(error: BaseException) -> str:
    """The last line of an exception's traceback, and the author's line that it came from."""
    text = str(error).split("\n")[0]
    name = type(error).__name__
    place, trace = None, error.__traceback__
    while trace is not None:
        path = trace.tb_frame.f_code.co_filename
        if not path.startswith(("rialto/", "<frozen", "/")) or place is None:
            place = (path, trace.tb_lineno)
        trace = trace.tb_next
    if isinstance(error, SyntaxError) and error.filename:
        place = (error.filename, error.lineno or 0)
    where = f" ({place[0]}:{place[1]})" if place else ""
    return (f"{name}: {text}" if text else name)[:200] + where
