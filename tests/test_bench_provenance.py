"""Boilerkit in the benchmark: its training pages get out-of-fold predictions, and results say so and still hold."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from support.generated import labelled_pages
from support.real import DATA

from benchmarks.accuracy import provenance
from benchmarks.metrics import main_text, page_columns
from benchmarks.results import RESULTS
from benchmarks.scores import Provenance, Scores, file_of, read_scores
from benchmarks.systems import BoilerkitExtractor, find_system
from boilerkit.gold.pages import GoldPage, page_bytes
from boilerkit.gold.reader import read_gold
from boilerkit.learning.folds import assign_folds
from boilerkit.learning.out_of_fold import OutOfFoldPredictions, load_out_of_fold, save_out_of_fold
from boilerkit.learning.training_pages import prepare
from boilerkit.model.content import ContentModel
from boilerkit.model.storage import OUT_OF_FOLD, read_config, save_model, shipped_folder
from training.corpora import CORPORA

#: The files of the training corpora in the data folder.
FILES = {corpus.name: DATA / corpus.file for corpus in CORPORA}

#: Pages of a corpus that are compared one by one, always the same.
SAMPLE_SIZE = 100


@pytest.fixture(scope="module")
def shipped() -> OutOfFoldPredictions:
    found = load_out_of_fold(shipped_folder("html"))
    if found is None:
        pytest.skip(f"the shipped model has no {OUT_OF_FOLD}")
    return found


# --- A model never predicts its training pages ------------------------------------------------------------------------


def spy_on_models(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that grows by the number of blocks of each page that any model predicts."""
    predicted: list[int] = []
    predict = ContentModel.predict_proba

    def spy(model: ContentModel, blocks: object) -> NDArray[np.float64]:
        probabilities = predict(model, blocks)  # type: ignore[arg-type]
        predicted.append(len(probabilities))
        return probabilities

    monkeypatch.setattr(ContentModel, "predict_proba", spy)
    return predicted


def test_a_benchmark_never_predicts_a_training_page(
    small_model: ContentModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gold = [GoldPage(f"p{n}", page.html, page.text) for n, page in enumerate(labelled_pages(4, pages_a_site=2))]
    known, _ = prepare(gold[:5], tmp_path / "cache", n_jobs=1)
    rng = np.random.default_rng(0)
    folder = save_model(small_model, tmp_path / "model")
    folds = assign_folds(known, 2, random_state=0)
    save_out_of_fold(folder, known, folds, [rng.random(len(page.weight)) for page in known])
    extractor = find_system(f"boilerkit:{folder}").load()
    assert isinstance(extractor, BoilerkitExtractor)
    predicted = spy_on_models(monkeypatch)
    for number, page in enumerate(gold):
        assert isinstance(page.source, str)
        extractor(page.source.encode())
        assert len(predicted) == max(0, number + 1 - len(known))


# --- The results of the benchmark -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def extractor(shipped: OutOfFoldPredictions) -> BoilerkitExtractor:
    found = find_system("boilerkit").load()
    assert isinstance(found, BoilerkitExtractor)
    return found


def stored(corpus: str) -> Scores:
    file = file_of(RESULTS, corpus, "boilerkit")
    if not file.exists():
        pytest.skip(f"there are no results of boilerkit on {corpus}")
    return read_scores(file)


def known_pages(corpus: str, shipped: OutOfFoldPredictions) -> list[GoldPage]:
    """Return the pages of a corpus that the shipped model was trained on."""
    if not FILES[corpus].exists():
        pytest.skip(f"needs ../shared/data/{FILES[corpus].name}")
    return [page for page in read_gold(FILES[corpus]) if shipped.has_page(page.source)]


def test_the_benchmark_and_the_card_agree() -> None:
    rows = read_config(shipped_folder("html"))["card"]["out of fold"]["scores"]
    (row,) = (row for row in rows if (row["corpus"], row["page_type"]) == ("wcxb-dev", ""))
    scores = stored("wcxb-dev")
    f1s = [f1 for f1 in scores.columns["word_f1"] if f1 is not None]
    assert scores.provenance == Provenance.OUT_OF_FOLD and not scores.failures
    assert len(f1s) == row["pages"]
    assert np.mean(f1s) == pytest.approx(row["word_f1"], abs=0.0005)


@pytest.mark.parametrize("corpus", ["wcxb-dev", "fundus-train"])
def test_pages_score_now_as_in_the_results(
    corpus: str, shipped: OutOfFoldPredictions, extractor: BoilerkitExtractor
) -> None:
    scores = stored(corpus)
    numbers = {page: number for number, page in enumerate(scores.ids)}
    pages = [page for page in known_pages(corpus, shipped) if page.id in numbers]
    for page in random.Random(0).sample(pages, min(len(pages), SAMPLE_SIZE)):
        now = page_columns(extractor(page_bytes(page.source)), page, main_text(page))
        then = {name: scores.columns[name][numbers[page.id]] for name in now if name in scores.columns}
        assert {"word_f1", "shingle_precision"} <= then.keys()  # results may be older than other columns
        assert {name: now[name] for name in then} == pytest.approx(then, abs=1e-4), page.id


@pytest.mark.parametrize("corpus", [*FILES, "cleaneval"])
def test_results_are_held_out_only_on_pages_that_the_model_does_not_know(
    corpus: str, shipped: OutOfFoldPredictions, extractor: BoilerkitExtractor
) -> None:
    file = FILES.get(corpus, DATA / f"{corpus}.parquet")
    if not file.exists():
        pytest.skip(f"needs ../shared/data/{file.name}")
    pages = list(read_gold(file))
    known = [page for page in pages if shipped.has_page(page.source)]
    assert bool(known) == (corpus in FILES)
    new = [page for page in pages if not shipped.has_page(page.source)]
    if known:
        assert provenance(extractor, known) == Provenance.OUT_OF_FOLD
    if new:
        assert provenance(extractor, new) == Provenance.HELD_OUT
    if known and new:
        assert str(len(known)) in provenance(extractor, pages)
