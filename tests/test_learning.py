"""The estimator, preparing training pages, cross-validation and the figures that scores are made of."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV, GroupKFold
from support.generated import LabelledPage, fully_labelled_pages, labelled_pages, sentence

from boilerkit import BoilerplateClassifier, GoldError, InputError, Label, ModelError, OptionError, extract, load_model
from boilerkit.blocks.columns import BlockColumns, InputFormat
from boilerkit.documents import feature_set, read_document
from boilerkit.gold.pages import GoldPage, Span
from boilerkit.labels import LABELS
from boilerkit.learning import training_pages
from boilerkit.learning.evaluation import (
    PageScore,
    by_threshold,
    calibration,
    cross_validate,
    oracle_pages,
    score_pages,
    summarize,
)
from boilerkit.learning.folds import assign_folds, group_folds
from boilerkit.learning.pipeline import train
from boilerkit.learning.stages import OnStep
from boilerkit.learning.training_pages import TrainingPage, prepare
from boilerkit.metrics import word_f1
from boilerkit.model.card import render_card
from boilerkit.model.content import ContentModel

SMALL: dict[str, Any] = {"base": None, "max_iter": 5, "n_folds": 2, "n_jobs": 1}
PDF = b"%PDF-1.7 and more"


def small(**changes: Any) -> BoilerplateClassifier:
    return BoilerplateClassifier(**(SMALL | changes))


@dataclass(frozen=True)
class Sample:
    """Pages of one input format with their gold and their sites, as `fit` takes them."""

    input_format: InputFormat
    pages: list[str]
    gold: list[str]
    spans: list[list[Span]]
    sites: list[int]


def as_sample(pages: Sequence[LabelledPage], input_format: InputFormat) -> Sample:
    return Sample(
        input_format,
        [page.source(input_format) for page in pages],
        [page.text for page in pages],
        [list(page.spans) for page in pages],
        [page.site for page in pages],
    )


HTML = as_sample(labelled_pages(), "html")


@pytest.fixture(scope="module")
def sample(input_format: InputFormat) -> Sample:
    return as_sample(labelled_pages(), input_format)


@pytest.fixture(scope="module")
def fitted(sample: Sample) -> BoilerplateClassifier:
    return small().fit(sample.pages, sample.gold, sample.sites)


def n_blocks(page: str | bytes, input_format: InputFormat) -> int:
    return len(read_document(page, input_format).blocks)


# --- Conventions of scikit-learn --------------------------------------------------------------------------------------


def test_parameters_are_kept_as_given() -> None:
    given = {"max_iter": 7, "learning_rate": 0.3, "threshold": 0.4, "cache_dir": "somewhere", "random_state": 3}
    classifier = BoilerplateClassifier(**given)
    params = classifier.get_params()
    assert {name: params[name] for name in given} == given
    assert clone(classifier).get_params() == params
    assert clone(classifier.set_params(max_iter=9)).max_iter == 9
    with pytest.raises(ValueError, match="depth"):
        classifier.set_params(depth=3)


def test_clones_are_not_fitted(fitted: BoilerplateClassifier, sample: Sample) -> None:
    for use in (clone(fitted).predict, clone(fitted).predict_proba):
        with pytest.raises(NotFittedError):
            use(sample.pages)
    with pytest.raises(NotFittedError):
        clone(fitted).score(sample.pages, sample.gold)
    with pytest.raises(NotFittedError):
        clone(fitted).save("nowhere")
    assert not Path("nowhere").exists()


def test_fit_returns_the_classifier_and_sets_its_attributes(sample: Sample) -> None:
    classifier = small(threshold=0.25)
    assert classifier.fit(sample.pages, sample.gold, sample.sites) is classifier
    assert classifier.model_.threshold == 0.25
    assert classifier.model_.input_format == sample.input_format
    assert classifier.classes_.tolist() == [False, True]
    assert classifier.failures_ == []
    assert (len(classifier.model_.stage_one.roots), len(classifier.model_.stage_two.roots)) == (5, 2 * 5)


def test_predictions_are_by_page_and_block(fitted: BoilerplateClassifier, sample: Sample) -> None:
    pages = [*sample.pages[:2], sample.pages[2].encode(), ""]
    sizes = [n_blocks(page, sample.input_format) for page in pages]
    probabilities = fitted.predict_proba(pages)
    assert [p.shape for p in probabilities] == [(n, 2) for n in sizes]
    for p in probabilities:
        np.testing.assert_allclose(p.sum(axis=1), 1)
        assert ((p >= 0) & (p <= 1)).all()
    predictions = fitted.predict(pages)
    assert [prediction.shape for prediction in predictions] == [(n,) for n in sizes]
    assert all(prediction.dtype == bool for prediction in predictions)
    for prediction, p in zip(predictions, probabilities, strict=True):
        assert not len(prediction) or p[prediction, 1].min(initial=1) >= p[~prediction, 1].max(initial=0)


def test_score_is_the_mean_word_f1_of_what_is_extracted(fitted: BoilerplateClassifier, sample: Sample) -> None:
    pages, golds = sample.pages[:5], sample.gold[:5]
    texts = [extract(page, input_format=sample.input_format, model=fitted.model_) for page in pages]
    expected = [word_f1(text, gold) for text, gold in zip(texts, golds, strict=True)]
    assert fitted.score(pages, golds) == pytest.approx(np.mean(expected))
    assert 0.5 < fitted.score(sample.pages, sample.gold) <= 1


def test_score_of_spans_is_that_of_their_text(fitted: BoilerplateClassifier, sample: Sample) -> None:
    by_text = fitted.score(sample.pages, sample.gold)
    assert fitted.score(sample.pages, sample.spans) == pytest.approx(by_text)


def test_grid_search_over_pages_with_groups(sample: Sample) -> None:
    grid = GridSearchCV(small(max_iter=1), {"max_iter": [1, 6]}, cv=GroupKFold(2), error_score="raise")
    grid.fit(sample.pages, sample.gold, groups=sample.sites)
    assert grid.best_params_["max_iter"] in (1, 6)
    assert np.isfinite(grid.cv_results_["mean_test_score"]).all()
    (prediction,) = grid.best_estimator_.predict(sample.pages[:1])
    assert len(prediction) == n_blocks(sample.pages[0], sample.input_format)


# --- Fitting ----------------------------------------------------------------------------------------------------------


def test_a_saved_model_extracts_as_the_fitted_one(
    fitted: BoilerplateClassifier, sample: Sample, tmp_path: Path
) -> None:
    folder = fitted.save(tmp_path / "model")
    assert folder == tmp_path / "model"
    loaded = load_model(folder)
    assert loaded.input_format == sample.input_format
    for page in sample.pages[:4]:
        assert extract(page, model=loaded) == extract(page, model=fitted.model_) != ""


def test_spans_teach_what_the_same_gold_text_does(sample: Sample) -> None:
    classifier = small().fit(sample.pages, sample.spans, sample.sites)
    assert classifier.score(sample.pages, sample.gold) > 0.8


def assert_equal_files(one: Path, other: Path) -> None:
    names = sorted(file.name for file in one.iterdir())
    assert names == sorted(file.name for file in other.iterdir()) and "config.json" in names
    for name in names:
        assert (one / name).read_bytes() == (other / name).read_bytes(), name


def test_the_random_state_decides_the_files(fitted: BoilerplateClassifier, sample: Sample, tmp_path: Path) -> None:
    one = fitted.save(tmp_path / "one")
    assert_equal_files(one, small().fit(sample.pages, sample.gold, sample.sites).save(tmp_path / "two"))
    other = small(random_state=1).fit(sample.pages, sample.gold, sample.sites).save(tmp_path / "three")
    assert (one / "content.npz").read_bytes() != (other / "content.npz").read_bytes()


def test_the_cache_and_several_processes_change_nothing(
    fitted: BoilerplateClassifier, sample: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = fitted.save(tmp_path / "one")
    cached = small(cache_dir=str(tmp_path / "cache"), n_jobs=2).fit(sample.pages, sample.gold, sample.sites)
    assert_equal_files(one, cached.save(tmp_path / "two"))
    assert len(list((tmp_path / "cache").iterdir())) == len(sample.pages)

    def refuse(page: GoldPage) -> None:
        raise AssertionError("a page that the cache holds was prepared again")

    monkeypatch.setattr(training_pages, "_page_data", refuse)
    again = small(cache_dir=str(tmp_path / "cache")).fit(sample.pages, sample.gold, sample.sites)
    assert_equal_files(one, again.save(tmp_path / "three"))


def test_a_truncated_file_in_the_cache_is_written_again(
    fitted: BoilerplateClassifier, sample: Sample, tmp_path: Path
) -> None:
    small(cache_dir=str(tmp_path / "cache")).fit(sample.pages, sample.gold, sample.sites)
    for file in sorted((tmp_path / "cache").iterdir())[:2]:
        file.write_bytes(file.read_bytes()[:100])
    again = small(cache_dir=str(tmp_path / "cache")).fit(sample.pages, sample.gold, sample.sites)
    assert_equal_files(fitted.save(tmp_path / "one"), again.save(tmp_path / "two"))


@pytest.mark.parametrize("bad", [PDF, b"\x00\x01\x02" * 100])
def test_a_bad_page_does_not_cost_the_others(
    bad: bytes, fitted: BoilerplateClassifier, sample: Sample, tmp_path: Path
) -> None:
    classifier = small().fit([*sample.pages, bad], [*sample.gold, "text"], [*sample.sites, sample.sites[0]])
    ((page, reason),) = classifier.failures_
    assert page == str(len(sample.pages))
    assert "PDF" in reason or "binary" in reason
    assert_equal_files(fitted.save(tmp_path / "one"), classifier.save(tmp_path / "two"))


@pytest.mark.parametrize("bad", [None, 5, ["<p>one"]])
def test_a_page_of_another_type_does_not_cost_the_others(bad: Any, sample: Sample) -> None:
    classifier = small().fit([*sample.pages, bad], [*sample.gold, "text"], [*sample.sites, sample.sites[0]])
    assert [page for page, _ in classifier.failures_] == [str(len(sample.pages))]


def test_pages_without_text_do_no_harm(sample: Sample) -> None:
    empty = ["", "<p> </p>", "<img>"] if sample.input_format == "html" else ["", " \n\n", "\x0c"]
    classifier = small(input_format=sample.input_format)
    classifier.fit([*sample.pages, *empty], [*sample.gold, "gold", "", "gold"], [*sample.sites, 20, 21, 22])
    assert classifier.failures_ == []
    assert classifier.score(sample.pages, sample.gold) > 0.5


def test_lone_surrogates_do_no_harm(sample: Sample) -> None:
    page = "<p>one \ud800 two</p>" if sample.input_format == "html" else "one \ud800 two\n\nthree"
    gold: list[Any] = [*sample.gold, "one \ud800 two", [Span(Label.BODY, "one \ud800")]]
    assert small().fit([*sample.pages, page, page], gold, [*sample.sites, 0, 0]).failures_ == []


def test_predicting_binary_data_raises_input_error(fitted: BoilerplateClassifier) -> None:
    with pytest.raises(InputError):
        fitted.predict([PDF])


@pytest.mark.filterwarnings("error:divide by zero", "error:invalid value")
def test_tokens_without_content_do_no_harm(tmp_path: Path) -> None:
    """No linked block of these pages is content, so for the page's tokens among links all shares are 0."""
    pages = [html.replace("<body>", '<body class="page blog">') for html in HTML.pages]
    classifier = small().fit(pages, HTML.gold, HTML.sites)
    blocks = read_document(pages[0], "html").blocks
    assert load_model(classifier.save(tmp_path)).predict_proba(blocks).shape == (len(blocks),)


# --- Input formats ----------------------------------------------------------------------------------------------------


def test_pages_of_both_input_formats_are_refused(sample: Sample) -> None:
    other = labelled_pages()[0].source("text" if sample.input_format == "html" else "html")
    with pytest.raises(GoldError, match=r"\d+ pages look like HTML and \d+ like plain text, .* one of the two"):
        small().fit([*sample.pages, other], [*sample.gold, "text"])


def test_a_named_input_format_is_not_guessed(sample: Sample) -> None:
    other: InputFormat = "text" if sample.input_format == "html" else "html"
    wrapped = [f"<i>{page}</i>" if other == "html" else f"Menu\n\n{page}\n\nEnd" for page in sample.pages]
    gold = ["Menu"] * len(wrapped) if other == "text" else sample.gold
    if other == "html":
        wrapped = [page.replace("\n\n", "<p>") for page in wrapped]
    assert small(input_format=other).fit(wrapped, gold).model_.input_format == other


def test_a_fitted_classifier_reads_every_page_in_its_own_input_format(fitted: BoilerplateClassifier) -> None:
    for page in ("<p>one two</p>", "one two\n\nthree"):
        (p,) = fitted.predict_proba([page])
        assert len(p) == n_blocks(page, fitted.model_.input_format)


def test_prepared_pages_of_both_input_formats_are_refused(tmp_path: Path) -> None:
    page = labelled_pages()[0]
    gold = [GoldPage("a", page.html, page.text, "html"), GoldPage("b", page.plain_text, page.text, "text")]
    prepared, _ = prepare(gold, tmp_path, n_jobs=1)
    with pytest.raises(GoldError, match="1 pages are HTML and 1 are plain text"):
        small().fit_pages(prepared)


@pytest.mark.parametrize("wrong", [{"input_format": "pdf"}, {"n_folds": 1}])
def test_parameters_out_of_range(wrong: dict[str, Any]) -> None:
    for error in (OptionError, ValueError):
        with pytest.raises(error, match=f"{next(iter(wrong))} .*not {next(iter(wrong.values()))!r}"):
            small(**wrong).fit(HTML.pages, HTML.gold)


# --- Errors -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n_pages", "n_gold", "n_groups"), [(24, 23, None), (23, 24, None), (24, 24, 23), (0, 24, None)]
)
def test_lengths_must_agree(n_pages: int, n_gold: int, n_groups: int | None) -> None:
    groups = None if n_groups is None else HTML.sites[:n_groups]
    with pytest.raises(GoldError, match=f"differ in number: {n_pages}, {n_gold} and "):
        small().fit(HTML.pages[:n_pages], HTML.gold[:n_gold], groups)


@pytest.mark.parametrize("wrong", [None, 5, b"text", [("body", "text")], [Span("body", "text")], ["text"]])  # type: ignore[arg-type]
def test_gold_of_another_type(wrong: Any) -> None:
    with pytest.raises(GoldError, match="the gold of page 1 must be its main text or a list of Span"):
        small().fit(HTML.pages, [HTML.gold[0], wrong, *HTML.gold[2:]], HTML.sites)


def test_pages_of_one_site_will_do(sample: Sample) -> None:
    classifier = small(n_folds=4).fit(sample.pages[:9], sample.gold[:9], ["one site"] * 9)
    assert classifier.score(sample.pages[:9], sample.gold[:9]) > 0.5


def test_too_few_pages(sample: Sample) -> None:
    with pytest.raises(GoldError, match=r"at least 4 groups .* found 3"):
        small(n_folds=4).fit(sample.pages[:3], sample.gold[:3])


def test_no_pages_at_all() -> None:
    with pytest.raises(GoldError, match="no page to train on"):
        small().fit([], [])
    with pytest.raises(GoldError, match="no page to train on"):
        small().fit([PDF] * 3, ["text"] * 3)


@pytest.mark.parametrize("gold", ["one two three", ""])
@pytest.mark.parametrize("page", ["<p>one two three</p>", "one two\n\nthree"])
def test_only_one_class(page: str, gold: str) -> None:
    with pytest.raises(GoldError, match="only one class"):
        small().fit([page] * 8, [gold] * 8)


def test_gold_that_covers_nothing(sample: Sample) -> None:
    with pytest.raises(GoldError, match="none of the pages has text that its gold covers"):
        small().fit(sample.pages, [[Span(Label.BODY, "absent words")]] * len(sample.pages), sample.sites)
    with pytest.raises(GoldError):
        small(input_format=sample.input_format).fit([""] * 8, ["text"] * 8)


# --- Preparing pages --------------------------------------------------------------------------------------------------


def gold_pages(sample: Sample) -> list[GoldPage]:
    return [
        GoldPage(
            str(number),
            page,
            gold,
            sample.input_format,
            group=f"site{site}",
            corpus="ab"[number % 2],
            page_type="xyz"[number % 3],
        )
        for number, (page, gold, site) in enumerate(zip(sample.pages, sample.gold, sample.sites, strict=True))
    ]


@pytest.fixture(scope="module")
def prepared(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> list[TrainingPage]:
    pages, failures = prepare(gold_pages(sample), tmp_path_factory.mktemp("cache"), n_jobs=1)
    assert failures == []
    return pages


def test_prepared_pages_hold_what_was_read(prepared: list[TrainingPage], sample: Sample) -> None:
    assert [page.id for page in prepared] == [str(number) for number in range(len(sample.pages))]
    features = feature_set(sample.input_format)
    for page, source, gold in zip(prepared, sample.pages, sample.gold, strict=True):
        data = page.load()
        blocks = read_document(source, sample.input_format).blocks
        assert page.input_format == data.blocks.input_format == sample.input_format
        assert data.blocks.block_texts() == blocks.block_texts() and data.gold_text == gold
        assert data.static.tolist() == features.static_features(blocks).tolist()
        assert len(data.content) == len(data.weight) == len(data.labels) == len(blocks)
        assert (data.labels == -1).all()


def test_labels_are_prepared_from_spans(sample: Sample, tmp_path: Path) -> None:
    pages = [GoldPage(str(n), page, sample.spans[n], sample.input_format) for n, page in enumerate(sample.pages[:2])]
    beside = [GoldPage(page.id, page.source, "", page.input_format, spans=page.labelled_spans) for page in pages]
    for page, with_text in zip(*(prepare(its, tmp_path, n_jobs=1)[0] for its in (pages, beside)), strict=True):
        labels = page.load().labels
        assert [LABELS[number] for number in labels] == [span.label for span in sample.spans[int(page.id)]]
        assert with_text.load().labels.tolist() == labels.tolist()
        assert with_text.load().content.max() == 0 and page.load().content.max() == 1


def test_pages_of_several_processes_and_equal_pages(sample: Sample, tmp_path: Path) -> None:
    pages = [GoldPage(str(number), sample.pages[0], sample.gold[0], sample.input_format) for number in range(6)]
    prepared, failures = prepare(pages, tmp_path, n_jobs=2)
    assert (len(prepared), failures) == (6, [])


def test_pages_without_a_group_go_by_their_own_address(tmp_path: Path) -> None:
    html = "<link rel=canonical href='https://www.a.example/x'><p>one two three</p>"
    pages = [GoldPage("1", html, "one"), GoldPage("2", "<p>one</p>", "one"), GoldPage("3", "one", "one", "text")]
    prepared, _ = prepare(pages, tmp_path, n_jobs=1)
    assert [page.group for page in prepared] == ["a.example", "/2", "/3"]


def test_prepare_reports_each_page(sample: Sample, tmp_path: Path) -> None:
    calls: list[int] = []
    sources = [sample.pages[0], PDF, sample.pages[1]]
    pages = [GoldPage("abc"[n], source, sample.gold[0], sample.input_format) for n, source in enumerate(sources)]
    snippets = GoldPage("d", sample.pages[0], None, sample.input_format, must_have=("one",))
    prepared, failures = prepare([*pages, snippets], tmp_path, n_jobs=1, on_page=lambda: calls.append(1))
    assert [page.id for page in prepared] == ["a", "c"]
    assert [(page, message.split()[:5]) for page, message in failures] == [
        ("b", ["this", "is", "a", "PDF", "file,"]),
        ("d", ["only", "snippets", "of", "its", "gold"]),
    ]
    assert len(calls) == 4


# --- Folds and cross-validation ---------------------------------------------------------------------------------------


def test_folds_never_separate_a_group() -> None:
    groups = np.array([0, 1, 2, 3, 4, 5, 0, 1, 2, 5, 5])
    folds = group_folds(groups, 3, random_state=0)
    assert {len(set(folds[groups == group].tolist())) for group in range(6)} == {1}
    assert sorted(np.bincount(folds[:6]).tolist()) == [2, 2, 2]
    assert any(group_folds(groups, 3, random_state).tolist() != folds.tolist() for random_state in range(1, 9))


class Numbered:
    """Takes the place of a model; its predictions are its number."""

    threshold = 0.5

    def __init__(self, number: int) -> None:
        self.number = number

    def predict_proba(self, blocks: BlockColumns) -> NDArray[np.float64]:
        return np.full(len(blocks), float(self.number))


def test_cross_validation_never_predicts_a_group_that_it_trained_on(prepared: list[TrainingPage]) -> None:
    trained_on: list[set[str]] = []

    def fit(pages: Sequence[TrainingPage], on_step: OnStep) -> Any:
        trained_on.append({page.group for page in pages})
        return Numbered(len(trained_on) - 1)

    predictions = cross_validate(prepared, fit, assign_folds(prepared, 4, 0))
    everything = {page.group for page in prepared}
    assert len(trained_on) == 4
    for page, prediction in zip(prepared, predictions, strict=True):
        (number,) = set(prediction.tolist())
        assert len(prediction) == len(page.weight)
        assert page.group not in trained_on[int(number)]
    held_out = sorted(group for groups in trained_on for group in everything - groups)
    assert held_out == sorted(everything)


def test_pages_of_no_fold_are_only_trained_on(prepared: list[TrainingPage]) -> None:
    seen: list[list[str]] = []

    def fit(pages: Sequence[TrainingPage], on_step: OnStep) -> Any:
        seen.append([page.id for page in pages])
        return Numbered(0)

    folds = np.array([0, -1, 1, -1])
    predictions = cross_validate(prepared[:4], fit, folds)
    assert seen == [["1", "2", "3"], ["0", "1", "3"]]
    assert [len(p) > 0 for p in predictions] == [True, False, True, False]
    seen.clear()
    cross_validate(prepared[:4], fit, folds, n_pages=2)
    assert [len(ids) for ids in seen] == [2, 2]


def test_cross_validation_reports_its_steps(prepared: list[TrainingPage]) -> None:
    steps: list[str] = []
    classifier = small(max_iter=2)
    predictions = cross_validate(prepared, classifier.fit_model, assign_folds(prepared, 2, 0), steps.append)
    assert not hasattr(classifier, "model_")
    assert [len(prediction) for prediction in predictions] == [len(page.weight) for page in prepared]
    assert {step.split(",")[0] for step in steps} == {"fold 1 of 2", "fold 2 of 2"}


# --- The pipeline: content and labels ---------------------------------------------------------------------------------


@pytest.fixture
def few_label_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boilerkit.learning.labels.MAX_ITER", 8)
    monkeypatch.setattr("boilerkit.learning.labels.LEARNING_RATE", 0.3)
    monkeypatch.setattr("boilerkit.learning.labels.N_FOLDS", 2)


@pytest.mark.usefixtures("few_label_trees")
def test_labelled_spans_make_a_label_model(input_format: InputFormat, tmp_path: Path) -> None:
    pages = fully_labelled_pages(input_format, n_sites=4, pages_a_site=2)
    prepared, _ = prepare(pages, tmp_path / "cache", n_jobs=1)
    steps: list[str] = []
    classifier = small(max_iter=3)
    result = train(prepared, classifier.fit_model, n_folds=2, on_step=steps.append)
    assert result.label_error is None and result.out_of_fold is not None and result.label_report is not None
    assert "labels: fold 2 of 2" in steps and steps[-1] == "labels: all pages"
    assert len(result.labelled) == len(pages)
    classifier.model_ = result.model
    model = load_model(classifier.save(tmp_path / "model"))
    assert model.labels is not None and set(model.labels.trees) == set(LABELS)
    assert model.labels.input_format == input_format
    assert model.labels.card == result.label_report.most_probable.to_dict()
    assert_labels_of_own_model_are_used(model, pages[0])


def assert_labels_of_own_model_are_used(model: ContentModel, page: GoldPage) -> None:
    from boilerkit import analyze

    assert model.labels is not None
    own = analyze(page.source, model=model)
    shipped = analyze(page.source, model=replace(model, labels=None))
    content = np.array([block.probability for block in own.blocks])
    expected = model.labels.predict_proba(read_document(page.source, page.input_format).blocks, content)
    assert np.array([list(block.probabilities.values()) for block in own.blocks]) == pytest.approx(expected)
    assert own.blocks[0].probabilities != shipped.blocks[0].probabilities


def test_without_labels_there_is_no_label_model(prepared: list[TrainingPage]) -> None:
    result = train(prepared, small(max_iter=2).fit_model, n_folds=2)
    assert result.model.labels is None and result.label_report is None and result.label_error is None
    assert result.out_of_fold is not None and len(result.out_of_fold.scores) == len(prepared)
    assert sorted(set(result.out_of_fold.folds.tolist())) == [0, 1]


def test_without_folds_nothing_is_measured(prepared: list[TrainingPage]) -> None:
    result = train(prepared, small(max_iter=2).fit_model, n_folds=0)
    assert result.out_of_fold is None and result.model.labels is None


def test_too_few_labels_are_reported(input_format: InputFormat, tmp_path: Path) -> None:
    pages = [
        replace(page, gold=[span for span in page.labelled_spans if span.label in ("body", "footer")])
        for page in fully_labelled_pages(input_format, n_sites=6, pages_a_site=2)
    ]
    prepared, _ = prepare(pages, tmp_path, n_jobs=1)
    result = train(prepared, small(max_iter=2).fit_model, n_folds=2)
    assert result.label_error is not None and "too few labels" in result.label_error
    assert result.model.labels is None


def test_the_card_is_rendered_with_what_it_has() -> None:
    row = {"corpus": "", "page_type": "a|b", "pages": 3, "word_f1": 0.5}
    card: dict[str, Any] = {
        "input format": "text",
        "trained on": [{"corpus": "own", "pages": 3}],
        "parameters": {"max_iter": 5},
    }
    plain = render_card(card)
    assert (
        "model for plain text" in plain
        and "| own | 3 |" in plain
        and "| max_iter | 5 |" in plain
        and "Calibration" not in plain
    )
    bins = {name: [0.1, 0.2] for name in ("upper", "predicted", "observed", "share")}
    card["out of fold"] = {"how": "two folds", "scores": [row], "calibration": bins | {"expected_error": 0.01}}
    card["labels, out of fold"] = {"pages": 3, "macro F1": 0.25, "labels": [{"label": "title", "f1": 0.25}]}
    whole = render_card(card)
    assert "| all | a\\|b | 3 | 0.5 |" in whole
    assert "| 0.2 | 0.2 | 0.2 | 0.2 |" in whole and "| title | 0.25 |" in whole


# --- Scores -----------------------------------------------------------------------------------------------------------


def test_the_oracle_finds_all_text_of_generated_pages(prepared: list[TrainingPage]) -> None:
    scores = oracle_pages(prepared)
    assert [score.id for score in scores] == [page.id for page in prepared]
    assert {score.word_f1 for score in scores} == {1.0}


def test_pages_without_gold_have_no_oracle(sample: Sample, tmp_path: Path) -> None:
    pages = [GoldPage(id, sample.pages[0], gold, sample.input_format) for id, gold in (("a", " "), ("b", "one"))]
    prepared, _ = prepare(pages, tmp_path, n_jobs=1)
    assert [score.id for score in oracle_pages(prepared)] == ["b"]


def test_scores_of_pages(prepared: list[TrainingPage]) -> None:
    probabilities = [page.load().content.astype(np.float64) for page in prepared[:3]]
    probabilities[1][:] = 0
    whole, nothing, _ = score_pages(prepared[:3], probabilities, by_threshold(0.5))
    assert (whole.id, whole.corpus, whole.page_type, whole.word_f1) == ("0", "a", "x", 1.0)
    assert (nothing.id, nothing.corpus, nothing.page_type, nothing.word_f1) == ("1", "b", "y", 0.0)


def test_summaries_are_means_by_corpus_and_page_type() -> None:
    scores = [
        PageScore("1", "b", "news", 1.0, (1.0, 1.0)),
        PageScore("2", "a", "news", 0.5, (0.5, 1.0)),
        PageScore("3", "a", "forum", 0.0, (0.5, 0.0)),
        PageScore("4", "a", "", 0.7, (1.0, 1.0)),
    ]
    found = [(s.corpus, s.page_type, s.pages, s.word_f1, s.shingle_f1) for s in summarize(scores)]
    two_thirds = 2 / 3  # the means of precision and recall over the three pages of a
    assert found == [
        ("a", "", 3, pytest.approx(0.4), pytest.approx(two_thirds)),
        ("a", "forum", 1, 0.0, 0.0),
        ("a", "news", 1, 0.5, pytest.approx(two_thirds)),
        ("b", "", 1, 1.0, 1.0),
    ]


def test_calibration_of_a_few_blocks(tmp_path: Path) -> None:
    pages = [
        GoldPage("a", "<p>one two</p><p>three</p>", "one two"),  # content 1 and 0, of 2 words and 1
        GoldPage("b", "<p>four five six</p>", "four"),  # a third is content
    ]
    prepared, _ = prepare(pages, tmp_path, n_jobs=1)
    table = calibration(prepared, [np.array([1.0, 0.15]), np.array([0.4])], n_bins=5)
    assert table.upper == [0.2, 0.4, 0.6, 0.8, 1.0]
    # Each page weighs the same: the first one's blocks 2/3 and 1/3, the second's 1.
    assert table.share == pytest.approx([1 / 6, 0, 1 / 2, 0, 1 / 3])
    assert table.predicted == pytest.approx([0.15, 0, 0.4, 0, 1])
    assert table.observed == pytest.approx([0, 0, 1 / 3, 0, 1])
    assert table.expected_error == pytest.approx(0.15 / 6 + (0.4 - 1 / 3) / 2, abs=1e-6)


# --- Models and pages of different input formats ----------------------------------------------------------------------


def test_a_model_refuses_blocks_of_the_other_input_format(fitted: BoilerplateClassifier) -> None:
    other: InputFormat = "text" if fitted.model_.input_format == "html" else "html"
    with pytest.raises(ModelError, match=r"the model is for .*, but the page was read as"):
        fitted.model_.predict_proba(read_document("one\n\ntwo", other).blocks)


# --- Learning new sites -----------------------------------------------------------------------------------------------


def page_with_own_names(rng: random.Random, site: int) -> LabelledPage:
    """Return a page with notices that read like the story's paragraphs: only the class, or first word, differs."""
    spans, pieces, lines = [], [], []
    for _ in range(rng.randint(8, 14)):
        is_story = rng.random() < 0.5
        text = " ".join(sentence(rng) for _ in range(rng.randint(1, 3)))
        text = f"{'Yesterday' if is_story else 'Advertorial'} {text}"
        pieces.append(f'<div class="{"xq-tale" if is_story else "xq-plug"}"><p>{text}</p></div>')
        spans.append(Span(Label.BODY if is_story else Label.PROMOTION, text))
        lines.append(text)
    html = f"<title>Site {site}</title><body>{''.join(pieces)}</body>"
    story = "\n\n".join(str(span.text) for span in spans if span.label is Label.BODY)
    return LabelledPage(html, "\n\n".join(lines), story, tuple(spans), site)


def test_a_retrained_model_learns_the_names_of_new_sites(input_format: InputFormat) -> None:
    rng = random.Random(4)
    training = as_sample([page_with_own_names(rng, number % 6) for number in range(24)], input_format)
    unseen = as_sample([page_with_own_names(rng, 9) for _ in range(8)], input_format)
    texts = [read_document(page, input_format).blocks.text for page in unseen.pages]
    everything = float(np.mean([word_f1(text, gold) for text, gold in zip(texts, unseen.gold, strict=True)]))
    classifier = small(max_iter=20, min_samples_leaf=5).fit(training.pages, training.gold, training.sites)
    assert everything < 0.9
    assert classifier.score(unseen.pages, unseen.gold) > max(0.95, everything + 0.1)
