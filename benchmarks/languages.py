"""The language of a page of a corpus."""

from __future__ import annotations

from functools import lru_cache

from boilerkit.gold.pages import GoldPage
from boilerkit.metadata.language import MIN_CHARS, MIN_PROBABILITY, detect_language


def language_of(page: GoldPage, main_text: str | None) -> str:
    """Return the language that the gold names, else that of the main text or the snippets; "" if it is not known.

    A text must be long enough, and its language clear. Needs py3langid, of the extra `metadata`; without it, pages
    whose gold names no language have none.
    """
    return page.language or _detected(main_text or "\n".join(page.must_have))


@lru_cache(maxsize=10_000)
def _detected(text: str) -> str:
    if len(text) < MIN_CHARS:
        return ""
    code, probability = detect_language(text) or ("", 0.0)
    return code if probability >= MIN_PROBABILITY else ""
