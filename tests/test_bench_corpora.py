"""Readers of public corpora, opening them by name, and fetching them."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from benchmarks.corpora import CORPORA, clone_folder, open_corpus
from benchmarks.corpora.fetch import fetch
from benchmarks.exceptions import BenchmarkError
from boilerkit import GoldError
from boilerkit.gold.pages import GoldPage, Span
from boilerkit.labels import Label
from boilerkit.metrics import words_of

HTML = "<html><body><p>The lighthouse keeper counts the ships.</p></body></html>"
LAYOUTS = Path(__file__).resolve().parents[2] / "shared" / "data" / "layouts"


def write(file: Path, content: str | bytes | dict[str, Any]) -> None:
    """Write a file, packed where it is named .gz, as JSON where it is an object."""
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(content) if isinstance(content, dict) else content
    data = text.encode() if isinstance(text, str) else text
    file.write_bytes(gzip.compress(data) if file.suffix == ".gz" else data)


def pages_of(name: str, folder: Path) -> list[GoldPage]:
    opened, pages = open_corpus(f"{name}:{folder}")
    assert opened == name
    return list(pages)


# --- WCXB -------------------------------------------------------------------------------------------------------------


def wcxb_gold(**changes: Any) -> dict[str, Any]:
    truth = {"title": "Ships", "main_content": "The keeper counts.", "with": ["keeper"], "without": ["menu"]} | changes
    return {
        "url": "https://www.example.org/ships",
        "_internal": {"page_type": {"primary": "forum"}},
        "ground_truth": truth,
    }


def wcxb_page(root: Path, page_id: str, split: str = "dev", **changes: Any) -> None:
    write(root / split / "html" / f"{page_id}.html.gz", HTML)
    write(root / split / "ground-truth" / f"{page_id}.json", wcxb_gold(**changes))


@pytest.mark.parametrize("split", ["dev", "test"])
def test_wcxb(tmp_path: Path, split: str) -> None:
    wcxb_page(tmp_path, "0001", split)
    assert pages_of(f"wcxb-{split}", tmp_path) == [
        GoldPage(
            id="0001",
            source=HTML.encode(),
            gold="The keeper counts.",
            url="https://www.example.org/ships",
            group="example.org",
            page_type="forum",
            corpus=f"wcxb-{split}",
            must_have=("keeper",),
            must_not_have=("menu",),
            metadata={"title": "Ships"},
        )
    ]


def test_no_main_text_is_gold_too(tmp_path: Path) -> None:
    wcxb_page(tmp_path, "0001", main_content="")
    wcxb_page(tmp_path, "0002", main_content=None)
    wcxb_page(tmp_path, "0003")
    write(tmp_path / "dev/ground-truth/0003.json", {"ground_truth": {"title": "A map"}})
    assert [page.gold for page in pages_of("wcxb-dev", tmp_path)] == ["", "", ""]


def test_what_wcxb_may_leave_out(tmp_path: Path) -> None:
    write(tmp_path / "dev/html/0001.html.gz", HTML)
    write(tmp_path / "dev/ground-truth/0001.json", {"ground_truth": {"main_content": "Text."}})
    (page,) = pages_of("wcxb-dev", tmp_path)
    assert (page.gold, page.url, page.group, page.page_type, page.must_have) == ("Text.", "", "", "", ())


def test_pages_are_read_one_at_a_time(tmp_path: Path) -> None:
    wcxb_page(tmp_path, "0001")
    wcxb_page(tmp_path, "0002")
    write(tmp_path / "dev/ground-truth/0002.json", "{")
    _, pages = open_corpus(f"wcxb-dev:{tmp_path}")
    assert next(pages).id == "0001"
    with pytest.raises(BenchmarkError, match=r"0002\.json is not JSON"):
        next(pages)


@pytest.mark.parametrize(
    ("gold", "message"),
    [
        ("[]", "must hold an object, found list"),
        (b"\xff\xfe{", "is not JSON"),
        ({"url": "https://example.org"}, 'there is no "ground_truth"'),
        (wcxb_gold(main_content=3), '"main_content" must be text, found int'),
        (wcxb_gold(**{"with": "keeper"}), '"with" must be a list, found str'),
        (wcxb_gold(without=[1]), '"without" must be a list of texts'),
    ],
)
def test_a_broken_gold_file_is_named(tmp_path: Path, gold: str | bytes | dict[str, Any], message: str) -> None:
    wcxb_page(tmp_path, "0007")
    write(tmp_path / "dev/ground-truth/0007.json", gold)
    with pytest.raises(BenchmarkError, match=re.escape(message)) as caught:
        pages_of("wcxb-dev", tmp_path)
    assert "0007.json" in str(caught.value)


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-12], lambda data: b"<html>", lambda data: data[:12] + b"\xff" * 9]
)
def test_a_broken_page_file_is_named(tmp_path: Path, damage: Any) -> None:
    wcxb_page(tmp_path, "0007")
    file = tmp_path / "dev/html/0007.html.gz"
    file.write_bytes(damage(file.read_bytes()))
    with pytest.raises(BenchmarkError, match=r"0007\.html\.gz cannot be read: incomplete gzip file"):
        pages_of("wcxb-dev", tmp_path)


def test_pages_without_gold_or_page_are_counted_and_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wcxb_page(tmp_path, "0001")
    for number in range(2, 9):
        write(tmp_path / f"dev/ground-truth/000{number}.json", wcxb_gold())
    write(tmp_path / "dev/html/0009.html.gz", HTML)
    assert [page.id for page in pages_of("wcxb-dev", tmp_path)] == ["0001"]
    assert capsys.readouterr().err.splitlines() == [
        "wcxb-dev: 7 left out, with gold but no page: 0002, 0003, 0004, 0005, 0006, …",
        "wcxb-dev: 1 left out, with a page but no gold: 0009",
    ]


def test_no_page_with_gold_at_all(tmp_path: Path) -> None:
    write(tmp_path / "dev/ground-truth/0001.json", wcxb_gold())
    (tmp_path / "dev/html").mkdir()
    with pytest.raises(BenchmarkError, match="no page that has gold is there: give the root of a clone of https://"):
        pages_of("wcxb-dev", tmp_path)


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("wcxb-dev", "dev/ground-truth"),
        ("wcxb-test", "test/ground-truth"),
        ("article-extraction-benchmark", "ground-truth.json"),
        ("cleaneval", "GoldStandard"),
        ("dragnet", "GoldStandard"),
        ("trafilatura", "tests/evaldata.json"),
        ("fundus", "tests/resources/parser/test_data"),
        ("daniel", "corpora/Corpus_daniel_v2.1/html"),
        ("magic-html-articles", "benchmark/data/article/base.json"),
        ("magic-html-forums", "benchmark/data/forum/base.json"),
        ("harvest", "corpus/goldDocuments"),
        ("canola", "canola/plan.canola"),
        ("l3s-gn1", "original"),
        ("htmldate", "tests/eval_mediacloud_2020.json"),
    ],
)
def test_another_folder_is_refused_with_what_is_missing(tmp_path: Path, name: str, missing: str) -> None:
    with pytest.raises(BenchmarkError, match=f"there is no {missing} in .*: give the "):
        pages_of(name, tmp_path)
    with pytest.raises(BenchmarkError, match=r"there is no folder .*nowhere: give the "):
        pages_of(name, tmp_path / "nowhere")


# --- The article extraction benchmark ---------------------------------------------------------------------------------


def test_articles(tmp_path: Path) -> None:
    gold = {"articleBody": "The keeper counts.", "url": "https://news.example.org/a"}
    write(tmp_path / "ground-truth.json", {"abc": gold})
    write(tmp_path / "html/abc.html.gz", HTML)
    assert pages_of("article-extraction-benchmark", tmp_path) == [
        GoldPage(
            id="abc",
            source=HTML.encode(),
            gold="The keeper counts.",
            url="https://news.example.org/a",
            group="news.example.org",
            corpus="article-extraction-benchmark",
        )
    ]
    write(tmp_path / "ground-truth.json", {"abc": {"url": ""}})
    with pytest.raises(BenchmarkError, match=r'ground-truth\.json, "abc": there is no "articleBody"'):
        pages_of("article-extraction-benchmark", tmp_path)


# --- CleanEval and Dragnet --------------------------------------------------------------------------------------------


def cleaneval_page(root: Path, page: bytes, gold: bytes, page_id: str = "7") -> GoldPage:
    write(root / f"cleaneval-final/input/{page_id}.html", page)
    write(root / f"cleaneval-final/GoldStandard/{page_id}.txt", gold)
    (found,) = pages_of("cleaneval", root)
    return found


def wrapped(html: bytes, encoding: bytes = b"unset") -> bytes:
    opening = b'<text id="http://www.example.org/?a=1&amp;b=2" title="1 > 0" encoding="' + encoding + b'">\n'
    return opening + html + b"\n</text>\n"


def test_cleaneval(tmp_path: Path) -> None:
    gold = b"URL: http://www.example.org/other\n\n <h> Ships\n\n<P>The  keeper counts: 1 <2.\n <l>one</l>"
    page = cleaneval_page(tmp_path, wrapped(HTML.encode()), gold)
    assert page == GoldPage(
        id="7",
        source=HTML.encode(),
        gold=page.gold,
        url="http://www.example.org/?a=1&b=2",
        group="example.org",
        corpus="cleaneval",
    )
    assert isinstance(page.gold, str)
    assert page.gold.split() == ["Ships", "The", "keeper", "counts:", "1", "<2.", "one"]


def test_a_page_of_cleaneval_that_is_not_wrapped(tmp_path: Path) -> None:
    page = cleaneval_page(tmp_path, HTML.encode(), b"URL: http://example.org/other\nText")
    assert (page.source, page.url, page.gold) == (HTML.encode(), "http://example.org/other", "Text")


@pytest.mark.parametrize(
    "gold",
    ["URL: http://e.org\n<p>Café".encode(codec) for codec in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be")]
    + ["URL: http://e.org\n<p>Café".encode("cp1252")],
)
def test_encodings_of_gold_of_cleaneval(tmp_path: Path, gold: bytes) -> None:
    assert cleaneval_page(tmp_path, HTML.encode(), gold).gold == "Café"


@pytest.mark.parametrize("gold", [b"", b"\n \n", b"URL: http://example.org/", b"URL:\n"])
def test_empty_gold_of_cleaneval(tmp_path: Path, gold: bytes) -> None:
    page = cleaneval_page(tmp_path, HTML.encode(), gold)
    assert isinstance(page.gold, str) and not page.gold.strip()


def test_what_the_server_said_of_the_encoding_is_kept_where_the_page_is_silent(tmp_path: Path) -> None:
    html = "<p>Žluťoučký kůň</p>".encode("iso-8859-2")
    page = cleaneval_page(tmp_path, wrapped(html, b"iso-8859-2"), b"")
    assert page.source == b'<meta charset="iso-8859-2">\n' + html


@pytest.mark.parametrize(
    ("html", "encoding"),
    [
        (b"<p>plain</p>", b"iso-8859-1"),
        ("<p>Žluťoučký</p>".encode(), b"iso-8859-1"),
        (b"<p>caf\xe9</p>", b"unset"),
        (b"<p>caf\xe9</p>", b"utf8"),
        (b"<meta http-equiv=x content='text/html; charset=latin1'><p>caf\xe9</p>", b"iso-8859-2"),
    ],
)
def test_a_page_of_cleaneval_is_else_left_as_it_is(tmp_path: Path, html: bytes, encoding: bytes) -> None:
    assert cleaneval_page(tmp_path, wrapped(html, encoding), b"").source == html


GOLD = "\r\nÜber “ships”\r\n\r\nThe keeper counts.\r\n\r\n!@#$%^&*()  COMMENTS\r\n\r\nNice – I like it!\r\n"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("folder", ["", "dragnet_data"])
def test_dragnet(tmp_path: Path, codec: str, folder: str) -> None:
    write(tmp_path / "dragnet_data/input/7.html", HTML)
    write(tmp_path / "dragnet_data/GoldStandard/7.txt", GOLD.encode(codec))
    assert pages_of("dragnet", tmp_path / folder) == [
        GoldPage(
            id="7",
            source=HTML.encode(),
            gold="Über “ships”\r\n\r\nThe keeper counts.",
            corpus="dragnet",
            comments=("Nice – I like it!",),
        )
    ]


def test_dragnet_without_comments_or_content(tmp_path: Path) -> None:
    for page_id, gold in {"1": "Only content", "2": "!@#$%^&*()  COMMENTS\nOnly comments", "3": ""}.items():
        write(tmp_path / f"input/{page_id}.html", HTML)
        write(tmp_path / f"GoldStandard/{page_id}.txt", gold)
    assert [page.gold for page in pages_of("dragnet", tmp_path)] == ["Only content", "", ""]


def test_the_folder_of_another_corpus_of_the_merged_dataset(tmp_path: Path) -> None:
    write(tmp_path / "dragnet_data/input/7.html", HTML)
    write(tmp_path / "dragnet_data/GoldStandard/7.txt", GOLD)
    with pytest.raises(BenchmarkError, match="or its cleaneval-final"):
        pages_of("cleaneval", tmp_path)


# --- Trafilatura ------------------------------------------------------------------------------------------------------


def test_trafilatura(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entries = {
        "https://www.example.org/a": {"file": "a.html", "with": ["keeper"], "without": ["menu", "footer"]},
        "hard::b.html": {"file": "b.html", "with": ["ships"], "without": [], "comments": ["I like it"]},
        "https://example.org/c": {"file": "c.html", "with": [], "without": []},
        "https://example.org/d": {"file": "d.html", "with": ["keeper"], "without": []},
        "https://example.org/e": {"file": "e.html", "title": "Ships", "author": None, "date": "2020-02-02", "with": []},
    }
    write(tmp_path / "tests/evaldata.json", entries)
    for file in ("eval/a.html", "cache/b.html", "eval/c.html", "eval/e.html", "cache/of-another-test.html"):
        write(tmp_path / "tests" / file, HTML)
    first, second, third = pages_of("trafilatura", tmp_path)
    assert first == GoldPage(
        id="a.html",
        source=HTML.encode(),
        gold=None,
        url="https://www.example.org/a",
        group="example.org",
        corpus="trafilatura",
        must_have=("keeper",),
        must_not_have=("menu", "footer"),
    )
    assert (second.id, second.url, second.group, second.must_have) == ("b.html", "", "", ("ships",))
    assert (second.comments, second.metadata) == (("I like it",), {})
    assert third.metadata == {"title": "Ships", "author": "", "publish_date": "2020-02-02"}
    assert capsys.readouterr().err.splitlines() == [
        "trafilatura: 1 left out, with gold but no page: d.html",
        "trafilatura: 1 left out, with no snippets: c.html",
    ]


def test_an_entry_of_trafilatura_without_a_file(tmp_path: Path) -> None:
    (tmp_path / "tests/eval").mkdir(parents=True)
    write(tmp_path / "tests/evaldata.json", {"https://example.org/a": {"with": ["keeper"]}})
    with pytest.raises(BenchmarkError, match=r'evaldata\.json, "https://example.org/a": there is no "file"'):
        pages_of("trafilatura", tmp_path)


# --- Canola, L3S-GN1, DAnIEL, harvest, magic-html, htmldate, WebMainBench ---------------------------------------------


def test_canola(tmp_path: Path) -> None:
    page = (
        '<html><body><p><kw class="krdwrd-tag-1">Home &amp; away</kw></p><h1><kw class="krdwrd-tag-2">Ships</kw></h1>'
        '<p><kw class="krdwrd-tag-3">The keeper\ncounts.</kw></p></body></html>'
    )
    write(tmp_path / "canola/merged.20100908.combined/685", page)
    write(tmp_path / "canola/merged.20100908.combined/685.org", page)
    write(tmp_path / "canola/plan.canola", "685\n")
    write(tmp_path / "canola/urls", "684 http://example.org/\n685 http://www.example.org/ships\n")
    (found,) = pages_of("canola", tmp_path)
    assert isinstance(found.source, bytes) and b"kw" not in found.source.replace(b"keeper", b"")
    assert found.gold == [Span(Label.BOILERPLATE, "Home & away"), Span(Label.CONTENT, "The keeper\ncounts.")]
    assert (found.id, found.group, found.language) == ("685", "example.org", "en")


def test_l3s(tmp_path: Path) -> None:
    marked = (
        "<html><head><style>.x-nc-sel2 { color: red }</style></head><body><div><a href='/'>Home</a></div>"
        '<h1><span class="x-nc-sel1">Ships</span></h1><div class="x-nc-invisible"><span class="x-nc-sel2">unseen</span>'
        '</div><p><span class="x-nc-sel2">The <b>keeper</b></span> <span class="x-nc-sel2">counts.</span>'
        '<script>var x = "code";</script></p><p><span class="x-nc-sel3">A picture of him</span></p>'
        '<p><span class="x-nc-sel4">More ships</span></p><span class="x-nc-sel5">I like it</span><!-- note -->'
        '<span class="x-nc-sel0">Imprint<span class="x-nc-sel0">Help</span></span></body></html>'
    )
    for root in (tmp_path, tmp_path / "L3S-GN1-20100130203947-00001"):
        write(root / "annotated/ab-1.html", marked)
        write(root / "original/ab-1.html", HTML)
        write(root / "url-mapping.txt", "<urn:uuid:ab-1>\thttp://www.example.org/ships\n")
        assert pages_of("l3s-gn1", tmp_path) == [
            GoldPage(
                id="ab-1",
                source=HTML.encode(),
                gold="Ships\nThe keeper counts.",
                url="http://www.example.org/ships",
                group="example.org",
                corpus="l3s-gn1",
                spans=[
                    Span(Label.BOILERPLATE, "Home"),
                    Span(Label.TITLE, "Ships"),
                    Span(Label.BODY, "The keeper counts."),
                    Span(Label.RELATED, "More ships"),
                    Span(Label.COMMENTS, "I like it"),
                    Span(Label.BOILERPLATE, "Imprint Help"),
                ],
                language="en",
                comments=("I like it",),
            )
        ]


def test_daniel(tmp_path: Path) -> None:
    data = tmp_path / "corpora/Corpus_daniel_v2.1"
    known, unknown = "20120112_www.example.gr_4de5c68e", "no-date"
    for name in (known, unknown):
        write(data / "html" / name, HTML)
        write(data / "reference" / name, "<p>Ships</p>\n<p>The keeper counts.</p>\n")
    write(data / "doc_lg.json", {known: "Greek"})
    first, second = pages_of("daniel", tmp_path)
    assert (first.gold, first.group, first.language) == ("Ships\nThe keeper counts.", "example.gr", "el")
    assert (second.group, second.language) == ("", "")


def test_harvest(tmp_path: Path) -> None:
    posts = [{"post_text": {"surface_form": text, "start": 0, "end": 9}, "user": {}} for text in ("Hello", "And you?")]
    thread = {"url": "https://forum.example.org/t/1", "html": HTML, "gold_standard_annotation": [*posts, {"user": {}}]}
    write(tmp_path / "corpus/goldDocuments/forum.example.org.t.1.json", thread)
    assert pages_of("harvest", tmp_path) == [
        GoldPage(
            id="forum.example.org.t.1",
            source=HTML.encode(),
            gold="Hello\n\nAnd you?",
            url="https://forum.example.org/t/1",
            group="forum.example.org",
            page_type="forum",
            corpus="harvest",
        )
    ]
    (tmp_path / "corpus/goldDocuments/forum.example.org.t.1.json").unlink()
    with pytest.raises(BenchmarkError, match="there is no thread in"):
        pages_of("harvest", tmp_path)


@pytest.mark.parametrize("kind", ["article", "forum"])
def test_magic_html(tmp_path: Path, kind: str) -> None:
    data = tmp_path / "benchmark/data" / kind
    write(data / "base.json", {"ab": {"url": "https://www.example.org/a", "content": "The keeper counts."}})
    write(data / "htmls/ab.html", HTML)
    assert pages_of(f"magic-html-{kind}s", tmp_path) == [
        GoldPage(
            id="ab",
            source=HTML.encode(),
            gold="The keeper counts.",
            url="https://www.example.org/a",
            group="example.org",
            page_type=kind,
            corpus=f"magic-html-{kind}s",
        )
    ]


def test_htmldate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = (
        '{"https://www.example.org/a": {"file": "1.html", "date": "2020-06-07"}, "b": {"file": "2.html", "date": NaN}}'
    )
    write(tmp_path / "tests/eval_mediacloud_2020.json", first)
    write(tmp_path / "tests/eval_default.json", {"https://c.example/": {"file": "c.html", "date": "2019-01-01"}})
    for file in ("test_set/1.html", "test_set/2.html", "cache/c.html"):
        write(tmp_path / "tests" / file, HTML)
    page, other = pages_of("htmldate", tmp_path)
    assert page == GoldPage(
        id="1.html",
        source=HTML.encode(),
        gold=None,
        url="https://www.example.org/a",
        group="example.org",
        corpus="htmldate",
        metadata={"publish_date": "2020-06-07"},
    )
    assert other.metadata == {"publish_date": "2019-01-01"}
    assert "1 left out, with no date: 2.html" in capsys.readouterr().err


def webmainbench_row(**changes: Any) -> dict[str, Any]:
    html = (
        '<html><head><style id="cc-extraStyle" name="cc">\n.mark-selected { color: red }\n</style></head><body>'
        '<p class="a mark-selected" data-anno-uid="anno-uid-1" cc-select="true">The keeper counts.</p></body></html>'
    )
    row = {
        "track_id": "1",
        "url": "https://www.example.org/ships",
        "html": html,
        "main_html": None,
        "groundtruth_content": "# Ships\n\nThe [keeper](/k) counts `n`.\n\n<table><tr><td>1</td></tr></table>",
        "convert_main_content": "Another text",
        "meta": {"language": "de", "style": None, "level": "mid"},
    }
    return row | changes


def test_webmainbench(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("markdown_it")
    rows = [
        webmainbench_row(),
        webmainbench_row(track_id="2", groundtruth_content=None),
        webmainbench_row(track_id="3", groundtruth_content=None, convert_main_content=None),
    ]
    file = tmp_path / "WebMainBench_545.jsonl"
    write(file, "\n".join(map(json.dumps, rows)))
    first, second = pages_of("webmainbench-545", file)
    assert pages_of("webmainbench-545", tmp_path)[0] == first
    assert isinstance(first.source, bytes)
    for mark in (b"mark-selected", b"anno-uid", b"cc-select"):
        assert mark not in first.source
    assert isinstance(first.gold, str) and first.gold.split() == ["Ships", "The", "keeper", "counts", "n.", "1"]
    assert first.markdown == rows[0]["groundtruth_content"]
    assert (first.group, first.page_type, first.language) == ("example.org", "mid", "de")
    assert second.gold == "Another text"
    assert "1 left out, with a page but no gold: 3" in capsys.readouterr().err
    with pytest.raises(BenchmarkError, match=r"give webmainbench\.jsonl, or the folder"):
        pages_of("webmainbench", tmp_path)
    write(file, '{"url": "x"}\n{')
    with pytest.raises(BenchmarkError, match='line 1: there is no "track_id"'):
        pages_of("webmainbench-545", file)


# --- Fundus -----------------------------------------------------------------------------------------------------------

TEST_DATA = "tests/resources/parser/test_data"


def version(*paragraphs: str) -> dict[str, Any]:
    sections = [{"headline": [], "paragraphs": list(paragraphs)}]
    return {"title": "Not gold", "body": {"summary": [], "sections": sections}}


def fundus(
    root: Path, versions: dict[str, Any], pages: dict[str, str], addresses: dict[str, str] | None = None
) -> None:
    """A publisher "Beacon" of the country "is"; `pages` are html by date, `addresses` is what meta.info holds."""
    folder = root / TEST_DATA / "is"
    write(folder / "Beacon.json", versions)
    for date, html in pages.items():
        write(folder / f"Beacon_{date}.html.gz", html)
    meta = {f"Beacon_{date}.html.gz": {"url": url} for date, url in (addresses or {}).items()}
    write(folder / "meta.info", meta)


def test_fundus(tmp_path: Path) -> None:
    body = {
        "summary": ["In short."],
        "sections": [
            {"headline": [], "paragraphs": ["First.", "Second."]},
            {"headline": ["Later"], "paragraphs": ["Third."]},
        ],
    }
    address = "https://www.beacon.example/ships"
    fundus(tmp_path, {"V1": {"body": body}}, {"2024_05_02": HTML}, {"2024_05_02": address})
    assert pages_of("fundus", tmp_path) == [
        GoldPage(
            id="is/Beacon_2024_05_02",
            source=HTML.encode(),
            gold="In short.\n\nFirst.\n\nSecond.\n\nLater\n\nThird.",
            url=address,
            group="beacon.example",
            page_type="is",
            corpus="fundus",
        )
    ]


def gold_by_id(root: Path) -> dict[str, Any]:
    return {page.id.removeprefix("is/Beacon_"): page.gold for page in pages_of("fundus", root)}


def test_versions_by_number_go_with_pages_by_date(tmp_path: Path) -> None:
    # The same words in all, and neither files nor versions in order: nothing but numbers and dates tells them apart.
    numbers = ("V2", "V10", "V1_1", "V1")
    versions = {number: version(f"The ships, {number}.") for number in numbers}
    fundus(tmp_path, versions, dict.fromkeys(("2025_11_02", "2023_12_31", "2024_01_30", "2025_02_11"), HTML))
    assert gold_by_id(tmp_path) == {
        "2023_12_31": "The ships, V1.",
        "2024_01_30": "The ships, V1_1.",
        "2025_02_11": "The ships, V2.",
        "2025_11_02": "The ships, V10.",
    }


def test_a_lost_page_does_not_move_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    addresses = {"2023_01_01": "https://beacon.example/1", "2024_01_01": "https://beacon.example/2"}
    fundus(tmp_path, {"V1": version("Old."), "V2": version("New.")}, {"2024_01_01": HTML}, addresses)
    assert gold_by_id(tmp_path) == {"2024_01_01": "New."}
    assert "1 left out, with gold but no page: Beacon_2023_01_01.html.gz" in capsys.readouterr().err


def test_words_decide_where_pages_are_not_as_many_as_versions(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    old, new = "Keepers counted many ships.", "Herring prices rose sharply."
    pages = {
        "2023_01_01": f"<p>{new}</p>",
        "2024_01_01": f"<p>{old}</p>",
        "2025_01_01": "<p>The keepers sold herring at other prices.</p>",
    }
    fundus(tmp_path, {"V1": version(old), "V2": version(new)}, pages)
    assert gold_by_id(tmp_path) == {"2023_01_01": new, "2024_01_01": old}
    assert "a page but no gold text: Beacon_2025_01_01.html.gz" in capsys.readouterr().err


@pytest.mark.parametrize("empty", [{"title": "x"}, {"body": None}, version()])
def test_a_version_without_a_body_is_left_out(
    tmp_path: Path, empty: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    fundus(tmp_path, {"V1": empty, "V2": version("New.")}, {"2023_01_01": HTML, "2024_01_01": HTML})
    assert gold_by_id(tmp_path) == {"2024_01_01": "New."}
    assert "fundus, is: 1 left out, with a page but no gold text: Beacon_2023_01_01" in capsys.readouterr().err


def test_a_publisher_without_gold_is_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fundus(tmp_path, {"V1": version("Text.")}, {"2023_01_01": HTML})
    write(tmp_path / TEST_DATA / "is/Buoy_2023_01_01.html.gz", HTML)
    assert gold_by_id(tmp_path) == {"2023_01_01": "Text."}
    assert "a page but no gold: Buoy_2023_01_01.html.gz" in capsys.readouterr().err


def test_malformed_folders_of_fundus(tmp_path: Path) -> None:
    fundus(tmp_path, {"V1": {"body": {"summary": []}}}, {"2023_01_01": HTML})
    with pytest.raises(BenchmarkError, match=r'Beacon\.json, "V1", "body": there is no "sections"'):
        pages_of("fundus", tmp_path)
    (tmp_path / TEST_DATA / "is/meta.info").unlink()
    with pytest.raises(BenchmarkError, match=r"there is no meta\.info in .*is: give the root of a clone"):
        pages_of("fundus", tmp_path)
    (tmp_path / TEST_DATA / "is/Beacon_2023_01_01.html.gz").unlink()
    with pytest.raises(BenchmarkError, match="there is no page in"):
        pages_of("fundus", tmp_path)


# --- Opening by name --------------------------------------------------------------------------------------------------


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "boilerkit" / "corpora"


def test_a_gold_file_is_named_by_its_stem(tmp_path: Path) -> None:
    row = {"id": "1", "html": HTML, "gold_text": "The keeper counts."}
    write(tmp_path / "my pages.jsonl", row)
    name, pages = open_corpus(str(tmp_path / "my pages.jsonl"))
    assert name == "my pages"
    assert [page.gold for page in pages] == ["The keeper counts."]


def test_a_gold_file_that_is_not_there(tmp_path: Path) -> None:
    _, pages = open_corpus(str(tmp_path / "none.parquet"))
    with pytest.raises(GoldError, match="does not exist"):
        next(pages)


def test_a_fetched_corpus_is_opened_by_its_name(cache: Path) -> None:
    wcxb_page(cache / "wcxb-dev", "0001")
    name, pages = open_corpus("wcxb-dev")
    assert (name, [page.id for page in pages]) == ("wcxb-dev", ["0001"])


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ("wcxb-dev", r"not fetched: fetch it first \(python -m benchmarks fetch wcxb-dev\)"),
        ("dragnet", r"not fetched: get it \(https://.*dragnet:FOLDER"),
        ("wcxb-dev:", "no folder after the colon"),
        ("wxcb-dev", 'there is no corpus "wxcb-dev".*wcxb-dev, wcxb-test.*fundus'),
        ("unknown:folder", 'there is no corpus "unknown"'),
        ("", 'there is no corpus ""'),
    ],
)
def test_arguments_that_name_nothing(cache: Path, argument: str, message: str) -> None:
    with pytest.raises(BenchmarkError, match=message):
        open_corpus(argument)


# --- Fetching ---------------------------------------------------------------------------------------------------------


needs_git = pytest.mark.skipif(not shutil.which("git"), reason="needs git")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a page of WCXB, from which "wcxb-dev" is cloned."""
    root = tmp_path / "repository"
    wcxb_page(root, "0001")
    who = ["-c", "user.name=Keeper", "-c", "user.email=keeper@example.org"]
    for command in (["init", "--quiet"], ["add", "."], [*who, "commit", "--quiet", "-m", "Pages"]):
        subprocess.run(["git", "-C", str(root), *command], check=True)
    monkeypatch.setitem(CORPORA, "wcxb-dev", replace(CORPORA["wcxb-dev"], clone=root.as_uri()))
    return root


@needs_git
def test_fetch_clones_once(cache: Path, repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = fetch("wcxb-dev")
    assert folder == cache / "wcxb-dev" == clone_folder("wcxb-dev")
    assert list(cache.iterdir()) == [folder]
    assert [page.id for page in open_corpus("wcxb-dev")[1]] == ["0001"]
    assert capsys.readouterr().err == f"Fetching wcxb-dev from {repository.as_uri()}\n"
    (folder / "mine").touch()
    assert fetch("wcxb-dev") == folder
    assert (folder / "mine").exists()
    assert "wcxb-dev: is there already, in " in capsys.readouterr().err


@needs_git
def test_a_clone_that_fails_leaves_nothing(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = (tmp_path / "nowhere").as_uri()
    monkeypatch.setitem(CORPORA, "fundus", replace(CORPORA["fundus"], clone=nowhere))
    with pytest.raises(BenchmarkError, match=r"git cannot fetch fundus from .*Is there a network"):
        fetch("fundus")
    assert list(cache.iterdir()) == []


def test_fetch_downloads_files(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "there" / "WebMainBench_545.jsonl"
    write(file, json.dumps(webmainbench_row()))
    corpus = CORPORA["webmainbench-545"]
    monkeypatch.setitem(CORPORA, corpus.name, replace(corpus, downloads=(file.as_uri(),)))
    folder = fetch(corpus.name)
    assert [path.name for path in folder.iterdir()] == [file.name]
    assert [page.id for page in open_corpus(corpus.name)[1]] == ["1"]


def test_a_download_that_fails_leaves_nothing(cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = CORPORA["webmainbench"]
    monkeypatch.setitem(CORPORA, corpus.name, replace(corpus, downloads=((tmp_path / "nowhere").as_uri(),)))
    with pytest.raises(BenchmarkError, match=r"nowhere cannot be downloaded .*Is there a network"):
        fetch(corpus.name)
    assert list(cache.iterdir()) == []


def test_corpora_of_one_repository_share_a_clone(cache: Path) -> None:
    assert clone_folder("wcxb-test") == clone_folder("wcxb-dev")
    assert clone_folder("magic-html-forums") == clone_folder("magic-html-articles")
    assert clone_folder("webmainbench") != clone_folder("webmainbench-545")


def test_fetch_without_git(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(BenchmarkError, match="git is needed"):
        fetch("fundus")


@needs_git
def test_fetch_where_nothing_can_be_written(cache: Path, repository: Path) -> None:
    write(cache, "a file where the folder should be")
    with pytest.raises(BenchmarkError, match="wcxb-dev cannot be kept in"):
        fetch("wcxb-dev")


def test_corpora_that_cannot_be_fetched(cache: Path) -> None:
    with pytest.raises(BenchmarkError, match="cleaneval cannot be fetched"):
        fetch("cleaneval")
    with pytest.raises(BenchmarkError, match='there is no corpus "moon"'):
        fetch("moon")


# --- The page of documentation, and samples of the real corpora -------------------------------------------------------


SAMPLES = {
    "wcxb-dev": ("wcxb", 3),
    "article-extraction-benchmark": ("article-extraction-benchmark", 3),
    "cleaneval": ("html-cleaning-dataset-merged", 3),
    "dragnet": ("html-cleaning-dataset-merged", 3),
    "trafilatura": ("trafilatura", 8),
    "fundus": ("fundus", 3),
}

needs_samples = pytest.mark.skipif(
    not LAYOUTS.is_dir(), reason="needs samples of the corpora in ../shared/data/layouts"
)


@needs_samples
@pytest.mark.parametrize("name", SAMPLES)
def test_samples(name: str) -> None:
    folder, count = SAMPLES[name]
    pages = pages_of(name, LAYOUTS / folder)
    assert len(pages) == len({page.id for page in pages}) == count
    for page in pages:
        assert page.corpus == name and isinstance(page.source, bytes)
        text = " ".join(page.must_have) if page.gold is None else page.gold
        assert isinstance(text, str)
        gold = set(words_of(text))
        # Snippets are cut within words.
        least = 0.85 if page.gold is None else 0.95
        assert len(gold) > 3 and len(gold & page_words(page)) >= least * len(gold)


def page_words(page: GoldPage) -> set[str]:
    assert isinstance(page.source, bytes)
    return set(words_of(unescape(page.source.decode("utf-8", "replace"))))


def rows(file: Path, ids: set[str]) -> Iterator[dict[str, Any]]:
    from datasets import load_dataset

    for row in load_dataset("parquet", data_files=str(file), split="train", streaming=True):
        if row["id"] in ids:
            yield row


@needs_samples
@pytest.mark.parametrize("file", ["fundus_train.parquet", "cleaneval.parquet"])
def test_gold_is_that_of_the_same_pages_in_parquet(file: str) -> None:
    if not (LAYOUTS.parent / file).is_file():
        pytest.skip(f"needs ../shared/data/{file}")
    name = file.split(".")[0].split("_")[0]
    pages = {page.id: page for page in pages_of(name, LAYOUTS / SAMPLES[name][0])}
    found = list(rows(LAYOUTS.parent / file, set(pages)))
    assert len(found) == 3
    for row in found:
        gold = pages[row["id"]].gold
        assert isinstance(gold, str) and words_of(gold) == words_of(row["gold_text"])
