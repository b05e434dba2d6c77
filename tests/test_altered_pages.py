"""Altered copies of articles, and excerpts of pages, which the shipped model is also trained on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from boilerkit.gold.pages import GoldPage, Span
from boilerkit.labels import LABELS, Label
from boilerkit.learning.training_pages import PageData, TrainingPage, prepare
from training.altered_pages import ALTERED_SHARE, Section, alter_pages, collect_sections
from training.excerpts import EXCERPT_SHARE, take_excerpts

PARAGRAPHS = [f"Paragraph {word} of the story goes on and on about the tidal mill, its wheel and its pond." for word in
              ("one", "two", "three", "four", "five", "six", "seven", "eight")]  # fmt: skip
REMARKS = [f"Reader {name} remarks that the old wheel used to turn much faster than this one does." for name in
           ("Ann", "Ben", "Cay", "Dan")]  # fmt: skip
MENU = ["Home", "News", "Sport", "Weather"]


def page_html(remarks: list[str], number: int) -> str:
    menu = "".join(f'<li><a href="/{name}">{name}</a></li>' for name in MENU)
    story = "".join(f'<p class="par">{text} Page {number}.</p>' for text in PARAGRAPHS)
    comments = "".join(f"<li>{text} Page {number}.</li>" for text in remarks)
    section = f'<section id="talk"><ol>{comments}</ol></section>' if remarks else ""
    return f'<html><body><ul id="menu">{menu}</ul><article class="story">{story}</article>{section}</body></html>'


def gold_page(number: int, remarks: list[str], page_type: str = "article") -> GoldPage:
    spans = [
        *(Span(Label.NAVIGATION, name) for name in MENU),
        *(Span(Label.BODY, f"{text} Page {number}.") for text in PARAGRAPHS),
        *(Span(Label.COMMENTS, f"{text} Page {number}.") for text in remarks),
    ]
    html = page_html(remarks, number)
    return GoldPage(f"page{number}", html, spans, group=f"site{number}", page_type=page_type, corpus="stories")


@pytest.fixture(scope="module")
def gold() -> list[GoldPage]:
    """Pages of 21 sites: the first has comments, the last is no article."""
    return [gold_page(0, REMARKS), *(gold_page(n, []) for n in range(1, 20)), gold_page(20, [], "forum")]


@pytest.fixture(scope="module")
def pages(gold: list[GoldPage], tmp_path_factory: pytest.TempPathFactory) -> list[TrainingPage]:
    return prepare(gold, tmp_path_factory.mktemp("prepared"), n_jobs=1)[0]


@pytest.fixture(scope="module")
def sources(gold: list[GoldPage], pages: list[TrainingPage]) -> dict[str, str | bytes]:
    return {page.key: its.source for page, its in zip(pages, gold, strict=True)}


@pytest.fixture(scope="module")
def sections(pages: list[TrainingPage], sources: dict[str, str | bytes]) -> list[Section]:
    return collect_sections(pages, sources)


def alter(
    pages: list[TrainingPage],
    sources: dict[str, str | bytes],
    sections: list[Section],
    folder: Path,
    folds: NDArray[np.int64] | None = None,
) -> tuple[list[TrainingPage], list[TrainingPage]]:
    """Return the pages and the copies."""
    all_folds = np.zeros(len(pages), dtype=np.int64) if folds is None else folds
    result = alter_pages(pages, all_folds, sources, sections, folder)
    return result[: len(pages)], result[len(pages) :]


def texts(data: PageData) -> list[str]:
    return [data.blocks.block_text(number) for number in range(len(data.blocks))]


def test_a_section_is_the_smallest_element_with_what_has_the_label(sections: list[Section]) -> None:
    assert [section.label for section in sections] == [Label.COMMENTS]
    assert sections[0].html.startswith("<ol><li>Reader Ann") and sections[0].html.endswith("</li></ol>")


def test_articles_alone_are_copied_and_share_their_importance(
    pages: list[TrainingPage], sources: dict[str, str | bytes], sections: list[Section], tmp_path: Path
) -> None:
    originals, copies = alter(pages, sources, sections, tmp_path)
    assert [page.id for page in originals] == [page.id for page in pages]
    assert 10 < len(copies) < len(pages)
    copied = {copy.key for copy in copies}
    assert pages[-1].key not in copied
    for page in originals:
        assert page.importance == (1 - ALTERED_SHARE if page.key in copied else 1)
    for copy in copies:
        assert copy.importance == ALTERED_SHARE and copy.shares is None
        assert (copy.corpus, copy.group) == next((page.corpus, page.group) for page in pages if page.key == copy.key)


def test_blocks_keep_their_targets_and_what_was_added_is_boilerplate(
    pages: list[TrainingPage], sources: dict[str, str | bytes], sections: list[Section], tmp_path: Path
) -> None:
    _, copies = alter(pages, sources, sections, tmp_path)
    seen = set()
    for copy in copies:
        data = copy.load()
        before = next(page for page in pages if page.key == copy.key).load()
        targets = dict(zip(texts(before), zip(before.content, before.weight, before.labels, strict=True), strict=True))
        own = [text in targets for text in texts(data)]
        for text, is_own, target in zip(
            texts(data), own, zip(data.content, data.weight, data.labels, strict=True), strict=True
        ):
            assert target == targets[text] if is_own else LABELS[target[2]] is Label.COMMENTS and target[0] == 0
            assert target[1] > 0
        assert [text for text in texts(data) if text in MENU] == MENU
        seen.add((sum(own) < len(before.blocks), not all(own), not len(data.blocks.element_tokens)))
    assert {shorter for shorter, _, _ in seen} == {added for _, added, _ in seen} == {True, False}
    assert (False, False, False) not in seen


def test_sections_come_from_pages_of_the_same_fold(
    pages: list[TrainingPage], sources: dict[str, str | bytes], sections: list[Section], tmp_path: Path
) -> None:
    folds = np.array([0, *[1] * (len(pages) - 1)])
    _, copies = alter(pages, sources, sections, tmp_path, folds)
    for copy in copies:
        if copy.key != pages[0].key:
            assert not any("Reader" in text for text in texts(copy.load()))


def test_the_same_pages_give_the_same_copies(
    pages: list[TrainingPage], sources: dict[str, str | bytes], sections: list[Section], tmp_path: Path
) -> None:
    folders = [tmp_path / name for name in ("a", "b")]
    for folder in folders:
        folder.mkdir()
    one, other = (alter(pages, sources, sections, folder)[1] for folder in folders)
    assert [texts(copy.load()) for copy in one] == [texts(copy.load()) for copy in other]


def test_a_page_with_hardly_a_word_of_content_is_not_copied(tmp_path: Path) -> None:
    short = GoldPage("short", "<html><body><p>Five words are too few.</p></body></html>", "Five words are too few.")
    pages, _ = prepare([short], tmp_path / "cache", n_jobs=1)
    assert alter(pages, {pages[0].key: short.source}, [], tmp_path) == (pages, [])


def test_excerpts_have_a_run_of_the_content_and_little_else(
    pages: list[TrainingPage], sources: dict[str, str | bytes], tmp_path: Path
) -> None:
    excerpts = take_excerpts(pages, sources, tmp_path)
    assert 5 < len(excerpts) < len(pages)
    by_key = {page.key: page for page in pages}
    shorter = with_menu = 0
    for key, excerpt in excerpts.items():
        whole, data = by_key[key].load(), excerpt.load()
        assert excerpt.group == by_key[key].group
        assert (excerpt.importance, excerpt.shares) == (EXCERPT_SHARE, None)
        targets = dict(zip(texts(whole), whole.content, strict=True))
        assert [targets[text] for text in texts(data)] == data.content.tolist()
        content = [text for text in texts(data) if targets[text] > 0.5]
        story = [text for text in texts(whole) if targets[text] > 0.5]
        first = story.index(content[0])
        assert content == story[first : first + len(content)]
        shorter += len(content) < len(story)
        with_menu += any(text in MENU for text in texts(data))
    assert 0 < with_menu < len(excerpts)
    assert shorter > len(excerpts) / 2


def test_the_same_pages_give_the_same_excerpts(
    pages: list[TrainingPage], sources: dict[str, str | bytes], tmp_path: Path
) -> None:
    folders = [tmp_path / name for name in ("a", "b")]
    for folder in folders:
        folder.mkdir()
    one, other = (take_excerpts(pages, sources, folder) for folder in folders)
    assert [texts(its.load()) for its in one.values()] == [texts(its.load()) for its in other.values()]
    assert one.keys() == other.keys()
