"""What is measured: Boilerkit and its peers, each as a function from the bytes of a page to its main text.

========================== =============================================================================================
name                       what it is
========================== =============================================================================================
boilerkit                  Boilerkit with the shipped model and that model's threshold
boilerkit@0.7              with another threshold
boilerkit:DIR              with the model in a folder; boilerkit:DIR@0.7 with another threshold too
trafilatura, resiliparse … the peers, see `benchmarks.systems.peers`
readability-js, defuddle … peers that are programs of their own, see `benchmarks.systems.programs`
module:function            any function from bytes to str, of an installed module or one in the current directory
========================== =============================================================================================
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.exceptions import BenchmarkError, MissingSystem
from benchmarks.systems.boilerkit_system import BoilerkitExtractor, find_boilerkit
from benchmarks.systems.peers import PEERS, find_peer
from benchmarks.systems.programs import PROGRAMS, find_program
from benchmarks.systems.system import Extractor, System
from benchmarks.systems.user_function import find_function
from boilerkit.terminal.console import warn

__all__ = [
    "BOILERKIT",
    "PEERS",
    "PROGRAMS",
    "BoilerkitExtractor",
    "Extractor",
    "System",
    "find_model",
    "find_system",
    "find_systems",
    "is_boilerkit",
]

BOILERKIT = "boilerkit"


def is_boilerkit(name: str) -> bool:
    """Return whether a system is a Boilerkit model, by its name."""
    return name.partition(":")[0].partition("@")[0] == BOILERKIT


def find_systems(names: Sequence[str]) -> list[System]:
    """Return the systems of these names; without names, Boilerkit and all peers.

    Systems that are not installed are left out with a line on stderr that says how to install them. Raises
    BenchmarkError if none is left, and as `find_system` for unknown names.
    """
    systems = list(_installed(names or (BOILERKIT, *PEERS, *PROGRAMS)))
    if not systems:
        raise BenchmarkError("none of these systems is installed, so there is nothing to measure")
    return systems


def _installed(names: Sequence[str]) -> Iterator[System]:
    for name in names:
        try:
            system = find_system(name)
            system.load()
            yield system
        except MissingSystem as missing:
            warn("left out", str(missing))


def find_system(name: str) -> System:
    """Return the system of a name, as listed in this module.

    Raises BenchmarkError for an unknown name, MissingSystem if the package is not installed, and ModelError if a folder
    holds no model.
    """
    system = find_boilerkit(name) or find_peer(name) or find_program(name) or find_function(name)
    if system is None:
        raise BenchmarkError(
            f"there is no system named {name!r}. Use boilerkit, {', '.join((*PEERS, *PROGRAMS))}, or module:function "
            "for a function of your own"
        )
    return system


def find_model(name: str) -> tuple[System, BoilerkitExtractor]:
    """Return a Boilerkit system and its extractor. Raises BenchmarkError for systems without probabilities."""
    system = find_system(name)
    extractor = system.load()
    if not isinstance(extractor, BoilerkitExtractor):
        raise BenchmarkError(f"{name} has no probabilities: use boilerkit, or boilerkit:DIR with a model folder")
    return system, extractor
