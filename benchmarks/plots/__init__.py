"""The plots of the report, each a function from plain figures to a matplotlib Figure.

Boilerkit is blue, all others are grey and named next to their points or lines. The same figures give the same bytes.
"""

from __future__ import annotations

from benchmarks.plots.probabilities import Bins, CurvePoint, confusion, precision_recall, reliability
from benchmarks.plots.scores import (
    AdaptationPoint,
    LearningPoint,
    SpeedPoint,
    adaptation_curves,
    by_page_type,
    learning_curve,
    quality_against_speed,
)
from benchmarks.plots.speed import GrowthLine, time_by_size, time_by_step
from benchmarks.plots.style import png_of, svg_of

__all__ = [
    "AdaptationPoint",
    "Bins",
    "CurvePoint",
    "GrowthLine",
    "LearningPoint",
    "SpeedPoint",
    "adaptation_curves",
    "by_page_type",
    "confusion",
    "learning_curve",
    "png_of",
    "precision_recall",
    "quality_against_speed",
    "reliability",
    "svg_of",
    "time_by_size",
    "time_by_step",
]
