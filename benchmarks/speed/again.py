"""Extracts pages again and again, for a profiler to look on: `python -P benchmarks/speed/again.py SECONDS FOLDER`.

It imports nothing of `benchmarks`, so that a profile shows `extract` and little else.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import boilerkit


def main(seconds: float, folder: Path) -> None:
    """Extract the pages of a folder by turns until the time is over; each at least once."""
    pages = [file.read_bytes() for file in sorted(folder.iterdir())]
    end = time.monotonic() + seconds
    while True:
        for page in pages:
            boilerkit.extract(page)
        if time.monotonic() >= end:
            return


if __name__ == "__main__":
    main(float(sys.argv[1]), Path(sys.argv[2]))
