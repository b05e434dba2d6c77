"""The recipe of the shipped models, run from data to models on a few generated pages."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support.generated import fully_labelled_pages, labelled_pages

import training.__main__ as recipe
import training.html
import training.plaintext
from boilerkit import BoilerplateClassifier, analyze, load_model
from boilerkit.blocks.columns import InputFormat
from boilerkit.gold.pages import GoldPage
from boilerkit.learning.out_of_fold import load_out_of_fold
from training.corpora import CORPORA, LABELS_FILE, training_pages
from training.renderers import RENDERERS

FOLDERS: dict[str, InputFormat] = {"html": "html", "plaintext": "text"}


def gold_pages() -> dict[str, list[GoldPage]]:
    """Return a few pages for each file of the data folder; those of labelled_extra have blocks of every label."""
    generated = labelled_pages(n_sites=10, pages_a_site=1)
    pages = [
        GoldPage(f"page{n}", page.html, page.text, url=f"https://site{n}.example/", spans=page.spans)
        for n, page in enumerate(generated)
    ]
    labelled = [replace(page, url=f"https://{page.id}.example/") for page in fully_labelled_pages("html", 4, 1)]
    return {
        "wcxb_dev.parquet": pages[:5],
        "fundus_train.parquet": pages[5:8],
        "forum_posts.parquet": pages[8:9],
        "world_pages.parquet": pages[9:],
        "labelled_extra.parquet": labelled,
    }


def write_parquet(file: Path, pages: Sequence[GoldPage]) -> None:
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")
    rows = [
        {
            "id": page.id,
            "corpus": file.stem,
            "url": page.url,
            "page_type": "article",
            "html": str(page.source).encode(),
            "gold_text": page.gold if isinstance(page.gold, str) else None,
        }
        for page in pages
    ]
    pq.write_table(pa.Table.from_pylist(rows), file)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder such as `training.corpora` reads."""
    folder = tmp_path / "data"
    folder.mkdir()
    rows: list[dict[str, Any]] = []
    for name, pages in gold_pages().items():
        write_parquet(folder / name, pages)
        for page in pages[::2] if name == "wcxb_dev.parquet" else pages:
            spans = [{"label": str(span.label), "text": span.text} for span in page.labelled_spans or page.spans]
            rows.append({"id": page.id, "corpus": Path(name).stem, "spans": spans})
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / LABELS_FILE).write_text(lines, encoding="utf-8")
    return folder


def small_classifier() -> BoilerplateClassifier:
    weights = {corpus.name: corpus.weight for corpus in CORPORA}
    return BoilerplateClassifier(
        input_format="html", max_iter=2, n_folds=2, min_samples_leaf=5, n_jobs=1, corpus_weights=weights
    )


@pytest.fixture
def few_trees(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = replace(training.plaintext.SETTINGS, max_iter=2, n_folds=2, min_samples_leaf=5)
    for module in (training.html, training.plaintext):
        monkeypatch.setattr(module, "N_FOLDS", 2)
    for module in (training.html, recipe):
        monkeypatch.setattr(module, "html_classifier", small_classifier)
    for module in (training.plaintext, recipe):
        monkeypatch.setattr(module, "SETTINGS", settings)
    monkeypatch.setattr("boilerkit.learning.labels.MAX_ITER", 2)
    monkeypatch.setattr("boilerkit.learning.labels.N_FOLDS", 2)


@pytest.mark.slow
@pytest.mark.usefixtures("few_trees")
def test_both_models_are_built_from_a_data_folder(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for renderer in ("resiliparse", "inscriptis", "html_text"):
        pytest.importorskip(renderer, reason=f"the recipe renders pages with {renderer}")
    folders = ["--data", str(data), "--models", str(tmp_path / "models"), "--cache", str(tmp_path / "cache")]
    monkeypatch.setattr("sys.argv", ["python -m training", *folders])
    recipe.main()
    for name, input_format in FOLDERS.items():
        check_model(tmp_path / "models" / name, input_format, data)


def check_model(folder: Path, input_format: InputFormat, data: Path) -> None:
    model = load_model(folder)
    assert model.input_format == input_format and model.labels is not None and model.page_types is not None
    counts = {row["corpus"]: row["pages"] for row in model.card["trained on"]}
    others = {"labelled-extra": 4, "forum-posts": 1, "world-pages": 1}
    assert counts == {"wcxb-dev": 5, "fundus-train": 3} | others
    pages = list(training_pages(data))
    out_of_fold = load_out_of_fold(folder)
    assert out_of_fold is not None
    assert set(out_of_fold.variants.tolist()) == ({""} if input_format == "html" else set(RENDERERS))
    for page in pages:
        for variant in set(out_of_fold.variants.tolist()):
            assert out_of_fold.probabilities(page.source, variant) is not None
            types = out_of_fold.page_types(page.source, variant)
            assert types is not None and abs(types.sum() - 1) < 1e-4
    card = (folder / "README.md").read_text(encoding="utf-8")
    for heading in ("Trained on", "Out-of-fold scores", "Calibration", "Page types", "Labels", "Known weaknesses"):
        assert f"## {heading}" in card
    assert ("## Scores by renderer" in card) == (input_format == "text")
    page = labelled_pages(1, 1)[0]
    assert analyze(page.source(input_format), model=model).blocks[0].label in model.labels.trees
