"""Builds the shipped model of the twelve labels, given a content model's folder with its out-of-fold answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from boilerkit.model.labels import LabelModel
from boilerkit.model.labels_store import save_kinds_model
from boilerkit.model.store import load_model
from boilerkit.learning.augmentation import strips_of
from boilerkit.learning.out_of_fold import load_out_of_fold
from boilerkit.learning.label_evaluation import train_labels
from boilerkit.learning.label_pages import kinds_lessons
from boilerkit.learning.training_pages import page_key, prepare
from training.corpora import labelled_pages, training_pages
from training.label_card import kinds_card, render

SEED = 0


def build_kinds(data: Path, content: Path, out: Path, cache: Path, on_step: Callable[[str], object]) -> LabelModel:
    """Measure, train and write the model; `content` is the folder of the content model, with its held-out answers.

    The folds are those of the content model, so that no answer comes from a model that saw a page of the same site.
    """
    held_out = load_out_of_fold(content)
    if held_out is None:
        raise SystemExit(f"{content} holds no out-of-fold answers: train the content model first")
    pages = list(labelled_pages(data))
    prepared = prepare(pages, cache)[0] + prepare(training_pages(data), cache)[0]
    fold_of = dict(zip(held_out.keys.tolist(), held_out.folds.tolist(), strict=True))
    answers = [held_out.answer(lesson.key) for lesson in prepared]
    lessons, further = kinds_lessons(prepared, answers, [fold_of.get(lesson.key, -1) for lesson in prepared])
    content_model = load_model(content)
    strips = strips_of(lessons, {page_key(page.html): page.html for page in pages}, content_model, SEED)
    model, report = train_labels(lessons, content_model.threshold, further, strips, SEED, on_step)
    card = kinds_card(lessons, further, report)
    model = replace(model, card=card)
    save_kinds_model(model, out)
    (out / "README.md").write_text(render(card, out), encoding="utf-8")
    return model
