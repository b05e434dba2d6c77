"""Flat pages with headlines of other pages set in: more examples of tickers and teasers beside and inside a text.

What is learned from them is that short lines which have nothing to do with a page's text are boilerplate, wherever they
stand. The headlines are blocks that a reader labelled as ticker or related, or first sentences of paragraphs.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from boilerkit.plaintext.features import token_shares
from boilerkit.gold.pages import GoldPage
from boilerkit.labels import LABELS, Label
from boilerkit.model.flat import FlatModel
from boilerkit.plaintext.segmentation import TextBlocks, segment_text
from boilerkit.learning.flat import FlatLesson
from boilerkit.learning.flat_labels import FlatKindsLesson, FlatTicker

HEADLINES = (Label.TICKER, Label.RELATED)
FEWEST, MOST = 3, 14  # lines of a strip
GRAFTS = 6  # pages that a ticker is set into
SHORTEST, LONGEST = 3, 30  # words of a headline
WEIGHT = 3  # of a word of a strip, against one of the page


_TICKER = LABELS.index(Label.TICKER)
_SENTENCE = re.compile(r".+?[.!?](?=\s)", re.DOTALL)  # with more behind it


@dataclass(frozen=True)
class Headlines:
    """Headlines of one page, or sentences that could be its teasers, and the group of the page."""

    group: str
    texts: tuple[str, ...]
    are_sentences: bool


def headlines_of(pages: Sequence[GoldPage]) -> list[Headlines]:
    """The headlines, and first sentences of paragraphs, of the pages with labelled spans that have enough of them."""
    found = []
    for page in pages:
        spans = page.gold if page.gold is not None and not isinstance(page.gold, str) else []
        headlines = [span.text or "" for span in spans if span.label in HEADLINES]
        paragraphs = [span.text or "" for span in spans if span.label == Label.BODY]
        sentences = [match[0] for text in paragraphs if (match := _SENTENCE.match(text))]
        for texts, are_sentences in ((headlines, False), (sentences, True)):
            fit = [" ".join(text.split()) for text in texts if SHORTEST <= len(text.split()) <= LONGEST]
            if len(fit) >= FEWEST:
                found.append(Headlines(page.group, tuple(fit), are_sentences))
    return found


def with_strips(
    lessons: Sequence[FlatLesson], headlines: Sequence[Headlines], share: float, seed: int
) -> Iterator[tuple[FlatLesson, str]]:
    """A share of the lessons with two strips each, and the group of the page that the headlines are from.

    A strip stands near the top, below, or, if it is of headlines, amid the page's text.
    """
    chance = random.Random(seed)
    for lesson in lessons:
        donor = chance.choice(headlines)
        if chance.random() < share and donor.group != lesson.group and len(lesson.table) > 3:
            changed = lesson
            for _ in range(2):
                changed = _with_strip(changed, donor, chance)
            yield replace(changed, form=f"{lesson.form}, strips"), donor.group


def _with_strip(lesson: FlatLesson, donor: Headlines, chance: random.Random) -> FlatLesson:
    """The lesson with a strip before one of its blocks; the lesson itself where the strip would not stay apart."""
    at = _place(lesson, chance, amid=not donor.are_sentences)
    table = _set_in(lesson.table, at, donor, chance)
    n_new = len(table) - len(lesson.table)
    if n_new < 1:
        return lesson
    content = np.insert(lesson.content, [at] * n_new, 0).astype(np.float32)
    counts = WEIGHT * table.block("words")[at : at + n_new]
    weight = np.insert(lesson.weight, [at] * n_new, counts).astype(np.float32)
    return replace(lesson, table=table, content=content, weight=weight, shares=token_shares(table, content, weight))


def tickers_of(
    lessons: Sequence[FlatKindsLesson], pages: Sequence[GoldPage], model: FlatModel, seed: int
) -> Iterator[FlatTicker]:
    """The tickers of pages near the top of others that have none, GRAFTS times each."""
    chance = random.Random(seed)
    hosts = [lesson for lesson in lessons if _TICKER not in lesson.labels and len(lesson.table) > FEWEST]
    for page in pages:
        spans = page.gold if page.gold is not None and not isinstance(page.gold, str) else []
        texts = [" ".join((span.text or "").split()) for span in spans if span.label == Label.TICKER]
        for host in chance.sample(hosts, GRAFTS) if len(texts) >= FEWEST else []:
            body = np.flatnonzero(host.content > 0.5)
            at = chance.randrange(1, max(2, int(body[0]) if len(body) else 5)) % len(host.table)
            table = _set_in(host.table, at, Headlines(page.group, tuple(texts), False), chance)
            n_new = len(table) - len(host.table)
            if n_new > 0 and host.group != page.group:
                is_ticker = np.isin(np.arange(len(table)), np.arange(at, at + n_new))
                yield FlatTicker((page.group, host.group), table, model.predict_proba(table), is_ticker)


def _set_in(table: TextBlocks, at: int, donor: Headlines, chance: random.Random) -> TextBlocks:
    """The page with some of the donor's texts before one of its blocks."""
    lines = _shaped(_some(donor.texts, chance), chance)
    gap = "\n\n" if chance.random() < 0.5 else "\n"
    start = int(table.block("start")[at] - table.block("indent")[at])
    begin = table.text.rfind("\n", 0, start + 1) + 1
    return segment_text(table.text[:begin] + lines + gap + table.text[begin:])


def _place(lesson: FlatLesson, chance: random.Random, amid: bool) -> int:
    """The block before which a strip is set: near the top, near the end, or amid the page's text."""
    n_blocks = len(lesson.table)
    body = np.flatnonzero(lesson.content > 0.5)
    where = chance.random()
    if where < 0.4 or not len(body):
        return chance.randrange(1, max(2, min(n_blocks, int(body[0]) + 1 if len(body) else 5)))
    if where < 0.8 and amid:
        return int(chance.choice(body.tolist()))
    return chance.randrange(int(body[-1]), n_blocks)


def _some(texts: Sequence[str], chance: random.Random) -> list[str]:
    number = min(len(texts), chance.randint(FEWEST, MOST))
    first = chance.randrange(len(texts) - number + 1)
    return list(texts[first : first + number])


def _shaped(texts: Sequence[str], chance: random.Random) -> str:
    """The lines of a strip, in one of the shapes that strips have."""
    shape = chance.randrange(6)
    if shape == 0:
        return "\n\n".join(texts)
    if shape == 1:
        return "\n".join(f"  • {text}" for text in texts)
    if shape == 2:
        return "\n".join(f"{chance.randrange(24):02}:{chance.randrange(60):02} {text}" for text in texts)
    if shape == 3:
        return f" {chance.choice('|•·')} ".join(texts[:5])
    if shape == 4:
        return "\n".join(f"{text}\n{chance.randint(1, 28)}.{chance.randint(1, 12):02}.2024" for text in texts)
    return "\n".join(texts)
