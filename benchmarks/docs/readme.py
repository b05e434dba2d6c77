"""The generated sections of the README: examples of the shipped models, and tables of results."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from textwrap import shorten

from benchmarks.docs.adaptation import adaptation_table
from benchmarks.docs.examples import NEWS, PLAINTEXT, STORY, console, printed
from benchmarks.docs.labels import label_results
from benchmarks.metrics import SHINGLE_F1, WORD_F1
from benchmarks.results import RESULTS, read_json
from benchmarks.scores import ALL, scores_of_one_page_set
from benchmarks.speed import FILE as SPEED_FILE
from benchmarks.systems import BOILERKIT, PEERS
from benchmarks.tables import format_interval, short_version
from boilerkit.model.card import markdown_table
from boilerkit.model.storage import read_config, shipped_folder

#: The corpora that the shipped model was only measured on, and the systems to show on them.
_VALIDATION_CORPORA = {
    "world-press": "press of 2011 and 2012 in Chinese, English, Greek, Polish and Russian",
    "blogs-2012": "blogs and news of 2012, many with long comments",
    "news-2008": "news of 2008",
    "cleaneval": "mixed pages of 2007 (CleanEval)",
}
_ON_VALIDATION = (BOILERKIT, "trafilatura", "readability", "resiliparse")

#: Characters of a line of the README's transcripts.
_WIDTH = 112

_NEWS_BLOCKS = (1, 7, 16, 22, 24, 28, 32, 60, 68, 72)
_PLAINTEXT_BLOCKS = (2, 9, 12, 13, 15, 18, 24, 28)
_STORY_LABELS = ("ticker", "related", "promotion")

_WCXB, _CLEANEVAL = "wcxb-dev", "cleaneval"
_BY_PAGE_TYPE = (BOILERKIT, "trafilatura", "resiliparse")

#: The corpora that the shipped model was trained on.
_TRAINING_CORPORA = {
    "wcxb-dev": "WCXB, development pages of seven types",
    "fundus-train": "news of many countries (fundus)",
    "forum-posts": "forum threads in four languages (harvest)",
    "world-pages": "articles and threads of 2024, half of them not in Latin script (magic-html)",
    "labelled": "pages of these and of news and blogs, every block labelled",
}


# --- Examples ---------------------------------------------------------------------------------------------------------


def _demo() -> str:
    """Show text and blocks of a news article."""
    command = f"boilerkit extract {NEWS}"
    paragraphs = "\n".join(printed(command)).split("\n\n")
    return console(
        f"$ {command}",
        *(shorten(paragraph, 108, placeholder=" …") for paragraph in paragraphs[:4]),
        "…",
        "",
        *_some_blocks(NEWS, _NEWS_BLOCKS),
    )


def _some_blocks(place: str, blocks: Sequence[int]) -> list[str]:
    """Return lines of the table that `boilerkit blocks` prints: its head and these blocks."""
    command = f"boilerkit blocks {place}"
    head, rule, *lines = map(_shortened, printed(command))
    rows = {int(number): line for line in lines if (number := line[:6].strip()).isdigit()}
    return [f"$ {command}    # some of its {len(rows)} blocks", head, rule, *(rows[number] for number in blocks)]


def _shortened(line: str) -> str:
    """Return a line in the width of the README."""
    if len(line) <= _WIDTH:
        return line
    return line[:_WIDTH] if line.endswith("─") else line[: _WIDTH - 1].rstrip() + "…"


def _labels() -> str:
    """Show the blocks of some labels."""
    command = f"boilerkit blocks {STORY} --only {','.join(_STORY_LABELS)}"
    return console(f"$ {command}", *map(_shortened, printed(command)))


def _label_summary() -> str:
    """Say how good the labels are, out of fold."""
    results = label_results()
    scores = results["most probable label"]
    n_blocks = sum(row["blocks"] for row in scores["labels"])
    f1 = {row["label"]: row["f1"] for row in scores["labels"]}
    ordered = sorted(f1, key=lambda label: -f1[label])

    def listed(names: Iterable[str]) -> str:
        return ", ".join(f"{name} ({f1[name]:.2f})" for name in names)

    return (
        f"Out of fold, on {n_blocks:,} blocks of {results['pages']} pages that were labelled block by block, "
        f"macro F1 over the labels is {scores['macro F1']:.2f}. The best are "
        f"{listed(ordered[:4])}; the hardest are {listed(ordered[:-4:-1])}."
    )


def _plaintext() -> str:
    """Show blocks of a page of plain text."""
    return console(*_some_blocks(PLAINTEXT, _PLAINTEXT_BLOCKS))


def _plaintext_summary() -> str:
    """Say how good the extraction from plain text is, out of fold."""
    card = read_config(shipped_folder("text"))["card"]
    rows = [row for row in card["renderers"] if row["corpus"] == _WCXB and not row["page_type"]]
    scores, whole = ([row["word_f1"] for row in rows if row["what"] == what] for what in ("out of fold", "all text"))
    return (
        f"Out of fold on the development pages of WCXB, turned into plain text by {len(scores)} renderers, word F1 is "
        f"{min(scores):.2f} to {max(scores):.2f}; keeping all text gives {min(whole):.2f} to {max(whole):.2f}."
    )


# --- Results ----------------------------------------------------------------------------------------------------------


def _scores() -> str:
    """Return the table of all systems: scores on two corpora, and time.

    Raises BenchmarkError if systems were scored on different pages.
    """
    wcxb, cleaneval = (scores_of_one_page_set(RESULTS, corpus) for corpus in (_WCXB, _CLEANEVAL))
    others = {its.system: its for its in cleaneval}
    times = {row["system"]: row for row in read_json(RESULTS / SPEED_FILE)["pages"]["rows"]}
    rows = []
    for its in wcxb:
        if its.system not in (BOILERKIT, *PEERS):
            continue
        other, time = others.get(its.system), times.get(its.system)
        name = f"**{its.system}**" if its.system == BOILERKIT else its.system
        rows.append(
            {
                "system": f"{name} {short_version(its.version)}",
                f"WCXB dev, {len(its.ids):,} pages": format_interval(its.score(WORD_F1)),
                f"CleanEval, {len(cleaneval[0].ids):,} pages": format_interval(other.score(WORD_F1) if other else None),
                "ms per page": f"{time['mean_ms']:.1f}" if time else "–",
                "× parse": f"{time['times_parse']:.1f}" if time else "–",
            }
        )
    return markdown_table(rows)


def _page_types() -> str:
    """Return the table of scores by page type."""
    scores = scores_of_one_page_set(RESULTS, _WCXB)
    shown = [its for name in _BY_PAGE_TYPE for its in scores if its.system == name]
    return markdown_table(
        [
            {"page type": page_type, "pages": f"{len(shown[0].columns_of(WORD_F1, page_type)):,}"}
            | {its.system: format_interval(its.score(WORD_F1, page_type)) for its in shown}
            for page_type in shown[0].types
            if page_type != ALL
        ]
    )


def _training_corpora() -> str:
    """Return the table of scores on the training corpora, out of fold."""
    rows = []
    for corpus, what in _TRAINING_CORPORA.items():
        its = next(its for its in scores_of_one_page_set(RESULTS, corpus) if its.system == BOILERKIT)
        scores = {metric.name: format_interval(its.score(metric)) for metric in (WORD_F1, SHINGLE_F1)}
        rows.append({"corpus": what, "pages": f"{len(its.ids):,}", **scores})
    return markdown_table(rows)


def _validation_corpora() -> str:
    """Return the table of scores of the best systems on pages that no model was trained on."""
    rows = []
    for corpus, what in _VALIDATION_CORPORA.items():
        scores = {its.system: its for its in scores_of_one_page_set(RESULTS, corpus)}
        rows.append(
            {"corpus": what, "pages": f"{len(scores[BOILERKIT].ids):,}"}
            | {system: format_interval(scores[system].score(SHINGLE_F1)) for system in _ON_VALIDATION}
        )
    return markdown_table(rows)


SECTIONS = {
    "adaptation": adaptation_table,
    "demo": _demo,
    "labels": _labels,
    "label-summary": _label_summary,
    "plaintext": _plaintext,
    "plaintext-summary": _plaintext_summary,
    "scores": _scores,
    "page-types": _page_types,
    "training-corpora": _training_corpora,
    "validation-corpora": _validation_corpora,
}
