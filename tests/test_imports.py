"""The layers of the code, which pyproject.toml lists, hold for Python and for compiled modules."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CIMPORT = re.compile(r"^\s*from boilerkit\.([\w.]+) c?import ", re.MULTILINE)
COMPILED = [file for file in (ROOT / "boilerkit").rglob("*.p[xy]*") if file.suffix in (".pyx", ".pxd")]


def test_imports_go_down_the_layers_and_never_in_a_circle() -> None:
    pytest.importorskip("importlinter", reason="import-linter checks the layers of imports")
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    done = subprocess.run([*command, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def layers() -> dict[str, int]:
    """The numbers of the layers of the package's modules, from the top."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (contract,) = (its for its in config["tool"]["importlinter"]["contracts"] if its["type"] == "layers")
    return {name.strip(): number for number, row in enumerate(contract["layers"]) for name in row.split("|")}


def part_of(module: str) -> str:
    """Return the package that a module belongs to; a compiled module belongs to the one that it is named after."""
    return module.partition(".")[0].removeprefix("_")


def compiled_imports() -> Iterator[tuple[Path, str, str]]:
    """Yield file, its part, and the part that it imports or cimports from."""
    for file in COMPILED:
        part = part_of(".".join(file.relative_to(ROOT / "boilerkit").with_suffix("").parts))
        for imported in CIMPORT.findall(file.read_text(encoding="utf-8")):
            yield file, part, part_of(imported)


def test_compiled_modules_import_down_the_layers(layers: dict[str, int]) -> None:
    found = list(compiled_imports())
    assert {"html", "plaintext", "blocks"} <= {part for _, part, _ in found}
    upward = [
        f"{file.relative_to(ROOT)} imports from {imported}"
        for file, part, imported in found
        if part != imported and layers[imported] <= layers[part]
    ]
    assert upward == []
