"""The runs that figures come from."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.runs import CONTEXT

from benchmarks.results import RESULTS, read_json, write_json
from benchmarks.runs import measured_in, run_rows


def test_what_has_equal_contexts_comes_from_one_run() -> None:
    later = CONTEXT | {"commit": "", "versions": {}}
    rows = run_rows(
        [
            ("accuracy/mills", "goose3", CONTEXT | {"fingerprint": "1"}),
            ("accuracy/mills", "boilerkit", CONTEXT | {"fingerprint": "2"}),
            ("accuracy/news", "boilerkit", CONTEXT),
            ("speed", "", later),
        ]
    )
    assert rows == [
        {
            "results": "accuracy/mills: goose3, boilerkit; accuracy/news: boilerkit",
            "command": "python -m benchmarks accuracy mills.jsonl",
            "commit": "0123456789ab",
            "machine": "Abacus, 2 cores",
            "versions": "Python 3.11.7, lxml 6.1.3",
        },
        {
            "results": "speed",
            "command": "python -m benchmarks accuracy mills.jsonl",
            "commit": "–",
            "machine": "Abacus, 2 cores",
            "versions": "Python 3.11.7",
        },
    ]


def test_files_of_results_are_named_by_their_place(tmp_path: Path) -> None:
    write_json(tmp_path / "speed.json", {"context": CONTEXT})
    write_json(tmp_path / "accuracy" / "mills" / "goose3.json", {"context": CONTEXT})
    write_json(tmp_path / "accuracy" / "mills.json", {"systems": []})
    assert list(measured_in(tmp_path)) == [("accuracy/mills", "goose3", CONTEXT), ("speed", "", CONTEXT)]


@pytest.mark.parametrize("file", sorted(RESULTS.rglob("*.json")), ids=lambda file: file.relative_to(RESULTS).as_posix())
def test_every_figure_of_the_repository_can_be_traced(file: Path) -> None:
    values = read_json(file)
    for its in values.get("systems", [values]):
        assert all(its["context"].get(name) for name in CONTEXT)
