"""What holds of every page, however damaged."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from lxml import etree

import boilerkit
from benchmarks.reliability.dangers import RENDERERS, dangers
from boilerkit import BoilerkitError, Page

_WORD = re.compile(r"[A-Za-z]{3,}")
#: Elements whose text is visible as it stands, wherever they are in each other.
_PLAIN_NAMES = "html body div p span b i em strong ul ol li table tbody tr td th section article main h1 h2 h3 h4"
_PLAIN = frozenset(_PLAIN_NAMES.split())
_MAX_XPATHS = 200  # that are looked up on a page


@dataclass(frozen=True)
class Checked:
    """What a check found: seconds of the processor for text, Markdown and HTML together, and what does not hold."""

    n_bytes: int
    seconds: float
    refused: bool
    broken: tuple[str, ...]


def check_page(page: str | bytes) -> Checked:
    """Check a page and return what does not hold of it, by the name of the invariant."""
    start = time.process_time()
    try:
        result = boilerkit.analyze(page, input_format="html", threshold=0)
        text, markdown, html = result.text, result.markdown, result.html
    except BoilerkitError:
        return Checked(len(page), time.process_time() - start, True, ())
    except Exception as error:
        return Checked(len(page), time.process_time() - start, False, (f"error: {type(error).__name__}: {error}",))
    seconds = time.process_time() - start
    broken = [*_offsets(result), *_xpaths(result), *_coverage(result), *_dangers(markdown, html)]
    if not isinstance(text, str) or text.encode("utf-8", "replace").decode() != text:
        broken.append("text: no Unicode")
    return Checked(len(page), seconds, False, tuple(broken))


def _offsets(page: Page) -> Iterator[str]:
    """Yield where the offsets of blocks do not cover the full text, in order."""
    ends = [0, *(block.end for block in page.blocks)]
    starts = [*(block.start for block in page.blocks), len(page.full_text)]
    if any(page.full_text[block.start : block.end] != block.text or not block.text for block in page.blocks):
        yield "offsets: a block's text is not what its offsets say"
    if any(end > start or page.full_text[end:start].strip() for end, start in zip(ends, starts, strict=True)):
        yield "offsets: text between blocks, or blocks that overlap"
    if any(before.index + 1 != after.index for before, after in pairwise(page.blocks)):
        yield "offsets: blocks are not numbered in order"


def _xpaths(page: Page) -> Iterator[str]:
    """Yield where an XPath does not lead to one element of the tree."""
    from boilerkit.html.parsing import parse

    root = parse(page.source)
    step = max(1, len(page.blocks) // _MAX_XPATHS)
    for block in page.blocks[::step]:
        try:
            found = None if root is None else root.getroottree().xpath(block.xpath)
        except etree.XPathError as error:
            yield f"xpath: {block.xpath}: {error}"
            return
        if not isinstance(found, list) or len(found) != 1:
            yield f"xpath: {block.xpath} leads to no element"
            return


def _coverage(page: Page) -> Iterator[str]:
    """Yield the words of plain elements that are in no block, if there are any.

    The first and last words of a text node may join with others and are left out.
    """
    from boilerkit.html.parsing import parse

    root = parse(page.source)
    if page.text_source != "page" or root is None:
        return
    visible: Counter[str] = Counter()
    is_plain: dict[etree._Element, bool] = {}
    for element in root.iter(etree.Element):
        above = element.getparent()
        is_plain[element] = element.tag in _PLAIN and (above is None or is_plain[above])
        for text, shown in ((element.text, is_plain[element]), (element.tail, above is not None and is_plain[above])):
            if shown and text:
                visible.update(_WORD.findall(text)[1:-1])
    missing = visible - Counter(_WORD.findall(page.full_text))
    if missing:
        yield f"coverage: {missing.total()} words in no block, for example {min(missing)}"


def _dangers(markdown: str, html: str) -> Iterator[str]:
    """Yield what in the outputs could run or load something."""
    for danger in dangers(html):
        yield f"HTML: {danger[:200]}"
        break
    for name, renderer in RENDERERS.items():
        for danger in dangers(renderer.render(markdown)):
            yield f"Markdown ({name}): {danger[:200]}"
            break
