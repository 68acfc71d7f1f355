"""Lets debugpy at the worker where `rialto plugin debug --with debugpy` asks for it."""

from __future__ import annotations

import importlib
import os
import socket
import sys
from importlib.machinery import ModuleSpec, PathFinder
from types import CodeType
from typing import Any, Optional

OWN = ("debugpy", "pydev", "_pydev", "bytecode")
"""What the modules of debugpy and of what it needs begin with."""


class _Finder:
    """Finds debugpy where the operator has it, and nothing else there."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Optional[ModuleSpec]:
        """As a meta path finder does."""
        if not name.startswith(OWN) or path is not None:
            return None
        return PathFinder.find_spec(name, [self.folder])


def _placed(code: CodeType, path: str) -> CodeType:
    """Code that says that it comes from a file."""
    inner = (_placed(one, path) if isinstance(one, CodeType) else one for one in code.co_consts)
    return code.replace(co_filename=path, co_consts=tuple(inner))


def place(code: CodeType, path: str) -> CodeType:
    """An author's module at the place where the source lies, so that breakpoints are found."""
    file = os.path.join(os.environ.get("RIALTO_DEBUGPY_SOURCE", ""), path)
    return code if path.startswith("rialto/") else _placed(code, file)


def attach(descriptor: int, folder: str) -> None:
    """Hands debugpy the connection that was opened before the walls went up, and waits until
    somebody debugs."""
    sys.meta_path.append(_Finder(folder))  # type: ignore[arg-type]
    os.__file__ = os.path.join(sys.path[0], "os.py")  # It is frozen, and asked where it lies
    debugpy = importlib.import_module("debugpy")
    importlib.import_module("debugpy.server.api")
    connection = socket.socket(fileno=descriptor)
    importlib.import_module("pydevd").start_client = (  # type: ignore[attr-defined]
        lambda host, port: connection)
    debugpy.configure(subProcess=False)
    debugpy.connect(("127.0.0.1", 1))
    debugpy.wait_for_client()
