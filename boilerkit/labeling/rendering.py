"""The web pages of labelling: a page's blocks to correct, and the list of pages."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from string import Template

import numpy as np

from boilerkit.labeling.look import Mark, look_html
from boilerkit.labeling.session import LabelPage, Mode, Session, predicted_labels
from boilerkit.labels import LABELS, Label
from boilerkit.page import Page
from boilerkit.view import colors_css, escaped

#: A block is uncertain if the chance that it is kept, or left out, by mistake is over this.
UNSURE_CONTENT = 0.15
#: A block's label is uncertain if its probability is under this.
UNSURE_LABEL = 0.6

#: Blocks in a group of the list.
_GROUP = 50

#: The keys of labels, which are also on their badges; none is the key of a command.
LETTERS: dict[Label, str] = {
    Label.CONTENT: "+",
    Label.BOILERPLATE: "-",
    Label.TITLE: "T",
    Label.BODY: "B",
    Label.CAPTION: "C",
    Label.NAVIGATION: "M",
    Label.TICKER: "I",
    Label.RELATED: "R",
    Label.METADATA: "D",
    Label.SHARE: "H",
    Label.COMMENTS: "O",
    Label.PROMOTION: "A",
    Label.NOTICE: "W",
    Label.FOOTER: "F",
}


def asset(name: str) -> str:
    """Return a file of this package; the styles begin with the colours of the labels."""
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return colors_css() + text if name.endswith(".css") else text


def page_html(session: Session, number: int) -> str:
    """Return the web page on which the blocks of a page are labelled."""
    page, analyzed = session.pages[number], session.analyzed(number)
    return Template(asset("page.html")).substitute(
        number=number,
        revision=page.revision,
        heading=escaped(page.heading),
        title=escaped(page.title or analyzed.title or ""),
        id=escaped(page.id),
        url=escaped(page.url),
        model=escaped(session.models.name(page.input_format)),
        state=_state(page),
        expected=f"{page.outlook.expected_f1:.2f}",
        **_progress(session),
        two="\n".join(_choice(label, place) for place, label in enumerate((Label.CONTENT, Label.BOILERPLATE), 1)),
        twelve="\n".join(_choice(label, place) for place, label in enumerate(LABELS, 1)),
        blocks="\n".join(_rows(analyzed)),
        data=_data(page, analyzed),
        probabilities="\n".join(_probability(label) for label in LABELS),
    )


def list_html(session: Session) -> str:
    """Return the web page that lists all pages, those that wait in the order in which they come."""
    done = [number for number, page in enumerate(session.pages) if page.done]
    waiting = [number for number in session.queue if not session.pages[number].done]
    following = session.next_page()
    counts = Counter(page.group for page in session.pages)
    return Template(asset("list.html")).substitute(
        **_progress(session),
        following="" if following is None else f'<a class="go" href="pages/{following}">Label the next page</a>',
        rows="\n".join(_list_row(session, number, counts) for number in (*waiting, *done)),
    )


def _progress(session: Session) -> dict[str, object]:
    return {"n_done": session.n_done, "n_pages": len(session.pages), "gold": escaped(str(session.gold.path))}


def look_page_html(session: Session, number: int, mode: Mode) -> str:
    """Return a page as it looks, its blocks marked by what they are."""
    page, analyzed = session.pages[number], session.analyzed(number)
    said = page.labels
    marks = [_mark(label, said.get(block), mode) for block, label in enumerate(predicted_labels(analyzed, mode))]
    return look_html(analyzed._document, marks, asset("look.css") + _letters_css())


def _letters_css() -> str:
    """Return a style for each letter. With attr() instead, browsers compute the style of each block anew."""
    return "\n".join(f"[data-letter='{one}']::before {{ content: '{one}' !important }}" for one in LETTERS.values())


def _mark(predicted: Label, said: Label | None, mode: Mode) -> Mark:
    label = said or predicted
    if mode == "content":
        label = Label.CONTENT if label.is_content else Label.BOILERPLATE
    return Mark(
        f' data-label="{label}"{" data-in" * label.is_content}{" data-said" * (said is not None)}',
        f' data-letter="{LETTERS[label]}"',
    )


def _rows(analyzed: Page) -> Iterator[str]:
    """Yield the text of each block. They are in groups, so that browsers skip those that are out of sight as one."""
    for block in analyzed.blocks:
        if block.index % _GROUP == 0:
            yield '<div role="group">' if block.index == 0 else '</div><div role="group">'
        yield f'<div id="b{block.index}" role="option"><p dir="auto">{escaped(block.text)}</p></div>'
    if analyzed.blocks:
        yield "</div>"


def _data(page: LabelPage, analyzed: Page) -> str:
    """Return what the script knows of the blocks, as JSON: one entry per block in each list, 13 in `percent`."""
    content, labels, keep = analyzed._probabilities, analyzed._labels[0], analyzed._keep
    risk = np.where(keep, 1 - content, content)
    said: list[str] = [""] * page.n_blocks
    for block, label in page.labels.items():
        said[block] = label
    data = {
        "predicted": analyzed._labels[1].tolist(),
        "said": said,
        "kept": keep.astype(int).tolist(),
        "unsure": {
            "content": (risk > UNSURE_CONTENT).astype(int).tolist(),
            "labels": (labels.max(axis=1, initial=0) < UNSURE_LABEL).astype(int).tolist(),
        },
        "place": np.unique(analyzed._document.blocks.places, return_inverse=True)[1].tolist(),
        "percent": np.rint(100 * np.column_stack([content, labels])).astype(int).ravel().tolist(),
    }
    return json.dumps(data, separators=(",", ":"))


def _choice(label: Label, place: int) -> str:
    """A label's button in the palette."""
    letter = LETTERS[label]
    digit = str(place) if place <= 9 else ""
    keys = " ".join([letter.lower(), digit]).strip()
    return (
        f'<button type="button" class="{label}" data-choice="{label}" data-letter="{letter}" data-digit="{digit}" '
        f'data-content="{"yes" * label.is_content}" aria-keyshortcuts="{keys}"><kbd>{letter}</kbd>'
        f"{label}<small>{digit}</small><span></span></button>"
    )


def _probability(label: Label) -> str:
    return f'<div class="{label}"><dt>{label}</dt><dd><span></span></dd></div>'


def _state(page: LabelPage) -> str:
    if page.done:
        return "done"
    return f"{len(page.labels):,} blocks labelled" if page.labels else "waits"


def _list_row(session: Session, number: int, counts: Counter[str]) -> str:
    page = session.pages[number]
    group = f"{escaped(page.group)} ({counts[page.group]})" if page.group else "–"
    return (
        f'<tr><td><a href="pages/{number}" dir="auto">{escaped(page.heading)}</a><small>{escaped(page.id)}</small></td>'
        f"<td>{group}</td><td>{page.n_blocks:,}</td><td>{page.outlook.expected_f1:.2f}</td><td>{_state(page)}</td></tr>"
    )
