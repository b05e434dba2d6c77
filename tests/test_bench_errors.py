"""What decisions on blocks cost, by values worked out by hand, and the pages that show them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from click.testing import CliRunner, Result
from lxml import etree, html
from numpy.typing import NDArray
from support.generated import write_gold

from benchmarks.error_analysis.command import command
from benchmarks.error_analysis.losses import PredictedPage, losses_of, predict_page
from benchmarks.error_analysis.missing import missing_runs
from benchmarks.error_analysis.report import PAGE_COLUMNS, Report, costliest_blocks
from benchmarks.error_analysis.sums import sums_of
from benchmarks.error_analysis.view import FOLDED, block_views, runs_of, write_index, write_page
from benchmarks.exceptions import BenchmarkError
from benchmarks.systems import BoilerkitExtractor
from boilerkit import Label
from boilerkit.gold.pages import Gold, GoldPage, Span
from boilerkit.gold.reader import read_gold
from boilerkit.html.document import HtmlDocument
from boilerkit.html.segmentation.blocks import HtmlBlocks
from boilerkit.learning.out_of_fold import save_out_of_fold
from boilerkit.learning.training_pages import prepare
from boilerkit.metrics import words_of
from boilerkit.model.content import ContentModel
from boilerkit.model.storage import save_model

HTML = """<ul class="menu"><li><a href="/">Harbour news</a></li></ul>
<div><p class="lead">Four gulls came back</p><p>and five stayed out at sea</p></div>
<h2>Share <a href="/x">this page</a> now please</h2>"""
#: The words of the blocks are 2, 4, 6 and 5; three words of the gold are in no block.
GOLD = "Four gulls came back\nWhere is Olaf?\nand five stayed out at sea"
#: The second block is left out and the last is kept, both against the gold.
DECISIONS = (0.125, 0.25, 0.875, 0.75)


class FixedModel:
    """Gives each page the same probabilities, again from the first where a page has more blocks."""

    def __init__(self, *probabilities: float) -> None:
        self.probabilities = np.array(probabilities)

    def predict_proba(self, table: HtmlBlocks) -> NDArray[np.float64]:
        return np.resize(self.probabilities, len(table))


def predict(gold: Gold = GOLD, *probabilities: float, source: str = HTML, **more: str) -> PredictedPage:
    page = GoldPage(**{"id": "p1", "source": source, "gold": gold, **more})  # type: ignore[arg-type]
    model = FixedModel(*(probabilities or DECISIONS))
    return predict_page(page, BoilerkitExtractor(cast(ContentModel, model), 0.5))


# --- Losses -----------------------------------------------------------------------------------------------------------


def test_losses_of_a_page() -> None:
    found = losses_of(predict(page_type="news"))
    # 11 words are kept, 13 are gold, and the 6 of the third block are in both.
    assert (found.kept_words, found.gold_words) == (11, 13)
    assert (found.false_words, found.lost_words, found.missing_words) == (5, 4, 3)
    assert found.word_f1 == pytest.approx(12 / 24)
    assert found.oracle == pytest.approx(20 / 23)
    assert found.cost == pytest.approx(20 / 23 - 12 / 24)
    # Wrong words, each at its cost, are all that the page lacks.
    assert 12 * found.word_cost == pytest.approx(1 - found.word_f1)


def test_blocks_with_wrong_words() -> None:
    lost, false = losses_of(predict()).blocks
    assert (lost.index, lost.tag, lost.false_words, lost.lost_words) == (1, "p", 0, 4)
    assert (false.index, false.tag, false.false_words, false.lost_words) == (3, "h2", 5, 0)
    assert (lost.probability, lost.gold_share, lost.link_density) == (0.25, 1, 0)
    assert (false.probability, false.gold_share) == (0.75, 0)
    assert false.link_density == pytest.approx(len("thispage") / len("Sharethispagenowplease"))
    assert lost.cost == pytest.approx(4 * 0.75) and false.cost == pytest.approx(5 * 0.75)
    assert (lost.snippet, lost.xpath) == ("Four gulls came back", "/html[1]/body[1]/div[1]/p[1]")


def test_words_that_the_gold_has_not_in_a_block_that_is_rightly_kept() -> None:
    found = losses_of(predict("Four gulls came\nand five stayed out at sea", 0, 1, 1, 0))
    (block,) = found.blocks
    assert (block.index, block.false_words, block.gold_share) == (1, 1, 0.75)
    assert found.word_f1 == found.oracle == pytest.approx(18 / 19)


def test_what_spans_do_not_cover_is_neither_right_nor_wrong() -> None:
    spans = [
        Span(Label.TITLE, "Harbour news"),
        Span(Label.BODY, "Four gulls came back"),
        Span(Label.SHARE, "this page"),
    ]
    found = losses_of(predict(spans, 1, 0, 1, 1))
    assert (found.false_words, found.lost_words, found.missing_words) == (0, 4, 0)
    views = block_views(predict(spans, 1, 0, 1, 1))
    assert [view.gold for view in views] == ["unknown", "content", "unknown", "unknown"]
    assert [view.verdict for view in views] == ["", "lost content", "", ""]


@pytest.mark.parametrize(("probability", "f1"), [(0.0, 1.0), (1.0, 0.0)])
def test_pages_without_any_content(probability: float, f1: float) -> None:
    found = losses_of(predict("", probability))
    assert (found.word_f1, found.oracle, found.gold_words) == (f1, 1, 0)
    assert found.cost == 1 - f1 == pytest.approx(found.false_words * found.word_cost)


# --- Gold in no block -------------------------------------------------------------------------------------------------


def runs(gold: Gold, source: str = HTML) -> list[str]:
    return missing_runs(HtmlDocument.read(source).blocks, gold)


def test_runs_of_gold_in_no_block_are_as_the_gold_has_them() -> None:
    assert runs(GOLD) == ["Where is Olaf"]
    assert runs("Two, or FOUR Gulls came, and nobody asked; five stayed out.") == ["Two, or", "nobody asked"]
    assert runs("") == []
    assert runs("Nobody came.", "<p></p>") == ["Nobody came"]


def test_words_that_grow_in_lower_case_are_found() -> None:
    assert runs("İzmir is Olaf's", "<p>i zmir</p>") == ["is Olaf's"]


def test_only_spans_of_content_can_be_missing() -> None:
    spans = [
        Span(Label.TITLE, "Lost title"),
        Span(Label.BODY, "Four lost gulls"),
        Span(Label.BODY, "and more"),
        Span(Label.FOOTER, "lost footer"),
        Span(Label.BODY, start=0, end=3),
    ]
    assert runs(spans) == ["lost", "more"]


def test_nothing_is_said_of_gold_that_was_not_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    assert runs("lost gulls came later", "<p>gulls came and went</p>") == ["lost", "later"]
    monkeypatch.setattr("benchmarks.error_analysis.missing.MAX_WORDS", 3)
    assert runs("lost gulls came later", "<p>gulls came and went</p>") == ["lost"]


# --- Sums -------------------------------------------------------------------------------------------------------------


def test_pages_count_alike_in_sums() -> None:
    short = losses_of(predict(page_type="news"))  # 9 wrong words and 3 missing of 24
    long = losses_of(predict("", 0, 1, source=f"<p>Menu</p><p>{'Buy now ' * 50}</p>", page_type="shop"))
    assert (long.false_words, long.kept_words, long.word_cost) == (100, 100, 0.01)
    sums = sums_of([short, long])
    everything, news, shop = sums.by_type
    wrong = 12 / 24 + 1
    assert (everything.page_type, news.page_type, shop.page_type) == ("", "news", "shop")
    assert (everything.pages, news.pages, shop.pages) == (2, 1, 1)
    assert everything.word_f1 == pytest.approx((short.word_f1 + long.word_f1) / 2)
    assert (news.false_share, news.lost_share, news.missing_share) == pytest.approx(
        (5 / 24 / wrong, 4 / 24 / wrong, 3 / 24 / wrong)
    )
    assert shop.false_share == pytest.approx(1 / wrong)
    assert everything.false_share + everything.lost_share + everything.missing_share == pytest.approx(1)


def test_sums_by_what_blocks_are() -> None:
    sums = sums_of([losses_of(predict())])
    assert [(row.group, row.blocks) for row in sums.by_tag] == [("h2", 1), ("p", 1)]
    assert [row.false_share for row in sums.by_tag] == pytest.approx([5 / 12, 0])
    assert [row.lost_share for row in sums.by_tag] == pytest.approx([0, 4 / 12])
    # 8 of the 22 characters of the block that is falsely kept are anchor text
    assert [row.blocks for row in sums.by_link_density] == [1, 0, 0, 1, 0]
    assert [row.blocks for row in sums.by_probability] == [0, 0, 1, 0, 0, 0, 0, 1, 0, 0]


def test_sums_without_a_wrong_word() -> None:
    sums = sums_of([losses_of(predict("Four gulls came back", 0, 1, 0, 0))])
    assert [(row.pages, row.word_f1, row.false_share, row.missing_share) for row in sums.by_type] == [(1, 1, 0, 0)]
    assert sums.by_tag == [] and sum(row.blocks for row in sums.by_probability) == 0


# --- HTML -------------------------------------------------------------------------------------------------------------

NASTY = "</td></div><script>alert('text')</script><img src=x onerror=alert(1)> \"quoted\" & 'so' {{ 7 * 7 }}"
ESCAPED = NASTY.replace("&", "&amp;").replace("<", "&lt;")


def page_tree(tmp_path: Path, page: PredictedPage) -> etree._Element:
    file = tmp_path / "page-001.html"
    write_page(file, page, losses_of(page))
    return html.fromstring(file.read_text(encoding="utf-8"))


def texts(tree: etree._Element, xpath: str) -> list[str]:
    found: Any = tree.xpath(xpath)
    return ["".join(element.itertext()) for element in found]


def test_the_page_shows_what_was_predicted_next_to_the_gold(tmp_path: Path) -> None:
    menu = "".join(f"<li>Item {number}</li>" for number in range(FOLDED))
    shown = predict(GOLD, *[0.1] * FOLDED, *DECISIONS, source=f"<ul>{menu}</ul>{HTML}")
    tree = page_tree(tmp_path, shown)
    rows: Any = tree.xpath("//div[contains(@class, 'row') and @id]")
    assert len(rows) == len(shown.table)
    for row, text, kept, is_gold in zip(rows, shown.table.block_texts(), shown.kept, shown.is_gold, strict=True):
        predicted, gold = row[1:]
        assert "".join(predicted.itertext()) == "".join(gold.itertext()) == text
        assert predicted.get("class") == ("text kept" if kept else "text left-out")
        assert gold.get("class") == ("text content" if is_gold else "text boilerplate")
        verdict = "agree" if kept == is_gold else "false-content" if kept else "lost-content"
        assert row.get("class") == f"row {verdict}"
    assert [row.get("id") for row in rows] == [f"b{index}" for index in range(len(rows))]
    assert texts(tree, "//table//th") == [*PAGE_COLUMNS[2:], "threshold"]
    assert texts(tree, "//table//td") == ["0.500", "0.870", "0.370", "5", "4", "3", f"{shown.threshold:.3f}"]
    assert texts(tree, "//ul[@class='missing']/li") == ["Where is Olaf"]
    lost = rows[FOLDED + 1][0]
    assert lost.get("title") == "/html[1]/body[1]/div[1]/p[1]"
    said = " ".join(" ".join(lost.itertext()).split())
    assert said == f'lost content 0.250 {FOLDED + 1}: p class="lead" links 0.00, gold 1.00'


def test_the_greater_part_of_a_block_decides_what_it_is() -> None:
    views = block_views(predict("Four gulls\nand five stayed out at", 0, 1, 1, 0))
    assert [view.gold for view in views] == ["boilerplate", "boilerplate", "content", "boilerplate"]
    assert [view.verdict for view in views] == ["", "false content", "", ""]


def test_long_runs_of_rightly_dropped_boilerplate_are_folded(tmp_path: Path) -> None:
    menu = "".join(f"<li>Item {number}</li>" for number in range(FOLDED))
    shown = predict("All of it.", *[0.1] * FOLDED, 0.9, 0.1, source=f"<ul>{menu}</ul><p>All of it.</p><p>Footer</p>")
    assert [(run.is_folded, len(run.blocks)) for run in runs_of(block_views(shown))] == [
        (True, FOLDED),
        (False, 1),
        (False, 1),
    ]
    tree = page_tree(tmp_path, shown)
    assert texts(tree, "//details//div[@class='text left-out']") == [f"Item {number}" for number in range(FOLDED)]


def test_text_that_is_left_out_as_it_came_before_is_marked() -> None:
    sentence = "The old ferry leaves the harbour at nine and comes back at noon with the mail."
    first, again = block_views(predict(sentence, 0.9, source=f"<p>{sentence}</p><div>{sentence}</div>"))
    assert (first.is_repeat, again.is_repeat, again.decision) == (False, True, "left out")


CONTROLS = "\x00\x07\x1b\x9b\ud800"


def test_pages_of_others_do_nothing_in_ours(tmp_path: Path) -> None:
    source = f"""<p class='a" onclick="alert(2)'>{ESCAPED}</p><p>Four gulls</p>"""
    shown = predict(
        f"{NASTY}\n</li><b>gone</b>", 0.9, 0.1, source=source, id=NASTY + CONTROLS, url=f"javascript:{NASTY}"
    )
    tree = page_tree(tmp_path, shown)
    assert texts(tree, "//h1") == texts(tree, "//title") == [NASTY]
    assert texts(tree, "//*[@id='b0']/div[starts-with(@class, 'text')]") == [shown.table.block_text(0)] * 2
    assert texts(tree, "//ul[@class='missing']/li") == ["li><b>gone</b"]
    assert """class="a" onclick="alert(2)\"""" in texts(tree, "//*[@id='b0']//small")[0]
    assert is_harmless(tree)


def test_the_index_links_pages_and_blocks(tmp_path: Path) -> None:
    shown = [predict(id=NASTY, page_type=NASTY), predict(GOLD, 0.1, 0.1, 0.9, 0.1, id="p2", page_type="news")]
    pages = [losses_of(page) for page in shown]
    blocks = costliest_blocks(pages, 3)
    assert [(block.page_id, block.index) for block in blocks] == [(NASTY, 3), ("p2", 1), (NASTY, 1)]
    report = Report("corpus", "boilerkit", "1", 0.5, pages, blocks, [("p3", "why")], sums_of(pages))
    tree = html.fromstring(write_index(tmp_path, report, {("", NASTY): "page-001.html"}).read_text(encoding="utf-8"))
    assert texts(tree, "//table[@class='pages']//a") == [NASTY]
    rows: Any = tree.xpath("//table[@class='blocks']/tr[td]")
    assert [row.xpath("string(td[1]/a/@href)") for row in rows] == ["page-001.html#b3", "", "page-001.html#b1"]
    assert [row.xpath("string(td[last()])") for row in rows] == [block.snippet for block in blocks]
    assert texts(tree, "//table[@class='sums'][1]/tr[2]/td")[:2] == ["all", "2"]
    assert is_harmless(tree)


def is_harmless(tree: etree._Element) -> bool:
    """Whether there is nothing but our own elements and attributes, and links to our own files."""
    elements = {str(element.tag) for element in tree.iter("*")}
    attributes = {str(name) for element in tree.iter("*") for name in element.attrib}
    addresses = [str(element.get("href")) for element in tree.iter("a")]
    return (
        not elements & {"script", "img", "link", "iframe", "object", "form", "base"}
        and attributes <= {"lang", "charset", "http-equiv", "content", "name", "class", "id", "title", "dir", "href"}
        and all(address.startswith(("index.html", "page-")) for address in addresses)
    )


# --- The command ------------------------------------------------------------------------------------------------------


def run(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments], catch_exceptions=True)


def refusal(*arguments: object) -> str:
    """What the command says of something that the user has to mend."""
    result = run(*arguments)
    assert isinstance(result.exception, BenchmarkError), result.output
    return str(result.exception)


def write_rows(file: Path, *rows: dict[str, Any]) -> Path:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


@pytest.fixture
def system(small_model: ContentModel, tmp_path: Path) -> str:
    return f"boilerkit:{save_model(small_model, tmp_path / 'model')}"


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """A gold file of six pages; p0 and p3 are listings, and the gold of p4 is its footer, which no model keeps."""
    file = write_gold(tmp_path / "gold.jsonl", n_sites=2)
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    rows[4]["gold_text"] = "Copyright 0. All rights reserved."
    return write_rows(file, *rows)


def test_the_command_from_gold_file_to_html(tmp_path: Path, gold: Path, system: str) -> None:
    result = run(
        gold, "--system", f"{system}@0.95", "--worst", 4, "--html", tmp_path / "html", "--json", tmp_path / "j"
    )
    assert result.exit_code == 0, result.output
    for title in ("Pages that cost most", "Blocks that cost most", "By page type", "By link density of the block"):
        assert title in result.stdout
    found = json.loads((tmp_path / "j").read_text(encoding="utf-8"))
    assert (found["corpus"], found["system"], found["threshold"]) == ("gold", f"{system}@0.95", 0.95)
    assert len(found["pages"]) == 6 and len(found["blocks"]) == 4
    costs = [page["cost"] for page in found["pages"]]
    assert costs == sorted(costs, reverse=True) and found["pages"][0]["id"] == "p4"
    assert [row["page_type"] for row in found["sums"]["by_type"]] == ["", "article", "listing"]
    names = [f"page-{number:03}.html" for number in range(1, 5)]
    assert sorted(file.name for file in (tmp_path / "html").iterdir()) == ["index.html", *names]
    index = html.fromstring((tmp_path / "html" / "index.html").read_text(encoding="utf-8"))
    links: Any = index.xpath("//table[@class='pages']//a/@href")
    assert links == names
    worst = [page["id"] for page in found["pages"][:4]]
    assert texts(index, "//table[@class='pages']//a") == worst
    headings = [
        html.fromstring((tmp_path / "html" / name).read_text(encoding="utf-8")).findtext(".//h1") for name in names
    ]
    assert headings == worst


def test_json_holds_no_text_of_the_pages(tmp_path: Path, gold: Path, system: str) -> None:
    assert run(gold, "--system", f"{system}@1", "--json", tmp_path / "j").exit_code == 0
    content = (tmp_path / "j").read_text(encoding="utf-8")
    blocks = json.loads(content)["blocks"]
    assert blocks and all(block["lost_words"] > 0 and block["xpath"].startswith("/html") for block in blocks)
    assert not {"nobody", "harbour", "orchard"} & set(words_of(content))


def test_pages_of_the_training_are_judged_out_of_fold(tmp_path: Path, gold: Path, system: str) -> None:
    prepared, _ = prepare(read_gold(gold), tmp_path / "cache", n_jobs=1)
    predictions = [np.zeros(len(page.weight)) for page in prepared]
    save_out_of_fold(tmp_path / "model", prepared, np.zeros(len(prepared), dtype=np.int64), predictions)
    assert run(gold, "--system", system, "--json", tmp_path / "j").exit_code == 0
    found = json.loads((tmp_path / "j").read_text(encoding="utf-8"))
    assert [(page["word_f1"], page["kept_words"]) for page in found["pages"]] == [(0, 0)] * 6
    assert found["sums"]["by_probability"][0]["lost_share"] == 1


def ids(file: Path) -> set[str]:
    return {page["id"] for page in json.loads(file.read_text(encoding="utf-8"))["pages"]}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["--page-type", "listing"], {"p0", "p3"}),
        (["--page", "p1", "--page", "p4"], {"p1", "p4"}),
        (["--limit", "2"], {"p0", "p1"}),
        (["--page-type", "article", "--limit", "2"], {"p1", "p2"}),
    ],
)
def test_some_of_the_pages(tmp_path: Path, gold: Path, system: str, options: list[str], expected: set[str]) -> None:
    assert run(gold, "--system", system, *options, "--json", tmp_path / "j").exit_code == 0
    assert ids(tmp_path / "j") == expected


def test_pages_that_are_not_there(gold: Path, system: str) -> None:
    assert "gold has no page with gold text or spans and the id p7" in refusal(
        gold, "--system", system, "--page", "p1", "--page", "p7"
    )
    assert "no page of the type forum with gold" in refusal(gold, "--system", system, "--page-type", "forum")


def test_pages_of_snippets_alone_have_no_words_to_get_wrong(tmp_path: Path, system: str) -> None:
    snippets = {"id": "1", "html": HTML, "must_have": ["gulls"]}
    assert "no page with gold text" in refusal(write_rows(tmp_path / "s.jsonl", snippets), "--system", system)
    both = write_rows(tmp_path / "both.jsonl", snippets, {"id": "2", "html": HTML, "gold_text": GOLD})
    assert run(both, "--system", system, "--json", tmp_path / "j").exit_code == 0
    assert ids(tmp_path / "j") == {"2"}


def test_pages_that_cannot_be_judged_are_told_and_passed_over(tmp_path: Path, system: str) -> None:
    pdf = {"id": "pdf", "html": "%PDF-1.7", "gold_text": "x"}
    beyond = {"id": "beyond", "html": HTML, "spans": [{"label": "body", "start": 0, "end": 9999}]}
    good = {"id": "good", "html": HTML, "gold_text": GOLD}
    result = run(write_rows(tmp_path / "g.jsonl", pdf, beyond, good), "--system", system, "--json", tmp_path / "j")
    assert result.exit_code == 0
    assert "pdf: this is a PDF file" in result.stderr and "beyond: a span ends at 9999" in result.stderr
    assert ids(tmp_path / "j") == {"good"}
    failures = json.loads((tmp_path / "j").read_text(encoding="utf-8"))["failures"]
    assert [failure["id"] for failure in failures] == ["pdf", "beyond"]
    assert "none of the 1 pages of bad" in refusal(write_rows(tmp_path / "bad.jsonl", pdf), "--system", system)


def test_only_boilerkit_has_probabilities(gold: Path) -> None:
    assert "textwrap:dedent has no probabilities" in refusal(gold, "--system", "textwrap:dedent")


def test_a_folder_that_cannot_be_written_to(gold: Path, system: str) -> None:
    assert f"{gold} cannot be written to: " in refusal(gold, "--system", system, "--html", gold)
