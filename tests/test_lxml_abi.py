"""Compiled code that does not fit the installed lxml notices it without a crash, and says what to do."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import lxml
import pytest
from lxml import etree

from boilerkit.errors import BoilerkitError, BuildError, LxmlWarning
from boilerkit.html import _tree
from boilerkit.html.segmentation import _lxml_abi
from boilerkit.html.segmentation.lxml_abi import check_lxml

SOURCE = Path(__file__).parent.parent / "boilerkit" / "html" / "segmentation" / "_lxml_abi.pyx"

BUILD = """
import sys
from Cython.Build import cythonize
from setuptools import Extension, setup
(module,) = cythonize([Extension("_lxml_abi", ["_lxml_abi.pyx"])], quiet=True)
module.include_dirs = sys.argv[1:]  # and not those that Cython adds
setup(script_args=["-q", "build_ext", "--inplace"], ext_modules=[module])
"""
ASK = """
from lxml import etree
import _lxml_abi
root = etree.fromstring('<a b="c" d="e"><f/><g/>h</a>')
same_size = _lxml_abi.ELEMENT_SIZE == etree._Element.__basicsize__
print(same_size and _lxml_abi.layout_matches(root, root[0], root[1]))
"""


def test_this_build_fits() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_lxml()
    assert etree.__version__.split("+")[0] == _lxml_abi.LXML
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", _lxml_abi.LIBXML2)


@pytest.mark.parametrize(
    ("owner", "name", "value"),
    [
        (etree, "LXML_VERSION", (etree.LXML_VERSION[0] + 1, 0, 0, 0)),
        (etree, "LIBXML_VERSION", (etree.LIBXML_VERSION[0] + 1, 0, 0)),
        (_lxml_abi, "LXML", "3.8.0"),
        (_lxml_abi, "ELEMENT_SIZE", _lxml_abi.ELEMENT_SIZE + 8),
        (_lxml_abi, "layout_matches", lambda *elements: False),
    ],
)
def test_the_memory_of_what_does_not_fit_is_not_read(
    monkeypatch: pytest.MonkeyPatch, owner: object, name: str, value: object
) -> None:
    asked: list[bool] = []

    def read_memory(fits: bool) -> bool:
        asked.append(fits)
        return fits

    monkeypatch.setattr(_tree, "read_memory", read_memory)
    monkeypatch.setattr(owner, name, value)
    with pytest.warns(LxmlWarning, match=f"compiled for lxml {_lxml_abi.LXML}.*pip install .*lxml=={_lxml_abi.LXML}"):
        check_lxml()
    assert asked == [False]


def test_other_trees_do_not_match() -> None:
    root = etree.fromstring('<a b="c" d="e"><f/><g/>h</a>')
    assert _lxml_abi.layout_matches(root, root[0], root[1])
    assert not _lxml_abi.layout_matches(root, root[1], root[0])
    for other in ('<a b="c" d="e"><f/><g/></a>', '<a b="c"><f/><g/>h</a>', "<a><f/><g/>h</a>", "<a><x/><g/>h</a>"):
        root = etree.fromstring(other)
        assert not _lxml_abi.layout_matches(root, root[0], root[1])


def test_a_missing_module_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boilerkit.html.segmentation._lxml_abi", None)
    monkeypatch.delattr("boilerkit.html.segmentation._lxml_abi")
    with pytest.raises(
        BuildError, match=r"cannot be loaded .*boilerkit.html.segmentation._lxml_abi.*pip install"
    ) as caught:
        check_lxml()
    assert isinstance(caught.value, ImportError) and isinstance(caught.value, BoilerkitError)


# --- Compiled with other headers --------------------------------------------------------------------------------------

STRUCTS = {
    "as they are": ("tree.h", "", ""),
    "a node with a field more at its start": ("tree.h", r"struct _xmlNode \{", "void *more;"),
    "a node with a field more before its content": (
        "tree.h",
        r"xmlNs           \*ns;.*\n(?=\s*xmlChar)",
        "void *more;",
    ),
    "an attribute with a field more at its start": ("tree.h", r"struct _xmlAttr \{", "void *more;"),
    "an element of lxml's with a field more": ("etree.h", r"struct LxmlElement \{", "void *more;"),
}


@pytest.mark.slow
@pytest.mark.parametrize("change", STRUCTS)
def test_other_structs_are_detected(change: str, tmp_path: Path) -> None:
    """A module compiled with headers whose structs differ from those that lxml was compiled with."""
    file, before, more = STRUCTS[change]
    includes = []
    for number, folder in enumerate(lxml.get_include()):
        copied = tmp_path / f"include{number}"
        shutil.copytree(folder, copied, ignore=shutil.ignore_patterns("*.so", "*.py*", "html", "isoschematron"))
        includes.append(str(copied))
    changed = 0
    for header in tmp_path.rglob(file):
        text, n = re.subn(f"({before})", rf"\1 {more}", header.read_text(encoding="utf-8"), count=1)
        header.write_text(text, encoding="utf-8")
        changed += n
    assert changed
    shutil.copy(SOURCE, tmp_path)
    built = subprocess.run(
        [sys.executable, "-c", BUILD, *includes], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert built.returncode == 0, built.stdout + built.stderr
    asked = subprocess.run([sys.executable, "-c", ASK], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert asked.stdout.strip() == str(change == "as they are"), asked
    assert asked.returncode == 0, asked  # no signal
