"""How good a label model is: precision, recall and F1 of each label, confusions and calibration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from boilerkit.labels import LABELS, Label
from boilerkit.learning.labels import LabelPage
from boilerkit.model.labels import assign_labels
from boilerkit.selection import choose_blocks

_IS_CONTENT = np.array([label.is_content for label in LABELS])


@dataclass(frozen=True)
class LabelScore:
    """How well one label is found, over blocks."""

    label: Label
    blocks: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True)
class LabelScores:
    """Scores over blocks that all count the same; `confusion` [12, 12] counts blocks by gold and assigned label.

    `macro_f1` is the mean over the labels that the gold has.
    """

    labels: list[LabelScore]
    macro_f1: float
    accuracy: float
    content_accuracy: float
    confusion: list[list[int]]

    def to_dict(self) -> dict[str, Any]:
        """Return the scores as plain, rounded values for cards and results."""
        return {
            "macro F1": round(self.macro_f1, 4),
            "accuracy": round(self.accuracy, 4),
            "accuracy, content against boilerplate": round(self.content_accuracy, 4),
            "labels": [
                {name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(score).items()}
                for score in self.labels
            ],
            "confusion": self.confusion,
        }


@dataclass(frozen=True)
class LabelReport:
    """How good a label model is out of fold.

    `most_probable` are the scores of each block's most probable label, `assigned` those of the label that agrees with
    the page's text, as users see it.
    """

    most_probable: LabelScores
    assigned: LabelScores
    calibration_error: float


def label_report(
    pages: Sequence[LabelPage], probabilities: Sequence[NDArray[np.float64]], threshold: float
) -> LabelReport:
    """Score out-of-fold probabilities [n_blocks, 12] of pages; `threshold` is the content model's."""
    return LabelReport(
        score_labels(pages, [assign_labels(p) for p in probabilities]),
        score_labels(pages, assigned_labels(pages, probabilities, threshold)),
        calibration_error(pages, probabilities),
    )


def assigned_labels(
    pages: Sequence[LabelPage], probabilities: Sequence[NDArray[np.float64]], threshold: float
) -> list[NDArray[np.intp]]:
    """Return the labels that users see: those that agree with what the content model keeps of each page."""
    return [
        assign_labels(p, choose_blocks(page.blocks, page.content, threshold).keep)
        for page, p in zip(pages, probabilities, strict=True)
    ]


class HasLabels(Protocol):
    """A page with the labels of its blocks, [n_blocks]."""

    @property
    def labels(self) -> NDArray[np.int8]: ...


def score_labels(pages: Sequence[HasLabels], assigned: Sequence[NDArray[np.intp]]) -> LabelScores:
    """Score assigned labels, indices in LABELS [n_blocks] for each page, over the blocks whose label is known."""
    true = np.concatenate([page.labels for page in pages])
    known = true >= 0
    true, found = true[known], np.concatenate(assigned)[known]
    confusion = np.zeros((len(LABELS), len(LABELS)), dtype=np.int64)
    np.add.at(confusion, (true, found), 1)
    hits = np.diag(confusion)
    precision = hits / np.maximum(confusion.sum(axis=0), 1)
    recall = hits / np.maximum(confusion.sum(axis=1), 1)
    f1 = 2 * hits / np.maximum(confusion.sum(axis=0) + confusion.sum(axis=1), 1)
    return LabelScores(
        labels=[
            LabelScore(label, int(confusion[n].sum()), float(precision[n]), float(recall[n]), float(f1[n]))
            for n, label in enumerate(LABELS)
        ],
        macro_f1=float(f1[confusion.any(axis=1)].mean()),
        accuracy=float((true == found).mean()),
        content_accuracy=float((_IS_CONTENT[true] == _IS_CONTENT[found]).mean()),
        confusion=confusion.tolist(),
    )


def calibration_error(
    pages: Sequence[HasLabels], probabilities: Sequence[NDArray[np.float64]], n_bins: int = 10
) -> float:
    """Return the expected calibration error of the most probable label over blocks of known label (Guo et al. 2017)."""
    true = np.concatenate([page.labels for page in pages])
    p = np.concatenate(probabilities)[true >= 0]
    highest = p.max(axis=1)
    right = p.argmax(axis=1) == true[true >= 0]
    bins = np.minimum((highest * n_bins).astype(int), n_bins - 1)
    gaps = np.abs(np.bincount(bins, highest, n_bins) - np.bincount(bins, right, n_bins))
    return float(gaps.sum() / max(len(highest), 1))
