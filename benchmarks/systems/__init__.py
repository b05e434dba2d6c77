"""What is measured: Boilerkit and its peers, each as a callable from a page's bytes to its main text.

========================== =============================================================================================
name                       what it is
========================== =============================================================================================
boilerkit                  Boilerkit with the shipped model and that model's threshold
boilerkit@0.7              with another threshold
boilerkit:DIR              with the model in a folder; boilerkit:DIR@0.7 for another threshold too
trafilatura, resiliparse … the peers, see `benchmarks.systems.peers`
module:function            any function from bytes to str, of an installed module or one in the current directory
========================== =============================================================================================
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.errors import BenchmarkError
from benchmarks.systems.functions import find_function
from benchmarks.systems.ours import BoilerkitExtractor, find_boilerkit
from benchmarks.systems.peers import PEERS, find_peer
from benchmarks.systems.system import Extractor, MissingSystem, System
from boilerkit.cli.common import complain

__all__ = [
    "OURS",
    "PEERS",
    "BoilerkitExtractor",
    "Extractor",
    "MissingSystem",
    "System",
    "find_system",
    "find_systems",
    "is_ours",
]

OURS = "boilerkit"


def is_ours(name: str) -> bool:
    """Whether a system's name is that of a Boilerkit model."""
    return name.partition(":")[0].partition("@")[0] == OURS


def find_systems(names: Sequence[str]) -> list[System]:
    """The systems of some names; of none, Boilerkit and all peers.

    Those that are not installed are left out, and stderr says how to get them. Raises BenchmarkError where none
    remains, and as `find_system` for what is no system.
    """
    systems = list(_installed(names or (OURS, *PEERS)))
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
            complain("left out", str(missing))


def find_system(name: str) -> System:
    """The system of a name, as the table in this module has them.

    Raises BenchmarkError where there is none of that name, MissingSystem where its package is not installed, and
    ModelError where a folder holds no model.
    """
    system = find_boilerkit(name) or find_peer(name) or find_function(name)
    if system is None:
        raise BenchmarkError(
            f"there is no system named {name!r}. There are boilerkit, {', '.join(PEERS)}, and module:function for a "
            "function of your own"
        )
    return system
