"""`plaintext`: score Boilerkit on labelled pages of plain text, and measure its speed on them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

import boilerkit
from benchmarks.exceptions import BenchmarkError
from benchmarks.options import out_option
from benchmarks.results import context, page_set, results_folder, write_json
from benchmarks.speed.timing import TimedSystem, best_of_rounds
from boilerkit.labels import Label
from boilerkit.metrics import word_f1
from boilerkit.page import Page
from boilerkit.terminal.console import print_tables, table

FILE = "plaintext.json"
_MAIN = (Label.TITLE, Label.BODY)
_REPEATED = 20  # times that the pages are extracted per round of timing


@dataclass(frozen=True)
class PlainTextScore:
    """The score of one page, whose labelled spans are one per line.

    `word_f1` is against title and body; captions neither count nor hurt. `kept_boilerplate` counts the lines kept that
    should not have been, by label; `labels_right` is the share of lines whose label is right.
    """

    page: str
    word_f1: float
    missing_body: int
    kept_boilerplate: dict[str, int]
    labels_right: float


@click.command("plaintext", short_help="Score labelled pages of plain text.")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@out_option
def command(folder: Path, out: Path | None) -> None:
    """Score the pages of a folder: NAME.txt with NAME.spans.json, a list of start, end and label."""
    files = sorted(file for file in folder.glob("*.txt") if file.with_suffix(".spans.json").exists())
    if not files:
        raise BenchmarkError(f"{folder} holds no page with its spans (NAME.txt with NAME.spans.json)")
    rows = [asdict(score_page(file)) for file in files]
    speed = million_characters_per_second([_read_text(file) for file in files] * _REPEATED)
    write_json(
        results_folder(out, None) / FILE,
        {"context": context(), "page_set": page_set(file.stem for file in files), "pages": rows}
        | {"million_characters_per_second": round(speed, 1)},
    )
    columns = [name.replace("_", " ") for name in rows[0]]
    print_tables(table("Plain text", columns, [list(row.values()) for row in rows]))
    click.echo(f"{speed:.1f} million characters per second")


def score_page(file: Path) -> PlainTextScore:
    """Score one page: NAME.txt with NAME.spans.json, a list of start, end and label."""
    text = _read_text(file)
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
    gold = "\n".join(text[span["start"] : span["end"]] for span in spans if span["label"] in _MAIN)
    found = _without_captions(page, spans)
    return PlainTextScore(file.stem, round(word_f1(found, gold), 4), missing, dict(+kept), round(right / len(spans), 4))


def _read_text(file: Path) -> str:
    return file.read_bytes().decode("utf-8")


def _without_captions(page: Page, spans: Sequence[dict[str, Any]]) -> str:
    captions = [span for span in spans if span["label"] == Label.CAPTION]
    return "\n".join(
        block.text
        for block in page.blocks
        if block.is_kept and not any(span["start"] < block.end and block.start < span["end"] for span in captions)
    )


def million_characters_per_second(texts: Sequence[str]) -> float:
    """Return how much plain text one core extracts, timed as pages are (`benchmarks.speed.timing`)."""

    def extract(_: bytes) -> str:
        for text in texts:
            boilerkit.extract(text, input_format="text")
        return ""

    timing = best_of_rounds([TimedSystem("boilerkit", boilerkit.__version__, extract)], b"")["boilerkit"]
    return sum(map(len, texts)) / timing.ms / 1000
