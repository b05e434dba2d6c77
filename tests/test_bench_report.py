"""The report and its plots, from results that are known beforehand."""

from __future__ import annotations

import base64
from io import BytesIO
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

pytest.importorskip("matplotlib", reason="plots need matplotlib: pip install 'boilerkit[bench]'")
pytest.importorskip("jinja2", reason="the report needs jinja2: pip install 'boilerkit[bench]'")

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.text import Annotation
from support.runs import CONTEXT

from benchmarks.exceptions import BenchmarkError
from benchmarks.plots import (
    Bins,
    CurvePoint,
    GrowthLine,
    LearningPoint,
    SpeedPoint,
    by_page_type,
    learning_curve,
    png_of,
    precision_recall,
    quality_against_speed,
    reliability,
    svg_of,
    time_by_size,
)
from benchmarks.plots.labels import spread
from benchmarks.report import command
from benchmarks.report.loader import load_results
from benchmarks.report.sections import sections_of
from benchmarks.results import page_set, write_json
from benchmarks.scores import Scores, scores_of_one_page_set, write_scores
from benchmarks.speed.figures import page_results
from benchmarks.speed.pages import SavedPage, corpora_of
from benchmarks.speed.timing import PARSE, PageTimes
from benchmarks.statistics import Interval
from benchmarks.systems import is_boilerkit

EVIL = "<script>alert(1)</script>"
TYPES = ["article", "article", "forum", "forum"]


def write_accuracy(
    folder: Path, corpus: str, system: str, word_f1: list[float], types: list[str], **changes: Any
) -> None:
    values: dict[str, Any] = {"version": "1.2+abc", "provenance": "held out", "failures": {}} | changes
    columns: dict[str, list[float | None]] = {
        "word_f1": list(word_f1),
        "word_precision": [0.9] * len(word_f1),
        "word_recall": [0.6] * len(word_f1),
        "shingle_answered": [1.0] * len(word_f1),
        "shingle_wanted": [1.0] * len(word_f1),
    }
    ids = [str(number) for number in range(len(word_f1))]
    unknown = [""] * len(ids)
    about = {"page_types": types, "languages": unknown, "sites": unknown}
    scores = Scores(corpus=corpus, system=system, context=CONTEXT, ids=ids, columns=columns, **about, **values)
    write_scores(scores, folder)


def write_accuracies(folder: Path) -> None:
    write_accuracy(folder, "mixed", "boilerkit", [0.9, 0.9, 0.7, 0.7], TYPES, provenance="out of fold")
    write_accuracy(folder, "mixed", "alpha", [0.8, 0.8, 0.6, 0.6], TYPES, failures={"2": "TimeoutError: over 60 s"})
    write_accuracy(folder, "mixed", "alpha-fast", [0.7, 0.7, 0.6, 0.6], TYPES)
    write_accuracy(folder, "mixed", EVIL, [0.1, 0.1, 0.2, 0.2], TYPES)
    write_accuracy(folder, "news", "boilerkit", [0.5] * 3, ["", "", ""])
    write_accuracy(folder, "news", "alpha", [0.75] * 3, ["", "", ""])


def write_speed(folder: Path) -> None:
    pages = [SavedPage("mixed", str(number), Path(), size) for number, size in enumerate((3000, 7000))]
    ms = {PARSE: [1.0, 3.0], "boilerkit": [4.0, 12.0], "alpha": [30.0, 50.0]}
    times = [PageTimes(name, "1.2+abc", its, ["", ""]) for name, its in ms.items()]
    sizes = {"exponent_all_sizes": 1.0, "bytes": [10_000, 20_000]}
    growth = [
        {"system": "boilerkit", "exponent": 1.01, "ms": [1.0, 2.0], "stopped": "", **sizes},
        {"system": "alpha", "exponent": 1.98, "ms": [10.0, 40.0], "stopped": "took 11 s", **sizes},
    ]
    values = {
        "context": CONTEXT | {"command": "python -m benchmarks speed mixed.jsonl"},
        "corpora": corpora_of(pages),
        "pages": page_results(times, {}, pages),
        "growth": [{"shape": "prose", "blocks": [1, 2], "rows": growth, "steps": []}],
        "memory": [{"system": "import numpy, lxml.etree", "peak_mb": 40.0}, {"system": "alpha", "peak_mb": 123.4}],
        "start": [{"system": "alpha", "seconds": 0.4321}],
    }
    write_json(folder / "speed.json", values)


def write_curves(folder: Path, **changes: Any) -> None:
    values = {
        "corpus": "mixed",
        "system": "boilerkit",
        "version": "1.2",
        "provenance": "out of fold",
        "context": CONTEXT,
        "page_set": page_set("0123"),
        "n_pages": 4,
        "threshold": 0.5,
        "curve": [
            {"threshold": 0.2, "precision": 0.6, "recall": 0.9, "f1": 0.72},
            {"threshold": 0.5, "precision": 0.7, "recall": 0.8, "f1": 0.75},
            {"threshold": 0.8, "precision": 0.9, "recall": 0.5, "f1": 0.64},
        ],
        "blocks": {"pages": 4, "roc_auc": 0.987, "average_precision": 0.951},
        "calibration": {
            "upper": [0.5, 1.0],
            "predicted": [0.1, 0.9],
            "observed": [0.2, 0.8],
            "share": [0.7, 0.3],
            "expected_error": 0.123,
        },
    }
    write_json(folder / "curves" / "mixed" / "boilerkit.json", values | changes)


def write_learning(folder: Path) -> None:
    point = {"pages": 50, "corpus": "mixed", "word_f1": [0.6, 0.55, 0.65], "shingle_f1": [0.5, 0.45, 0.55]}
    points = [point, point | {"pages": 1000, "word_f1": [0.8, 0.75, 0.85]}]
    write_json(folder / "learning-curve.json", {"context": CONTEXT, "points": points})


def write_all(folder: Path) -> None:
    for write in (write_accuracies, write_speed, write_curves, write_learning):
        write(folder)


def report(folder: Path) -> html.HtmlElement:
    """The report on a folder of results."""
    run(folder)
    return html.fromstring((folder / "report.html").read_text(encoding="utf-8"))


def run(folder: Path) -> None:
    arguments = ["--results", str(folder), "--output", str(folder / "report.html")]
    done = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output


def pictures_of(folder: Path) -> dict[str, Figure]:
    """The plots of the report on a folder of results, by their names."""
    sections = sections_of(load_results(folder))
    return {picture.name: picture.figure for section in sections for picture in section.pictures}


def rows_of(page: html.HtmlElement, section: str, title: str = "") -> list[dict[str, str]]:
    """The rows of the table of a section whose caption begins with a title."""
    for table in page.xpath("//section[@id=$id]//table", id=section):
        if (table.findtext("caption") or "").startswith(title):
            names = [cell.text_content() for cell in table.xpath(".//th")]
            cells = [[cell.text_content() for cell in row.xpath("td")] for row in table.xpath(".//tbody/tr")]
            return [dict(zip(names, row, strict=True)) for row in cells]
    raise AssertionError(f"no table {title!r} in {section}")


# --- Tables and sections ----------------------------------------------------------------------------------------------


def test_the_best_systems_come_first_with_their_scores(tmp_path: Path) -> None:
    write_accuracies(tmp_path)
    rows = rows_of(report(tmp_path), "corpus-mixed", "All pages")
    assert [row["system"] for row in rows] == ["boilerkit", "alpha", "alpha-fast", EVIL]
    assert [row["word F1"].split()[0] for row in rows] == ["0.800", "0.700", "0.650", "0.150"]
    assert rows[0]["provenance"] == "out of fold"
    assert [row["failed pages"] for row in rows] == ["0", "1", "0", "0"]
    assert {row["version"] for row in rows} == {"1.2"}
    # The same difference on each page leaves no doubt.
    assert "-0.100 [-0.100, -0.100]" in rows[1].values()


def test_tables_hold_page_types_and_failures(tmp_path: Path) -> None:
    write_accuracies(tmp_path)
    page = report(tmp_path)
    assert rows_of(page, "corpus-mixed", "By page type")[1] == {"system": "alpha", "article": "0.800", "forum": "0.600"}
    failures = rows_of(page, "corpus-mixed", "Failures")
    assert failures == [{"system": "alpha", "pages": "1", "error": "TimeoutError: over 60 s"}]
    captions = page.xpath("//section[@id='corpus-news']//caption/text()")
    assert captions == ["All pages"]


def test_the_summary_sets_boilerkit_against_the_best_other_system(tmp_path: Path) -> None:
    write_accuracies(tmp_path)
    mixed, news = rows_of(report(tmp_path), "summary")
    assert mixed["best other system"] == news["best other system"] == "alpha"
    assert news["boilerkit"] == "0.500 [0.500, 0.500]"
    assert news["difference"] == "-0.250 [-0.250, -0.250]"
    assert mixed["difference"].startswith("+0.100")


def test_runs_over_other_pages_are_apart(tmp_path: Path) -> None:
    write_accuracies(tmp_path)
    write_accuracy(tmp_path, "mixed", "beta", [1.0, 1.0], TYPES[:2])
    page = report(tmp_path)
    full, few, news = page.xpath("//section[starts-with(@id, 'corpus-')]")
    assert [section.findtext("h2") for section in (full, few, news)] == [
        "mixed, 4 pages",
        "mixed, 2 pages",
        "news, 3 pages",
    ]
    assert "beta" not in [row["system"] for row in rows_of(page, full.get("id"), "All pages")]
    assert [row["system"] for row in rows_of(page, few.get("id"), "All pages")] == ["beta"]
    summary = [(row["corpus"], row["pages"]) for row in rows_of(page, "summary")]
    assert summary == [("mixed", "4"), ("mixed", "2"), ("news", "3")]
    with pytest.raises(BenchmarkError, match=r"different pages \(4 pages: boilerkit, alpha, .*; 2 pages: beta\)"):
        scores_of_one_page_set(tmp_path, "mixed")
    assert len(scores_of_one_page_set(tmp_path, "news")) == 2


def test_speed_has_times_memory_and_growth(tmp_path: Path) -> None:
    write_speed(tmp_path)
    page = report(tmp_path)
    parse, boilerkit, alpha = rows_of(page, "speed", "Single pages")
    assert parse["system"] == PARSE
    assert (boilerkit["mean ms"], boilerkit["× parse"], boilerkit["peak memory MB"]) == ("8.00", "4.0", "–")
    assert (alpha["mean ms"], alpha["peak memory MB"], alpha["cold start s"]) == ("40.00", "123", "0.43")
    growth = rows_of(page, "speed", "Growth")
    assert [row["from 100 kB"] for row in growth] == ["1.010", "1.980"]
    assert growth[1]["no larger because"] == "took 11 s"
    assert "8.0 ms per page" in page.xpath("string(//section[@id='summary'])")


def test_learning_and_runs_are_told(tmp_path: Path) -> None:
    write_all(tmp_path)
    page = report(tmp_path)
    assert rows_of(page, "learning")[1] == {
        "training pages": "1,000",
        "corpus": "mixed",
        "word F1": "0.800 [0.750, 0.850]",
        "4-gram F1": "0.500 [0.450, 0.550]",
    }
    runs = rows_of(page, "how", "Runs")
    assert [row["command"].split()[3] for row in runs] == ["accuracy", "speed"]
    assert runs[1] == {
        "results": "speed",
        "command": "python -m benchmarks speed mixed.jsonl",
        "commit": "0123456789ab",
        "machine": "Abacus, 2 cores",
        "versions": "Python 3.11.7, lxml 6.1.3",
    }
    assert {row["metric"] for row in rows_of(page, "how", "Metrics")} == {"word F1", "word precision", "word recall"}


def test_blocks_and_calibration_are_told(tmp_path: Path) -> None:
    write_curves(tmp_path)
    text = report(tmp_path).xpath("string(//section[@id='corpus-mixed'])")
    assert "0.123" in text and "0.987" in text and "0.951" in text
    write_curves(tmp_path, blocks=None)
    text = report(tmp_path).xpath("string(//section[@id='corpus-mixed'])")
    assert "0.123" in text and "ROC" not in text


@pytest.mark.parametrize(
    ("write", "ids", "pictures", "missing"),
    [
        (
            write_all,
            ["summary", "corpus-mixed", "corpus-news", "speed", "learning", "how"],
            ["learning-curve", "page-types-mixed", "precision-recall-mixed-boilerkit", "quality-speed-mixed",
             "quality-speed-news", "reliability-mixed-boilerkit", "time-by-size"],
            [],
        ),
        (
            write_accuracies,
            ["summary", "corpus-mixed", "corpus-news", "how"],
            ["page-types-mixed"],
            ["speed", "curves", "learning-curve"],
        ),
        (write_speed, ["summary", "speed", "how"], ["time-by-size"], ["accuracy", "curves", "learning-curve"]),
        (
            write_curves,
            ["summary", "corpus-mixed", "how"],
            ["precision-recall-mixed-boilerkit", "reliability-mixed-boilerkit"],
            ["accuracy", "speed", "learning-curve"],
        ),
        (write_learning, ["summary", "learning", "how"], ["learning-curve"], ["accuracy", "speed", "curves"]),
    ],
)  # fmt: skip
def test_what_was_not_measured_is_left_out(
    tmp_path: Path, write: Any, ids: list[str], pictures: list[str], missing: list[str]
) -> None:
    write(tmp_path)
    page = report(tmp_path)
    assert page.xpath("//section/@id") == ids
    assert sorted(pictures_of(tmp_path)) == pictures
    assert len(page.xpath("//img")) == len(pictures)
    notes = [
        note.text_content() for note in page.xpath("//section[@id='summary']/p") if "not measured yet" in note.text
    ]
    assert [note.partition("benchmarks ")[2].split()[0].rstrip(").") for note in notes] == missing


# --- The file ---------------------------------------------------------------------------------------------------------


def test_the_report_needs_no_other_file_and_runs_nothing(tmp_path: Path) -> None:
    write_all(tmp_path)
    write_accuracy(tmp_path, "wcxb-dev", "boilerkit", [0.5, 0.6], ["", ""])  # a corpus that has an address
    page = report(tmp_path)
    assert not page.xpath("//script | //link | //iframe | //object | //@onclick | //@onload")
    assert all(source.startswith("data:image/svg+xml;base64,") for source in page.xpath("//@src"))
    outside = [address for address in page.xpath("//@href") if not address.startswith("#")]
    assert outside and all(address.startswith("https://") and address[-1] not in ".:," for address in outside)
    assert set(outside) == set(page.xpath("//section[@id='how']//td/a/@href"))
    assert set(page.xpath("//nav/a/@href")) == {f"#{name}" for name in page.xpath("//section/@id")}
    for picture in page.xpath("//img"):
        drawing = etree.fromstring(base64.b64decode(picture.get("src").partition(",")[2]))
        inside = drawing.xpath("//@*[local-name() = 'href']")
        assert all(address.startswith(("#", "data:")) for address in inside)
        assert picture.get("alt")


def test_names_are_text_and_no_markup(tmp_path: Path) -> None:
    write_accuracy(tmp_path, "a & <b>b</b>", EVIL, [0.5, 0.6], ["<i>", "x"], failures={"0": "<u>&"})
    page = report(tmp_path)
    assert not page.xpath("//script | //section//b | //section//i | //section//u")
    assert page.xpath("//h2/text()")[1] == "a & <b>b</b>, 2 pages"
    assert rows_of(page, "corpus-a_b_b_b_", "All pages")[0]["system"] == EVIL


def test_names_that_look_like_formulas_are_none() -> None:
    name = "my$\\frac$m"
    assert png_of(quality_against_speed([SpeedPoint(name, 1, Interval(0.5, 0.4, 0.6))], None))
    assert png_of(time_by_size([GrowthLine(name, [10_000], [1.0], 1.0)], [], []))


def test_the_same_results_give_the_same_files(tmp_path: Path) -> None:
    write_all(tmp_path)

    def files() -> list[bytes]:
        run(tmp_path)
        return [(tmp_path / "report.html").read_bytes(), *map(png_of, pictures_of(tmp_path).values())]

    before = files()
    with rc_context({"font.size": 30, "axes.facecolor": "red", "savefig.facecolor": "red"}):  # a user's own settings
        assert files() == before


def test_pictures_are_sharp_and_white_behind(tmp_path: Path) -> None:
    write_all(tmp_path)
    for figure in pictures_of(tmp_path).values():
        image = imread(BytesIO(png_of(figure)))
        assert image.shape[1] == 1600
        assert np.all(image[[0, 0, -1, -1], [0, -1, 0, -1]] == 1)
        assert 0.01 < np.mean(image[..., :3].min(axis=2) < 0.9) < 0.5


def test_what_is_wrong_is_said(tmp_path: Path) -> None:
    with pytest.raises(BenchmarkError, match=r"no results in .*run python -m benchmarks accuracy"):
        load_results(tmp_path)
    write_json(tmp_path / "speed.json", {"systems": []})
    with pytest.raises(BenchmarkError, match=r"speed\.json is not as python -m benchmarks speed"):
        load_results(tmp_path)
    (tmp_path / "speed.json").write_text("{", encoding="utf-8")
    with pytest.raises(BenchmarkError, match=r"speed\.json cannot be read"):
        load_results(tmp_path)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    write_learning(tmp_path)
    (tmp_path / "file").touch()
    arguments = ["--results", str(tmp_path), "--output", str(tmp_path / "file" / "report.html")]
    done = CliRunner().invoke(command, arguments)
    assert isinstance(done.exception, BenchmarkError)
    assert "cannot be written" in str(done.exception)


# --- Plots ------------------------------------------------------------------------------------------------------------


def points_of(axes: Axes) -> list[tuple[float, float]]:
    """The single points that were drawn, larger than those on lines."""
    lines = [line for line in axes.lines if line.get_marker() == "o" and len(line.get_xdata()) == 1]
    return [(line.get_xdata()[0], line.get_ydata()[0]) for line in lines]


def names_of(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts if isinstance(text, Annotation)]


def test_quality_and_speed_are_where_they_were_measured() -> None:
    points = [SpeedPoint("alpha", 40, Interval(0.7, 0.65, 0.72)), SpeedPoint("boilerkit", 8, Interval(0.9, 0.88, 0.91))]
    figure = quality_against_speed(points, 2)
    axes = figure.axes[0]
    assert axes.get_xscale() == "log"
    assert points_of(axes) == [(40, 0.7), (8, 0.9)]
    intervals = [tuple(line.get_ydata()) for line in axes.lines if line.get_marker() == "None"]
    assert (0.65, 0.72) in intervals and (0.88, 0.91) in intervals
    assert [2, 2] in [list(line.get_xdata()) for line in axes.lines]
    assert {"alpha", "boilerkit"} <= set(names_of(figure))


def test_names_of_points_do_not_cover_each_other() -> None:
    rng = np.random.default_rng(0)
    scores = 0.7 + 0.1 * rng.random(15)
    times = 10 ** (1 + rng.random(15))
    points = [
        SpeedPoint(f"some-system-{number}", ms, Interval(score, score - 0.01, score + 0.01))
        for number, (ms, score) in enumerate(zip(times, scores, strict=True))
    ]
    figure = quality_against_speed(points, None)
    figure.draw_without_rendering()
    frame = figure.axes[0].get_window_extent()
    # The extent of an annotation holds its leader: without it, that of its words is left.
    texts = [text for text in figure.axes[0].texts if isinstance(text, Annotation)]
    for text in texts:
        text.arrow_patch = None
    boxes = [text.get_window_extent() for text in texts]
    assert len(boxes) == 15
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    assert all(frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 for box in boxes)


def test_page_types_have_a_row_each_and_a_dot_for_each_system() -> None:
    scores = {
        "boilerkit": {"article": Interval(0.9, 0.8, 0.95), "forum": Interval(0.7, 0.6, 0.8)},
        "alpha": {"forum": Interval(0.5, 0.4, 0.6)},
    }
    axes = by_page_type(scores, {"article": 30, "forum": 1200}).axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["article (30)", "forum (1,200)"]
    dots = {line.get_label(): line for line in axes.lines if str(line.get_label()) in scores}
    assert list(dots["boilerkit"].get_xdata()) == [0.9, 0.7]
    assert list(dots["alpha"].get_xdata()) == [0.5]
    assert np.round(dots["boilerkit"].get_ydata()).tolist() == [0, 1]
    assert np.round(dots["alpha"].get_ydata()).tolist() == [1]


def test_the_plot_of_page_types_has_one_variant_of_a_system(tmp_path: Path) -> None:
    write_accuracies(tmp_path)
    (picture,) = sections_of(load_results(tmp_path))[1].pictures
    (legend,) = picture.figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["boilerkit", "alpha", EVIL]


def test_the_default_threshold_is_marked_on_the_curve() -> None:
    curve = [CurvePoint(0.2, 0.6, 0.9), CurvePoint(0.5, 0.7, 0.8), CurvePoint(0.8, 0.9, 0.5)]
    figure = precision_recall("boilerkit", curve, 0.5, {"alpha": (0.65, 0.55)})
    axes = figure.axes[0]
    (line,) = [line for line in axes.lines if len(line.get_xdata()) == 3]
    assert list(line.get_xdata()) == [0.9, 0.8, 0.5]
    assert list(line.get_ydata()) == [0.6, 0.7, 0.9]
    largest = max((line for line in axes.lines if line.get_marker() == "o"), key=lambda line: line.get_markersize())
    assert (largest.get_xdata()[0], largest.get_ydata()[0]) == (0.8, 0.7)
    assert (0.55, 0.65) in points_of(axes)
    assert {"boilerkit, threshold 0.5", "0.2", "0.8", "alpha"} == set(names_of(figure))


def test_the_reliability_diagram_leaves_out_empty_bins() -> None:
    bins = Bins([0.25, 0.5, 1], [0.1, 0.0, 0.9], [0.2, 0.0, 0.8], [0.6, 0.0, 0.4], 0.1)
    axes, below = reliability(bins).axes
    (line,) = [line for line in axes.lines if line.get_marker() == "o"]
    assert list(line.get_xdata()) == [0.1, 0.9]
    assert list(line.get_ydata()) == [0.2, 0.8]
    assert any("0.100" in text.get_text() for text in axes.texts)
    assert [bar.get_height() for bar in below.patches] == [0.6, 0, 0.4]
    assert [bar.get_x() for bar in below.patches] == [0, 0.25, 0.5]


def test_growth_has_lines_exponents_and_the_cloud_of_pages() -> None:
    lines = [
        GrowthLine("boilerkit", [10_000, 20_000], [1.0, 2.0], 1.012),
        GrowthLine("alpha", [10_000], [10.0], None),
        GrowthLine("beta", [], [], None),
    ]
    figure = time_by_size(lines, [3000, 7000], [4.0, 12.0])
    axes = figure.axes[0]
    assert (axes.get_xscale(), axes.get_yscale()) == ("log", "log")
    assert [list(line.get_ydata()) for line in axes.lines] == [[1, 2], [10], []]
    assert axes.collections[0].get_offsets().tolist() == [[3000, 4], [7000, 12]]
    named = names_of(figure)
    assert named[0].startswith("boilerkit") and "1.01" in named[0]
    assert named[1:] == ["alpha"]
    assert not time_by_size(lines, [], []).axes[0].collections


def test_the_learning_curve_has_a_line_a_corpus() -> None:
    points = [
        LearningPoint(400, "mixed", Interval(0.8, 0.7, 0.9), Interval(0.6, 0.5, 0.7)),
        LearningPoint(50, "mixed", Interval(0.5, 0.4, 0.6), Interval(0.3, 0.2, 0.4)),
        LearningPoint(50, "news", Interval(0.7, 0.6, 0.8), Interval(0.4, 0.3, 0.5)),
    ]
    words, shingles = learning_curve(points).axes
    assert words.get_xscale() == "log"
    assert [(list(line.get_xdata()), list(line.get_ydata())) for line in words.lines] == [
        ([50, 400], [0.5, 0.8]),
        ([50], [0.7]),
    ]
    assert list(shingles.lines[0].get_ydata()) == [0.3, 0.6]
    band = words.collections[0].get_paths()[0].vertices
    assert {(50, 0.4), (50, 0.6), (400, 0.7), (400, 0.9)} <= set(map(tuple, band.tolist()))


def test_svg_holds_neither_date_nor_fonts() -> None:
    drawing = svg_of(reliability(Bins([1], [0.5], [0.5], [1], 0)))
    assert b"<text" not in drawing and b"date" not in drawing.lower()


@pytest.mark.parametrize(
    ("name", "ours"),
    [("boilerkit", True), ("boilerkit:dir", True), ("boilerkit@0.7", True), ("boilerkits", False), ("alpha", False)],
)
def test_boilerkit_is_known_by_its_name(name: str, ours: bool) -> None:
    assert is_boilerkit(name) == ours


@given(st.lists(st.floats(0, 1), max_size=20))
def test_heights_are_spread_in_their_order(heights: list[float]) -> None:
    found = np.array(spread(heights, 0.05))
    order = np.argsort(heights, kind="stable")
    assert np.all(np.diff(found[order]) >= 0.05 - 1e-9)
    assert np.all((found > -1e-9) & (found < 1 + 1e-9))


def test_heights_that_are_apart_stay() -> None:
    assert spread([0.8, 0.1, 0.5], 0.05) == pytest.approx([0.8, 0.1, 0.5])
    assert spread([0.5, 0.5], 0.1) == pytest.approx([0.45, 0.55])
    assert spread([1.0, 1.0], 0.1) == pytest.approx([0.9, 1.0])
