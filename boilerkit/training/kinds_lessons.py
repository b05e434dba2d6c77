"""Pages whose blocks are labelled, as the labels model is trained on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from boilerkit.errors import GoldError
from boilerkit.features.kinds import LabelShares, label_shares
from boilerkit.segment.table import BlockTable
from boilerkit.training.prepare import Lesson


@dataclass(frozen=True)
class KindsLesson:
    """One page whose blocks are labelled; `key` and `group` are those of its `Lesson`.

    `content` [n_blocks] are the answers of a content model that did not see the page, as none will have seen those that
    the labels model is used on; `labels` [n_blocks] are places in `labels.KINDS`, -1 where the gold does not tell.
    """

    key: str
    group: str
    table: BlockTable
    content: NDArray[np.float64]
    labels: NDArray[np.int8]
    shares: LabelShares


def kinds_lessons(lessons: Iterable[Lesson], answers: Iterable[NDArray[np.float64] | None]) -> list[KindsLesson]:
    """The lessons of those pages whose gold has labels; `answers` are the content model's out-of-fold answers.

    Pages without answers are left out.
    """
    found = []
    for lesson, content in zip(lessons, answers, strict=True):
        if content is None:
            continue
        page = lesson.load()
        if len(content) != len(page.table):
            raise GoldError(
                f"{lesson.id} has {len(page.table)} blocks, but the content model's answers are {len(content)}"
            )
        if (page.labels >= 0).any():
            shares = label_shares(page.table, page.labels)
            found.append(KindsLesson(lesson.key, lesson.group, page.table, content, page.labels, shares))
    return found
