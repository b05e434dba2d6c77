"""One look for all plots, and figures as bytes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.style import context
from matplotlib.ticker import FuncFormatter, NullFormatter

from benchmarks.systems import is_boilerkit

WIDTH = 8.0  # inches: 800 pixels at the size that text is made for

BLUE, GREY, LIGHT_GREY = "#0059b3", "#737373", "#c9c9c9"

#: Colours that tell lines apart, after Okabe & Ito 2008, "Color Universal Design".
PALETTE = (BLUE, "#d55e00", "#009e73", "#cc79a7", "#8c6d00", "#56b4e9", "#4d4d4d")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")

_STYLE = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#8c8c8c",
    "axes.labelcolor": "#333333",
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#ebebeb",
    "grid.linewidth": 0.8,
    "xtick.color": "#8c8c8c",
    "ytick.color": "#8c8c8c",
    "xtick.labelcolor": "#333333",
    "ytick.labelcolor": "#333333",
    "legend.frameon": False,
    "text.color": "#222222",
    "text.parse_math": False,  # names of systems are no formulas
    "figure.facecolor": "white",
    "figure.constrained_layout.w_pad": 0.12,  # inches
    "figure.constrained_layout.h_pad": 0.12,
    "svg.fonttype": "path",
    "svg.hashsalt": "boilerkit",
}


def colour_of(system: str) -> str:
    """Return blue for Boilerkit, grey for its peers."""
    return BLUE if is_boilerkit(system) else GREY


@contextmanager
def style() -> Iterator[None]:
    """Make or draw figures in the common style, whatever the user's own settings of matplotlib are."""
    with context(["default", _STYLE]):
        yield


def new_figure(height: float) -> Figure:
    """Return a figure of the common width, `height` inches high."""
    return Figure(figsize=(WIDTH, height), layout="constrained")


def plain_log_ticks(axis: Axis) -> None:
    """Write powers of ten as plain numbers."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axis.set_minor_formatter(NullFormatter())


def note(axes: Axes, text: str, x: float, ha: str, color: str = GREY) -> None:
    """Write a small note at the top of the axes; x is a share of their width."""
    axes.text(x, 0.985, text, transform=axes.transAxes, color=color, fontsize=9, ha=ha, va="top")


@style()
def png_of(figure: Figure) -> bytes:
    """Return a figure as PNG, 1600 pixels wide: sharp when shown at half of that."""
    file = BytesIO()
    figure.savefig(file, format="png", dpi=200, metadata={"Software": None})
    return file.getvalue()


@style()
def svg_of(figure: Figure) -> bytes:
    """Return a figure as SVG that needs no font; the points of large clouds are an image in it."""
    file = BytesIO()
    figure.savefig(file, format="svg", dpi=200, metadata={"Date": None, "Creator": None})
    return file.getvalue()
