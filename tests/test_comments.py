"""Reader comments: which blocks are one comment, who wrote it and when."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import boilerkit
from boilerkit.comments import Comment, find_comments
from boilerkit.extraction import OutputFormat
from boilerkit.html.document import HtmlDocument
from boilerkit.metadata.declarations import read_declarations

TEXTS = [
    "The wheel is older than the mill, as my grandmother always said.",
    "It was rebuilt in 1921; nothing of the first one is left.",
    "Does anybody know where the stones were cut?",
]
NAMES = ["Ann Lee", "miller1921", "Cy Dee"]


def comments_of(html: str) -> list[Comment]:
    """The comments of a page that has nothing else."""
    document = HtmlDocument.read(f"<html><body>{html}</body></html>")
    return find_comments(document.blocks, range(len(document.blocks)), read_declarations(document.parse()), ["en"])


def wordpress(number: int, replies: str = "") -> str:
    odd = ("even", "odd")[number % 2]
    return (
        f'<li class="comment {odd} depth-1" id="comment-{number}"><div class="comment-body">'
        f'<cite class="fn comment-author">{NAMES[number]}</cite> <span class="says">says:</span>'
        f'<div class="comment-date"><time datetime="2024-05-1{number}">May 1{number}, 2024</time></div>'
        f"<div><p>{TEXTS[number]}</p><p>And {TEXTS[number]}</p></div><a>Reply</a></div>{replies}</li>"
    )


def expected(number: int) -> Comment:
    return Comment(f"{TEXTS[number]}\nAnd {TEXTS[number]}", NAMES[number], f"2024-05-1{number}")


def test_each_repeated_element_is_a_comment() -> None:
    found = comments_of(f"<ol>{''.join(map(wordpress, range(3)))}</ol>")
    assert found == [expected(number) for number in range(3)]


def test_replies_are_comments_of_their_own() -> None:
    found = comments_of(f"<ol>{wordpress(0, f'<ol class=children>{wordpress(1)}</ol>')}{wordpress(2)}</ol>")
    assert found == [expected(number) for number in range(3)]


def test_the_form_and_buttons_are_no_comments() -> None:
    form = "<div class=respond><p>Leave a reply</p><form><p>Name</p></form></div>"
    found = comments_of(f"<ol>{''.join(map(wordpress, range(3)))}</ol>{form}")
    assert [comment.text for comment in found] == [expected(number).text for number in range(3)]


@pytest.mark.parametrize(
    "row", ["<tr class=row><td>{0}<td>{1}</tr>", "<div class=entry><p>{0} says:</p><p>{1}</p></div>"]
)
def test_names_without_markup(row: str) -> None:
    html = "".join(row.format(name, text) for name, text in zip(NAMES, TEXTS, strict=True))
    found = comments_of(f"<table>{html}</table>" if row.startswith("<tr") else html)
    assert [(comment.author, comment.text, comment.date) for comment in found] == [
        (name, text, None) for name, text in zip(NAMES, TEXTS, strict=True)
    ]


def test_what_is_not_repeated_is_one_comment() -> None:
    assert comments_of(f"<p>{TEXTS[0]}</p><p>{TEXTS[1]}</p>") == [Comment(f"{TEXTS[0]}\n{TEXTS[1]}")]
    assert comments_of("<p>No comments</p>") == []
    assert comments_of("") == []


def test_plain_values() -> None:
    assert Comment("text", "Ann").to_dict() == {"text": "text", "author": "Ann", "date": None}


@pytest.mark.parametrize(
    "build",
    [
        lambda n: "<div class=comment>" * n + "text",
        lambda n: "<div class='ab bc cd de'><p>text 2024</p></div>" * n,
        lambda n: "<div class=comment><time datetime=x>12 Foo 2024</time><p>text" * n,
    ],
)
def test_hostile_comments(build: Callable[[int], str]) -> None:
    assert isinstance(comments_of(build(5_000)), list)


# --- In the output ----------------------------------------------------------------------------------------------------

ARTICLE = (
    "<main><article><h1>The mill by the weir</h1>"
    "<p>The mill by the weir grinds again: after eleven years of work, its wheel turned for the first time on Sunday, "
    "and the miller filled forty bags before noon.</p>"
    "<p>It was bought by the village in 2013, when its roof had fallen in and the last of its stones, according to the "
    "council, was about to be sold to a museum in the city.</p>"
    "<p>Flour from the mill will be sold in the shop next to it, which opens on three days a week in summer, and on "
    "Saturdays for the rest of the year.</p></article>"
)
COMMENTS = f'<section class="comments"><h2>3 comments</h2><ol>{"".join(map(wordpress, range(3)))}</ol></section></main>'
RULES: dict[OutputFormat, str] = {"text": "\n\n", "markdown": "\n\n---\n\n", "html": "\n<hr>\n"}


@pytest.mark.parametrize("output_format", RULES)
def test_comments_follow_the_main_content_if_asked_for(output_format: OutputFormat) -> None:
    page = f"<html><head><title>The mill by the weir</title></head><body>{ARTICLE}{COMMENTS}</body></html>"
    without = boilerkit.extract(page, output_format=output_format)
    content = boilerkit.extract(page, output_format=output_format, include_comments=True)
    assert TEXTS[0] not in without and "forty bags" in without
    assert content.startswith(without + RULES[output_format])
    assert all(text in content for text in TEXTS)


def test_a_page_without_comments_is_the_same() -> None:
    assert boilerkit.extract(ARTICLE, include_comments=True) == boilerkit.extract(ARTICLE)
