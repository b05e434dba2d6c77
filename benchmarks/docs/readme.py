"""The generated sections of the README: examples of the shipped models, and tables of results."""

from __future__ import annotations

from collections.abc import Iterable
from textwrap import shorten

from benchmarks.docs.examples import NEWS, PLAINTEXT, STORY, analyze, block_lines, console
from benchmarks.metrics import SHINGLE_F1, WORD_F1
from benchmarks.results import RESULTS, read_json
from benchmarks.scores import ALL, scores_of_one_page_set
from benchmarks.speed import FILE as SPEED_FILE
from benchmarks.systems import BOILERKIT, PEERS
from benchmarks.tables import format_interval, short_version
from boilerkit.cli.card import markdown_table
from boilerkit.model.flat_store import load_flat_model
from boilerkit.model.labels_store import load_kinds_model

_NEWS_BLOCKS = (1, 7, 16, 22, 24, 28, 32, 60, 68, 72)
_PLAINTEXT_BLOCKS = (2, 9, 12, 13, 15, 18, 24, 28)
_STORY_LABELS = ("ticker", "related", "promotion")

_WCXB, _CLEANEVAL = "wcxb-dev", "cleaneval"
_BY_PAGE_TYPE = (BOILERKIT, "trafilatura", "resiliparse")

#: The corpora that the shipped model was trained on.
_TRAINING_CORPORA = {
    "wcxb-dev": "WCXB, development pages of seven types",
    "fundus-train": "news of many countries (fundus)",
    "labelled": "pages of these and of news and blogs, every block labelled",
}


# --- Examples ---------------------------------------------------------------------------------------------------------


def _demo() -> str:
    """Show text and blocks of a news article."""
    page = analyze(NEWS)
    return console(
        f"$ boilerkit extract {NEWS}",
        *(shorten(paragraph, 108, placeholder=" …") for paragraph in page.text.split("\n\n")[:4]),
        "…",
        "",
        f"$ boilerkit blocks {NEWS}    # some of its {len(page.blocks)} lines",
        *block_lines(page.blocks[number] for number in _NEWS_BLOCKS),
    )


def _labels() -> str:
    """Show the blocks of some labels."""
    command = f"$ boilerkit blocks {STORY} --only {','.join(_STORY_LABELS)}"
    return console(command, *block_lines(analyze(STORY).blocks_with_label(*_STORY_LABELS)))


def _label_summary() -> str:
    """Say how good the labels are, out of fold."""
    card = load_kinds_model().card
    scores = card["out of fold"]["likeliest label"]
    f1 = {row["label"]: row["f1"] for row in scores["labels"]}
    ordered = sorted(f1, key=lambda label: -f1[label])

    def listed(names: Iterable[str]) -> str:
        return ", ".join(f"{name} ({f1[name]:.2f})" for name in names)

    return (
        f"Out of fold, on {card['trained on']['blocks']:,} blocks of {card['trained on']['pages']} pages that were "
        f"labelled block by block, macro F1 over the labels is {scores['macro F1']:.2f}. The best are "
        f"{listed(ordered[:4])}; the hardest are {listed(ordered[:-4:-1])}."
    )


def _plaintext() -> str:
    """Show blocks of a page of plain text."""
    page = analyze(PLAINTEXT)
    return console(
        f"$ boilerkit blocks {PLAINTEXT}    # some of its {len(page.blocks)} lines",
        *block_lines(page.blocks[number] for number in _PLAINTEXT_BLOCKS),
    )


def _plaintext_summary() -> str:
    """Say how good the extraction from plain text is, out of fold."""
    rows = [row for row in load_flat_model().card["out of fold"] if row["corpus"] == "wcxb" and not row["page_type"]]
    scores, whole = ([row[name] for row in rows] for name in ("word_f1", "all_text"))
    return (
        f"Out of fold on the development pages of WCXB, turned into plain text by {len(rows)} renderers, word F1 is "
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


SECTIONS = {
    "demo": _demo,
    "labels": _labels,
    "label-summary": _label_summary,
    "plaintext": _plaintext,
    "plaintext-summary": _plaintext_summary,
    "scores": _scores,
    "page-types": _page_types,
    "training-corpora": _training_corpora,
}
