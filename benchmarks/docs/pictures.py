"""The pictures of docs/pictures: plots of results, and screenshots of the view and of labelling."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

from benchmarks.docs.adaptation import ADAPTATION, adaptation_points
from benchmarks.docs.label_pictures import label_pictures
from benchmarks.docs.labels import CONFUSION, label_results
from benchmarks.docs.performance import SIZE_PICTURE, STEPS_PICTURE, results
from benchmarks.docs.view_picture import chromium_program, view_picture
from benchmarks.plots import GrowthLine, adaptation_curves, confusion, png_of, time_by_size, time_by_step
from benchmarks.report.loader import load_results
from benchmarks.report.sections import sections_of
from benchmarks.results import RESULTS
from benchmarks.speed.timing import PARSE
from benchmarks.systems import BOILERKIT
from boilerkit.labels import LABELS
from boilerkit.terminal.console import warn


def write_pictures(folder: Path) -> None:
    """Write all pictures as PNG; without Chromium those of the view and of labelling stay as they are."""
    for name, figure in figures().items():
        (folder / f"{name}.png").write_bytes(png_of(figure))
    if chromium_program() and find_spec("playwright"):
        for name, picture in {"view": view_picture(), **label_pictures()}.items():
            (folder / f"{name}.png").write_bytes(picture)
    else:
        warn("view.png, labeling.png", "stay as they are: these pictures need Chromium and playwright")


def figures() -> dict[str, Figure]:
    """Return the plots by the names of their files: those of the report, and those of the pages."""
    sections = sections_of(load_results(RESULTS))
    counts = label_results()["most probable label"]["confusion"]
    return {
        **{picture.name: picture.figure for section in sections for picture in section.pictures},
        **speed_figures(results()),
        CONFUSION: confusion(LABELS, counts),
        ADAPTATION: adaptation_curves(adaptation_points()),
    }


def speed_figures(values: Mapping[str, Any]) -> dict[str, Figure]:
    """Return the plots of docs/performance.md, from the results of `speed`."""
    lines = [
        GrowthLine(f"{row['system']}, {shape['shape']}", row["bytes"], row["ms"], row["exponent_all_sizes"])
        for shape in values["growth"]
        for row in shape["rows"]
        if row["system"] in (PARSE, BOILERKIT)
    ]
    columns = values["pages"]["columns"]
    return {
        STEPS_PICTURE: time_by_step({row["step"]: row["times_parse"] for row in values["pages"]["steps"]}),
        SIZE_PICTURE: time_by_size(lines, columns["bytes"], columns["ms"][BOILERKIT]),
    }
