"""The plots of the report, each a function from plain figures to a matplotlib Figure.

Boilerkit has one strong colour, all others are grey and named where they lie. The same figures give the same bytes.
"""

from __future__ import annotations

from benchmarks.plots.confusion import confusion
from benchmarks.plots.curves import Bins, CurvePoint, precision_recall, reliability
from benchmarks.plots.growth import GrowthLine, time_by_size
from benchmarks.plots.learning import LearningPoint, learning_curve
from benchmarks.plots.quality import SpeedPoint, by_page_type, quality_against_speed
from benchmarks.plots.steps import time_by_step
from benchmarks.plots.style import png_of, svg_of

__all__ = [
    "Bins",
    "CurvePoint",
    "GrowthLine",
    "LearningPoint",
    "SpeedPoint",
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
