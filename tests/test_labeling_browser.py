"""`boilerkit label` end to end: a server of its own, a real browser, a person's clicks and keys."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from support.label_demo import FOLDER, PAGES, wanted_texts
from test_labeling import HARM
from test_view import CONTRASTS

pytest.importorskip("starlette", reason="starlette is not installed: nothing can be labelled")

import boilerkit
from boilerkit.decoding.encoding import decode
from boilerkit.gold.reader import read_gold

ROOT = Path(__file__).parent.parent
WAIT_FOR_TRAINING = 240_000  # milliseconds


def wait_until(tab: Any, condition: str, seconds: float = 60) -> None:
    """Wait for a condition in JavaScript. Playwright's own way needs `eval`, which the policy forbids."""
    end = time.monotonic() + seconds
    while not tab.evaluate(condition):
        assert time.monotonic() < end, f"{condition} does not come true"
        tab.wait_for_timeout(20)


class Server:
    """A `boilerkit label` of its own process."""

    def __init__(self, folder: Path, *arguments: str | Path) -> None:
        command = [sys.executable, "-m", "boilerkit", "label", *map(str, arguments), "--no-open"]
        environment = os.environ | {
            "PYTHONPATH": str(ROOT),
            "PYTHONUNBUFFERED": "1",
            "OMP_NUM_THREADS": "1",
            "XDG_CACHE_HOME": str(folder / "cache"),
        }
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
        assert self.process.stdout is not None
        self.said = self.process.stdout.readline().strip()
        self.address = self.process.stdout.readline().strip()
        assert self.address.startswith("http://127.0.0.1:"), self.said

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    started: list[Server] = []

    def start(*arguments: str | Path) -> Server:
        started.append(Server(tmp_path, *arguments))
        return started[-1]

    yield start
    for server in started:
        if server.process.poll() is None:
            server.kill()


class Person:
    """A tab, and how often a person clicked and pressed keys in it; nothing may go to another server."""

    def __init__(self, browser: Any, server: Server, **options: Any) -> None:
        self.context = browser.new_context(viewport={"width": 1400, "height": 900}, **options)
        self.context.set_default_timeout(120_000)
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.clicks = self.keys = 0
        self.context.on("request", lambda request: self.requests.append(request.url))
        self.open(server)

    def open(self, server: Server) -> None:
        """Open the server's address in another tab."""
        self.server = server
        self.tab = self.context.new_page()
        self.tab.on("console", lambda message: self.complaints.append(message.text))
        self.tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.tab.goto(server.address)
        self.settled()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keys += 1
            self.tab.keyboard.press(key)

    def click(self, selector: str, **options: Any) -> None:
        self.clicks += 1
        self.tab.locator(selector).click(**options)

    def saved(self) -> None:
        wait_until(self.tab, "waiting === 0")

    def settled(self) -> None:
        """Wait until the page and its look are there."""
        self.tab.wait_for_load_state()
        wait_until(self.tab, "typeof marks === 'undefined' || marks.size > 0 || !items.length")

    def next_page(self, *keys: str) -> None:
        """Finish the page with a key, and wait for the next one or for the list."""
        before = self.tab.url
        self.press(*keys or ["s"])
        self.tab.wait_for_url(lambda url: url != before)
        self.settled()

    def blocks(self) -> list[tuple[str, str]]:
        """What is shown of every block: its text and its label."""
        found = self.tab.evaluate("items.map((item, number) => [item.querySelector('p').textContent, shown(number)])")
        return [(text, label) for text, label in found]

    def page_id(self) -> str:
        return str(self.tab.text_content(".about p")).split()[0]

    def close(self) -> None:
        own = self.server.address.split("/", 3)[2]
        hosts = {url.split("/", 3)[2] for url in self.requests}
        assert all(host.startswith("127.0.0.1:") for host in hosts) and own in hosts
        assert self.complaints == []
        self.context.close()


def rows_of(gold: Path) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in map(json.loads, gold.read_text(encoding="utf-8").splitlines())}


def wrong_blocks(person: Person, source: str) -> list[int]:
    """The numbers of the blocks whose label is not what the person wants."""
    wanted = wanted_texts(source)
    return [number for number, (text, label) in enumerate(person.blocks()) if (label == "content") != (text in wanted)]


def go_to(person: Person, number: int) -> None:
    """Go to a block by keys: through uncertain ones as far as they lead, and then step by step."""
    while (cursor := int(person.tab.evaluate("cursor"))) != number:
        unsure = person.tab.evaluate("[...items.keys()].filter(isUnsure)")
        if number > cursor:
            person.press("n" if any(cursor < one <= number for one in unsure) else "j")
        else:
            person.press("p" if any(number <= one < cursor for one in unsure) else "k")


def correct(person: Person, by: str) -> None:
    """Correct all blocks of the page with the mouse or with keys, and all of a path at once where that helps."""
    source = (FOLDER / person.page_id()).read_text(encoding="utf-8")
    while wrong := wrong_blocks(person, source):
        number = wrong[0]
        if by == "mouse":
            person.click(f"#b{number} button")
        else:
            go_to(person, number)
            person.press("Enter")
        same = person.tab.evaluate("number => ofSamePath(number)", number)
        if len(set(same) & set(wrong)) > 1:
            if by == "mouse":
                person.click("#same")
            else:
                person.press("e")
    person.saved()


# --- From pages to a better model -------------------------------------------------------------------------------------


def test_label_kill_resume_and_retrain(browser: Any, serve: Callable[..., Server], tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    server = serve(FOLDER, "-o", gold)
    person = Person(browser, server)
    labelled = []
    for by in ("mouse", "keys", "mouse"):
        labelled.append(person.page_id())
        correct(person, by)
        if len(labelled) < 3:
            person.next_page()
    halfway = rows_of(gold)[labelled[2]]
    assert halfway["done"] is False and halfway["spans"]
    server.kill()

    server = serve(FOLDER, "-o", gold)
    assert server.said.startswith("2 of 10 pages are labelled")
    person.open(server)
    person.tab.goto(f"{server.address}pages")
    person.tab.get_by_role("link", name=title_of(labelled[2])).click()
    person.settled()
    source = (FOLDER / labelled[2]).read_text(encoding="utf-8")
    assert wrong_blocks(person, source) == []  # what was said before the kill
    person.next_page()

    assert {page.id for page in read_gold(gold)} == set(labelled)
    for page in read_gold(gold):
        text = boilerkit.analyze(page.source).full_text
        said = {text[span.start : span.end] for span in page.gold or () if str(span.label) == "content"}
        assert said == wanted_texts(decode(page.source))

    before = [label for _, label in person.blocks()]
    name = person.page_id()
    person.click("#retrain")
    person.tab.wait_for_selector("#notice:not([hidden])", timeout=WAIT_FOR_TRAINING)
    notice = person.tab.text_content("#notice")
    assert re.match(r"Retrained: word F1 on your 3 pages of HTML, by cross-validation: 0\.\d", notice), notice
    scores = [float(number) for number in re.findall(r"(\d\.\d+) \[", notice)]
    assert scores[1] > scores[0]
    person.settled()
    assert person.page_id() == name
    after = [label for _, label in person.blocks()]
    assert after != before
    source = (FOLDER / name).read_text(encoding="utf-8")
    assert len(wrong_blocks(person, source)) < len(wanted_texts(source))
    assert boilerkit.load_model(tmp_path / "gold.models" / "html-1").input_format == "html"
    person.complaints.clear()

    server.kill()  # the model outlives the server
    server = serve(FOLDER, "-o", gold)
    person.open(server)
    assert "gold.models/html-1" in person.tab.text_content(".about")
    person.click("#undo-retrain")
    person.tab.locator(".about", has_text="shipped").wait_for(timeout=WAIT_FOR_TRAINING)  # also after a reload
    assert not list((tmp_path / "gold.models").iterdir())
    person.settled()
    person.tab.goto(f"{server.address}pages")
    person.tab.get_by_role("link", name=title_of(name)).click()
    person.settled()
    assert [label for _, label in person.blocks()] == before
    person.complaints.clear()
    person.close()


def title_of(name: str) -> str:
    return boilerkit.analyze((FOLDER / name).read_bytes()).title


def test_ten_pages_take_few_clicks_and_keys(
    browser: Any, serve: Callable[..., Server], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The demo, as README promises it: a kind of page that the shipped model gets wrong, ten of them labelled."""
    gold = tmp_path / "gold.jsonl"
    person = Person(browser, serve(FOLDER, "-o", gold))
    costs = []
    for number in range(10):
        before = person.clicks, person.keys
        correct(person, "mouse" if number % 2 else "keys")
        person.next_page()
        costs.append((person.clicks - before[0], person.keys - before[1]))
    total = person.clicks + person.keys
    with capsys.disabled():
        print(f"\n10 pages labelled with {person.clicks} clicks and {person.keys} keys: {costs}")
    assert "10 of 10 done" in person.tab.text_content(".progress")
    assert total < 20 * len(PAGES)  # at two or three seconds each, a page takes less than a minute
    person.tab.goto(f"{person.server.address}pages/0")
    person.settled()
    person.click("#retrain")
    person.tab.wait_for_selector("#notice:not([hidden])", timeout=WAIT_FOR_TRAINING)
    notice = str(person.tab.text_content("#notice"))
    with capsys.disabled():
        print(notice)
    before_f1, after_f1 = (float(number) for number in re.findall(r"(\d\.\d+) \[", notice))
    assert before_f1 < 0.4 and after_f1 > 0.8  # README promises as much
    person.close()


# --- Single actions ---------------------------------------------------------------------------------------------------


@pytest.fixture
def labels(tmp_path: Path) -> Callable[[], list[str]]:
    """What the gold file says of the blocks of its only page, by their number."""

    def read() -> list[str]:
        (row,) = rows_of(tmp_path / "gold.jsonl").values()
        page = boilerkit.analyze((tmp_path / "page.html").read_bytes())
        said = {span["start"]: span["label"] for span in row["spans"]}
        return [said.get(block.start, "") for block in page.blocks]

    return read


@pytest.fixture
def person(browser: Any, serve: Callable[..., Server], tmp_path: Path) -> Iterator[Person]:
    """A person before the example of a news article, which has 87 blocks."""
    shutil.copy(ROOT / "examples" / "news-article.html", tmp_path / "page.html")
    made = Person(browser, serve(tmp_path / "page.html", "-o", tmp_path / "gold.jsonl"))
    yield made
    made.close()


def test_ranges_by_shift_click_drag_and_keys(person: Person, labels: Callable[[], list[str]]) -> None:
    tab = person.tab
    tab.locator("#b3 p").click()
    tab.locator("#b5 p").click(modifiers=["Shift"])
    person.press("1")
    person.saved()
    assert [number for number, label in enumerate(labels()) if label == "content"] == [3, 4, 5]
    tab.locator("#b8 p").hover()
    tab.mouse.down()
    tab.locator("#b10 p").hover()
    tab.mouse.up()
    person.click("[data-choice=content]")
    person.saved()
    assert [number for number, label in enumerate(labels()) if label == "content"] == [3, 4, 5, 8, 9, 10]
    person.press("Escape", "j", "Shift+J", "Shift+ArrowDown", "+", "k", "x")
    person.saved()
    assert [number for number, label in enumerate(labels()) if label == "content"] == [3, 4, 5, 8, 9, 10, 11, 13]
    assert tab.get_attribute("#blocks", "aria-activedescendant") == "b12"


def test_undo_and_the_title_field(person: Person, labels: Callable[[], list[str]], tmp_path: Path) -> None:
    person.tab.locator("#b3 p").click()
    person.press("1", "2")
    person.tab.locator("#title").fill("Another title")
    person.tab.keyboard.press("Enter")
    person.saved()
    assert rows_of(tmp_path / "gold.jsonl")["page.html"]["title"] == "Another title" and labels()[3] == "boilerplate"
    for expected in ("boilerplate", "content", ""):
        person.press("u")
        person.saved()
        assert labels()[3] == expected
    assert person.tab.input_value("#title") == boilerkit.analyze((tmp_path / "page.html").read_bytes()).title
    person.press("u")
    person.saved()
    assert person.tab.text_content("#status") == "Nothing to undo"


def test_twelve_labels_by_letters_and_digits(person: Person, labels: Callable[[], list[str]]) -> None:
    person.press("l")
    person.settled()
    page = boilerkit.analyze((ROOT / "examples" / "news-article.html").read_bytes())
    assert person.blocks() == [(block.text, str(block.label)) for block in page.blocks]
    person.tab.locator("#b3 p").click()
    person.press("t", "j", "9", "j", "j")
    person.click("[data-choice=footer]")
    person.saved()
    assert labels()[3:7] == ["title", "comments", "", "footer"]
    person.tab.reload()
    person.settled()
    assert [label for _, label in person.blocks()][3:7] == ["title", "comments", str(page.blocks[5].label), "footer"]
    person.press("s")
    person.tab.wait_for_url("**/pages")
    assert labels()[3:7] == ["title", "comments", str(page.blocks[5].label), "footer"]


def test_uncertain_blocks_are_marked_and_jumped_through(person: Person) -> None:
    page = boilerkit.analyze((ROOT / "examples" / "news-article.html").read_bytes())
    risk = [1 - block.probability if block.is_kept else block.probability for block in page.blocks]
    unsure = [number for number, p in enumerate(risk) if p > 0.15]
    assert unsure and person.tab.text_content("#unsure") == f"{len(unsure)} uncertain"
    seen = [int(person.tab.evaluate("cursor"))]
    for _ in unsure[1:]:
        person.press("n")
        seen.append(int(person.tab.evaluate("cursor")))
        assert "unsure" in person.tab.get_attribute(f"#b{seen[-1]}", "class")
    assert seen == unsure
    person.press("Enter")
    person.saved()
    assert person.tab.text_content("#unsure") == f"{len(unsure) - 1} uncertain"


def test_a_second_tab_does_not_overwrite(person: Person, labels: Callable[[], list[str]]) -> None:
    second = person.context.new_page()
    second.goto(person.tab.url)
    wait_until(second, "marks.size > 0")
    person.tab.locator("#b3 p").click()
    person.press("1")
    person.saved()
    second.locator("#b3 p").click()
    second.keyboard.press("2")
    second.wait_for_selector("#notice:not([hidden])")
    assert "changed in another tab" in second.text_content("#notice")
    assert labels()[3] == "content" and second.evaluate("shown(3)") == "content"
    second.locator("#b3 p").click()
    second.keyboard.press("2")
    wait_until(second, "waiting === 0")
    assert labels()[3] == "boilerplate"


def test_what_is_not_saved_is_told_and_sent_later(person: Person, labels: Callable[[], list[str]]) -> None:
    person.context.set_offline(True)
    person.tab.locator("#b3 p").click()
    person.press("1", "j", "1")
    person.tab.wait_for_selector("#notice:not([hidden])")
    assert "Not saved" in person.tab.text_content("#notice")
    person.context.set_offline(False)
    person.saved()
    assert labels()[3:5] == ["content", "content"] and not person.tab.is_visible("#notice")
    person.complaints.clear()  # of the requests that failed


#: Whether a block is in the visible part of the list.
IN_SIGHT = """number => {
    const [row, pane] = [items[number], document.querySelector('main')].map((e) => e.getBoundingClientRect());
    return pane.top <= row.top && row.bottom <= pane.bottom;
}"""


def test_a_click_in_one_view_scrolls_the_other(person: Person) -> None:
    tab = person.tab
    for number in (80, 2, 40):
        tab.evaluate("number => items[number].scrollIntoView()", number)
        tab.locator(f"#b{number} p").click()
        seen = tab.evaluate(
            """number => {
                const pane = document.getElementById('look').getBoundingClientRect();
                const top = marks.get(number)[0].getBoundingClientRect().top + frame.getBoundingClientRect().top;
                return pane.top <= top && top < pane.bottom;
            }""",
            number,
        )
        assert seen
    for number in (0, 86, 30):
        tab.evaluate("number => marks.get(number)[0].scrollIntoView({ block: 'center' })", number)
        place = tab.evaluate(
            """number => {
                const [inner, outer] = [marks.get(number)[0], frame].map((e) => e.getBoundingClientRect());
                return [inner.left + outer.left + 20, inner.top + outer.top + inner.height / 2];
            }""",
            number,
        )
        tab.mouse.click(*place)
        assert int(tab.evaluate("cursor")) == number
        tab.wait_for_timeout(100)
        assert tab.evaluate(IN_SIGHT, number)
    assert tab.evaluate("document.activeElement.id") == "blocks"


def test_everything_can_be_reached_by_keys_alone(person: Person) -> None:
    names = set()
    for _ in range(40):
        person.press("Tab")
        names.add(
            person.tab.evaluate(
                "document.activeElement.id || document.activeElement.dataset.choice || document.activeElement.value"
            )
        )
    assert {"title", "done", "retrain", "content", "boilerplate", "same", "undo", "before", "after", "blocks"} <= names
    assert person.tab.evaluate("document.activeElement.tagName") != "IFRAME"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_can_be_read_in_light_and_dark(
    browser: Any, serve: Callable[..., Server], tmp_path: Path, scheme: str
) -> None:
    person = Person(
        browser, serve(ROOT / "examples" / "news-article.html", "-o", tmp_path / "g.jsonl"), color_scheme=scheme
    )
    for mode in ("two", "twelve"):
        for number in range(0, 86, 40):
            person.tab.evaluate("number => select(number, { from: 'jump' })", number)
            person.press("Enter")
            wait_until(person.tab, "items[cursor].className")
            found = person.tab.evaluate(CONTRASTS)
            assert len(found) > 60
            assert [pair for pair in found if pair[1] < 4.5] == [], mode
        person.press("l")
        person.settled()
    person.close()


def test_labels_can_be_read_without_colour(person: Person) -> None:
    person.press("l")
    person.settled()
    person.tab.evaluate("select(24)")
    row = person.tab.locator("#b24")
    assert row.locator("b").text_content() == "body" and row.locator("button").text_content() == "B"
    assert row.get_attribute("role") == "option" and row.get_attribute("aria-selected") == "true"
    assert person.tab.evaluate("getComputedStyle(marks.get(24)[0], '::before').content") == '"B"'


def test_an_interrupt_ends_the_command_and_says_where_the_labels_are(
    serve: Callable[..., Server], tmp_path: Path
) -> None:
    server = serve(FOLDER, "-o", tmp_path / "gold.jsonl")
    assert server.process.stdout is not None
    assert "Ctrl+C" in server.process.stdout.readline()
    with urlopen(server.address + "state") as answer:
        assert json.load(answer)["done"] == 0
    server.process.send_signal(signal.SIGINT)
    assert server.process.stdout.read().startswith("0 of 10 pages are labelled; the labels are in ")
    assert server.process.wait() == 0


# --- Hostile and large pages ------------------------------------------------------------------------------------------


def test_hostile_pages_neither_run_nor_load_nor_navigate(
    browser: Any, serve: Callable[..., Server], tmp_path: Path
) -> None:
    harm = HARM.replace("harm()", "top.harm=1;parent.harm=1;fetch('https://harm.example/f')")
    (tmp_path / "page.html").write_text(harm, encoding="utf-8")
    person = Person(browser, serve(tmp_path / "page.html", "-o", tmp_path / "gold.jsonl"))
    address = person.tab.url
    person.tab.locator("#b0 p").click()
    box = person.tab.locator("#look").bounding_box()
    for y in range(10, 400, 30):
        for x in (15, 60, 200):
            person.tab.mouse.click(box["x"] + x, box["y"] + y)
    person.tab.wait_for_timeout(300)
    assert person.tab.evaluate("window.harm") is None and person.tab.url == address
    assert len(person.context.pages) == 1
    person.close()  # which checks that no request went elsewhere, and that nothing was refused in the console


@pytest.mark.parametrize(
    "markup", ["<script>parent.harm = 1</script>", "<img src=https://harm.example/x onerror='parent.harm = 1'>"]
)
def test_the_frame_holds_what_would_slip_through(person: Person, markup: str) -> None:
    """As if the copy of a page had kept something harmful."""
    person.tab.evaluate(
        """markup => {
            const inside = frame.contentDocument;
            inside.body.append(inside.createRange().createContextualFragment(markup));
        }""",
        markup,
    )
    person.tab.wait_for_timeout(200)
    assert person.tab.evaluate("window.harm") is None
    assert person.complaints  # the browser says that it refused
    person.complaints.clear()
    person.requests = [url for url in person.requests if "harm.example" not in url]


@pytest.mark.slow
@pytest.mark.parametrize(
    "source",
    [
        "<main>" + "<div class=row><a href=x>Link</a><p>Some text, which goes on.</p></div>" * 50_000,
        "<div>" * 3000 + "<p>deep" + "<table><tr><td>" * 500 + "text",
        "<p>" + "word " * 400_000,
        "<p>\0\ufffe<b></i><<<p <p a='", "",
    ],
    ids=["blocks", "deep", "long", "broken", "empty"],
)  # fmt: skip
def test_large_and_broken_pages_can_be_labelled(
    browser: Any, serve: Callable[..., Server], tmp_path: Path, source: str
) -> None:
    (tmp_path / "page.html").write_text(source, encoding="utf-8")
    person = Person(browser, serve(tmp_path / "page.html", "-o", tmp_path / "gold.jsonl"))
    person.press("j", "1", "e", "u", "l")
    person.saved()
    person.press("s")
    person.tab.wait_for_url("**/pages")
    assert "1 of 1 done" in person.tab.text_content(".progress")
    assert list(read_gold(tmp_path / "gold.jsonl"))
    person.close()


def test_a_page_of_thousands_of_blocks_paints_only_what_is_in_sight(
    browser: Any, serve: Callable[..., Server], tmp_path: Path
) -> None:
    (tmp_path / "page.html").write_text("".join(f"<p>Paragraph {n}." for n in range(5000)), encoding="utf-8")
    person = Person(browser, serve(tmp_path / "page.html", "-o", tmp_path / "gold.jsonl"))
    person.tab.wait_for_selector(".now .what")  # which block the page starts at depends on the model
    assert 50 <= person.tab.locator(".what").count() < 500
    for number in (100, 4000):
        person.tab.evaluate("number => select(number, { from: 'jump' })", number)
        person.tab.wait_for_selector(f"#b{number} .what")
        person.tab.wait_for_timeout(200)
        assert person.tab.evaluate(IN_SIGHT, number)
    person.tab.evaluate("items[2000].scrollIntoView()")
    person.tab.wait_for_selector("#b2000 .what")
    assert person.tab.locator(".what").count() < 1000
    person.close()
