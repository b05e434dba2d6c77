"""What clean output may take from a page: attributes, addresses and characters."""

from __future__ import annotations

import re

from lxml import etree

#: White space to a reader of HTML; the walk over the page uses the same characters.
SPACE = " \t\n\r\f\v\xa0"
SPACES = re.compile(f"[{SPACE}]+")

_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # lxml refuses these
# Browsers drop line breaks and tabs from addresses; control and zero-width characters disguise them.
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ud800-\udfff\ufeff\ufffe\uffff]")
_UNSAFE_IN_URL = re.compile(r"""[\s"<>`\\]""")
_SCHEME = re.compile(r"([^/?#]*?):")
_LINK_SCHEMES = frozenset(("http", "https", "mailto", "tel", "ftp"))
_IMAGE_SCHEMES = frozenset(("http", "https"))
_INLINE_IMAGE = re.compile(r"data:image/(?!svg)[a-z0-9.+-]+[;,]", re.IGNORECASE)
_MIN_INLINE_IMAGE = 256  # shorter ones are placeholders: a single pixel or colour
_MAX_INLINE_IMAGE = 4096  # longer ones would drown the text

_LAZY_SOURCES = ("data-src", "data-lazy-src", "data-original")
_SOURCE_SETS = ("srcset", "data-srcset", "data-lazy-srcset")
_PIXEL = re.compile(r"\s*[01](\.0*)?\s*(px)?\s*", re.IGNORECASE)
_LANGUAGE = re.compile(r"(?:^|\s)(?:language|lang)-([\w+#.-]+)", re.IGNORECASE)
_SPAN = re.compile(r"[1-9][0-9]{0,2}")


def clean_text(text: str) -> str:
    """Return the text without the characters that XML forbids."""
    return _NOT_IN_XML.sub("", text)


def link_url(url: str | None) -> str | None:
    """Return the address of a link, tidied; None for one that is empty, or that runs or embeds something."""
    return _safe_url(url, _LINK_SCHEMES)


def image_url(url: str | None) -> str | None:
    """Return the address of an image, tidied; None for one that is empty, too long, or possibly not only an image."""
    if url and _INLINE_IMAGE.match(url):
        if len(url) > _MAX_INLINE_IMAGE:
            return None
        return _HIDDEN.sub("", _UNSAFE_IN_URL.sub("", url))
    return _safe_url(url, _IMAGE_SCHEMES)


def _safe_url(url: str | None, schemes: frozenset[str]) -> str | None:
    tidy = _HIDDEN.sub("", url or "").strip()
    scheme = _SCHEME.match(tidy)
    if not tidy or (scheme and scheme[1].lower() not in schemes):
        return None
    return _UNSAFE_IN_URL.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), tidy)


def image_of(source: etree._Element) -> etree._Element | None:
    """Return a clean copy of an `img`; None for a tracking pixel and for an image without an address."""
    if any(_PIXEL.fullmatch(source.get(side, "")) for side in ("width", "height")):
        return None
    url = _image_source(source)
    if url is None:
        return None
    image = etree.Element("img", src=url)
    image.set("alt", clean_text(SPACES.sub(" ", source.get("alt", "")).strip()))
    return image


def _image_source(source: etree._Element) -> str | None:
    src = source.get("src", "").strip()
    embedded = src[:5].lower() == "data:"
    candidates = [] if embedded else [src]
    candidates += [source.get(name, "") for name in _LAZY_SOURCES]
    candidates += [(source.get(name, "").split() or [""])[0].rstrip(",") for name in _SOURCE_SETS]
    if len(src) >= _MIN_INLINE_IMAGE:
        candidates.append(src)
    return next((url for url in map(image_url, candidates) if url), None)


def attributes_of(source: etree._Element, tag: str) -> dict[str, str]:
    """Return the attributes that the clean copy of an element has; `tag` is the name of the copy."""
    if tag == "a":
        url = link_url(source.get("href"))
        return {"href": url} if url else {}
    if tag in ("td", "th"):
        spans = {name: source.get(name, "").strip() for name in ("colspan", "rowspan")}
        return {name: span for name, span in spans.items() if _SPAN.fullmatch(span) and span != "1"}
    if tag == "ol":
        start = source.get("start", "").strip()
        return {"start": start} if _SPAN.fullmatch(start) and start != "1" else {}
    if tag in ("pre", "code"):
        language = _LANGUAGE.search(source.get("class", ""))
        return {"class": f"language-{language[1]}"} if language else {}
    return {}
