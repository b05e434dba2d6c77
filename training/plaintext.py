"""Builds the shipped models of flat text: of content, and of the twelve labels.

The pages are those of the HTML model, turned into plain text by several renderers. Each page is trained on in two of
the forms and measured in all. All forms of a page, and all pages of a site, are in one fold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from boilerkit.gold.pages import Gold, GoldPage
from boilerkit.metrics import word_f1
from boilerkit.model.flat import FlatModel
from boilerkit.model.flat_store import save_flat_model
from boilerkit.model.labels import choose, softmax
from boilerkit.model.labels_store import save_kinds_model
from boilerkit.plaintext.rendering import to_text
from boilerkit.selection import select
from boilerkit.learning.flat import FlatLesson, fit_flat, flat_lesson
from boilerkit.learning.flat_labels import (
    FlatKindsLesson,
    cross_validate_flat_kinds,
    fit_flat_kinds,
    flat_kinds_lesson,
)
from boilerkit.learning.labels import fit_temperature
from boilerkit.learning.label_evaluation import LabelScores, score_labels
from boilerkit.learning.training_pages import groups_of, page_key
from boilerkit.learning.stages import Settings, group_folds
from training.corpora import CORPORA, labelled_pages, training_pages
from training.plaintext_card import flat_card, flat_kinds_card, render, render_kinds
from training.renderers import RENDERERS, renderings
from training.augmentation_text import Headlines, headlines_of, tickers_of, with_strips

SEED = 0
N_FOLDS = 5
#: The share of the training pages that also come with strips of other pages' headlines.
STRIPS = 0.4
#: The form that is left out of training to see how well other forms stand in for it.
UNSEEN = "resiliparse"
SETTINGS = Settings(
    n_trees=80,
    learning_rate=0.14,
    max_leaf_nodes=31,
    min_samples_leaf=40,
    l2_regularization=5.0,
    max_features=0.3,
    n_folds=3,
    corpus_weights={corpus.name: corpus.weight for corpus in CORPORA},
    seed=SEED,
)

Step = Callable[[str], object]


@dataclass(frozen=True)
class Pages:
    """The lessons, the fold of each [n_lessons], and the headlines for strips."""

    lessons: list[FlatLesson]
    folds: NDArray[np.int64]
    headlines: list[Headlines]


def build_flat(data: Path, out: Path, kinds_out: Path, cache: Path, on_step: Step) -> None:
    """Measure, train and write the models with their cards."""
    on_step("renderings and alignment")
    pages = prepare_flat(data, cache)
    answers = cross_validate(pages, tuple(RENDERERS), np.arange(N_FOLDS), on_step)
    scores = mean_scores(pages.lessons, answers)
    unseen = _unseen(pages, answers, on_step)
    on_step("all pages")
    model = _fit(pages, tuple(RENDERERS), np.ones(len(pages.lessons), dtype=bool), on_step)
    card = flat_card(pages.lessons, SETTINGS, STRIPS, scores, kept_whole(pages.lessons), unseen)
    save_flat_model(replace(model, card=card), out)
    (out / "README.md").write_text(render(card), encoding="utf-8")
    build_flat_kinds(data, kinds_out, pages, answers, model, on_step)


def prepare_flat(data: Path, cache: Path) -> Pages:
    """The lessons of all pages in all forms."""
    jobs = [
        (page, form, text) for page, texts in renderings(training_pages(data), cache) for form, text in texts.items()
    ]
    lessons = Parallel(n_jobs=-1, batch_size=16)(delayed(_lesson)(*job) for job in jobs)
    folds = group_folds(groups_of(lessons), N_FOLDS, SEED)
    return Pages(lessons, folds, headlines_of(list(labelled_pages(data))))


def _lesson(page: GoldPage, form: str, text: str) -> FlatLesson:
    assert page.gold is not None
    return flat_lesson(
        text,
        page.gold,
        id=page.id,
        key=page_key(page.html),
        group=page.group or page.id,
        corpus=page.corpus,
        page_type=page.page_type,
        form=form,
    )


# --- Content ----------------------------------------------------------------------------------------------------------


def cross_validate(
    pages: Pages, forms: Sequence[str], folds: Iterable[int], on_step: Step
) -> dict[int, NDArray[np.float64]]:
    """Answers [n_blocks] for the lessons of these folds, by their place, of models trained on the others' forms."""
    answers = {}
    for fold in folds:

        def tell(step: str, prefix: str = f"fold {fold + 1} of {N_FOLDS}, ") -> object:
            return on_step(prefix + step)

        model = _fit(pages, forms, pages.folds != fold, tell)
        for index in np.flatnonzero(pages.folds == fold).tolist():
            answers[index] = model.predict_proba(pages.lessons[index].table)
    return answers


def _fit(pages: Pages, forms: Sequence[str], chosen: NDArray[np.bool_], on_step: Step) -> FlatModel:
    """Train on the chosen lessons, each page in two of the forms, and on some of them with strips of others of them."""
    lessons = [
        lesson for lesson, its in zip(dealt(pages.lessons, forms), chosen.tolist(), strict=True) if lesson and its
    ]
    known = {lesson.group for lesson in lessons}
    strips = with_strips(lessons, pages.headlines, STRIPS, SEED)
    more = [lesson for lesson, donor in strips if donor in known]
    return fit_flat([*lessons, *more], SETTINGS, on_step)


def dealt(lessons: Sequence[FlatLesson], forms: Sequence[str]) -> list[FlatLesson | None]:
    """The lessons, None for those that are not in one of the two forms that their page is dealt."""
    numbers: dict[tuple[str, str], int] = {}
    result: list[FlatLesson | None] = []
    for lesson in lessons:
        number = numbers.setdefault((lesson.corpus, lesson.id), len(numbers))
        first = number % len(forms)
        second = (first + 1 + number // len(forms) % (len(forms) - 1)) % len(forms)
        result.append(lesson if lesson.form in (forms[first], forms[second]) else None)
    return result


def _unseen(pages: Pages, answers: dict[int, NDArray[np.float64]], on_step: Step) -> list[dict[str, Any]]:
    """Mean word F1 by form of the first fold's pages of WCXB, with all forms trained on and without UNSEEN."""
    others = [form for form in RENDERERS if form != UNSEEN]
    without = cross_validate(pages, others, [0], lambda step: on_step(f"without {UNSEEN}: {step}"))
    return [
        {"trained on": trained_on}
        | {
            score["form"]: score["word_f1"]
            for score in mean_scores(pages.lessons, {index: its[index] for index in without})
            if score["corpus"] == "wcxb" and not score["page_type"]
        }
        for trained_on, its in (("all forms", answers), (f"all but {UNSEEN}", without))
    ]


def kept_whole(lessons: Sequence[FlatLesson]) -> list[dict[str, Any]]:
    """The scores of keeping all text."""
    return mean_scores(lessons, {index: np.ones(len(lesson.table)) for index, lesson in enumerate(lessons)})


def mean_scores(lessons: Sequence[FlatLesson], answers: dict[int, NDArray[np.float64]]) -> list[dict[str, Any]]:
    """Mean word F1 by corpus and form, and for WCXB by page type over all forms."""
    scores: dict[tuple[str, str, str], list[float]] = {}
    for index, p in answers.items():
        lesson = lessons[index]
        f1 = word_f1(to_text(lesson.table, select(lesson.table, p, 0.5)), lesson.gold_text)
        scores.setdefault((lesson.corpus, "", lesson.form), []).append(f1)
        if lesson.corpus == "wcxb":
            scores.setdefault((lesson.corpus, lesson.page_type, "all forms"), []).append(f1)
    return [
        {"corpus": corpus, "page_type": kind, "form": form, "pages": len(found), "word_f1": float(np.mean(found))}
        for (corpus, kind, form), found in sorted(scores.items())
    ]


# --- Labels -----------------------------------------------------------------------------------------------------------


def build_flat_kinds(
    data: Path,
    out: Path,
    pages: Pages,
    answers: dict[int, NDArray[np.float64]],
    content_model: FlatModel,
    on_step: Step,
) -> None:
    """Measure, train and write the model of the twelve labels; `answers` are the content model's out of fold."""
    labelled = list(labelled_pages(data))
    spans = {(page.corpus, page.id): page.gold for page in labelled}
    chosen = [i for i, lesson in enumerate(pages.lessons) if (lesson.corpus, lesson.id) in spans]
    lessons = [_kinds_lesson(pages.lessons[i], spans, answers[i]) for i in chosen]
    on_step("labels: folds")
    tickers = list(tickers_of(lessons, labelled, content_model, SEED))
    raw = cross_validate_flat_kinds(lessons, pages.folds[chosen], tickers, SEED)
    temperature = fit_temperature(np.concatenate(raw), np.concatenate([lesson.labels for lesson in lessons]))
    probabilities = [softmax(np.log(np.maximum(p, 1e-12)) / temperature) for p in raw]
    card = flat_kinds_card(len(spans), _label_scores(lessons, probabilities))
    on_step("labels: all pages")
    save_kinds_model(replace(fit_flat_kinds(lessons, tickers, SEED), temperature=temperature, card=card), out)
    (out / "README.md").write_text(render_kinds(card), encoding="utf-8")


def _kinds_lesson(
    lesson: FlatLesson, spans: dict[tuple[str, str], Gold | None], answers: NDArray[np.float64]
) -> FlatKindsLesson:
    gold = spans[lesson.corpus, lesson.id]
    assert gold is not None
    return flat_kinds_lesson(lesson.table, gold, answers, lesson.group, lesson.form)


def _label_scores(
    lessons: Sequence[FlatKindsLesson], probabilities: Sequence[NDArray[np.float64]]
) -> dict[str, LabelScores]:
    """Scores of the labels that users see, by form."""
    by_form = {}
    for form in RENDERERS:
        its = [(lesson, p) for lesson, p in zip(lessons, probabilities, strict=True) if lesson.form == form]
        chosen = [choose(p, select(lesson.table, lesson.content, 0.5)) for lesson, p in its]
        by_form[form] = score_labels([lesson for lesson, _ in its], chosen)
    return by_form
