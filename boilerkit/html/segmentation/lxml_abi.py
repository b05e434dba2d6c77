"""Checking that compiled code, which reads the memory of lxml's trees, fits the installed lxml."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from boilerkit.errors import BuildError


def check_lxml() -> None:
    """Raise BuildError, an ImportError, where compiled code does not fit this lxml, before it reads any tree.

    It fits an lxml of the same major version whose elements and libxml2 nodes have the memory layout of its headers.
    """
    try:
        from boilerkit.html.segmentation import _lxml_abi
    except (ImportError, TypeError, ValueError) as error:  # the last two from Cython, for types and functions
        raise BuildError(f"boilerkit's compiled code cannot be loaded ({error}). {_advice()}") from error
    if not _fits(_lxml_abi.LXML, _lxml_abi.LIBXML2, _lxml_abi.ELEMENT_SIZE) or not _lxml_abi.layout_matches(*_probe()):
        raise BuildError(
            f"boilerkit was compiled for lxml {_lxml_abi.LXML} with libxml2 {_lxml_abi.LIBXML2}, and does not fit lxml "
            f"{_dotted(etree.LXML_VERSION)} with libxml2 {_dotted(etree.LIBXML_VERSION)}. {_advice()}"
        )


def _advice() -> str:
    if (Path(__file__).parents[3] / "setup.py").exists():
        return (
            "This is boilerkit's source tree: build it in place (pip install -e . or python setup.py build_ext "
            "--inplace), or leave this folder, so that Python finds the installed package."
        )
    return (
        "Rebuild boilerkit for the installed lxml (pip install --force-reinstall --no-binary boilerkit boilerkit), or "
        "install a version of lxml that boilerkit supports (pip install --force-reinstall boilerkit)."
    )


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
