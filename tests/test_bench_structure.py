"""Scores of the structure of Markdown."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner

from benchmarks import structure
from benchmarks.markdown import plain_text
from benchmarks.results import read_json
from benchmarks.structure import KINDS, WORDS, command, pieces, score_page
from boilerkit.model.content import ContentModel

TEXT = r"""# The mill

A [link](https://mill.example/a/), `code`, ![wheel](/wheel.png) and $x ^ 2$.

> quoted
> text

- one
- two *more*

| a | b |
| - | - |
| 1 | 2 |

```python
x = 1

y = 2
```

$$
\frac{1}{2}
$$
"""


def test_pieces_of_each_kind() -> None:
    assert {kind: pieces(TEXT)[kind] for kind in KINDS} == {
        "code": ["x = 1", "y = 2"],
        "headings": ["The mill"],
        "lists": ["one", "two more"],
        "tables": ["a | b | ", "1 | 2 | "],
        "links": ["https://mill.example/a"],
        "images": ["/wheel.png"],
        "formulas": ["x^2", r"\frac{1}{2}"],
        "quotations": ["quoted text"],
    }


def test_only_what_is_expected_is_scored() -> None:
    assert score_page("a b\n\n# e", "a c\n\n- d") == {WORDS: pytest.approx(2 / 6), "lists": 0.0}


def write_folder(folder: Path) -> Path:
    for name in ("fixtures", "expected"):
        (folder / name).mkdir(parents=True)
    for number in range(3):
        page = (
            f'<!-- {{"url": "https://mill.example/{number}"}} --><article><p>{"The wheel turns. " * 30}<a href=a>x</a>'
        )
        (folder / "fixtures" / f"mills--{number}.html").write_text(page)
        if number:
            expected = f'```json\n{{"title": "x"}}\n```\n\n{"The wheel turns. " * 30}[x](https://mill.example/a)'
            (folder / "expected" / f"mills--{number}.md").write_text(expected)
    return folder


def test_pages_with_expected_markdown_are_scored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(html: str, url: str) -> str:
        raise ValueError("no")

    monkeypatch.setattr(structure, "_trafilatura", lambda: fail)
    monkeypatch.setattr(structure, "name_and_version", lambda name: {"system": name, "version": "1"})
    done = CliRunner().invoke(command, [str(write_folder(tmp_path / "pages")), "-o", str(tmp_path)])
    assert done.exit_code == 0, done.output
    ours, peer = read_json(tmp_path / structure.FILE)["rows"]
    assert ours[WORDS] == {"pages": 2, "score": [1.0, 1.0, 1.0]} and ours["links"]["score"][0] == 1
    assert peer[WORDS]["score"][0] == 0


def test_a_folder_without_pages_is_an_error(tmp_path: Path) -> None:
    done = CliRunner().invoke(command, [str(tmp_path)])
    assert done.exit_code != 0 and "fixtures" in str(done.exception or done.output)


@pytest.mark.skipif(find_spec("rjieba") is None, reason="WebMainBench's metrics need rjieba")
def test_corpora_whose_gold_is_markdown(tmp_path: Path, shipped_model: ContentModel) -> None:
    row = {"track_id": "1", "url": "https://a.example/", "html": "<p>text</p>", "groundtruth_content": "# Head\n\ntext"}
    file = tmp_path / "WebMainBench_545.jsonl"
    file.write_text(json.dumps(row), encoding="utf-8")
    done = CliRunner().invoke(command, [f"webmainbench-545:{file}", "-o", str(tmp_path)])
    assert done.exit_code == 0, done.output
    rows = read_json(tmp_path / "structure-webmainbench-545.json")["rows"]
    assert rows[0]["headings"]["pages"] == 1 and rows[0]["code"]["pages"] == 0
    assert rows[0]["text edit"] == {"pages": 1, "score": [0.3333] * 3}  # "text", of 12 characters
    assert rows[0]["overall"]["score"][0] == pytest.approx(rows[0]["text edit"]["score"][0] / 5, abs=1e-4)
    assert rows[0]["table TEDS"]["pages"] == 0 and "WebMainBench" in done.output
    gold = tmp_path / "own.jsonl"
    gold.write_text(json.dumps({"id": "1", "html": "<p>text", "gold_text": "text"}), encoding="utf-8")
    done = CliRunner().invoke(command, [str(gold), "-o", str(tmp_path)])
    assert "has no page whose gold is Markdown" in str(done.exception)


def test_plain_text_of_markdown() -> None:
    markdown = (
        '# A *head*\n\n[link](/x "t") and `code`\nline two ![a picture](p.png) <b>raw</b>\n\n- item\n\n'
        "```\nx = 1\n```\n\n"
        "| a | b |\n| - | - |\n| 1 | 2 |\n\n$$\nE=mc^2\n$$\n\n<table><tr><td>cell</td></tr></table>"
    )
    lines = plain_text(markdown).splitlines()
    assert lines == ["A head", "link and code", "line two  raw", "item", "x = 1", "a", "b", "1", "2", "E=mc^2", "cell"]
