"""Pages that are an empty shell: their text comes as data, which scripts would turn into the page in a browser."""

from __future__ import annotations

import json
import re

#: A page with fewer visible words than this may be a shell.
SHELL_WORDS = 50

#: Text found in a script must have this many words, and one end of a sentence for so many words at least.
MIN_WORDS = 80
MAX_SENTENCE = 60

_LITERAL = re.compile(r'"((?:[^"\\]|\\.){400,})"')
_MARKUP = re.compile(r"<[^<>]*>")
_CODE = re.compile(r"[{};=]|=>|\\u")
_SENTENCE_END = re.compile(r"[.!?。！？]['\"”’»)]*(?:\s|$)")


def embedded_html(source: str) -> str | None:
    """The main text that a shell page carries as a quoted string, as HTML; None where there is none.

    Of the long quoted strings in the source, the longest that reads like prose is taken, with its markup where it has
    any: a field of the page's state, an articleBody of JSON-LD, a long description. It still goes through the model
    like any page.
    """
    candidates = [text for text in map(_unescaped, _LITERAL.findall(source)) if text is not None]
    best = max(candidates, key=_prose_words, default="")
    if _prose_words(best) < MIN_WORDS:
        return None
    if "</p>" in best or "<br" in best:
        return f"<article>{best}</article>"
    return "<article>" + "".join(f"<p>{part}</p>" for part in re.split(r"\n+", best)) + "</article>"


def _unescaped(literal: str) -> str | None:
    try:
        return str(json.loads(f'"{literal}"', strict=False))
    except ValueError:
        return None


def _prose_words(text: str) -> int:
    """How many words of prose a string holds; 0 for code, data and lists of keywords."""
    plain = _MARKUP.sub(" ", text)
    words = len(plain.split())
    sentences = len(_SENTENCE_END.findall(plain))
    is_prose = sentences * MAX_SENTENCE >= words and len(_CODE.findall(plain)) * 20 < words
    return words if is_prose else 0
