"""Boosting from a given score, and adapting models to pages whose gold follows another convention."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray
from support.generated import LabelledPage, fully_labelled_pages, labelled_pages

from boilerkit import BoilerplateClassifier, GoldError, ModelError, load_model, selection
from boilerkit.blocks.columns import BlockColumns, InputFormat
from boilerkit.documents import read_document
from boilerkit.gold.pages import GoldPage
from boilerkit.labels import LABELS, Label
from boilerkit.learning import label_adaptation
from boilerkit.learning.adaptation import Adaptation, adapt
from boilerkit.learning.boosting import BinnedRows, BoostingSettings, boost, grow_tree
from boilerkit.learning.evaluation import Estimate, by_threshold, estimate_mean, score_pages
from boilerkit.learning.pipeline import count_steps
from boilerkit.learning.training_pages import prepare
from boilerkit.model.content import ContentModel, sigmoid
from boilerkit.model.labels import LabelModel, softmax
from boilerkit.model.storage import save_model
from boilerkit.model.trees import TreeEnsemble

SETTINGS = BoostingSettings(learning_rate=0.5, max_features=1.0, max_pages=1.0)

Models = dict[InputFormat, ContentModel]


@pytest.fixture(autouse=True)
def _few_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare few numbers of rounds for labels, which take a tree for each."""
    monkeypatch.setattr(label_adaptation, "ROUNDS", (0, 5))


# --- Boosting ---------------------------------------------------------------------------------------------------------


def rows_of(n_rows: int = 300, n_features: int = 6, seed: int = 0) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Return features and a target that two of them make."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_rows, n_features)).astype(np.float32)
    return X, ((X[:, 1] > 0.3) ^ (X[:, 4] > 0)).astype(np.float64)


def log_loss(target: NDArray[np.float64], log_odds: NDArray[np.float64]) -> float:
    p = sigmoid(log_odds)
    return float(-np.mean(target * np.log(p) + (1 - target) * np.log(1 - p)))


def test_a_stump_takes_the_best_of_all_splits() -> None:
    X, target = rows_of(40)
    gradient, hessian = target - 0.4, np.full(len(X), 0.24)
    rows = BinnedRows(X)
    tree, steps = grow_tree(rows, gradient, hessian, replace(SETTINGS, depth=1), np.random.default_rng(0))

    def gain(left: NDArray[np.bool_]) -> float:
        return sum(gradient[its].sum() ** 2 / (hessian[its].sum() + SETTINGS.l2) for its in (left, ~left))

    gains = {(f, edge): gain(X[:, f] <= edge) for f, edges in enumerate(rows.edges) for edge in edges.tolist()}
    feature, threshold = max(gains, key=lambda split: gains[split])
    assert (tree.feature[0], tree.threshold[0]) == (feature, threshold)
    left = X[:, feature] <= threshold
    for its in (left, ~left):
        expected = SETTINGS.learning_rate * gradient[its].sum() / (hessian[its].sum() + SETTINGS.l2)
        assert steps[its] == pytest.approx(expected)


def test_trees_add_up_to_the_scores_from_any_start() -> None:
    X, target = rows_of()
    start = np.random.default_rng(1).normal(size=len(X))
    pages = np.arange(len(X)) // 10
    columns = (target[:, None], np.ones(len(X)), pages, start[:, None])
    trees, losses = [], [log_loss(target, start)]
    for its, scores in islice(boost(BinnedRows(X), *columns, sigmoid, SETTINGS), 20):
        trees += its
        losses.append(log_loss(target, scores[:, 0]))
    correction = TreeEnsemble.sum(trees)
    correction.check(X.shape[1])
    assert start + correction.log_odds(X) == pytest.approx(scores[:, 0])
    assert losses == sorted(losses, reverse=True) and losses[-1] < losses[0] / 4


def test_rows_without_weight_are_scored_and_teach_nothing() -> None:
    X, target = rows_of()
    weight = (np.arange(len(X)) % 3 > 0).astype(np.float64)
    pages, start = np.arange(len(X)) // 10, np.zeros((len(X), 1))
    found = []
    for taught in (target, np.where(weight > 0, target, 1 - target)):
        rounds = islice(boost(BinnedRows(X), taught[:, None], weight, pages, start, sigmoid, SETTINGS), 10)
        *_, (_, scores) = rounds
        found.append(scores)
    np.testing.assert_array_equal(*found)
    unseen = weight == 0
    assert log_loss(target[unseen], found[0][unseen, 0]) < log_loss(target[unseen], np.zeros(unseen.sum())) / 2


def test_several_classes_are_boosted_together() -> None:
    X, _ = rows_of()
    classes = np.digitize(X[:, 2], (-0.5, 0.5))
    target = np.eye(3)[classes]
    columns = (target, np.ones(len(X)), np.arange(len(X)), np.zeros((len(X), 3)))
    *_, (trees, scores) = islice(boost(BinnedRows(X), *columns, softmax, SETTINGS), 10)
    assert len(trees) == 3
    assert (scores.argmax(axis=1) == classes).mean() > 0.95


def test_sums_and_multiples_of_trees() -> None:
    X, target = rows_of(60)
    columns = (target[:, None], np.ones(len(X)), np.arange(len(X)), np.zeros((len(X), 1)))
    first, second = (trees[0] for trees, _ in islice(boost(BinnedRows(X), *columns, sigmoid, SETTINGS), 2))
    log_odds = first.log_odds(X), second.log_odds(X)
    assert TreeEnsemble.sum([first, second]).log_odds(X) == pytest.approx(log_odds[0] + log_odds[1])
    assert TreeEnsemble.average([first, second]).log_odds(X) == pytest.approx((log_odds[0] + log_odds[1]) / 2)
    assert first.scaled(3, -2).log_odds(X) == pytest.approx(3 * log_odds[0] - 2)


# --- Adapting ---------------------------------------------------------------------------------------------------------


def gold_pages(pages: Sequence[LabelledPage], input_format: InputFormat, with_links: bool) -> list[GoldPage]:
    """Return pages whose gold is their paragraphs or, by another convention, also their links to other pages."""
    gold = []
    for number, page in enumerate(pages):
        text = page.text_with_links if with_links else page.text
        gold.append(GoldPage(f"p{number}", page.source(input_format), text, input_format, group=f"site {page.site}"))
    return gold


@pytest.fixture(scope="module")
def adapted(small_models: Models, input_format: InputFormat) -> Adaptation:
    """A model adapted to pages whose gold has their links too."""
    pages = gold_pages(labelled_pages(6, 3, seed=5), input_format, with_links=True)
    return adapt(small_models[input_format], pages, n_jobs=1)


def mean_f1(model: ContentModel, pages: Sequence[GoldPage], folder: Path) -> float:
    prepared, _ = prepare(pages, folder, n_jobs=1)
    probabilities = [model.predict_proba(page.load().blocks) for page in prepared]
    scores = score_pages(prepared, probabilities, by_threshold(model.threshold))
    return float(np.mean([score.word_f1 for score in scores]))


def test_an_adapted_model_follows_the_convention_of_its_pages(
    adapted: Adaptation, small_models: Models, input_format: InputFormat, tmp_path: Path
) -> None:
    assert adapted.is_better and adapted.n_trees > 0 and adapted.groups_apart
    assert adapted.gain.value == pytest.approx(adapted.adapted_f1.value - adapted.base_f1.value)
    others = gold_pages(labelled_pages(9, 1, seed=8), input_format, with_links=True)
    before, after = (mean_f1(model, others, tmp_path) for model in (small_models[input_format], adapted.model))
    assert after > before + 0.05


def test_an_adapted_model_holds_its_base(adapted: Adaptation, small_models: Models, tmp_path: Path) -> None:
    base = small_models[adapted.model.input_format]
    assert len(adapted.model.stage_one.roots) + len(adapted.model.stage_two.roots) == (
        len(base.stage_one.roots) + len(base.stage_two.roots) + adapted.n_trees
    )
    loaded = load_model(save_model(adapted.model, tmp_path / "model"))
    for page in labelled_pages(3, 1):
        blocks = read_document(page.source(base.input_format)).blocks
        np.testing.assert_array_equal(loaded.predict_proba(blocks), adapted.model.predict_proba(blocks))


def test_adapting_twice_gives_one_model_and_reports_progress(
    adapted: Adaptation, small_models: Models, input_format: InputFormat, tmp_path: Path
) -> None:
    pages = gold_pages(labelled_pages(6, 3, seed=5), input_format, with_links=True)
    shares: list[float] = []
    again = adapt(small_models[input_format], pages, n_jobs=2, progress=lambda share, step: shares.append(share))
    assert shares == sorted(shares) and (shares[0], shares[-1]) == (0, 1)
    files = [save_model(its.model, tmp_path / name) for name, its in (("one", adapted), ("two", again))]
    assert (files[0] / "content.npz").read_bytes() == (files[1] / "content.npz").read_bytes()


def test_scores_are_those_of_pages_held_out(adapted: Adaptation, input_format: InputFormat) -> None:
    pages = labelled_pages(6, 3, seed=5)
    assert [score.id for score in adapted.scores] == [f"p{number}" for number in range(len(pages))]
    for site in range(6):
        assert len({fold for page, fold in zip(pages, adapted.folds.tolist(), strict=True) if page.site == site}) == 1
    sizes = [len(read_document(page.source(input_format)).blocks) for page in pages]
    assert [len(p) for p in adapted.probabilities] == sizes
    worst = [score.word_f1 for score in adapted.worst_pages]
    assert len(worst) == 5 and worst == sorted(worst) and worst[0] == min(score.word_f1 for score in adapted.scores)


@pytest.mark.parametrize(
    ("f1", "loss", "is_better"),
    [
        (0.1, 1.1, True), (-1.9, 1.1, True), (-2.1, 1.1, False), (0.1, 0.9, False),
        (0.6, -0.9, True), (0.6, -1.1, False), (0.4, -0.9, False), (-1.0, -1.0, False),
    ],
)  # fmt: skip
def test_one_measure_has_to_be_better_and_the_other_not_worse(
    adapted: Adaptation, f1: float, loss: float, is_better: bool
) -> None:
    def gain(errors: float) -> Estimate:
        return Estimate(errors * 0.01, 0, 0, standard_error=0.01)

    assert replace(adapted, labels=None, gain=gain(f1), loss_gain=gain(loss)).is_better == is_better


def test_the_log_loss_is_that_of_held_out_blocks(adapted: Adaptation) -> None:
    assert adapted.loss_gain.value == pytest.approx(adapted.base_loss.value - adapted.adapted_loss.value)
    assert 0 < adapted.adapted_loss.value < adapted.base_loss.value
    unchanged = replace(adapted, labels=None, gain=Estimate(0, 0, 0, 0))
    assert not unchanged.is_better  # surer, with the same text


def test_where_there_is_nothing_to_learn_no_model_is_better(small_models: Models, input_format: InputFormat) -> None:
    pages = gold_pages(labelled_pages(6, 2, seed=6), input_format, with_links=False)
    found = adapt(small_models[input_format], pages, n_jobs=1)
    assert not found.is_better and found.base_f1.value > 0.99


@dataclass(frozen=True)
class EverythingIsComments:
    """A label model that takes every block for comments, or none."""

    probability: float

    def predict_proba(self, blocks: BlockColumns, content: NDArray[np.float64]) -> NDArray[np.float64]:
        labels = np.zeros((len(blocks), len(LABELS)))
        labels[::2, LABELS.index(Label.COMMENTS)] = self.probability
        return labels


def test_comments_are_left_out_if_that_is_better_on_the_pages(
    small_models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "DOUBTFUL_F1", 1.1)
    monkeypatch.setattr(selection, "MIN_WORDS_BESIDE", 1)
    monkeypatch.setattr(selection, "MIN_DIFFERENCE", -1)
    pages = gold_pages(labelled_pages(6, 2, seed=6), "html", with_links=False)
    for probability, leaves_out in ((1.0, False), (0.0, True)):
        labels = cast(LabelModel, EverythingIsComments(probability))
        base = replace(small_models["html"], leaves_out_comments=True, labels=labels)
        adaptation = adapt(base, pages, n_jobs=1)
        assert adaptation.model.leaves_out_comments is leaves_out
        assert adaptation.model.labels is labels
    plain = replace(small_models["html"], labels=None)
    assert not adapt(plain, pages, n_jobs=1).model.leaves_out_comments


def test_pages_of_one_site_are_separated(small_models: Models) -> None:
    pages = [replace(page, group="one") for page in gold_pages(labelled_pages(2, 5, seed=5), "html", with_links=True)]
    found = adapt(small_models["html"], pages, n_jobs=1)
    assert not found.groups_apart and len(np.unique(found.folds)) == 5 and found.is_better


def test_pages_that_cannot_be_used_are_named(small_models: Models) -> None:
    pages = gold_pages(labelled_pages(2, 2), "html", with_links=False)
    found = adapt(small_models["html"], [*pages, replace(pages[0], id="bad", source=b"%PDF-1.7")], n_jobs=1)
    assert [name for name, _ in found.failures] == ["bad"] and len(found.scores) == len(pages)


def test_too_few_pages_and_pages_of_another_format_are_refused(small_models: Models) -> None:
    pages = gold_pages(labelled_pages(2, 2), "html", with_links=False)
    with pytest.raises(GoldError, match="at least two labelled pages, found 1"):
        adapt(small_models["html"], pages[:1], n_jobs=1)
    with pytest.raises(ModelError, match=r"for plain text.*HTML"):
        adapt(small_models["text"], pages, n_jobs=1)
    with pytest.raises(GoldError, match="a model is for one of the two"):
        adapt(small_models["html"], [*pages, *gold_pages(labelled_pages(2, 1), "text", False)], n_jobs=1)


def test_labels_are_adapted(small_models: Models, input_format: InputFormat) -> None:
    found = adapt(small_models[input_format], fully_labelled_pages(input_format), n_jobs=1)
    assert found.labels is not None and found.labels.rounds > 0 and found.labels.is_better
    assert found.labels.adapted_scores.accuracy > found.labels.base_scores.accuracy + 0.05
    assert found.model.labels is found.labels.model
    blocks = read_document(fully_labelled_pages(input_format)[0].source, input_format).blocks
    assert found.labels.n_pages == 18
    p = found.labels.model.predict_proba(blocks, found.model.predict_proba(blocks))
    assert p.sum(axis=1) == pytest.approx(1)


# --- The estimator, and small parts -----------------------------------------------------------------------------------


def test_the_estimator_adapts_what_it_is_given(small_models: Models, tmp_path: Path) -> None:
    pages = labelled_pages(6, 2, seed=5)
    gold = gold_pages(pages, "html", with_links=True)
    texts = [str(page.gold) for page in gold]
    sites = [page.site for page in pages]
    folder = save_model(small_models["html"], tmp_path / "base")
    by_model, by_folder = (
        BoilerplateClassifier(base=base, n_jobs=1).fit([page.html for page in pages], texts, sites)
        for base in (small_models["html"], folder)
    )
    assert by_model.adaptation_ is not None and by_model.adaptation_.is_better
    assert by_model.model_ is by_model.adaptation_.model
    blocks = gold[0].source
    np.testing.assert_array_equal(by_model.predict_proba([blocks])[0], by_folder.predict_proba([blocks])[0])
    unchanged = BoilerplateClassifier(base=small_models["html"], n_jobs=1)
    unchanged.fit([page.html for page in pages], [page.text for page in pages], sites)
    assert unchanged.model_ is small_models["html"]


def test_the_interval_of_a_mean() -> None:
    values = np.array(random.Random(0).choices([0.0, 1.0], k=400))
    found = estimate_mean(values)
    error = 1.96 * values.std() / np.sqrt(len(values))
    assert found.value == pytest.approx(values.mean())
    assert (found.low, found.high) == pytest.approx((found.value - error, found.value + error), abs=0.01)
    assert str(estimate_mean(np.ones(3))) == "1.000 [1.000, 1.000]"


def test_steps_are_counted_as_shares_of_the_work() -> None:
    found: list[tuple[float, str]] = []
    on_step = count_steps(lambda share, step: found.append((share, step)), n_folds=1)
    for _ in range(13):
        on_step("labels")
    assert found[0] == (0, "labels") and found[6][0] == 0.5 and found[-1][0] == 1
