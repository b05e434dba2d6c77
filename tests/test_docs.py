"""What the documents say of features, labels and figures is what the code and the result files say."""

from __future__ import annotations

import pytest

from benchmarks.docs import BY, SECTIONS, render
from benchmarks.exceptions import BenchmarkError
from benchmarks.results import REPOSITORY


@pytest.mark.parametrize("page", SECTIONS)
def test_generated_sections_are_up_to_date(page: str) -> None:
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    assert render(page, text) == text


def test_sections_are_replaced_and_the_rest_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SECTIONS, "page.md", {"one": lambda: r"\1 new", "two": lambda: "second"})
    text = (
        f"before\n<!-- one: {BY} -->\n<!-- end of one -->\nbetween\n<!-- two: {BY} -->\nold\n\nold\n<!-- end of two -->"
    )
    rendered = render("page.md", text)
    assert rendered == (
        f"before\n<!-- one: {BY} -->\n\\1 new\n<!-- end of one -->\nbetween\n"
        f"<!-- two: {BY} -->\nsecond\n<!-- end of two -->"
    )
    assert render("page.md", rendered) == rendered


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nothing", "has no place for one"),
        (f"<!-- one: {BY} -->\nwithout an end", "has no place for one"),
        (f"<!-- three: {BY} -->\n<!-- end of three -->", "a place for three, but nothing writes"),
    ],
)
def test_pages_without_their_places_are_refused(text: str, message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SECTIONS, "page.md", {"one": lambda: "1"})
    with pytest.raises(BenchmarkError, match=message):
        render("page.md", text)
