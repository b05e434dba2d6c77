"""What all systems have in common."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

#: From the bytes of a page to its main text, "" if there is none. What it raises is a failure on that page alone.
Extractor = Callable[[bytes], str]


@dataclass(frozen=True)
class System:
    """Something that extracts main text.

    Attributes:
        name: What the user typed.
        load: Imports what the system needs and returns its extractor; raises MissingSystem if a package is missing.
        version: For readers of results.
        fingerprint: Changes with everything known that the texts depend on; stored texts are found by it.
        code: Python that defines `extract` as a user of this system would write it. Memory and cold start are measured
            in an interpreter that runs this code and nothing else. "" if the system is a program of its own, whose time
            and memory cannot be measured so.
    """

    name: str
    load: Callable[[], Extractor]
    version: str
    fingerprint: str
    code: str


def fingerprint(*parts: str | Path) -> str:
    """Return a hash (12 hexadecimal digits) of texts and of the contents of files."""
    digest = hashlib.blake2b(digest_size=6)
    for part in parts:
        content = part.read_bytes() if isinstance(part, Path) else part.encode()
        digest.update(hashlib.blake2b(content).digest())
    return digest.hexdigest()
