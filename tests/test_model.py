"""TreeEnsemble against scikit-learn and against a plain loop; model folders, whole and damaged."""

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
from support.generated import labelled_pages
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier

from boilerkit import BoilerplateClassifier, ModelError, load_model
from boilerkit.html.features import STAGE_ONE, STAGE_TWO, stage_one_features, stage_two_features
from boilerkit.html.features.vocabulary import learn_vocabulary, token_shares
from boilerkit.learning.alignment import align
from boilerkit.model.content import ContentModel, sigmoid
from boilerkit.model.store import FORMAT_VERSION, read_config, save_model
from boilerkit.model.trees import TreeEnsemble
from boilerkit.html.document import read

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
OLD_MODEL = Path(__file__).parent / "fixtures" / "model-format-0"

Arrays = dict[str, NDArray[Any]]
Change = Callable[[Path], object]  # of a copy of a model folder


# --- Against scikit-learn ---------------------------------------------------------------------------------------------


def assert_same_probabilities(trees: TreeEnsemble, classifier: HistGradientBoostingClassifier, X: NDArray[np.float32]) -> None:
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
    at_thresholds = X + np.float32(0.5)  # whole numbers are parted half way between them
    assert np.isin(at_thresholds, trees.threshold[trees.feature >= 0]).any()
    assert_same_probabilities(trees, classifier, at_thresholds)


def test_a_constant_target_side_is_only_the_baseline() -> None:
    X = np.zeros((50, 2), dtype=np.float32)
    classifier = HistGradientBoostingClassifier(max_iter=3, early_stopping=False).fit(X, np.arange(50) % 5 == 0)
    assert_same_probabilities(TreeEnsemble.from_sklearn(classifier), classifier, X)


def test_both_stages_predict_as_scikit_learn_does(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[TreeEnsemble, HistGradientBoostingClassifier]] = []
    from_sklearn = TreeEnsemble.from_sklearn

    def spy(classifier: HistGradientBoostingClassifier) -> TreeEnsemble:
        made.append((from_sklearn(classifier), classifier))
        return made[-1][0]

    monkeypatch.setattr(TreeEnsemble, "from_sklearn", spy)
    pages = labelled_pages()
    estimator = BoilerplateClassifier(n_trees=10, n_folds=2, n_jobs=1, min_samples_leaf=5)
    model = estimator.fit([p.html for p in pages], [p.text for p in pages], [p.site for p in pages]).model_
    first = next(classifier for trees, classifier in made if trees is model.stage_one)
    second = next(classifier for trees, classifier in made if trees is model.stage_two)
    for page in pages:
        assert_model_predicts_as(model, first, second, page.html)


def assert_model_predicts_as(
    model: ContentModel,
    first: HistGradientBoostingClassifier,
    second: HistGradientBoostingClassifier,
    page: str | bytes,
) -> None:
    """Each stage by itself, and the whole way with scikit-learn's classifiers in the place of the trees."""
    table = read(page)[1]
    if not len(table):
        return
    one = stage_one_features(table, model.vocabulary)
    assert_same_probabilities(model.stage_one, first, one)
    two = stage_two_features(table, one, sigmoid(model.stage_one.log_odds(one)))
    assert_same_probabilities(model.stage_two, second, two)
    slope, intercept = model.calibration
    calibrated = sigmoid(slope * second.decision_function(two) + intercept)
    np.testing.assert_allclose(model.predict_proba(table), calibrated, rtol=0, atol=1e-6)


def real_pages(n: int) -> list[tuple[bytes, str]]:
    """So many real pages with their gold text, spread over a file."""
    file = DATA / "wcxb_dev.parquet"
    if not file.is_file():
        pytest.skip("the real pages are not on this machine")
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow reads the files of real pages")
    rows = parquet.read_table(file, columns=["html", "gold_text"]).to_pylist()
    return [(row["html"], row["gold_text"] or "") for row in rows[:: len(rows) // n][:n]]


@pytest.mark.slow
def test_stages_trained_on_real_pages_predict_as_scikit_learn_does() -> None:
    pages = real_pages(50)
    tables = [read(html)[1] for html, _ in pages]
    targets = [align(table, gold) for table, gold in zip(tables, (gold for _, gold in pages), strict=True)]
    shares = [token_shares(t, target.content, target.weight) for t, target in zip(tables, targets, strict=True)]
    vocabulary = learn_vocabulary(shares, range(len(shares)))
    y = np.concatenate([target.content for target in targets]) > 0.5

    def trained(X: NDArray[np.float32]) -> HistGradientBoostingClassifier:
        return HistGradientBoostingClassifier(max_iter=10, max_features=0.3, early_stopping=False).fit(X, y)

    ones = [stage_one_features(table, vocabulary) for table in tables]
    first = trained(np.concatenate(ones))
    twos = [
        stage_two_features(table, one, first.predict_proba(one)[:, 1] if len(one) else np.zeros(0))
        for table, one in zip(tables, ones, strict=True)
    ]
    second = trained(np.concatenate(twos))
    model = ContentModel(vocabulary, TreeEnsemble.from_sklearn(first), TreeEnsemble.from_sklearn(second))
    for html, _ in pages:
        assert_model_predicts_as(model, first, second, html)


# --- Against a plain loop ---------------------------------------------------------------------------------------------

N_FEATURES = 3
_NUMBERS = st.floats(-100, 100, width=32)
_Tree = float | tuple[int, float, Any, Any]  # a leaf's value, or feature, threshold, left and right


def nested_trees() -> st.SearchStrategy[_Tree]:
    def split(inner: st.SearchStrategy[_Tree]) -> st.SearchStrategy[_Tree]:
        return st.tuples(st.integers(0, N_FEATURES - 1), _NUMBERS, inner, inner)

    return st.recursive(_NUMBERS, split, max_leaves=12)


def flat(forest: list[_Tree], baseline: float) -> TreeEnsemble:
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
    arrays = {"roots": roots, "feature": feature, "threshold": threshold, "left": left, "right": right, "value": value}
    return TreeEnsemble.from_arrays({name: np.array(array) for name, array in (arrays | {"baseline": [baseline]}).items()})


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
    trees = flat(forest, baseline)
    trees.check(N_FEATURES)
    # Half of the rows once more at thresholds of the trees.
    inner = trees.threshold[trees.feature >= 0].tolist()
    rows = rows + [[number] * N_FEATURES for number in inner]
    X = np.array(rows, dtype=np.float32).reshape(-1, N_FEATURES)
    expected = [sum(walk(tree, row) for tree in forest) + baseline for row in rows]
    assert trees.log_odds(X).tolist() == expected


@pytest.mark.parametrize("n_leaves", [1, 2, 31, 32, 33, 100])
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
    X[:, 1] = 0.25  # a column that is the same all over is tried once
    trees = flat(forest, 0.5)
    expected = [sum(walk(tree, row) for tree in forest) + 0.5 for row in X.tolist()]
    for matrix in (X, np.asfortranarray(X), np.hstack([X, X])):
        assert trees.log_odds(matrix).tolist() == expected
    assert pickle.loads(pickle.dumps(trees)).log_odds(X).tolist() == expected


@pytest.mark.parametrize("threshold", [0.1, -0.1, 1 / 3, 1e300, -1e300, 1e-300, 0.0])
def test_thresholds_that_no_float32_is_part_rows_as_they_did(threshold: float) -> None:
    near = np.float32(np.clip(threshold, -3e38, 3e38))
    rows = [[np.nextafter(near, np.float32(towards)), 0, 0] for towards in (-np.inf, np.inf)]
    X = np.array([*rows, [near, 0, 0], [3e38, 0, 0], [-3e38, 0, 0]], dtype=np.float32)
    expected = [1.0 if row[0] <= threshold else 2.0 for row in X.tolist()]
    assert flat([(0, threshold, 1.0, 2.0)], 0.0).log_odds(X).tolist() == expected


def test_a_node_has_one_parent() -> None:
    trees = flat([(0, 0.0, 1.0, (1, 0.0, 2.0, 3.0))], 0.0)
    trees.check(N_FEATURES)
    with pytest.raises(ValueError, match="do not make trees"):
        replace(trees, left=np.where(trees.left == 1, 3, trees.left).astype(np.int32)).check(N_FEATURES)


def test_sigmoid_is_right_and_never_overflows() -> None:
    with np.errstate(all="raise"):
        found = sigmoid(np.array([-1e300, -2.0, 0.0, 2.0, 1e300]))
    np.testing.assert_allclose(found, [0, 1 / (1 + np.e**2), 0.5, 1 / (1 + np.e**-2), 1], atol=1e-15)


# --- Saving and loading -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def saved(small_model: ContentModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_model(small_model, tmp_path_factory.mktemp("saved") / "model")


@pytest.fixture
def folder(saved: Path, tmp_path: Path) -> Path:
    """A copy of a model folder, to be damaged."""
    return Path(shutil.copytree(saved, tmp_path / "model"))


def test_a_loaded_model_predicts_as_the_saved_one(small_model: ContentModel, saved: Path) -> None:
    iter_pages = load_model(saved)
    assert iter_pages.threshold == small_model.threshold and iter_pages.calibration == small_model.calibration
    for page in labelled_pages(seed=5):
        table = read(page.html)[1]
        assert iter_pages.predict_proba(table).tolist() == small_model.predict_proba(table).tolist()


def test_two_saves_give_equal_files(small_model: ContentModel, saved: Path, tmp_path: Path) -> None:
    assert save_model(small_model, tmp_path / "deep" / "er") == tmp_path / "deep" / "er"
    save_model(load_model(saved), tmp_path / "iter_pages")
    for again in (tmp_path / "deep" / "er", tmp_path / "iter_pages"):
        assert sorted(file.name for file in again.iterdir()) == sorted(file.name for file in saved.iterdir())
        for file in saved.iterdir():
            assert (again / file.name).read_bytes() == file.read_bytes()


def test_card_threshold_and_calibration_are_kept(small_model: ContentModel, tmp_path: Path) -> None:
    card = {"name": "Ünïted", "numbers": [1, 2.5], "none": None}
    model = ContentModel(
        small_model.vocabulary, small_model.stage_one, small_model.stage_two, (1.5, -0.25), 0.375, card
    )
    iter_pages = load_model(save_model(model, tmp_path))
    assert (iter_pages.calibration, iter_pages.threshold, iter_pages.card) == ((1.5, -0.25), 0.375, card)


def test_a_page_without_blocks_has_no_probabilities(small_model: ContentModel) -> None:
    assert small_model.predict_proba(read("")[1]).shape == (0,)


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
    (folder / "arrays.npz").write_bytes(pickle.dumps(bomb))
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


def edited_array(name: str, edit: Callable[[NDArray[Any]], object]) -> Change:
    def change(folder: Path) -> None:
        with np.load(folder / "arrays.npz") as archive:
            arrays: Arrays = dict(archive)
        arrays[name] = np.asarray(edit(arrays[name]))
        np.savez(folder / "arrays.npz", **arrays)  # type: ignore[arg-type]

    return change


def edited_bytes(edit: Callable[[bytes], bytes]) -> Change:
    return lambda folder: (folder / "arrays.npz").write_bytes(edit((folder / "arrays.npz").read_bytes()))


def with_member(data: bytes, name: str = "stage_one.value.npy") -> Change:
    """Put these bytes in the place of a member of the archive."""

    def change(folder: Path) -> None:
        file = folder / "arrays.npz"
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
    """The start of an array file that claims this shape and holds nothing."""
    header = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}\n".encode()
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header


def with_first(value: float) -> Callable[[NDArray[Any]], NDArray[Any]]:
    return lambda array: np.concatenate([[value], array[1:]])


def with_threshold_nan(array: NDArray[Any]) -> NDArray[Any]:
    return np.full_like(array, np.nan)


def flip_compressed(data: bytes) -> bytes:
    """Turn round a byte in the middle of each compressed member."""
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
    (folder / "arrays.npz").write_bytes(array_file(np.zeros(3)))


def arrays_folder(folder: Path) -> None:
    (folder / "arrays.npz").unlink()
    (folder / "arrays.npz").mkdir()


DAMAGE: dict[str, Change] = {
    # the configuration
    "no config": lambda folder: (folder / "config.json").unlink(),
    "config empty": config_of(b""),
    "config no JSON": config_of(b"{format: boilerkit-content}"),
    "config no UTF-8": config_of(b'{"format": "\xff"}'),
    "config deep": config_of(b"[" * 100_000),
    "config with a long number": config_of(b'{"format_version": ' + b"9" * 5000 + b"}"),
    "config no object": config_of(b"[1]"),
    "other format": edited_config(lambda config: config.update(format="sentencepiece")),
    "no version": edited_config(lambda config: config.pop("format_version")),
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
    "no arrays": lambda folder: (folder / "arrays.npz").unlink(),
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
    "member no array": with_member(b"words", "vocabulary.element.hashes.npy"),
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
    "feature out of range": edited_array("stage_two.feature", lambda array: np.where(array < 0, array, len(STAGE_TWO))),
    # the vocabulary
    "vocabulary not ascending": edited_array("vocabulary.element.hashes", lambda array: array[::-1]),
    "vocabulary with repeats": edited_array("vocabulary.block.hashes", lambda array: np.full_like(array, 7)),
    "vocabulary of different lengths": edited_array("vocabulary.tags.scores", lambda array: array[1:]),
    "vocabulary with two axes": edited_array("vocabulary.element.hashes", lambda array: array[:, None]),
    "vocabulary NaN": edited_array("vocabulary.block.scores", with_first(np.nan)),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damaged_folders_are_refused_by_name(damage: str, folder: Path) -> None:
    load_model(folder)
    DAMAGE[damage](folder)
    with pytest.raises(ModelError, match=re.escape(str(folder))):
        load_model(folder)


@pytest.mark.parametrize("place", ["nowhere", "file", "nul\0byte"])
def test_what_is_no_folder_is_refused_by_name(place: str, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ModelError, match=re.escape(str(tmp_path / place))):
        load_model(tmp_path / place)


def test_a_model_of_an_older_format_is_refused_with_advice() -> None:
    with pytest.raises(ModelError, match=r"model-format-0 .*version 0;.* reads 1: retrain"):
        load_model(OLD_MODEL)
    with pytest.raises(ModelError, match="version 0"):
        read_config(OLD_MODEL)


def test_other_features_are_named(folder: Path) -> None:
    edited_config(lambda config: config["features"]["stage_one"].remove(STAGE_ONE[0]))(folder)
    with pytest.raises(ModelError, match=rf"other features .*\b{STAGE_ONE[0]}\b.* retrain"):
        load_model(folder)
    assert read_config(folder)["format_version"] == FORMAT_VERSION


@given(st.data())
def test_flipped_bytes_load_or_are_refused(saved: Path, tmp_path_factory: pytest.TempPathFactory, data: Any) -> None:
    copy = Path(shutil.copytree(saved, tmp_path_factory.mktemp("flipped") / "model"))
    content = bytearray((saved / "arrays.npz").read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    (copy / "arrays.npz").write_bytes(content)
    try:
        model = load_model(copy)
    except ModelError as error:
        assert str(copy) in str(error)
        return
    finally:
        shutil.rmtree(copy.parent)
    table = read(labelled_pages(1, 1)[0].html)[1]
    assert np.isfinite(model.predict_proba(table)).all()
