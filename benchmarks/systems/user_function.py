"""A user's own function as a system, named as module:function."""

from __future__ import annotations

import pkgutil
import sys
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from benchmarks.exceptions import BenchmarkError
from benchmarks.systems.system import Extractor, System, fingerprint


def find_function(name: str) -> System | None:
    """Return the system of a name like "module:function", None for names without a colon.

    The current directory is searched first. The version is a hash of the module's file, of a package of all its
    modules. Raises BenchmarkError if there is no such module.
    """
    module, colon, function = name.partition(":")
    if not colon:
        return None
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    version = fingerprint(*_files(module))
    code = f"import pkgutil\nextract = pkgutil.resolve_name({name!r})\n"
    return System(name, partial(_load, module, function), version, version, code)


def _files(module: str) -> list[Path]:
    try:
        spec = find_spec(module)
    except (ImportError, ValueError, AttributeError):
        spec = None
    if spec is None:
        raise BenchmarkError(f"there is no module named {module!r}, neither installed nor in {Path.cwd()}")
    if spec.submodule_search_locations is not None:
        return sorted(file for folder in spec.submodule_search_locations for file in Path(folder).rglob("*.py"))
    return [Path(spec.origin)] if spec.has_location and spec.origin else []


def _load(module: str, function: str) -> Extractor:
    try:
        found = pkgutil.resolve_name(f"{module}:{function}")
    except AttributeError:
        raise BenchmarkError(f"the module {module} has no {function!r}") from None
    except Exception as error:  # importing runs the module, which may fail in any way
        raise BenchmarkError(f"{module} cannot be imported: {type(error).__name__}: {error}") from error
    if not callable(found):
        raise BenchmarkError(f"{module}:{function} is {type(found).__name__}, not a function that takes a page's bytes")

    def extract(page: bytes) -> str:
        text = found(page)
        if not isinstance(text, str):
            raise BenchmarkError(
                f"{module}:{function} returned {type(text).__name__} for a page; it must return the main text as str, "
                '"" if there is none'
            )
        return text

    return extract
