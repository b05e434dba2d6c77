"""What a folder of results holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.errors import BenchmarkError
from benchmarks.plots import Bins, CurvePoint, GrowthLine, LearningPoint
from benchmarks.results import read_json
from benchmarks.scores import Scores, all_scores, corpora_in
from benchmarks.statistics import Interval

_Parsed = TypeVar("_Parsed")

ACCURACY = "python -m benchmarks accuracy CORPUS"
SPEED = "python -m benchmarks speed CORPUS"
CURVES = "python -m benchmarks curves CORPUS"
LEARNING = "python -m benchmarks learning-curve --data DIR"


@dataclass(frozen=True)
class Speed:
    """The results of `speed`.

    `corpora`, `rows` (single pages), `memory` and `start` are rows as the file has them. `bytes` holds the size of each
    page and `ms` the milliseconds of each page by system. `growth` are the lines over generated pages, and `stopped`
    says by system why there are no larger ones.
    """

    context: Mapping[str, Any]
    corpora: Sequence[Mapping[str, Any]]
    rows: Sequence[Mapping[str, Any]]
    memory: Mapping[str, float]
    start: Mapping[str, float]
    bytes: Sequence[int]
    ms: Mapping[str, Sequence[float]]
    growth: Sequence[GrowthLine]
    stopped: Mapping[str, str]


@dataclass(frozen=True)
class Curves:
    """The results of `curves` for one system on one corpus; `blocks` is None where no gold speaks of single blocks."""

    corpus: str
    system: str
    measured: str
    context: Mapping[str, Any]
    threshold: float
    curve: Sequence[CurvePoint]
    blocks: Mapping[str, Any] | None
    bins: Bins


@dataclass(frozen=True)
class Learning:
    """The results of `learning-curve`."""

    context: Mapping[str, Any]
    points: Sequence[LearningPoint]


@dataclass(frozen=True)
class Found:
    """All results of a folder: the scores by corpus, the best system first; None and no rows for what is missing."""

    scores: Mapping[str, Sequence[Scores]]
    speed: Speed | None
    curves: Sequence[Curves]
    learning: Learning | None


def read_found(folder: Path) -> Found:
    """Read a folder of results. Raises BenchmarkError where there are none, and where a file is damaged."""
    scores = [all_scores(folder, corpus) for corpus in corpora_in(folder)]
    found = Found(
        scores={systems[0].corpus: systems for systems in scores if systems},
        speed=_parsed(folder / "speed.json", _speed, SPEED),
        curves=[
            curves
            for file in sorted((folder / "curves").glob("*/*.json"))
            if (curves := _parsed(file, _curves, CURVES)) is not None
        ],
        learning=_parsed(folder / "learning_curve.json", _learning, LEARNING),
    )
    if not (found.scores or found.speed or found.curves or found.learning):
        raise BenchmarkError(f"there are no results in {folder}: run {ACCURACY} first")
    return found


def _parsed(file: Path, parse: Callable[[dict[str, Any]], _Parsed], command: str) -> _Parsed | None:
    if not file.exists():
        return None
    values = read_json(file)
    try:
        return parse(values)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        why = f"{type(error).__name__}: {error}"
        raise BenchmarkError(f"{file} is not as {command} writes it now ({why}): run that again") from None


def _speed(values: dict[str, Any]) -> Speed:
    columns = values["pages"]["columns"]
    return Speed(
        context=values["context"],
        corpora=values["corpora"],
        rows=sorted(values["pages"]["rows"], key=lambda row: float(row["mean_ms"])),
        memory={row["system"]: float(row["peak_mb"]) for row in values["memory"]},
        start={row["system"]: float(row["seconds"]) for row in values["start"]},
        bytes=columns["bytes"],
        ms=dict(columns["ms"]),
        growth=[GrowthLine(row["system"], row["bytes"], row["ms"], row["exponent"]) for row in values["growth"]],
        stopped={row["system"]: row["stopped"] for row in values["growth"]},
    )


def _curves(values: dict[str, Any]) -> Curves:
    return Curves(
        corpus=values["corpus"],
        system=values["system"],
        measured=values["measured"],
        context=values["context"],
        threshold=float(values["threshold"]),
        curve=[CurvePoint(row["threshold"], row["precision"], row["recall"]) for row in values["curve"]],
        blocks=values["blocks"],
        bins=Bins(**values["calibration"]),
    )


def _learning(values: dict[str, Any]) -> Learning:
    points = [
        LearningPoint(row["pages"], row["corpus"], Interval(*row["word_f1"]), Interval(*row["shingle_f1"]))
        for row in values["points"]
    ]
    return Learning(values["context"], points)
