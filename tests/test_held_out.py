"""The training pages of a model and their out-of-fold answers: written, read back, and never passed by."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from generated import labelled_pages, write_gold
from numpy.typing import NDArray

from benchmarks.systems import BoilerkitExtractor, find_system
from boilerkit import ModelError
from boilerkit.cli import main
from boilerkit.gold import GoldPage, read_gold
from boilerkit.model.content import ContentModel
from boilerkit.model.store import save_model, shipped_folder
from boilerkit.training.evaluate import folds_of
from boilerkit.training.held_out import HELD_OUT, HeldOut, load_held_out, save_held_out
from boilerkit.training.prepare import Lesson, groups_of, page_key, prepare

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
CORPORA = ("wcxb_dev", "fundus_train", "labelled_extra")

Answers = list[NDArray[np.float64]]


def gold_pages(n_sites: int = 4) -> list[GoldPage]:
    return [
        GoldPage(f"p{number}", page.html, page.text, group=f"site {page.site}", corpus="made")
        for number, page in enumerate(labelled_pages(n_sites, pages_a_site=2))
    ]


def lessons_of(pages: list[GoldPage], folder: Path) -> list[Lesson]:
    lessons, failures = prepare(pages, folder, n_jobs=1)
    assert not failures
    return lessons


@pytest.fixture
def lessons(tmp_path: Path) -> list[Lesson]:
    return lessons_of(gold_pages(), tmp_path / "cache")


@pytest.fixture
def answers(lessons: list[Lesson]) -> Answers:
    rng = np.random.default_rng(0)
    return [rng.random(len(lesson.weight)) for lesson in lessons]


def read_back(folder: Path) -> HeldOut:
    found = load_held_out(folder)
    assert found is not None
    return found


# --- Written and read back --------------------------------------------------------------------------------------------


def test_what_was_saved_comes_back(lessons: list[Lesson], answers: Answers, tmp_path: Path) -> None:
    folds = folds_of(lessons, 3, seed=0)
    answers[0][:2] = 0, 1
    assert save_held_out(tmp_path, lessons, folds, answers) == tmp_path / HELD_OUT
    found = read_back(tmp_path)
    assert found.keys.tolist() == [lesson.key for lesson in lessons]
    assert found.ids.tolist() == [lesson.id for lesson in lessons]
    assert found.groups.tolist() == [lesson.group for lesson in lessons]
    assert found.corpora.tolist() == ["made"] * len(lessons)
    assert found.folds.tolist() == folds.tolist()
    assert [len(answer) for answer in found.answers] == [len(answer) for answer in answers]
    for page, answer in zip(gold_pages(), answers, strict=True):
        stored = found.probabilities(page.html)
        assert stored is not None and np.abs(stored - answer).max() <= 1 / 65_535
    assert found.answers[0][:2].tolist() == [0, 1]


def test_equal_answers_give_equal_files(lessons: list[Lesson], answers: Answers, tmp_path: Path) -> None:
    files = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        files.append(save_held_out(tmp_path / name, lessons, folds_of(lessons, 3, seed=0), answers).read_bytes())
    assert files[0] == files[1]


def test_pages_are_known_by_their_bytes(lessons: list[Lesson], answers: Answers, tmp_path: Path) -> None:
    save_held_out(tmp_path, lessons, folds_of(lessons, 2, seed=0), answers)
    found = read_back(tmp_path)
    html = gold_pages()[3].html
    assert isinstance(html, str)
    assert found.knows(html) and found.knows(html.encode())
    for page in (html, html.encode()):
        assert found.probabilities(page) == pytest.approx(answers[3], abs=1 / 65_535)
    assert not found.knows(html + " ")
    assert found.probabilities(html + " ") is None


def test_pages_without_folds_are_known_but_have_no_answer(lessons: list[Lesson], tmp_path: Path) -> None:
    save_held_out(tmp_path, lessons)
    found = read_back(tmp_path)
    assert found.folds.tolist() == [-1] * len(lessons)
    for page in gold_pages():
        assert found.knows(page.html)
        assert found.probabilities(page.html) is None


def test_a_folder_without_the_file_has_none(tmp_path: Path) -> None:
    assert load_held_out(tmp_path) is None


@pytest.mark.parametrize("damage", ["cut short", "no archive", "array missing", "empty"])
def test_a_damaged_file_is_told_of(damage: str, lessons: list[Lesson], answers: Answers, tmp_path: Path) -> None:
    file = save_held_out(tmp_path, lessons, folds_of(lessons, 2, seed=0), answers)
    if damage == "array missing":
        with np.load(file) as arrays:
            kept = {name: arrays[name] for name in arrays.files if name != "sizes"}
        np.savez(file, **kept)
    else:
        content = file.read_bytes()
        file.write_bytes({"cut short": content[:-200], "no archive": b"no archive", "empty": b""}[damage])
    with pytest.raises(ModelError, match=rf"{HELD_OUT} is damaged.*Train the model again"):
        load_held_out(tmp_path)


# --- Folds ------------------------------------------------------------------------------------------------------------


def test_a_page_that_comes_under_two_groups_is_in_one_fold(tmp_path: Path) -> None:
    pages = gold_pages(8)
    again = [GoldPage(f"copy of {page.id}", page.html, "", group=f"copies {page.id}") for page in pages]
    lessons = lessons_of([*pages, *again], tmp_path)
    groups, n = groups_of(lessons), len(pages)
    assert groups[:n].tolist() == groups[n:].tolist()
    assert len(set(groups.tolist())) == 8
    folds = folds_of(lessons, 4, seed=0)
    assert folds[:n].tolist() == folds[n:].tolist()
    assert set(folds.tolist()) == {0, 1, 2, 3}


# --- What is written beside a model -----------------------------------------------------------------------------------


@pytest.mark.parametrize("folds", [0, 2])
def test_training_writes_which_pages_it_was_given(folds: int, tmp_path: Path) -> None:
    gold = write_gold(tmp_path / "gold.jsonl", n_sites=6, pages_a_site=2)
    options = ["--trees", "2", "--folds", str(folds), "--jobs", "1", "--cache", str(tmp_path / "cache")]
    result = CliRunner().invoke(main, ["train", str(gold), "-o", str(tmp_path / "model"), *options])
    assert result.exit_code == 0, result.output
    found = read_back(tmp_path / "model")
    pages = list(read_gold(gold))
    assert found.ids.tolist() == [page.id for page in pages]
    assert set(found.folds.tolist()) == (set(range(folds)) or {-1})
    for page in pages:
        assert found.knows(page.html)
        assert (found.probabilities(page.html) is not None) == bool(folds)


def test_a_model_never_judges_a_page_of_its_training(
    small_model: ContentModel, lessons: list[Lesson], answers: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = lessons[:5]
    folder = save_model(small_model, tmp_path / "model")
    save_held_out(folder, known, folds_of(known, 2, seed=0), answers[:5])
    extractor = find_system(f"boilerkit:{folder}").load()
    assert isinstance(extractor, BoilerkitExtractor)
    judged = spy_on_models(monkeypatch)
    for number, page in enumerate(gold_pages()):
        assert isinstance(page.html, str)
        extractor(page.html.encode())
        assert len(judged) == max(0, number + 1 - len(known))


def spy_on_models(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of blocks of the pages that any model is asked about."""
    judged: list[int] = []
    predict = ContentModel.predict_proba

    def spy(model: ContentModel, table: object) -> NDArray[np.float64]:
        probabilities = predict(model, table)  # type: ignore[arg-type]
        judged.append(len(probabilities))
        return probabilities

    monkeypatch.setattr(ContentModel, "predict_proba", spy)
    return judged


# --- The shipped model ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def shipped() -> HeldOut:
    if not (shipped_folder() / HELD_OUT).exists():
        pytest.skip(f"the shipped model has no {HELD_OUT}")
    return read_back(shipped_folder())


@pytest.fixture(scope="module")
def training_corpora() -> dict[str, list[GoldPage]]:
    if not all((DATA / f"{name}.parquet").exists() for name in CORPORA):
        pytest.skip("needs the training corpora in ../shared/data")
    return {name: list(read_gold(DATA / f"{name}.parquet")) for name in CORPORA}


def test_each_shipped_page_was_judged_in_a_fold(shipped: HeldOut) -> None:
    assert shipped.folds.min() == 0
    assert sorted(set(shipped.folds.tolist())) == list(range(shipped.folds.max() + 1))
    assert len(shipped.answers) == len(shipped.keys)
    assert all(((answer >= 0) & (answer <= 1)).all() for answer in shipped.answers)


@pytest.mark.parametrize("by", ["groups", "keys"])
def test_no_group_and_no_page_is_in_two_folds(shipped: HeldOut, by: str) -> None:
    folds = defaultdict(set)
    for name, fold in zip(getattr(shipped, by).tolist(), shipped.folds.tolist(), strict=True):
        folds[name].add(fold)
    assert len(folds) > 1000
    assert [name for name, found in folds.items() if len(found) > 1] == []


def test_the_card_counts_the_same_pages(shipped: HeldOut) -> None:
    card = json.loads((shipped_folder() / "config.json").read_text(encoding="utf-8"))["card"]
    counted = {row["corpus"]: (row["pages"], row["groups"]) for row in card["trained on"]}
    found = {
        name: (int(of_corpus.sum()), len(set(shipped.groups[of_corpus].tolist())))
        for name in set(shipped.corpora.tolist())
        for of_corpus in [shipped.corpora == name]
    }
    assert found == counted


def test_the_shipped_model_knows_all_pages_of_its_corpora(
    shipped: HeldOut, training_corpora: dict[str, list[GoldPage]]
) -> None:
    pages = [page for corpus in training_corpora.values() for page in corpus]
    assert len(pages) == len(shipped.keys)
    assert [page.id for page in pages if not shipped.knows(page.html)] == []
    assert {page_key(page.html) for page in pages} == set(shipped.keys.tolist())


def test_the_shipped_model_is_never_asked_about_its_own_pages(
    shipped: HeldOut, training_corpora: dict[str, list[GoldPage]], monkeypatch: pytest.MonkeyPatch
) -> None:
    extractor = find_system("boilerkit").load()
    assert isinstance(extractor, BoilerkitExtractor)
    judged = spy_on_models(monkeypatch)
    pages = [page for corpus in training_corpora.values() for page in corpus]
    for page in pages[:: len(pages) // 100]:
        raw = page.html.encode() if isinstance(page.html, str) else page.html
        table, probabilities = extractor.probabilities(raw)  # which raises where the answers are of other blocks
        assert len(probabilities) == len(table)
    assert judged == []
