"""Compiled code that does not fit the installed lxml is refused with advice and without a crash."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import lxml
import pytest
from lxml import etree

from boilerkit.errors import BoilerkitError, BuildError
from boilerkit.html.segmentation import _lxml_abi
from boilerkit.html.segmentation.lxml_abi import check_lxml

SOURCE = Path(__file__).parent.parent / "boilerkit" / "html" / "segmentation" / "_lxml_abi.pyx"
ADVICE = "pip install"  # of what, depends on whether this is a source tree

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
def test_what_does_not_fit_is_refused(monkeypatch: pytest.MonkeyPatch, owner: object, name: str, value: object) -> None:
    monkeypatch.setattr(owner, name, value)
    with pytest.raises(BuildError, match=f"compiled for lxml {_lxml_abi.LXML}.* does not fit lxml") as caught:
        check_lxml()
    assert ADVICE in str(caught.value)
    assert isinstance(caught.value, ImportError) and isinstance(caught.value, BoilerkitError)


def test_other_trees_do_not_match() -> None:
    root = etree.fromstring('<a b="c" d="e"><f/><g/>h</a>')
    assert _lxml_abi.layout_matches(root, root[0], root[1])
    assert not _lxml_abi.layout_matches(root, root[1], root[0])
    for other in ('<a b="c" d="e"><f/><g/></a>', '<a b="c"><f/><g/>h</a>', "<a><f/><g/>h</a>", "<a><x/><g/>h</a>"):
        root = etree.fromstring(other)
        assert not _lxml_abi.layout_matches(root, root[0], root[1])


def test_importing_says_what_to_do() -> None:
    code = f"""
from lxml import etree
etree.LXML_VERSION = ({etree.LXML_VERSION[0] + 1}, 0, 0, 0)
try:
    import boilerkit
except ImportError as error:
    print(type(error).__name__, error)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("BuildError ") and ADVICE in done.stdout


def test_a_missing_module_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boilerkit.html.segmentation._lxml_abi", None)
    monkeypatch.delattr("boilerkit.html.segmentation._lxml_abi")
    with pytest.raises(BuildError, match=r"cannot be loaded .*boilerkit.html.segmentation._lxml_abi"):
        check_lxml()


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
    assert asked.returncode in (0, 1), asked  # no signal
    fits = asked.stdout.strip() == "True"
    assert fits == (change == "as they are"), asked
    assert fits or asked.returncode == 0 or "size changed" in asked.stderr, asked
