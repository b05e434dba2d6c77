"""The errors that Boilerkit raises. All are BoilerkitError: one `except` catches what a page or a file can cause."""

from __future__ import annotations


class BoilerkitError(Exception):
    """Something that Boilerkit was given is not what it can work with; the message says what and what to do."""


class InputError(BoilerkitError, ValueError):
    """A page is no HTML or text: binary data, too large, or of a type that is no page."""


class ModelError(BoilerkitError, ValueError):
    """A model folder is missing, damaged, of another format version, or does not fit this version's features."""


class GoldError(BoilerkitError, ValueError):
    """A gold file is missing or not as documented; the message names the file, the line and what is expected."""


class PageError(BoilerkitError):
    """A page of many got no answer: it took too long, its process ended, or it met a fault of Boilerkit's own."""


class BuildError(BoilerkitError, ImportError):
    """The compiled parts are missing or do not fit the lxml that is installed; raised by `import boilerkit`."""
