"""A session of labelling: the pages, what a person has said of them, and the model that predicts the rest."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import Any, Literal, get_args

import numpy as np

import boilerkit
from boilerkit.blocks.columns import InputFormat
from boilerkit.documents import Document, read_document
from boilerkit.errors import BoilerkitError, OptionError, error_message
from boilerkit.gold.pages import GoldPage, Span, domain_of
from boilerkit.labeling.gold_file import GoldFile
from boilerkit.labeling.imported import labels_of_gold, spans_of
from boilerkit.labeling.models import ModelVersions
from boilerkit.labeling.ordering import Outlook, order_by_gain, template_signature
from boilerkit.labeling.sources import Failure, SourcePage, read_pages, read_table
from boilerkit.labeling.spool import Spool
from boilerkit.labels import Label
from boilerkit.model.confidence import expected_word_f1
from boilerkit.page import Page
from boilerkit.selection import choose

#: What a person tells apart: content and boilerplate, or the twelve labels.
Mode = Literal["content", "labels"]
MODES: tuple[str, ...] = get_args(Mode)
Order = Literal["gain", "file"]
ORDERS: tuple[str, ...] = get_args(Order)

#: Columns of the gold file that say what is in a page, and so are replaced by what a person says here.
_GOLD_COLUMNS = ("gold_text", "spans", "done")
#: Pages whose blocks and predictions are kept in memory.
_KEPT_PAGES = 4


class StaleError(BoilerkitError):
    """An action was meant for another state of a page than it has now."""


@dataclass
class Change:
    """What an action replaced, so that it can be undone; None is for a block of which nothing was said."""

    labels: dict[int, Label | None]
    title: str
    done: bool


@dataclass
class LabelPage:
    """A page in a session. `labels` are those that a person gave; `slot` is where its source is kept."""

    id: str
    key: str
    slot: int
    input_format: InputFormat
    row: dict[str, Any]
    url: str
    group: str
    outlook: Outlook
    n_blocks: int
    heading: str  # its title for lists of pages
    title: str = ""  # as the person gave it, "" for as predicted
    labels: dict[int, Label] = field(default_factory=dict)
    done: bool = False
    revision: int = 0
    history: list[Change] = field(default_factory=list)


class Session:
    """All of one run of `boilerkit label`. Methods may be called from several threads.

    `paths` are the pages to label; those of the gold file come on top, as far as they were labelled. `on_failure` is
    called with what cannot be read or used, `on_page` after each page.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        output: Path,
        *,
        model: Path | None = None,
        input_format: Literal["auto", "html", "text"] = "auto",
        order: Order = "gain",
        on_failure: Callable[[Failure], object] = lambda failure: None,
        on_page: Callable[[], object] = lambda: None,
    ) -> None:
        self.gold = GoldFile(output)
        self.models = ModelVersions(output.with_suffix(".models"), model)
        self.pages: list[LabelPage] = []
        self.queue: list[int] = []
        self.lock = RLock()
        self._order = order
        self._spool = Spool()
        self._keys: set[str] = set()
        self._analyzed: OrderedDict[tuple[int, str], Page] = OrderedDict()  # by page and model
        if output.exists() and output.stat().st_size:
            for page in read_table(output):
                self._add(page, on_failure, saved=True)
                on_page()
        for page in read_pages(paths, input_format):
            self._add(page, on_failure)
            on_page()
        self.reorder()

    # --- Pages --------------------------------------------------------------------------------------------------------

    def _add(self, page: SourcePage | Failure, on_failure: Callable[[Failure], object], saved: bool = False) -> None:
        if saved and page.row:
            self.gold.keep(page.row)  # whatever becomes of the page
        if isinstance(page, Failure):
            on_failure(page)
            return
        if saved and (page.row.get("labeling") or {}).get("page") not in (None, page.key):
            on_failure(Failure(page.id, "has changed since it was labelled: its labels stay as they are"))
            return
        if page.key in self._keys:
            return
        try:
            document = read_document(page.source, page.input_format)
            labels = {} if page.gold is None else labels_of_gold(document.blocks, page.gold)
            analyzed = self._predict(document)
        except BoilerkitError as error:
            on_failure(Failure(page.id, error_message(error)))
            return
        group = page.row.get("group") or domain_of(page.url) or domain_of(getattr(document.blocks, "address", ""))
        added = LabelPage(
            id=page.id if saved else self._unique(page.id),
            key=page.key,
            slot=self._spool.add(page.source),
            input_format=page.input_format,
            row=self._row(page),
            url=page.url,
            group=group,
            outlook=_outlook(analyzed, group),
            n_blocks=len(document.blocks),
            heading=analyzed.title or page.id,
            title=str(page.row.get("title") or ""),
            labels=labels,
            done=page.gold is not None and page.row.get("done") is not False,
        )
        self._keys.add(page.key)
        self.pages.append(added)

    def _unique(self, id: str) -> str:
        taken = {page.id for page in self.pages} | self.gold.ids
        number, unique = 1, id
        while unique in taken:
            number += 1
            unique = f"{id} ({number})"
        return unique

    def _row(self, page: SourcePage) -> dict[str, Any]:
        """Return what the gold file has of a page besides its labels: a file beside it is named, others are copied."""
        row = {name: value for name, value in page.row.items() if name not in (*_GOLD_COLUMNS, "html", "text", "path")}
        if page.url:
            row["url"] = page.url
        if page.file is not None and (page.file.suffix.lower() == ".txt") == (page.input_format == "text"):
            folder = self.gold.path.parent.resolve()
            if (file := page.file.resolve()).is_relative_to(folder):
                return row | {"path": file.relative_to(folder).as_posix()}
        return row | {page.input_format: page.source}

    def source(self, number: int) -> str:
        """Return the source of a page."""
        return self._spool.read(self.pages[number].slot)

    def document(self, number: int) -> Document:
        """Return a page with its blocks."""
        return read_document(self.source(number), self.pages[number].input_format)

    def analyzed(self, number: int) -> Page:
        """Return a page with the predictions of the newest model."""
        with self.lock:
            key = number, self.models.name(self.pages[number].input_format)
            if key not in self._analyzed:
                self._analyzed[key] = self._predict(self.document(number))
                if len(self._analyzed) > _KEPT_PAGES:
                    self._analyzed.popitem(last=False)
            self._analyzed.move_to_end(key)
            return self._analyzed[key]

    def _predict(self, document: Document) -> Page:
        """Return predictions for a page as it is shown, which is what models are trained on."""
        model = self.models.current(document.input_format)
        probabilities = model.predict_proba(document.blocks)
        return Page(document, model, probabilities, choose(model, document.blocks, probabilities))

    # --- Order --------------------------------------------------------------------------------------------------------

    def reorder(self) -> None:
        """Put the pages that wait in the order in which they are worth labelling."""
        with self.lock:
            waiting = [number for number, page in enumerate(self.pages) if not page.done]
            if self._order == "gain":
                labelled = [page.outlook for page in self.pages if page.done]
                chosen = order_by_gain([self.pages[number].outlook for number in waiting], labelled)
                waiting = [waiting[place] for place in chosen]
            self.queue = waiting

    def next_page(self, after: int | None = None) -> int | None:
        """Return the next page to label, None if all are done; with `after`, the one after that page in the queue."""
        with self.lock:
            waiting = [number for number in self.queue if not self.pages[number].done or number == after]
            if after in waiting:
                place = waiting.index(after)
                waiting = waiting[place + 1 :] + waiting[:place]
            return next((number for number in waiting if not self.pages[number].done), None)

    @property
    def n_done(self) -> int:
        """The number of pages that are done."""
        return sum(page.done for page in self.pages)

    def predict_again(self, on_page: Callable[[int, int], object] = lambda done, of: None) -> None:
        """Predict the waiting pages with the newest model, and put them in order."""
        waiting = list(self.queue)
        for done, number in enumerate(waiting):
            on_page(done, len(waiting))
            analyzed = self._predict(self.document(number))
            with self.lock:
                page = self.pages[number]
                page.outlook = _outlook(analyzed, page.group)
        self.reorder()

    # --- Actions ------------------------------------------------------------------------------------------------------

    def set_labels(self, number: int, revision: int, label: Label | None, blocks: Iterable[int]) -> LabelPage:
        """Give blocks a label, or None to take theirs away. Raises StaleError and OptionError."""
        return self._act(number, revision, dict.fromkeys(blocks, label))

    def set_title(self, number: int, revision: int, title: str) -> LabelPage:
        """Give a page its title. Raises StaleError."""
        return self._act(number, revision, {}, title=title)

    def finish(self, number: int, revision: int, mode: Mode, model: str | None = None) -> LabelPage:
        """Say that all other blocks are what they are predicted to be, by the model of this name if one is given.

        Raises StaleError, also where that model is not in use any more.
        """
        with self.lock:
            if model not in (None, self.models.name(self.pages[number].input_format)):
                raise StaleError("the model was trained again meanwhile, and predicts this page anew")
            said = self.pages[number].labels
            predicted = predicted_labels(self.analyzed(number), mode)
            missing = {block: label for block, label in enumerate(predicted) if block not in said}
            return self._act(number, revision, dict(missing), done=True)

    def undo(self, number: int, revision: int) -> Change | None:
        """Take the last action back, and return what is as before; None if there is none. Raises StaleError."""
        with self.lock:
            page = self._fresh(number, revision)
            if not page.history:
                return None
            change = page.history[-1]
            self._replace(page, number, change.labels, change.title, change.done)
            page.history.pop()
            return change

    def _act(
        self,
        number: int,
        revision: int,
        labels: dict[int, Label | None],
        title: str | None = None,
        done: bool | None = None,
    ) -> LabelPage:
        with self.lock:
            page = self._fresh(number, revision)
            if any(not 0 <= block < page.n_blocks for block in labels):
                raise OptionError(f"blocks of this page are 0 to {page.n_blocks - 1}")
            before = Change({block: page.labels.get(block) for block in labels}, page.title, page.done)
            self._replace(
                page, number, labels, page.title if title is None else title, page.done if done is None else done
            )
            page.history.append(before)
            return page

    def _fresh(self, number: int, revision: int) -> LabelPage:
        page = self.pages[number]
        if page.revision != revision:
            raise StaleError("this page was changed in another tab")
        return page

    def _replace(self, page: LabelPage, number: int, labels: dict[int, Label | None], title: str, done: bool) -> None:
        """Save a page with some labels replaced, and only then take them over."""
        merged: dict[int, Label | None] = {**page.labels, **labels}
        new = {block: label for block, label in merged.items() if label is not None}
        row = {"id": page.id} | page.row | {"spans": spans_of(self.analyzed(number)._document.blocks, new)}
        if title:
            row["title"] = title
        if not done:
            row["done"] = False
        model = self.models.name(page.input_format)
        row["labeling"] = {"boilerkit": boilerkit.__version__, "model": model, "page": page.key}
        self.gold.put(row)
        page.labels, page.title, page.done = new, title, done
        page.revision += 1

    # --- Learning -----------------------------------------------------------------------------------------------------

    def gold_pages(self, input_format: InputFormat) -> list[GoldPage]:
        """Return the pages that are done, with their gold."""
        with self.lock:
            done = [number for number, page in enumerate(self.pages) if page.done and page.input_format == input_format]
            return [self._gold_page(number) for number in done]

    def _gold_page(self, number: int) -> GoldPage:
        page = self.pages[number]
        blocks = self.document(number).blocks
        spans = [Span(Label(span["label"]), None, span["start"], span["end"]) for span in spans_of(blocks, page.labels)]
        return GoldPage(
            page.id,
            self.source(number),
            spans,
            page.input_format,
            url=page.url,
            group=page.group,
            corpus=self.gold.path.stem,
        )


def predicted_labels(page: Page, mode: Mode) -> list[Label]:
    """Return what a page's blocks are predicted to be."""
    if mode == "content":
        return [Label.CONTENT if block.is_kept else Label.BOILERPLATE for block in page.blocks]
    return [block.label for block in page.blocks]


def _outlook(page: Page, site: str) -> Outlook:
    expected = page.confidence
    if expected is None:
        expected = expected_word_f1(page._document.blocks.block("words"), page._probabilities, page._keep)
    return Outlook(expected, site, template_signature(np.asarray(page._document.blocks.places)))
