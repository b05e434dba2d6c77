"""`boilerkit label` without a browser: the session, the gold file, the copy of a page, and the server."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from support.generated import write_gold
from support.label_demo import FOLDER, PAGES

pytest.importorskip("starlette", reason="starlette is not installed: nothing can be labelled")
pytest.importorskip("httpx2", reason="httpx2 is not installed: no request can be made")

from starlette.testclient import TestClient

import boilerkit
from boilerkit.archives.page_files import PageFile
from boilerkit.cli import main
from boilerkit.documents import read_document
from boilerkit.errors import BoilerkitError, GoldError, OptionError
from boilerkit.gold.pages import GoldPage, Span
from boilerkit.gold.reader import read_gold
from boilerkit.labeling.imported import labels_of_gold
from boilerkit.labeling.look import Mark, look_html
from boilerkit.labeling.ordering import Outlook, order_by_gain, template_signature
from boilerkit.labeling.rendering import LETTERS
from boilerkit.labeling.retraining import Retraining
from boilerkit.labeling.server import make_app
from boilerkit.labeling.session import Session, StaleError
from boilerkit.labeling.sources import Failure
from boilerkit.labels import LABELS, Label
from boilerkit.learning.training_pages import prepare

HARBOUR = Path(__file__).parent.parent / "examples" / "harbour-news.txt"


def open_session(gold: Path, *paths: Path, **options: Any) -> Session:
    failures: list[Failure] = []
    session = Session(paths, gold, on_failure=failures.append, **options)
    assert failures == []
    return session


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    return tmp_path / "gold.jsonl"


@pytest.fixture
def session(gold: Path) -> Session:
    return open_session(gold, FOLDER)


def rows_of(gold: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]


# --- The session and its file -----------------------------------------------------------------------------------------


def test_every_action_is_in_the_file_at_once(session: Session, gold: Path) -> None:
    number = session.next_page()
    assert number is not None and not gold.exists()
    blocks = session.analyzed(number).blocks
    session.set_labels(number, 0, Label.CONTENT, [2, 3])
    (row,) = rows_of(gold)
    assert row["spans"] == [{"label": "content", "start": b.start, "end": b.end} for b in blocks[2:4]]
    assert row["done"] is False and row["labeling"]["model"] == "shipped" and row["html"] == session.source(number)
    session.set_labels(number, 1, None, [3])
    session.set_title(number, 2, "A title")
    (row,) = rows_of(gold)
    assert len(row["spans"]) == 1 and row["title"] == "A title"
    session.finish(number, 3, "labels")
    (row,) = rows_of(gold)
    assert "done" not in row and len(row["spans"]) == len(blocks)
    said = [span["label"] for span in row["spans"]]
    assert said == ["content" if block.index == 2 else str(block.label) for block in blocks]
    assert sorted(file.name for file in gold.parent.iterdir()) == ["gold.jsonl"]  # no partial file is left


def test_a_page_that_is_not_done_is_no_gold_yet(session: Session, gold: Path) -> None:
    session.set_labels(0, 0, Label.CONTENT, [2])
    with pytest.raises(GoldError, match="has no pages"):
        list(read_gold(gold))
    session.finish(0, 1, "content")
    (page,) = read_gold(gold)
    assert page.id == session.pages[0].id


def test_another_session_goes_on_where_this_one_was_killed(session: Session, gold: Path) -> None:
    session.set_labels(0, 0, Label.CONTENT, [2])
    session.set_title(0, 1, "Mine")
    session.finish(1, 0, "labels")
    for paths in ((FOLDER,), ()):
        later = open_session(gold, *paths)
        by_id = {page.id: page for page in later.pages}
        for page in session.pages[:2]:
            assert (by_id[page.id].labels, by_id[page.id].title, by_id[page.id].done) == (
                page.labels,
                page.title,
                page.done,
            )
        assert len(later.pages) == (10 if paths else 2)
        assert later.n_done == 1


def test_gold_by_offsets_trains_on_the_blocks_that_were_labelled(session: Session, gold: Path, tmp_path: Path) -> None:
    number = session.next_page()
    assert number is not None
    session.finish(number, 0, "content")
    (page,), failures = prepare(read_gold(gold), tmp_path / "cache", n_jobs=1)
    assert failures == []
    data = page.load()
    assert ((data.content > 0.5) == [block.is_kept for block in session.analyzed(number).blocks]).all()
    assert (data.weight > 0).all()


def test_undo_takes_back_one_action_after_the_other(session: Session, gold: Path) -> None:
    states = []

    def state() -> Any:
        page = session.pages[0]
        return dict(page.labels), page.title, page.done

    actions: list[Callable[[int], object]] = [
        lambda revision: session.set_labels(0, revision, Label.BODY, [1, 2, 3]),
        lambda revision: session.set_labels(0, revision, Label.CAPTION, [2]),
        lambda revision: session.set_title(0, revision, "T"),
        lambda revision: session.set_labels(0, revision, None, [1]),
        lambda revision: session.finish(0, revision, "content"),
    ]
    for action in actions:
        states.append(state())
        action(session.pages[0].revision)
    for before in reversed(states):
        assert session.undo(0, session.pages[0].revision) is not None
        assert state() == before
    assert session.undo(0, session.pages[0].revision) is None
    assert rows_of(gold)[0]["spans"] == []


def test_a_stale_action_changes_nothing(session: Session, gold: Path) -> None:
    session.set_labels(0, 0, Label.BODY, [1])
    before = gold.read_bytes()
    for act in (
        lambda: session.set_labels(0, 0, Label.TITLE, [1]),
        lambda: session.set_title(0, 0, "x"),
        lambda: session.finish(0, 0, "content"),
        lambda: session.undo(0, 0),
    ):
        with pytest.raises(StaleError):
            act()
    assert gold.read_bytes() == before and session.pages[0].revision == 1


def test_labels_of_blocks_that_are_not_there_are_refused(session: Session, gold: Path) -> None:
    for blocks in ([-1], [10_000]):
        with pytest.raises(OptionError, match="blocks of this page are 0 to"):
            session.set_labels(0, 0, Label.BODY, blocks)
    assert not gold.exists()


def test_a_file_that_another_program_changed_is_not_overwritten(session: Session, gold: Path) -> None:
    session.set_labels(0, 0, Label.BODY, [1])
    gold.write_text(gold.read_text(encoding="utf-8") + '{"id": "other", "text": "a", "gold_text": "a"}\n')
    before = gold.read_bytes()
    with pytest.raises(GoldError, match="changed by another program"):
        session.set_labels(0, 1, Label.TITLE, [1])
    assert gold.read_bytes() == before and session.pages[0].labels == {1: Label.BODY}


def test_a_save_that_fails_loses_neither_file_nor_state(session: Session, gold: Path, monkeypatch: Any) -> None:
    session.set_labels(0, 0, Label.BODY, [1])
    before = gold.read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        session.set_labels(0, 1, Label.TITLE, [1, 2])
    monkeypatch.undo()
    assert gold.read_bytes() == before and session.pages[0].labels == {1: Label.BODY}
    session.set_labels(0, 1, Label.TITLE, [2])
    assert [span["label"] for span in rows_of(gold)[0]["spans"]] == ["body", "title"]


def test_a_page_that_changed_since_it_was_labelled_keeps_its_row(tmp_path: Path, gold: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<h1>One</h1><p>Two", encoding="utf-8")
    session = open_session(gold, page)
    session.finish(0, 0, "content")
    page.write_text("<h1>Other</h1>", encoding="utf-8")
    failures: list[Failure] = []
    later = Session([HARBOUR], gold, on_failure=failures.append)
    assert "has changed" in failures[0].error and len(later.pages) == 1
    later.set_labels(0, 0, Label.BODY, [0])
    assert [row["id"] for row in rows_of(gold)] == ["page.html", "harbour-news.txt"]


def test_rows_that_cannot_be_shown_stay_in_the_file(gold: Path) -> None:
    (gold.parent / "image.html").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    rows = [
        {"id": "a", "corpus": "x", "path": "image.html", "gold_text": "none"},
        {"id": "a", "corpus": "y", "text": "Same name", "gold_text": "Same name"},
        {"id": 3, "text": "Same name", "gold_text": "Same page", "note": "of mine"},
    ]
    gold.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    failures: list[Failure] = []
    session = Session([HARBOUR], gold, on_failure=failures.append)
    assert [failure.name for failure in failures] == [f"{gold}, page a"]
    number = session.next_page()
    assert number is not None
    session.set_labels(number, 0, Label.BODY, [0])
    assert rows_of(gold)[:3] == rows and rows_of(gold)[3]["id"] == "harbour-news.txt"


# --- Pages from elsewhere ---------------------------------------------------------------------------------------------


def test_pages_of_every_kind_of_file(tmp_path: Path, gold: Path) -> None:
    (tmp_path / "in").mkdir()
    folder = tmp_path / "in"
    (folder / "a.html").write_text("<p>From a file", encoding="utf-8")
    (folder / "b.txt").write_text("Plain text\n\nwith two blocks", encoding="utf-8")
    table = tmp_path / "rows.jsonl"
    table.write_text('{"id": 7, "html": "<p>From a row", "url": "https://e.example/7"}\n', encoding="utf-8")
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    parquet.write_table(pyarrow.Table.from_pylist([{"id": "q", "text": "From Parquet"}]), tmp_path / "rows.parquet")
    body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=latin1\r\n\r\n<p>From WARC: caf\xe9"
    (tmp_path / "crawl.warc").write_bytes(
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://w.example/\r\nWARC-Date: 2024-01-01T00:00:00Z\r\n"
        b"WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>\r\nContent-Type: application/http; "
        b"msgtype=response\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n" % (len(body), body)
    )
    broken = tmp_path / "image.html"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    failures: list[Failure] = []
    paths = [folder, table, tmp_path / "rows.parquet", tmp_path / "crawl.warc", broken]
    session = Session(paths, gold, on_failure=failures.append, order="file")
    assert [failure.name for failure in failures] == [str(broken)]
    found = [(p.id, p.input_format, p.url, session.analyzed(n).blocks[0].text) for n, p in enumerate(session.pages)]
    assert found == [
        ("a.html", "html", "", "From a file"),
        ("b.txt", "text", "", "Plain text"),
        ("7", "html", "https://e.example/7", "From a row"),
        ("q", "text", "", "From Parquet"),
        ("<urn:uuid:00000000-0000-0000-0000-000000000001>", "html", "https://w.example/", "From WARC: café"),
    ]
    assert session.queue == [0, 1, 2, 3, 4]
    for number in range(5):
        session.finish(number, 0, "content")
    assert [page.id for page in read_gold(gold)] == [page.id for page in session.pages]
    assert [row.keys() & {"path", "html", "text"} for row in rows_of(gold)] == [
        {"path"}, {"path"}, {"html"}, {"text"}, {"html"},
    ]  # fmt: skip
    assert open_session(gold).n_done == 5


def test_pages_with_one_name_get_two_and_the_same_page_comes_once(tmp_path: Path, gold: Path) -> None:
    for name, text in (("a", "One"), ("b", "Two"), ("c", "One")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "index.html").write_text(f"<p>{text}", encoding="utf-8")
    session = open_session(gold, *(tmp_path / name for name in "abc"))
    assert [page.id for page in session.pages] == ["index.html", "index.html (2)"]


def test_gold_text_and_spans_by_text_become_labels_of_blocks() -> None:
    blocks = read_document("<nav>Home</nav><h1>Title</h1><p>One two three.</p><p>Four five six.</p><p>…</p>").blocks
    page = GoldPage("1", "", "One two three.")
    assert labels_of_gold(blocks, page) == {
        0: Label.BOILERPLATE, 1: Label.BOILERPLATE, 2: Label.CONTENT, 3: Label.BOILERPLATE,
    }  # fmt: skip
    spans = [Span(Label.TITLE, "Title"), Span(Label.BODY, "One two three.")]
    assert labels_of_gold(blocks, GoldPage("1", "", spans)) == {1: Label.TITLE, 2: Label.BODY}
    whole = [Span(Label.FOOTER, None, 0, len(blocks.text))]
    assert labels_of_gold(blocks, GoldPage("1", "", whole)) == dict.fromkeys(range(5), Label.FOOTER)


def test_labels_come_back_from_an_export(session: Session, gold: Path, tmp_path: Path) -> None:
    for number in range(3):
        session.set_labels(number, 0, Label.CAPTION, [1])
        session.finish(number, 1, "labels")
    session.set_labels(3, 0, Label.BODY, [0])  # not done, and so not exported
    texts = tmp_path / "elsewhere" / "texts.jsonl"
    texts.parent.mkdir()
    result = CliRunner().invoke(main, ["label", str(gold), "-o", str(texts), "--export"])
    assert (result.exit_code, result.output) == (0, f"3 pages are in {texts}\n")
    for row, page in zip(rows_of(texts), session.pages, strict=False):
        blocks = session.analyzed(session.pages.index(page)).blocks
        body = [block.text for block in blocks if page.labels[block.index] is Label.BODY]
        assert row["gold_text"] == "\n\n".join(body) and "path" not in row
        assert [span["text"] for span in row["spans"]] == [block.text for block in blocks]
    again = open_session(tmp_path / "again.jsonl", texts)
    assert [page.labels for page in again.pages] == [page.labels for page in session.pages[:3]]
    assert again.n_done == 3


def test_gold_made_elsewhere_is_done_and_stays_as_it_is_until_it_is_changed(tmp_path: Path, gold: Path) -> None:
    write_gold(tmp_path / "mine.jsonl")
    session = open_session(gold, tmp_path / "mine.jsonl")
    assert session.n_done == len(session.pages) > 5 and session.next_page() is None
    session.set_labels(0, 0, Label.BODY, [0])
    (row,) = rows_of(gold)
    assert "gold_text" not in row and "done" not in row and row["spans"][0]["label"] == "body"


# --- The order --------------------------------------------------------------------------------------------------------


def test_the_order_is_by_expected_f1_then_by_sites_and_templates() -> None:
    a, b, c = ((n,) * 8 for n in range(3))
    pages = [Outlook(0.9, "", a), Outlook(0.3, "x", b), Outlook(0.31, "x", b), Outlook(0.4, "y", c)]
    assert order_by_gain(pages) == [1, 3, 2, 0]
    assert order_by_gain(pages, [Outlook(0.5, "y", c)]) == [1, 2, 3, 0]
    assert order_by_gain([]) == []


@given(st.lists(st.tuples(st.floats(0, 1, width=16), st.sampled_from(["", "x", "y"]), st.integers(0, 3)), max_size=12))
def test_the_order_has_each_page_once_and_begins_with_the_least_expected(pages: list[tuple[float, str, int]]) -> None:
    outlooks = [Outlook(f1, site, (template,) * 8) for f1, site, template in pages]
    order = order_by_gain(outlooks)
    assert sorted(order) == list(range(len(pages)))
    if pages:
        assert outlooks[order[0]].expected_f1 == min(page.expected_f1 for page in outlooks)


def test_pages_of_one_template_have_similar_signatures(session: Session) -> None:
    def signature(name: str) -> tuple[int, ...]:
        return template_signature(read_document((FOLDER / name).read_text(encoding="utf-8")).blocks.places)

    def agree(*names: str) -> int:
        return sum(len(set(parts)) == 1 for parts in zip(*map(signature, names), strict=True))

    assert agree("corran-bothy.html", "skerry-house.html") >= 6
    assert agree("corran-bothy.html", "harpers-rest.html") <= 2


# --- The copy of a page -----------------------------------------------------------------------------------------------

HARM = (Path(__file__).parent / "fixtures" / "hostile-page.html").read_text(encoding="utf-8")


def copy_of(source: str) -> str:
    document = read_document(source, "html")
    return look_html(document, [Mark("", "")] * len(document.blocks), "")


class Tags(HTMLParser):
    """Lists the elements and attributes of a page, as a parser of another make sees them."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def assert_harmless(copy: str) -> None:
    for tag, attributes in Tags(copy).found:
        assert tag not in ("script", "base", "link", "iframe", "object", "embed", "svg", "video", "template", "frame")
        for name, value in attributes.items():
            assert not name.startswith("on") and name not in ("src", "srcset", "href", "action", "name", "background")
            assert name != "type" or (value or "").lower() not in ("password", "file", "image")
            assert name != "style" or "url" not in (value or "")
    assert [attributes for tag, attributes in Tags(copy).found if tag == "meta"] == [{"charset": "utf-8"}]
    for style in re.findall(r"<style>(.*?)</style>", copy, re.DOTALL):
        assert "url(" not in style and "@import" not in style and "fixed" not in style


def test_the_copy_has_nothing_that_runs_or_loads() -> None:
    copy = copy_of(HARM)
    assert_harmless(copy)
    assert "color: red" in copy and "color:blue" in copy  # what is harmless stays
    assert "harm.example" not in copy


NAMES = st.sampled_from(
    ["p", "div", "b", "a", "table", "td", "script", "style", "svg", "noscript", "template", "textarea", "select", "x-y"]
)
TEXTS = [
    "text ",
    "&lt;script&gt;",
    "<img src=x onerror=harm()>",
    "<!-- c -->",
    "<br>",
    '<p style="a:url(x)" title="<">',
]
PARTS = st.one_of(NAMES.map("<{}>".format), NAMES.map("</{}>".format), st.sampled_from(TEXTS))


@given(st.lists(PARTS, max_size=25))
def test_no_nesting_makes_the_copy_harmful(parts: list[str]) -> None:
    assert_harmless(copy_of("".join(parts)))


def test_the_marks_of_a_block_hold_its_text() -> None:
    sources = [file.read_text(encoding="utf-8") for file in [*PAGES, *HARBOUR.parent.glob("*.html")]]
    sources.append("<div>one<p>two</p>three <b>bold</b> four<br><br>five</div><ul><li>six<li><a>seven</a></ul>")
    for source in sources:
        document = read_document(source, "html")
        copy = copy_of(source)
        texts = [""] * len(document.blocks)
        from lxml import html

        for element in html.fromstring(copy).iter():
            number = element.get("data-b")
            if number is not None:
                texts[int(number)] += element.text_content()
        assert ["".join(text.split()) for text in texts] == ["".join(t.split()) for t in document.blocks.block_texts()]


def test_the_copy_of_plain_text_is_its_text() -> None:
    source = HARBOUR.read_text(encoding="utf-8") + "<script>harm()</script>"
    document = read_document(source, "text")
    copy = look_html(document, [Mark(" data-label=body", " data-letter=B")] * len(document.blocks), "")
    assert_harmless(copy)
    (shown,) = re.findall("<pre>(.*)</pre>", copy, re.DOTALL)
    from html import unescape

    assert unescape(re.sub("<[^>]*>", "", shown)) == document.blocks.text
    assert copy.count("data-letter") == len(document.blocks)


# --- The server -------------------------------------------------------------------------------------------------------


@pytest.fixture
def client(session: Session) -> Iterator[TestClient]:
    with TestClient(make_app(session, Retraining(session), "secret"), base_url="http://127.0.0.1:8123") as client:
        yield client


def test_no_request_is_answered_without_the_token(client: TestClient, gold: Path) -> None:
    for path in ("/", "/pages", "/wrong/pages", "/pages/0/label", "/secre/state", "/label.css"):
        assert client.get(path).status_code == 403
    assert client.post("/wrong/pages/0/label", json={"revision": 0, "label": "body", "blocks": [0]}).status_code == 403
    assert not gold.exists()


def test_no_other_host_name_is_answered(client: TestClient, gold: Path) -> None:
    action = {"revision": 0, "label": "body", "blocks": [0]}
    for host in ("evil.example", "evil.example:8123", "127.0.0.1.evil.example", "", "[::1]:8123"):
        assert client.get("/secret/pages", headers={"host": host}).status_code == 421
        assert client.post("/secret/pages/0/label", json=action, headers={"host": host}).status_code == 421
    assert client.get("/secret/pages", headers={"host": "localhost:9"}).status_code == 200
    assert not gold.exists()


def test_no_request_of_another_site_is_answered(client: TestClient, gold: Path) -> None:
    action = {"revision": 0, "label": "body", "blocks": [0]}
    for headers in ({"origin": "https://evil.example"}, {"origin": "null"}, {"content-type": "text/plain"}):
        response = client.post("/secret/pages/0/label", content=json.dumps(action), headers=headers)
        assert response.status_code in (403, 415)
    assert not gold.exists()


def test_every_answer_has_a_strict_policy(client: TestClient) -> None:
    for path in (
        "/secret/",
        "/secret/pages",
        "/secret/pages/0",
        "/secret/page.js",
        "/secret/state",
        "/secret/none",
        "/no",
    ):
        headers = client.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; ")
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["referrer-policy"] == "no-referrer" and headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
    policy = client.get("/secret/pages/0/look").headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline'; ") and "script" not in policy
    assert policy.endswith("sandbox allow-same-origin")


def test_the_pages_load_nothing_but_their_own_files(client: TestClient) -> None:
    for path in ("/secret/pages", "/secret/pages/0"):
        html = client.get(path).text
        assert set(re.findall(r'(?:src|href)="([^"#]*)"', html)) <= {
            "../label.css", "../page.js", "../pages", "label.css", *(f"pages/{n}" for n in range(10)),
        }  # fmt: skip
        assert "<style" not in html and " on" not in re.sub(r">[^<]*<", "><", html).replace(" one", "")
    assert 'sandbox="allow-same-origin"' in client.get("/secret/pages/0").text


def test_actions_by_the_api(client: TestClient, session: Session, gold: Path) -> None:
    def act(action: str, **body: Any) -> Any:
        return client.post(f"/secret/pages/0/{action}", json=body)

    assert act("label", revision=0, label="body", blocks=[1, 2]).json() == {"revision": 1}
    stale = act("label", revision=0, label="title", blocks=[1])
    assert stale.status_code == 409 and "another tab" in stale.json()["error"]
    assert act("title", revision=1, title="T").json() == {"revision": 2}
    undone = act("undo", revision=2).json()
    assert (undone["undone"], undone["labels"], undone["revision"]) == (True, {}, 3)
    assert act("undo", revision=3).json()["labels"] == {"1": None, "2": None}
    stale = act(
        "done", revision=4, mode="labels", model="gold.models/html-1"
    )  # what was shown is not what is predicted
    assert stale.status_code == 409 and "trained again" in stale.json()["error"]
    done = act("done", revision=4, mode="labels", model="shipped").json()
    assert done == {"revision": 5, "next": session.queue[1] if session.queue[0] == 0 else session.next_page(0)}
    assert client.get("/secret/state").json()["done"] == 1
    for action, body in (
        ("label", {"revision": 5, "label": "bogus", "blocks": [0]}),
        ("label", {"revision": 5, "label": "body", "blocks": ["x"]}),
        ("label", {"revision": 5, "label": "body", "blocks": [99999]}),
        ("label", {"label": "body", "blocks": [0]}),
        ("done", {"revision": 5, "mode": "bogus", "model": "shipped"}),
    ):
        assert act(action, **body).status_code == 400
    assert (
        client.post("/secret/pages/0/label", content=b"[]", headers={"content-type": "application/json"}).status_code
        == 400
    )
    assert client.get("/secret/pages/10").status_code == client.get("/secret/pages/x").status_code == 404
    assert session.pages[0].revision == 5


def test_the_start_leads_to_the_page_that_teaches_most(client: TestClient, session: Session) -> None:
    assert client.get("/secret/", follow_redirects=False).headers["location"] == f"pages/{session.queue[0]}"
    for number in range(10):
        session.finish(number, 0, "content")
    assert client.get("/secret/", follow_redirects=False).headers["location"] == "pages"
    assert "10 of 10 done" in client.get("/secret/pages").text


def test_texts_of_pages_are_escaped(tmp_path: Path, gold: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(HARM + "<p>&lt;/script&gt;&lt;script&gt;harm()&lt;/script&gt; &quot; $title ${x}", encoding="utf-8")
    session = open_session(gold, page)
    with TestClient(make_app(session, Retraining(session), "secret"), base_url="http://localhost") as client:
        html = client.get("/secret/pages/0").text
    scripts = [attributes for tag, attributes in Tags(html).found if tag == "script"]
    assert scripts == [{"src": "../page.js", "defer": None}, {"type": "application/json", "id": "data"}]
    assert [tag for tag, _ in Tags(html).found if tag in ("base", "object", "svg", "style", "img")] == []


def test_retraining_needs_pages_and_reports_what_it_did(client: TestClient, session: Session, tmp_path: Path) -> None:
    response = client.post("/secret/retrain", json={})
    assert response.status_code == 400 and "at least 3 pages" in response.json()["error"]
    response = client.post("/secret/undo-retrain", json={})
    assert response.status_code == 400 and "no training" in response.json()["error"]


def test_the_letters_of_labels_are_no_keys_of_commands() -> None:
    twelve = [LETTERS[label] for label in LABELS]
    assert len(set(twelve)) == 12 and not set("".join(twelve)) & set("JKNPUSEXL123456789")


# --- The command ------------------------------------------------------------------------------------------------------


def test_the_command_says_what_is_wrong(tmp_path: Path) -> None:
    def fails(*arguments: str) -> str:
        result = CliRunner().invoke(main, ["label", *arguments])
        assert result.exit_code != 0 and result.stderr.count("Traceback") == 0
        return result.stderr

    assert "no page to label" in fails("-o", str(tmp_path / "gold.jsonl"))
    assert "must be named .jsonl" in fails(str(HARBOUR), "-o", str(tmp_path / "gold.parquet"))
    write_gold(tmp_path / "gold.jsonl")
    assert "name the gold files" in fails("-o", str(tmp_path / "texts.jsonl"), "--export")
    assert "overwritten" in fails(str(tmp_path / "gold.jsonl"), "-o", str(tmp_path / "gold.jsonl"), "--export")


def test_the_model_in_use_may_be_ones_own(gold: Path, tmp_path: Path, small_model: Any) -> None:
    boilerkit.model.storage.save_model(small_model, tmp_path / "my-model")
    session = open_session(gold, FOLDER, model=tmp_path / "my-model")
    session.finish(0, 0, "content")
    assert rows_of(gold)[0]["labeling"]["model"] == str(tmp_path / "my-model")
    assert PageFile and BoilerkitError
