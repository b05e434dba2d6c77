"""Pages whose every block is labelled, as the labels model is trained on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from boilerkit.errors import GoldError
from boilerkit.features import fixed_features
from boilerkit.features.columns import Floats
from boilerkit.features.kinds import LabelShares, label_shares
from boilerkit.gold import GoldPage, align_labels, domain_of
from boilerkit.read import read
from boilerkit.segment.table import BlockTable
from boilerkit.training.prepare import page_key


@dataclass(frozen=True)
class KindsLesson:
    """One page whose blocks are labelled.

    `fixed` are the columns that need no model; `content` [n_blocks] are the answers of a content model that did not see
    the page, as none will have seen those that the labels model is used on; `labels` [n_blocks] are places in
    `labels.KINDS`, -1 where the gold does not tell.
    """

    key: str
    group: str
    html: str | bytes
    table: BlockTable
    fixed: Floats
    content: NDArray[np.float64]
    labels: NDArray[np.int64]
    shares: LabelShares


def kinds_lessons(
    pages: Iterable[GoldPage], content: Callable[[str | bytes], NDArray[np.float64] | None]
) -> list[KindsLesson]:
    """The lessons of pages with spans as gold; `content` gives the out-of-fold answers for a page.

    Pages that have no such answers, and those without spans, are left out.
    """
    lessons = []
    for page in pages:
        answers = content(page.html)
        if answers is None or page.gold is None or isinstance(page.gold, str):
            continue
        table = read(page.html)[1]
        if len(answers) != len(table):
            raise GoldError(f"{page.id} has {len(table)} blocks, but the content model's answers are {len(answers)}")
        labels = align_labels(table, page.gold)
        key = page_key(page.html)
        group = page.group or domain_of(table.address) or key
        shares = label_shares(table, labels)
        lessons.append(KindsLesson(key, group, page.html, table, fixed_features(table), answers, labels, shares))
    return lessons
