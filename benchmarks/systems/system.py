"""What all systems have in common."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.errors import BenchmarkError

#: From the bytes of a page to its main text, "" where there is none. What it raises is that page's failure alone.
Extractor = Callable[[bytes], str]


class MissingSystem(BenchmarkError):
    """A system's package is not installed; the message says how to install it."""


@dataclass(frozen=True)
class System:
    """Something that extracts main text.

    `name` is what the user typed. `load` imports what is needed and gives the extractor; it raises MissingSystem where
    something is not installed. `version` is for readers of results. `fingerprint` changes with everything known that
    the texts depend on, so that texts stored under it are never those of other code.
    """

    name: str
    load: Callable[[], Extractor]
    version: str
    fingerprint: str


def fingerprint(*parts: str | Path) -> str:
    """A hash, 12 hexadecimal digits, of texts and of the contents of files."""
    digest = hashlib.blake2b(digest_size=6)
    for part in parts:
        content = part.read_bytes() if isinstance(part, Path) else part.encode()
        digest.update(hashlib.blake2b(content).digest())
    return digest.hexdigest()
