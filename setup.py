"""Builds the compiled modules. Everything else about the project is in pyproject.toml."""

import multiprocessing
import os
import sys
from pathlib import Path

import lxml
from Cython.Build import cythonize
from setuptools import Extension, setup

sys.path.insert(0, str(Path(__file__).parent))  # isolated builds leave it out

from build_columns import Constant, Names, generate

#: Modules that read libxml2's structs and so need its headers; nothing is linked.
READS_TREES = [
    "boilerkit.html._tree",
    *(f"boilerkit.html.segmentation.{name}" for name in ("_lxml_abi", "_metadata", "_walk")),
    *(f"boilerkit.html.rendering.{name}" for name in ("_lookahead", "_prune")),
    "boilerkit.metadata._elements",
]

N_JOBS = os.cpu_count() or 1

#: Debug information takes a fifth of the time of compiling and most of a module's size; CFLAGS=-g brings it back.
COMPILE_ARGS = ["-g0"] if os.name == "posix" and "-g" not in os.environ.get("CFLAGS", "").split() else []


def extension(source: Path) -> Extension:
    """Return the extension module that is compiled from a source."""
    name = ".".join(source.with_suffix("").parts)
    include_dirs = lxml.get_include() if name in READS_TREES else []
    return Extension(name, [source.as_posix()], include_dirs=include_dirs, extra_compile_args=COMPILE_ARGS)


def n_cython_processes() -> int:
    """Return how many processes may run Cython, 0 for this one: others than forked ones would run this script again."""
    if sys.platform != "linux":
        return 0
    multiprocessing.set_start_method("fork", force=True)
    return N_JOBS


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
# The largest first, so that no core waits for them at the end.
sources = sorted(Path("boilerkit").rglob("*.pyx"), key=lambda source: -source.stat().st_size)
setup(
    ext_modules=cythonize([extension(source) for source in sources], nthreads=n_cython_processes()),
    options={"build_ext": {"parallel": N_JOBS}},
)
