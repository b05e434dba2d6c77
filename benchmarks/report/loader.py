"""Load what a folder of results holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from benchmarks import learning_curve, speed
from benchmarks.exceptions import BenchmarkError
from benchmarks.plots import Bins, CurvePoint, GrowthLine, LearningPoint
from benchmarks.results import read_json
from benchmarks.scores import Scores, corpora_in, scores_by_page_set
from benchmarks.speed import tables
from benchmarks.statistics import Interval

_Parsed = TypeVar("_Parsed")

ACCURACY = "python -m benchmarks accuracy CORPUS"
SPEED = "python -m benchmarks speed CORPUS"
CURVES = "python -m benchmarks curves CORPUS"
LEARNING = "python -m benchmarks learning-curve --data DIR"


@dataclass(frozen=True)
class Speed:
    """The results of `speed`: `values` as the file has them, and the lines of growth over synthetic pages of prose."""

    values: Mapping[str, Any]
    growth: Sequence[GrowthLine]

    @property
    def ms(self) -> Mapping[str, Sequence[float]]:
        """The milliseconds of each page by system."""
        columns: Mapping[str, Sequence[float]] = self.values["pages"]["columns"]["ms"]
        return columns

    @property
    def mean_ms(self) -> Mapping[str, float]:
        """The mean milliseconds per page by system."""
        return {row["system"]: float(row["mean_ms"]) for row in self.values["pages"]["rows"]}


@dataclass(frozen=True)
class Curves:
    """The results of `curves` for one system on one corpus.

    `blocks` is None if no gold labels single blocks, `confidence` if the model expects no word F1 of pages.
    """

    corpus: str
    system: str
    version: str
    provenance: str
    context: Mapping[str, Any]
    n_pages: int
    page_set: str
    threshold: float
    curve: Sequence[CurvePoint]
    blocks: Mapping[str, Any] | None
    calibration: Bins
    confidence: Bins | None = None


@dataclass(frozen=True)
class Learning:
    """The results of `learning-curve`."""

    context: Mapping[str, Any]
    points: Sequence[LearningPoint]


@dataclass(frozen=True)
class BenchmarkResults:
    """All results of a folder. The scores of different pages of a corpus are apart, each with the best system first."""

    scores: Sequence[Sequence[Scores]]
    speed: Speed | None
    curves: Sequence[Curves]
    learning: Learning | None


def load_results(folder: Path) -> BenchmarkResults:
    """Read a folder of results. Raises BenchmarkError if there are none, or if a file is damaged."""
    curves = (_parsed(file, _curves, CURVES) for file in sorted((folder / "curves").glob("*/*.json")))
    results = BenchmarkResults(
        scores=[scores for corpus in corpora_in(folder) for scores in scores_by_page_set(folder, corpus)],
        speed=_parsed(folder / speed.FILE, _speed, SPEED),
        curves=[its for its in curves if its is not None],
        learning=_parsed(folder / learning_curve.FILE, _learning, LEARNING),
    )
    if not (results.scores or results.speed or results.curves or results.learning):
        raise BenchmarkError(f"there are no results in {folder}: run {ACCURACY} first")
    return results


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
    growth = [
        GrowthLine(row["system"], row["bytes"], row["ms"], row["exponent"]) for row in values["growth"][0]["rows"]
    ]
    tables.system_rows(values)  # fails if the file is of another format
    return Speed(values, growth)


def _curves(values: dict[str, Any]) -> Curves:
    curve = [CurvePoint(row["threshold"], row["precision"], row["recall"]) for row in values["curve"]]
    confidence = Bins(**its) if (its := values.get("confidence")) else None
    return Curves(**values | {"curve": curve, "calibration": Bins(**values["calibration"]), "confidence": confidence})


def _learning(values: dict[str, Any]) -> Learning:
    points = [
        LearningPoint(row["pages"], row["corpus"], Interval(*row["word_f1"]), Interval(*row["shingle_f1"]))
        for row in values["points"]
    ]
    return Learning(values["context"], points)
