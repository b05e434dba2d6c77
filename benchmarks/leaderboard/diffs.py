"""A page of a corpus as HTML: the text of each system next to the gold, with the words that make the difference."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.error_analysis.view import environment
from boilerkit.gold.pages import GoldPage
from boilerkit.metrics import TOKEN

#: Words that are compared of each text; the rest is left out.
MAX_WORDS = 10_000

SAME, LOST, EXTRA = "same", "lost", "extra"


@dataclass(frozen=True)
class PageTexts:
    """A page with its main text by the gold, and the texts and scores of the systems."""

    page: GoldPage
    gold: str
    texts: Mapping[str, str]
    scores: Mapping[str, float]


@dataclass(frozen=True)
class Run:
    """Words in a row that both texts have (SAME), or the gold (LOST) or the other text (EXTRA) alone."""

    kind: str
    text: str


def diff(text: str, gold: str) -> list[Run]:
    """Return how a text differs from the gold: the longest common subsequence of words, and what is in one alone.

    Case, spaces and punctuation do not count. Of scripts without spaces, characters are compared.
    """
    from rapidfuzz.distance import LCSseq

    ours, theirs = _pieces(text), _pieces(gold)
    runs = []
    for step in LCSseq.opcodes([word for word, _ in theirs], [word for word, _ in ours]):
        lost = _joined(theirs[step.src_start : step.src_end])
        extra = _joined(ours[step.dest_start : step.dest_end])
        found = [(SAME, lost)] if step.tag == "equal" else [(LOST, lost), (EXTRA, extra)]
        runs += [Run(kind, its) for kind, its in found if its]
    return runs


def _pieces(text: str) -> list[tuple[str, str]]:
    """Return each word in lower case, and as it is with all that comes before the next one."""
    found = [(match[0].lower(), match.start()) for match in TOKEN.finditer(text)][: MAX_WORDS + 1]
    starts = [start for _, start in found] + [len(text)]
    pieces = [(word, text[start:end]) for (word, start), end in zip(found, starts[1:], strict=True)]
    return pieces[:MAX_WORDS]


def _joined(pieces: Sequence[tuple[str, str]]) -> str:
    return "".join(text for _, text in pieces)


def write_page(file: Path, its: PageTexts) -> None:
    """Write the page to a file."""
    diffs = [(system, its.scores[system], diff(text, its.gold)) for system, text in its.texts.items()]
    template = environment(Path(__file__).parent / "templates").get_template("texts.html.j2")
    file.write_text(template.render(page=its.page, gold=its.gold, diffs=diffs), encoding="utf-8")
