"""A web page that shows the blocks of another, tinted by label, with the probabilities of each."""

from __future__ import annotations

import html
from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from importlib.resources import files
from string import Template
from typing import Protocol

from boilerkit.labels import LABELS, Label


class ViewBlock(Protocol):
    """What is shown of a block; `boilerkit.Block` has it all."""

    @property
    def index(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def label(self) -> Label: ...
    @property
    def probability(self) -> float: ...
    @property
    def probabilities(self) -> dict[Label, float]: ...
    @property
    def is_kept(self) -> bool: ...


def to_view_html(blocks: Sequence[ViewBlock], title: str, url: str) -> str:
    """Return a web page that shows the blocks of a page, to be written to a file as UTF-8.

    It needs no other file and no network. The page's text is escaped, and no style or script runs but the view's own,
    which its content security policy names by their hashes.
    """
    style = colors_css() + _part("view.css").substitute(switches="\n".join(map(_switch, LABELS)))
    script = _part("view.js").template
    counts = Counter(block.label for block in blocks)
    kept = sum(block.is_kept for block in blocks)
    return _part("view.html").substitute(
        policy=_policy(style, script),
        style=style,
        script=script,
        title=escaped(title or "a page without a title"),
        url=escaped(url),
        summary=f"{len(blocks):,} blocks, {kept:,} of them in the extracted text",
        content="\n".join(_box(label, counts[label]) for label in LABELS if label.is_content),
        boilerplate="\n".join(_box(label, counts[label]) for label in LABELS if not label.is_content),
        blocks="\n".join(map(_block, blocks)),
        probabilities="\n".join(map(_row, LABELS)),
    )


def colors_css() -> str:
    """Return the styles that give each label its colours, in light and in dark."""
    return _part("colors.css").template


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


def _block(block: ViewBlock) -> str:
    probabilities = block.probabilities
    label = block.label
    numbers = " ".join(f"{p:.3f}" for p in (block.probability, *probabilities.values()))
    return (
        f'<li id="{block.index}" class="{label}{" in" * block.is_kept}" tabindex="-1" data-label="{label}" '
        f'data-p="{numbers}"><span><b>{label}</b>{probabilities[label]:.2f}<i>{"✓" * block.is_kept}</i></span>'
        f'<div dir="auto">{escaped(block.text)}</div></li>'
    )


def _row(label: Label) -> str:
    """A label's line among the probabilities of a block, which the script fills in."""
    return f'<div class="{label}" data-label="{label}"><dt>{label}</dt><dd><span></span></dd></div>'


def escaped(text: str) -> str:
    """A text as it may stand in elements and in quoted attributes; parsers would make of a lone return a line feed."""
    return html.escape(text).replace("\r", "&#13;")
