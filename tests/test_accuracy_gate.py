"""The accuracy gate: the figures that the shipped model is published with hold for the code as it is now.

All figures are out of fold: by models that saw neither the page nor any other page of its site. Their predictions come
with the model, so that scoring them again needs no training, but takes today's segmentation, selection, text and
metrics. Only pages that the model's out-of-fold file knows are scored: data may grow under a model.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from joblib import Parallel, delayed
from numpy.typing import NDArray
from support.real import DATA

from boilerkit.documents import read_document, render_text
from boilerkit.gold.pages import GoldPage
from boilerkit.learning.alignment import gold_text
from boilerkit.learning.evaluation import PageScore, summarize
from boilerkit.learning.out_of_fold import OutOfFoldPredictions, load_out_of_fold
from boilerkit.metrics import shingle_scores, word_f1
from boilerkit.model.storage import OUT_OF_FOLD, read_config, shipped_folder
from boilerkit.selection import choose_blocks
from training.corpora import CORPORA, LABELS_FILE, training_pages

#: The least that the shipped model may score out of fold, by corpus and figure.
FLOORS = {("wcxb-dev", "word_f1"): 0.87, ("fundus-train", "shingle_f1"): 0.955}

#: The files of these corpora in the data folder.
FILES = {corpus.name: DATA / corpus.file for corpus in CORPORA}

#: The card's out-of-fold scores by corpus and page type, "" for all.
Card = dict[tuple[str, str], dict[str, Any]]


@pytest.fixture(scope="module")
def card() -> Card:
    rows = read_config(shipped_folder("html"))["card"]["out of fold"]["scores"]
    return {(row["corpus"], row["page_type"]): row for row in rows}


@pytest.fixture(scope="module")
def shipped() -> OutOfFoldPredictions:
    found = load_out_of_fold(shipped_folder("html"))
    if found is None:
        pytest.skip(f"the shipped model has no {OUT_OF_FOLD}")
    return found


@pytest.mark.parametrize(("corpus", "figure"), FLOORS)
def test_the_card_is_over_the_floor(card: Card, corpus: str, figure: str) -> None:
    assert card[corpus, ""][figure] >= FLOORS[corpus, figure]


def test_the_shipped_files_use_the_names_of_the_corpora() -> None:
    names = {corpus.name for corpus in CORPORA}
    for folder in (shipped_folder("html"), shipped_folder("text")):
        config = read_config(folder)
        of_training = {name: part for name, part in config["card"].items() if name != "validation"}
        found = {row["corpus"] for row in _rows(of_training) if "corpus" in row}
        assert found == names
        readme = (folder / "README.md").read_text(encoding="utf-8")
        assert all(f"| {name} |" in readme for name in names) and "## Labels" in readme


def _rows(values: Any) -> Iterator[dict[str, Any]]:
    """Yield all objects in plain values."""
    if isinstance(values, dict):
        yield values
        values = list(values.values())
    if isinstance(values, list):
        for value in values:
            yield from _rows(value)


def page_score(page: GoldPage, p: NDArray[np.float64], types: NDArray[np.float64], threshold: float) -> PageScore:
    assert page.gold is not None
    blocks = read_document(page.source, "html").blocks
    text, gold = (
        render_text(blocks, choose_blocks(blocks, p, threshold, predict_page_types=lambda: types).keep),
        gold_text(blocks, page.gold),
    )
    return PageScore(page.id, page.corpus, page.page_type, word_f1(text, gold), shingle_scores(text, gold))


@pytest.mark.slow
def test_the_training_corpora_score_what_the_card_says(card: Card, shipped: OutOfFoldPredictions) -> None:
    if not all(file.exists() for file in (*FILES.values(), DATA / LABELS_FILE)):
        pytest.skip("needs the training corpora in ../shared/data")
    threshold = read_config(shipped_folder("html"))["threshold"]
    pages = (
        (page, shipped.probabilities(page.source), shipped.page_types(page.source)) for page in training_pages(DATA)
    )
    known = (
        delayed(page_score)(page, p, types, threshold)
        for page, p, types in pages
        if p is not None and types is not None
    )
    scores = Parallel(n_jobs=2, batch_size=16, pre_dispatch="4*n_jobs")(known)
    found = {(row.corpus, row.page_type): row for row in summarize(scores)}
    assert found.keys() >= card.keys()
    for name, row in card.items():
        assert found[name].pages == row["pages"]
        # Stored predictions are rounded, those of the card are not: a block at the threshold may go the other way.
        assert found[name].word_f1 == pytest.approx(row["word_f1"], abs=0.002), name
        assert found[name].shingle_f1 == pytest.approx(row["shingle_f1"], abs=0.002), name
