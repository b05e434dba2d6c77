"""How the time grows on pages that were made to take long."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import boilerkit
from benchmarks.progress import progress
from benchmarks.speed.growth import exponent
from benchmarks.speed.timing import cpu_seconds, gc_paused
from boilerkit.errors import InputError
from boilerkit.extraction import OutputFormat

SIZES = (10_000, 100_000, 1_000_000, 10_000_000, 50_000_000)
FORMATS: tuple[OutputFormat, ...] = ("text", "markdown", "html")

#: No page is tried that would take longer, by what a smaller one took, in seconds of the processor.
MAX_SECONDS = 5
#: Exponents and the worst time per byte are those of pages from this size on: smaller ones have fixed costs.
FITTED_FROM = 90_000


def _repeated(piece: str, start: str = "<body>", end: str = "") -> Callable[[int], str]:
    return lambda size: start + piece * max(1, (size - len(start) - len(end)) // len(piece)) + end


def _numbered(piece: str, start: str, end: str) -> Callable[[int], str]:
    """Return pages of a piece with rising numbers in it."""

    def page(size: int) -> str:
        return start + "".join(piece % number for number in range(size // len(piece % 99_999))) + end

    return page


#: By name, what makes a page of about a size in bytes.
HOSTILE: dict[str, Callable[[int], str]] = {
    "short paragraphs": _repeated("<p>x"),
    "empty paragraphs": _repeated("<p>"),
    "cells": _repeated("<td>x", "<table><tr>"),
    "ordered list": _repeated("<li>x", "<ol>"),
    "line breaks": _repeated("x<br>", "<p>"),
    "inline marks": _repeated("<b>x</b> ", "<p>"),
    "links": _repeated("<a href=/a>x</a> ", "<p>"),
    "comments": _repeated("<!-- x -->", "<p>one", "two"),
    "nested": _repeated("<div>x"),
    "nested inline": _repeated("<b><i>"),
    "nested, ended wrongly": _repeated("<b></x>", end="x"),
    "nested lists": _repeated("<ul><li>x"),
    "attributes": _numbered(" itema%d=1", "<p", ">x"),
    "attributes, hidden by a quoted tag": _numbered(" itema%d=1", "<p x='</'", ">x"),
    "attributes, behind an odd tag": _numbered(" a%d=1", "<p \"><p y='</'", ">x"),
    "attributes, a thousand a tag": _repeated("<p" + "".join(f" a{n}=1" for n in range(1000)) + ">x"),
    "classes": _numbered(" a%d", "<p class='", "'>x"),
    "<": _repeated("<"),
    "&": _repeated("&"),
    "</": _repeated("</"),
    "<!--": _repeated("<!--"),
    "quotes": _repeated("<a href='"),
    "scripts never ended": _repeated("<script>"),
    "scripts in comments": _repeated("<script><!--<script>"),
    "backticks": _repeated("`<code>`</code> "),
    "brackets": _repeated("[x]( ", "<p>"),
    "dollars": _repeated("$x ", "<p>"),
    "footnotes": _numbered("<sup><a href=#n%d>1</a></sup>", "<p>", "<p id=n1>x"),
    "one word": _repeated("x", "<p>"),
    "combining marks": _repeated("a\u0301\u0301\u0301", "<p>"),
    "table spans": _repeated("<td rowspan=60000 colspan=1000>x", "<table><tr>"),
}


def grow(sizes: Sequence[int], formats: Sequence[OutputFormat] = FORMATS) -> list[dict[str, Any]]:
    """Return for each hostile shape and format the milliseconds by size."""
    rows = []
    with progress("Timing pages that were made to take long", len(HOSTILE)) as advance:
        for shape, make in HOSTILE.items():
            for output_format in formats:
                ms = dict(_times(make, sizes, output_format))
                rows.append({"shape": shape, "format": output_format, "bytes": list(ms), "ms": list(ms.values())})
            advance()
    return rows


def worst_ms(row: Mapping[str, Any]) -> float:
    """Return the most milliseconds per MB of a row."""
    pairs = zip(row["bytes"], row["ms"], strict=True)
    return max((1e6 * ms / size for size, ms in pairs if size >= FITTED_FROM), default=0.0)


def growth_of(row: Mapping[str, Any]) -> float | None:
    """Return the power of the size that the time of a row grows with, None for less than two sizes."""
    return exponent(dict(zip(row["bytes"], row["ms"], strict=True)), FITTED_FROM)


def _times(
    make: Callable[[int], str], sizes: Sequence[int], output_format: OutputFormat
) -> Iterator[tuple[int, float]]:
    """Yield sizes of pages and the milliseconds of the processor that they take, up to one that would take too long."""
    seconds_per_byte = 0.0
    for size in sizes:
        if seconds_per_byte * size > MAX_SECONDS:
            return
        page = make(size).encode()
        with gc_paused():
            start = cpu_seconds()
            try:
                boilerkit.extract(page, input_format="html", output_format=output_format, threshold=0)
            except InputError:  # too large, which is said at once
                return
            seconds = cpu_seconds() - start
        seconds_per_byte = seconds / len(page)
        yield len(page), round(1000 * seconds, 3)
