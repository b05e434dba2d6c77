"""Pages as the labels model is trained on them: those whose blocks are labelled, and further ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from boilerkit.errors import GoldError
from boilerkit.html.features.labels import LabelShares, label_shares
from boilerkit.labels import LABELS
from boilerkit.html.segmentation.blocks import HtmlBlocks
from boilerkit.learning.training_pages import TrainingPage


@dataclass(frozen=True)
class KindsLesson:
    """One page whose blocks are labelled; `key` and `group` are those of its `TrainingPage`.

    `content` [n_blocks] are the answers of a content model that did not see the page, as none will have seen those that
    the labels model is used on; `fold` is the one that this model was not trained on. `labels` [n_blocks] are places in
    `labels.LABELS`, -1 where the gold does not tell.
    """

    key: str
    group: str
    fold: int
    table: HtmlBlocks
    content: NDArray[np.float64]
    labels: NDArray[np.int8]
    shares: LabelShares


@dataclass(frozen=True)
class UnlabelledPage:
    """One page without labels, from which a labels model learns more words; as in `KindsLesson`."""

    lesson: TrainingPage
    fold: int
    content: NDArray[np.float64]

    @property
    def group(self) -> str:
        """The group of the page."""
        return self.lesson.group


def kinds_lessons(
    lessons: Iterable[TrainingPage], answers: Iterable[NDArray[np.float64] | None], folds: Iterable[int]
) -> tuple[list[KindsLesson], list[UnlabelledPage]]:
    """The pages whose gold has labels, and the others.

    `answers` are the content model's out-of-fold answers, for each page those of the model that did not see its fold in
    `folds`. Pages without answers are left out.
    """
    labelled: dict[str, KindsLesson] = {}
    others: dict[str, UnlabelledPage] = {}
    for lesson, content, fold in zip(lessons, answers, folds, strict=True):
        if content is None:
            continue
        page = lesson.load()
        if len(content) != len(page.table):
            raise GoldError(
                f"{lesson.id} has {len(page.table)} blocks, but the content model's answers are {len(content)}"
            )
        known = np.flatnonzero(page.labels >= 0)
        if len(known):
            is_label = np.zeros((len(page.table), len(LABELS)))
            is_label[known, page.labels[known]] = 1
            shares = label_shares(page.table, is_label)
            labelled[lesson.key] = KindsLesson(lesson.key, lesson.group, fold, page.table, content, page.labels, shares)
        else:
            others[lesson.key] = UnlabelledPage(lesson, fold, content)
    return list(labelled.values()), [page for key, page in others.items() if key not in labelled]
