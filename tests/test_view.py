"""The view of a page: what its source says, and what a real browser shows and does."""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import boilerkit
from boilerkit.cli import main
from boilerkit.labels import CONTENT_LABELS, LABELS
from boilerkit.page import Page

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "news-article.html"

HOSTILE_TEXTS = (
    "</div></li></ol><script>window.harm = 1</script>",
    "</style><script>window.harm = 1</script>",
    "</script><script>window.harm = 1</script>",
    "<img src=x onerror=window.harm=1>",
    "<!-- --!> ]]> <![CDATA[",
    "\" onmouseover=\"window.harm=1\" ' onfocus='window.harm=1'",
    "javascript:window.harm=1",
    "$title ${policy} $$ {{ title }} %s \\u003c &amp; &#60;script&#62;",
    "żółw 🐢 e\u0301 \u202eback\u202c \ufeff\ufffe\x7f\x85\x01 end",
)


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


HOSTILE = (
    f"<title>{escaped(HOSTILE_TEXTS[0])}</title>"
    f"<script>window.harm = 1</script><style>body {{ background: url(https://harm.example/) }}</style>"
    f"<pre>\n\none&#13;return\x0cand\n  two</pre><img src=https://harm.example/x.png>"
    + "".join(f"<p onclick='window.harm = 1'>{escaped(text)}</p>" for text in HOSTILE_TEXTS)
)
HEBREW = (
    "<title>טחנת הגאות</title><h1>טחנת הגאות</h1><p>"
    + "הגלגל של טחנת הגאות הסתובב שוב, בפעם הראשונה מזה מאה שנים. " * 4
    + "</p><p>English again, from left to right.</p>"
)
PAGES = {
    "example": (EXAMPLE.read_text(encoding="utf-8"), "https://courier.example/n/48213"),
    "hostile": (HOSTILE, 'javascript:window.harm=1//</p><script>window.harm=1</script>"'),
    "hebrew": (HEBREW, None),
    "empty": ("", None),
}


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest) -> Page:
    source, url = PAGES[request.param]
    return boilerkit.analyze(source, url=url)


@pytest.fixture(scope="module")
def example() -> Page:
    source, url = PAGES["example"]
    return boilerkit.analyze(source, url=url)


# --- The source -------------------------------------------------------------------------------------------------------


def test_the_policy_names_the_only_style_and_script_by_their_hashes(page: Page) -> None:
    (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', page.to_view_html())
    assert policy.startswith("default-src 'none'; ") and "unsafe" not in policy
    for name in ("style", "script"):
        (inside,) = re.findall(f"<{name}[^>]*>(.*?)</{name}>", page.to_view_html(), re.DOTALL)
        assert f"{name}-src 'sha256-{b64encode(sha256(inside.encode()).digest()).decode()}'" in policy


def test_the_view_is_the_same_each_time_and_can_be_written(page: Page) -> None:
    assert page.to_view_html() == page.to_view_html()
    assert page.to_view_html().encode() and not re.search(
        r"\b(src|href|action)=", page.to_view_html().split("<main>")[0]
    )


def test_the_view_of_a_page_that_keeps_certain_labels(example: Page) -> None:
    kept = example.with_labels({"ticker"})
    assert (
        f"{len(kept.blocks)} blocks, {len(kept.blocks_with_label('ticker'))} of them in the extracted text"
        in kept.to_view_html()
    )


# --- The command ------------------------------------------------------------------------------------------------------


def run(*args: str | Path, input: bytes | None = None) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args], input=input)


def test_the_command_writes_the_view_and_says_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    expected = boilerkit.analyze(EXAMPLE.read_bytes(), url="https://e.example/", threshold=0.7).to_view_html()
    options = ("--url", "https://e.example/", "--threshold", "0.7")
    for args, name in (
        (("view", EXAMPLE), "news-article.view.html"),
        (("view", "-"), "stdin.view.html"),
        (("view", EXAMPLE, "-o", "blocks.html"), "blocks.html"),
    ):
        result = run(*args, *options, input=EXAMPLE.read_bytes())
        assert (result.exit_code, result.output) == (0, name + "\n")
        assert Path(name).read_text(encoding="utf-8") == expected


def test_the_command_opens_the_browser_where_it_is_asked_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    assert run("view", EXAMPLE, "-o", tmp_path / "a.html").exit_code == 0 and opened == []
    assert run("view", EXAMPLE, "-o", tmp_path / "b.html", "--open").exit_code == 0
    assert opened == [(tmp_path / "b.html").as_uri()]


def test_the_command_fails_in_one_line(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<p>one", encoding="utf-8")
    result = run("view", page, "-o", page)
    assert result.exit_code == 2 and "would be overwritten" in result.stderr
    assert page.read_text(encoding="utf-8") == "<p>one"
    for args, said in (
        (("-", "-o", tmp_path / "out.html"), "boilerkit: standard input: this is a PNG image, not an HTML page\n"),
        ((page, "-o", tmp_path / "no" / "out.html"), f"boilerkit: {tmp_path / 'no' / 'out.html'}: No such file"),
    ):
        result = run("view", *args, input=b"\x89PNG\r\n\x1a\n" + bytes(64))
        assert result.exit_code == 1 and result.stderr.startswith(said) and result.stderr.count("\n") == 1


# --- In a browser -----------------------------------------------------------------------------------------------------


class Shown:
    """A view in a tab, with all that the tab asked for and complained of."""

    def __init__(self, browser: Any, page: Page, file: Path, **options: Any) -> None:
        file.write_text(page.to_view_html(), encoding="utf-8")
        self.page = page
        self.context = browser.new_context(**options)
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.context.on("request", lambda request: self.requests.append(request.url))
        self.tab = self.context.new_page()
        self.tab.on("console", lambda message: self.complaints.append(message.text))
        self.tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.tab.on("dialog", lambda dialog: self.complaints.append(dialog.message))
        self.tab.goto(file.as_uri())
        self.address = file.as_uri()

    def visible(self) -> list[int]:
        """The numbers of the blocks that are shown."""
        found: list[int] = self.tab.eval_on_selector_all(
            "#blocks li", "all => all.filter(li => li.getClientRects().length).map(li => Number(li.id))"
        )
        return found

    def details(self) -> tuple[str, dict[str, float]]:
        """What is said of one block, and the probabilities beside it."""
        said = self.tab.text_content("#details [role=status]")
        names = self.tab.locator("#details dt").all_text_contents()
        values = self.tab.locator("#details dd").all_text_contents()
        return said, {name: float(value) for name, value in zip(names, values, strict=True)}


@pytest.fixture
def show(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Shown]]:
    opened: list[Shown] = []

    def open_one(page: Page, **options: Any) -> Shown:
        opened.append(Shown(browser, page, tmp_path / "view.html", **options))
        return opened[-1]

    yield open_one
    for shown in opened:
        assert shown.requests == [shown.address]  # the file itself, and nothing from the network
        assert shown.complaints == []
        shown.context.close()


def details_of(block: boilerkit.Block) -> tuple[str, dict[str, float]]:
    """What the view should say of a block."""
    where = "in the text" if block.is_kept else "not in the text"
    probabilities = {str(label): round(p, 3) for label, p in block.probabilities.items()}
    return f"Block {block.index}: {block.label}, {where}", {"is content": round(block.probability, 3)} | probabilities


def test_the_browser_shows_what_analyze_says(page: Page, show: Callable[..., Shown]) -> None:
    tab = show(page).tab
    found = tab.eval_on_selector_all(
        "#blocks li",
        """all => all.map(li => [
            li.querySelector('div').textContent, li.querySelector('b').textContent,
            li.querySelector('span').textContent, li.classList.contains('in')])""",
    )
    assert found == [
        [
            block.text,
            block.label,
            f"{block.label}{block.probabilities[block.label]:.2f}{'✓' if block.is_kept else ''}",
            block.is_kept,
        ]
        for block in page.blocks
    ]
    counts = Counter(str(block.label) for block in page.blocks)
    assert tab.locator("#legend label").all_text_contents() == [f"{label}{counts[label]}" for label in LABELS]
    assert tab.text_content("h1") == (page.title or "a page without a title")
    assert tab.text_content(".url") == (page.url or "")
    assert tab.evaluate("window.harm") is None


def test_pointing_at_a_block_shows_its_probabilities(example: Page, show: Callable[..., Shown]) -> None:
    shown = show(example, viewport={"width": 1300, "height": 800})
    for number in (19, 24, 2):
        shown.tab.locator(f"[id='{number}']").hover()
        assert shown.details() == details_of(example.blocks[number])
        assert shown.tab.text_content("#details .chosen dt") == example.blocks[number].label


def test_the_probabilities_of_all_blocks_are_those_of_analyze(page: Page, show: Callable[..., Shown]) -> None:
    shown = show(page)
    for block in page.blocks:
        shown.tab.dispatch_event(f"[id='{block.index}'] div", "pointerover")
        assert shown.details() == details_of(block)


def test_switching_a_label_hides_its_blocks_and_no_others(example: Page, show: Callable[..., Shown]) -> None:
    shown = show(example)
    everything = [block.index for block in example.blocks]
    for label in LABELS:
        box = shown.tab.get_by_role("checkbox", name=re.compile(f"^{label} "))
        box.uncheck()
        assert shown.visible() == [block.index for block in example.blocks if block.label != label]
        box.check()
        assert shown.visible() == everything


def test_the_buttons_switch_all_labels(example: Page, show: Callable[..., Shown]) -> None:
    shown = show(example)
    content = [block.index for block in example.blocks if block.label in CONTENT_LABELS]
    everything = [block.index for block in example.blocks]
    for name, expected in (("none", []), ("content only", content), ("all", everything)):
        shown.tab.get_by_role("button", name=name, exact=True).click()
        assert shown.visible() == expected


def test_the_legend_needs_no_script(example: Page, show: Callable[..., Shown]) -> None:
    shown = show(example, java_script_enabled=False)
    shown.tab.get_by_text("ticker5", exact=True).click()
    assert not shown.tab.get_by_text("Gale warning").is_visible()
    assert shown.tab.get_by_text("Nine winters of work").is_visible()


def test_the_keyboard_reaches_everything(example: Page, show: Callable[..., Shown]) -> None:
    shown = show(example)
    press = shown.tab.keyboard.press
    for _ in range(3 + LABELS.index(boilerkit.Label.NAVIGATION) + 1):  # after the buttons and the labels before
        press("Tab")
    press("Space")  # the first block is navigation
    for _ in LABELS[LABELS.index(boilerkit.Label.NAVIGATION) :]:
        press("Tab")
    assert shown.tab.evaluate("document.activeElement.id") == "blocks"
    visible = [block for block in example.blocks if block.label != "navigation"]
    for block in visible[:6]:
        press("ArrowDown")
        assert shown.details()[0] == details_of(block)[0]
    press("ArrowUp")
    assert shown.details()[0] == details_of(visible[4])[0]


@pytest.mark.parametrize(
    "injected", ["<img src='data:,' onerror='window.harm = 1'>", "<style>body { opacity: 0 }</style>"]
)
def test_the_policy_lets_nothing_else_run(example: Page, show: Callable[..., Shown], injected: str) -> None:
    """As if what the page says had come through unescaped."""
    shown = show(example)
    violated = shown.tab.evaluate(
        """source => new Promise(resolve => {
            document.addEventListener('securitypolicyviolation', event => resolve(event.effectiveDirective));
            document.body.insertAdjacentHTML('beforeend', source);
        })""",
        injected,
    )
    assert violated in ("img-src", "script-src-attr", "style-src-elem")
    assert shown.tab.evaluate("[window.harm, getComputedStyle(document.body).opacity]") == [None, "1"]
    assert shown.complaints  # which the browser said aloud
    shown.complaints.clear()


def test_texts_from_right_to_left_are_set_so(show: Callable[..., Shown]) -> None:
    page = boilerkit.analyze(HEBREW)
    directions = show(page).tab.eval_on_selector_all(
        "li > div", "all => all.map(div => getComputedStyle(div).direction)"
    )
    assert directions == ["ltr" if "English" in block.text else "rtl" for block in page.blocks]


CONTRASTS = """() => {
    const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const rgb = (colour) => {
        context.clearRect(0, 0, 1, 1);
        context.fillStyle = colour;
        context.fillRect(0, 0, 1, 1);
        return [...context.getImageData(0, 0, 1, 1).data];
    };
    const luminance = (colour) => rgb(colour).slice(0, 3)
        .map((v) => v / 255).map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, place) => sum + v * [0.2126, 0.7152, 0.0722][place], 0);
    const behind = (element) => {
        const colour = getComputedStyle(element).backgroundColor;
        return rgb(colour)[3] === 255 ? colour : behind(element.parentElement);
    };
    return [...document.querySelectorAll('body *')]
        .filter((element) => element.getClientRects().length)
        .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
        .map((element) => {
            const pair = [luminance(getComputedStyle(element).color), luminance(behind(element))];
            return [element.outerHTML.slice(0, 120), (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05)];
        });
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1300])
def test_all_text_can_be_read_in_light_and_dark(
    example: Page, show: Callable[..., Shown], scheme: str, width: int
) -> None:
    shown = show(example, color_scheme=scheme, viewport={"width": width, "height": 800})
    of_each = [example.blocks_with_label(label)[0].index for label in LABELS]
    for page_text in ("in", ""):  # each label as if in the text and as if not
        for number in of_each:
            shown.tab.eval_on_selector(f"[id='{number}']", f"li => li.className = li.dataset.label + ' {page_text}'")
            shown.tab.locator(f"[id='{number}']").dispatch_event("pointerover")
        found = shown.tab.evaluate(CONTRASTS)
        assert len(found) > 200
        assert [pair for pair in found if pair[1] < 4.5] == []
    shown.tab.locator("#legend input").first.uncheck()
    assert [pair for pair in shown.tab.evaluate(CONTRASTS) if pair[1] < 4.5] == []
    dark = shown.tab.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    assert dark is (scheme == "dark")
