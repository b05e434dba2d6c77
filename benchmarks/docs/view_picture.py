"""The screenshot of the view, taken with Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PIL import Image

import boilerkit
from benchmarks.docs.examples import STORY
from benchmarks.results import REPOSITORY

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
        file.write_text(page.to_view_html(), encoding="utf-8")
        shown = browser.new_page(viewport={"width": 1240, "height": 1060}, device_scale_factor=1.25)
        shown.goto(file.as_uri())
        shown.evaluate("window.scrollTo(0, 130)")
        shown.get_by_text(_POINTED_AT).hover()
        return small_png(shown.screenshot())


def small_png(screenshot: bytes) -> bytes:
    """Return a screenshot with fewer colours and bytes."""
    reduced = BytesIO()
    _with_few_colours(np.asarray(Image.open(BytesIO(screenshot)).convert("RGB"))).save(reduced, "PNG", optimize=True)
    return reduced.getvalue()


def _with_few_colours(picture: NDArray[np.uint8]) -> Image.Image:
    """Return the picture, [height, width, 3], in its 256 most frequent colours: Pillow's palettes merge pale tints."""
    colours, place, count = np.unique(picture.reshape(-1, 3), axis=0, return_inverse=True, return_counts=True)
    kept = colours[np.argsort(-count, kind="stable")[:256]].astype(int)
    nearest = np.array([((kept - colour) ** 2).sum(axis=1).argmin() for colour in colours.astype(int)], dtype=np.uint8)
    made = Image.fromarray(nearest[place].reshape(picture.shape[:2]), "P")
    made.putpalette(kept.astype(np.uint8).tobytes())
    return made
