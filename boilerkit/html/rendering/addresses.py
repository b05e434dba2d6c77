"""Which addresses clean output may contain, and how they are written: none that runs or embeds something."""

from __future__ import annotations

import re
from urllib.parse import urljoin

# Browsers drop line breaks and tabs from addresses; control and zero-width characters disguise them.
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ud800-\udfff\ufeff\ufffe\uffff]")
_UNSAFE = re.compile(r"""[\s"<>`\\]""")
_SCHEME = re.compile(r"([^/?#]*?):")
_LINK_SCHEMES = frozenset(("http", "https", "mailto", "tel", "ftp"))
_IMAGE_SCHEMES = frozenset(("http", "https"))
_INLINE_IMAGE = re.compile(r"data:image/(?:png|gif|jpe?g|webp|avif|bmp)[;,]", re.IGNORECASE)
_MAX_INLINE_IMAGE = 4096  # longer ones would drown the text


def link_url(url: str | None, base: str | None = None) -> str | None:
    """Return the address of a link, tidied; None for one that is empty, or that runs or embeds something."""
    return _safe_url(url, base, _LINK_SCHEMES)


def image_url(url: str | None, base: str | None = None) -> str | None:
    """Return the address of an image, tidied; None for one that is empty, too long, or possibly not only an image."""
    if url and _INLINE_IMAGE.match(url):
        if len(url) > _MAX_INLINE_IMAGE:
            return None
        return _HIDDEN.sub("", _UNSAFE.sub("", url))
    return _safe_url(url, base, _IMAGE_SCHEMES)


def base_address(href: str | None, url: str | None) -> str | None:
    """Return what relative addresses refer to, given the page's base element and its own address, None if unknown."""
    base = (href or "").strip()
    try:
        base = urljoin(url, base) if url else base
    except ValueError:
        return url
    return base if base.lower().startswith(("http://", "https://")) else (url if not base else None)


def _safe_url(url: str | None, base: str | None, schemes: frozenset[str]) -> str | None:
    tidy = _HIDDEN.sub("", url or "").strip()
    if not tidy or not _is_allowed(tidy, schemes):
        return None
    if base:
        try:
            joined = urljoin(base, tidy)
        except ValueError:  # not an address, for example a broken IPv6 host
            joined = tidy
        if _is_allowed(joined, schemes):
            tidy = joined
    return _UNSAFE.sub(lambda match: "".join(f"%{byte:02X}" for byte in match[0].encode()), tidy)


def _is_allowed(url: str, schemes: frozenset[str]) -> bool:
    scheme = _SCHEME.match(url)
    return scheme is None or scheme[1].lower() in schemes
