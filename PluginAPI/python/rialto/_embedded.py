"""Imports modules whose code is part of the library. Run by the bridge before anything else."""

import marshal
import sys
from importlib.machinery import ModuleSpec


class Embedded:
    """Finds and loads modules by name from (path, code) pairs."""

    def __init__(self, sources):
        self.sources = sources

    def find_spec(self, name, path=None, target=None):
        """As a meta path finder does."""
        if name not in self.sources:
            return None
        is_package = any(other.startswith(name + ".") for other in self.sources)
        spec = ModuleSpec(name, self, origin=self.sources[name][0], is_package=is_package)
        spec.has_location = True
        return spec

    def create_module(self, spec):
        """An ordinary module."""

    def exec_module(self, module):
        """Runs a module's code."""
        path, data = self.sources[module.__name__]
        exec(self.place(marshal.loads(data), path), module.__dict__)

    @staticmethod
    def place(code, path):
        """The code as it is run; somebody who debugs it puts it where its source lies."""
        return code


def install(sources):
    """Puts the embedded modules before all others."""
    sys.meta_path.insert(0, Embedded(sources))
