"""Whose page it is: title, authors, dates, site, language, description, picture and address."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from support.fake_models import ObedientModel

import boilerkit
from boilerkit.html.document import HtmlDocument
from boilerkit.metadata.dates import find_dates, parse_date, url_date
from boilerkit.metadata.declarations import read_declarations
from boilerkit.metadata.json_ld import read_nodes, text_of
from boilerkit.metadata.language import find_language
from boilerkit.metadata.page_metadata import PageMetadata
from boilerkit.plaintext.document import TextDocument

URL = "https://www.tidemill.example/2024/05/11/wheel"
SCRIPT = '<script type="application/ld+json">'
PROSE = "The miller opened the gates at dawn, and the water of the pond began to turn the old wheel again. " * 6


def metadata_of(html: str, url: str | None = None, metadata: Sequence[str] = ()) -> PageMetadata:
    """What a page says; all of it is its main text but the blocks of `metadata`, which are labelled so."""
    document = HtmlDocument.read(html)
    texts = document.blocks.block_texts()
    labelled = [number for number, text in enumerate(texts) if text in metadata]
    keep = np.array([text not in metadata for text in texts], dtype=np.bool_)
    return PageMetadata(document, keep, url, lambda: labelled)


def page(head: str = "", body: str = "", title: str = "The wheel turns") -> str:
    return f"<html><head><title>{title}</title>{head}</head><body><h1>{title}</h1>{body}<p>{PROSE}</p></body></html>"


def json_ld(*nodes: Any) -> str:
    return "".join(f"{SCRIPT}{json.dumps(node)}</script>" for node in nodes)


def article(**fields: Any) -> dict[str, Any]:
    return {"@context": "https://schema.org", "@type": "NewsArticle", "headline": "The wheel turns"} | fields


# --- Titles -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "body", "expected"),
    [
        ("<title>The wheel turns | Tide Mill</title>", "<h1>The wheel turns</h1>", "The wheel turns"),
        ("<title>The wheel turns – Tidemill</title>", "", "The wheel turns"),
        ("<title>Tide Mill: news</title><meta property=og:site_name content='Tide Mill: news'>", "", "Tide Mill: news"),
        ("<title>The wheel turns - The Courier</title>", "<h1>The Courier</h1>", "The wheel turns - The Courier"),
        ("<meta property=og:title content='The wheel turns'>", "<h1>Tide Mill</h1>", "The wheel turns"),
        (json_ld(article()), "", "The wheel turns"),
        ("<title>Dues &amp; tolls: a history</title>", "<h1>Dues &amp; tolls</h1>", "Dues & tolls"),
        ("", "<p>text", None),
    ],
)
def test_title(head: str, body: str, expected: str | None) -> None:
    assert metadata_of(f"<head>{head}</head><body>{body}</body>", URL).title == expected


# --- Authors ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        ("Ann Lee", ["Ann Lee"]),
        ({"@type": "Person", "name": "Ann Lee"}, ["Ann Lee"]),
        ([{"@type": "Person", "name": "Ann Lee"}, {"@type": "Person", "name": "Bo Ray"}], ["Ann Lee", "Bo Ray"]),
        ("By Ann Lee, Bo Ray and Cy Dee", ["Ann Lee", "Bo Ray", "Cy Dee"]),
        ("Lee, Ann", ["Ann Lee"]),
        ("Ann Lee, PhD", ["Ann Lee"]),
        ("Ren&eacute;e Roux", ["Renée Roux"]),
        ("admin", []),
        ("https://www.example.org/ann", []),
        ("ann@example.org", []),
        ({"@type": "Organization", "name": "Mill Works"}, []),
        (None, []),
        ([[]], []),
        (7, []),
    ],
)
def test_author_of_json_ld(author: Any, expected: list[str]) -> None:
    assert metadata_of(page(json_ld(article(author=author)))).authors == expected


@pytest.mark.parametrize(
    "head",
    [
        json_ld({"@graph": [article(author={"@id": "#ann"}), {"@type": "Person", "@id": "#ann", "name": "Ann Lee"}]}),
        json_ld([{"@type": "WebPage", "mainEntity": article(author="Ann Lee")}]),
        '<script type="application/ld+json">{"@type": "Article", "author": "Ann Lee",}</script>',
        "<meta name=author content='Ann Lee'>",
        "<meta name=parsely-author content='Ann Lee'>",
        "<meta property=article:author content='https://facebook.example/ann'><meta name=byl content='By Ann Lee'>",
        "<meta name=citation_author content='Lee, Ann'>",
    ],
)
def test_declared_author(head: str) -> None:
    assert metadata_of(page(head)).authors == ["Ann Lee"]


@pytest.mark.parametrize(
    "byline",
    [
        "<p>By Ann Lee</p>",
        "<p>Written by</p><p>Ann Lee</p>",
        "<p>Von Ann Lee, 3. Mai 2024</p>",
        "<p>Par Ann Lee | 3 mai 2024</p>",
        "<div class=post-author>Ann Lee</div>",
        "<a rel=author href=/ann>Ann Lee</a>",
        "<span itemprop=author><span itemprop=name>Ann Lee</span></span>",
        "<div class=byline>May 3, 2024 · Ann Lee · 4 min read</div>",
    ],
)
def test_author_in_the_byline(byline: str) -> None:
    assert metadata_of(page(body=byline)).authors == ["Ann Lee"]


def test_a_name_alone_is_an_author_where_the_model_says_metadata_and_a_date_is_near() -> None:
    html = page(body="<p>Ann Lee</p><p>3 May 2024</p>")
    assert metadata_of(html).authors == []
    assert metadata_of(html, metadata=["Ann Lee", "3 May 2024"]).authors == ["Ann Lee"]


def test_who_is_shown_goes_before_the_name_of_the_site_and_of_an_account() -> None:
    site = "<meta property=og:site_name content='Tide Mill'><meta name=author content='Tide Mill'>"
    assert metadata_of(page(site, "<p>By Ann Lee</p>")).authors == ["Ann Lee"]
    assert metadata_of(page("<meta name=author content=alee>", "<p>By Ann Lee</p>")).authors == ["Ann Lee"]
    assert metadata_of(page("<meta name=author content=alee>")).authors == ["alee"]
    assert metadata_of(page(site, "<p>By Tide Mill</p>")).authors == ["Tide Mill"]
    assert metadata_of(page(site)).authors == []


def test_authors_of_comments_and_far_teasers_are_not_the_pages() -> None:
    comments = "<p>x</p>" * 300 + "<div class=comment-author>Bo Ray</div><div class=author>Cy Dee</div>"
    html = f"<title>The wheel turns</title><h1>The wheel turns</h1><p>{PROSE}</p>{comments}"
    assert metadata_of(html).authors == []


# --- Dates ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-11", "2024-05-11"),
        ("2024-05-11T23:30:00-08:00", "2024-05-11"),
        ("2024/5/1", "2024-05-01"),
        ("20240511", "2024-05-11"),
        ("Sat, 11 May 2024 08:00:00 GMT", "2024-05-11"),
        ("1715414400", "2024-05-11"),
        ("2024年5月11日", "2024-05-11"),
        ("2024-13-45", None),
        ("0001-01-01", None),
        ("9999-99-99T99:99", None),
        ("999999999999999999999", None),
        ("soon", None),
        ("", None),
    ],
)
def test_machine_readable_dates(text: str, expected: str | None) -> None:
    assert parse_date(text) == expected


@pytest.mark.parametrize(
    ("text", "languages"),
    [
        ("Posted on May 11, 2024 at noon", ["en"]),
        ("11th May 2024", ["en"]),
        ("05/11/2024", ["en"]),
        ("11/05/2024", ["en-GB"]),
        ("11.05.2024", ["de"]),
        ("Veröffentlicht am 11. Mai 2024", ["de"]),
        ("le 11 mai 2024", ["fr"]),
        ("11 de mayo de 2024", ["es"]),
        ("11 мая 2024", ["ru"]),
        ("11 maja 2024", ["pl"]),
        ("11 Μαΐου 2024", ["el"]),
        ("2024年5月11日", ["ja"]),
        ("2024년 5월 11일", ["ko"]),
    ],
)
def test_dates_in_many_languages(text: str, languages: list[str]) -> None:
    pytest.importorskip("dateparser")
    assert [day for _, day in find_dates(text, languages)] == ["2024-05-11"]


@pytest.mark.parametrize(
    "text", ["11 Foo 2024", "chapter 12, 2024 edition", "32 May 2024", "1/2/3", "May 1824", "3.2.1"]
)
def test_what_is_no_date(text: str) -> None:
    assert list(find_dates(text, ["en"])) == []


@pytest.mark.parametrize(
    "head",
    [
        json_ld(article(datePublished="2024-05-11T08:00:00Z")),
        json_ld({"@type": "WebPage", "datePublished": "2024-05-11"}),
        '<script type="application/ld+json">{"headline": "x" "datePublished": "2024-05-11", broken</script>',
        "<meta property=article:published_time content=2024-05-11T08:00:00Z>",
        "<meta name=dc.date.issued content=2024-05-11>",
        "<meta name=citation_publication_date content=2024/05/11>",
        "<meta itemprop=datePublished content=2024-05-11>",
    ],
)
def test_declared_date(head: str) -> None:
    assert metadata_of(page(head)).date == "2024-05-11"


@pytest.mark.parametrize(
    "body",
    [
        "<time datetime=2024-05-11>today</time>",
        "<p>By Ann Lee · May 11, 2024</p>",
        "<p>Updated May 12, 2024 · Published May 11, 2024</p>",
        "<p>Published</p><p>11 May 2024</p>",
    ],
)
def test_date_that_is_shown(body: str) -> None:
    pytest.importorskip("dateparser")
    assert metadata_of(page(body=body)).date == "2024-05-11"


def test_dates_of_teasers_and_of_members_are_not_the_pages() -> None:
    stories = json_ld(*(article(headline=f"Another story {n}", datePublished="2019-01-01") for n in range(5)))
    assert metadata_of(page(stories)).date is None
    assert metadata_of(page(body="<p>Joined: May 11, 2014</p>")).date is None


def test_the_date_in_the_address_is_that_of_the_author() -> None:
    assert url_date(URL) == "2024-05-11"
    assert url_date("https://a.example/item/20231399") is None
    assert metadata_of(page(json_ld(article(datePublished="2024-05-12T02:00:00Z"))), URL).date == "2024-05-11"
    assert metadata_of(page(json_ld(article(datePublished="2023-01-01"))), URL).date == "2023-01-01"
    assert metadata_of(page(), URL).date == "2024-05-11"


def test_date_of_the_last_change() -> None:
    found = metadata_of(page(json_ld(article(datePublished="2024-05-11", dateModified="2024-06-01"))))
    assert (found.date, found.date_modified) == ("2024-05-11", "2024-06-01")
    pytest.importorskip("dateparser")
    shown = metadata_of(page(body="<p>Last updated: June 1, 2024</p>"))
    assert (shown.date, shown.date_modified) == ("2024-06-01", "2024-06-01")


# --- The rest ---------------------------------------------------------------------------------------------------------


def test_site_description_image_and_address() -> None:
    head = """<meta property=og:site_name content="Tide Mill"><meta name=description content=" All of
    the mill. "><meta property=og:image content="/wheel.jpg"><link rel="canonical" href="/wheel">"""
    found = metadata_of(page(head), "https://tidemill.example/wheel?from=feed")
    assert found.site_name == "Tide Mill"
    assert found.description == "All of the mill."
    assert found.image == "https://tidemill.example/wheel.jpg"
    assert found.url == "https://tidemill.example/wheel"
    relative = metadata_of(page(head))
    assert (relative.image, relative.url) == (None, None)


def test_site_and_image_of_json_ld() -> None:
    publisher = {"@type": "Organization", "name": "Tide Mill"}
    image = [{"@type": "ImageObject", "url": "https://a.example/w.jpg"}]
    found = metadata_of(page(json_ld(article(publisher=publisher, image=image, description="All &amp; more"))))
    assert (found.site_name, found.image, found.description) == ("Tide Mill", "https://a.example/w.jpg", "All & more")


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("<html lang=de-AT>", "de"),
        ("<html lang=''><meta property=og:locale content=pt_BR>", "pt"),
        ("<html lang=iw>", "he"),
    ],
)
def test_declared_language(head: str, expected: str) -> None:
    assert metadata_of(f"{head}<p>kurz").language == expected


def test_language_that_the_text_contradicts() -> None:
    pytest.importorskip("py3langid")
    german = (
        "Der Müller öffnete im Morgengrauen die Tore, und das Wasser des Teiches trieb das alte Rad wieder an. " * 4
    )
    assert metadata_of(f"<html lang=en><p>{german}").language == "de"
    assert metadata_of(f"<p>{german}").language == "de"
    assert find_language(metadata_of(f"<html lang=de><p>{german}").declared, german) == "de"


FIELDS = ("title", "date", "date_modified", "site_name", "language", "description", "image", "url")


@pytest.mark.parametrize("html", ["", "<p>a", "<!-- -->", "<html><head></head></html>"])
def test_a_page_that_says_nothing(html: str) -> None:
    found = metadata_of(html)
    assert [getattr(found, field) for field in FIELDS] == [None] * len(FIELDS)
    assert found.authors == []


def test_plain_text() -> None:
    text = f"The wheel turns\n\nBy Ann Lee, 2024-05-11\n\n{PROSE}\n"
    document = TextDocument.read(text)
    byline = [number for number, line in enumerate(document.blocks.block_texts()) if line.startswith("By")]
    keep = np.ones(len(document.blocks), dtype=np.bool_)
    found = PageMetadata(document, keep, None, lambda: byline)
    assert (found.authors, found.date) == (["Ann Lee"], "2024-05-11")
    nothing = PageMetadata(document, keep, None, lambda: [])
    assert (nothing.authors, nothing.date, nothing.description) == ([], None, None)


def test_a_shell_is_described_by_its_own_head() -> None:
    data = json.dumps({"body": f"<p>{PROSE}</p><p>{PROSE}</p>"})
    html = page(json_ld(article(author="Ann Lee"))).replace(f"<p>{PROSE}</p>", "")
    assert metadata_of(html.replace("</body>", f"<script>x = {data}</script></body>")).authors == ["Ann Lee"]


# --- Pages ------------------------------------------------------------------------------------------------------------


def test_pages_have_it_as_attributes_and_in_json() -> None:
    head = json_ld(article(author="Ann Lee", datePublished="2024-05-11", dateModified="2024-05-12"))
    found = boilerkit.analyze(page(head), url=URL, model=ObedientModel())  # type: ignore[arg-type]
    assert (found.title, found.authors, found.date, found.date_modified) == (
        "The wheel turns",
        ["Ann Lee"],
        "2024-05-11",
        "2024-05-12",
    )
    again = pickle.loads(pickle.dumps(found))
    assert (again.title, again.authors, again.url) == (found.title, found.authors, URL)


def test_nothing_of_it_is_loaded_to_extract() -> None:
    code = """
import sys, boilerkit
from support.fake_models import ObedientModel
boilerkit.extract("<p>a", model=ObedientModel())
loaded = [name for name in sys.modules if name.startswith(("boilerkit.metadata", "dateparser", "py3langid"))]
assert not loaded, loaded
"""
    path = {"PYTHONPATH": ":".join(sys.path)}
    subprocess.run([sys.executable, "-c", code], check=True, env=path)


def test_dates_in_words_need_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "dateparser", None)
    assert list(find_dates("11 May 2024, 2024-05-12", ["en"])) == [(13, "2024-05-12")]


# --- Hostile pages ----------------------------------------------------------------------------------------------------

N = 20_000
HOSTILE: dict[str, Callable[[], str]] = {
    "deep json": lambda: page(SCRIPT + "[" * N + "]" * N + "</script>"),
    "deep nodes": lambda: page(SCRIPT + '{"mainEntity":' * N + "1" + "}" * N + "</script>"),
    "many nodes": lambda: page(json_ld([article(author="Ann Lee")] * N)),
    "many scripts": lambda: page(json_ld(article(author="Ann Lee")) * 2000),
    "unclosed json": lambda: page(SCRIPT + '{"headline": "' * N + "</script>"),
    "own reference": lambda: page(json_ld({"@graph": [article(**{"@id": "#a", "author": {"@id": "#a"}})]})),
    "many meta elements": lambda: page("".join(f"<meta name=n{n} content=2024-05-11>" for n in range(N))),
    "many authors": lambda: page("<meta name=author content='Ann Lee'>" * N, "<a rel=author>Ann Lee</a>" * N),
    "nested authors": lambda: page(body="<div class=author>" * N),
    "many dates": lambda: page(body="<time>12 Foo 2024</time>" * N + "<p>Posted 12 Foo 2024</p>" * N),
    "many headings": lambda: page(body="<h1>The wheel turns</h1>" * N),
    "long title": lambda: page(title="a | " * N),
    "long author": lambda: page(f"<meta name=author content='{'Ann Lee, ' * N}'>"),
    "spaces": lambda: page(f"<meta name=author content='a{' ' * N}b'>", f"<p class=author>By{' ' * N}a</p>"),
    "odd values": lambda: page(
        json_ld({"@type": {}, "author": {"name": {"name": []}}, "headline": [[{}]], "image": 3})
    ),
    "odd addresses": lambda: page("<link rel=canonical href='http://[x'><meta property=og:image content='http://[y'>"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_give_an_honest_result(name: str) -> None:
    found = metadata_of(HOSTILE[name](), "http://[")
    assert all(getattr(found, field) is None or isinstance(getattr(found, field), str) for field in FIELDS)
    assert all(isinstance(author, str) for author in found.authors)
    assert pickle.loads(pickle.dumps(found.declared)).meta == found.declared.meta


def test_json_ld_in_comments_and_with_entities() -> None:
    assert read_nodes(['<!-- {"name": "Ann"} -->']) == [{"name": "Ann"}]
    assert read_nodes(['//<![CDATA[\n{"name": "Ann"}\n//]]>']) == [{"name": "Ann"}]
    assert read_nodes(['{"name": "Ann"} {"name": "Bo"};']) == [{"name": "Ann"}, {"name": "Bo"}]
    assert read_nodes(["{&quot;name&quot;: &quot;Ann&quot;}"]) == [{"name": "Ann"}]
    assert text_of("Dues &amp;\n tolls") == "Dues & tolls"


NAMES_OF_AUTHORS = (
    "author by-line byline autor auteur writer writtenby username contributor postAuthor postByline aUserName"
)
NAMES_OF_DATES = "dates datum fecha time timestamp published publish pubdate posted postdate dateline updated modified"


@pytest.mark.parametrize(
    "name", [*NAMES_OF_AUTHORS.split(), *NAMES_OF_DATES.split(), "aDate", "aTimestamp", "aUpdated"]
)
def test_elements_are_found_by_each_class(name: str) -> None:
    root = HtmlDocument.read(f"<p>a</p><div><!-- b --><i class='x {name}'>text</i></div>").parse()
    declared = read_declarations(root)
    assert [(its.order, its.text) for its in (*declared.authors, *declared.dates)] == [(4, "text")]
