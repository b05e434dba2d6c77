"""What can be chosen about HTML and Markdown."""

from __future__ import annotations

from typing import TypedDict


class MarkupOptions(TypedDict, total=False):
    """Options of HTML and Markdown: a first heading, "" for none, and whether links and images are in it."""

    title: str
    links: bool
    images: bool
