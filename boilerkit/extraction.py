"""One page, from bytes to its main content: read, predict, select, render."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, get_args

from boilerkit.documents import INPUT_FORMATS, Document, InputFormatOption, read_document
from boilerkit.errors import OptionError
from boilerkit.html.unshown_text import MIN_UNSHOWN_WORDS
from boilerkit.labels import Label, parse_labels
from boilerkit.model.content import ContentModel
from boilerkit.model.storage import load_shipped
from boilerkit.page import Page
from boilerkit.selection import choose

OutputFormat = Literal["text", "markdown", "html", "json"]
OUTPUT_FORMATS: tuple[str, ...] = get_args(OutputFormat)


#: A page that shows a main text of fewer words may carry one that it does not show.
MIN_MAIN_WORDS = 60
#: What it carries is its main text if it has so many times the words of what it shows.
UNSHOWN_RATIO = 3


@dataclass(frozen=True)
class ExtractOptions:
    """How pages are extracted, the same for any number of pages; `extract` documents each field.

    Raises OptionError for values that an option cannot have.
    """

    input_format: InputFormatOption = "auto"
    output_format: OutputFormat = "text"
    threshold: float | None = None
    keep: Collection[Label | str] | None = None
    model: ContentModel | None = None
    include_links: bool = True
    include_images: bool = True
    include_tables: bool = True
    include_title: bool = False
    include_list_markers: bool = True
    include_comments: bool = False

    def __post_init__(self) -> None:
        if self.input_format not in INPUT_FORMATS:
            raise OptionError(f"input_format is one of {', '.join(INPUT_FORMATS)}, not {self.input_format!r}")
        if self.output_format not in OUTPUT_FORMATS:
            raise OptionError(f"output_format is one of {', '.join(OUTPUT_FORMATS)}, not {self.output_format!r}")
        if self.threshold is not None and not 0 <= self.threshold <= 1:
            raise OptionError(f"threshold is a probability from 0 to 1, not {self.threshold!r}")
        if self.keep is not None:
            object.__setattr__(self, "keep", parse_labels(self.keep))

    def analyze(
        self, page: str | bytes, url: str | None = None, charset: str | None = None, *, keep_tree: bool = False
    ) -> Page:
        """Return a page with the predictions for its blocks; see `boilerkit.analyze`.

        `keep_tree`: its Markdown, HTML or metadata will be asked for, so it is parsed whole, once.
        """
        document = read_document(page, self.input_format, charset, keep_tree)
        model = self.model or load_shipped(document.input_format)
        result = self._predict(document, model, url)
        if result.n_words < MIN_MAIN_WORDS:
            for unshown in document.unshown():
                other = self._predict(unshown, model, url)
                if other.n_words >= max(MIN_UNSHOWN_WORDS, UNSHOWN_RATIO * result.n_words):
                    result = other
        result = result if self.keep is None else result.with_labels(self.keep)
        return result if self.include_tables else result.without_tables()

    def _predict(self, document: Document, model: ContentModel, url: str | None) -> Page:
        probabilities = model.predict_proba(document.blocks)
        selection = choose(model, document.blocks, probabilities, self.threshold)
        return Page(document, model, probabilities, selection, _plain_address(url))

    def extract(self, page: str | bytes, url: str | None = None, charset: str | None = None) -> str:
        """Return the main content of a page; see `boilerkit.extract`."""
        analyzed = self.analyze(page, url, charset, keep_tree=self.output_format != "text")
        return self.render(analyzed, self.output_format)

    def render(self, page: Page, output_format: OutputFormat | None = None) -> str:
        """Return the content of an analyzed page, in another format if one is given."""
        output_format = output_format or self.output_format
        if output_format == "json":
            return json.dumps(page.to_dict(), ensure_ascii=False)
        if output_format == "text":
            return page.to_text(include_list_markers=self.include_list_markers, include_comments=self.include_comments)
        render = page.to_markdown if output_format == "markdown" else page.to_html
        return render(
            include_links=self.include_links,
            include_images=self.include_images,
            include_title=self.include_title,
            include_comments=self.include_comments,
        )


def _plain_address(url: object) -> str | None:
    """Return an address that is exactly str, which compiled code needs; OptionError for other types."""
    if url is not None and not isinstance(url, str):
        raise OptionError(f"url is the page's address as str, not {type(url).__name__}")
    return None if url is None else str.__str__(url)


def extract(
    page: str | bytes,
    *,
    input_format: InputFormatOption = "auto",
    output_format: OutputFormat = "text",
    threshold: float | None = None,
    keep: Collection[Label | str] | None = None,
    url: str | None = None,
    charset: str | None = None,
    model: ContentModel | None = None,
    include_links: bool = True,
    include_images: bool = True,
    include_tables: bool = True,
    include_title: bool = False,
    include_list_markers: bool = True,
    include_comments: bool = False,
) -> str:
    """Return the main content of a page.

    Parameters
    ----------
    page
        HTML, or a page that was turned into plain text: as str, or as bytes as they came over the wire.
    input_format
        "html", "text" (plain text), or "auto": whatever the page looks like.
    output_format
        "text" (paragraphs separated by blank lines), "markdown", "html" (clean: no scripts, styles or event handlers)
        or "json" (url, title, authors, dates and the like, text, comments, and which models they are from).
    threshold
        The probability from 0 to 1 over which a block is content. A higher threshold gives higher precision and lower
        recall. None: the model's default, which is lower for fragments of pages.
    keep
        Labels whose blocks make up the text, for instance ``{"title", "body", "caption"}``; see `boilerkit.Label`.
        None: all content over the threshold, which needs no labels and is faster.
    url
        The page's address; it makes links in Markdown and HTML absolute.
    charset
        The encoding that the HTTP header named, for bytes. It precedes what the page declares and looks like.
    model
        A model from `load_model` or `BoilerplateClassifier.fit`. None: the shipped one for the page's input format.
    include_links
        Whether links are links in Markdown and HTML; without them, their text stays, and embedded videos go.
    include_images
        Whether images are in Markdown and HTML.
    include_tables
        Whether tables of data are in the content, in all formats. Tables that only lay out the page always are.
    include_title
        Whether Markdown and HTML begin with the page's title as a heading, unless the text begins with it anyway.
    include_list_markers
        Whether items of lists start with their number or "- " in plain text made of HTML.
    include_comments
        Whether the reader comments follow the main content, below a rule in Markdown and HTML. `Page.comments` has them
        one by one, with authors and days. JSON always has them.

    Returns
    -------
    str
        The content; "" for a page without any ("json": an object without text).

    Raises
    ------
    InputError
        If `page` is not a page: another type than str and bytes, binary data, more than 128 MB.
    ModelError
        If the model is for the other input format.
    OptionError
        If an option has a value that it cannot have.
    """
    options = ExtractOptions(
        input_format,
        output_format,
        threshold,
        keep,
        model,
        include_links=include_links,
        include_images=include_images,
        include_tables=include_tables,
        include_title=include_title,
        include_list_markers=include_list_markers,
        include_comments=include_comments,
    )
    return options.extract(page, url, charset)


def analyze(
    page: str | bytes,
    *,
    input_format: InputFormatOption = "auto",
    threshold: float | None = None,
    url: str | None = None,
    charset: str | None = None,
    model: ContentModel | None = None,
) -> Page:
    """Return everything about a page: its title, its text, and each block with what the model predicts for it.

    Takes the parameters of `extract` and raises the same errors.
    """
    return ExtractOptions(input_format, threshold=threshold, model=model).analyze(page, url, charset)
