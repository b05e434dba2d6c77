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

import boilerkit

if TYPE_CHECKING:
    from playwright.sync_api import Browser

DOCS = Path(__file__).resolve().parent
EXAMPLE = DOCS.parent / "examples" / "news-article.html"
PICTURE = DOCS / "pictures" / "view.png"
POINTED_AT = "Gale warning"

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
    """The picture, as PNG of 256 colours."""
    from PIL import Image

    page = boilerkit.analyze(EXAMPLE.read_bytes(), url="https://courier.example/n/48213")
    with TemporaryDirectory() as folder, chromium() as browser:
        file = Path(folder) / "view.html"
        file.write_text(page.view, encoding="utf-8")
        shown = browser.new_page(viewport={"width": 1240, "height": 960}, device_scale_factor=1.25)
        shown.goto(file.as_uri())
        shown.evaluate("window.scrollTo(0, 440)")
        shown.get_by_text(POINTED_AT).hover()
        taken = Image.open(BytesIO(shown.screenshot())).convert("RGB")
    # The commonest colours as they are: tints would otherwise run into each other.
    colours = sorted(taken.getcolors(taken.width * taken.height), reverse=True)[:256]
    palette = Image.new("P", (1, 1))
    palette.putpalette(bytes(value for _, colour in colours for value in colour))
    reduced = BytesIO()
    taken.quantize(palette=palette, dither=Image.Dither.NONE).save(reduced, "PNG", optimize=True)
    return reduced.getvalue()


if __name__ == "__main__":
    PICTURE.write_bytes(picture())
