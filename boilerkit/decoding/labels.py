"""Labels of encodings, as pages, servers and callers name them."""

from __future__ import annotations

import codecs

import webencodings

#: Codecs of Python in which no page is: escapes, names of hosts, and UTF-7, in which text can hide markup.
_NO_CHARSETS = {"charmap", "idna", "mbcs", "oem", "punycode", "raw-unicode-escape", "unicode-escape", "utf-7"}


def standard_encoding(label: str) -> str | None:
    """Return the name of the encoding that a label means by the Encoding Standard, in lower case; None if none.

    Source: https://encoding.spec.whatwg.org/#names-and-labels
    """
    encoding = webencodings.lookup(label) if label.isascii() else None
    return encoding.name if encoding else None


def find_encoding(label: str) -> str | None:
    """Return the name of an encoding for a label that a server or a caller gives, None for unknown ones.

    Other than pages, they may also name character sets that only Python knows, such as cp437 or UTF-32.
    """
    return standard_encoding(label) or _python_encoding(label)


def _python_encoding(label: str) -> str | None:
    try:
        name = codecs.lookup(label.strip()).name
        b"\xff".decode(name, "replace")  # raises LookupError for codecs that decode no text
    except (LookupError, ValueError):
        return None
    with_hyphens = name.replace("_", "-")
    if with_hyphens in _NO_CHARSETS:
        return None
    # Python also has labels of its own for encodings of the standard, such as latin_1.
    return standard_encoding(with_hyphens) or name
