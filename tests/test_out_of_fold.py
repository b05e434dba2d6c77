"""The training pages of a model and their out-of-fold predictions: written and read back."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from support.generated import labelled_pages
from support.real import DATA

from boilerkit import ModelError
from boilerkit.blocks.columns import InputFormat
from boilerkit.documents import read_document
from boilerkit.gold.pages import GoldPage, page_key
from boilerkit.learning.folds import assign_folds
from boilerkit.learning.out_of_fold import OutOfFoldPredictions, load_out_of_fold, save_out_of_fold
from boilerkit.learning.training_pages import TrainingPage, group_numbers, prepare
from boilerkit.model.storage import OUT_OF_FOLD, shipped_folder
from boilerkit.page_types import PAGE_TYPES
from training.corpora import CORPORA, LABELS_FILE, training_pages

Predictions = list[NDArray[np.float64]]


def gold_pages(input_format: InputFormat = "html", n_sites: int = 4) -> list[GoldPage]:
    return [
        GoldPage(f"p{n}", page.source(input_format), page.text, input_format, group=f"site {page.site}", corpus="own")
        for n, page in enumerate(labelled_pages(n_sites, pages_a_site=2))
    ]


def prepared_pages(pages: list[GoldPage], folder: Path) -> list[TrainingPage]:
    prepared, failures = prepare(pages, folder, n_jobs=1)
    assert not failures
    return prepared


@pytest.fixture
def pages(input_format: InputFormat, tmp_path: Path) -> list[TrainingPage]:
    return prepared_pages(gold_pages(input_format), tmp_path / "cache")


@pytest.fixture
def predictions(pages: list[TrainingPage]) -> Predictions:
    rng = np.random.default_rng(0)
    return [rng.random(len(page.weight)) for page in pages]


def read_back(folder: Path) -> OutOfFoldPredictions:
    found = load_out_of_fold(folder)
    assert found is not None
    return found


# --- Written and read back --------------------------------------------------------------------------------------------


def test_saved_predictions_are_read_back(
    pages: list[TrainingPage], predictions: Predictions, input_format: InputFormat, tmp_path: Path
) -> None:
    folds = assign_folds(pages, 3, random_state=0)
    predictions[0][:2] = 0, 1
    assert save_out_of_fold(tmp_path, pages, folds, predictions) == tmp_path / OUT_OF_FOLD
    found = read_back(tmp_path)
    assert found.keys.tolist() == [page.key for page in pages]
    assert found.ids.tolist() == [page.id for page in pages]
    assert found.groups.tolist() == [page.group for page in pages]
    assert found.corpora.tolist() == ["own"] * len(pages)
    assert found.variants.tolist() == [""] * len(pages)
    assert found.folds.tolist() == folds.tolist()
    assert [len(p) for p in found.predictions] == [len(p) for p in predictions]
    for page, p in zip(gold_pages(input_format), predictions, strict=True):
        stored = found.probabilities(page.source)
        assert stored is not None and np.abs(stored - p).max() <= 1 / 65_535
    assert found.predictions[0][:2].tolist() == [0, 1]
    assert found.page_types(gold_pages(input_format)[0].source) is None


def test_saved_page_types_are_read_back(
    pages: list[TrainingPage], predictions: Predictions, input_format: InputFormat, tmp_path: Path
) -> None:
    types = np.random.default_rng(1).dirichlet(np.ones(len(PAGE_TYPES)), len(pages))
    save_out_of_fold(tmp_path, pages, assign_folds(pages, 3, random_state=0), predictions, types)
    found = read_back(tmp_path)
    for page, row in zip(gold_pages(input_format), types, strict=True):
        stored = found.page_types(page.source)
        assert stored is not None and np.abs(stored - row).max() <= 1 / 65_535
    assert found.page_types("another page") is None


def test_equal_predictions_give_equal_files(
    pages: list[TrainingPage], predictions: Predictions, tmp_path: Path
) -> None:
    files = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        folds = assign_folds(pages, 3, random_state=0)
        files.append(save_out_of_fold(tmp_path / name, pages, folds, predictions).read_bytes())
    assert files[0] == files[1]


def test_pages_are_known_by_their_bytes(
    pages: list[TrainingPage], predictions: Predictions, input_format: InputFormat, tmp_path: Path
) -> None:
    save_out_of_fold(tmp_path, pages, assign_folds(pages, 2, random_state=0), predictions)
    found = read_back(tmp_path)
    source = gold_pages(input_format)[3].source
    assert isinstance(source, str)
    for page in (source, source.encode()):
        assert found.has_page(page)
        assert found.probabilities(page) == pytest.approx(predictions[3], abs=1 / 65_535)
    assert not found.has_page(source + " ")
    assert found.probabilities(source + " ") is None


def test_renderings_of_a_page_are_told_apart_by_their_variant(
    pages: list[TrainingPage], predictions: Predictions, tmp_path: Path
) -> None:
    two = [replace(pages[0], variant="a"), replace(pages[1], key=pages[0].key, variant="b")]
    save_out_of_fold(tmp_path, two, np.array([0, 0]), predictions[:2])
    found, key = read_back(tmp_path), pages[0].key
    for number, variant in enumerate("ab"):
        assert found.probabilities_by_key(key, variant) == pytest.approx(predictions[number], abs=1 / 65_535)
    assert found.probabilities_by_key(key) is None


def test_pages_without_folds_are_known_but_have_no_predictions(
    pages: list[TrainingPage], input_format: InputFormat, tmp_path: Path
) -> None:
    save_out_of_fold(tmp_path, pages)
    found = read_back(tmp_path)
    assert found.folds.tolist() == [-1] * len(pages)
    for page in gold_pages(input_format):
        assert found.has_page(page.source)
        assert found.probabilities(page.source) is None


def test_a_folder_without_the_file_has_none(tmp_path: Path) -> None:
    assert load_out_of_fold(tmp_path) is None


@pytest.mark.parametrize("damage", ["truncated", "no archive", "array missing", "empty"])
def test_a_damaged_file_is_reported(
    damage: str, pages: list[TrainingPage], predictions: Predictions, tmp_path: Path
) -> None:
    file = save_out_of_fold(tmp_path, pages, assign_folds(pages, 2, random_state=0), predictions)
    if damage == "array missing":
        with np.load(file) as arrays:
            kept = {name: arrays[name] for name in arrays.files if name != "sizes"}
        np.savez(file, **kept)
    else:
        content = file.read_bytes()
        file.write_bytes({"truncated": content[:-200], "no archive": b"no archive", "empty": b""}[damage])
    with pytest.raises(ModelError, match=rf"{OUT_OF_FOLD} is damaged.*Train the model again"):
        load_out_of_fold(tmp_path)


# --- Folds ------------------------------------------------------------------------------------------------------------


def test_a_page_in_two_groups_is_in_one_fold(tmp_path: Path) -> None:
    gold = gold_pages(n_sites=8)
    copies = [GoldPage(f"copy of {page.id}", page.source, "", group=f"copies {page.id}") for page in gold]
    pages = prepared_pages([*gold, *copies], tmp_path)
    groups, n = group_numbers(pages), len(gold)
    assert groups[:n].tolist() == groups[n:].tolist()
    assert len(set(groups.tolist())) == 8
    folds = assign_folds(pages, 4, random_state=0)
    assert folds[:n].tolist() == folds[n:].tolist()
    assert set(folds.tolist()) == {0, 1, 2, 3}


# --- The shipped model ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped() -> OutOfFoldPredictions:
    if not (shipped_folder("html") / OUT_OF_FOLD).exists():
        pytest.skip(f"the shipped model has no {OUT_OF_FOLD}")
    return read_back(shipped_folder("html"))


@pytest.fixture(scope="module")
def corpus_pages(shipped: OutOfFoldPredictions) -> list[GoldPage]:
    """The pages of the training corpora that the shipped model knows: data may grow under a model."""
    if not all((DATA / name).exists() for name in (*(corpus.file for corpus in CORPORA), LABELS_FILE)):
        pytest.skip("needs the training corpora in ../shared/data")
    return [page for page in training_pages(DATA) if shipped.has_page(page.source)]


def test_each_shipped_page_was_predicted_out_of_fold(shipped: OutOfFoldPredictions) -> None:
    assert shipped.folds.min() == 0
    assert sorted(set(shipped.folds.tolist())) == list(range(shipped.folds.max() + 1))
    assert len(shipped.predictions) == len(shipped.keys)
    assert all(((p >= 0) & (p <= 1)).all() for p in shipped.predictions)


@pytest.mark.parametrize("by", ["groups", "keys"])
def test_no_group_and_no_page_is_in_two_folds(shipped: OutOfFoldPredictions, by: str) -> None:
    folds = defaultdict(set)
    for name, fold in zip(getattr(shipped, by).tolist(), shipped.folds.tolist(), strict=True):
        folds[name].add(fold)
    assert len(folds) > 1000
    assert [name for name, found in folds.items() if len(found) > 1] == []


@pytest.mark.parametrize("model", ["html", "text"])
def test_the_cards_count_the_pages_that_were_trained_on(model: InputFormat) -> None:
    shipped = load_out_of_fold(shipped_folder(model))
    assert shipped is not None
    card = json.loads((shipped_folder(model) / "config.json").read_text(encoding="utf-8"))["card"]
    counted = {row["corpus"]: (row["pages"], row["groups"]) for row in card["trained on"]}
    found = {
        name: (
            len(set(zip(shipped.ids[of_corpus], shipped.keys[of_corpus], strict=True))),
            len(set(shipped.groups[of_corpus].tolist())),
        )
        for name in set(shipped.corpora.tolist())
        for of_corpus in [shipped.corpora == name]
    }
    assert found == counted
    assert [corpus.name for corpus in CORPORA] == [row["corpus"] for row in card["trained on"]]


def test_the_training_corpora_hold_all_pages_of_the_shipped_model(
    shipped: OutOfFoldPredictions, corpus_pages: list[GoldPage]
) -> None:
    assert {page_key(page.source) for page in corpus_pages} == set(shipped.keys.tolist())
    assert {(page.corpus, page.id) for page in corpus_pages} >= set(
        zip(shipped.corpora.tolist(), shipped.ids.tolist(), strict=True)
    )


def test_out_of_fold_predictions_fit_the_present_segmentation(
    shipped: OutOfFoldPredictions, corpus_pages: list[GoldPage]
) -> None:
    for page in corpus_pages[:: len(corpus_pages) // 60]:
        stored = shipped.probabilities(page.source)
        assert stored is not None and len(stored) == len(read_document(page.source, "html").blocks)
