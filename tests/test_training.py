"""The estimator, preparing pages, cross-validation and what scores are made of."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.generated import LabelledPage, labelled_pages, sentence
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, GroupKFold

from boilerkit import BoilerplateClassifier, GoldError, InputError, Label, extract, load_model
from boilerkit.gold.pages import GoldPage, Span
from boilerkit.metrics import word_f1
from boilerkit.html.document import read
from boilerkit.html.segmentation.blocks import HtmlBlocks
from boilerkit.learning import prepare as preparing
from boilerkit.learning.evaluation import (
    PageScore,
    calibration,
    cross_validate,
    folds_of,
    oracle_pages,
    score_pages,
    summarise,
)
from boilerkit.learning.training_pages import TrainingPage, prepare
from boilerkit.learning.stages import group_folds

SMALL: dict[str, Any] = {"n_trees": 5, "n_folds": 2, "n_jobs": 1}
PDF = b"%PDF-1.7 and more"


def small(**changes: Any) -> BoilerplateClassifier:
    return BoilerplateClassifier(**(SMALL | changes))


def columns(pages: Sequence[LabelledPage]) -> tuple[list[str], list[str], list[int]]:
    return [page.html for page in pages], [page.text for page in pages], [page.site for page in pages]


X, Y, SITES = columns(labelled_pages())


@pytest.fixture(scope="module")
def fitted() -> BoilerplateClassifier:
    return small().fit(X, Y, SITES)


# --- Conventions of scikit-learn --------------------------------------------------------------------------------------


def test_parameters_are_kept_as_given() -> None:
    given = {"n_trees": 7, "learning_rate": 0.3, "threshold": 0.4, "cache_dir": "somewhere", "seed": 3}
    classifier = BoilerplateClassifier(**given)
    params = classifier.get_params()
    assert {name: params[name] for name in given} == given
    assert clone(classifier).get_params() == params
    assert clone(classifier.set_params(n_trees=9)).n_trees == 9
    with pytest.raises(ValueError, match="depth"):
        classifier.set_params(depth=3)


def test_clones_are_not_fitted(fitted: BoilerplateClassifier) -> None:
    for use in (clone(fitted).predict, clone(fitted).predict_proba):
        with pytest.raises(NotFittedError):
            use(X)
    with pytest.raises(NotFittedError):
        clone(fitted).score(X, Y)
    with pytest.raises(NotFittedError):
        clone(fitted).save("nowhere")
    assert not Path("nowhere").exists()


def test_fit_returns_the_classifier_and_sets_its_attributes(fitted: BoilerplateClassifier) -> None:
    classifier = small(threshold=0.25)
    assert classifier.fit(X, Y, SITES) is classifier
    assert classifier.model_.threshold == 0.25
    assert classifier.classes_.tolist() == [False, True]
    assert classifier.failures_ == []
    assert len(classifier.model_.stage_one.roots) == len(classifier.model_.stage_two.roots) == 5


def test_predictions_are_by_page_and_block(fitted: BoilerplateClassifier) -> None:
    pages = [*X[:2], X[2].encode(), ""]
    sizes = [len(read(page)[1]) for page in pages]
    probabilities = fitted.predict_proba(pages)
    assert [p.shape for p in probabilities] == [(n, 2) for n in sizes]
    for p in probabilities:
        np.testing.assert_allclose(p.sum(axis=1), 1)
        assert ((p >= 0) & (p <= 1)).all()
    answers = fitted.predict(pages)
    assert [answer.shape for answer in answers] == [(n,) for n in sizes]
    assert all(answer.dtype == bool for answer in answers)
    for answer, p in zip(answers, probabilities, strict=True):
        assert (p[answer, 1].min(initial=1) >= p[~answer, 1].max(initial=0)) or len(answer) == 0


def test_score_is_the_mean_word_f1_of_what_is_extracted(fitted: BoilerplateClassifier) -> None:
    expected = [word_f1(extract(page, model=fitted.model_), gold) for page, gold in zip(X[:5], Y[:5], strict=True)]
    assert fitted.score(X[:5], Y[:5]) == pytest.approx(np.mean(expected))
    assert 0.5 < fitted.score(X, Y) <= 1


def test_score_of_spans_is_that_of_their_text(fitted: BoilerplateClassifier) -> None:
    spans = [[Span(Label.BODY, line) for line in gold.split("\n\n")] for gold in Y]
    assert fitted.score(X, spans) == pytest.approx(fitted.score(X, Y))


def test_grid_search_over_pages_with_groups() -> None:
    grid = GridSearchCV(small(n_trees=1), {"n_trees": [1, 6]}, cv=GroupKFold(2), error_score="raise")
    grid.fit(X, Y, groups=SITES)
    assert grid.best_params_["n_trees"] in (1, 6)
    assert np.isfinite(grid.cv_results_["mean_test_score"]).all()
    assert len(grid.best_estimator_.predict(X[:1])[0]) == len(read(X[0])[1])


# --- Fitting ----------------------------------------------------------------------------------------------------------


def test_a_saved_model_extracts_as_the_fitted_one(fitted: BoilerplateClassifier, tmp_path: Path) -> None:
    folder = fitted.save(tmp_path / "model")
    assert folder == tmp_path / "model"
    iter_pages = load_model(folder)
    for page in X[:4]:
        assert extract(page, model=iter_pages) == extract(page, model=fitted.model_) != ""


def test_spans_teach_what_the_same_gold_text_does() -> None:
    spans = []
    for html, gold in zip(X, Y, strict=True):
        body = set(gold.split("\n\n"))
        texts = read(html)[1].block_texts()
        spans.append([Span(Label.BODY if text in body else Label.NAVIGATION, text) for text in texts])
    classifier = small().fit(X, spans, SITES)
    assert classifier.score(X, Y) > 0.8


def assert_equal_files(one: Path, other: Path) -> None:
    names = sorted(file.name for file in one.iterdir())
    assert names == sorted(file.name for file in other.iterdir()) and "config.json" in names
    for name in names:
        assert (one / name).read_bytes() == (other / name).read_bytes(), name


def test_same_seed_same_files_other_seed_other_files(fitted: BoilerplateClassifier, tmp_path: Path) -> None:
    one = fitted.save(tmp_path / "one")
    assert_equal_files(one, small().fit(X, Y, SITES).save(tmp_path / "two"))
    other = small(seed=1).fit(X, Y, SITES).save(tmp_path / "three")
    assert (one / "arrays.npz").read_bytes() != (other / "arrays.npz").read_bytes()


def test_the_cache_and_several_processes_change_nothing(
    fitted: BoilerplateClassifier, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = fitted.save(tmp_path / "one")
    cached = small(cache_dir=str(tmp_path / "cache"), n_jobs=2).fit(X, Y, SITES)
    assert_equal_files(one, cached.save(tmp_path / "two"))
    assert len(list((tmp_path / "cache").iterdir())) == len(X)

    def no_need(page: GoldPage) -> None:
        raise AssertionError("a page that the cache holds was prepared again")

    monkeypatch.setattr(preparing, "_columns_of", no_need)
    again = small(cache_dir=str(tmp_path / "cache")).fit(X, Y, SITES)
    assert_equal_files(one, again.save(tmp_path / "three"))


def test_a_torn_file_in_the_cache_is_made_again(fitted: BoilerplateClassifier, tmp_path: Path) -> None:
    small(cache_dir=str(tmp_path / "cache")).fit(X, Y, SITES)
    for file in sorted((tmp_path / "cache").iterdir())[:2]:
        file.write_bytes(file.read_bytes()[:100])
    again = small(cache_dir=str(tmp_path / "cache")).fit(X, Y, SITES)
    assert_equal_files(fitted.save(tmp_path / "one"), again.save(tmp_path / "two"))


@pytest.mark.parametrize("bad", [PDF, b"\x00\x01\x02" * 100])
def test_a_bad_page_does_not_cost_the_others(bad: bytes, fitted: BoilerplateClassifier, tmp_path: Path) -> None:
    classifier = small().fit([*X, bad], [*Y, "text"], [*SITES, SITES[0]])
    assert [page for page, _ in classifier.failures_] == [str(len(X))]
    assert "not an HTML page" in classifier.failures_[0][1] or "binary" in classifier.failures_[0][1]
    assert_equal_files(fitted.save(tmp_path / "one"), classifier.save(tmp_path / "two"))


@pytest.mark.parametrize("bad", [None, 5, ["<p>one"]])
def test_what_is_no_page_does_not_cost_the_others_either(bad: Any) -> None:
    classifier = small().fit([*X, bad], [*Y, "text"], [*SITES, SITES[0]])
    assert [page for page, _ in classifier.failures_] == [str(len(X))]


def test_pages_without_text_do_no_harm() -> None:
    classifier = small().fit([*X, "", "<p> </p>", "<img>"], [*Y, "gold", "", "gold"], [*SITES, 20, 21, 22])
    assert classifier.failures_ == []
    assert classifier.score(X, Y) > 0.5


def test_lone_surrogates_do_no_harm() -> None:
    pages, gold = ["<p>one \ud800 two</p>"] * 2, ["one \ud800 two", [Span(Label.BODY, "one \ud800")]]
    assert small().fit([*X, *pages], [*Y, *gold], [*SITES, 0, 0]).failures_ == []


def test_predicting_what_is_no_page_raises_input_error(fitted: BoilerplateClassifier) -> None:
    with pytest.raises(InputError):
        fitted.predict([PDF])


@pytest.mark.filterwarnings("error:divide by zero", "error:invalid value")
def test_names_that_never_stand_at_content_do_no_harm(tmp_path: Path) -> None:
    """No linked block of these pages is content, so for the page's names among links all shares are nought."""
    pages = [html.replace("<body>", '<body class="page blog">') for html in X]
    classifier = small().fit(pages, Y, SITES)
    assert load_model(classifier.save(tmp_path)).predict_proba(read(pages[0])[1]).shape == (len(read(pages[0])[1]),)


# --- Errors -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pages", "gold", "groups"), [(X, Y[1:], None), (X[1:], Y, None), (X, Y, SITES[1:]), ([], Y, None)]
)
def test_lengths_must_agree(pages: list[str], gold: list[str], groups: list[int] | None) -> None:
    with pytest.raises(GoldError, match=f"differ in number: {len(pages)}, {len(gold)} and "):
        small().fit(pages, gold, groups)


@pytest.mark.parametrize("wrong", [None, 5, b"text", [("body", "text")], [Span("body", "text")], ["text"]])  # type: ignore[arg-type]
def test_gold_of_another_type(wrong: Any) -> None:
    with pytest.raises(GoldError, match="the gold of page 1 must be its main text or a list of Span"):
        small().fit(X, [Y[0], wrong, *Y[2:]], SITES)


def test_the_same_page_twice_does(tmp_path: Path) -> None:
    pages = [GoldPage(str(number), X[0], Y[0]) for number in range(6)]
    lessons, failures = prepare(pages, tmp_path, n_jobs=2)
    assert (len(lessons), failures) == (6, [])


def test_pages_without_a_group_go_by_their_own_address(tmp_path: Path) -> None:
    html = "<link rel=canonical href='https://www.a.example/x'><p>one two three</p>"
    lessons, _ = prepare([GoldPage("1", html, "one"), GoldPage("2", "<p>one</p>", "one")], tmp_path, n_jobs=1)
    assert [lesson.group for lesson in lessons] == ["a.example", "/2"]


def test_pages_of_one_site_do() -> None:
    classifier = small(n_folds=4).fit(X[:9], Y[:9], ["one site"] * 9)
    assert classifier.score(X[:9], Y[:9]) > 0.5


def test_too_few_pages() -> None:
    with pytest.raises(GoldError, match=r"at least 4 groups .* found 3"):
        small(n_folds=4).fit(X[:3], Y[:3])


def test_no_page_at_all() -> None:
    with pytest.raises(GoldError, match="no page to train on"):
        small().fit([], [])
    with pytest.raises(GoldError, match="no page to train on"):
        small().fit([PDF] * 3, ["text"] * 3)


@pytest.mark.parametrize("gold", ["one two three", ""])
def test_only_one_class(gold: str) -> None:
    with pytest.raises(GoldError, match="only one class"):
        small().fit(["<p>one two three</p>"] * 8, [gold] * 8)


def test_gold_that_speaks_of_nothing() -> None:
    with pytest.raises(GoldError, match="none of the pages has text that its gold speaks of"):
        small().fit(X, [[Span(Label.BODY, "nothing of this stands there")]] * len(X), SITES)
    with pytest.raises(GoldError):
        small().fit([""] * 8, ["text"] * 8)


# --- Preparing and cross-validating -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lessons(tmp_path_factory: pytest.TempPathFactory) -> list[TrainingPage]:
    pages = [
        GoldPage(str(number), html, gold, group=f"site{site}", corpus="ab"[number % 2], page_type="xyz"[number % 3])
        for number, (html, gold, site) in enumerate(zip(X, Y, SITES, strict=True))
    ]
    made, failures = prepare(pages, tmp_path_factory.mktemp("cache"), n_jobs=1)
    assert failures == []
    return made


def test_prepared_pages_hold_what_was_read(lessons: list[TrainingPage]) -> None:
    assert [lesson.id for lesson in lessons] == [str(number) for number in range(len(X))]
    for lesson, html, gold in zip(lessons, X, Y, strict=True):
        page = lesson.load()
        table = read(html)[1]
        assert page.table.block_texts() == table.block_texts() and page.gold_text == gold
        assert len(page.content) == len(page.weight) == len(page.fixed) == len(table)


def test_prepare_tells_of_each_page(tmp_path: Path) -> None:
    told: list[int] = []
    pages = [GoldPage("a", X[0], Y[0]), GoldPage("b", PDF, "x"), GoldPage("c", X[1], Y[1])]
    made, failures = prepare(pages, tmp_path, n_jobs=1, on_page=lambda: told.append(1))
    assert [lesson.id for lesson in made] == ["a", "c"]
    assert failures == [("b", "this is a PDF file, not an HTML page")]
    assert len(told) == 3


def test_folds_never_part_a_group() -> None:
    groups = np.array([0, 1, 2, 3, 4, 5, 0, 1, 2, 5, 5])
    folds = group_folds(groups, 3, seed=0)
    assert {len(set(folds[groups == group].tolist())) for group in range(6)} == {1}
    assert sorted(np.bincount(folds[:6]).tolist()) == [2, 2, 2]
    assert any(group_folds(groups, 3, seed).tolist() != folds.tolist() for seed in range(1, 9))


class Remembering:
    """Stands for a model: its answers name the training it came from."""

    def __init__(self, number: int) -> None:
        self.number = number

    def predict_proba(self, table: HtmlBlocks) -> NDArray[np.float64]:
        return np.full(len(table), float(self.number))


def test_cross_validation_never_judges_a_group_that_it_learned_from(
    lessons: list[TrainingPage], monkeypatch: pytest.MonkeyPatch
) -> None:
    trained_on: list[set[str]] = []

    def spy(self: BoilerplateClassifier, rest: Sequence[TrainingPage], on_step: object = None) -> BoilerplateClassifier:
        trained_on.append({lesson.group for lesson in rest})
        self.model_ = Remembering(len(trained_on) - 1)  # type: ignore[assignment]
        return self

    monkeypatch.setattr(BoilerplateClassifier, "fit_pages", spy)
    answers = cross_validate(lessons, small(), folds_of(lessons, 4, 0))
    every = {lesson.group for lesson in lessons}
    assert len(trained_on) == 4
    for lesson, answer in zip(lessons, answers, strict=True):
        (judge,) = set(answer.tolist())
        assert len(answer) == len(lesson.weight)
        assert lesson.group not in trained_on[int(judge)]
    held_out = sorted(group for groups in trained_on for group in every - groups)
    assert held_out == sorted(every)


def test_cross_validation_trains_anew_and_says_what_it_does(lessons: list[TrainingPage]) -> None:
    steps: list[str] = []
    classifier = small(n_trees=2)
    answers = cross_validate(lessons, classifier, folds_of(lessons, 2, 0), steps.append)
    assert not hasattr(classifier, "model_")
    assert [len(answer) for answer in answers] == [len(lesson.weight) for lesson in lessons]
    assert {step.split(",")[0] for step in steps} == {"fold 1 of 2", "fold 2 of 2"}


def test_the_oracle_finds_all_of_pages_made_for_it(lessons: list[TrainingPage]) -> None:
    scores = oracle_pages(lessons)
    assert [score.id for score in scores] == [lesson.id for lesson in lessons]
    assert {score.word_f1 for score in scores} == {1.0}


def test_pages_without_gold_have_no_oracle(tmp_path: Path) -> None:
    made, _ = prepare([GoldPage("a", X[0], " "), GoldPage("b", X[1], Y[1])], tmp_path, n_jobs=1)
    assert [score.id for score in oracle_pages(made)] == ["b"]


def test_scores_of_pages(lessons: list[TrainingPage]) -> None:
    probabilities = [lesson.load().content.astype(np.float64) for lesson in lessons[:3]]
    probabilities[1][:] = 0
    whole, nothing, _ = score_pages(lessons[:3], probabilities, 0.5)
    assert (whole.id, whole.corpus, whole.page_type, whole.word_f1) == ("0", "a", "x", 1.0)
    assert (nothing.id, nothing.corpus, nothing.page_type, nothing.word_f1) == ("1", "b", "y", 0.0)


def test_summaries_are_means_by_corpus_and_page_type() -> None:
    scores = [
        PageScore("1", "b", "news", 1.0, (1.0, 1.0)),
        PageScore("2", "a", "news", 0.5, (0.5, 1.0)),
        PageScore("3", "a", "forum", 0.0, (0.5, 0.0)),
        PageScore("4", "a", "", 0.7, (1.0, 1.0)),
    ]
    found = [(s.corpus, s.page_type, s.pages, s.word_f1, s.shingle_f1) for s in summarise(scores)]
    two_thirds = 2 / 3  # the means of precision and recall over the three pages of a
    assert found == [
        ("a", "", 3, pytest.approx(0.4), pytest.approx(two_thirds)),
        ("a", "forum", 1, 0.0, 0.0),
        ("a", "news", 1, 0.5, pytest.approx(two_thirds)),
        ("b", "", 1, 1.0, 1.0),
    ]


def test_calibration_of_toy_numbers(tmp_path: Path) -> None:
    pages = [
        GoldPage("a", "<p>one two</p><p>three</p>", "one two"),  # content 1 and 0, of 2 words and 1
        GoldPage("b", "<p>four five six</p>", "four"),  # a third is content
    ]
    made, _ = prepare(pages, tmp_path, n_jobs=1)
    table = calibration(made, [np.array([1.0, 0.15]), np.array([0.4])], n_bins=5)
    assert table.upper == [0.2, 0.4, 0.6, 0.8, 1.0]
    # Each page weighs the same: the first one's blocks 2/3 and 1/3, the second's 1.
    assert table.share == pytest.approx([1 / 6, 0, 1 / 2, 0, 1 / 3])
    assert table.predicted == pytest.approx([0.15, 0, 0.4, 0, 1])
    assert table.observed == pytest.approx([0, 0, 1 / 3, 0, 1])
    assert table.expected_error == pytest.approx(0.15 / 6 + (0.4 - 1 / 3) / 2, abs=1e-6)


# --- Learning new sites -----------------------------------------------------------------------------------------------


def page_with_own_names(rng: random.Random, site: int) -> LabelledPage:
    """Notices that read like the story stand among its paragraphs; only their class tells them apart."""
    paragraphs, pieces = [], []
    for _ in range(rng.randint(8, 14)):
        text = " ".join(sentence(rng) for _ in range(rng.randint(1, 3)))
        is_story = rng.random() < 0.5
        name = "xq-tale" if is_story else "xq-plug"
        pieces.append(f'<div class="{name}"><p>{text}</p></div>')
        if is_story:
            paragraphs.append(text)
    return LabelledPage(f"<title>Site {site}</title><body>{''.join(pieces)}</body>", "\n\n".join(paragraphs), site)


def test_a_retrained_model_learns_the_names_of_new_sites() -> None:
    rng = random.Random(4)
    training = [page_with_own_names(rng, number % 6) for number in range(24)]
    unseen = [page_with_own_names(rng, 9) for _ in range(8)]
    everything = float(np.mean([word_f1(read(page.html)[1].text, page.text) for page in unseen]))
    classifier = small(n_trees=20, min_samples_leaf=5).fit(*columns(training))
    html, gold, _ = columns(unseen)
    assert everything < 0.9
    assert classifier.score(html, gold) > max(0.95, everything + 0.1)
