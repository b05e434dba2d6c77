"""What goes wrong in benchmarks by what a user asked for."""

from __future__ import annotations

from boilerkit.errors import BoilerkitError


class BenchmarkError(BoilerkitError):
    """A corpus, a system or a result is missing or not what it should be; the message says what to do."""
