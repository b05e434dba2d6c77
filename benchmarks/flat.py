"""`python -m benchmarks flat`: how good and how fast Boilerkit is on labelled pages of flat text."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

import boilerkit
from boilerkit.labels import Label
from boilerkit.metrics import word_f1
from boilerkit.page import Page

RESULTS = Path(__file__).parent / "results" / "flat.json"
MAIN = (Label.TITLE, Label.BODY)


@dataclass(frozen=True)
class FlatScore:
    """The score of one page, whose labelled spans are one a line.

    `word_f1` is against title and body; captions neither count nor hurt. `kept_boilerplate` counts the lines kept that
    should not have been, by label; `labels_right` is the share of lines whose label is right.
    """

    page: str
    word_f1: float
    missing_body: int
    kept_boilerplate: dict[str, int]
    labels_right: float


def score_flat_page(file: Path) -> FlatScore:
    """Score one page: NAME.txt with NAME.spans.json, a list of start, end and label."""
    text = file.read_bytes().decode("utf-8")
    spans = json.loads(file.with_suffix(".spans.json").read_text(encoding="utf-8"))
    page = boilerkit.analyze(text)
    kept: Counter[str] = Counter()
    missing = right = 0
    for span in spans:
        blocks = [block for block in page.blocks if block.start < span["end"] and span["start"] < block.end]
        label, is_kept = Label(span["label"]), any(block.is_kept for block in blocks)
        missing += label == Label.BODY and not is_kept
        kept[str(label)] += is_kept and not label.is_content
        right += any(block.label == label for block in blocks)
    gold = "\n".join(text[span["start"] : span["end"]] for span in spans if span["label"] in MAIN)
    ours = _without_captions(page, spans)
    return FlatScore(file.stem, round(word_f1(ours, gold), 4), missing, dict(+kept), round(right / len(spans), 4))


def _without_captions(page: Page, spans: Sequence[dict[str, Any]]) -> str:
    captions = [span for span in spans if span["label"] == Label.CAPTION]
    return "\n".join(
        block.text
        for block in page.blocks
        if block.is_kept and not any(span["start"] < block.end and block.start < span["end"] for span in captions)
    )


def megabytes_a_second(texts: Sequence[str], repetitions: int = 5) -> float:
    """Characters of flat text, in millions, that one core extracts in a second; the best of some repetitions."""
    best = float("inf")
    for _ in range(repetitions):
        start = time.perf_counter()
        for text in texts:
            boilerkit.extract(text, input="text")
        best = min(best, time.perf_counter() - start)
    return sum(map(len, texts)) / best / 1e6


@click.command("flat", short_help="Score labelled pages of flat text.")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def command(folder: Path) -> None:
    """Score the pages of a folder: NAME.txt with NAME.spans.json, each a list of start, end and label."""
    files = sorted(file for file in folder.glob("*.txt") if file.with_suffix(".spans.json").exists())
    if not files:
        raise click.UsageError(f"{folder} holds no page with its spans.")
    scores = [score_flat_page(file) for file in files]
    texts = [file.read_bytes().decode("utf-8") for file in files]
    result = {
        "pages": [asdict(score) for score in scores],
        "megabytes a second": round(megabytes_a_second(texts * 20), 1),
    }
    RESULTS.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    click.echo(json.dumps(result, indent=1))
