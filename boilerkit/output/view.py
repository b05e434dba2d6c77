"""A page's blocks as a web page of its own: tinted by label, with what the model thinks of each."""

from __future__ import annotations

import html
from base64 import b64encode
from collections import Counter
from hashlib import sha256
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from boilerkit.labels import KINDS, Label

if TYPE_CHECKING:
    from boilerkit.page import Block, Page


def to_view(page: Page) -> str:
    """A web page that shows the blocks of a page, to be written to a file as UTF-8.

    It needs no other file and no network. Whatever the page says comes out as text: it is escaped, and no style or
    script runs but the view's own, which its content security policy names by their hashes.
    """
    style = _part("view.css").substitute(switches="\n".join(map(_switch, KINDS)))
    script = _part("view.js").template
    counts = Counter(block.label for block in page.blocks)
    kept = sum(block.in_text for block in page.blocks)
    return _part("view.html").substitute(
        policy=_policy(style, script),
        style=style,
        script=script,
        title=_escaped(page.title or "a page without a title"),
        url=_escaped(page.url or ""),
        summary=f"{len(page.blocks):,} blocks, {kept:,} of them in the extracted text",
        content="\n".join(_box(label, counts[label]) for label in KINDS if label.is_content),
        boilerplate="\n".join(_box(label, counts[label]) for label in KINDS if not label.is_content),
        blocks="\n".join(map(_block, page.blocks)),
        probabilities="\n".join(map(_row, KINDS)),
    )


def _part(name: str) -> Template:
    return Template(files(__package__).joinpath(name).read_text(encoding="utf-8"))


def _policy(style: str, script: str) -> str:
    """Nothing but this style and this script may be loaded or run."""
    hashes = {
        name: b64encode(sha256(text.encode()).digest()).decode()
        for name, text in (("style", style), ("script", script))
    }
    sources = "; ".join(f"{name}-src 'sha256-{digest}'" for name, digest in hashes.items())
    return f"default-src 'none'; {sources}; base-uri 'none'; form-action 'none'"


def _switch(label: Label) -> str:
    return f"body:has(#show-{label}:not(:checked)) li.{label} {{ display: none }}"


def _box(label: Label, count: int) -> str:
    """A label's line in the legend."""
    box = f'<input type="checkbox" id="show-{label}" value="{label}" checked>'
    return f'<label class="{label}">{box}{label}<span>{count:,}</span></label>'


def _block(block: Block) -> str:
    probabilities = block.probabilities
    label = block.label
    numbers = " ".join(f"{p:.3f}" for p in (block.probability, *probabilities.values()))
    return (
        f'<li id="{block.index}" class="{label}{" in" * block.in_text}" tabindex="-1" data-label="{label}" '
        f'data-p="{numbers}"><span><b>{label}</b>{probabilities[label]:.2f}<i>{"✓" * block.in_text}</i></span>'
        f'<div dir="auto">{_escaped(block.text)}</div></li>'
    )


def _row(label: Label) -> str:
    """A label's line among the probabilities of a block, which the script fills in."""
    return f'<div class="{label}" data-label="{label}"><dt>{label}</dt><dd><span></span></dd></div>'


def _escaped(text: str) -> str:
    """A text as it may stand in elements and in quoted attributes; parsers would make of a lone return a line feed."""
    return html.escape(text).replace("\r", "&#13;")
