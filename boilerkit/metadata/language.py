"""The language of a page: what it declares, if its text agrees."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from boilerkit.metadata.declarations import Declarations

#: So many characters tell the language of a text well.
MAX_CHARS = 1_000
#: Of shorter texts, what the page declares is believed.
MIN_CHARS = 200
#: What a text must be with this probability for the page not to be believed.
MIN_PROBABILITY = 0.9

_TAG = re.compile(r"\A([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?(?![A-Za-z])")
#: Old and three-letter codes that pages use, and what they mean.
_ALIASES = (
    "iw:he in:id ji:yi jp:ja cn:zh cz:cs gr:el kr:ko ua:uk eng:en deu:de ger:de fra:fr fre:fr spa:es ita:it por:pt "
    "rus:ru jpn:ja zho:zh chi:zh kor:ko ara:ar pol:pl nld:nl dut:nl swe:sv tur:tr"
)
_MEANINGS = {code: meant for code, _, meant in (alias.partition(":") for alias in _ALIASES.split())}
#: Languages that detectors take for each other.
_NEAR = (
    frozenset(("da", "nb", "nn", "no", "sv")),
    frozenset(("bs", "hr", "sh", "sl", "sr")),
    frozenset(("id", "jv", "ms")),
    frozenset(("cs", "sk")),
    frozenset(("an", "ca", "es", "gl", "oc", "pt")),
    frozenset(("ja", "yue", "zh")),
    frozenset(("hi", "mr", "ne")),
    frozenset(("be", "bg", "ru", "uk")),
    frozenset(("ar", "fa", "ur")),
    frozenset(("af", "nl")),
)


def find_language(declared: Declarations, text: str) -> str | None:
    """Return the language of a page as a two-letter code of ISO 639-1 (three letters where there is no other).

    `text` is its main text. Detection needs py3langid, of the extra `metadata`; without it, the page is believed.
    """
    named = declared_language(declared)
    if len(text) < MIN_CHARS:
        return named
    detected = detect_language(text)
    if detected is None or named is None:
        return named or (detected and detected[0])
    code, probability = detected
    if code == named or probability < MIN_PROBABILITY or any({code, named} <= group for group in _NEAR):
        return named
    return code


def declared_language(declared: Declarations) -> str | None:
    """Return the language that a page names: of the root element, else of its meta elements."""
    nodes = (node.get("inLanguage") for node in declared.nodes)
    candidates = [
        declared.language,
        declared.first("content-language", "og:locale", "dc.language", "dcterms.language", "language", "inlanguage"),
        *(value for value in nodes if isinstance(value, str)),
    ]
    return next((code for value in candidates if (code := _code(value))), None)


def declared_region(declared: Declarations) -> str | None:
    """Return the country in the language that a page names, such as "GB" of "en-GB"."""
    for value in (declared.language, declared.first("og:locale")):
        if (found := _TAG.match(value.strip())) and found[3]:
            return found[3].upper()
    return None


def _code(value: str) -> str | None:
    found = _TAG.match(value.strip())
    code = found[1].lower() if found else ""
    return _MEANINGS.get(code, code) or None


def detect_language(text: str) -> tuple[str, float] | None:
    """Return the language of a text and its probability, None without the package that detects it."""
    identifier = _identifier()
    if identifier is None:
        return None
    code, probability = identifier.classify(text[:MAX_CHARS])
    return str(code), float(probability)


@cache
def _identifier() -> Any:
    """Load the detector, which takes a second."""
    try:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier
    except ModuleNotFoundError:
        return None
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
