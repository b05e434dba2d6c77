"""Flat text: telling it from HTML, its blocks, features, pages."""

from __future__ import annotations

import gzip
import importlib
import io
import json
import pickle
import subprocess
import sys
import textwrap

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.real import DATA
from tests.reference_flat import Reference, blocks_with_label

import boilerkit
from benchmarks.plaintext import score_page
from boilerkit.cli import main
from boilerkit.decoding.input_format import looks_like_html
from boilerkit.errors import InputError, ModelError
from boilerkit.html.segmentation import flat
from boilerkit.model.flat_store import load_flat_model, save_flat_model
from boilerkit.plaintext.features import (
    FIXED,
    KINDS,
    NEIGHBOURHOOD,
    STAGE_ONE,
    FlatVocabulary,
    stage_one_features,
    stage_two_features,
    static_features,
)
from boilerkit.plaintext.rendering import to_html, to_markdown, to_text
from boilerkit.plaintext.segmentation import COLUMNS, segment_text
from boilerkit.selection import page_threshold

FLAT_PAGES = DATA / "flat_pages"

PARAGRAPH = (
    "The old ferry has carried people over the river for ninety years, and nobody could say how often. "
    "When the bridge opens in spring, the ferry will stay where it is, the council said on Monday. "
)
PARAGRAPHS = (
    PARAGRAPH * 2,
    "The boat was built in 1931 at the yard across the river, where the ferryman's grandfather worked. "
    "She has had three engines since, and the last of them came out of a bus.",
    "“People ask me whether I am sad,” said Ann Weller, who steers the ferry on most days. "
    "“I tell them that a bridge cannot wait for you when you are late, and that I can.”",
    "On Sundays in summer the ferry now carries more bicycles than people. "
    "The council thinks that this will go on when the cars take the bridge, and has put money aside for a new landing.",
)
PAGE = (
    """\
Home | News | Sport | Weather

  • Harbour fees to rise again in May
  • Two new trams for the eastern line

The ferry stays

By Ann Lee, 12 March 2024, 14:05

"""
    + "\n\n".join(PARAGRAPHS)
    + """

Most read
  • Owls return to the old mill
  • The last lamp lighter retires

© 2024 The Harbour Gazette. All rights reserved.
Privacy | Terms | Contact
"""
)

# --- What is flat text ------------------------------------------------------------------------------------------------


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
def test_flat_text_is_known(page):
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
def test_html_is_known(page):
    assert looks_like_html(page)


def test_input_says_what_a_page_is():
    html = "<html><body><p>" + PARAGRAPH * 3 + "</p></body></html>"
    assert "<p>" not in boilerkit.analyze(html).full_text
    assert boilerkit.analyze(html, input="text").full_text == html
    assert boilerkit.analyze(PAGE, input="html").full_text != PAGE
    with pytest.raises(ValueError, match="input is one of auto, html, text"):
        boilerkit.extract(PAGE, input="pdf")


# --- Blocks -----------------------------------------------------------------------------------------------------------

_SIGNS = (
    "aB1éß中文かはสวัสดี \t\n\r\x0b\x0c\x1c\x85\u2028\xa0•*-–.,;:!?…。|@/>\"“”'()[]#&<\x00\ud800\U0001f600\U00020000ʰǅⅧ٣"
)
_words = st.text(st.sampled_from(_SIGNS), max_size=12) | st.sampled_from(
    [
        "word",
        "Two",
        "2019",
        "12:30",
        "http://example.org/a",
        "a@b.org",
        "1. item",
        "  • item",
        "\n\n",
        " | ",
        "\r\n",
        "...",
    ]
)
_pages = st.lists(_words, max_size=40).map(" ".join) | st.lists(_words, max_size=40).map("".join) | st.text(max_size=80)
_wrapped = st.builds(
    lambda paragraphs, width, gap, indent: gap.join(
        textwrap.fill(" ".join(words), width, initial_indent=indent, subsequent_indent=indent) for words in paragraphs
    ),
    st.lists(
        st.lists(
            st.sampled_from(["the", "of", "a", "paragraph", "whose", "lines", "are", "broken", "here"]), max_size=90
        ),
        max_size=5,
    ),
    st.integers(45, 105),
    st.sampled_from(["\n", "\n\n"]),
    st.sampled_from(["", "   "]),
)


@given(_pages | _wrapped)
def test_blocks_cover_all_text_once_and_in_order(text):
    page = boilerkit.analyze(text, input="text")
    assert page.full_text == text
    end = 0
    for block in page.blocks:
        assert block.text == text[block.start : block.end] == block.text.strip()
        assert block.text and not text[end : block.start].strip()
        end = block.end
    assert not text[end:].strip()


@given(_pages | _wrapped)
@settings(max_examples=300)
def test_columns_are_those_of_the_reference(text):
    table = segment_text(text)
    expected = blocks_with_label(text)
    assert table.blocks.tolist() == [[block[name] for name in COLUMNS] for block in expected]
    for kind in KINDS:
        tokens = [(i, token) for i, block in enumerate(expected) for token in block["tokens"][kind]]
        pairs = getattr(table, kind)
        assert list(zip(pairs[:, 0].tolist(), pairs[:, 1].view(np.uint32).tolist(), strict=True)) == tokens


@pytest.mark.parametrize("width", [60, 72, 80])
@pytest.mark.parametrize("indent", ["", "   "])
def test_broken_lines_of_a_paragraph_are_one_block(width, indent):
    paragraphs = [PARAGRAPH * 3, PARAGRAPH, "A short one.", PARAGRAPH * 2]
    text = "\n\n".join(
        textwrap.fill(paragraph, width, initial_indent=indent, subsequent_indent=indent) for paragraph in paragraphs
    )
    table = segment_text(text)
    assert len(table) == 4
    assert to_text(table, np.ones(4, dtype=bool)).split("\n\n") == [paragraph.strip() for paragraph in paragraphs]


def test_lines_of_lists_and_of_unbroken_text_stay_apart():
    assert len(segment_text(PAGE)) == len([line for line in PAGE.splitlines() if line.strip()])
    items = [
        f"{number}. " + "an item of a list that is quite as long as a line of text would be" for number in range(9)
    ]
    assert len(segment_text("\n".join(items))) == 9


def test_too_many_lines_are_refused(monkeypatch):
    monkeypatch.setattr(flat, "MAX_LINES", 3)
    assert len(segment_text("a\nb\n\n\n\nc")) == 3
    with pytest.raises(InputError, match="4 lines"):
        segment_text("a\nb\nc\nd")


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
def test_odd_texts_take_no_time(text):
    page = boilerkit.analyze(text, input="text")
    assert page.full_text == text
    assert isinstance(page.text, str) and isinstance(page.markdown, str) and isinstance(page.html, str)


# --- Features ---------------------------------------------------------------------------------------------------------


def _vocabulary(table, seed):
    """Scores for about half of the page's tokens."""
    chance = np.random.default_rng(seed)
    hashes, scores = {}, {}
    for kind in KINDS:
        found = np.unique(getattr(table, kind)[:, 1].copy().view(np.uint32))
        hashes[kind] = found[chance.random(len(found)) < 0.5]
        scores[kind] = chance.normal(size=len(hashes[kind])).astype(np.float32)
    return FlatVocabulary(hashes, scores)


_feature_pages = st.lists(
    st.sampled_from(
        [
            "Home",
            "About us | Terms",
            "• item",
            "",
            "",
            PARAGRAPH,
            PARAGRAPH * 2,
            "Most read",
            "By Ann, 2024",
            "The ferry:",
        ]
    ),
    min_size=1,
    max_size=14,
).map("\n".join)


@given(_feature_pages | _pages, st.integers(0, 99))
def test_features_are_those_of_the_reference(text, seed):
    table = segment_text(text)
    if not len(table):
        return
    reference = Reference(table)
    chance = np.random.default_rng(seed)
    vocabulary = _vocabulary(table, seed)
    p = chance.choice([0.05, 0.5, 0.8, 0.97], len(table))
    cut = page_threshold(p, table.block("words") + 0.5, 0.5)
    first = stage_one_features(table, vocabulary)
    second = stage_two_features(table, first, p)
    _assert_columns(static_features(table), FIXED, reference.fixed())
    _assert_columns(first, STAGE_ONE, reference.fixed() | reference.vocabulary(vocabulary))
    _assert_columns(second[:, len(STAGE_ONE) :], tuple(NEIGHBOURHOOD), reference.neighbourhood(p.tolist(), cut))


def _assert_columns(X, names, expected):
    assert X.shape[1] == len(names)
    assert set(expected) == set(names)
    for column, name in enumerate(names):
        np.testing.assert_allclose(X[:, column], np.array(expected[name], dtype=float), 1e-4, 1e-4, err_msg=name)


# --- Output -----------------------------------------------------------------------------------------------------------


def test_outputs_of_kept_blocks():
    text = "Menu\n\nA first & paragraph.\nAnd *more*.\n\n  • one <1>\n  • two\n\nFooter\n  1) first\n    2) second"
    table = segment_text(text)
    keep = np.array([False, True, True, True, True, False, True, True])
    assert to_text(table, keep) == ("A first & paragraph.\nAnd *more*.\n\n• one <1>\n• two\n\n1) first\n  2) second")
    assert to_html(table, keep) == (
        "<article>\n<p>A first &amp; paragraph.</p>\n<p>And *more*.</p>\n<ul>\n<li>one &lt;1&gt;</li>\n<li>two</li>\n"
        "</ul>\n<ol>\n<li>first</li>\n<li>second</li>\n</ol>\n</article>"
    )
    assert to_markdown(table, keep) == (
        "A first & paragraph.\n\nAnd \\*more\\*.\n\n- one \\<1\\>\n- two\n\n1. first\n2. second"
    )
    nothing = np.zeros(len(table), dtype=bool)
    assert to_text(table, nothing) == to_html(table, nothing) == to_markdown(table, nothing) == ""


# --- Pages, by the shipped model --------------------------------------------------------------------------------------


def test_the_text_is_kept_and_the_rest_is_not():
    page = boilerkit.analyze(PAGE)
    assert page.full_text == PAGE
    assert all(page.text.count(paragraph.strip()) == 1 for paragraph in PARAGRAPHS)
    for boilerplate in ("Weather", "Harbour fees", "Owls", "All rights reserved", "Privacy"):
        assert boilerplate not in page.text
    assert boilerkit.extract(PAGE) == boilerkit.extract(PAGE.encode()) == page.text
    assert boilerkit.extract(PAGE, output="html").startswith("<article>\n<p>")
    assert all(block.xpath == "" and set(block.features) == set(FIXED) for block in page.blocks)


def test_blocks_have_labels_and_the_page_a_title():
    found = json.loads(boilerkit.extract(PAGE, output="json"))
    assert {block["label"] for block in found["blocks"]} <= {str(label) for label in boilerkit.Label}
    assert found["title"] == boilerkit.analyze(PAGE).title
    body = boilerkit.analyze(PAGE).blocks_with_label("body")
    assert {paragraph.strip() for paragraph in PARAGRAPHS} <= {block.text for block in body}


def test_labels_say_what_is_kept():
    kept = boilerkit.extract(PAGE, keep={"footer"})
    assert "All rights reserved" in kept and "ferry" not in kept


def test_pages_without_text():
    for page in ("", "  \n\n", "\x0c"):
        found = boilerkit.analyze(page, input="text")
        assert (found.text, found.title, found.html, found.markdown, found.blocks) == ("", "", "", "", [])


def test_many_pages_of_both_kinds():
    html = f"<html><body><nav><a href='/'>Home</a></nav><p>{PARAGRAPH * 4}</p></body></html>"
    texts = list(boilerkit.extract_many([PAGE, html, PAGE.encode()], 2))
    assert texts == [boilerkit.extract(PAGE), boilerkit.extract(html), boilerkit.extract(PAGE)]


def test_pages_can_be_pickled():
    page = pickle.loads(pickle.dumps(boilerkit.analyze(PAGE)))
    assert page.text == boilerkit.extract(PAGE) and page.blocks[0].text == "Home | News | Sport | Weather"


def test_a_saved_model_answers_as_it_did(tmp_path):
    model = load_flat_model()
    iter_pages = load_flat_model(save_flat_model(model, tmp_path / "model"))
    table = segment_text(PAGE)
    assert iter_pages.predict_proba(table).tolist() == model.predict_proba(table).tolist()
    assert boilerkit.extract(PAGE, model=iter_pages) == boilerkit.extract(PAGE)
    with pytest.raises(ModelError):
        boilerkit.load_model(tmp_path / "model")
    (tmp_path / "model" / "arrays.npz").write_bytes(b"")
    with pytest.raises(ModelError, match="damaged"):
        load_flat_model(tmp_path / "model")


def test_html_pages_load_no_model_of_flat_text():
    code = "import boilerkit, sys; boilerkit.extract('<p>x</p>'); assert 'boilerkit.model.flat' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
    code = "import boilerkit, sys; boilerkit.extract('a text\\n\\nof lines'); assert 'sklearn' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


# --- The command line -------------------------------------------------------------------------------------------------


def _run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def test_commands_take_flat_text(tmp_path):
    (tmp_path / "page.txt").write_text(PAGE, encoding="utf-8")
    (tmp_path / "page.html").write_text("<p>HTML</p>", encoding="utf-8")
    printed = _run("extract", tmp_path / "page.txt", "--input", "text")
    assert printed.exit_code == 0 and printed.stdout == boilerkit.extract(PAGE) + "\n"
    folder = _run("extract", tmp_path, "--input", "text", "-o", tmp_path / "out")
    assert folder.exit_code == 0 and [file.name for file in (tmp_path / "out").glob("*.txt")] == ["page.txt"]
    explained = _run("blocks", tmp_path / "page.txt", "--explain", "3")
    assert explained.exit_code == 0 and "topics_in_text" in explained.stdout


def _write_wet(file, pages, kind="conversion"):
    writer_module = pytest.importorskip("warcio.warcwriter")
    with file.open("wb") as stream:
        writer = writer_module.WARCWriter(stream, gzip=True)
        writer.write_record(writer.create_warcinfo_record("pages", {"software": "a test"}))
        for number, page in enumerate(pages):
            headers = {}
            if kind == "response":
                status = importlib.import_module("warcio.statusandheaders").StatusAndHeaders
                headers["http_headers"] = status("200 OK", [("Content-Type", "text/html")], protocol="HTTP/1.0")
            writer.write_record(
                writer.create_warc_record(
                    f"https://example.org/{number}",
                    kind,
                    payload=io.BytesIO(page.encode()),
                    warc_content_type="text/plain",
                    **headers,
                )
            )


@pytest.mark.parametrize("jobs", [1, 2])
def test_archives_of_text(tmp_path, jobs):
    _write_wet(tmp_path / "crawl.wet.gz", [PAGE, "The <p> tag\nand the <b> tag\nare two that are told of here."])
    found = _run("extract", tmp_path / "crawl.wet.gz", "-j", jobs)
    assert found.exit_code == 0
    rows = [json.loads(line) for line in found.stdout.splitlines()]
    assert [row["url"] for row in rows] == ["https://example.org/0", "https://example.org/1"]
    assert rows[0]["text"] == boilerkit.extract(PAGE) and rows[0]["id"].startswith("<urn:uuid:")


def test_archives_of_html(tmp_path):
    html = f"<html><body><nav><a href='/'>Home</a></nav><p>{PARAGRAPH * 4}</p></body></html>"
    _write_wet(tmp_path / "crawl.warc.gz", [html], "response")
    found = _run("extract", tmp_path / "crawl.warc.gz")
    assert json.loads(found.stdout)["text"] == boilerkit.extract(html)


def test_lines_of_json_go_on_where_they_were_stopped(tmp_path):
    rows = [{"id": 7, "text": PAGE}, {"text": PAGE, "url": "https://example.org"}, {"no": "page"}]
    file = tmp_path / "pages.jsonl.gz"
    file.write_bytes(gzip.compress(("\n".join(map(json.dumps, rows)) + "\n{").encode()))
    found = _run("extract", file, "-o", tmp_path / "out")
    assert found.exit_code == 1
    assert 'line 3: expected an object with "text" or "html"' in found.stderr and "line 4: no JSON" in found.stderr
    lines = [json.loads(line) for line in (tmp_path / "out" / "pages.jsonl").read_text().splitlines()]
    text = boilerkit.extract(PAGE)
    assert lines == [{"id": 7, "url": "", "text": text}, {"id": "line 2", "url": "https://example.org", "text": text}]
    again = _run("extract", file, "-o", tmp_path / "out")
    assert again.exit_code == 0 and "1 of 1 pages were done before" in again.stderr


def test_archives_that_cannot_be_read(tmp_path, monkeypatch):
    assert "No such file" in _run("extract", tmp_path / "none.wet").stderr
    (tmp_path / "bad.wet.gz").write_bytes(b"\x1f\x8b damaged")
    assert _run("extract", tmp_path / "bad.wet.gz").exit_code == 1
    monkeypatch.setitem(sys.modules, "warcio.archiveiterator", None)
    assert "pip install 'boilerkit[warc]'" in _run("extract", tmp_path / "bad.wet.gz").stderr


# --- Real pages, where they are ---------------------------------------------------------------------------------------


@pytest.mark.skipif(not FLAT_PAGES.is_dir(), reason="the folder of pages is not here")
@pytest.mark.parametrize("file", sorted(FLAT_PAGES.glob("*.txt")), ids=lambda file: file.stem)
def test_real_pages(file):
    scores = score_page(file)
    assert scores.word_f1 >= 0.97
    assert not {"ticker", "related", "footer"} & set(scores.kept_boilerplate)
    assert scores.missing_body == 0


def _lines_of(file, *rows):
    file.parent.mkdir(exist_ok=True)
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


def _texts(file):
    return [json.loads(line).get("text") for line in file.read_text(encoding="utf-8").splitlines()]


def test_a_file_of_pages_is_never_overwritten(tmp_path):
    file = _lines_of(tmp_path / "pages.jsonl", {"text": PAGE})
    before = file.read_bytes()
    found = _run("extract", file, "-o", tmp_path)
    assert found.exit_code == 2 and "would be overwritten" in found.stderr
    assert file.read_bytes() == before


def test_files_of_pages_of_one_name_have_files_of_their_own(tmp_path):
    a, b = (_lines_of(tmp_path / folder / "d.jsonl", {"id": folder, "text": PAGE}) for folder in "ab")
    assert _run("extract", a, b, "-o", tmp_path / "out").exit_code == 0
    written = sorted((tmp_path / "out").glob("*.jsonl"))
    assert len(written) == 2 and len({file.read_bytes() for file in written}) == 2


def test_files_of_pages_are_done_anew_with_other_options(tmp_path):
    file = _lines_of(tmp_path / "pages.jsonl", {"text": PAGE})
    assert _run("extract", file, "-o", tmp_path / "out").exit_code == 0
    again = _run("extract", file, "-o", tmp_path / "out", "-f", "markdown")
    assert again.exit_code == 0 and "done before" not in again.stderr
    assert "markdown" in json.loads((tmp_path / "out" / "pages.jsonl").read_text(encoding="utf-8"))


def test_each_line_says_what_it_is(tmp_path):
    html = f"<html><body><article><h1>Ferry</h1><p>{PAGE.splitlines()[-1]}</p></article></body></html>"
    file = _lines_of(tmp_path / "pages.jsonl", {"text": PAGE}, {"html": html}, {"text": PAGE}, ["no page"])
    assert _run("extract", file, "-o", tmp_path / "out").exit_code == 1
    assert _texts(tmp_path / "out" / "pages.jsonl") == [
        boilerkit.extract(PAGE, input="text"),
        boilerkit.extract(html, input="html"),
        boilerkit.extract(PAGE, input="text"),
    ]


def test_damaged_files_of_pages_are_named(tmp_path):
    whole = gzip.compress("".join(json.dumps({"id": n, "text": PAGE}) + "\n" for n in range(50)).encode())
    (tmp_path / "cut.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "none.jsonl.gz").write_bytes(b"no gzip at all")
    (tmp_path / "deep.jsonl").write_text("[" * 200_000 + "\n" + json.dumps({"id": "\ud800", "text": PAGE}) + "\n")
    for name in ("cut.jsonl.gz", "none.jsonl.gz", "deep.jsonl"):
        found = _run("extract", tmp_path / name, "-o", tmp_path / "out")
        assert found.exit_code == 1 and name in found.stderr, name
        assert isinstance(found.exception, SystemExit)
    assert json.loads((tmp_path / "out" / "deep.jsonl").read_text(encoding="utf-8"))["text"]
    assert not (tmp_path / "out" / "cut.jsonl").exists()


def test_labels_to_keep_may_come_from_any_iterable():
    every = (label for label in boilerkit.Label if label not in ("content", "boilerplate"))
    assert boilerkit.extract(PAGE, input="text", keep=every).strip()
