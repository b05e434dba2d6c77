"""Errors of the benchmarks that a user can put right."""

from __future__ import annotations

from boilerkit.errors import BoilerkitError


class BenchmarkError(BoilerkitError):
    """A corpus, a system or a result is missing or not as expected; the message says what to do."""


class MissingSystem(BenchmarkError):
    """The package of a system is not installed; the message says how to install it."""
