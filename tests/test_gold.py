"""Gold files, good and bad."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from boilerkit import GoldError, Label
from boilerkit.gold import reader
from boilerkit.gold.pages import GoldPage, Span, domain_of
from boilerkit.gold.reader import read_gold

Row = dict[str, Any]
GOOD: Row = {"id": "a", "html": "<p>one", "gold_text": "one"}


def row(**changes: Any) -> Row:
    """The good row with other columns; those that are ... are left out."""
    return {name: value for name, value in (GOOD | changes).items() if value is not ...}


@pytest.fixture
def jsonl(tmp_path: Path) -> Callable[..., Path]:
    def write(*rows: Any, name: str = "gold.jsonl") -> Path:
        """A file of these rows: a str as it is, all else as JSON."""
        file = tmp_path / name
        lines = [line if isinstance(line, str) else json.dumps(line) for line in rows]
        file.write_bytes("".join(f"{line}\n" for line in lines).encode("utf-8"))
        return file

    return write


@pytest.fixture
def parquet(tmp_path: Path) -> Callable[..., Path]:
    pa = pytest.importorskip("pyarrow")
    pq = pytest.importorskip("pyarrow.parquet")

    def write(columns: dict[str, Any], name: str = "gold.parquet") -> Path:
        pq.write_table(pa.table(columns), tmp_path / name)
        return tmp_path / name

    return write


def only(file: Path) -> GoldPage:
    (page,) = read_gold(file)
    return page


# --- Reading ----------------------------------------------------------------------------------------------------------


def test_a_row_of_jsonl(jsonl: Callable[..., Path]) -> None:
    assert only(jsonl(GOOD)) == GoldPage("a", "<p>one", "one")


def test_optional_columns(jsonl: Callable[..., Path]) -> None:
    url = "https://www.News.example:8080/a?b"
    page = only(jsonl(row(url=url, group="g", page_type="article", corpus="c", other=[1])))
    assert (page.url, page.group, page.page_type, page.corpus) == (url, "g", "article", "c")


@pytest.mark.parametrize(
    ("changes", "group"),
    [
        ({"group": "mine", "url": "https://a.example/x"}, "mine"),
        ({"url": "https://www.a.example/x"}, "a.example"),
        ({"url": "no address", "corpus": "c"}, ""),
        ({"url": None, "group": None, "corpus": None}, ""),
    ],
)
def test_groups_are_given_or_the_domain_or_left_open(changes: Row, group: str, jsonl: Callable[..., Path]) -> None:
    assert only(jsonl(row(**changes))).group == group


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.Example.org/a", "example.org"),
        ("http://user@sub.example.org:80", "sub.example.org"),
        ("http://[broken", ""),
        ("example.org", ""),
        ("", ""),
    ],
)
def test_domains(url: str, domain: str) -> None:
    assert domain_of(url) == domain


def test_text_is_plain_text_as_it_comes(jsonl: Callable[..., Path]) -> None:
    page = only(jsonl(row(html=..., text="a < b\n\n  \nsecond & last")))
    assert (page.source, page.input_format) == ("a < b\n\n  \nsecond & last", "text")
    assert only(jsonl(GOOD)).input_format == "html"


def test_path_is_seen_from_the_gold_file(jsonl: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "one.html").write_bytes(b"<p>\xff")
    page = only(jsonl(row(html=..., path="pages/one.html")))
    assert (page.source, page.input_format) == (b"<p>\xff", "html")
    (tmp_path / "pages" / "two.TXT").write_bytes(b"two")
    page = only(jsonl(row(html=..., path="pages/two.TXT")))
    assert (page.source, page.input_format) == (b"two", "text")


def test_spans(jsonl: Callable[..., Path]) -> None:
    spans = [
        {"label": "body", "text": "one"},
        {"label": "footer", "start": 3, "end": 7},
        {"label": "content", "text": ""},
    ]
    gold = only(jsonl(row(gold_text=..., spans=spans))).gold
    assert gold == [Span(Label.BODY, "one"), Span(Label.FOOTER, start=3, end=7), Span(Label.CONTENT, "")]


def test_spans_beside_a_text_label_blocks_and_leave_the_gold_to_the_text(jsonl: Callable[..., Path]) -> None:
    page = only(jsonl(row(spans=[{"label": "title", "text": "one"}])))
    assert page.gold == "one" and page.labelled_spans == (Span(Label.TITLE, "one"),)
    assert only(jsonl(GOOD)).labelled_spans == ()


def test_null_columns_count_as_absent(jsonl: Callable[..., Path]) -> None:
    assert only(jsonl(row(text=None, path=None, spans=None))).gold == "one"


def test_blank_lines_and_crlf_are_passed_over_but_counted(jsonl: Callable[..., Path]) -> None:
    assert [page.id for page in read_gold(jsonl("", row(id="b"), " \t", json.dumps(GOOD) + "\r"))] == ["b", "a"]
    with pytest.raises(GoldError, match="line 3"):
        list(read_gold(jsonl("", GOOD, "{")))


def test_other_line_ends_stay_in_texts(jsonl: Callable[..., Path]) -> None:
    text = "one\u2028two\x85three"
    assert only(jsonl(json.dumps(row(gold_text=text), ensure_ascii=False))).gold == text


def test_numbers_are_ids_too(jsonl: Callable[..., Path]) -> None:
    assert [page.id for page in read_gold(jsonl(row(id=0), row(id=17)))] == ["0", "17"]


def test_pages_come_one_at_a_time(jsonl: Callable[..., Path]) -> None:
    pages = read_gold(jsonl(GOOD, "{"))
    assert next(pages).id == "a"
    with pytest.raises(GoldError, match="line 2"):
        next(pages)


@pytest.mark.parametrize(
    "name", ["we[ir]d.jsonl", "a*b?.jsonl", "sp ace.jsonl", ".hidden.jsonl", "a::b.jsonl", "x.ndjson"]
)
def test_odd_names_of_files(name: str, jsonl: Callable[..., Path]) -> None:
    assert only(jsonl(GOOD, name=name)).id == "a"


def test_rows_of_parquet(parquet: Callable[..., Path]) -> None:
    file = parquet(
        {
            "id": ["a", "b"],
            "html": [b"<p>\xff", b"<p>two"],
            "gold_text": ["one", None],
            "spans": [None, [{"label": "body", "text": "two", "start": None}]],
            "url": ["https://a.example/", None],
        }
    )
    assert list(read_gold(file)) == [
        GoldPage("a", b"<p>\xff", "one", url="https://a.example/", group="a.example"),
        GoldPage("b", b"<p>two", [Span(Label.BODY, "two")]),
    ]


def test_parquet_with_text_html_and_offsets(parquet: Callable[..., Path]) -> None:
    spans = [[{"label": "footer", "start": 0, "end": 3}]]
    assert only(parquet({"id": [4], "html": ["<p>one"], "spans": spans})) == GoldPage(
        "4", "<p>one", [Span(Label.FOOTER, start=0, end=3)]
    )


# --- Errors -----------------------------------------------------------------------------------------------------------

WRONG_ROWS: dict[str, tuple[Any, str]] = {
    "no id": (row(id=...), '"id" is missing'),
    "null id": (row(id=None), '"id" is missing'),
    "empty id": (row(id=""), '"id" is missing'),
    "id of another type": (row(id=["a"]), '"id" is missing'),
    "same id": (row(id="first"), 'the id "first" is not unique'),
    "no source": (row(html=...), 'one of "html", "text" and "path", found none'),
    "two sources": (row(text="one"), "found html and text"),
    "three sources": (row(text="one", path="x"), "found html and text and path"),
    "html of another type": (row(html=5), '"html" must be text, found int'),
    "text of another type": (row(html=..., text=["one"]), '"text" must be text, found list'),
    "path of another type": (row(html=..., path=1.5), '"path" must be text, found float'),
    "path to nothing": (row(html=..., path="nothing.html"), 'the file of "path" cannot be read'),
    "path elsewhere": (row(html=..., path="/etc/passwd"), '"path" must be in the folder of the gold file'),
    "path above": (row(html=..., path="pages/../../one.html"), '"path" must be in the folder of the gold file'),
    "path to a folder": (row(html=..., path="."), 'the file of "path" cannot be read'),
    "path with NUL": (row(html=..., path="a\0b"), 'the file of "path" cannot be read'),
    "no gold": (row(gold_text=...), 'expected "gold_text" or "spans"'),
    "spans beside a text that are no list": (row(spans="body"), '"spans" must be a list, found str'),
    "gold of another type": (row(gold_text={"text": "one"}), '"gold_text" must be text, found dict'),
    "spans no list": (row(gold_text=..., spans={"label": "body"}), '"spans" must be a list, found dict'),
    "span no object": (row(gold_text=..., spans=["body"]), 'span 0 has no "label"'),
    "span null": (row(gold_text=..., spans=[None]), 'span 0 has no "label"'),
    "span without label": (row(gold_text=..., spans=[{"text": "one"}]), 'span 0 has no "label"'),
    "unknown label": (
        row(gold_text=..., spans=[{"label": "body", "text": "x"}, {"label": "advert", "text": "one"}]),
        "span 1 has no .* content, boilerplate, title, body",
    ),
    "span without place": (
        row(gold_text=..., spans=[{"label": "body"}]),
        'span 0 has neither "text" nor whole numbers',
    ),
    "span with half a place": (row(gold_text=..., spans=[{"label": "body", "start": 1}]), "span 0 has neither"),
    "span backwards": (row(gold_text=..., spans=[{"label": "body", "start": 3, "end": 1}]), "span 0 has neither"),
    "span before the text": (
        row(gold_text=..., spans=[{"label": "body", "start": -3, "end": 1}]),
        "span 0 has neither",
    ),
    "span with fractions": (
        row(gold_text=..., spans=[{"label": "body", "start": 0.5, "end": 1}]),
        "span 0 has neither",
    ),
    "url of another type": (row(url=5), '"url" must be text, found int'),
    "group of another type": (row(group=5), '"group" must be text, found int'),
    "page type of another type": (row(page_type=["x"]), '"page_type" must be text, found list'),
    "corpus of another type": (row(corpus=True), '"corpus" must be text, found bool'),
    "a list": ([GOOD], "expected an object, found list"),
    "null": (None, "expected an object, found NoneType"),
    "broken JSON": ('{"id": "a"', "not JSON"),
    "deep JSON": ("[" * 100_000, "not JSON"),
}


@pytest.mark.parametrize("wrong", WRONG_ROWS)
def test_wrong_rows_are_named_by_file_and_line(wrong: str, jsonl: Callable[..., Path]) -> None:
    bad, message = WRONG_ROWS[wrong]
    file = jsonl(row(id="first"), row(id="second"), bad, row(id="fourth"))
    with pytest.raises(GoldError, match=rf"^{re.escape(str(file))}, line 3: .*{message}.*a page is \{{"):
        list(read_gold(file))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such devices")
def test_devices_and_pipes_are_no_pages(jsonl: Callable[..., Path], tmp_path: Path) -> None:
    (tmp_path / "zero.html").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe.html")
    for name in ("zero.html", "pipe.html"):
        with pytest.raises(GoldError, match="is not a file"):
            list(read_gold(jsonl(row(html=..., path=name))))


def test_pages_in_files_are_bounded(
    jsonl: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "one.html").write_bytes(b"<p>" * 100)
    monkeypatch.setattr(reader, "MAX_BYTES", 100)
    with pytest.raises(GoldError, match="more than 100 bytes"):
        list(read_gold(jsonl(row(html=..., path="one.html"))))


def test_what_is_not_utf_8_is_named_by_its_line(tmp_path: Path) -> None:
    file = tmp_path / "gold.jsonl"
    lines = [json.dumps(row(id=number)).encode() for number in range(4)]
    lines[2] = lines[2].replace(b"one", b"\xff\xfe")
    file.write_bytes(b"\n".join(lines))
    with pytest.raises(GoldError, match=rf"^{re.escape(str(file))}, line 3: cannot be read as UTF-8"):
        list(read_gold(file))


@pytest.mark.parametrize("content", ["", "\n", " \n\n"])
def test_a_file_without_pages(content: str, tmp_path: Path) -> None:
    file = tmp_path / "gold.jsonl"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(GoldError, match=rf"^{re.escape(str(file))} has no pages; a page is"):
        list(read_gold(file))


@pytest.mark.parametrize("name", ["gold.txt", "gold", "gold.jsonl.gz", "gold.csv"])
def test_another_suffix(name: str, jsonl: Callable[..., Path]) -> None:
    file = jsonl(GOOD, name=name)
    with pytest.raises(GoldError, match=rf"^{re.escape(str(file))} must be named \.jsonl or \.parquet"):
        list(read_gold(file))


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    for file in (tmp_path / "none.jsonl", tmp_path):
        with pytest.raises(
            GoldError, match=rf"^{re.escape(str(file))} does not exist or is not a file; .*JSONL or Parquet"
        ):
            list(read_gold(file))


def test_wrong_rows_of_parquet_are_named_by_file_and_row(parquet: Callable[..., Path]) -> None:
    file = parquet({"id": ["a", None], "html": [b"<p>one", b"<p>two"], "gold_text": ["one", "two"]})
    with pytest.raises(GoldError, match=rf'^{re.escape(str(file))}, row 2: "id" is missing'):
        list(read_gold(file))


def test_parquet_of_other_types(parquet: Callable[..., Path]) -> None:
    file = parquet({"id": ["a"], "html": ["<p>one"], "gold_text": [b"one"]})
    with pytest.raises(GoldError, match='row 1: "gold_text" must be text, found bytes'):
        list(read_gold(file))


def test_parquet_without_rows(parquet: Callable[..., Path]) -> None:
    pa = pytest.importorskip("pyarrow")
    file = parquet({"id": pa.array([], pa.string()), "html": pa.array([], pa.binary())})
    with pytest.raises(GoldError, match=f"^{re.escape(str(file))} has no pages"):
        list(read_gold(file))


@pytest.mark.parametrize("damage", ["empty", "text", "cut", "torn"])
def test_damaged_parquet(damage: str, parquet: Callable[..., Path]) -> None:
    file = parquet({"id": ["a"] * 500, "html": [b"<p>one"] * 500, "gold_text": [f"one {n}" for n in range(500)]})
    data = file.read_bytes()
    middle = len(data) // 2
    damaged = {
        "empty": b"",
        "text": b"no parquet at all",
        "cut": data[:middle],
        "torn": data[: middle - 100] + data[middle:],
    }[damage]
    file.write_bytes(damaged)
    with pytest.raises(GoldError, match=rf"^{re.escape(str(file))}, row \d+: "):
        list(read_gold(file))
