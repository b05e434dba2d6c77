"""Takes docs/pictures/view.png, what `boilerkit view` shows of the example page: `python docs/make_view_picture.py`.

Needs Chromium, and playwright and pillow of the `dev` extra.
"""

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

if TYPE_CHECKING:
    from playwright.sync_api import Browser

DOCS = Path(__file__).resolve().parent
EXAMPLE = DOCS.parent / "examples" / "science-story.html"
PICTURE = DOCS / "pictures" / "view.png"
POINTED_AT = "Read more:"

_OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def program() -> str | None:
    """Where Chromium is; None where it is not installed."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window and with a new profile."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=list(_OPTIONS))
        yield browser
        browser.close()


def picture() -> bytes:
    """The picture, as PNG."""
    page = boilerkit.analyze(EXAMPLE.read_bytes(), url="https://upland-weekly.example/science/0931")
    with TemporaryDirectory() as folder, chromium() as browser:
        file = Path(folder) / "view.html"
        file.write_text(page.view, encoding="utf-8")
        shown = browser.new_page(viewport={"width": 1240, "height": 1060}, device_scale_factor=1.25)
        shown.goto(file.as_uri())
        shown.evaluate("window.scrollTo(0, 130)")
        shown.get_by_text(POINTED_AT).hover()
        taken = np.asarray(Image.open(BytesIO(shown.screenshot())).convert("RGB"))
    reduced = BytesIO()
    _of_few_colours(taken).save(reduced, "PNG", optimize=True)
    return reduced.getvalue()


def _of_few_colours(picture: NDArray[np.uint8]) -> Image.Image:
    """The picture ([height, width, 3]) in its 256 commonest colours; in fewer bits pale tints run into each other."""
    colours, place, count = np.unique(picture.reshape(-1, 3), axis=0, return_inverse=True, return_counts=True)
    kept = colours[np.argsort(-count, kind="stable")[:256]].astype(int)
    nearest = np.array([((kept - colour) ** 2).sum(axis=1).argmin() for colour in colours.astype(int)], dtype=np.uint8)
    made = Image.fromarray(nearest[place].reshape(picture.shape[:2]), "P")
    made.putpalette(kept.astype(np.uint8).tobytes())
    return made


if __name__ == "__main__":
    PICTURE.write_bytes(picture())
