"""Training the model of flat text on labelled pages of plain text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from boilerkit.blocks.features import Floats
from boilerkit.plaintext.features import (
    FlatVocabulary,
    learn_flat_vocabulary,
    stage_one_features,
    stage_two_features,
    token_shares,
)
from boilerkit.html.features.vocabulary import TokenShares
from boilerkit.gold.pages import Gold
from boilerkit.learning.alignment import align, gold_text
from boilerkit.model.content import sigmoid
from boilerkit.model.flat import FlatModel
from boilerkit.plaintext.segmentation import TextBlocks, segment_text
from boilerkit.learning.training_pages import groups_of
from boilerkit.learning.stages import Sampling, Settings, fit_calibration, group_folds, joined, train

#: As in `stages`, but a page comes in several forms.
SAMPLED_BELOW = 0.98


@dataclass(frozen=True)
class FlatLesson:
    """One labelled page of plain text, ready to train on; `content` and `weight` are those of `gold.BlockTargets`.

    `key` is a hash of the page that the text was made of, `group` names its site, `form` the renderer.
    """

    id: str
    key: str
    group: str
    corpus: str
    page_type: str
    form: str
    table: TextBlocks
    content: NDArray[np.float32]
    weight: NDArray[np.float32]
    gold_text: str
    shares: TokenShares


def flat_lesson(
    text: str, gold: Gold, *, id: str, key: str, group: str, corpus: str = "", page_type: str = "", form: str = ""
) -> FlatLesson:
    """Segment a page and align its gold."""
    table = segment_text(text)
    target = align(table, gold)
    shares = token_shares(table, target.content, target.weight)
    return FlatLesson(
        id, key, group, corpus, page_type, form, table, target.content, target.weight, gold_text(table, gold), shares
    )


def fit_flat(lessons: Sequence[FlatLesson], settings: Settings, on_step: Callable[[str], object]) -> FlatModel:
    """Train a model, as `stages.fit_stages` trains that of HTML: what a stage reads of a page is out of fold."""
    sampling = Sampling.over(lessons, settings, SAMPLED_BELOW)
    groups = groups_of(lessons)
    folds = group_folds(groups, settings.n_folds, settings.seed)
    everything = np.ones(len(lessons), dtype=bool)

    on_step("vocabulary, features of stage one")
    vocabularies = [_vocabulary(lessons, groups, folds != fold) for fold in range(settings.n_folds)]
    first = [sampling.rows(i, X, lessons[i]) for i, X in _stage_one(lessons, folds, vocabularies)]
    judges = []
    for fold in range(settings.n_folds):
        on_step(f"stage one: fold {fold + 1} of {settings.n_folds}")
        judges.append(train(joined(first, folds != fold), settings))
    on_step("stage one: all pages")
    stage_one = train(joined(first, everything), settings)
    del first  # stage two's rows take its place in memory

    on_step("features of stage two")
    second = []
    for i, X in _stage_one(lessons, folds, vocabularies):
        p = sigmoid(judges[folds[i]].log_odds(X))
        second.append(sampling.rows(i, stage_two_features(lessons[i].table, X, p), lessons[i]))
    on_step("stage two: all pages")
    stage_two = train(joined(second, everything), settings)
    on_step("calibration")
    held_out = folds == 0
    trial = train(joined(second, ~held_out), settings)
    calibration = fit_calibration(trial, joined(second, held_out))
    return FlatModel(_vocabulary(lessons, groups, everything), stage_one, stage_two, calibration)


def _vocabulary(lessons: Sequence[FlatLesson], groups: NDArray[np.int64], chosen: NDArray[np.bool_]) -> FlatVocabulary:
    pages = [lesson.shares for lesson, its in zip(lessons, chosen.tolist(), strict=True) if its]
    return learn_flat_vocabulary(pages, groups[chosen].tolist())


def _stage_one(
    lessons: Sequence[FlatLesson], folds: NDArray[np.int64], vocabularies: Sequence[FlatVocabulary]
) -> Iterator[tuple[int, Floats]]:
    """For each page with text its number and stage one's features, with the vocabulary of the other folds."""
    for index, lesson in enumerate(lessons):
        yield index, stage_one_features(lesson.table, vocabularies[folds[index]])
