"""The enums of columns that are generated before compiling, and the check of them at import."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from boilerkit.blocks.columns import check_columns
from boilerkit.errors import BuildError
from boilerkit.html.segmentation.columns import BLOCK_COLUMNS
from build_columns import Constant, Names, generate

ROOT = Path(__file__).parent.parent


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package that cannot be imported before it is compiled, with a list of columns."""
    folder = tmp_path / "outer" / "inner"
    folder.mkdir(parents=True)
    for init in (tmp_path / "outer" / "__init__.py", folder / "__init__.py"):
        init.write_text("import outer.compiled", encoding="utf-8")
    write(folder, {"at-1_words": "words before", "at+1_words": "words after"})
    monkeypatch.chdir(tmp_path)
    return folder


def write(folder: Path, columns: dict[str, str]) -> None:
    (folder / "columns.py").write_text(f"COLUMNS = {columns!r}\nLEVELS = 5\n", encoding="utf-8")


def generated(folder: Path) -> dict[str, int]:
    generate({"outer.inner.columns": [Names("C_", "COLUMNS"), Names("BIT_", "COLUMNS", bits=True), Constant("LEVELS")]})
    text = (folder / "_columns.pxd").read_text(encoding="utf-8")
    return {name: int(value) for name, value in re.findall(r"(\w+) = (\d+)", text)}


def test_an_enum_names_all_columns(package: Path) -> None:
    values = generated(package)
    checksum = values.pop("COLUMNS_CHECKSUM")
    assert values == {
        "C_AT_MINUS_1_WORDS": 0,
        "C_AT_PLUS_1_WORDS": 1,
        "BIT_AT_MINUS_1_WORDS": 1,
        "BIT_AT_PLUS_1_WORDS": 2,
        "N_COLUMNS": 2,
        "LEVELS": 5,
    }
    check_columns("columns", ["at-1_words", "at+1_words"], checksum)


@pytest.mark.parametrize("names", [["at+1_words", "at-1_words"], ["at-1_words"], ["at-1_words", "at+1_words", "more"]])
def test_other_columns_than_compiled_are_an_error(package: Path, names: list[str]) -> None:
    with pytest.raises(BuildError, match="other features of blocks"):
        check_columns("features of blocks", names, generated(package)["COLUMNS_CHECKSUM"])


def test_a_file_is_written_only_when_it_changes(package: Path) -> None:
    generated(package)
    before = (package / "_columns.pxd").stat().st_mtime_ns
    generated(package)
    assert (package / "_columns.pxd").stat().st_mtime_ns == before
    write(package, {"words": "words"})
    assert generated(package)["C_WORDS"] == 0


def test_the_enums_beside_the_lists_are_current() -> None:
    text = (ROOT / "boilerkit/html/segmentation/_columns.pxd").read_text(encoding="utf-8")
    assert re.findall(r"    B_(\w+) = ", text) == [name.upper() for name in BLOCK_COLUMNS]
