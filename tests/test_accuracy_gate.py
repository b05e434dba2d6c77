"""The accuracy gate: the figures that the shipped model is published with hold for the code as it is now.

All figures are out of fold: by models that saw neither the page nor any other page of its site. Their answers come with
the model, so that scoring them again needs no training, but takes today's segmenter, selection, text and measures.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.accuracy import provenance
from benchmarks.metrics import main_text, page_columns
from benchmarks.results import RESULTS
from benchmarks.scores import Provenance, Scores, file_of, read_scores
from benchmarks.systems import BoilerkitExtractor, find_system
from boilerkit.gold import GoldPage, read_gold
from boilerkit.metrics import shingle_scores, word_f1
from boilerkit.model.store import shipped_folder
from boilerkit.training.evaluate import PageScore, summarise
from boilerkit.training.held_out import HELD_OUT
from training.corpora import CORPORA, SPANS, training_pages

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"

#: The least that the shipped model may score out of fold, by the card's name of the corpus and the figure.
FLOORS = {("wcxb", "word_f1"): 0.87, ("fundus", "shingle_f1"): 0.955}

#: Pages of WCXB that are compared one by one, always the same.
SAMPLE = 150


#: The card's out-of-fold scores by corpus and page type, "" for all.
Card = dict[tuple[str, str], dict[str, Any]]


@pytest.fixture(scope="module")
def card() -> Card:
    config = json.loads((shipped_folder() / "config.json").read_text(encoding="utf-8"))
    return {(row["corpus"], row["page_type"]): row for row in config["card"]["out of fold"]["scores"]}


@pytest.fixture(scope="module")
def extractor() -> BoilerkitExtractor:
    if not (shipped_folder() / HELD_OUT).exists():
        pytest.skip(f"the shipped model has no {HELD_OUT}")
    found = find_system("boilerkit").load()
    assert isinstance(found, BoilerkitExtractor)
    return found


def pages_of(corpus: str) -> list[GoldPage]:
    file = DATA / f"{corpus}.parquet"
    if not file.exists():
        pytest.skip(f"needs ../shared/data/{file.name}")
    return list(read_gold(file))


@pytest.fixture(scope="module")
def wcxb() -> list[GoldPage]:
    return random.Random(0).sample(pages_of("wcxb_dev"), SAMPLE)


@pytest.fixture(scope="module")
def fundus() -> list[GoldPage]:
    return pages_of("fundus_train")


def text_of(extractor: BoilerkitExtractor, page: GoldPage) -> str:
    return extractor(page.html.encode("utf-8", "surrogatepass") if isinstance(page.html, str) else page.html)


@pytest.mark.parametrize(("corpus", "figure"), FLOORS)
def test_the_card_is_over_the_floor(card: Card, corpus: str, figure: str) -> None:
    assert card[corpus, ""][figure] >= FLOORS[corpus, figure]


@pytest.mark.slow
def test_the_training_corpora_score_what_the_card_says(card: Card, extractor: BoilerkitExtractor) -> None:
    if not all((DATA / name).exists() for name in (*(corpus.file for corpus in CORPORA), SPANS)):
        pytest.skip("needs the training corpora in ../shared/data")
    scores = []
    for page in training_pages(DATA):
        text, gold = text_of(extractor, page), main_text(page) or ""
        scores.append(PageScore(page.id, page.corpus, page.page_type, word_f1(text, gold), shingle_scores(text, gold)))
    found = {(row.corpus, row.page_type): row for row in summarise(scores)}
    assert found.keys() == card.keys()
    for name, row in found.items():
        assert row.pages == card[name]["pages"]
        # Stored answers are rounded, those of the card are not: a block at the threshold may go the other way.
        assert row.word_f1 == pytest.approx(card[name]["word_f1"], abs=0.002), name
        assert row.shingle_f1 == pytest.approx(card[name]["shingle_f1"], abs=0.002), name


# --- The results of the benchmark -------------------------------------------------------------------------------------


def stored(corpus: str) -> Scores:
    file = file_of(RESULTS, corpus, "boilerkit")
    if not file.exists():
        pytest.skip(f"there are no results of boilerkit on {corpus}")
    return read_scores(file)


def test_the_benchmark_and_the_card_agree(card: Card) -> None:
    scores = stored("wcxb-dev")
    f1s = [f1 for f1 in scores.columns["word_f1"] if f1 is not None]
    assert scores.provenance == Provenance.OUT_OF_FOLD and not scores.failures
    assert len(f1s) == card["wcxb", ""]["pages"]
    assert sum(f1s) / len(f1s) == pytest.approx(card["wcxb", ""]["word_f1"], abs=0.0005)


@pytest.mark.parametrize("corpus", ["wcxb", "fundus"])
def test_pages_score_now_as_in_the_results(
    corpus: str, extractor: BoilerkitExtractor, request: pytest.FixtureRequest
) -> None:
    scores = stored({"wcxb": "wcxb-dev", "fundus": "fundus-train"}[corpus])
    pages: list[GoldPage] = request.getfixturevalue(corpus)
    place = {page: number for number, page in enumerate(scores.ids)}
    for page in pages:
        now = page_columns(text_of(extractor, page), page, main_text(page))
        then = {name: scores.columns.get(name, [None] * len(place))[place[page.id]] for name in now}
        assert now == pytest.approx(then, abs=1e-4), page.id


def results_of_boilerkit() -> Iterator[str]:
    """The corpora with results of the shipped model that are in the data folder."""
    for file in sorted((RESULTS / "accuracy").glob("*/boilerkit.json")):
        if data_file(file.parent.name).exists():
            yield file.parent.name


def data_file(corpus: str) -> Path:
    return DATA / f"{corpus.replace('-', '_')}.parquet"


def test_no_result_is_called_held_out_that_is_not(extractor: BoilerkitExtractor) -> None:
    corpora = list(results_of_boilerkit())
    if not corpora:
        pytest.skip("there are no results of boilerkit on a corpus in ../shared/data")
    assert extractor.held_out is not None
    for corpus in corpora:
        pages = list(read_gold(data_file(corpus)))
        known = [page.id for page in pages if extractor.held_out.knows(page.html)]
        expected = {Provenance.HELD_OUT: [], Provenance.OUT_OF_FOLD: [page.id for page in pages]}
        assert known == expected[stored(corpus).provenance]
        assert provenance(extractor, pages) == stored(corpus).provenance
