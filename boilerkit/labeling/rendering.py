"""The web pages of labelling: a page's blocks to correct, and the list of pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from importlib.resources import files
from string import Template

import numpy as np
from numpy.typing import NDArray

from boilerkit.labeling.session import LabelPage, Session
from boilerkit.labels import LABELS, Label
from boilerkit.page import Page
from boilerkit.view import colors_css, escaped

#: A block is uncertain if the chance that it is kept, or left out, by mistake is over this.
UNSURE_CONTENT = 0.15
#: A block's label is uncertain if its probability is under this.
UNSURE_LABEL = 0.6

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
    following = session.next_page(after=number)
    return Template(asset("page.html")).substitute(
        number=number,
        revision=page.revision,
        following="" if following is None else following,
        previous="" if number == 0 else number - 1,
        heading=escaped(page.heading),
        title=escaped(page.title or analyzed.title),
        id=escaped(page.id),
        url=escaped(page.url),
        model=escaped(session.models.name(page.input_format)),
        is_done="yes" if page.done else "no",
        expected=f"{page.outlook.expected_f1:.2f}",
        **_progress(session),
        two="\n".join(_choice(label, place) for place, label in enumerate((Label.CONTENT, Label.BOILERPLATE), 1)),
        twelve="\n".join(_choice(label, place) for place, label in enumerate(LABELS, 1)),
        blocks="\n".join(_rows(page, analyzed)),
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


def _rows(page: LabelPage, analyzed: Page) -> Iterator[str]:
    """Yield a list item for each block."""
    probabilities = analyzed._labels[0]
    places = np.unique(analyzed._document.blocks.places, return_inverse=True)[1].tolist()
    risk = np.where(analyzed._keep, 1 - analyzed._probabilities, analyzed._probabilities)
    unsure = (risk > UNSURE_CONTENT).tolist()
    unsure_label = (probabilities.max(axis=1, initial=0) < UNSURE_LABEL).tolist()
    for block in analyzed.blocks:
        number = block.index
        said = page.labels.get(number)
        percent = " ".join(map(str, _percent(analyzed._probabilities[number], probabilities[number])))
        yield (
            f'<li id="b{number}" role="option" aria-selected="false" data-predicted="{block.label}" '
            f'data-said="{said or ""}" data-kept="{"yes" * block.is_kept}" data-place="{places[number]}" '
            f'data-unsure="{"c" * unsure[number]}{"l" * unsure_label[number]}" data-p="{percent}">'
            f'<span><b></b><i></i><button type="button" tabindex="-1" aria-hidden="true"></button></span>'
            f'<div dir="auto">{escaped(block.text)}</div></li>'
        )


def _percent(content: float, labels: NDArray[np.float64]) -> list[int]:
    return [round(100 * content), *np.rint(100 * labels).astype(int).tolist()]


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


def _list_row(session: Session, number: int, counts: Counter[str]) -> str:
    page = session.pages[number]
    state = "done" if page.done else f"{len(page.labels)} blocks labelled" if page.labels else "waits"
    group = f"{escaped(page.group)} ({counts[page.group]})" if page.group else "–"
    return (
        f'<tr><td><a href="pages/{number}" dir="auto">{escaped(page.heading)}</a><small>{escaped(page.id)}</small></td>'
        f"<td>{group}</td><td>{page.n_blocks:,}</td><td>{page.outlook.expected_f1:.2f}</td><td>{state}</td></tr>"
    )
