"""Pages of any size in shapes that ask for memory in different ways, all of invented words and links."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.speed.generated import generated_page

_DEPTH = 200  # of nested elements; libxml2 reads no deeper than 2,048


def shaped_page(shape: str, size: int) -> bytes:
    """A page of about `size` bytes (10,000 or more) in one of SHAPES."""
    return SHAPES[shape](size)


def short_blocks(size: int) -> bytes:
    """Blocks of two words, some 25 bytes each: as many blocks as a page of this size may well have."""
    return _repeated(size, lambda number: f"<p>Tide {number:07}.</p>\n")


def _nested(size: int) -> bytes:
    return _repeated(size, lambda number: f"<div class=a{number}>Tide " * _DEPTH + "</div>" * _DEPTH)


def _links(size: int) -> bytes:
    return _repeated(size, lambda number: f'<li><a href="/harbour/{number}">Tide of day {number}</a></li>\n')


def _one_text(size: int) -> bytes:
    return b"<html><body><p>" + b"The tide came in and went out. " * (size // 31) + b"</p></body></html>"


def _attributes(size: int) -> bytes:
    many = " ".join(f'data-tide-{letter}="high water"' for letter in "abcdefghij")
    return _repeated(size, lambda number: f'<div id="d{number}" class="one two-{number}" {many}>Tide</div>\n')


def _repeated(size: int, piece: Callable[[int], str]) -> bytes:
    start, end = b"<!DOCTYPE html><html><body>\n", b"</body></html>\n"
    page, number = bytearray(start), 0
    while len(page) < size - len(end):
        page += piece(number).encode()
        number += 1
    return bytes(page + end)


#: By name, what makes a page of a size in bytes.
SHAPES: dict[str, Callable[[int], bytes]] = {
    "prose": generated_page,
    "short blocks": short_blocks,
    "nested elements": _nested,
    "links": _links,
    "one text": _one_text,
    "attributes": _attributes,
}
