"""Threads: each gets the answers that one alone gets, and compiled loops let the others go on."""

from __future__ import annotations

import pickle
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from support.generated import labelled_pages
from test_segment import HANDWRITTEN

import boilerkit
from boilerkit.html._long_tags import long_tags
from boilerkit.html.parsing import parse
from boilerkit.html.features import STAGE_ONE, static_features, vocabulary_features
from boilerkit.model._trees import Matrix
from boilerkit.model.content import ContentModel
from boilerkit.html.rendering.layout import layout_tables
from boilerkit.page import OUTPUTS, Output
from boilerkit.html.document import read
from boilerkit.html._prefilter import strip_unused_markup
from boilerkit.html.segmentation._walk import walk
from boilerkit.html.segmentation.blocks import HtmlBlocks

N_THREADS = 8
PAGES = [*(page.html for page in labelled_pages()), *HANDWRITTEN.values()]


def in_threads(call: Callable[[str], Any], pages: list[str]) -> list[Any]:
    with ThreadPoolExecutor(N_THREADS) as pool:
        return list(pool.map(call, pages))


@pytest.fixture
def quick_turns() -> Any:
    """Threads take turns as often as they can, not only at every long wait."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("quick_turns")
@pytest.mark.parametrize("output", OUTPUTS)
def test_threads_extract_what_one_alone_does(output: Output, shipped_model: ContentModel) -> None:
    def extracted(page: str) -> str:
        return boilerkit.extract(page, output=output, model=shipped_model)

    pages = PAGES if output == "json" else 3 * PAGES
    assert in_threads(extracted, pages) == [extracted(page) for page in pages]


@pytest.mark.usefixtures("quick_turns")
def test_threads_analyze_as_one_alone_does(shipped_model: ContentModel) -> None:
    def analyzed(page: str) -> tuple[Any, ...]:
        found = boilerkit.analyze(page, model=shipped_model)
        blocks = [(block.text, block.label, block.probability, block.xpath, block.features) for block in found.blocks]
        return found.title, found.cut, found.text, blocks

    assert in_threads(analyzed, PAGES) == [analyzed(page) for page in PAGES]


def test_threads_share_one_page(shipped_model: ContentModel) -> None:
    page = boilerkit.analyze(PAGES[0], model=shipped_model)
    alone = boilerkit.analyze(PAGES[0], model=shipped_model)
    results = in_threads(lambda _: (page.markdown, [block.to_dict() for block in page.blocks]), [""] * N_THREADS)
    assert results == [(alone.markdown, [block.to_dict() for block in alone.blocks])] * N_THREADS


def test_threads_that_are_the_first_to_use_a_model(shipped_model: ContentModel) -> None:
    """What a model makes ready on its first page is made right when many pages are its first."""
    table = read(PAGES[0])[1]
    expected = shipped_model.predict_proba(table).tolist()
    for _ in range(5):
        model, barrier = pickle.loads(pickle.dumps(shipped_model)), threading.Barrier(N_THREADS)
        for stage in (model.stage_one, model.stage_two):
            vars(stage).pop("_forest")

        def predict(_: str) -> list[float]:
            barrier.wait()  # noqa: B023
            found: list[float] = model.predict_proba(table).tolist()  # noqa: B023
            return found

        assert in_threads(predict, [""] * N_THREADS) == [expected] * N_THREADS


# --- Python's lock is let go ------------------------------------------------------------------------------------------
# With turns longer than any test takes, another thread gets on only where the one that works lets go of the lock.

LARGE = "<div>" + "".join(f"<p class=c{n}>The tide of day {n} came in.</p>" for n in range(40_000)) + "</div>"
TRIES = 500  # of a busy machine, on which the other thread may come late


@pytest.fixture(scope="module")
def large() -> HtmlBlocks:
    return read(LARGE)[1]


def lets_others_on(call: Callable[[], object], tries: int = TRIES) -> bool:
    """Whether another thread works while one of these calls runs."""
    turns, ends = [0], threading.Event()

    def take_turns() -> None:
        while not ends.is_set():
            turns[0] += 1
            time.sleep(0)  # lets go of the lock, and asks for it again

    other = threading.Thread(target=take_turns)
    before = sys.getswitchinterval()
    sys.setswitchinterval(1000)
    try:
        other.start()
        for _ in range(tries):
            time.sleep(0.001)
            seen = turns[0]
            call()
            if turns[0] > seen:
                return True
        return False
    finally:
        sys.setswitchinterval(before)
        ends.set()
        other.join()


def test_python_code_keeps_the_lock() -> None:
    """Or the tests below would say nothing."""
    assert not lets_others_on(lambda: sum(n * n for n in range(50_000)), tries=20)


def test_the_walk_lets_others_on() -> None:
    root = parse(LARGE)
    assert root is not None
    assert lets_others_on(lambda: walk(root))


def test_the_search_for_floods_lets_others_on() -> None:
    data = LARGE.encode()
    assert lets_others_on(lambda: long_tags(data, 20_000))


def test_leaving_out_what_is_not_read_lets_others_on() -> None:
    data = LARGE.encode()
    assert lets_others_on(lambda: strip_unused_markup(data, 0))


def test_the_features_let_others_on(large: HtmlBlocks, shipped_model: ContentModel) -> None:
    assert lets_others_on(lambda: static_features(large))
    assert lets_others_on(lambda: vocabulary_features(large, shipped_model.vocabulary))


def test_the_trees_let_others_on(shipped_model: ContentModel) -> None:
    columns = np.zeros((len(STAGE_ONE), 20_000), dtype=np.float32)
    matrix = Matrix(columns)
    assert lets_others_on(lambda: shipped_model.stage_one._forest.log_odds(matrix))


def test_the_search_for_layout_tables_lets_others_on(large: HtmlBlocks) -> None:
    assert lets_others_on(lambda: layout_tables(large))
