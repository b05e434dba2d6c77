"""The whole way of one page: decode, parse, segment, predict, select, put out."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import TYPE_CHECKING, cast

from boilerkit.labels import Label, of_twelve
from boilerkit.model.content import ContentModel
from boilerkit.model.store import load_model
from boilerkit.page import OUTPUTS, Output, Page
from boilerkit.read import flat_text, read
from boilerkit.select import select
from boilerkit.sniff import INPUTS, Input

if TYPE_CHECKING:
    from boilerkit.model.flat import FlatModel


def extract(
    page: str | bytes,
    *,
    input: Input = "auto",
    output: Output = "text",
    threshold: float | None = None,
    keep: Collection[Label | str] | None = None,
    url: str | None = None,
    charset: str | None = None,
    model: ContentModel | FlatModel | None = None,
) -> str:
    """The main content of a page.

    Parameters
    ----------
    page
        HTML, or flat text (a page that was turned into plain text), as str or as the bytes that came over the wire.
    input
        "html", "text" (flat), or "auto": what it looks like.
    output
        "text" (paragraphs parted by blank lines), "markdown", "html" (clean: no scripts, styles or event handlers) or
        "json" (url, title, text and every block with its label, probability and place).
    threshold
        The probability from 0 to 1 over which a block is content. Higher keeps less and is surer of it. On a page that
        is doubtful as a whole the cut is lower (see `Page.cut`). None: the model's default.
    keep
        The labels whose blocks make the text, for instance ``{"title", "body", "caption"}``; see `boilerkit.Label`.
        None: all content that is over the threshold, which needs no labels and is faster.
    url
        The page's address; links in Markdown and HTML are made absolute with it.
    charset
        The encoding that the HTTP header named, for bytes.
    model
        A model of `load_model` or of `BoilerplateClassifier.fit`; None: the shipped one. Flat text is judged by the
        shipped model of flat text unless this is a `FlatModel`, as HTML is by that of HTML if it is.

    Returns
    -------
    The content; "" for a page without any ("json": an object without text).

    Raises
    ------
    InputError
        For what is no page: other types than str and bytes, binary data, more than 128 MB.
    """
    keep = None if keep is None else of_twelve(keep)
    check_options(output, threshold, keep, input)
    result = analyze(page, input=input, threshold=threshold, url=url, charset=charset, model=model)
    if keep is not None:
        result = result.keeping(keep)
    if output == "json":
        return json.dumps(result.to_dict(), ensure_ascii=False)
    content: str = getattr(result, output)
    return content


def analyze(
    page: str | bytes,
    *,
    input: Input = "auto",
    threshold: float | None = None,
    url: str | None = None,
    charset: str | None = None,
    model: ContentModel | FlatModel | None = None,
) -> Page:
    """Everything about a page: its title, its text, and each block with what the model thinks of it.

    The parameters and what is raised are as for `extract`.
    """
    check_options("text", threshold, input=input)
    text = flat_text(page, input, charset)
    if text is not None:
        from boilerkit.flat_page import analyze_flat  # with the model of flat text, which HTML has no use for

        return analyze_flat(text, threshold, url, cast("FlatModel", model) if _judges(model, "text") else None)
    model = cast(ContentModel, model) if _judges(model, "html") else load_model()
    if threshold is None:
        threshold = model.threshold
    html, table = read(page, charset)
    probabilities = model.predict_proba(table)
    keep = select(table, probabilities, threshold)
    return Page(html, table, probabilities, keep, threshold, url, model.kinds)


def _judges(model: ContentModel | FlatModel | None, input: Input) -> bool:
    """Whether there is a model, and it is one of this kind of page."""
    return model is not None and getattr(model, "input", "html") == input


def check_options(
    output: str, threshold: float | None, keep: Collection[Label | str] | None = None, input: str = "auto"
) -> None:
    """Raise ValueError for an output, a threshold, labels or an input that `extract` does not know."""
    if input not in INPUTS:
        raise ValueError(f"input is one of {', '.join(INPUTS)}, not {input!r}")
    if output not in OUTPUTS:
        raise ValueError(f"output is one of {', '.join(OUTPUTS)}, not {output!r}")
    if threshold is not None and not 0 <= threshold <= 1:
        raise ValueError(f"threshold is a probability from 0 to 1, not {threshold!r}")
    if keep is not None:
        of_twelve(keep)
