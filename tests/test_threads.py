"""Threads: each gets the results that one alone gets, and compiled loops release Python's lock."""

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
from support.plain_text import PAGE

import boilerkit
from boilerkit.blocks.columns import InputFormat
from boilerkit.documents import feature_set, read_document
from boilerkit.extraction import OUTPUT_FORMATS, OutputFormat
from boilerkit.html._mending import mend
from boilerkit.html._prefilter import strip_unused_markup
from boilerkit.html.document import HtmlDocument
from boilerkit.html.features import HTML_FEATURES
from boilerkit.html.parsing import parse
from boilerkit.html.rendering._layout import layout_tables
from boilerkit.html.segmentation._walk import walk
from boilerkit.html.segmentation.blocks import HtmlBlocks
from boilerkit.model._trees import Matrix
from boilerkit.model.content import ContentModel
from boilerkit.model.storage import load_shipped

N_THREADS = 8
BROKEN = "<p>A tide table<div class=x>of <b>the <i>harbour</b> town</p><ul><li>ebb<li>flood<table><td>12:30<td>18:45"
PAGES = [*(page.html for page in labelled_pages()), BROKEN, PAGE]


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
@pytest.mark.parametrize("output_format", OUTPUT_FORMATS)
def test_threads_extract_what_one_alone_does(output_format: OutputFormat) -> None:
    def extracted(page: str) -> str:
        return boilerkit.extract(page, output_format=output_format)

    pages = PAGES if output_format == "json" else 3 * PAGES
    assert in_threads(extracted, pages) == [extracted(page) for page in pages]


@pytest.mark.usefixtures("quick_turns")
def test_threads_analyze_as_one_alone_does() -> None:
    def analyzed(page: str) -> tuple[Any, ...]:
        found = boilerkit.analyze(page)
        blocks = [(block.text, block.label, block.probability, block.xpath, block.features) for block in found.blocks]
        return found.title, found.threshold, found.text, blocks

    assert in_threads(analyzed, PAGES) == [analyzed(page) for page in PAGES]


@pytest.mark.parametrize("source", [PAGES[0], PAGE], ids=["html", "text"])
def test_threads_share_one_page(source: str) -> None:
    page, alone = boilerkit.analyze(source), boilerkit.analyze(source)
    results = in_threads(lambda _: (page.markdown, [block.to_dict() for block in page.blocks]), [""] * N_THREADS)
    assert results == [(alone.markdown, [block.to_dict() for block in alone.blocks])] * N_THREADS


def test_threads_that_are_the_first_to_use_a_model(shipped_model: ContentModel) -> None:
    """What a model prepares on its first page is right when many pages are its first."""
    blocks = HtmlDocument.read(PAGES[0]).blocks
    expected = shipped_model.predict_proba(blocks).tolist()
    for _ in range(5):
        model, barrier = pickle.loads(pickle.dumps(shipped_model)), threading.Barrier(N_THREADS)
        for stage in (model.stage_one, model.stage_two):
            vars(stage).pop("_forest")

        def predict(_: str) -> list[float]:
            barrier.wait()  # noqa: B023
            found: list[float] = model.predict_proba(blocks).tolist()  # noqa: B023
            return found

        assert in_threads(predict, [""] * N_THREADS) == [expected] * N_THREADS


# --- Compiled code releases the lock ----------------------------------------------------------------------------------
# With turns longer than any test takes, another thread runs only where the one that works releases the lock.

LARGE = "<div>" + "".join(f"<p class=c{n}>The tide of day {n} came in.</p>" for n in range(40_000)) + "</div>"
TRIES = 500  # of a busy machine, on which the other thread may come late


@pytest.fixture(scope="module")
def large() -> HtmlBlocks:
    return HtmlDocument.read(LARGE).blocks


def releases_lock(call: Callable[[], object], tries: int = TRIES) -> bool:
    """Whether another thread works while one of these calls runs."""
    turns, ends = [0], threading.Event()

    def take_turns() -> None:
        while not ends.is_set():
            turns[0] += 1
            time.sleep(0)  # releases the lock, and asks for it again

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
    """Otherwise the tests below would show nothing."""
    assert not releases_lock(lambda: sum(n * n for n in range(50_000)), tries=20)


def test_the_walk_releases_the_lock() -> None:
    root = parse(LARGE)
    assert root is not None
    assert releases_lock(lambda: walk(root))


def test_mending_releases_the_lock() -> None:
    data = LARGE.encode()
    assert releases_lock(lambda: mend(data))


def test_leaving_out_what_is_not_read_releases_the_lock() -> None:
    data = LARGE.encode()
    assert releases_lock(lambda: strip_unused_markup(data, 0))


@pytest.mark.parametrize("input_format", ["html", "text"])
def test_the_features_release_the_lock(input_format: InputFormat) -> None:
    page = {"html": LARGE, "text": "\n".join(f"The tide of day {n} came in." for n in range(40_000))}[input_format]
    blocks, fs = read_document(page, input_format).blocks, feature_set(input_format)
    vocabulary, p = load_shipped(input_format).vocabulary, np.full(len(blocks), 0.5)
    stats, order = fs.page_stats(blocks), np.arange(len(blocks))
    assert releases_lock(lambda: fs.page_stats(blocks))
    assert releases_lock(lambda: fs.static_columns(stats))
    assert releases_lock(lambda: fs.vocabulary_columns(stats, vocabulary))
    assert releases_lock(lambda: fs.context_columns(stats, p, order))


def test_the_trees_release_the_lock(shipped_model: ContentModel) -> None:
    columns = np.zeros((len(HTML_FEATURES.stage_one), 20_000), dtype=np.float32)
    matrix = Matrix(columns)
    assert releases_lock(lambda: shipped_model.stage_one._forest.log_odds(matrix))


def test_the_search_for_layout_tables_releases_the_lock(large: HtmlBlocks) -> None:
    assert releases_lock(lambda: layout_tables(large.elements))
