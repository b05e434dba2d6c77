"""Reader comments: the blocks that are labelled so, grouped by the repeated element that holds one comment each."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from boilerkit.html.segmentation.blocks import HtmlBlocks
from boilerkit.metadata.authors import is_name, names_in
from boilerkit.metadata.dates import date_in_line, parse_date
from boilerkit.metadata.declarations import Declarations, MarkedText

#: Elements above a block that may hold its comment.
MAX_ANCESTORS = 40
#: Share of the words of all comment blocks that repeated elements must hold to be those of comments.
MIN_COVERAGE = 0.6
#: A line as long as this is not the name or the date of a comment.
MAX_LINE_CHARS = 80
MAX_DATE_WORDS = 8
#: A comment of nobody and no day has at least so many words.
MIN_WORDS = 8

_DATE = re.compile(
    r"\b(?:19|20)\d\d(?!\d)|\b\d+\s*(?:s|sec|m|min|h|hr|d|w|mo|y|yr|seconds?|minutes?|hours?|days?|weeks?|months?|years?)\b"
    r"|\b(?:yesterday|today)\b|\d\d:\d\d",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"\s+(?:says?|said|wrote|schreibt|schrieb|sagt|dit|dice|zegt|skriver|pisze|пишет)\s*:?\s*\Z", re.IGNORECASE
)

#: What elements of one sort have in common: the number of their tag, and one of the names in their attributes.
_Sort = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Comment:
    """A reader comment: its text, and who wrote it and on which day (yyyy-mm-dd) where the page says so."""

    text: str
    author: str | None = None
    date: str | None = None

    def to_dict(self) -> dict[str, str | None]:
        """Return the comment as plain values, for JSON."""
        return {"text": self.text, "author": self.author, "date": self.date}


def find_comments(
    blocks: HtmlBlocks, numbers: Sequence[int], declared: Declarations, languages: Sequence[str]
) -> list[Comment]:
    """Return the comments that the blocks of these numbers make up, in document order.

    Where no element is repeated, all of them are one comment. What has neither author nor date and only a few words is
    part of the form for writing one. `languages` are those that dates may be in.
    """
    if not len(numbers):
        return []
    texts = {number: " ".join(blocks.block_text(number).split()) for number in numbers}
    groups = _group(blocks, texts)
    uses = Counter(text for group in groups.values() for text in {texts[number] for number in group})
    ends = _subtree_ends(blocks)
    order = blocks.element("order")
    comments = []
    for element, group in groups.items():
        # What half of the comments have are buttons: "Reply", "Report".
        lines = [texts[number] for number in group if len(groups) < 3 or 2 * uses[texts[number]] < len(groups)]
        span = (int(order[element]), ends[element]) if element >= 0 else (0, 0)
        comment = _comment(lines, _within(declared.authors, *span), _within(declared.dates, *span), languages)
        if comment.text and (comment.author or comment.date or len(comment.text.split()) >= MIN_WORDS):
            comments.append(comment)
    return comments


def _group(blocks: HtmlBlocks, texts: dict[int, str]) -> dict[int, list[int]]:
    """Return the numbers of the blocks of each comment by the row of the element that holds it.

    Elements of one sort that hold most of the comments are candidates. Those of which most hold exactly one date are
    the elements of comments; if there are no dates, the most. The row is -1 if no element is repeated.
    """
    candidates: dict[_Sort, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    sorts = _sorts_of_elements(blocks)
    parents, elements = blocks.element("parent"), blocks.block("element")
    for number in texts:
        element, seen = int(elements[number]), set[_Sort]()
        for _ in range(MAX_ANCESTORS):
            if element < 0:
                break
            for sort in sorts.get(element, ()):
                if sort not in seen:
                    seen.add(sort)
                    candidates[sort][element].append(number)
            element = int(parents[element])
    words = {number: len(text.split()) for number, text in texts.items()}
    dated = {number for number, text in texts.items() if _is_date(text)}
    enough = MIN_COVERAGE * sum(words.values())

    def merit(groups: dict[int, list[int]]) -> tuple[float, int]:
        dates = [sum(number in dated for number in group) for group in groups.values()]
        return sum(1.0 if count == 1 else -0.5 for count in dates) if dated else 0.0, len(groups)

    repeated = [
        groups
        for groups in candidates.values()
        if len(groups) > 1 and sum(words[number] for group in groups.values() for number in group) >= enough
    ]
    return max(repeated, key=merit, default={-1: list(texts)} if texts else {})


def _sorts_of_elements(blocks: HtmlBlocks) -> dict[int, list[_Sort]]:
    tags = blocks.element("tag").tolist()
    sorts: dict[int, list[_Sort]] = defaultdict(list)
    for element, token in blocks.element_tokens.tolist():
        sorts[element].append((tags[element], token))
    return sorts


def _subtree_ends(blocks: HtmlBlocks) -> list[int]:
    """Return for each element the order of the first element after all that it contains."""
    depths, orders = blocks.element("depth").tolist()[:-1], blocks.element("order").tolist()[:-1]
    ends = [np.iinfo(np.int32).max] * (len(depths) + 1)
    open_elements: list[int] = []
    for element, depth in enumerate(depths):
        while open_elements and depths[open_elements[-1]] >= depth:
            ends[open_elements.pop()] = orders[element]
        open_elements.append(element)
    return ends


def _within(marked: Sequence[MarkedText], start: int, end: int) -> Iterator[MarkedText]:
    return (its for its in marked if start <= its.order < end)


def _comment(
    lines: list[str], authors: Iterator[MarkedText], dates: Iterator[MarkedText], languages: Sequence[str]
) -> Comment:
    """Return the comment that lines make up: who wrote it and when, and all other lines as its text."""
    day = next((found for its in dates if (found := parse_date(its.value))), None)
    author = next(
        (names[0] for its in authors if (names := [*filter(is_name, names_in(_SAYS.sub("", its.text)))])), None
    )
    text: list[str] = []
    for number, line in enumerate(lines):
        is_short = len(line) <= MAX_LINE_CHARS
        if is_short and not text and author is None and number < 2 and (name := _name_at_start(line)):
            author = name
        elif is_short and not text and author is not None and author in line:
            continue
        elif not text and _is_date(line):
            day = day or date_in_line(line, languages)
        else:
            text.append(line)
    return Comment("\n".join(text), author, day)


def _is_date(line: str) -> bool:
    """Return whether a line is the date of a comment, with few other words."""
    return len(line) <= MAX_LINE_CHARS and len(line.split()) <= MAX_DATE_WORDS and _DATE.search(line) is not None


def _name_at_start(line: str) -> str | None:
    """Return the name in the first line of a comment, such as "Ann Lee says:"."""
    named = _SAYS.sub("", line)
    names = names_in(named)
    is_one = bool(names) and is_name(names[0]) and len(named.split()) <= 4 and not named.endswith((".", "!", "?"))
    return names[0] if is_one else None
