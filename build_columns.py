"""Generates the enums through which compiled code names columns, from the lists that name and describe the columns.

`setup.py` calls `generate` before Cython runs. For a list in `folder/columns.py` it writes `folder/_columns.pxd`, and
only where that changes anything, so that nothing is compiled again without need.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from zlib import crc32


@dataclass(frozen=True)
class Names:
    """A dict from names to descriptions. Its enum has the names with `prefix` before them.

    They count from 0, or are powers of two with `bits`. The enum of a dict NAMES also has their number, N_NAMES, and
    NAMES_CHECKSUM, which `boilerkit.blocks.columns.check_columns` compares at import.
    """

    prefix: str
    variable: str
    bits: bool = False


@dataclass(frozen=True)
class Constant:
    """An int that becomes an enum of its own; for a tuple NAMES, its length does, as N_NAMES."""

    variable: str


def generate(lists: dict[str, list[Names | Constant]]) -> None:
    """Write the enums of each module, given by its dotted name. The working directory is that of `setup.py`."""
    for module_name, enums in lists.items():
        source = Path(*module_name.split(".")).with_suffix(".py")
        with _without_init(module_name):
            module = importlib.import_module(module_name)
        text = f'"""Generated from `{source.name}` by build_columns.py."""\n'
        for enum in enums:
            text += "\ncdef enum:\n" + "".join(f"    {line}\n" for line in _members(enum, module))
        target = source.with_name(f"_{source.stem}.pxd")
        if not target.exists() or target.read_text(encoding="utf-8") != text:
            target.write_text(text, encoding="utf-8")


def _members(enum: Names | Constant, module: ModuleType) -> Iterator[str]:
    value = getattr(module, enum.variable)
    if isinstance(enum, Constant):
        yield f"{enum.variable} = {value}" if isinstance(value, int) else f"N_{enum.variable} = {len(value)}"
        return
    for number, (name, description) in enumerate(value.items()):
        identifier = name.upper().replace("+", "_PLUS_").replace("-", "_MINUS_")
        yield f"{enum.prefix}{identifier} = {1 << number if enum.bits else number}  # {description}"
    yield f"N_{enum.variable} = {len(value)}"
    yield f"{enum.variable}_CHECKSUM = {crc32(' '.join(value).encode()) >> 1}"  # 31 bits, for an int


@contextmanager
def _without_init(module_name: str) -> Iterator[None]:
    """Import without the `__init__` of the packages around a module: those import what is not compiled yet."""
    before = dict(sys.modules)
    parts = module_name.split(".")[:-1]
    for depth in range(1, len(parts) + 1):
        package = ModuleType(".".join(parts[:depth]))
        package.__path__ = [str(Path(*parts[:depth]).absolute())]
        sys.modules[package.__name__] = package
    try:
        yield
    finally:
        sys.modules.clear()
        sys.modules.update(before)
