"""Pages whose text is not in what they show, but in data, in hidden parts, or for browsers without frames."""

from __future__ import annotations

import json
from typing import cast

import pytest
from support.fake_models import ParagraphModel

from boilerkit.extraction import ExtractOptions
from boilerkit.html.document import MAX_SHELL_WORDS, HtmlDocument
from boilerkit.html.unshown_text import MIN_UNSHOWN_WORDS
from boilerkit.model.content import ContentModel

SENTENCES = [f"The {n}th boat came into the old harbour, and its crew went home before dark." for n in range(1, 13)]
PARAGRAPHS = [" ".join(SENTENCES[start : start + 4]) for start in range(0, 12, 4)]
N_WORDS = sum(len(text.split()) for text in PARAGRAPHS)


def shell(script: str, kind: str = "", visible: str = "<p>Please wait</p>") -> str:
    return (
        f"<html><head><title>Boats</title></head><body><div id=root>{visible}</div>"
        f"<script {kind}>{script}</script></body></html>"
    )


def texts(page: str | bytes) -> list[str]:
    return HtmlDocument.read(page).blocks.block_texts()


def test_the_pages_made_here_are_long_enough() -> None:
    assert N_WORDS > MIN_UNSHOWN_WORDS


# --- Text that is found -----------------------------------------------------------------------------------------------


def test_article_body_of_json_ld() -> None:
    data = {"@type": "NewsArticle", "headline": "Boats", "articleBody": "\n\n".join(PARAGRAPHS), "wordCount": 9}
    assert texts(shell(json.dumps(data), "type='application/ld+json'")) == PARAGRAPHS


def test_title_and_address_are_those_of_the_shell() -> None:
    page = shell(json.dumps({"articleBody": "\n\n".join(PARAGRAPHS)}), "type='application/ld+json'")
    document = HtmlDocument.read(page.replace("<title>", "<link rel=canonical href='https://a.example/b'><title>"))
    assert (document.blocks.title, document.blocks.address) == ("Boats", "https://a.example/b")
    assert document.markup.startswith(b"<article>")


def test_scripts_without_spaces_have_words_too() -> None:
    body = "".join(f"\u6e2f\u306b{n}\u756a\u76ee\u306e\u8239\u304c\u6765\u305f\u3002" for n in range(30))
    assert texts(shell(json.dumps({"articleBody": body}, ensure_ascii=False))) == [body]


def test_html_in_the_state_of_a_page() -> None:
    body = "<h2>Boats</h2>" + "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    state = {"props": {"pageProps": {"id": 7, "tags": ["boat"] * 300, "post": {"content": body}}}}
    page = shell(json.dumps(state), "id=__NEXT_DATA__ type='application/json'")
    assert texts(page) == ["Boats", *PARAGRAPHS]


def test_markup_that_is_escaped_as_some_frameworks_do() -> None:
    body = json.dumps("".join(f"<p>{text}</p>" for text in PARAGRAPHS)).replace("<", "\\u003c").replace(">", "\\u003e")
    assert texts(shell(f"window.__STATE__ = {{'x': 1, body: {body}}};")) == PARAGRAPHS


def test_strings_that_scripts_push() -> None:
    body = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    page = shell(f"(self.__f = self.__f || []).push([1, {json.dumps(body)}])")
    assert texts(page) == PARAGRAPHS


def test_line_breaks_part_paragraphs() -> None:
    body = "<br>".join(PARAGRAPHS).replace("<br>", "<br><br>")
    assert texts(shell(json.dumps({"text": body}))) == PARAGRAPHS


def test_the_longest_prose_is_taken() -> None:
    data = {"teaser": " ".join(PARAGRAPHS[:2]), "body": "\n".join(PARAGRAPHS), "other": " ".join(PARAGRAPHS[1:])}
    assert texts(shell(json.dumps(data))) == PARAGRAPHS


def test_escapes_and_other_scripts_are_read() -> None:
    prose = "。".join(["船が港に帰ってきた"]) + "。 "
    body = (prose + "船 は 古い 港 に 着き、 船員 は 家 に 帰った。 ") * 12
    assert texts(shell(json.dumps({"body": body}))) == [body.strip()]
    assert texts(shell(json.dumps({"body": body}, ensure_ascii=False))) == [body.strip()]


def test_nul_and_lone_surrogates_in_escapes_do_no_harm() -> None:
    body = "\n".join(PARAGRAPHS)
    for odd in ("\x00", "\ud83d"):
        page = shell(json.dumps({"body": body.replace("boat", f"bo{odd}at", 1)}))
        assert texts(page)[1:] == PARAGRAPHS[1:]
        assert SENTENCES[1] in texts(page)[0]


def test_signs_of_markup_in_plain_text_stay() -> None:
    body = "\n".join(["When x <y and y> z & so on, boats wait.", *PARAGRAPHS])
    found = texts(shell(json.dumps({"articleBody": body}), "type='application/ld+json'"))
    assert found == ["When x <y and y> z & so on, boats wait.", *PARAGRAPHS]


def test_bytes_are_read_too() -> None:
    assert texts(shell(json.dumps({"body": "\n".join(PARAGRAPHS)})).encode()) == PARAGRAPHS


# --- Text that is none ------------------------------------------------------------------------------------------------

CODE = "function run(a) { if (a > 1) { return a; } var b = a + 1; let c = b; } " * 30
CSS = ".box { color: red; margin: 0 auto; } .box a:hover { border: none; } " * 30
WORDS = "boats, harbours, crews, old harbours, boats at night, cheap boats, used boats, " * 30
DATA = "a1=b2;c3=d4;" * 300


@pytest.mark.parametrize("string", [CODE, CSS, WORDS, DATA, "x" * 5000, "word " * 500, " ".join(SENTENCES[:3])])
def test_strings_that_are_no_prose_stay_out(string: str) -> None:
    page = shell(json.dumps({"a": string, "b": string}))
    assert texts(page) == ["Please wait"]


@pytest.mark.parametrize("script", [CODE, CSS, " ".join(PARAGRAPHS), "// " + " ".join(PARAGRAPHS)])
def test_scripts_outside_strings_stay_out(script: str) -> None:
    assert texts(shell(script)) == ["Please wait"]


def test_strings_outside_scripts_stay_out() -> None:
    text = json.dumps(" ".join(PARAGRAPHS))
    assert texts(f"<body><p>Wait</p><style>{text}</style><template>{text}</template></body>") == ["Wait"]


def test_scripts_in_the_text_found_are_not_seen() -> None:
    body = "".join(f"<p>{text}</p>" for text in PARAGRAPHS) + "<script>alert(1)</script><style>p {}</style>"
    page = shell(json.dumps({"body": body}).replace("</", "<\\/"))
    assert texts(page) == PARAGRAPHS


# --- Pages that are no shell ------------------------------------------------------------------------------------------


def test_a_page_with_text_of_its_own_is_left_alone() -> None:
    data = json.dumps({"articleBody": "\n".join(PARAGRAPHS)})
    own = "A page with words of its own. " * 8
    assert len(own.split()) >= MAX_SHELL_WORDS
    document = HtmlDocument.read(shell(data, visible=f"<p>{own}</p>"))
    assert document.blocks.block_texts() == [own.strip()]
    assert document.source == shell(data, visible=f"<p>{own}</p>")


def test_a_shell_without_data_is_left_alone() -> None:
    page = shell("window.boot()")
    document = HtmlDocument.read(page)
    assert (document.source, document.blocks.block_texts()) == (page, ["Please wait"])


def test_the_bound_is_in_visible_words() -> None:
    data = json.dumps({"articleBody": "\n".join(PARAGRAPHS)})
    under, over = "word " * (MAX_SHELL_WORDS - 1), "word " * MAX_SHELL_WORDS
    assert texts(shell(data, visible=f"<p>{under}</p>")) == PARAGRAPHS
    assert texts(shell(data, visible=f"<p>{over}</p>")) == [over.strip()]


# --- Pages with other text than the main one --------------------------------------------------------------------------

CHROME = f"<nav><a href=/a>{'Harbours ' * 15}</a></nav>%s<footer>{'All rights reserved. ' * 5}</footer>"


def analyzed(page: str) -> tuple[str, str]:
    """Return where the text comes from, and the text, with a model that takes paragraphs for content."""
    found = ExtractOptions("html", model=cast(ContentModel, ParagraphModel())).analyze(page)
    return found.text_source, found.text


@pytest.mark.parametrize(
    "source, markup",
    [
        (
            "scripts",
            f"<script type='application/ld+json'>{json.dumps({'articleBody': chr(10).join(PARAGRAPHS)})}</script>",
        ),
        ("scripts", f"<script>{json.dumps({'body': ''.join(f'<p>{text}</p>' for text in PARAGRAPHS)})}</script>"),
        ("hidden", f"<div hidden>{''.join(f'<p>{text}</p>' for text in PARAGRAPHS)}</div>"),
        ("noframes", f"<noframes>{''.join(f'<p>{text}</p>' for text in PARAGRAPHS)}</noframes>"),
    ],
)
def test_text_that_is_not_shown_stands_in_for_a_main_text(source: str, markup: str) -> None:
    assert analyzed(CHROME % markup) == (source, "\n\n".join(PARAGRAPHS))
    shown = f"<p>{PARAGRAPHS[0]}</p>" * 3
    assert analyzed(CHROME % (shown + markup))[0] == "page"


def test_short_text_that_is_not_shown_stays_out() -> None:
    data = json.dumps({"articleBody": PARAGRAPHS[0]})
    assert analyzed(CHROME % f"<script type='application/ld+json'>{data}</script>") == ("page", "")


# --- Scripts made to be slow ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "piece", ['\\"', '"', '"\\', '\\\\"', '"\\"', "\\", "'\"", '"<', "\".''", '"..."', '" . "', "\\u0022", '"{']
)
def test_megabytes_of_quotes_are_read(piece: str) -> None:
    script = piece * (2_000_000 // len(piece))
    for opening in ("", '"'):
        assert texts(shell(opening + script)) == ["Please wait"]


@pytest.mark.parametrize("piece", ["<", "<a", ".", ".'", "!\"'", "=>", "\\n"])
def test_long_strings_of_one_piece_are_read(piece: str) -> None:
    assert texts(shell(json.dumps({"body": piece * (1_000_000 // len(piece))}))) == ["Please wait"]
