"""The demo pages of `boilerkit label`, and what a person would say is content in them."""

from __future__ import annotations

from pathlib import Path

from lxml import html

from boilerkit.page import Block

FOLDER = Path(__file__).parents[2] / "examples" / "label_demo"
PAGES = sorted(FOLDER.glob("*.html"))

#: The line about the hut, and what guests wrote, without their names.
_WANTED = (
    "//p[@class='facts'] | //h1[not(//p[@class='facts'])]/following-sibling::p | "
    "//*[@class='comment-body']/p | //*[@class='comment-text']"
)


def wanted_texts(source: str) -> set[str]:
    """Return the texts of the blocks that are content."""
    found = {element.text_content().strip() for element in html.fromstring(source).xpath(_WANTED)}
    assert len(found) >= 5
    return found


def is_wanted(source: str, block: Block) -> bool:
    """Return whether a block is content."""
    return block.text in wanted_texts(source)
