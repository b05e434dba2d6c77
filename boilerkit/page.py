"""What users hold: a page and its blocks, made from columns when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from boilerkit.blocks.columns import InputFormat, TextSource
from boilerkit.documents import Document, feature_set
from boilerkit.html.segmentation.blocks import HtmlBlocks
from boilerkit.labels import LABELS, Label, parse_labels
from boilerkit.model.confidence import expected_word_f1
from boilerkit.model.content import ContentModel
from boilerkit.model.labels import LabelModel, assign_labels
from boilerkit.model.storage import load_shipped_labels, load_shipped_page_types
from boilerkit.page_types import PAGE_TYPES, PageType
from boilerkit.selection import Selection

if TYPE_CHECKING:
    from boilerkit.comments import Comment
    from boilerkit.metadata.page_metadata import PageMetadata

_TITLE, _METADATA, _COMMENTS = (LABELS.index(label) for label in (Label.TITLE, Label.METADATA, Label.COMMENTS))


@dataclass(frozen=True, slots=True)
class Block:
    """A run of visible text that block-level elements (HTML) or lines (plain text) set apart.

    `start` and `end` are its place in the page's `full_text`, in characters. `probability` is the calibrated
    probability that it is content, `is_kept` whether it is in the page's text. `index` is its number in the page.
    """

    text: str
    probability: float
    is_kept: bool
    start: int
    end: int
    index: int
    page: Page

    @property
    def label(self) -> Label:
        """The most probable of the twelve labels that agrees with the page's text.

        A block that is kept has a label of content. One that is not kept has a label of boilerplate, or is a title or a
        caption: gold texts differ on whether these belong to the main text.
        """
        return LABELS[int(self.page._labels[1][self.index])]

    @property
    def is_content(self) -> bool:
        """Whether the label is one of content: true for kept blocks, and for titles and captions that are not kept."""
        return self.label.is_content

    @property
    def probabilities(self) -> dict[Label, float]:
        """The calibrated probability of each of the twelve labels, whether or not the block is kept."""
        return dict(zip(LABELS, self.page._labels[0][self.index].tolist(), strict=True))

    @property
    def xpath(self) -> str:
        """The path of the deepest element that holds the block's text, in lxml's tree of `Page.source`.

        "" in plain text.
        """
        return self.page._document.xpath(self.index)

    @property
    def features(self) -> dict[str, float]:
        """The block's static features by name; `Page.feature_groups` describes them."""
        names = feature_set(self.page.input_format).static
        return dict(zip(names, self.page._static_features[self.index].tolist(), strict=True))

    def to_dict(self) -> dict[str, Any]:
        """Return the block as plain values, for JSON."""
        return {
            "text": self.text,
            "label": str(self.label),
            "probability": round(self.probability, 4),
            "probabilities": {str(label): round(p, 4) for label, p in self.probabilities.items()},
            "is_content": self.is_content,
            "is_kept": self.is_kept,
            "xpath": self.xpath,
            "start": self.start,
            "end": self.end,
        }

    def __repr__(self) -> str:
        text = self.text if len(self.text) <= 60 else self.text[:57] + "..."
        return f"Block({self.label}, {self.probability:.2f}, {text!r})"


class Page:
    """One analyzed page: a document, and what the model predicted for its blocks. `boilerkit.analyze` makes it.

    It holds columns, not objects, and can be pickled. `threshold` is the probability over which blocks are kept, and
    `model_version` the version of the content model, twelve hexadecimal digits; texts of equal versions of both models,
    thresholds and versions of Boilerkit are equal.
    """

    def __init__(
        self,
        document: Document,
        model: ContentModel,
        probabilities: NDArray[np.float64],
        selection: Selection,
        url: str | None = None,
    ) -> None:
        self.given_url = url
        self.threshold = selection.threshold
        self.model_version = model.version
        self._document = document
        self._probabilities = probabilities
        self._keep = selection.keep
        self._content = selection.keep  # whatever labels are asked for
        self._selection = selection
        self._label_model = model.labels  # None: the shipped one
        self._page_type_model = model.page_types  # likewise
        self._confidence_curve = model.confidence

    def __getstate__(self) -> dict[str, Any]:
        """Return what is pickled: the page's type in place of the model that tells it, which is far larger."""
        selection = self._selection._replace(page_types=self._page_types)
        return self.__dict__ | {"_selection": selection, "_page_type_model": None}

    @property
    def input_format(self) -> InputFormat:
        """What the page was read as: "html" or "text"."""
        return self._document.input_format

    @property
    def source(self) -> str:
        """The page as text, mended where the parser would lose something of it.

        If the text is not from what the page shows (see `text_source`), the HTML of that text.
        """
        return self._document.source

    @property
    def text_source(self) -> TextSource:
        """Where the text comes from: from the "page" as it is shown, unless that has no main text.

        Then it may be from "hidden" parts, which a script would show, from "noframes", which is for browsers without
        frames, or from data in "scripts", such as JSON-LD or the state that an application starts with.
        """
        return self._document.text_source

    @property
    def confidence(self) -> float | None:
        """The word F1 to expect of the text, from 0 to 1: pages at 0.9 have a word F1 of 0.9 on average.

        It is that of the content that the model chose, whatever labels were asked for. None if the model has no such
        knowledge: it was trained without cross-validation, or on few pages.
        """
        if self._confidence_curve is None:
            return None
        words = self._document.blocks.block("words")
        return self._confidence_curve(expected_word_f1(words, self._probabilities, self._content))

    @property
    def page_type(self) -> PageType:
        """What the page as a whole most probably is: an article, a forum's thread, a product, a listing and so on."""
        return PAGE_TYPES[int(self._page_types.argmax())]

    @property
    def page_type_probabilities(self) -> dict[PageType, float]:
        """The probability of each of the seven page types; they sum to 1."""
        return dict(zip(PAGE_TYPES, self._page_types.tolist(), strict=True))

    @property
    def label_model_version(self) -> str:
        """The version of the label model, twelve hexadecimal digits."""
        return self._labels_by.version

    @property
    def n_words(self) -> int:
        """The number of words of the blocks that are kept."""
        return int(self._document.blocks.block("words")[self._keep].sum())

    @property
    def full_text(self) -> str:
        """All text of the page, boilerplate included; blocks index it. Of plain text, the text as it came."""
        return self._document.blocks.text

    @property
    def title(self) -> str | None:
        """The page's title without the site's name, None if none is found.

        In HTML, the heading or the declared title that agrees best with the others; in plain text, the block that is
        most probably the title.
        """
        return self._most_probable_title() if self.input_format == "text" else self._metadata.title

    @property
    def authors(self) -> list[str]:
        """The names of the authors: people, or a firm or a site that signs its pages."""
        return self._metadata.authors

    @property
    def date(self) -> str | None:
        """The day on which the page says that it was published, as yyyy-mm-dd; None if it does not say."""
        return self._metadata.date

    @property
    def date_modified(self) -> str | None:
        """The day of the last change, as yyyy-mm-dd; None if the page does not say."""
        return self._metadata.date_modified

    @property
    def site_name(self) -> str | None:
        """The name of the page's site, None if the page does not say."""
        return self._metadata.site_name

    @property
    def language(self) -> str | None:
        """The language of the main text as a code of ISO 639-1, such as "en"; None if it is not known."""
        return self._metadata.language

    @property
    def description(self) -> str | None:
        """What the page says that it is about, None if it does not say."""
        return self._metadata.description

    @property
    def image(self) -> str | None:
        """The address of the picture that stands for the page, None if it names none."""
        return self._metadata.image

    @property
    def url(self) -> str | None:
        """The page's own address: the canonical one that it names, else the one that was given."""
        return self._metadata.url

    @property
    def text(self) -> str:
        """The main text, as `boilerkit.extract` returns it."""
        return self.to_text()

    @property
    def html(self) -> str:
        """The main content as clean HTML."""
        return self.to_html()

    @property
    def markdown(self) -> str:
        """The main content as Markdown."""
        return self.to_markdown()

    def to_text(self, *, include_list_markers: bool = True, include_comments: bool = False) -> str:
        """Return the main text; `boilerkit.extract` describes the options."""
        render = partial(self._document.to_text, list_markers=include_list_markers)
        return "\n\n".join(self._rendered(render, include_comments))

    def to_html(
        self,
        *,
        include_links: bool = True,
        include_images: bool = True,
        include_title: bool = False,
        include_comments: bool = False,
    ) -> str:
        """Return the main content as clean HTML; `boilerkit.extract` describes the options."""
        render = partial(self._document.to_html, url=self.given_url, links=include_links, images=include_images)
        title = self._title_before_text() if include_title else ""
        return "\n<hr>\n".join(self._rendered(render, include_comments, title=title))

    def to_markdown(
        self,
        *,
        include_links: bool = True,
        include_images: bool = True,
        include_title: bool = False,
        include_comments: bool = False,
    ) -> str:
        """Return the main content as Markdown; `boilerkit.extract` describes the options."""
        render = partial(self._document.to_markdown, url=self.given_url, links=include_links, images=include_images)
        title = self._title_before_text() if include_title else ""
        return "\n\n---\n\n".join(self._rendered(render, include_comments, title=title))

    @cached_property
    def comments(self) -> list[Comment]:
        """The reader comments, in document order, each with author and day where the page has them.

        In plain text, where nothing says which line belongs to which comment, there are none.
        """
        from boilerkit.comments import find_comments  # not needed to extract

        blocks = self._document.blocks
        if not isinstance(blocks, HtmlBlocks):
            return []
        metadata = self._metadata
        return find_comments(blocks, self._labelled(_COMMENTS), metadata.declared, metadata.date_languages)

    @property
    def feature_groups(self) -> dict[str, dict[str, str]]:
        """Descriptions of the features of blocks by group and name."""
        return feature_set(self.input_format).groups

    @cached_property
    def blocks(self) -> list[Block]:
        """All blocks, in document order."""
        columns = self._document.blocks
        return [
            Block(text=text, probability=probability, is_kept=kept, start=start, end=end, index=index, page=self)
            for index, (text, start, end, probability, kept) in enumerate(
                zip(
                    columns.block_texts(),
                    columns.block("start").tolist(),
                    columns.block("end").tolist(),
                    self._probabilities.tolist(),
                    self._keep.tolist(),
                    strict=True,
                )
            )
        ]

    def blocks_with_label(self, *labels: Label | str) -> list[Block]:
        """Return the blocks with one of these labels, in document order. Raises OptionError for unknown labels."""
        wanted = parse_labels(labels)
        return [block for block in self.blocks if block.label in wanted]

    def with_labels(self, labels: Collection[Label | str]) -> Page:
        """Return the same page with the blocks of these labels as its text. Raises OptionError for unknown labels."""
        wanted = parse_labels(labels)
        assigned = self._labels[1]
        return self._with_keep(np.isin(assigned, [number for number, label in enumerate(LABELS) if label in wanted]))

    def without_tables(self) -> Page:
        """Return the same page without the blocks that are in tables of data."""
        return self._with_keep(self._keep & ~self._document.in_tables())

    def to_view_html(self) -> str:
        """Return a web page that shows the blocks, tinted by label; it needs no other file and no network."""
        from boilerkit.view import to_view_html  # not needed to extract

        return to_view_html(self.blocks, self.title or "", self.url or "")

    def to_dict(self) -> dict[str, Any]:
        """Return the page as plain values, for JSON: whose it is, its text and its comments. Blocks have their own."""
        return {
            "url": self.url,
            "title": self.title,
            "authors": self.authors,
            "date": self.date,
            "date_modified": self.date_modified,
            "site_name": self.site_name,
            "language": self.language,
            "description": self.description,
            "image": self.image,
            "page_type": str(self.page_type),
            "model_version": self.model_version,
            "label_model_version": self.label_model_version,
            "threshold": self.threshold,
            "confidence": None if self.confidence is None else round(self.confidence, 4),
            "text": self.text,
            "text_source": self.text_source,
            "comments": [comment.to_dict() for comment in self.comments],
        }

    def __repr__(self) -> str:
        return f"Page({(self.title or '')[:60]!r}, {int(self._keep.sum())} of {len(self._keep)} blocks kept)"

    @cached_property
    def _labels(self) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
        """Probabilities of the labels, and the numbers of the assigned ones; computed on first access."""
        probabilities = self._selection.labels
        if probabilities is None:
            probabilities = self._labels_by.predict_proba(self._document.blocks, self._probabilities)
        return probabilities, assign_labels(probabilities, self._keep)

    @property
    def _labels_by(self) -> LabelModel:
        return self._label_model or load_shipped_labels(self.input_format)

    @cached_property
    def _page_types(self) -> NDArray[np.float64]:
        """Probabilities of the page's types; computed on first access."""
        if self._selection.page_types is not None:
            return self._selection.page_types
        model = self._page_type_model or load_shipped_page_types(self.input_format)
        return model.predict_proba(self._document.blocks, self._probabilities)

    @cached_property
    def _static_features(self) -> NDArray[np.float32]:
        return feature_set(self.input_format).static_features(self._document.blocks)

    def _with_keep(self, keep: NDArray[np.bool_]) -> Page:
        page = object.__new__(type(self))
        page.__dict__ = {name: value for name, value in self.__dict__.items() if name != "blocks"}
        page._keep = keep
        return page

    def _rendered(self, render: Callable[..., str], include_comments: bool, **of_main: str) -> list[str]:
        """Return the main content, rendered with the options `of_main`, and the comments if they are included."""
        parts = [render(self._keep, **of_main)]
        if include_comments:
            parts.append(render((self._labels[1] == _COMMENTS) & ~self._keep))
        return [part for part in parts if part]

    def _title_before_text(self) -> str:
        """Return the title, "" where the text begins with it."""
        title = self.title or ""
        kept = np.flatnonzero(self._keep)
        first = self._document.blocks.block_text(int(kept[0])) if len(kept) else ""
        return "" if " ".join(first.split()).casefold() == title.casefold() else title

    @cached_property
    def _metadata(self) -> PageMetadata:
        from boilerkit.metadata.page_metadata import PageMetadata  # not needed to extract

        return PageMetadata(self._document, self._keep, self.given_url, self._metadata_blocks)

    def _metadata_blocks(self) -> list[int]:
        return self._labelled(_METADATA)

    def _labelled(self, label: int) -> list[int]:
        """Return the numbers of the blocks with this label, given as its number."""
        return np.flatnonzero(self._labels[1] == label).tolist()

    def _most_probable_title(self) -> str | None:
        from boilerkit.metadata.plain_title import find_title  # not needed to extract

        return find_title(self._document.blocks.block_texts(), self._labels[0][:, _TITLE])
