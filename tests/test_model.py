"""Trees against scikit-learn and against a plain walk; model folders, whole and damaged."""

from __future__ import annotations

import io
import json
import os
import pickle
import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.lib import format as npy_format
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from support.generated import fully_labelled_pages, labelled_pages
from support.real import DATA

from boilerkit import BoilerplateClassifier, ModelError, analyze, extract, extract_many, load_model
from boilerkit.blocks.columns import InputFormat
from boilerkit.blocks.vocabulary import learn_vocabulary
from boilerkit.documents import feature_set, read_document
from boilerkit.html.features import HTML_FEATURES
from boilerkit.learning.alignment import align
from boilerkit.learning.labels import fit_label_model, label_pages
from boilerkit.learning.training_pages import prepare
from boilerkit.model import files
from boilerkit.model.confidence import ConfidenceCurve
from boilerkit.model.content import ContentModel, sigmoid
from boilerkit.model.files import MAX_CONFIG_BYTES
from boilerkit.model.labels import LabelModel
from boilerkit.model.page_types import PageTypeModel
from boilerkit.model.storage import (
    FORMAT_VERSION,
    comment_model,
    load_shipped,
    load_shipped_labels,
    read_config,
    save_model,
)
from boilerkit.model.trees import MAX_DEPTH, MAX_NODES, MAX_TREES, TreeEnsemble
from boilerkit.page_types import PAGE_TYPES, PageType

OLD_MODEL = Path(__file__).parent / "fixtures" / "model-format-0"

Arrays = dict[str, NDArray[Any]]
Change = Callable[[Path], object]  # of a copy of a model folder


# --- Against scikit-learn ---------------------------------------------------------------------------------------------


def assert_same_probabilities(
    trees: TreeEnsemble, classifier: HistGradientBoostingClassifier, X: NDArray[np.float32]
) -> None:
    expected = classifier.predict_proba(X)[:, 1]
    np.testing.assert_allclose(sigmoid(trees.log_odds(X)), expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize(("max_leaf_nodes", "n_trees"), [(2, 1), (3, 20), (31, 20), (500, 5)])
def test_trees_predict_as_scikit_learn_does(max_leaf_nodes: int, n_trees: int) -> None:
    rng = np.random.default_rng(max_leaf_nodes)
    X = rng.normal(size=(600, 4)).astype(np.float32)
    y = (X[:, 0] * X[:, 1] + rng.normal(size=600) > 0).astype(int)
    classifier = HistGradientBoostingClassifier(
        max_iter=n_trees, max_leaf_nodes=max_leaf_nodes, min_samples_leaf=1, early_stopping=False
    ).fit(X, y)
    trees = TreeEnsemble.from_sklearn(classifier)
    trees.check(4)
    assert len(trees.roots) == n_trees
    assert_same_probabilities(trees, classifier, X)
    assert_same_probabilities(trees, classifier, rng.normal(scale=3, size=(600, 4)).astype(np.float32))


def test_rows_at_the_thresholds_go_where_scikit_learn_sends_them() -> None:
    rng = np.random.default_rng(0)
    X = rng.integers(0, 9, size=(400, 3)).astype(np.float32)
    y = (X.sum(axis=1) + rng.integers(0, 4, size=400) > 13).astype(int)
    classifier = HistGradientBoostingClassifier(max_iter=10, min_samples_leaf=1, early_stopping=False).fit(X, y)
    trees = TreeEnsemble.from_sklearn(classifier)
    at_thresholds = X + np.float32(0.5)  # whole numbers are split half way between them
    assert np.isin(at_thresholds, trees.threshold[trees.feature >= 0]).any()
    assert_same_probabilities(trees, classifier, at_thresholds)


def test_constant_features_leave_only_the_baseline() -> None:
    X = np.zeros((50, 2), dtype=np.float32)
    classifier = HistGradientBoostingClassifier(max_iter=3, early_stopping=False).fit(X, np.arange(50) % 5 == 0)
    assert_same_probabilities(TreeEnsemble.from_sklearn(classifier), classifier, X)


def test_both_stages_predict_as_scikit_learn_does(input_format: InputFormat, monkeypatch: pytest.MonkeyPatch) -> None:
    fitted: list[tuple[TreeEnsemble, HistGradientBoostingClassifier]] = []
    from_sklearn = TreeEnsemble.from_sklearn

    def spy(classifier: HistGradientBoostingClassifier) -> TreeEnsemble:
        fitted.append((from_sklearn(classifier), classifier))
        return fitted[-1][0]

    monkeypatch.setattr(TreeEnsemble, "from_sklearn", spy)
    pages = labelled_pages()
    sources = [page.source(input_format) for page in pages]
    estimator = BoilerplateClassifier(base=None, max_iter=10, n_folds=2, n_jobs=1, min_samples_leaf=5)
    model = estimator.fit(sources, [page.text for page in pages], [page.site for page in pages]).model_
    first = next(classifier for trees, classifier in fitted if trees is model.stage_one)
    bags = [classifier for _, classifier in fitted[-2:]]  # with two folds, stage two is the mean of two
    for source in sources:
        assert_model_predicts_as(model, first, bags, source)


def assert_model_predicts_as(
    model: ContentModel,
    first: HistGradientBoostingClassifier,
    bags: list[HistGradientBoostingClassifier],
    page: str | bytes,
) -> None:
    """Check each stage by itself, and both together with scikit-learn's classifiers in the place of the trees."""
    blocks = read_document(page, model.input_format).blocks
    features = feature_set(model.input_format)
    if not len(blocks):
        return
    one = features.stage_one_features(blocks, model.vocabulary)
    assert_same_probabilities(model.stage_one, first, one)
    two = features.stage_two_features(blocks, one, sigmoid(model.stage_one.log_odds(one)))
    log_odds = np.mean([bag.decision_function(two) for bag in bags], axis=0)
    np.testing.assert_allclose(model.stage_two.log_odds(two), log_odds, rtol=0, atol=1e-6)
    slope, intercept = model.calibration
    calibrated = sigmoid(slope * log_odds + intercept)
    np.testing.assert_allclose(model.predict_proba(blocks), calibrated, rtol=0, atol=1e-6)


def real_pages(n: int) -> list[tuple[bytes, str]]:
    """Return n real pages with their gold text, spread over a file."""
    file = DATA / "wcxb_dev.parquet"
    if not file.is_file():
        pytest.skip("the real pages are not on this machine")
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow reads the files of real pages")
    rows = parquet.read_table(file, columns=["html", "gold_text"]).to_pylist()
    return [(row["html"], row["gold_text"] or "") for row in rows[:: len(rows) // n][:n]]


@pytest.mark.slow
def test_stages_trained_on_real_pages_predict_as_scikit_learn_does() -> None:
    pages = real_pages(30)
    columns = [read_document(html, "html").blocks for html, _ in pages]
    targets = [align(blocks, gold) for blocks, (_, gold) in zip(columns, pages, strict=True)]
    shares = [
        HTML_FEATURES.token_shares(blocks, target.content_share, target.word_weight)
        for blocks, target in zip(columns, targets, strict=True)
    ]
    vocabulary = learn_vocabulary(shares, range(len(shares)))
    y = np.concatenate([target.content_share for target in targets]) > 0.5

    def trained(X: NDArray[np.float32]) -> HistGradientBoostingClassifier:
        return HistGradientBoostingClassifier(max_iter=10, max_features=0.3, early_stopping=False).fit(X, y)

    ones = [HTML_FEATURES.stage_one_features(blocks, vocabulary) for blocks in columns]
    first = trained(np.concatenate(ones))
    twos = [
        HTML_FEATURES.stage_two_features(blocks, one, first.predict_proba(one)[:, 1] if len(one) else np.zeros(0))
        for blocks, one in zip(columns, ones, strict=True)
    ]
    second = trained(np.concatenate(twos))
    model = ContentModel("html", vocabulary, TreeEnsemble.from_sklearn(first), TreeEnsemble.from_sklearn(second))
    for html, _ in pages:
        assert_model_predicts_as(model, first, [second], html)


# --- Against a plain loop ---------------------------------------------------------------------------------------------

N_FEATURES = 3
_NUMBERS = st.floats(-100, 100, width=32)
_Tree = float | tuple[int, float, Any, Any]  # a leaf's value, or feature, threshold, left and right


def nested_trees() -> st.SearchStrategy[_Tree]:
    def split(inner: st.SearchStrategy[_Tree]) -> st.SearchStrategy[_Tree]:
        return st.tuples(st.integers(0, N_FEATURES - 1), _NUMBERS, inner, inner)

    return st.recursive(_NUMBERS, split, max_leaves=12)


def as_ensemble(forest: list[_Tree], baseline: float) -> TreeEnsemble:
    nodes: list[list[float]] = []  # feature, threshold, left, right, value

    def add(tree: _Tree) -> int:
        number = len(nodes)
        nodes.append([-1, 0, 0, 0, 0])
        if isinstance(tree, tuple):
            feature, threshold, left, right = tree
            nodes[number] = [feature, threshold, add(left), add(right), 0]
        else:
            nodes[number][4] = tree
        return number

    roots = [add(tree) for tree in forest]
    feature, threshold, left, right, value = np.array(nodes, dtype=np.float64).reshape(-1, 5).T
    arrays: dict[str, Any] = {"roots": roots, "feature": feature, "threshold": threshold}
    arrays |= {"left": left, "right": right, "value": value}
    arrays["baseline"] = [baseline]
    return TreeEnsemble.from_arrays({name: np.array(array) for name, array in arrays.items()})


def walk(tree: _Tree, row: list[float]) -> float:
    while isinstance(tree, tuple):
        feature, threshold, left, right = tree
        tree = left if row[feature] <= threshold else right
    return tree


@given(
    st.lists(nested_trees(), max_size=4),
    st.lists(st.lists(_NUMBERS, min_size=N_FEATURES, max_size=N_FEATURES), max_size=8),
    _NUMBERS,
)
def test_trees_sum_up_as_a_plain_walk_does(forest: list[_Tree], rows: list[list[float]], baseline: float) -> None:
    trees = as_ensemble(forest, baseline)
    trees.check(N_FEATURES)
    # And rows exactly at the trees' thresholds.
    inner = trees.threshold[trees.feature >= 0].tolist()
    rows = rows + [[number] * N_FEATURES for number in inner]
    X = np.array(rows, dtype=np.float32).reshape(-1, N_FEATURES)
    expected = [sum(walk(tree, row) for tree in forest) + baseline for row in rows]
    assert trees.log_odds(X).tolist() == expected


@pytest.mark.parametrize("n_leaves", [1, 2, 31, 32, 33, 63, 64, 65, 100])
@pytest.mark.parametrize("side", ["left", "right", "both"])
@pytest.mark.parametrize("n_rows", [0, 1, 1024, 2500])
def test_trees_of_any_size_and_shape(n_leaves: int, side: str, n_rows: int) -> None:
    rng = np.random.default_rng(n_leaves)

    def grown(leaves: int) -> _Tree:
        if leaves == 1:
            return float(rng.normal())
        first = {"left": leaves - 1, "right": 1, "both": leaves // 2}[side]
        return int(rng.integers(N_FEATURES)), float(rng.normal()), grown(first), grown(leaves - first)

    forest = [grown(n_leaves), grown(2), grown(n_leaves)]
    X = rng.normal(size=(n_rows, N_FEATURES)).astype(np.float32)
    X[:, 1] = 0.25  # a constant column is compared once
    trees = as_ensemble(forest, 0.5)
    expected = [sum(walk(tree, row) for tree in forest) + 0.5 for row in X.tolist()]
    for matrix in (X, np.asfortranarray(X), np.hstack([X, X])):
        assert trees.log_odds(matrix).tolist() == expected
    assert pickle.loads(pickle.dumps(trees)).log_odds(X).tolist() == expected


@pytest.mark.parametrize("threshold", [0.1, -0.1, 1 / 3, 1e300, -1e300, 1e-300, 0.0])
def test_thresholds_between_two_float32_numbers_split_rows_exactly(threshold: float) -> None:
    near = np.float32(np.clip(threshold, -3e38, 3e38))
    rows = [[np.nextafter(near, np.float32(towards)), 0, 0] for towards in (-np.inf, np.inf)]
    X = np.array([*rows, [near, 0, 0], [3e38, 0, 0], [-3e38, 0, 0]], dtype=np.float32)
    expected = [1.0 if row[0] <= threshold else 2.0 for row in X.tolist()]
    assert as_ensemble([(0, threshold, 1.0, 2.0)], 0.0).log_odds(X).tolist() == expected


def test_a_node_has_one_parent() -> None:
    trees = as_ensemble([(0, 0.0, 1.0, (1, 0.0, 2.0, 3.0))], 0.0)
    trees.check(N_FEATURES)
    with pytest.raises(ValueError, match="do not make trees"):
        replace(trees, left=np.where(trees.left == 1, 3, trees.left).astype(np.int32)).check(N_FEATURES)


def test_sigmoid_is_right_and_never_overflows() -> None:
    with np.errstate(all="raise"):
        found = sigmoid(np.array([-1e300, -2.0, 0.0, 2.0, 1e300]))
    np.testing.assert_allclose(found, [0, 1 / (1 + np.e**2), 0.5, 1 / (1 + np.e**-2), 1], atol=1e-15)


# --- Saving and loading -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def whole_models(
    small_models: dict[InputFormat, ContentModel], tmp_path_factory: pytest.TempPathFactory
) -> dict[InputFormat, ContentModel]:
    """Small models with label models of few trees, and page types."""
    models: dict[InputFormat, ContentModel] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("boilerkit.learning.labels.MAX_ITER", 2)
        patch.setattr("boilerkit.learning.labels.N_FOLDS", 2)
        for input_format, model in small_models.items():
            prepared, _ = prepare(fully_labelled_pages(input_format, 4, 1), tmp_path_factory.mktemp("pages"), n_jobs=1)
            predictions = [model.predict_proba(page.load().blocks) for page in prepared]
            labelled = label_pages(prepared, predictions, [0, 0, 1, 1])
            labels = replace(fit_label_model(labelled), temperature=1.25)
            models[input_format] = replace(model, labels=labels, page_types=page_types(input_format))
    return models


def page_types(input_format: InputFormat) -> PageTypeModel:
    """Return trees that take a page of more than ten blocks for an article, and any other for a listing."""
    n_blocks = feature_set(input_format).n_page_features - 3
    trees = {
        page_type: TreeEnsemble(
            roots=np.zeros(1, np.int32),
            feature=np.array([n_blocks, -1, -1], np.int32),
            threshold=np.array([10.0, 0.0, 0.0]),
            left=np.array([1, 0, 0], np.int32),
            right=np.array([2, 0, 0], np.int32),
            value=np.array([0.0, page_type == PageType.LISTING, page_type == PageType.ARTICLE]) * 5,
            baseline=np.zeros(1),
        )
        for page_type in PAGE_TYPES
    }
    return PageTypeModel(input_format, trees)


@pytest.fixture(scope="session")
def whole_model(whole_models: dict[InputFormat, ContentModel], input_format: InputFormat) -> ContentModel:
    """A small content model with a label model."""
    return whole_models[input_format]


@pytest.fixture(scope="session")
def saved(whole_model: ContentModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_model(whole_model, tmp_path_factory.mktemp("saved") / "model")


@pytest.fixture
def folder(saved: Path, tmp_path: Path) -> Path:
    """A copy of a model folder, to be damaged."""
    return Path(shutil.copytree(saved, tmp_path / "model"))


def labels_of(model: ContentModel) -> LabelModel:
    assert model.labels is not None
    return model.labels


def test_a_loaded_model_predicts_as_the_saved_one(whole_model: ContentModel, saved: Path) -> None:
    loaded = load_model(saved)
    assert loaded.input_format == labels_of(loaded).input_format == whole_model.input_format
    assert loaded.threshold == whole_model.threshold and loaded.calibration == whole_model.calibration
    assert labels_of(loaded).temperature == 1.25
    for page in labelled_pages(4, 1, seed=5):
        blocks = read_document(page.source(whole_model.input_format), whole_model.input_format).blocks
        p = whole_model.predict_proba(blocks)
        assert loaded.predict_proba(blocks).tolist() == p.tolist()
        expected = labels_of(whole_model).predict_proba(blocks, p)
        assert labels_of(loaded).predict_proba(blocks, p).tolist() == expected.tolist()
        types = [(model.page_types or pytest.fail()).predict_proba(blocks, p) for model in (loaded, whole_model)]
        assert types[0].tolist() == types[1].tolist() and abs(types[0].sum() - 1) < 1e-9


def test_a_version_is_of_what_is_predicted(whole_model: ContentModel, saved: Path) -> None:
    loaded, labels = load_model(saved), labels_of(whole_model)
    assert re.fullmatch("[0-9a-f]{12}", whole_model.version)
    assert (loaded.version, labels_of(loaded).version) == (whole_model.version, labels.version)
    assert replace(whole_model, card={"a": 1}, threshold=0.1, labels=None).version == whole_model.version
    trees = replace(whole_model.stage_two, value=whole_model.stage_two.value * 2)
    others = (
        replace(whole_model, stage_two=trees),
        replace(whole_model, calibration=(2.0, 0.0)),
        replace(whole_model, confidence=ConfidenceCurve((0.0, 1.0), (0.0, 0.5))),
        replace(whole_model, leaves_out_comments=True),
        replace(whole_model, page_types=None),
    )
    assert len({model.version for model in (whole_model, *others)}) == 6
    assert replace(labels, temperature=2.0).version != labels.version


def test_two_saves_give_equal_files(whole_model: ContentModel, saved: Path, tmp_path: Path) -> None:
    assert save_model(whole_model, tmp_path / "deep" / "er") == tmp_path / "deep" / "er"
    save_model(load_model(saved), tmp_path / "loaded")
    assert sorted(file.name for file in saved.iterdir()) == ["config.json", "content.npz", "labels.npz"]
    for again in (tmp_path / "deep" / "er", tmp_path / "loaded"):
        assert sorted(file.name for file in again.iterdir()) == sorted(file.name for file in saved.iterdir())
        for file in saved.iterdir():
            assert (again / file.name).read_bytes() == file.read_bytes()


def test_saving_removes_what_the_folder_held_of_another_model(whole_model: ContentModel, folder: Path) -> None:
    (folder / "out_of_fold.npz").touch()
    loaded = load_model(save_model(replace(whole_model, labels=None), folder))
    assert loaded.labels is None
    assert sorted(file.name for file in folder.iterdir()) == ["config.json", "content.npz"]


def test_cards_threshold_and_calibration_are_kept(whole_model: ContentModel, tmp_path: Path) -> None:
    card = {"name": "Ünïted", "numbers": [1, 2.5], "none": None}
    labels = replace(labels_of(whole_model), card={"macro F1": 0.5})
    model = replace(whole_model, calibration=(1.5, -0.25), threshold=0.375, card=card, labels=labels)
    loaded = load_model(save_model(model, tmp_path))
    assert (loaded.calibration, loaded.threshold, loaded.card) == ((1.5, -0.25), 0.375, card)
    assert labels_of(loaded).card == {"macro F1": 0.5}


def test_a_page_without_blocks_has_no_probabilities(whole_model: ContentModel) -> None:
    blocks = read_document("", whole_model.input_format).blocks
    assert whole_model.predict_proba(blocks).shape == (0,)
    assert labels_of(whole_model).predict_proba(blocks, np.zeros(0)).shape == (0, 12)


def test_the_shipped_folders_hold_content_and_labels(input_format: InputFormat) -> None:
    content, labels = load_shipped(input_format), load_shipped_labels(input_format)
    assert content.input_format == labels.input_format == input_format
    assert load_shipped(input_format) is content and load_shipped_labels(input_format) is labels
    assert len(labels.trees) == 12


# --- Models and pages of different input formats ----------------------------------------------------------------------

OTHER: dict[InputFormat, str] = {"html": "One line.\n\nAnother line.", "text": "<p>One line.</p><p>Another line.</p>"}


def test_a_page_of_the_other_input_format_is_refused(whole_model: ContentModel) -> None:
    expected = whole_model.input_format
    page = OTHER[expected]
    name, other = ("HTML", "plain text") if expected == "html" else ("plain text", "HTML")
    message = f'^the model is for {name}, but the page was read as {other}: use input_format="{expected}"'
    for call in (extract, analyze):
        with pytest.raises(ModelError, match=message):
            call(page, model=whole_model)
    (result,) = extract_many([page], model=whole_model)
    assert isinstance(result, ModelError) and re.match(message, str(result))


def test_a_page_that_is_read_as_the_model_needs_is_not_refused(whole_model: ContentModel) -> None:
    page = OTHER[whole_model.input_format]
    found = analyze(page, input_format=whole_model.input_format, model=whole_model)
    assert found.input_format == whole_model.input_format and len(found.blocks) > 0
    assert found.blocks[0].label in labels_of(whole_model).trees


# --- Nothing in a folder is run ---------------------------------------------------------------------------------------


def test_nothing_is_unpickled(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise AssertionError("something was unpickled")

    for name in ("load", "loads", "Unpickler", "_Unpickler"):
        monkeypatch.setattr(pickle, name, refuse)
    assert load_model(folder).threshold == 0.5
    with_member(array_file(np.array([{}], dtype=object)))(folder)
    with pytest.raises(ModelError):
        load_model(folder)


class MakesFolder:
    """Makes a folder when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.mkdir, (str(self.path),)


def test_a_pickled_object_in_the_arrays_is_refused_and_does_not_run(folder: Path, tmp_path: Path) -> None:
    pickle.loads(pickle.dumps(MakesFolder(tmp_path / "control")))
    assert (tmp_path / "control").is_dir()
    bomb = MakesFolder(tmp_path / "made")
    with_member(array_file(np.array([bomb], dtype=object)))(folder)
    with pytest.raises(ModelError, match=re.escape(str(folder))):
        load_model(folder)
    (folder / "content.npz").write_bytes(pickle.dumps(bomb))
    with pytest.raises(ModelError, match=re.escape(str(folder))):
        load_model(folder)
    assert not (tmp_path / "made").exists()


# --- Damaged folders --------------------------------------------------------------------------------------------------


def edited_config(edit: Callable[[dict[str, Any]], object]) -> Change:
    def change(folder: Path) -> None:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        edit(config)
        (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")

    return change


def config_of(data: bytes) -> Change:
    return lambda folder: (folder / "config.json").write_bytes(data)


def edited_array(name: str, edit: Callable[[NDArray[Any]], object], file: str = "content.npz") -> Change:
    def change(folder: Path) -> None:
        with np.load(folder / file) as archive:
            arrays: Arrays = dict(archive)
        arrays[name] = np.asarray(edit(arrays[name]))
        np.savez(folder / file, **arrays)  # type: ignore[arg-type]

    return change


def edited_vocabulary(column: str, edit: Callable[[NDArray[Any]], object]) -> Change:
    """Return a change of the hashes or scores of the tokens of the first type."""

    def change(folder: Path) -> None:
        with np.load(folder / "content.npz") as archive:
            name = next(name for name in archive.files if name.endswith(f".{column}") and len(archive[name]) > 1)
        edited_array(name, edit)(folder)

    return change


def edited_label_array(name: str) -> Change:
    return edited_array(name, lambda array: array[:-1], "labels.npz")


def edited_bytes(edit: Callable[[bytes], bytes]) -> Change:
    return lambda folder: (folder / "content.npz").write_bytes(edit((folder / "content.npz").read_bytes()))


def with_member(data: bytes, name: str = "stage_one.value.npy") -> Change:
    """Return a change that puts these bytes in the place of a member of the archive."""

    def change(folder: Path) -> None:
        file = folder / "content.npz"
        with zipfile.ZipFile(file) as archive:
            members = {member: archive.read(member) for member in archive.namelist()}
        with zipfile.ZipFile(file, "w") as archive:
            for member, content in (members | {name: data}).items():
                archive.writestr(member, content)

    return change


def array_file(array: NDArray[Any]) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


def claiming(shape: str, dtype: str = "<f8") -> bytes:
    """Return the start of an array file that claims this shape and holds nothing."""
    header = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header


def with_first(value: float) -> Callable[[NDArray[Any]], NDArray[Any]]:
    return lambda array: np.concatenate([[value], array[1:]])


def with_threshold_nan(array: NDArray[Any]) -> NDArray[Any]:
    return np.full_like(array, np.nan)


def flip_compressed(data: bytes) -> bytes:
    """Invert a byte in the middle of each compressed member."""
    damaged = bytearray(data)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.infolist():
            damaged[member.header_offset + 80 + member.compress_size // 2] ^= 0xFF
    return bytes(damaged)


def encrypted(data: bytes) -> bytes:
    """Set the flag of encryption on each entry of the archive's directory."""
    damaged = bytearray(data)
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        damaged[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(damaged)


def array_instead_of_archive(folder: Path) -> None:
    (folder / "content.npz").write_bytes(array_file(np.zeros(3)))


def arrays_folder(folder: Path) -> None:
    (folder / "content.npz").unlink()
    (folder / "content.npz").mkdir()


def in_place_of(name: str, make: Callable[[Path], object]) -> Change:
    def change(folder: Path) -> None:
        (folder / name).unlink()
        make(folder / name)

    return change


def edited_trees(make: Callable[[], dict[str, NDArray[Any]]]) -> Change:
    """Return a change that gives stage one these trees."""

    def change(folder: Path) -> None:
        with np.load(folder / "content.npz") as archive:
            arrays: Arrays = dict(archive)
        arrays |= {f"stage_one.{name}": array for name, array in make().items()}
        np.savez(folder / "content.npz", **arrays)  # type: ignore[arg-type]

    return change


def leaves(number: int) -> dict[str, NDArray[Any]]:
    """Trees of one node each."""
    zeros = np.zeros(number, np.int32)
    return {
        "roots": np.arange(number, dtype=np.int32), "feature": zeros - 1, "left": zeros, "right": zeros,
        "threshold": np.zeros(number), "value": np.zeros(number),
    }  # fmt: skip


def chain_of_splits(depth: int) -> dict[str, NDArray[Any]]:
    """One tree in which every split has a leaf and the next split."""
    n = 2 * depth + 1
    nodes = np.arange(n, dtype=np.int32)
    is_split = (nodes % 2 == 0) & (nodes < n - 1)
    return leaves(n) | {
        "roots": np.zeros(1, np.int32),
        "feature": np.where(is_split, 0, -1).astype(np.int32),
        "left": np.where(is_split, nodes + 1, 0).astype(np.int32),
        "right": np.where(is_split, nodes + 2, 0).astype(np.int32),
    }


DAMAGE: dict[str, Change] = {
    # the configuration
    "config a device": in_place_of("config.json", lambda path: path.symlink_to("/dev/zero")),
    "config a pipe": in_place_of("config.json", lambda path: os.mkfifo(path)),
    "config a dangling link": in_place_of("config.json", lambda path: path.symlink_to("nowhere")),
    "config too large": config_of(b" " * (MAX_CONFIG_BYTES + 1)),
    "calibration out of range": edited_config(lambda config: config["calibration"].update(slope=1e300)),
    "no config": lambda folder: (folder / "config.json").unlink(),
    "config empty": config_of(b""),
    "config no JSON": config_of(b"{format: boilerkit-model}"),
    "config no UTF-8": config_of(b'{"format": "\xff"}'),
    "config deep": config_of(b"[" * 100_000),
    "config with a long number": config_of(b'{"format_version": ' + b"9" * 5000 + b"}"),
    "config no object": config_of(b"[1]"),
    "other format": edited_config(lambda config: config.update(format="sentencepiece")),
    "no version": edited_config(lambda config: config.pop("format_version")),
    "no input format": edited_config(lambda config: config.pop("input_format")),
    "an unknown input format": edited_config(lambda config: config.update(input_format="pdf")),
    "older version": edited_config(lambda config: config.update(format_version=FORMAT_VERSION - 1)),
    "newer version": edited_config(lambda config: config.update(format_version=FORMAT_VERSION + 1)),
    "no features": edited_config(lambda config: config.pop("features")),
    "features no object": edited_config(lambda config: config.update(features=[1])),
    "features no list": edited_config(lambda config: config["features"].update(stage_one=5)),
    "feature removed": edited_config(lambda config: config["features"]["stage_one"].pop()),
    "feature added": edited_config(lambda config: config["features"]["stage_two"].append("age")),
    "features in another order": edited_config(lambda config: config["features"]["stage_one"].reverse()),
    "no stage two": edited_config(lambda config: config["features"].pop("stage_two")),
    "no calibration": edited_config(lambda config: config.pop("calibration")),
    "calibration of another type": edited_config(lambda config: config.update(calibration=[1, 2])),
    "calibration NaN": edited_config(lambda config: config["calibration"].update(slope=float("nan"))),
    "no threshold": edited_config(lambda config: config.pop("threshold")),
    "threshold text": edited_config(lambda config: config.update(threshold="high")),
    "threshold NaN": edited_config(lambda config: config.update(threshold=float("nan"))),
    "threshold too large for a float": edited_config(lambda config: config.update(threshold=10**400)),
    "no card": edited_config(lambda config: config.pop("card")),
    "card of another type": edited_config(lambda config: config.update(card=[1])),
    # the archive
    "arrays a device": in_place_of("content.npz", lambda path: path.symlink_to("/dev/zero")),
    "arrays a pipe": in_place_of("content.npz", lambda path: os.mkfifo(path)),
    "label arrays a pipe": in_place_of("labels.npz", lambda path: os.mkfifo(path)),
    "an array that nothing reads": with_member(array_file(np.zeros(3)), "other.npy"),
    "an array that no tree has": with_member(array_file(np.zeros(3)), "stage_one.other.npy"),
    "a token type that no vocabulary has": with_member(array_file(np.zeros(3)), "vocabulary.other.hashes.npy"),
    "more bytes than the header says": with_member(array_file(np.zeros(3)) + b"more"),
    "no arrays": lambda folder: (folder / "content.npz").unlink(),
    "arrays a folder": arrays_folder,
    "arrays empty": edited_bytes(lambda data: b""),
    "arrays no archive": edited_bytes(lambda data: b"no archive at all"),
    "arrays an array": array_instead_of_archive,
    "arrays cut short": edited_bytes(lambda data: data[: len(data) // 2]),
    "arrays without their start": edited_bytes(lambda data: data[100:]),
    "arrays damaged": edited_bytes(flip_compressed),
    "arrays encrypted": edited_bytes(encrypted),
    "member missing": edited_bytes(lambda data: data.replace(b"stage_two.left", b"stage_two.lost")),
    "member empty": with_member(b""),
    "member no array": with_member(b"words", "stage_one.roots.npy"),
    "member cut short": with_member(array_file(np.zeros(1000))[:-100]),
    "header no literal": with_member(b"\x93NUMPY\x01\x00\x06\x00(((((("),
    "header of another version": with_member(b"\x93NUMPY\x09\x00\x02\x00{}"),
    "size huge": with_member(claiming("(1000000000000,)")),
    "size beyond integers": with_member(claiming("(1" + "0" * 30 + ",)")),
    "size overflowing": with_member(claiming("(4611686018427387904, 4)")),
    "size negative": with_member(claiming("(-5,)")),
    "pickled objects": with_member(array_file(np.array([{}], dtype=object))),
    # the trees
    "numbers as words": edited_array("stage_one.feature", lambda array: ["one"] * len(array)),
    "structured": edited_array("stage_one.value", lambda array: np.zeros(len(array), dtype="f8,f8")),
    "trees of different lengths": edited_array("stage_one.left", lambda array: array[:-1]),
    "a single number": edited_array("stage_one.value", lambda array: array[0]),
    "two axes": edited_array("stage_two.value", lambda array: array[:, None]),
    "features with two axes": edited_array("stage_two.feature", lambda array: array[:, None]),
    "roots with two axes": edited_array("stage_one.roots", lambda array: array[:, None]),
    "two baselines": edited_array("stage_one.baseline", lambda array: [0.0, 0.0]),
    "value NaN": edited_array("stage_one.value", with_first(np.nan)),
    "value infinite": edited_array("stage_two.value", with_first(np.inf)),
    "threshold of nodes NaN": edited_array("stage_one.threshold", with_threshold_nan),
    "baseline NaN": edited_array("stage_two.baseline", lambda array: [np.nan]),
    "child circle": edited_array("stage_one.left", lambda array: array * 0),
    "child out of range": edited_array("stage_one.right", lambda array: array + 1_000_000),
    "child negative": edited_array("stage_two.right", lambda array: array - 1_000_000),
    "root out of range": edited_array("stage_one.roots", lambda array: array + 1_000_000),
    "root negative": edited_array("stage_one.roots", lambda array: array - 1),
    "feature out of range": edited_array("stage_two.feature", lambda array: np.where(array < 0, array, 10_000)),
    "value so large that sums leave the range of numbers": edited_array("stage_one.value", with_first(1e308)),
    "two trees with one root": edited_array("stage_one.roots", lambda array: array * 0),
    "a root within a tree": edited_array("stage_one.roots", lambda array: np.append(array, 1)),
    "a chain of splits": edited_trees(lambda: chain_of_splits(MAX_DEPTH + 1)),
    "more trees than any model has": edited_trees(lambda: leaves(MAX_TREES + 1)),
    "more nodes than any model has": edited_trees(lambda: leaves(MAX_NODES + 1) | {"roots": np.zeros(1, np.int32)}),
    # the page types
    "page types neither true nor false": edited_config(lambda config: config.update(page_types="yes")),
    "page types that are not there": edited_config(lambda config: config.update(page_types=False)),
    "trees of a page type missing": edited_bytes(lambda data: data.replace(b"page_types.forum", b"page_types.forms")),
    "page type feature out of range": edited_array(
        "page_types.article.feature", lambda array: np.where(array < 0, array, 10_000)
    ),
    # the vocabulary
    "vocabulary not ascending": edited_vocabulary("hashes", lambda array: array[::-1]),
    "vocabulary with repeats": edited_vocabulary("hashes", lambda array: np.full_like(array, 7)),
    "vocabulary of different lengths": edited_vocabulary("scores", lambda array: array[1:]),
    "vocabulary with two axes": edited_vocabulary("hashes", lambda array: array[:, None]),
    "vocabulary out of range": edited_vocabulary("scores", with_first(1e30)),
    "vocabulary NaN": edited_vocabulary("scores", with_first(np.nan)),
    # the label model
    "no label arrays": lambda folder: (folder / "labels.npz").unlink(),
    "label arrays truncated": lambda folder: (folder / "labels.npz").write_bytes(b"PK\x03\x04"),
    "label features removed": edited_config(lambda config: config["features"]["labels"].pop()),
    "no label features": edited_config(lambda config: config["features"].pop("labels")),
    "labels no object": edited_config(lambda config: config.update(labels=[1])),
    "an unknown label": edited_config(lambda config: config["labels"].update(labels=["title", "advert"])),
    "a label that models do not predict": edited_config(lambda config: config["labels"].update(labels=["content"])),
    "no labels": edited_config(lambda config: config["labels"].update(labels=[])),
    "a temperature of 0": edited_config(lambda config: config["labels"].update(temperature=0)),
    "a temperature of nearly 0": edited_config(lambda config: config["labels"].update(temperature=1e-300)),
    "a temperature that is NaN": edited_config(lambda config: config["labels"].update(temperature=float("nan"))),
    "no card of labels": edited_config(lambda config: config["labels"].pop("card")),
    "label trees of different lengths": edited_label_array("title.threshold"),
    "label trees without a baseline": edited_label_array("share.baseline"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_folders_are_refused_by_name(damage: str, folder: Path) -> None:
    if os.name == "nt" and ("link" in damage or "device" in damage or "pipe" in damage):
        pytest.skip("Windows has none")
    load_model(folder)
    DAMAGE[damage](folder)
    with pytest.raises(ModelError, match=re.escape(str(folder))):
        load_model(folder)


def test_arrays_are_bounded_by_their_headers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is read of an archive whose arrays are too large together."""
    monkeypatch.setattr(files, "MAX_ARRAY_BYTES", 100_000)
    monkeypatch.setattr(npy_format, "read_array", lambda *args, **kwargs: pytest.fail("an array was read"))
    np.savez_compressed(folder / "content.npz", zeros=np.zeros(20_000))
    with pytest.raises(ModelError, match="100,000 bytes"):
        files.read_arrays(folder / "content.npz")


def test_memory_that_there_is_not_makes_a_model_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise MemoryError("no memory")

    with monkeypatch.context() as patch:
        patch.setattr(npy_format, "read_array", fail)
        with pytest.raises(ModelError, match="no memory"):
            load_model(folder)
    monkeypatch.setattr(TreeEnsemble, "check", fail)
    with pytest.raises(ModelError, match="no memory"):
        load_model(folder)


def test_a_model_folder_of_links_is_read(folder: Path, tmp_path: Path) -> None:
    """As caches of downloads make them."""
    linked = tmp_path / "linked"
    linked.mkdir()
    for file in folder.iterdir():
        (linked / file.name).symlink_to(file)
    assert load_model(linked).card == load_model(folder).card


@pytest.mark.parametrize("place", ["nowhere", "file", "nul\0byte"])
def test_a_path_without_a_model_is_refused_by_name(place: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ModelError, match=re.escape(str(tmp_path / place))):
        load_model(tmp_path / place)


def test_a_model_of_an_older_format_is_refused_with_advice() -> None:
    with pytest.raises(ModelError, match=r"model-format-0 .*version 0;.* reads 1: retrain"):
        load_model(OLD_MODEL)
    with pytest.raises(ModelError, match="version 0"):
        read_config(OLD_MODEL)


def test_other_features_are_named(folder: Path) -> None:
    name = read_config(folder)["features"]["stage_one"][0]
    edited_config(lambda config: config["features"]["stage_one"].remove(name))(folder)
    with pytest.raises(ModelError, match=rf"other features .*\b{name}\b.* retrain"):
        load_model(folder)
    assert read_config(folder)["format_version"] == FORMAT_VERSION


def test_whether_comments_are_left_out_is_kept_and_checked(whole_model: ContentModel, tmp_path: Path) -> None:
    for leaves_out in (True, False):
        folder = save_model(replace(whole_model, leaves_out_comments=leaves_out), tmp_path)
        loaded = load_model(folder)
        assert loaded.leaves_out_comments is leaves_out
        load = comment_model(loaded)
        assert (load() is loaded.labels) if load else not leaves_out
    edited_config(lambda config: config.update(leaves_out_comments="false"))(tmp_path)
    with pytest.raises(ModelError, match="leaves_out_comments"):
        load_model(tmp_path)


def test_a_page_has_the_type_that_its_model_says(whole_model: ContentModel) -> None:
    paragraph = (
        "<p>A paragraph of some words.</p>" if whole_model.input_format == "html" else "A paragraph of words.\n\n"
    )
    for n_blocks, expected in ((3, PageType.LISTING), (30, PageType.ARTICLE)):
        page = paragraph * n_blocks
        found = analyze(page, input_format=whole_model.input_format, model=whole_model)
        assert found.page_type == expected
        assert list(found.page_type_probabilities) == list(PAGE_TYPES)
        assert sum(found.page_type_probabilities.values()) == pytest.approx(1)
        pickled = pickle.dumps(found)
        assert b"PageTypeModel" not in pickled
        assert pickle.loads(pickled).page_type_probabilities == found.page_type_probabilities


def test_a_folder_of_the_other_input_format_does_not_pass_for_this_one(folder: Path) -> None:
    other = "text" if read_config(folder)["input_format"] == "html" else "html"
    edited_config(lambda config: config.update(input_format=other))(folder)
    with pytest.raises(ModelError, match="other features"):
        load_model(folder)


def test_a_vocabulary_of_more_tokens_than_can_be_numbered_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("boilerkit.model.storage.MAX_TOKENS", 1)
    with pytest.raises(ModelError, match="too large"):
        load_model(folder)


@settings(max_examples=50)
@given(st.data())
def test_flipped_bytes_load_or_are_refused(saved: Path, tmp_path_factory: pytest.TempPathFactory, data: Any) -> None:
    copy = Path(shutil.copytree(saved, tmp_path_factory.mktemp("flipped") / "model"))
    content = bytearray((saved / "content.npz").read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    (copy / "content.npz").write_bytes(content)
    try:
        model = load_model(copy)
    except ModelError as error:
        assert str(copy) in str(error)
        return
    finally:
        shutil.rmtree(copy.parent)
    page = labelled_pages(1, 1)[0]
    blocks = read_document(page.source(model.input_format), model.input_format).blocks
    assert np.isfinite(model.predict_proba(blocks)).all()
