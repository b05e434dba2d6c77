"""Builds the compiled parts; all else about the project stands in pyproject.toml."""

from pathlib import Path

import lxml
from Cython.Build import cythonize
from setuptools import Extension, setup

#: Modules that read libxml2's structs, and so need its headers; nothing is linked.
READ_TREES = ("boilerkit.html.segmentation._lxml_abi", "boilerkit.html.segmentation._walk")


def extension(source: Path) -> Extension:
    """The module that a source is compiled to."""
    name = ".".join(source.with_suffix("").parts)
    return Extension(name, [source.as_posix()], include_dirs=lxml.get_include() if name in READ_TREES else [])


setup(ext_modules=cythonize([extension(source) for source in sorted(Path("boilerkit").rglob("*.pyx"))]))
