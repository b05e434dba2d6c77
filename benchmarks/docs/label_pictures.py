"""The screenshots of labelling: a page being corrected, and what retraining brought."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import TYPE_CHECKING

from benchmarks.docs.view_picture import chromium, small_png
from benchmarks.results import REPOSITORY

if TYPE_CHECKING:
    from playwright.sync_api import Page

DEMO = REPOSITORY / "examples" / "label_demo"
#: Pages that are labelled before the model is trained again.
N_LABELLED = 5
#: What a person says is content in the pages of the demo: the line about the hut, and what guests wrote.
_CONTENT = ".facts, .left > h1 + p, .comment-body p, .comment-text"
_NUMBERS = "marked => [...frame.contentDocument.querySelectorAll(marked)].map((element) => Number(element.dataset.b))"


def label_pictures() -> dict[str, bytes]:
    """Return the screenshots as PNG, by name."""
    with TemporaryDirectory() as folder, _server(Path(folder) / "gold.jsonl") as address, chromium() as browser:
        tab = browser.new_page(viewport={"width": 1400, "height": 860}, device_scale_factor=1.25)
        tab.goto(address)
        pictures = {}
        for number in range(N_LABELLED):
            content = tab.evaluate(_NUMBERS, _CONTENT)
            tab.evaluate("numbers => numbers.slice(0, 3).forEach((number) => say('content', [number]))", content)
            if number == 0:
                tab.evaluate("number => select(number)", content[2])
                pictures["labeling"] = _picture(tab)
            tab.evaluate("numbers => say('content', numbers)", content)
            before = tab.url
            tab.keyboard.press("s")
            tab.wait_for_url(lambda url: url != before)  # noqa: B023 - it is called at once
        tab.click("#retrain")
        tab.wait_for_selector("#notice:not([hidden])", timeout=240_000)
        pictures["labeling-retrained"] = _picture(tab)
    return pictures


def _picture(tab: Page) -> bytes:
    tab.wait_for_load_state("networkidle")
    tab.wait_for_timeout(300)
    return small_png(tab.screenshot())


@contextmanager
def _server(gold: Path) -> Iterator[str]:
    """Serve the demo from a thread of this process."""
    import uvicorn

    from boilerkit.labeling.retraining import Retraining
    from boilerkit.labeling.server import HOST, listen, make_app, new_token
    from boilerkit.labeling.session import Session

    session, token, listening = Session([DEMO], gold), new_token(), listen()
    server = uvicorn.Server(uvicorn.Config(make_app(session, Retraining(session), token), log_level="warning"))
    thread = Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    try:
        yield f"http://{HOST}:{listening.getsockname()[1]}/{token}/"
    finally:
        server.should_exit = True
        thread.join()
