"""Pages that are an empty shell: their text comes as data, which scripts would turn into the page in a browser."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape

from lxml import etree

#: A page with fewer visible words than this may be a shell.
MAX_VISIBLE_WORDS = 20

#: Text found in a script must have this many words, and one end of a sentence for so many words at least.
MIN_WORDS = 80
MAX_SENTENCE = 60

# Consumes a literal whether or not it is closed, so that no text is scanned twice.
_LITERAL = re.compile(r'"((?:[^"\\]++|\\.)*+)"?', re.DOTALL)
_MIN_CHARS = 200
_MARKUP = re.compile(r"<[^<>]*>")
_TAGS = re.compile(r"</(?:p|div|h\d|li|span|strong|em|a)>|<br")
_CODE = re.compile(r"[{};=]|=>|\\u")
_SENTENCE_END = re.compile(r"[.!?]['\"”’»)]*(?:\s|$)|[。！？]")
# A character of a script without spaces counts as a word.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\s\u3040-\u30ff\u3400-\u9fff]+")


def find_embedded_html(root: etree._Element) -> str | None:
    """The main text that a shell page carries as data, as HTML; None where there is none.

    Of the long strings in its scripts, the longest that reads like prose is taken, with its markup where it has any:
    a field of the page's state, an articleBody of JSON-LD. It still goes through the model like any page.
    """
    best = max(_literals(root), key=_prose_words, default="")
    if _prose_words(best) < MIN_WORDS:
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
    """How many words of prose a string holds; 0 for code, data and lists of keywords."""
    plain = _MARKUP.sub(" ", text)
    words = len(_WORD.findall(plain))
    sentences = len(_SENTENCE_END.findall(plain))
    is_prose = sentences * MAX_SENTENCE >= words and len(_CODE.findall(plain)) * 20 < words
    return words if is_prose else 0
