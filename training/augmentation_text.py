"""Plain text with headlines of other pages inserted: more examples of tickers and teasers beside and inside a text.

They teach that short lines which have nothing to do with a page's text are boilerplate wherever they are. The headlines
are blocks labelled as ticker or related, or first sentences of paragraphs.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from boilerkit.documents import feature_set
from boilerkit.gold.pages import GoldPage
from boilerkit.labels import LABELS, Label
from boilerkit.learning.labels import AugmentedPage, LabelPage
from boilerkit.learning.training_pages import PageData, TrainingPage, training_page
from boilerkit.model.content import ContentModel
from boilerkit.plaintext.segmentation import TextBlocks, segment_text

HEADLINE_LABELS = (Label.TICKER, Label.RELATED)
MIN_LINES, MAX_LINES = 3, 14  # headlines inserted together
COPIES = 6  # pages that a ticker is inserted into
MIN_WORDS, MAX_WORDS = 3, 30  # words of a headline
WEIGHT = 3  # of a word of a headline, relative to one of the page


_TICKER = LABELS.index(Label.TICKER)
_SENTENCE = re.compile(r".+?[.!?](?=\s)", re.DOTALL)  # with more text after it


@dataclass(frozen=True)
class Headlines:
    """Headlines of one page, or sentences that could be its teasers, and the group of the page."""

    group: str
    texts: tuple[str, ...]
    are_sentences: bool


def collect_headlines(pages: Sequence[GoldPage]) -> list[Headlines]:
    """Return the headlines, and first sentences of paragraphs, of the labelled pages that have enough of them."""
    found = []
    for page in pages:
        spans = page.labelled_spans
        headlines = [span.text or "" for span in spans if span.label in HEADLINE_LABELS]
        paragraphs = [span.text or "" for span in spans if span.label == Label.BODY]
        sentences = [match[0] for text in paragraphs if (match := _SENTENCE.match(text))]
        for texts, are_sentences in ((headlines, False), (sentences, True)):
            fit = [" ".join(text.split()) for text in texts if MIN_WORDS <= len(text.split()) <= MAX_WORDS]
            if len(fit) >= MIN_LINES:
                found.append(Headlines(page.group, tuple(fit), are_sentences))
    return found


def insert_headlines(
    pages: Sequence[TrainingPage], headlines: Sequence[Headlines], share: float, folder: Path, random_state: int
) -> Iterator[TrainingPage]:
    """Yield a share of the pages with headlines of other pages of these groups inserted at two places.

    They are inserted near the top, below, or, unless they are sentences, amid the page's text. The pages are stored in
    `folder`.
    """
    rng = random.Random(random_state)
    groups = {page.group for page in pages}
    donors = [donor for donor in headlines if donor.group in groups]
    for number, page in enumerate(pages if donors else []):
        donor = rng.choice(donors)
        if rng.random() < share and donor.group != page.group and len(page.weight) > 3:
            data = page.load()
            for _ in range(2):
                data = _with_headlines(data, donor, rng)
            data = replace(data, static=feature_set("text").static_features(data.blocks))
            file = folder / f"{number}.npz"
            data.save(file)
            variant = f"{page.variant}, headlines"
            yield training_page(data, file, page.id, page.key, page.group, page.page_type, page.corpus, variant)


def _with_headlines(data: PageData, donor: Headlines, rng: random.Random) -> PageData:
    """Return the page with headlines before one of its blocks; the page itself where they would not stay apart."""
    at = _position(data, rng, amid=not donor.are_sentences)
    blocks = _insert(data.blocks, at, donor, rng)
    n_new = len(blocks) - len(data.blocks)
    if n_new < 1:
        return data
    content = np.insert(data.content, [at] * n_new, 0).astype(np.float32)
    counts = WEIGHT * blocks.block("words")[at : at + n_new]
    weight = np.insert(data.weight, [at] * n_new, counts).astype(np.float32)
    labels = np.insert(data.labels, [at] * n_new, -1).astype(np.int8)
    return replace(data, blocks=blocks, content=content, weight=weight, labels=labels)


def insert_tickers(
    pages: Sequence[LabelPage], gold: Sequence[GoldPage], model: ContentModel, random_state: int
) -> list[AugmentedPage]:
    """Return the tickers of gold pages near the top of other pages that have none, each COPIES times."""
    rng = random.Random(random_state)
    hosts = [page for page in pages if _TICKER not in page.labels and len(page.blocks) > MIN_LINES]
    augmented = []
    for page in gold:
        texts = [" ".join((span.text or "").split()) for span in page.labelled_spans if span.label == Label.TICKER]
        for host in rng.sample(hosts, min(COPIES, len(hosts))) if len(texts) >= MIN_LINES else []:
            body = np.flatnonzero(host.content > 0.5)
            at = rng.randrange(1, max(2, int(body[0]) if len(body) else 5)) % len(host.blocks)
            blocks = _insert(host.blocks, at, Headlines(page.group, tuple(texts), False), rng)
            n_new = len(blocks) - len(host.blocks)
            if n_new > 0 and host.group != page.group:
                is_ticker = np.isin(np.arange(len(blocks)), np.arange(at, at + n_new))
                augmented.append(
                    AugmentedPage((page.group, host.group), blocks, model.predict_proba(blocks), is_ticker)
                )
    return augmented


def _insert(blocks: Any, at: int, donor: Headlines, rng: random.Random) -> TextBlocks:
    """Return the page with some of the donor's texts before one of its blocks."""
    lines = _format(_sample(donor.texts, rng), rng)
    gap = "\n\n" if rng.random() < 0.5 else "\n"
    start = int(blocks.block("start")[at] - blocks.block("indent")[at])
    begin = blocks.text.rfind("\n", 0, start + 1) + 1
    return segment_text(blocks.text[:begin] + lines + gap + blocks.text[begin:])


def _position(data: PageData, rng: random.Random, amid: bool) -> int:
    """Return the block before which headlines are inserted: near the top, near the end, or amid the page's text."""
    n_blocks = len(data.blocks)
    body = np.flatnonzero(data.content > 0.5)
    where = rng.random()
    if where < 0.4 or not len(body):
        return rng.randrange(1, max(2, min(n_blocks, int(body[0]) + 1 if len(body) else 5)))
    if where < 0.8 and amid:
        return int(rng.choice(body.tolist()))
    return rng.randrange(int(body[-1]), n_blocks)


def _sample(texts: Sequence[str], rng: random.Random) -> list[str]:
    number = min(len(texts), rng.randint(MIN_LINES, MAX_LINES))
    first = rng.randrange(len(texts) - number + 1)
    return list(texts[first : first + number])


def _format(texts: Sequence[str], rng: random.Random) -> str:
    """Return the lines of the headlines, in one of the formats that tickers and teaser lists have."""
    shape = rng.randrange(6)
    if shape == 0:
        return "\n\n".join(texts)
    if shape == 1:
        return "\n".join(f"  • {text}" for text in texts)
    if shape == 2:
        return "\n".join(f"{rng.randrange(24):02}:{rng.randrange(60):02} {text}" for text in texts)
    if shape == 3:
        return f" {rng.choice('|•·')} ".join(texts[:5])
    if shape == 4:
        return "\n".join(f"{text}\n{rng.randint(1, 28)}.{rng.randint(1, 12):02}.2024" for text in texts)
    return "\n".join(texts)
