"""Which blocks are kept: against a plain loop, and by hand."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

import boilerkit
from boilerkit.blocks.columns import BlockColumns, InputFormat
from boilerkit.html.document import HtmlDocument
from boilerkit.labels import LABELS, Label
from boilerkit.model.confidence import expected_word_f1
from boilerkit.model.labels import LabelModel
from boilerkit.page_types import PAGE_TYPES, PageType
from boilerkit.selection import (
    COMMENTS_PROBABILITY,
    COPIED_WORDS,
    FRAGMENT_BLOCKS,
    FRAGMENT_WORDS,
    LEAST_SHARE,
    MIN_DIFFERENCE,
    MIN_WORDS_BESIDE,
    OTHER_TYPES_PROBABILITY,
    Selection,
    best_threshold,
    choose_blocks,
    page_threshold,
    select_blocks,
)

Row = tuple[float, int, int]  # probability, number of the text, kind of place

#: Texts of which some differ only in digits, so that they have the same hash.
TEXTS = ["short", "short 1", *(f"{n} " + "word " * COPIED_WORDS for n in range(4))]


@dataclass(frozen=True)
class FakeBlocks:
    """Blocks of any text at any place."""

    rows: list[Row]
    input_format: InputFormat = "html"
    text: str = ""

    def __len__(self) -> int:
        return len(self.rows)

    def block_text(self, index: int) -> str:
        return TEXTS[self.rows[index][1]]

    def block_texts(self) -> list[str]:
        return [self.block_text(index) for index in range(len(self))]

    @property
    def places(self) -> NDArray[np.int64]:
        return np.array([place for _, _, place in self.rows], dtype=np.int64)

    @property
    def units(self) -> NDArray[np.int32]:
        return np.zeros((0, 2), dtype=np.int32)

    def block(self, column: str) -> NDArray[np.int32]:
        value = {"words": lambda text: len(text.split()), "text_hash": lambda text: len(text)}[column]
        return np.array([value(text) for text in self.block_texts()], dtype=np.int32)


def plain_select(rows: list[Row], threshold: float) -> list[bool]:
    kept: list[bool] = []
    places: dict[int, int] = {}
    for p, text, place in rows:
        over = p > threshold
        is_long = len(TEXTS[text].split()) >= COPIED_WORDS
        if over and is_long:
            places.setdefault(text, place)
        kept.append(over and (not is_long or places[text] == place))
    return kept


@given(
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, len(TEXTS) - 1), st.integers(0, 2)), max_size=30),
    st.sampled_from([0.0, 0.2, 0.5, 0.9, 1.0]),
)
def test_blocks_are_selected_as_by_a_plain_loop(rows: list[Row], threshold: float) -> None:
    p = np.array([its[0] for its in rows], dtype=np.float64)
    assert select_blocks(FakeBlocks(rows), p, threshold).tolist() == plain_select(rows, threshold)


def selected(html: str, p: list[float], threshold: float = 0.5) -> list[bool]:
    kept: NDArray[np.bool_] = select_blocks(HtmlDocument.read(html).blocks, np.array(p), threshold)
    return kept.tolist()


TEN = "one two three four five six seven eight nine ten"


def test_select_keeps_what_is_over_the_threshold() -> None:
    assert selected("<p>one</p><p>two</p><p>three</p>", [1, 0, 1]) == [True, False, True]
    assert selected("<p>one</p><p>two</p>", [0.5, 0.51]) == [False, True]
    assert selected("", []) == []


@pytest.mark.parametrize(
    ("n_words", "p", "threshold"),
    [
        (FRAGMENT_WORDS + 1, [0.5, 0.1], 0.4),
        (FRAGMENT_WORDS, [0.5, 0.1], 0.2),
        (FRAGMENT_WORDS, [0.3, 0.1], 0.2),
        (FRAGMENT_WORDS + 1, [0.3, 0.1], 0.1),  # nothing is over the threshold
        (FRAGMENT_WORDS + 1, [0.01, 0.3], 0.4),  # and what is over the last one is little
        (FRAGMENT_WORDS, [0.15, 0.1], 0.1),
        (2, [0.01, 0.01], 0.2),
    ],
)
def test_the_threshold_is_lower_for_little_text(n_words: int, p: list[float], threshold: float) -> None:
    blocks = HtmlDocument.read(f"<p>{'word ' * (n_words - 1)}</p><p>word</p>").blocks
    assert page_threshold(blocks, np.array(p), 0.4) == pytest.approx(threshold)


def test_a_page_of_more_blocks_is_no_fragment() -> None:
    for n_blocks, threshold in ((FRAGMENT_BLOCKS, 0.2), (FRAGMENT_BLOCKS + 1, 0.4)):
        blocks = HtmlDocument.read("<p>word</p>" * n_blocks).blocks
        assert page_threshold(blocks, np.full(n_blocks, 0.5), 0.4) == pytest.approx(threshold)


def test_a_page_of_little_text_is_not_empty() -> None:
    assert boilerkit.extract("<p>Hello world</p>") == "Hello world"
    lines = [
        "The council said on Tuesday that the bridge would stay closed until spring.",
        "Engineers are looking at the riverbed and will report in May. Until then, buses go by the old road.",
        "Shops on the north bank have asked for help with the rent; a decision is due next week.",
        "The last flood of this size was in 1954, when the old wooden bridge was found three miles downstream.",
    ]
    assert boilerkit.extract("<br><br>".join(lines), input_format="html").split("\n\n") == lines
    menu = "".join(f"<li><a href=/{name}>{name}</a>" for name in ("Home", "News", "Contact"))
    footer = "<footer>© 2024 The Ferry Company. All rights reserved. <a href=/p>Privacy</a></footer>"
    assert boilerkit.extract(f"<body><nav><ul>{menu}</ul></nav>{footer}", threshold=0.4) == ""


@pytest.mark.parametrize(
    "copied",
    [
        f"<div class=desktop><p>{TEN}</p></div><div class=mobile><p>{TEN}</p></div>",
        f"<div><p>{TEN}</p></div><div hidden><p>{TEN}</p></div>",
        f"<header>{TEN}</header><p>{TEN}</p>",
    ],
)
def test_select_drops_copies_of_a_long_text(copied: str) -> None:
    assert selected(copied, [1, 1]) == [True, False]
    assert selected(copied, [0, 1]) == [False, True]
    assert selected(copied.replace(TEN, "short"), [1, 1]) == [True, True]


@pytest.mark.parametrize(
    "page",
    [
        f"<p>{TEN}</p><p>{TEN}</p>",
        f"<div class=verse><p>{TEN}</p></div><div class=verse><p>{TEN}</p></div>",
        f"<table><tr><td>{TEN}</td></tr><tr><td>{TEN}</td></tr></table>",
        f"<div class=a><pre>{TEN}</pre></div><div class=b><pre>{TEN}</pre></div>",
        f"<p>1 {TEN}</p><div>2 {TEN}</div>",
        f"<p>{TEN}</p><div>{TEN.upper()}</div>",
    ],
)
def test_select_keeps_refrains_records_and_listings(page: str) -> None:
    assert selected(page, [1, 1]) == [True, True]


@pytest.mark.parametrize(("opening", "closing"), [("<pre>", "</pre>"), ("<dl>", "</dl>")])
def test_code_and_lists_of_terms_are_kept_as_a_whole(opening: str, closing: str) -> None:
    item = {"<pre>": "<p>line {}</p>", "<dl>": "<dt>term {}</dt>"}[opening]
    html = f"<p>before</p>{opening}{''.join(item.format(n) for n in range(4))}{closing}<p>after</p>"
    blocks = HtmlDocument.read(html).blocks
    assert len(blocks) == 6
    kept = select_blocks(blocks, np.array([0.1, 0.9, 0.2, 0.9, 0.9, 0.1]), 0.5)
    assert kept.tolist() == [False, True, True, True, True, False]
    kept = select_blocks(blocks, np.array([0.9, 0.1, 0.6, 0.1, 0.1, 0.9]), 0.5)
    assert kept.tolist() == [True, False, False, False, False, True]


# --- Page types -------------------------------------------------------------------------------------------------------

#: Blocks of eleven words: some that are content, and entries that a model is not sure of.
INDEX: list[Row] = [(p, 2, 0) for p in (0.9, 0.38, 0.3, 0.15, 0.02) for _ in range(3)]


def probable(page_type: PageType, probability: float) -> NDArray[np.float64]:
    """Return probabilities of the types; what is left is that of another one."""
    rest = PageType.ARTICLE if page_type != PageType.ARTICLE else PageType.FORUM
    return np.array([{page_type: probability, rest: 1 - probability}.get(its, 0.0) for its in PAGE_TYPES])


def choose_by_type(rows: list[Row], types: NDArray[np.float64]) -> Selection:
    probabilities = np.array([p for p, _, _ in rows])
    return choose_blocks(cast(BlockColumns, FakeBlocks(rows)), probabilities, 0.4, predict_page_types=lambda: types)


@pytest.mark.parametrize("page_type", PAGE_TYPES)
def test_the_threshold_is_lower_on_pages_of_other_types_than_articles_and_threads(page_type: PageType) -> None:
    selection = choose_by_type(INDEX, probable(page_type, 0.95))
    is_lower = page_type not in (PageType.ARTICLE, PageType.FORUM)
    assert selection.keep.tolist() == [True] * 3 + [is_lower] * 3 + [False] * 9
    assert (0.3 < selection.threshold < 0.38) if is_lower else selection.threshold == 0.4
    assert selection.page_types is not None


def test_the_threshold_stays_where_the_type_or_the_text_is_not_in_doubt() -> None:
    assert choose_by_type(INDEX, probable(PageType.LISTING, OTHER_TYPES_PROBABILITY)).threshold == 0.4
    sure: list[Row] = [(0.95, 2, 0)] * 12
    selection = choose_by_type([*sure, (0.3, 2, 0)], probable(PageType.LISTING, 1.0))
    assert selection.threshold == 0.4 and selection.page_types is None


def test_the_threshold_is_not_lower_than_half() -> None:
    doubtful: list[Row] = [(p, 2, 0) for p in (0.45, *([0.21] * 3), *([0.19] * 3), *([0.1] * 5))]
    selection = choose_by_type(doubtful, probable(PageType.COLLECTION, 1.0))
    assert selection.threshold == 0.4 * LEAST_SHARE
    assert selection.keep.tolist() == [True] * 4 + [False] * 8


@given(st.lists(st.tuples(st.integers(0, 50), st.floats(0, 1)), min_size=1, max_size=12))
def test_no_choice_promises_more_than_the_best_threshold(rows: list[tuple[int, float]]) -> None:
    words, p = np.array([n for n, _ in rows], dtype=np.int32), np.array([its for _, its in rows])
    kept = p > best_threshold(words, p) - 1e-9
    choices = itertools.product((False, True), repeat=len(rows)) if len(rows) < 9 else [tuple(p > t) for t in p]
    assert expected_word_f1(words, p, kept) >= max(expected_word_f1(words, p, np.array(its)) for its in choices) - 1e-9


# --- Comments ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FakeLabels:
    """Takes blocks at place 1 for comments."""

    probability: float = 0.9

    def predict_proba(self, blocks: FakeBlocks, content: NDArray[np.float64]) -> NDArray[np.float64]:
        labels = np.zeros((len(blocks), len(LABELS)))
        labels[blocks.places == 1, LABELS.index(Label.COMMENTS)] = self.probability
        return labels


def choose(rows: list[Row], labels: FakeLabels | None) -> list[bool]:
    blocks = cast(BlockColumns, FakeBlocks(rows))
    load_labels = None if labels is None else lambda: cast(LabelModel, labels)
    selection = choose_blocks(blocks, np.array([p for p, _, _ in rows]), 0.4, load_labels)
    assert selection.threshold == 0.4
    return selection.keep.tolist()


#: Twelve blocks of eleven words, the same each time: at one place, none is a copy.
LONG_STORY: list[Row] = [(0.75, 2, 0)] * 12


def test_comments_are_left_out_of_doubtful_pages() -> None:
    page = [*LONG_STORY, (0.5, 3, 1), (0.1, 4, 1)]
    assert choose(page, FakeLabels()) == [True] * 12 + [False, False]
    assert choose(page, None) == [True] * 13 + [False]
    assert choose(page, FakeLabels(COMMENTS_PROBABILITY)) == [True] * 13 + [False]


def test_comments_stay_where_the_model_is_sure_and_where_hardly_anything_else_is() -> None:
    sure: list[Row] = [(0.99, text, place) for _, text, place in [*LONG_STORY, (0.6, 3, 1)]]
    assert choose(sure, FakeLabels()) == [True] * 13
    thread: list[Row] = [(0.75, 2, 0), *((0.5, 3, 1) for _ in range(12))]
    assert MIN_WORDS_BESIDE > 11
    assert choose(thread, FakeLabels()) == [True] * 13
    alike: list[Row] = [*LONG_STORY, (0.76 - MIN_DIFFERENCE, 3, 1)]
    assert choose(alike, FakeLabels()) == [True] * 13
