"""The sections of the report: tables, pictures and what is to be said of them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from matplotlib.figure import Figure

from benchmarks.corpora import CORPORA
from benchmarks.measures import MEASURES
from benchmarks.plots import (
    SpeedPoint,
    by_page_type,
    learning_curve,
    precision_recall,
    quality_against_speed,
    reliability,
    time_by_size,
)
from benchmarks.report.found import ACCURACY, CURVES, LEARNING, SPEED, Curves, Found, Learning, Speed
from benchmarks.results import safe_name
from benchmarks.scores import Scores, measures_of
from benchmarks.speed.timing import PARSE_BYTES
from benchmarks.systems import OURS, is_ours
from benchmarks.tables import main_rows, said, type_rows

#: In the plot by page type: more cannot be told apart.
_MOST_SYSTEMS, _MOST_TYPES = 5, 12

_WORD_F1 = next(measure for measure in MEASURES if measure.name == "word F1")


@dataclass(frozen=True)
class Picture:
    """A plot: `name` is that of its file, `text` says what it shows to those who do not see it."""

    name: str
    text: str
    caption: str
    figure: Figure


@dataclass(frozen=True)
class Table:
    """Rows of equal keys, which are the headings."""

    title: str
    rows: Sequence[Mapping[str, str]]
    note: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the report; `id` is for links to it."""

    id: str
    title: str
    notes: Sequence[str] = ()
    tables: Sequence[Table] = ()
    pictures: Sequence[Picture] = field(default_factory=tuple)


def sections_of(found: Found) -> list[Section]:
    """The sections that there are results for, the summary first and how it was measured last."""
    sections = [_summary(found)]
    for corpus in dict.fromkeys([*found.scores, *(curves.corpus for curves in found.curves)]):
        sections.append(_corpus(corpus, found))
    if found.speed:
        sections.append(_speed(found.speed))
    if found.learning:
        sections.append(_learning(found.learning))
    return [*sections, _how(found)]


# --- Summary ----------------------------------------------------------------------------------------------------------


def _summary(found: Found) -> Section:
    rows = [_summary_row(corpus, scores) for corpus, scores in found.scores.items()]
    tables = [Table("", rows, "In brackets: 95% intervals.")] if rows else []
    return Section("summary", "Summary", [*_speed_in_words(found.speed), *_left_out(found)], tables)


def _summary_row(corpus: str, scores: Sequence[Scores]) -> dict[str, str]:
    """Boilerkit next to the best other system, by the measure that systems are ordered by."""
    measure = next((its for its in measures_of(scores) if its.name.endswith("F1")), _WORD_F1)
    ours = next((its for its in scores if its.system == OURS), None)
    peer = next((its for its in scores if not is_ours(its.system)), None)
    return {
        "corpus": corpus,
        "pages": f"{len(scores[0].ids):,}",
        "measure": measure.name,
        "boilerkit": said(ours.score(measure)) if ours else "–",
        "measured": ours.measured if ours else "–",
        "best other system": peer.system if peer else "–",
        "its score": said(peer.score(measure)) if peer else "–",
        "boilerkit less it": said(ours.difference(peer, measure), "+") if ours and peer else "–",
    }


def _speed_in_words(speed: Speed | None) -> Iterator[str]:
    row = next((row for row in speed.rows if row["system"] == OURS), None) if speed else None
    if row:
        yield (
            f"Boilerkit takes {row['mean_ms']:.1f} ms a page on one core (median {row['median_ms']:.1f}, 95th "
            f"percentile {row['p95_ms']:.1f}), {row['times_parse']:.1f} times what parsing alone takes."
        )


def _left_out(found: Found) -> Iterator[str]:
    for name, is_there, command in (
        ("Scores", found.scores, ACCURACY),
        ("Speed", found.speed, SPEED),
        ("Precision by recall, and calibration", found.curves, CURVES),
        ("The learning curve", found.learning, LEARNING),
    ):
        if not is_there:
            yield f"{name}: not measured yet ({command})."


# --- A corpus ---------------------------------------------------------------------------------------------------------


def _corpus(corpus: str, found: Found) -> Section:
    scores = found.scores.get(corpus, [])
    curves = [curves for curves in found.curves if curves.corpus == corpus]
    pictures = [*_score_pictures(corpus, scores, found.speed)] if scores else []
    for its in curves:
        pictures += [_precision_recall(its, scores), _reliability(its)]
    pages = f", {len(scores[0].ids):,} pages" if scores else ""
    return Section(
        f"corpus-{safe_name(corpus)}", corpus + pages, list(map(_blocks, curves)), list(_tables(scores)), pictures
    )


def _tables(scores: Sequence[Scores]) -> Iterator[Table]:
    if not scores:
        return
    yield Table("All pages", main_rows(scores, OURS), _how_measured(scores))
    by_type = type_rows(scores)
    if by_type:
        yield Table(f"By page type: {measures_of(scores)[0].name}", by_type)
    failures = [
        {"system": its.system, "pages": str(count), "why": why}
        for its in scores
        for why, count in Counter(its.failures.values()).most_common()
    ]
    if failures:
        yield Table("Failures", failures, "Such pages count as empty text.")


def _how_measured(scores: Sequence[Scores]) -> str:
    note = "In brackets: 95% bootstrap intervals over pages; of differences, over the same pages of both systems."
    if any("out of fold" in its.measured for its in scores):
        note += (
            " Out of fold: the model was trained on pages of this corpus, so each was judged by a model that was "
            "trained without it and without all pages of its site."
        )
    return note


def _blocks(curves: Curves) -> str:
    error = f"{curves.system}, {curves.measured}: expected calibration error {curves.bins.expected_error:.3f}"
    if curves.blocks is None:
        return f"{error}."
    return (
        f"{error}; of the blocks of {curves.blocks['pages']:,} pages, area under the ROC curve "
        f"{curves.blocks['roc_auc']:.3f}, average precision {curves.blocks['average_precision']:.3f}."
    )


def _score_pictures(corpus: str, scores: Sequence[Scores], speed: Speed | None) -> Iterator[Picture]:
    words = [(its, score) for its in scores if (score := its.score(_WORD_F1))]
    times = {row["system"]: float(row["mean_ms"]) for row in speed.rows} if speed else {}
    points = [SpeedPoint(its.system, times[its.system], score) for its, score in words if its.system in times]
    if speed and points:
        yield Picture(
            f"quality-speed-{safe_name(corpus)}",
            f"Word F1 on {corpus} against milliseconds a page, a point for each of {len(points)} systems",
            f"Word F1 on {corpus} with 95% intervals, against the mean time for a page of {_pages(speed)}.",
            quality_against_speed(points, times.get(PARSE_BYTES)),
        )
    if words and len(scores[0].types) > 1:
        yield _page_types(corpus, _chosen([its for its, _ in words]))


def _chosen(scores: Sequence[Scores]) -> list[Scores]:
    """Boilerkit and the best others, of each system only its best variant, such as trafilatura-fast of trafilatura."""
    families: dict[str, Scores] = {}
    for its in sorted(scores, key=lambda its: its.system != OURS):
        families.setdefault(re.split("[-:@]", its.system)[0], its)
    return list(families.values())[:_MOST_SYSTEMS]


def _page_types(corpus: str, scores: Sequence[Scores]) -> Picture:
    counts = Counter(name for name in scores[0].page_types if name)
    pages = dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST_TYPES])
    found = {its.system: {name: score for name in pages if (score := its.score(_WORD_F1, name))} for its in scores}
    return Picture(
        f"page-types-{safe_name(corpus)}",
        f"Word F1 by page type on {corpus} of {', '.join(found)}",
        f"Word F1 by page type on {corpus} with 95% intervals; in brackets the number of pages.",
        by_page_type(found, pages),
    )


def _precision_recall(curves: Curves, scores: Sequence[Scores]) -> Picture:
    peers = {}
    for its in scores:
        point = _point(its)
        if point and not is_ours(its.system):
            peers[its.system] = point
    name = f"{curves.system} on {curves.corpus}"
    return Picture(
        f"precision-recall-{safe_name(curves.corpus)}-{safe_name(curves.system)}",
        f"Word precision of {name} against word recall at all thresholds, and {len(peers)} other systems as points",
        f"Word precision against word recall of {name}, {curves.measured}, at thresholds from "
        f"{curves.curve[0].threshold:g} to {curves.curve[-1].threshold:g}; the other systems with their defaults.",
        precision_recall(curves.system, curves.curve, curves.threshold, peers),
    )


def _point(its: Scores) -> tuple[float, float] | None:
    """Mean word precision over the pages that the system found text on, mean recall over those with gold, as `curves`.

    None where the corpus has no main text.
    """
    found = [
        [value or 0.0 for value, counts in zip(its.columns[name], its.columns[counted], strict=True) if counts]
        for name, counted in (("word_precision", "shingle_answered"), ("word_recall", "shingle_wanted"))
        if name in its.columns and counted in its.columns
    ]
    return (fmean(found[0]), fmean(found[1])) if len(found) == 2 and all(found) else None


def _reliability(curves: Curves) -> Picture:
    name = f"{curves.system} on {curves.corpus}"
    return Picture(
        f"reliability-{safe_name(curves.corpus)}-{safe_name(curves.system)}",
        f"How often blocks of each probability are content, {name}",
        f"How often blocks are content by the probability that {name} ({curves.measured}) gives them; each page counts "
        "the same, and blocks by their words.",
        reliability(curves.bins),
    )


# --- Speed and learning -----------------------------------------------------------------------------------------------


def _pages(speed: Speed) -> str:
    return ", ".join(f"{row['corpus']} ({row['pages']:,} pages)" for row in speed.corpora)


def _speed(speed: Speed) -> Section:
    ours = next((name for name in speed.ms if is_ours(name)), None)
    cloud = f", and Boilerkit's times for the pages of {_pages(speed)}" if ours else ""
    picture = Picture(
        "time-by-size",
        f"Milliseconds against bytes of the page, a line for each of {len(speed.growth)} systems",
        f"Time for generated pages of doubling size{cloud}. The exponent is fitted from 100 kB on: 1 is time in "
        "proportion to size.",
        time_by_size(speed.growth, speed.bytes if ours else [], speed.ms[ours] if ours else []),
    )
    tables = [
        Table(f"Single pages: {_pages(speed)}", [_speed_row(row, speed) for row in speed.rows], _SPEED_NOTE),
        Table("Growth with the size of the page", [_growth_row(line.system, speed) for line in speed.growth]),
    ]
    return Section("speed", "Speed", (), tables, [picture])


_SPEED_NOTE = (
    "One core and one thread, from bytes to text; pages go through all systems in turn. Memory and cold start are of "
    "fresh processes, cold start with a first page."
)


def _speed_row(row: Mapping[str, Any], speed: Speed) -> dict[str, str]:
    system = row["system"]
    return {
        "system": system,
        "version": row["version"].partition("+")[0],
        "mean ms": f"{row['mean_ms']:,.2f}",
        "median ms": f"{row['median_ms']:,.2f}",
        "95th percentile ms": f"{row['p95_ms']:,.2f}",
        "times parsing": f"{row['times_parse']:,.1f}",
        "peak memory MB": f"{speed.memory[system]:,.0f}" if system in speed.memory else "–",
        "cold start s": f"{speed.start[system]:.2f}" if system in speed.start else "–",
        "failed pages": str(row["failures"]),
    }


def _growth_row(system: str, speed: Speed) -> dict[str, str]:
    line = next(line for line in speed.growth if line.system == system)
    return {
        "system": system,
        "exponent from 100 kB": "–" if line.exponent is None else f"{line.exponent:.2f}",
        "largest page": f"{line.bytes[-1] / 1e6:.2f} MB" if line.bytes else "–",
        "its time": f"{line.ms[-1] / 1000:.2f} s" if line.ms else "–",
        "no larger because": speed.stopped[system],
    }


def _learning(learning: Learning) -> Section:
    rows = [
        {
            "pages trained on": f"{point.pages:,}",
            "corpus": point.corpus,
            "word F1": said(point.word_f1),
            "4-gram F1": said(point.shingle_f1),
        }
        for point in learning.points
    ]
    picture = Picture(
        "learning-curve",
        "Word F1 and 4-gram F1 against the number of pages trained on, a line for each corpus",
        "Scores on sites that were not trained on, with 95% intervals, by the number of pages trained on.",
        learning_curve(learning.points),
    )
    return Section("learning", "What more pages are worth", (), [Table("", rows)], [picture])


# --- How it was measured ----------------------------------------------------------------------------------------------


def _how(found: Found) -> Section:
    tables = [Table("Runs", _runs(found))]
    used = measures_of([its for scores in found.scores.values() for its in scores])
    if used:
        tables.append(Table("Measures", [{"measure": its.name, "source": its.source} for its in used]))
    known = [CORPORA[name.replace("_", "-")] for name in found.scores if name.replace("_", "-") in CORPORA]
    if known:
        rows = [{"corpus": its.name, "source": its.source, "licence": its.licence, "gold": its.gold} for its in known]
        tables.append(Table("Corpora", rows))
    return Section("how", "How it was measured", (), tables)


def _runs(found: Found) -> list[dict[str, str]]:
    """A row for each run: runs that differ in nothing are one."""
    runs: dict[str, list[str]] = {}
    for result, context in _contexts(found):
        runs.setdefault(json.dumps(context, sort_keys=True), []).append(result)
    return [_run(results, json.loads(context)) for context, results in runs.items()]


def _contexts(found: Found) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for corpus, scores in found.scores.items():
        yield from ((f"scores of {its.system} on {corpus}", its.context) for its in scores)
    if found.speed:
        yield "speed", found.speed.context
    for curves in found.curves:
        yield f"curves of {curves.system} on {curves.corpus}", curves.context
    if found.learning:
        yield "learning curve", found.learning.context


def _run(results: Sequence[str], context: Mapping[str, Any]) -> dict[str, str]:
    versions = {"Python": context.get("python", ""), **context.get("versions", {})}
    return {
        "results": ", ".join(results) if len(results) < 4 else f"{results[0]} and {len(results) - 1} more",
        "command": str(context.get("command", "")),
        "commit": str(context.get("commit", "")),
        "machine": str(context.get("machine", "")),
        "versions": ", ".join(f"{name} {version}" for name, version in versions.items() if version),
    }
