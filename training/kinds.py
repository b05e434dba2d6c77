"""Builds the shipped model of the twelve labels, given a content model's folder with its out-of-fold answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from boilerkit.model.kinds import KindsModel, choose, softmax
from boilerkit.model.kinds_store import save_kinds_model
from boilerkit.model.store import load_model
from boilerkit.training.grafts import strips_of
from boilerkit.training.held_out import HeldOut, load_held_out
from boilerkit.training.kinds import fit_kinds, fit_temperature
from boilerkit.training.kinds_evaluate import calibration_error, chosen_labels, cross_validate_kinds, score_labels
from boilerkit.training.kinds_lessons import kinds_lessons
from boilerkit.training.prepare import page_key, prepare
from training.corpora import labelled_pages
from training.kinds_card import kinds_card, render

SEED = 0


def build_kinds(data: Path, content: Path, out: Path, cache: Path, on_step: Callable[[str], object]) -> KindsModel:
    """Measure, train and write the model; `content` is the folder of the content model, with its held-out answers.

    The folds are those of the content model, so that no answer comes from a model that saw a page of the same site.
    """
    held_out = load_held_out(content)
    if held_out is None:
        raise SystemExit(f"{content} holds no out-of-fold answers: train the content model first")
    pages = list(labelled_pages(data))
    prepared, _ = prepare(pages, cache)
    lessons = kinds_lessons(prepared, [held_out.answer(lesson.key) for lesson in prepared])
    folds = _folds(held_out, [lesson.key for lesson in lessons])
    content_model = load_model(content)
    strips = strips_of(lessons, {page_key(page.html): page.html for page in pages}, content_model, SEED)
    raw = cross_validate_kinds(lessons, folds, strips, SEED, on_step)
    temperature = fit_temperature(np.concatenate(raw), np.concatenate([lesson.labels for lesson in lessons]))
    probabilities = [softmax(np.log(np.maximum(p, 1e-12)) / temperature) for p in raw]
    card = kinds_card(
        lessons,
        score_labels(lessons, [choose(p) for p in probabilities]),
        score_labels(lessons, chosen_labels(lessons, probabilities, content_model.threshold)),
        calibration_error(lessons, probabilities),
    )
    on_step("labels: all pages")
    model = replace(fit_kinds(lessons, strips, SEED), temperature=temperature, card=card)
    save_kinds_model(model, out)
    (out / "README.md").write_text(render(card, out), encoding="utf-8")
    return model


def _folds(held_out: HeldOut, keys: list[str]) -> np.ndarray:
    by_key = dict(zip(held_out.keys.tolist(), held_out.folds.tolist(), strict=True))
    return np.array([by_key[key] for key in keys])
