"""Text that a page carries and does not show as its markup stands.

Scripts turn it into the page, or show it when it is asked for; or it is for browsers without frames.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape

from lxml import etree

from boilerkit.blocks.columns import TextSource

#: Text that a page does not show must have at least this many words; in scripts, an end of a sentence for so many.
MIN_UNSHOWN_WORDS = 80
MAX_SENTENCE_WORDS = 60

# Consumes a literal whether or not it is closed, so that no text is scanned twice.
_LITERAL = re.compile(r'"((?:[^"\\]++|\\.)*+)"?', re.DOTALL)
_MIN_CHARS = 200
_MARKUP = re.compile(r"<[^<>]*>")
_TAGS = re.compile(r"</(?:p|div|h\d|li|span|strong|em|a)>|<br")
_CODE = re.compile(r"[{};=]|=>|\\u")
_SENTENCE_END = re.compile(r"[.!?]['\"”’»)]*(?:\s|$)|[。！？]")
# A character of a script without spaces counts as a word.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\s\u3040-\u30ff\u3400-\u9fff]+")


def unshown_html(root: etree._Element) -> Iterator[tuple[TextSource, str]]:
    """Yield, as HTML, the texts that a page carries outside its visible elements, with where each comes from."""
    frameless = "\n".join(element.text or "" for element in root.iter("noframes"))
    if frameless.strip():
        yield "noframes", frameless
    data = find_html_in_scripts(root)
    if data is not None:
        yield "scripts", data


def find_html_in_scripts(root: etree._Element) -> str | None:
    """Return the main text that a page carries as data, as HTML; None where there is none.

    This is the longest string in its scripts that reads like prose, with its markup if it has any: a field of the
    page's state, or an articleBody in JSON-LD. The model still decides what of it is content.
    """
    best = max(_literals(root), key=_prose_words, default="")
    if _prose_words(best) < MIN_UNSHOWN_WORDS:
        return None
    if _TAGS.search(best):
        return f"<article>{best}</article>"
    return "<article>" + "".join(f"<p>{escape(part)}</p>" for part in re.split(r"\n+", best)) + "</article>"


def _literals(root: etree._Element) -> Iterator[str]:
    for script in root.iter("script"):
        for literal in _LITERAL.findall(script.text or ""):
            text = _unescaped(literal) if len(literal) >= _MIN_CHARS else None
            if text is not None:
                yield text


def _unescaped(literal: str) -> str | None:
    try:
        return str(json.loads(f'"{literal}"', strict=False))
    except ValueError:
        return None


def _prose_words(text: str) -> int:
    """Return the number of words of prose in a string, 0 for code, data and lists of keywords."""
    plain = _MARKUP.sub(" ", text)
    words = len(_WORD.findall(plain))
    sentences = len(_SENTENCE_END.findall(plain))
    is_prose = sentences * MAX_SENTENCE_WORDS >= words and len(_CODE.findall(plain)) * 20 < words
    return words if is_prose else 0
