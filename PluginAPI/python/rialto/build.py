"""Builds a plugin library from a module: python3 -m rialto.build MODULE.py [MORE.py ...]

    --to FOLDER      where the library and its files go; `out`
    --api FOLDER     folder with the contract's headers and `exports.map`; `vendor`
    --lock FILE      wheels to put beside it, pinned by hash; `requirements.lock`

The library holds the code of the modules and of the kit, so its digest covers them. What the lock
names lies beside it in `files/site`, where `rialto plugin manifest` takes each file's digest.
"""

from __future__ import annotations

import argparse
import compileall
import hashlib
import importlib
import importlib.util
import marshal
import os
import py_compile
import shutil
import subprocess
import sys
import sysconfig
from decimal import Decimal
from pathlib import Path
from typing import Any, Iterable, List, Tuple, Type

from .parameters import BOOLEAN, DECIMAL, NUMBER, TEXT, Parameter
from .plugin import Model, Plugin, plugin_of

BRIDGE = ("columns.c", "answers.c", "interpreter.c", "instance.c")
NOT_EMBEDDED = ("build.py", "testing.py")
TYPES = {1: "INTEGER", 2: "NUMBER", 3: "DECIMAL", 4: "BOOLEAN", 5: "TEXT", 6: "DURATION"}


def fail(what: str, help: str) -> SystemExit:
    """An error as every tool here says it."""
    return SystemExit(f"error: {what}\n  help: {help}")


def text(value: str) -> str:
    """A text of C, with its size."""
    data = value.encode()
    letters = "".join(
        chr(byte) if 32 <= byte < 127 and byte not in (34, 63, 92) else f"\\{byte:03o}"
        for byte in data)
    return f'{{"{letters}", {len(data)}}}'


def value(kind: int, given: Any) -> str:
    """A rialto_value_t."""
    head = f"sizeof(rialto_value_t), RIALTO_VALUE_{TYPES[kind]}"
    if given is None:
        return "{0, 0, 0, 0, 0, {0, 0}}"
    if kind == NUMBER:
        return f"{{{head}, 0, 0, {float(given).hex()}, {{0, 0}}}}"
    if kind == DECIMAL:
        decimals = max(0, -int(Decimal(given).as_tuple().exponent))
        return f"{{{head}, {decimals}, {int(Decimal(given).scaleb(decimals))}ll, 0, {{0, 0}}}}"
    if kind == TEXT:
        return f"{{{head}, 0, 0, 0, {text(given)}}}"
    return f"{{{head}, 0, {int(given)}ll, 0, {{0, 0}}}}"


def parameter(one: Parameter) -> str:
    """A rialto_parameter_t."""
    bounds = (None, None, None) if one.kind == TEXT else (one.low, one.high, None)
    if one.kind not in (TEXT, NUMBER, DECIMAL):
        bounds = (one.low, one.high, 0 if one.kind == BOOLEAN else 1)
    values = ", ".join(value(one.kind, each) for each in (*bounds, one.initial))
    return (
        f"{{sizeof(rialto_parameter_t), {one.id}, RIALTO_VALUE_{TYPES[one.kind]}, 0, {one.flags}, "
        f"{text(one.name)}, {text(one.unit)}, {text(one.summary)}, "
        f"{text('|'.join(one.choices))}, {values}}}")


def code(path: Path, name: str) -> bytes:
    """A module's code as the importer takes it."""
    return marshal.dumps(compile(path.read_bytes(), name, "exec", dont_inherit=True))


def sources(modules: List[Path]) -> Iterable[Tuple[str, str, bytes]]:
    """Name, path in tracebacks and code of each module: the kit's, then the author's."""
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.name in NOT_EMBEDDED:
            continue
        name = "rialto" if path.name == "__init__.py" else "rialto." + path.stem
        yield name, "rialto/" + path.name, code(path, "rialto/" + path.name)
    for path in modules:
        yield path.stem, path.name, code(path, path.name)


def generated(plugin: Type[Plugin], modules: List[Path]) -> str:
    """The part of the library that is the plugin's own, in C."""
    info = plugin.info
    kind = "MODEL" if issubclass(plugin, Model) else "STRATEGY"
    version = sys.version.split()[0]
    lines = [
        '#include "bridge.h"', '#include "rialto/note.h"', '#include "rialto/one_plugin.h"',
        f'RIALTO_WRITE_NOTE("{info.id}", "{info.version}", "python",',
        f'                  "cpython {version}, " __VERSION__);', ""]
    table = []
    for at, (name, path, data) in enumerate(sources(modules)):
        lines.append(f"static const unsigned char code_{at}[] = {{")
        lines += [
            "    " + ",".join(map(str, data[i:i + 24])) + "," for i in range(0, len(data), 24)]
        lines.append("};")
        table.append(f'    {{"{name}", "{path}", (const char *)code_{at}, sizeof code_{at}}},')
    lines += ["const bridge_source_t bridge_sources[] = {", *table, "};",
              f"const uint32_t bridge_source_count = {len(table)};",
              f'const char *const bridge_module = "{modules[0].stem}";', ""]
    own = plugin.parameters
    if own:
        lines += ["static const rialto_parameter_t parameters[] = {",
                  *["    " + parameter(one) + "," for one in own], "};"]
    lines += [
        "static const rialto_plugin_t plugin = {",
        "    .struct_size = sizeof(rialto_plugin_t),", f"    .kind = RIALTO_PLUGIN_{kind},",
        *[f"    .{field} = {text(getattr(info, field))}," for field in (
            "id", "version", "name", "summary", "author", "license")],
        "    .parameters = parameters," if own else "", f"    .parameter_count = {len(own)},",
        "    .create = bridge_create,", "    .get_extension = bridge_extension,", "};",
        "RIALTO_ONE_PLUGIN(plugin)", ""]
    return "\n".join(lines)


def include_folder() -> str:
    """Where Python.h lies."""
    folder = sysconfig.get_path("include")
    if not os.path.exists(os.path.join(folder, "Python.h")):
        raise fail(f"Python.h was not found in {folder}", "apt-get install python3-dev")
    if not sysconfig.get_config_var("Py_ENABLE_SHARED"):
        raise fail(f"{sys.executable} was built without a shared libpython",
                   "use Debian's own: PYTHON=/usr/bin/python3 ./build")
    return folder


def compile_library(plugin: Type[Plugin], modules: List[Path], to: Path, api: Path) -> Path:
    """Writes and compiles the library."""
    bridge = api / "bridge"
    own = to / "plugin.c"
    own.write_text(generated(plugin, modules))
    library = to / f"lib{plugin.info.id.split('.')[-1]}.so"
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    command = [
        os.environ.get("CC", "cc"), "-std=c11", "-O2", "-Wall", "-Wextra", f"-I{api}/include",
        f"-I{bridge}", "-isystem", include_folder(), "-fPIC", "-shared",
        f"-Wl,--version-script={api}/exports.map", "-Wl,-z,relro,-z,now", "-Wl,--build-id",
        *[str(bridge / name) for name in BRIDGE], str(own),
        f"-L{sysconfig.get_config_var('LIBDIR')}", f"-lpython{version}", "-o", f"{library}.new"]
    if subprocess.run(command).returncode != 0:
        raise fail("the library could not be compiled", "read the compiler's lines above")
    os.replace(f"{library}.new", library)  # Never a half file, and never one that a host has mapped
    own.unlink()
    return library


def wanted(lock: Path) -> bool:
    """Whether a lock names anything."""
    if not lock.exists():
        return False
    lines = (line.strip() for line in lock.read_text().splitlines())
    return any(line and not line.startswith("#") for line in lines)


def put_wheels(lock: Path, to: Path) -> None:
    """Puts what the lock names beside the library, unless it is there already."""
    site, mark = to / "files" / "site", to / "files.lock"
    if not wanted(lock):
        shutil.rmtree(to / "files", ignore_errors=True)
        return
    digest = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()
    if site.exists() and mark.exists() and mark.read_text() == digest:
        return
    shutil.rmtree(to / "files", ignore_errors=True)
    command = [
        sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet",
        "--root-user-action=ignore", "--no-compile", "--no-deps", "--only-binary=:all:",
        "--require-hashes", "--target", str(site), "-r", str(lock)]
    if subprocess.run(command).returncode != 0:
        raise fail(f"pip could not put what {lock} names into {site}",
                   "is python3-pip there, and the network?")
    prune(site)
    # The code that was compiled is used as it is, whatever the times of the files.
    compileall.compile_dir(
        site, quiet=2, stripdir=site, prependdir="site",
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    mark.write_text(digest)


def prune(site: Path) -> None:
    """Leaves out what no plugin runs: tests, headers, programs."""
    for path in sorted(site.rglob("*"), reverse=True):
        if path.is_dir() and path.name in ("tests", "include", "bin", "__pycache__"):
            shutil.rmtree(path)
        elif path.is_file() and path.suffix in (".pyi", ".h", ".a", ".pxd", ".pyx"):
            path.unlink()


def author_class(modules: List[Path]) -> Type[Plugin]:
    """Imports the author's module and finds its plugin."""
    sys.path.insert(0, str(modules[0].resolve().parent))
    sys.dont_write_bytecode = True
    return plugin_of(importlib.import_module(modules[0].stem))


def main() -> None:
    """The program."""
    parser = argparse.ArgumentParser(prog="rialto.build", description=__doc__)
    parser.add_argument("modules", nargs="+", type=Path)
    parser.add_argument("--to", type=Path, default=Path("out"))
    parser.add_argument("--api", type=Path, default=Path("vendor"))
    parser.add_argument("--lock", type=Path, default=Path("requirements.lock"))
    given = parser.parse_args()
    for path in given.modules:
        if not path.is_file() or not path.stem.isidentifier():
            raise fail(f"{path} is no module", "give the plugin's own .py file")
    given.to.mkdir(parents=True, exist_ok=True)
    put_wheels(given.lock, given.to)
    # What was put there can be imported while the class is looked at.
    sys.path.append(str((given.to / "files" / "site").resolve()))
    try:
        plugin = author_class(given.modules)
    except (ImportError, TypeError, ValueError) as error:
        raise fail(str(error), f"look at {given.modules[0]}")
    print("built", compile_library(plugin, given.modules, given.to, given.api))


if __name__ == "__main__":
    main()
