"""Boilerkit, the peers and functions of the user's own, as systems."""

from __future__ import annotations

import socket
import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest

import boilerkit
from benchmarks.exceptions import BenchmarkError, MissingSystem
from benchmarks.systems import PEERS, BoilerkitExtractor, find_system
from boilerkit.gold.pages import page_key
from boilerkit.html.document import HtmlDocument
from boilerkit.learning.out_of_fold import OutOfFoldPredictions
from boilerkit.model.content import ContentModel
from boilerkit.model.storage import save_model
from boilerkit.page_types import PAGE_TYPES

SENTENCES = (
    "The ferry to Körsand was late again on Monday, and by noon more than forty people stood on the quay in the rain.",
    "Nobody had told them that the pump had failed overnight, nor that the spare part was still on the mainland.",
    "In the café beside the landing the owner, who had seen all this before, handed out blankets and hot soup.",
    "By the evening the engineers had mended what they could, and the first boat left the harbour with its lights on.",
)
PARAGRAPHS = "".join(f"<p>{sentence} {sentence}</p>" for sentence in SENTENCES)
HTML = f"""<!DOCTYPE html><html lang="en"><head><meta charset="windows-1252"><title>The late ferry</title>
<meta property="og:image" content="http://pictures.invalid/ferry.jpg">
<meta http-equiv="refresh" content="600; url=http://elsewhere.invalid/"></head>
<body><ul class="nav"><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul>
<article><h1>The late ferry</h1><img src="http://pictures.invalid/quay.jpg" alt="A picture of gulls">{PARAGRAPHS}
</article><div class="footer"><a href="/imprint">Imprint</a></div></body></html>"""
PAGE = HTML.encode("cp1252")


# --- The peers --------------------------------------------------------------------------------------------------------


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Tries to reach the network, which all fail."""
    tries: list[object] = []

    def refuse(*where: object, **more: object) -> None:
        tries.append(where)
        raise OSError("no network in tests")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return tries


@pytest.mark.parametrize("name", PEERS)
def test_peers_give_the_article(name: str, offline: list[object], capfd: pytest.CaptureFixture[str]) -> None:
    try:
        system = find_system(name)
        extract = system.load()
    except MissingSystem as missing:
        pytest.skip(str(missing))
    words = " ".join(extract(PAGE).split())
    assert all(sentence in words for sentence in SENTENCES)
    assert system.version == metadata.version(PEERS[name].packages[0])
    assert offline == []
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("name", PEERS)
def test_peers_give_nothing_for_pages_without_text(name: str) -> None:
    try:
        extract = find_system(name).load()
    except MissingSystem as missing:
        pytest.skip(str(missing))
    assert extract(b"<html><body><p></p></body></html>") == ""


def test_resiliparse_leaves_out_texts_that_stand_for_images() -> None:
    pytest.importorskip("resiliparse", reason="resiliparse is not installed")
    assert "gulls" not in find_system("resiliparse").load()(PAGE)


def test_a_peer_that_is_not_installed_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(package: str) -> str:
        raise metadata.PackageNotFoundError(package)

    monkeypatch.setattr(metadata, "version", unknown)
    with pytest.raises(MissingSystem, match="pip install 'readability-lxml' 'html-text'"):
        find_system("readability")


def test_a_peer_that_cannot_be_imported_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("justext", reason="justext is not installed")
    system = find_system("justext")
    monkeypatch.setitem(sys.modules, "justext", None)
    with pytest.raises(MissingSystem, match="pip install 'justext'"):
        system.load()


def test_another_version_of_a_peer_has_another_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(metadata, "version", lambda package: "1")
    first = find_system("readability")
    monkeypatch.setattr(metadata, "version", lambda package: "2" if package == "html-text" else "1")
    second = find_system("readability")
    assert first.version == second.version == "1"
    assert first.fingerprint != second.fingerprint


def test_unknown_names_are_answered_with_the_known() -> None:
    with pytest.raises(BenchmarkError, match=r"no system named 'trafilatrua'.*trafilatura-fast.*module:function"):
        find_system("trafilatrua")


# --- Boilerkit --------------------------------------------------------------------------------------------------------


def test_boilerkit_gives_what_its_users_get(shipped_model: ContentModel) -> None:
    extract = find_system("boilerkit").load()
    assert extract(PAGE) == boilerkit.extract(PAGE)
    assert SENTENCES[2] in extract(PAGE)


def test_boilerkit_with_another_model_and_threshold(small_model: ContentModel, tmp_path: Path) -> None:
    folder = save_model(replace(small_model, threshold=0.25), tmp_path / "my@model")
    for name, threshold in ((f"boilerkit:{folder}", 0.25), (f"boilerkit:{folder}@0.7", 0.7), ("boilerkit@1", 1)):
        extractor = find_system(name).load()
        assert isinstance(extractor, BoilerkitExtractor)
        assert extractor.threshold == threshold
    extractor = find_system(f"boilerkit:{folder}@0.7").load()
    assert extractor(PAGE) == boilerkit.extract(PAGE, model=small_model, threshold=0.7)


def test_a_retrained_model_has_another_version(small_model: ContentModel, tmp_path: Path) -> None:
    name = f"boilerkit:{save_model(small_model, tmp_path)}"
    first = find_system(name)
    assert find_system(name).fingerprint == first.fingerprint
    save_model(replace(small_model, calibration=(2.0, 0.0)), tmp_path)
    assert find_system(name).version != first.version
    assert find_system(name).fingerprint != first.fingerprint


@pytest.mark.parametrize("name", ["boilerkit@1.5", "boilerkit@0.5.5", "boilerkit:models@7"])
def test_thresholds_are_probabilities(name: str) -> None:
    with pytest.raises(BenchmarkError, match="probability from 0 to 1"):
        find_system(name)


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(boilerkit.ModelError, match="is not a model folder"):
        find_system(f"boilerkit:{tmp_path}")


def out_of_fold(probabilities: list[float], fold: int, types: Sequence[list[float]] = ()) -> OutOfFoldPredictions:
    column = np.array(["a"])
    return OutOfFoldPredictions(
        keys=np.array([page_key(PAGE)]),
        corpora=column,
        ids=column,
        groups=column,
        variants=np.array([""]),
        folds=np.array([fold], dtype=np.int16),
        predictions=[np.array(probabilities)],
        types=np.array(types).reshape(-1, len(PAGE_TYPES)),
    )


def test_training_pages_are_predicted_out_of_fold(small_model: ContentModel) -> None:
    table = HtmlDocument.read(PAGE).blocks
    only_last = [0.0] * (len(table) - 1) + [1.0]
    extractor = BoilerkitExtractor(small_model, 0.5, out_of_fold(only_last, fold=2))
    assert extractor(PAGE) == table.block_text(len(table) - 1) == "Imprint"
    other = PAGE + b"<p>and more</p>"
    table, probabilities = extractor.probabilities(other)
    assert np.array_equal(probabilities, small_model.predict_proba(table))


def test_training_pages_have_their_types_out_of_fold(small_model: ContentModel) -> None:
    table = HtmlDocument.read(PAGE).blocks
    types = [0.0, 0.0, 0.1, 0.9, 0.0, 0.0, 0.0]
    doubtful = [0.3] * len(table)
    extractor = BoilerkitExtractor(small_model, None, out_of_fold(doubtful, 2, [types]))
    selection = extractor.choose(PAGE, table, np.array(doubtful))
    assert selection.page_types is not None and selection.page_types.tolist() == types
    assert extractor.choose(PAGE + b" ", table, np.array(doubtful)).page_types is None


@pytest.mark.parametrize(
    ("probabilities", "fold", "message"), [([], -1, "measured in-sample"), ([0.5, 0.5], 0, "had 2 blocks")]
)
def test_training_pages_are_never_measured_in_sample(
    small_model: ContentModel, probabilities: list[float], fold: int, message: str
) -> None:
    with pytest.raises(BenchmarkError, match=message):
        BoilerkitExtractor(small_model, 0.5, out_of_fold(probabilities, fold))(PAGE)


# --- Functions of the user's own --------------------------------------------------------------------------------------


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current directory, with modules of a user's own in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name in ("own_system", "broken_system"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    (tmp_path / "own_system.py").write_text(
        "limit = 3\ndef extract(page):\n    return page.decode()[:limit]\ndef nothing(page):\n    return None\n"
    )
    (tmp_path / "broken_system.py").write_text("import no_such_package\n")
    return tmp_path


def test_functions_in_the_current_directory(here: Path) -> None:
    system = find_system("own_system:extract")
    assert system.load()(b"abcdef") == "abc"
    (here / "own_system.py").write_text("def extract(page): return ''\n")
    assert find_system("own_system:extract").version != system.version


def test_functions_of_packages_change_with_any_of_their_modules(here: Path) -> None:
    (here / "own_package").mkdir()
    (here / "own_package" / "__init__.py").write_text("from own_package.part import extract\n")
    part = here / "own_package" / "part.py"
    part.write_text("def extract(page): return 'one'\n")
    first = find_system("own_package:extract").version
    part.write_text("def extract(page): return 'two'\n")
    assert find_system("own_package:extract").version != first


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("no_such_module:extract", "no module named 'no_such_module'"),
        ("no_such_package.module:extract", r"no module named 'no_such_package\.module'"),
        (":extract", "no module named ''"),
        ("own_system:extrakt", "own_system has no 'extrakt'"),
        ("own_system:limit", "own_system:limit is int, not a function"),
        ("own_system:", "own_system: is module, not a function"),
        ("broken_system:extract", "broken_system cannot be imported: ModuleNotFoundError: No module named"),
    ],
)
def test_functions_that_cannot_be_had(here: Path, name: str, message: str) -> None:
    with pytest.raises(BenchmarkError, match=message):
        find_system(name).load()


def test_functions_return_str(here: Path) -> None:
    with pytest.raises(BenchmarkError, match="own_system:nothing returned NoneType"):
        find_system("own_system:nothing").load()(PAGE)
