"""Plain text: how it is told from HTML, its blocks, how they are rendered, and what the shipped model keeps."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import textwrap
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from support.plain_text import PAGE, PARAGRAPH, PARAGRAPHS, texts
from support.real import DATA
from support.reference_plaintext import blocks_of

import boilerkit
from boilerkit.errors import InputError, OptionError
from boilerkit.input_format import looks_like_html
from boilerkit.labels import Label
from boilerkit.metrics import word_f1
from boilerkit.plaintext.document import TextDocument
from boilerkit.plaintext.features import TEXT_FEATURES
from boilerkit.plaintext.rendering import to_html, to_markdown, to_text
from boilerkit.plaintext.segmentation import blocks as segmentation
from boilerkit.plaintext.segmentation.columns import BLOCK_COLUMNS

LABELLED_PAGES = DATA / "flat_pages"


def read_blocks(text):
    return TextDocument.read(text).blocks


# --- What is plain text -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "page",
    [
        "just text",
        "a < b and c > d\nso d < a",
        "I <3 you",
        "Dear <ann@example.org>,\nhello\n",
        "if (a<b && c>d) {\n}",
        "List<String> x;\nMap<Integer, List<String>> y;",
        "<unknown>\ntext goes on",
        # Texts about HTML
        "The <p> tag starts a paragraph.\nUse <b> for bold text and </b> to end it.\n\nFor example:\n\n<p>Hello</p>\n\n"
        "which shows a paragraph in all browsers that you may think of.",
        "<p> is the tag of paragraphs.\n" + "It has been with us since the first days and will stay.\n" * 8,
        '<script type="module">: what it is\n\n' + "It has been with us for some years and will stay.\n" * 8,
        "* <ul> makes lists\n* <li> is an item of it\n* <ol> makes lists with numbers\nThese three are all you need.",
        "x" * 1000,
        "\x00\x01",
    ],
)
def test_plain_text_is_recognised(page):
    assert not looks_like_html(page)


@pytest.mark.parametrize(
    "page",
    [
        "",
        " \n\t",
        "<!DOCTYPE html><p>x",
        "  \n<html>",
        "\ufeff<HTML><body>x</body>",
        "<!-- c -->\n<div>x</div>",
        "<!--c#1-->one\nline",
        "<p>a</p>",
        "<div>\n some text\n and more\n</div>\n",
        "<p>one\n<p>two\n<p>three",
        "Hello\n<br>\nyou<br>\nand me<br>",
        "one line with a <b>bold</b> word in it",
        "Warning: failed in line 3\nNotice: undefined\n<html><body>"
        + "<p>some words here</p>\n" * 10
        + "</body></html>",
        "Intro of\nmany lines here\n<table><tr><td>" + "text of the cell " * 30 + "</table>",
        "<?xml version='1.0'?><rss><item/></rss>",
        "<rss>\n<item>news</item>\n</rss>",
    ],
)
def test_html_is_recognised(page):
    assert looks_like_html(page)


def test_the_input_format_says_what_a_page_is():
    html = "<html><body><p>" + PARAGRAPH * 3 + "</p></body></html>"
    assert "<p>" not in boilerkit.analyze(html).full_text
    assert boilerkit.analyze(html, input_format="text").full_text == html
    assert boilerkit.analyze(PAGE, input_format="html").full_text != PAGE
    with pytest.raises(OptionError, match="input_format is one of auto, html, text"):
        boilerkit.extract(PAGE, input_format="pdf")


# --- Blocks -----------------------------------------------------------------------------------------------------------


@given(texts())
def test_blocks_cover_all_text_once_and_in_order(text):
    page = boilerkit.analyze(text, input_format="text")
    assert page.full_text == text
    end = 0
    for block in page.blocks:
        assert block.text == text[block.start : block.end] == block.text.strip()
        assert block.text and not text[end : block.start].strip()
        end = block.end
    assert not text[end:].strip()


@given(texts())
@settings(max_examples=300)
def test_columns_are_those_of_the_reference(text):
    blocks = read_blocks(text)
    expected = blocks_of(text)
    assert blocks.blocks.tolist() == [[block[name] for name in BLOCK_COLUMNS] for block in expected]
    for token_type in TEXT_FEATURES.token_types:
        tokens = [(i, token) for i, block in enumerate(expected) for token in block["tokens"][token_type]]
        pairs = getattr(blocks, token_type)
        assert list(zip(pairs[:, 0].tolist(), pairs[:, 1].view(np.uint32).tolist(), strict=True)) == tokens


@pytest.mark.parametrize("width", [60, 72, 80])
@pytest.mark.parametrize("indent", ["", "   "])
def test_broken_lines_of_a_paragraph_are_one_block(width, indent):
    paragraphs = [PARAGRAPH * 3, PARAGRAPH, "A short one.", PARAGRAPH * 2]
    text = "\n\n".join(
        textwrap.fill(paragraph, width, initial_indent=indent, subsequent_indent=indent) for paragraph in paragraphs
    )
    blocks = read_blocks(text)
    assert len(blocks) == 4
    assert to_text(blocks, np.ones(4, dtype=bool)).split("\n\n") == [paragraph.strip() for paragraph in paragraphs]


def test_lines_of_lists_and_of_unbroken_text_are_blocks():
    assert len(read_blocks(PAGE)) == len([line for line in PAGE.splitlines() if line.strip()])
    items = [
        f"{number}. " + "an item of a list that is quite as long as a line of text would be" for number in range(9)
    ]
    assert len(read_blocks("\n".join(items))) == 9


def test_too_many_lines_are_rejected(monkeypatch):
    monkeypatch.setattr(segmentation, "MAX_LINES", 3)
    assert len(read_blocks("a\nb\n\n\n\nc")) == 3
    with pytest.raises(InputError, match="4 lines"):
        read_blocks("a\nb\nc\nd")


@pytest.mark.parametrize(
    "text",
    [
        "\n" * 1_000_000,
        "•\n" * 20_000,
        "word " * 400_000,
        "x" * 2_000_000,
        " " * 1_000_000 + "x",
        "\x00\ud800\uffff" * 10_000,
        bytes(range(9, 256)).decode("latin-1") * 500,
        "a. " * 300_000,
        "\r" * 500_000 + "- ",
    ],
    ids=["empty lines", "bullets", "one line", "one word", "blanks", "odd", "latin", "stops", "returns"],
)
def test_odd_texts_are_read(text):
    page = boilerkit.analyze(text, input_format="text")
    assert page.full_text == text
    assert isinstance(page.text, str) and isinstance(page.markdown, str) and isinstance(page.html, str)


# --- Rendering --------------------------------------------------------------------------------------------------------


def test_outputs_of_kept_blocks():
    text = "Menu\n\nA first & paragraph.\nAnd *more*.\n\n  • one <1>\n  • two\n\nFooter\n  1) first\n    2) second"
    blocks = read_blocks(text)
    keep = np.array([False, True, True, True, True, False, True, True])
    assert to_text(blocks, keep) == ("A first & paragraph.\nAnd *more*.\n\n• one <1>\n• two\n\n1) first\n  2) second")
    assert to_html(blocks, keep) == (
        "<article>\n<p>A first &amp; paragraph.</p>\n<p>And *more*.</p>\n<ul>\n<li>one &lt;1&gt;</li>\n<li>two</li>\n"
        "</ul>\n<ol>\n<li>first</li>\n<li>second</li>\n</ol>\n</article>"
    )
    assert to_markdown(blocks, keep) == (
        "A first & paragraph.\n\nAnd \\*more\\*.\n\n- one \\<1\\>\n- two\n\n1. first\n2. second"
    )
    nothing = np.zeros(len(blocks), dtype=bool)
    assert to_text(blocks, nothing) == to_html(blocks, nothing) == to_markdown(blocks, nothing) == ""


# --- The shipped model ------------------------------------------------------------------------------------------------


def test_the_article_is_kept_and_nothing_else():
    page = boilerkit.analyze(PAGE)
    assert page.full_text == PAGE
    assert all(page.text.count(paragraph.strip()) == 1 for paragraph in PARAGRAPHS)
    for boilerplate in ("Weather", "Harbour fees", "Owls", "All rights reserved", "Privacy"):
        assert boilerplate not in page.text
    assert boilerkit.extract(PAGE) == boilerkit.extract(PAGE.encode()) == page.text
    assert boilerkit.extract(PAGE, output_format="html").startswith("<article>\n<p>")
    assert all(block.xpath == "" and set(block.features) == set(TEXT_FEATURES.static) for block in page.blocks)


def test_blocks_have_labels_and_the_page_a_title():
    assert {block.label for block in boilerkit.analyze(PAGE).blocks} <= {*Label}
    found = json.loads(boilerkit.extract(PAGE, output_format="json"))
    assert found["title"] == boilerkit.analyze(PAGE).title
    body = boilerkit.analyze(PAGE).blocks_with_label("body")
    assert {paragraph.strip() for paragraph in PARAGRAPHS} <= {block.text for block in body}


def test_labels_select_what_is_kept():
    kept = boilerkit.extract(PAGE, keep={"footer"})
    assert "All rights reserved" in kept and "ferry" not in kept
    every = (label for label in Label if label not in ("content", "boilerplate"))
    assert boilerkit.extract(PAGE, input_format="text", keep=every).strip()


@pytest.mark.parametrize("page", ["", "  \n\n", "\x0c"])
def test_pages_without_text(page):
    found = boilerkit.analyze(page, input_format="text")
    assert (found.text, found.title, found.html, found.markdown, found.blocks) == ("", None, "", "", [])


def test_many_pages_of_both_formats():
    html = f"<html><body><nav><a href='/'>Home</a></nav><p>{PARAGRAPH * 4}</p></body></html>"
    texts = list(boilerkit.extract_many([PAGE, html, PAGE.encode()]))
    assert texts == [boilerkit.extract(PAGE), boilerkit.extract(html), boilerkit.extract(PAGE)]


def test_pages_can_be_pickled():
    page = pickle.loads(pickle.dumps(boilerkit.analyze(PAGE)))
    assert page.text == boilerkit.extract(PAGE) and page.blocks[0].text == "Home | News | Sport | Weather"


@pytest.mark.parametrize(
    ("page", "module"), [("<p>x</p>", "boilerkit.plaintext"), ("a text\n\nof lines", "sklearn")], ids=["html", "text"]
)
def test_what_is_not_needed_is_not_imported(page, module):
    code = f"import boilerkit, sys; boilerkit.extract({page!r}); assert {module!r} not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


# --- Labelled pages, where they are -----------------------------------------------------------------------------------


def _labelled_files(known_faults: dict[str, str]):
    """Return the files as parameters; those with a known fault are expected to fail, until it is mended."""
    return [
        pytest.param(
            file,
            id=file.stem,
            marks=[pytest.mark.xfail(strict=True, reason=known_faults[file.stem])] if file.stem in known_faults else [],
        )
        for file in sorted(LABELLED_PAGES.glob("*.txt"))
    ]


def _read_labelled(file):
    page = boilerkit.analyze(file.read_bytes().decode())
    spans = json.loads(file.with_suffix(".spans.json").read_text(encoding="utf-8"))
    captions = [span for span in spans if span["label"] == Label.CAPTION]
    kept = [block for block in page.blocks if block.is_kept and not any(_overlap(block, span) for span in captions)]
    return page, spans, kept


@pytest.mark.skipif(not LABELLED_PAGES.is_dir(), reason="the folder of labelled pages is not here")
@pytest.mark.parametrize("file", _labelled_files({}))
def test_labelled_pages(file):
    _, spans, kept = _read_labelled(file)
    kept_labels = Counter(span["label"] for span in spans if any(_overlap(block, span) for block in kept))
    assert not {Label.TICKER, Label.RELATED, Label.FOOTER} & kept_labels.keys()
    assert kept_labels[Label.BODY] == sum(span["label"] == Label.BODY for span in spans)


@pytest.mark.skipif(not LABELLED_PAGES.is_dir(), reason="the folder of labelled pages is not here")
@pytest.mark.parametrize(
    "file", _labelled_files({"003_823625ee425f20e2": "the model keeps the notice below the text, and not the title"})
)
def test_labelled_pages_have_their_text(file):
    page, spans, kept = _read_labelled(file)
    gold = [page.full_text[span["start"] : span["end"]] for span in spans if span["label"] in (Label.TITLE, Label.BODY)]
    assert word_f1("\n".join(block.text for block in kept), "\n".join(gold)) >= 0.97


def _overlap(block, span):
    return span["start"] < block.end and block.start < span["end"]
