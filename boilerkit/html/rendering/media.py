"""Pictures, videos and sounds: their addresses and descriptions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from boilerkit.html.rendering.addresses import image_url, link_url

Attributes = dict[str, str]

_LAZY = ("data-src", "data-lazy-src", "data-original", "data-actualsrc", "data-orig-src", "data-hi-res-src")
_LAZY_SETS = ("data-srcset", "data-lazy-srcset")
_PLACEHOLDER = re.compile(
    r"(?:^|[/_-])(?:blank|spacer|placeholder|pixel|transparent|loading|loader|lazy|lazyload|1x1|empty|clear|grey|gray)"
    r"[\w-]*\.(?:gif|png|svg|jpe?g|webp)(?:$|[?#])",
    re.IGNORECASE,
)
_MIN_INLINE_IMAGE = 256  # shorter ones are placeholders: a single pixel or colour
_PIXEL = re.compile(r"\s*[01](\.0*)?\s*(px)?\s*", re.IGNORECASE)
# An address, which may contain commas but not begin or end with one, and its width or density.
_CANDIDATE = re.compile(r"(?<![^\s,])([^\s,]\S*+)(?:\s+([0-9.]++)([wx]))?")
_MAX_CANDIDATES = 64
_PLAYER_HOSTS = """youtube.com youtube-nocookie.com youtu.be vimeo.com dailymotion.com soundcloud.com spotify.com
ted.com twitch.tv bilibili.com wistia.com wistia.net loom.com archive.org rumble.com odysee.com tiktok.com"""
_PLAYERS = tuple(_PLAYER_HOSTS.split())


def image_source(image: Attributes, sources: Sequence[Attributes], base: str | None) -> str | None:
    """Return the address of a picture; None for a tracking pixel, a placeholder, and a picture without an address.

    `image` are the attributes of the `img`, `sources` those of the `source` elements of the `picture` around it. What
    scripts would load later comes before what is shown until then, and of several sizes the largest.
    """
    if any(_PIXEL.fullmatch(image.get(side, "")) for side in ("width", "height")):
        return None
    src = image.get("src", "").strip()
    is_data = src[:5].lower() == "data:"
    if _PLACEHOLDER.search(src) or (is_data and len(src) < _MIN_INLINE_IMAGE):
        src = ""
    candidates = [image.get(name) for name in _LAZY]
    candidates += [largest(image.get(name)) for name in _LAZY_SETS]
    candidates += [widest(image.get("srcset")), None if is_data else src, largest(image.get("srcset"))]
    candidates += [largest(source.get(name)) for source in sources for name in ("srcset", "data-srcset")]
    candidates.append(src)
    for candidate in candidates:
        url = image_url(candidate, base) if candidate and not _PLACEHOLDER.search(candidate) else None
        if url:
            return url
    return None


def largest(srcset: str | None) -> str | None:
    """Return the address of the largest picture in a `srcset`, None where there is none."""
    found = _candidates(srcset)
    return max(found, key=lambda candidate: candidate[1])[0] if found else None


def widest(srcset: str | None) -> str | None:
    """Return the address of the widest picture in a `srcset` that names widths, None where there is none."""
    found = [candidate for candidate in _candidates(srcset) if candidate[2]]
    return max(found, key=lambda candidate: candidate[1])[0] if found else None


def _candidates(srcset: str | None) -> list[tuple[str, float, bool]]:
    """Return the addresses of a `srcset`, each with its width or density, and whether that is a width."""
    found = []
    for match in _CANDIDATE.finditer(srcset or ""):
        url, size, unit = match.groups()
        found.append(
            (url.rstrip(","), float(size) if size and size.count(".") < 2 and size != "." else 1.0, unit == "w")
        )
        if len(found) == _MAX_CANDIDATES:
            break
    return found


def media_source(name: str, attributes: Attributes, sources: Sequence[Attributes], base: str | None) -> str | None:
    """Return the address of a video or sound that is embedded in a page; None for frames that show something else."""
    candidates = [attributes.get("src"), attributes.get("data-src"), *(source.get("src") for source in sources)]
    url = next((url for url in (link_url(each, base) for each in candidates) if url), None)
    if url is None or (name in ("iframe", "embed") and not _is_player(url)):
        return None
    return url if url.lower().startswith(("http://", "https://", "/")) or "://" not in url else None


def _is_player(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return any(host == player or host.endswith("." + player) for player in _PLAYERS)
