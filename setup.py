"""Builds the compiled modules. Everything else about the project is in pyproject.toml."""

import sys
from pathlib import Path

import lxml
from Cython.Build import cythonize
from setuptools import Extension, setup

sys.path.insert(0, str(Path(__file__).parent))  # isolated builds leave it out

from build_columns import Constant, Names, generate

#: Modules that read libxml2's structs and so need its headers; nothing is linked.
READS_TREES = [
    *(f"boilerkit.html.segmentation.{name}" for name in ("_lxml_abi", "_metadata", "_walk")),
    *(f"boilerkit.html.rendering.{name}" for name in ("_lookahead", "_prune")),
    "boilerkit.metadata._elements",
]


def extension(source: Path) -> Extension:
    """Return the extension module that is compiled from a source."""
    name = ".".join(source.with_suffix("").parts)
    return Extension(name, [source.as_posix()], include_dirs=lxml.get_include() if name in READS_TREES else [])


generate(
    {
        "boilerkit.html.segmentation.columns": [
            Names("E_", "ELEMENT_COLUMNS"),
            Names("B_", "BLOCK_COLUMNS"),
            Names("ENDS_", "ENDINGS"),
            Names("IN_", "CONTEXTS", bits=True),
            Constant("FAR"),
        ],
        "boilerkit.plaintext.segmentation.columns": [
            Names("B_", "BLOCK_COLUMNS"),
            Names("BULLET_", "BULLETS"),
            Names("OPENS_", "OPENINGS"),
            Names("ENDS_", "ENDINGS"),
        ],
        "boilerkit.blocks.context_columns": [
            Names("", "NEAR"),
            Names("", "PAGE"),
            Constant("OFFSETS"),
            Constant("WINDOWS"),
        ],
        "boilerkit.html.features.columns": [
            Names("T_", "TEXT"),
            Names("S_", "STRUCTURE"),
            Names("P_", "POSITION"),
            Names("G_", "PAGE"),
            Names("V_", "VOCABULARY"),
            Names("C_", "CONTEXT"),
            Names("L_", "LABEL_COLUMNS"),
            Names("UP_", "UP"),
            Names("AT_", "AT"),
            Names("AROUND_", "AROUND"),
            Constant("LEVELS"),
            Constant("OFFSETS"),
            Constant("WINDOWS"),
            Constant("ANCESTORS"),
            Constant("WIDER_LEVELS"),
            Constant("NEAR"),
            Constant("FURTHER"),
            Constant("LABEL_LEVELS"),
            Constant("LABEL_WINDOW"),
        ],
        "boilerkit.plaintext.features.columns": [
            Names("T_", "TEXT"),
            Names("O_", "PAGE"),
            Names("A_", "AROUND"),
            Names("R_", "RUNS"),
            Names("P_", "PLACE"),
            Names("V_", "VOCABULARY"),
            Names("C_", "CONTEXT"),
            Names("AT_", "AT"),
            Names("RANGE_", "RANGE"),
            Constant("OFFSETS"),
            Constant("WINDOWS"),
        ],
    }
)
setup(ext_modules=cythonize([extension(source) for source in sorted(Path("boilerkit").rglob("*.pyx"))]))
