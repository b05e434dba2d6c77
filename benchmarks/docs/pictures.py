"""The pictures of docs/pictures: plots of results, and a screenshot of the view."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray
from PIL import Image

import boilerkit
from benchmarks.docs.examples import STORY
from benchmarks.docs.labels import CONFUSION
from benchmarks.docs.performance import SIZE_PICTURE, STEPS_PICTURE, results
from benchmarks.plots import GrowthLine, confusion, png_of, time_by_size, time_by_step
from benchmarks.report.loader import load_results
from benchmarks.report.sections import sections_of
from benchmarks.results import REPOSITORY, RESULTS
from benchmarks.speed.timing import PARSE
from benchmarks.systems import BOILERKIT
from boilerkit.cli.common import complain
from boilerkit.labels import KINDS
from boilerkit.model.kinds_store import load_kinds_model

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_POINTED_AT = "Read more:"
_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def write_pictures(folder: Path) -> None:
    """Write all pictures as PNG; without Chromium that of the view stays as it is."""
    plots = {
        picture.name: picture.figure for section in sections_of(load_results(RESULTS)) for picture in section.pictures
    }
    counts = load_kinds_model().card["out of fold"]["likeliest label"]["confusion"]
    for name, figure in {**plots, **figures(), CONFUSION: confusion(KINDS, counts)}.items():
        (folder / f"{name}.png").write_bytes(png_of(figure))
    if chromium_program() and find_spec("playwright"):
        (folder / "view.png").write_bytes(view_picture())
    else:
        complain("view.png", "stays as it is: its picture needs Chromium and playwright")


def figures() -> dict[str, Figure]:
    """Return the plots by the names of their files: those of the report, and those of the pages."""
    sections = sections_of(load_results(RESULTS))
    counts = load_kinds_model().card["out of fold"]["likeliest label"]["confusion"]
    return {
        **{picture.name: picture.figure for section in sections for picture in section.pictures},
        **speed_figures(results()),
        CONFUSION: confusion(KINDS, counts),
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


# --- The view ---------------------------------------------------------------------------------------------------------


def chromium_program() -> str | None:
    """Return the path of Chromium, None if it is not installed."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a browser without a window and with a new profile."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_program(), args=list(_OPTIONS))
        yield browser
        browser.close()


def view_picture() -> bytes:
    """Return a screenshot of the view of an example page, as PNG."""
    page = boilerkit.analyze((REPOSITORY / STORY).read_bytes(), url="https://upland-weekly.example/science/0931")
    with TemporaryDirectory() as folder, chromium() as browser:
        file = Path(folder) / "view.html"
        file.write_text(page.view, encoding="utf-8")
        shown = browser.new_page(viewport={"width": 1240, "height": 1060}, device_scale_factor=1.25)
        shown.goto(file.as_uri())
        shown.evaluate("window.scrollTo(0, 130)")
        shown.get_by_text(_POINTED_AT).hover()
        taken = np.asarray(Image.open(BytesIO(shown.screenshot())).convert("RGB"))
    reduced = BytesIO()
    _with_few_colours(taken).save(reduced, "PNG", optimize=True)
    return reduced.getvalue()


def _with_few_colours(picture: NDArray[np.uint8]) -> Image.Image:
    """Return the picture, [height, width, 3], in its 256 most frequent colours: Pillow's palettes merge pale tints."""
    colours, place, count = np.unique(picture.reshape(-1, 3), axis=0, return_inverse=True, return_counts=True)
    kept = colours[np.argsort(-count, kind="stable")[:256]].astype(int)
    nearest = np.array([((kept - colour) ** 2).sum(axis=1).argmin() for colour in colours.astype(int)], dtype=np.uint8)
    made = Image.fromarray(nearest[place].reshape(picture.shape[:2]), "P")
    made.putpalette(kept.astype(np.uint8).tobytes())
    return made
