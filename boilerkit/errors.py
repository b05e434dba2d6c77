"""The errors that Boilerkit raises. All are BoilerkitError: one `except` catches what a page or a file can cause."""

from __future__ import annotations


class BoilerkitError(Exception):
    """Boilerkit cannot work with something it was given; the message says what is wrong and what to do."""


class OptionError(BoilerkitError, ValueError):
    """An option has a value that it cannot have."""


class InputError(BoilerkitError, ValueError):
    """A page is not HTML or text: binary data, too large, or of another type than str and bytes."""


class ModelError(BoilerkitError, ValueError):
    """A model is missing, damaged, of another format version, or made for other features or another input format."""


class GoldError(BoilerkitError, ValueError):
    """A gold file is missing or malformed; the message names the file, the line and what is expected."""


class PageError(BoilerkitError):
    """One page of many has no result: it took too long, ended its process, or met a bug in Boilerkit."""


class BuildError(BoilerkitError, ImportError):
    """The compiled modules cannot be loaded, or do not fit the Python ones; raised by `import boilerkit`."""


class LxmlWarning(RuntimeWarning):
    """The compiled modules do not fit the installed lxml, and take more time with it; given by `import boilerkit`."""


def error_message(error: Exception) -> str:
    """Return what an error says to people who do not know the code."""
    if isinstance(error, BoilerkitError):
        return str(error)
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if isinstance(error, MemoryError):
        return "there is not enough memory for it"
    return f"unexpected {type(error).__name__}: {error}"
