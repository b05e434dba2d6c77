"""The metrics of WebMainBench, on Markdown whose scores are known by hand."""

from __future__ import annotations

import pytest

from benchmarks import webmainbench
from benchmarks.exceptions import BenchmarkError
from benchmarks.webmainbench import (
    as_html,
    code,
    formulas,
    overall,
    page_scores,
    rouge_5,
    table_similarity,
    tables,
)

pytest.importorskip("rjieba")

PAGE = r"""# The mill

It grinds $x^2$ sacks, or `$y$`, at \$3 each.

```python
x = 1  # $z$
```

$$
\frac{1}{2}
$$

| part | weight |
| --- | :---: |
| wheel | 6 t |

By the weir:

    open(gate)
    wait()

end
"""


def test_parts_of_a_page() -> None:
    assert code(PAGE) == "x = 1  # $z$\nopen(gate)\nwait()\n".rstrip()
    assert formulas(PAGE) == "\\frac{1}{2}\nx^2"
    assert tables(PAGE) == "| part | weight |\n| --- | :---: |\n| wheel | 6 t |"
    assert as_html(tables(PAGE)) == (
        "<table><tr><th>part</th><th>weight</th></tr><tr><td>wheel</td><td>6 t</td></tr></table>"
    )


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("```one line```", ""),
        ("a\n\n    just one line\n\nb", ""),
        ("a\n\n    - an item\n    - another\n", ""),
        ("a\n\n    it cost $5\n    and more\n", ""),
        ("a\n\n    two million\n    sacks\n", ""),
        ("a\n\n\tx = 1\n\t\ty = 2\n", "x = 1\n\ty = 2"),
        ("no blank line before\n    x = 1\n    y = 2\n", ""),
    ],
)
def test_what_is_code(markdown: str, expected: str) -> None:
    assert code(markdown) == expected


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        (r"\(a\) and \[b\] and $c$ and $$d$$", "d\nb\nc\na"),
        (r"\$5 and \$6", ""),
        ("`$a$` ```\n$b$\n```", ""),
        ("from $5 to $6", "5 to"),  # only a language model could tell that this is no formula
    ],
)
def test_what_is_a_formula(markdown: str, expected: str) -> None:
    assert formulas(markdown) == expected


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("a | b\nno rule | here", ""),
        ("a | b", ""),
        ("a | b\n--- | --\n1 | 2", ""),
        ("a | b\n--- | ---\n\nc | d\n--- | ---", "a | b\n--- | ---\nc | d\n--- | ---"),
        (
            "x <table><tr><td>1<table><tr><td>2</td></tr></table></td></tr></table> y",
            "<table><tr><td>1<table><tr><td>2</td></tr></table></td></tr></table>",
        ),
        ("`<table></table>`", ""),
    ],
)
def test_what_is_a_table(markdown: str, expected: str) -> None:
    assert tables(markdown) == expected


def test_tables_in_markdown_become_one() -> None:
    assert as_html("a | b\n--- | ---\nc | \n--- | ---") == (
        "<table><tr><th>a</th><th>b</th></tr><tr><td>c</td></tr></table>"
    )
    assert as_html("") == ""


def test_rouge_counts_runs_of_five_tokens() -> None:
    words = "one two three four five six"  # with the spaces, 11 tokens and 7 runs
    assert rouge_5(words, words) == 1
    assert rouge_5("one two three four five", words) == pytest.approx(2 * 5 / (5 + 7))
    assert rouge_5("", words) == 0
    assert rouge_5("", " \n") == 1
    assert rouge_5("one two", "one two") == 0  # too short for a run
    longer = "np.array C++ 3.5% is"  # 9 tokens and 5 runs: np . array _ C++ _ 3.5% _ is
    assert rouge_5("np.array C++ 3.5%", longer) == pytest.approx(2 * 3 / (3 + 5))
    assert rouge_5("水车在河边慢慢地转动着", "水车在河边慢慢地转动着") == 1


def table(*rows: str, head: str = "") -> str:
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row.split()) + "</tr>" for row in rows)
    return f"<table>{head}{cells}</table>"


@pytest.mark.parametrize(
    ("found", "expected", "score"),
    [
        (table("a b", "c d"), table("a b", "c d"), 1),
        # 7 nodes. The cell, its row and the table differ: 1 + 1/2 + 1/4.
        (table("a b", "c x"), table("a b", "c d"), 1 - 1.75 / 7),
        # 3 nodes too few, and half of the text of the table.
        (table("a b"), table("a b", "c d"), 1 - 3.5 / 7),
        (table("a"), table("a").replace("td>", "th>"), 1 - 1 / 3),
        (f"<table><tbody>{table('a')[7:-8]}</tbody></table>", table("a"), 1),
        ("<table><tr><td><!-- a --> b </td></tr></table>", table("b"), 1),
        ("", table("a"), 0),
        (table("a"), "no table", 0),
        ("", "", 1),
    ],
)
def test_similarity_of_tables(found: str, expected: str, score: float) -> None:
    assert table_similarity(found, expected) == pytest.approx(score)
    assert table_similarity(expected, found) == pytest.approx(score)


def test_a_page_is_scored_by_what_it_has() -> None:
    assert page_scores("a b c d e", "a b c d e") == {"ROUGE-5": 1, "text edit": 1}
    assert page_scores(PAGE, PAGE) == dict.fromkeys(webmainbench.OF_PAGES, 1)
    scores = page_scores("", PAGE)
    assert scores == dict.fromkeys(webmainbench.OF_PAGES, 0)
    assert page_scores("abcd", "abce")["text edit"] == 0.75


def test_the_overall_score_is_the_mean_of_means() -> None:
    pages = [
        {"ROUGE-5": 0.0, "text edit": 1.0, "code edit": 0.5},
        {"ROUGE-5": 0.0, "text edit": 0.5, "table edit": 0.2, "table TEDS": 0.6},
    ]
    assert overall(pages).value == pytest.approx((0.75 + 0.5 + 0 + 0.2 + 0.6) / 5)


def test_missing_libraries_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webmainbench, "find_spec", lambda name: None)
    with pytest.raises(BenchmarkError, match=r"rapidfuzz, rjieba: pip install 'boilerkit\[bench\]'"):
        webmainbench.require_libraries()
