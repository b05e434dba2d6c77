"""Checking whether compiled code may read the memory of lxml's trees: whether it fits the installed lxml."""

from __future__ import annotations

import warnings
from pathlib import Path

from lxml import etree

from boilerkit.errors import BuildError, LxmlWarning


def check_lxml() -> None:
    """Let compiled code read lxml's memory where it fits this lxml; else give LxmlWarning, as it copies trees first.

    It fits an lxml of the same major version whose elements and libxml2 nodes have the memory layout of its headers.
    Raises BuildError, an ImportError, where compiled code cannot be loaded.
    """
    try:
        from boilerkit.html._tree import read_memory
        from boilerkit.html.segmentation import _lxml_abi
    except ImportError as error:
        raise BuildError(f"boilerkit's compiled code cannot be loaded ({error}). {_advice()}") from error
    lxml, libxml2 = _lxml_abi.LXML, _lxml_abi.LIBXML2
    fits = _fits(lxml, libxml2, _lxml_abi.ELEMENT_SIZE) and _lxml_abi.layout_matches(*_probe())
    if not read_memory(fits):
        _warn(lxml, libxml2)


def _warn(lxml: str, libxml2: str) -> None:
    """Say what copying trees costs and how to avoid it, unless the process that started this one has said so."""
    from multiprocessing import current_process  # takes long to import

    if current_process().name == "MainProcess":
        warnings.warn(
            f"boilerkit was compiled for lxml {lxml} with libxml2 {libxml2} and cannot read the memory of lxml "
            f"{_dotted(etree.LXML_VERSION)} with libxml2 {_dotted(etree.LIBXML_VERSION)}. It copies trees instead: "
            "it finds the same in them, and HTML takes about twice the time. For full speed install the lxml that it "
            f"was compiled for: pip install --force-reinstall lxml=={lxml}",
            LxmlWarning,
            stacklevel=3,
        )


def _advice() -> str:
    if (Path(__file__).parents[3] / "setup.py").exists():
        return (
            "This is boilerkit's source tree: build it in place (pip install -e . or python setup.py build_ext "
            "--inplace), or leave this folder, so that Python finds the installed package."
        )
    return "Install a wheel of boilerkit for this Python (pip install --force-reinstall boilerkit)."


def _fits(lxml: str, libxml2: str, element_size: int) -> bool:
    return (
        int(lxml.partition(".")[0]) == etree.LXML_VERSION[0]
        and int(libxml2.partition(".")[0]) == etree.LIBXML_VERSION[0]
        and element_size == etree._Element.__basicsize__
    )


def _probe() -> tuple[etree._Element, etree._Element, etree._Element]:
    root = etree.fromstring('<a b="c" d="e"><f/><g/>h</a>')
    return root, root[0], root[1]


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version[:3]))
