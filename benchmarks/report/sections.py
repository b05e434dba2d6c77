"""The sections of the report: tables, pictures and notes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from matplotlib.figure import Figure

from benchmarks.corpora import CORPORA
from benchmarks.metrics import WORD_F1
from benchmarks.plots import (
    SpeedPoint,
    by_page_type,
    learning_curve,
    precision_recall,
    quality_against_speed,
    reliability,
    time_by_size,
)
from benchmarks.report.loader import ACCURACY, CURVES, LEARNING, SPEED, BenchmarkResults, Curves, Learning, Speed
from benchmarks.results import safe_name
from benchmarks.runs import Measured, run_rows
from benchmarks.scores import Scores, leading_metric, metrics_of
from benchmarks.speed.tables import growth_rows, page_names, system_rows
from benchmarks.speed.timing import PARSE
from benchmarks.systems import BOILERKIT, is_boilerkit
from benchmarks.tables import (
    INTERVALS_NOTE,
    format_interval,
    language_metric,
    language_rows,
    main_rows,
    notes,
    type_rows,
)

#: In the plot by page type: more would not be distinguishable.
_MOST_SYSTEMS, _MOST_TYPES = 5, 12


@dataclass(frozen=True)
class Picture:
    """A plot: `name` is that of its file, `text` describes it to those who do not see it."""

    name: str
    text: str
    caption: str
    figure: Figure


@dataclass(frozen=True)
class Table:
    """Rows of equal keys, which are the headings. `links` has an address for the first cell of each row, or nothing."""

    title: str
    rows: Sequence[Mapping[str, str]]
    note: str = ""
    links: Sequence[str] = ()


@dataclass(frozen=True)
class Section:
    """A part of the report; `id` is for links to it."""

    id: str
    title: str
    notes: Sequence[str] = ()
    tables: Sequence[Table] = ()
    pictures: Sequence[Picture] = ()


def sections_of(results: BenchmarkResults) -> list[Section]:
    """Return the sections that there are results for, the summary first and how it was measured last."""
    sections = [_summary(results)]
    seen: set[str] = set()
    page_sets = [(scores[0].corpus, scores[0].page_set) for scores in results.scores]
    page_sets += [(curves.corpus, curves.page_set) for curves in results.curves]
    for corpus, pages in dict.fromkeys(page_sets):
        sections.append(_corpus(corpus, pages, results, "" if corpus not in seen else f"-{pages}"))
        seen.add(corpus)
    if results.speed:
        sections.append(_speed(results.speed))
    if results.learning:
        sections.append(_learning(results.learning))
    return [*sections, _how(results)]


# --- Summary ----------------------------------------------------------------------------------------------------------


def _summary(results: BenchmarkResults) -> Section:
    rows = [_summary_row(scores) for scores in results.scores]
    tables = [Table("", rows, "In brackets: 95% intervals.")] if rows else []
    return Section("summary", "Summary", [*_speed_notes(results.speed), *_missing(results)], tables)


def _summary_row(scores: Sequence[Scores]) -> dict[str, str]:
    """Return Boilerkit next to the best other system, by the leading metric."""
    metric = leading_metric(scores)
    own = next((its for its in scores if its.system == BOILERKIT), None)
    peer = next((its for its in scores if not is_boilerkit(its.system)), None)
    return {
        "corpus": scores[0].corpus,
        "pages": f"{len(scores[0].ids):,}",
        "metric": metric.name,
        "boilerkit": format_interval(own.score(metric)) if own else "–",
        "provenance": own.provenance if own else "–",
        "best other system": peer.system if peer else "–",
        "its score": format_interval(peer.score(metric)) if peer else "–",
        "difference": format_interval(own.difference(peer, metric), "+") if own and peer else "–",
    }


def _speed_notes(speed: Speed | None) -> Iterator[str]:
    rows = speed.values["pages"]["rows"] if speed else []
    row = next((row for row in rows if row["system"] == BOILERKIT), None)
    if row:
        yield (
            f"Boilerkit takes {row['mean_ms']:.1f} ms per page on one core (median {row['median_ms']:.1f}, 95th "
            f"percentile {row['p95_ms']:.1f}), {row['times_parse']:.1f} times what parsing alone takes."
        )


def _missing(results: BenchmarkResults) -> Iterator[str]:
    for name, is_there, command in (
        ("Scores", results.scores, ACCURACY),
        ("Speed", results.speed, SPEED),
        ("Precision by recall, and calibration", results.curves, CURVES),
        ("The learning curve", results.learning, LEARNING),
    ):
        if not is_there:
            yield f"{name}: not measured yet ({command})."


# --- A corpus ---------------------------------------------------------------------------------------------------------


def _corpus(corpus: str, pages: str, results: BenchmarkResults, suffix: str) -> Section:
    """Return the section on one set of pages of a corpus; `suffix` distinguishes its names from those of other sets."""
    scores = next((its for its in results.scores if (its[0].corpus, its[0].page_set) == (corpus, pages)), [])
    curves = [its for its in results.curves if (its.corpus, its.page_set) == (corpus, pages)]
    pictures = [*_score_pictures(corpus + suffix, scores, results.speed)] if scores else []
    for its in curves:
        pictures += [_precision_recall(its, scores, suffix), _reliability(its, suffix)]
    n_pages = len(scores[0].ids) if scores else curves[0].n_pages
    return Section(
        f"corpus-{safe_name(corpus + suffix)}",
        f"{corpus}, {n_pages:,} pages",
        [_curve_note(its) for its in curves],
        list(_tables(scores)) if scores else (),
        pictures,
    )


def _tables(scores: Sequence[Scores]) -> Iterator[Table]:
    yield Table("All pages", main_rows(scores, BOILERKIT), " ".join(notes(scores)))
    if by_type := type_rows(scores):
        yield Table(f"By page type: {leading_metric(scores).name}", by_type)
    if by_language := language_rows(scores):
        yield Table(f"By language: {language_metric(scores).name}", by_language)
    failures = [
        {"system": its.system, "pages": str(count), "error": error}
        for its in scores
        for error, count in Counter(its.failures.values()).most_common()
    ]
    if failures:
        yield Table("Failures", failures, "Such pages count as empty text.")


def _curve_note(curves: Curves) -> str:
    error = f"{curves.system}, {curves.provenance}: expected calibration error {curves.calibration.expected_error:.3f}"
    if curves.confidence is not None:
        error += f", of the word F1 that the model expects of pages {curves.confidence.expected_error:.3f}"
    if curves.blocks is None:
        return f"{error}."
    return (
        f"{error}; of the blocks of {curves.blocks['pages']:,} pages, area under the ROC curve "
        f"{curves.blocks['roc_auc']:.3f}, average precision {curves.blocks['average_precision']:.3f}."
    )


def _score_pictures(name: str, scores: Sequence[Scores], speed: Speed | None) -> Iterator[Picture]:
    corpus = scores[0].corpus
    words = [(its, score) for its in scores if (score := its.score(WORD_F1))]
    times = speed.mean_ms if speed else {}
    points = [SpeedPoint(its.system, times[its.system], score) for its, score in words if its.system in times]
    if speed and points:
        yield Picture(
            f"quality-speed-{safe_name(name)}",
            f"Word F1 on {corpus} against milliseconds per page, a point for each of {len(points)} systems",
            f"Word F1 on {corpus} with 95% intervals, against the mean time of {page_names(speed.values)}.",
            quality_against_speed(points, times.get(PARSE)),
        )
    if words and len(scores[0].types) > 1:
        yield _page_types(name, _shown_systems([its for its, _ in words]))


def _shown_systems(scores: Sequence[Scores]) -> list[Scores]:
    """Return Boilerkit and the best others, of each system only its best variant, such as trafilatura-fast."""
    families: dict[str, Scores] = {}
    for its in sorted(scores, key=lambda its: its.system != BOILERKIT):
        families.setdefault(re.split("[-:@]", its.system)[0], its)
    return list(families.values())[:_MOST_SYSTEMS]


def _page_types(name: str, scores: Sequence[Scores]) -> Picture:
    corpus = scores[0].corpus
    counts = Counter(page_type for page_type in scores[0].page_types if page_type)
    pages = dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:_MOST_TYPES])
    found = {its.system: {kind: score for kind in pages if (score := its.score(WORD_F1, kind))} for its in scores}
    return Picture(
        f"page-types-{safe_name(name)}",
        f"Word F1 by page type on {corpus} of {', '.join(found)}",
        f"Word F1 by page type on {corpus} with 95% intervals; in brackets the number of pages.",
        by_page_type(found, pages),
    )


def _precision_recall(curves: Curves, scores: Sequence[Scores], suffix: str) -> Picture:
    peers = {its.system: point for its in scores if not is_boilerkit(its.system) and (point := _point(its))}
    name = f"{curves.system} on {curves.corpus}"
    return Picture(
        f"precision-recall-{safe_name(curves.corpus + suffix)}-{safe_name(curves.system)}",
        f"Word precision of {name} against word recall at all thresholds, and {len(peers)} other systems as points",
        f"Word precision against word recall of {name}, {curves.provenance}, at thresholds from "
        f"{curves.curve[0].threshold:g} to {curves.curve[-1].threshold:g}; the other systems with their defaults.",
        precision_recall(curves.system, curves.curve, curves.threshold, peers),
    )


def _point(its: Scores) -> tuple[float, float] | None:
    """Return mean word precision over the pages with any text, and mean recall over those with gold, as `curves`.

    None if the corpus has no main text.
    """
    found = [
        [value or 0.0 for value, count in zip(its.columns[name], its.columns[counts], strict=True) if count]
        for name, counts in (("word_precision", "shingle_answered"), ("word_recall", "shingle_wanted"))
        if name in its.columns and counts in its.columns
    ]
    return (fmean(found[0]), fmean(found[1])) if len(found) == 2 and all(found) else None


def _reliability(curves: Curves, suffix: str) -> Picture:
    name = f"{curves.system} on {curves.corpus}"
    return Picture(
        f"reliability-{safe_name(curves.corpus + suffix)}-{safe_name(curves.system)}",
        f"How often blocks of each probability are content, {name}",
        f"How often blocks are content by the probability that {name} ({curves.provenance}) gives them; each page "
        "counts the same, and blocks by their words.",
        reliability(curves.calibration),
    )


# --- Speed and learning -----------------------------------------------------------------------------------------------


def _speed(speed: Speed) -> Section:
    pages = page_names(speed.values)
    own = next((name for name in speed.ms if is_boilerkit(name)), None)
    cloud = f", and Boilerkit's times for {pages}" if own else ""
    sizes = speed.values["pages"]["columns"]["bytes"]
    picture = Picture(
        "time-by-size",
        f"Milliseconds against bytes of the page, a line for each of {len(speed.growth)} systems",
        f"Time for synthetic pages of doubling size{cloud}. The exponent is fitted from 100 kB on: 1 is time in "
        "proportion to size.",
        time_by_size(speed.growth, sizes if own else [], speed.ms[own] if own else []),
    )
    note = (
        "On one core, from bytes to text. Memory and cold start are of fresh processes, cold start with a first page."
    )
    shown = [
        Table(f"Single pages: {pages}", system_rows(speed.values), note),
        Table("Growth with the size of the page", growth_rows(speed.values)),
    ]
    return Section("speed", "Speed", (), shown, [picture])


def _learning(learning: Learning) -> Section:
    rows = [
        {
            "training pages": f"{point.pages:,}",
            "corpus": point.corpus,
            "word F1": format_interval(point.word_f1),
            "4-gram F1": format_interval(point.shingle_f1),
        }
        for point in learning.points
    ]
    picture = Picture(
        "learning-curve",
        "Word F1 and 4-gram F1 against the number of training pages, a line for each corpus",
        "Scores on sites that were not trained on, with 95% intervals, by the number of training pages.",
        learning_curve(learning.points),
    )
    return Section("learning", "What more pages are worth", (), [Table("", rows)], [picture])


# --- How it was measured ----------------------------------------------------------------------------------------------


def _how(results: BenchmarkResults) -> Section:
    tables = [Table("Runs", run_rows(_measured(results)), INTERVALS_NOTE)]
    if used := metrics_of([its for scores in results.scores for its in scores]):
        tables.append(Table("Metrics", [{"metric": its.name, "source": its.source} for its in used]))
    known = [CORPORA[name] for name in dict.fromkeys(its[0].corpus for its in results.scores) if name in CORPORA]
    if known:
        rows = [{"corpus": its.name, "source": its.source, "licence": its.licence, "gold": its.gold} for its in known]
        tables.append(Table("Corpora", rows))
    return Section("how", "How it was measured", (), tables)


def _measured(results: BenchmarkResults) -> Iterator[Measured]:
    for its in (its for scores in results.scores for its in scores):
        yield f"scores on {its.corpus}", its.system, its.context
    if results.speed:
        yield "speed", "", results.speed.values["context"]
    for curves in results.curves:
        yield f"curves on {curves.corpus}", curves.system, curves.context
    if results.learning:
        yield "learning curve", "", results.learning.context
