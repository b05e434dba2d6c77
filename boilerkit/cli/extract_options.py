"""The options of `boilerkit extract`: how pages are extracted, and which rows come of files of many pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import wraps
from inspect import signature
from pathlib import Path
from typing import Any, Literal

import click

from boilerkit.archives.rows import PAGE_FIELDS, PageFilter
from boilerkit.archives.sources import ReadOptions
from boilerkit.archives.warc import HTML_TYPES, WarcFilter
from boilerkit.archives.writers import OUTPUT_SUFFIXES
from boilerkit.cli.options import F, input_format_option, labels_option, model_option, threshold_option
from boilerkit.documents import InputFormatOption
from boilerkit.extraction import OUTPUT_FORMATS, ExtractOptions, OutputFormat
from boilerkit.labels import Label
from boilerkit.model.storage import load_model
from boilerkit.records import CONTENT_COLUMNS, URL_COLUMNS, Columns

#: What may follow the last dot of a file's name, but of no folder's: -o with these is a mistake.
_FILE_SUFFIXES = (
    *(".csv", ".tsv", ".json", ".txt", ".md", ".html", ".htm", ".xml", ".arrow", ".feather"),
    *(".warc", ".wet", ".gz", ".zst", ".bz2", ".xz", ".zip", ".db", ".sqlite"),
)


@dataclass(frozen=True)
class Chosen:
    """How pages are extracted; `settings` has what the content depends on as JSON has it."""

    options: ExtractOptions
    settings: dict[str, Any]
    url: str | None = None
    charset: str | None = None

    def with_page(self, url: str | None, charset: str | None) -> Chosen:
        """Return the same with the address of the page, and with an encoding for pages that come without one."""
        return replace(self, url=url, charset=charset, settings=self.settings | {"url": url, "charset": charset})


@dataclass(frozen=True)
class Rows:
    """Which rows come of files of many pages, and how these are read; `settings` as for `Chosen`."""

    fields: Sequence[str] | None
    filter: PageFilter
    read: ReadOptions
    settings: dict[str, Any]

    @property
    def are_asked_for(self) -> bool:
        """Whether an option makes sense for rows only."""
        return self.fields is not None or self.filter != PageFilter()


def _chosen(
    output_format: OutputFormat,
    input_format: InputFormatOption,
    threshold: float | None,
    keep: frozenset[Label] | None,
    model_folder: Path | None,
    links: bool,
    images: bool,
    tables: bool,
    title: bool,
    markers: bool,
    comments: bool,
) -> Chosen:
    values = {
        "input_format": input_format,
        "threshold": threshold,
        "include_links": links,
        "include_images": images,
        "include_tables": tables,
        "include_title": title,
        "include_list_markers": markers,
        "include_comments": comments,
    }
    model = None if model_folder is None else load_model(model_folder)
    options = ExtractOptions(output_format=output_format, keep=keep, model=model, **values)  # type: ignore[arg-type]
    named = {
        "format": output_format,
        "keep": None if keep is None else sorted(keep),
        "model": None if model_folder is None else str(model_folder.resolve()),
    }
    return Chosen(options, values | named)


def _rows(
    fields: Sequence[str] | None,
    min_words: int,
    min_confidence: float,
    languages: Sequence[str] | None,
    content_column: str | None,
    url_column: str | None,
    id_column: str | None,
    statuses: frozenset[int] | None,
    media_types: frozenset[str] | None,
) -> Rows:
    settings = {name: sorted(its) if isinstance(its, frozenset) else its for name, its in locals().items()}
    columns = Columns(content_column, url_column, id_column)
    return Rows(
        fields,
        PageFilter(min_words, min_confidence, tuple(languages or ())),
        ReadOptions(columns, WarcFilter(statuses, media_types)),
        settings,
    )


def output_target(output: Path | None) -> Literal["file", "folder"]:
    """Return what -o names. Raises UsageError for a file of a format that is not written."""
    if output is None or output.is_dir():
        return "folder"
    if output.name.lower().endswith(OUTPUT_SUFFIXES):
        return "file"
    if output.is_file() or output.suffix.lower() in _FILE_SUFFIXES:
        raise click.UsageError(
            f"{output} is no folder, and no file that can be written: their names end in {', '.join(OUTPUT_SUFFIXES)}. "
            "For one page, leave -o out and redirect what is printed: > FILE."
        )
    return "folder"


# --- Values -----------------------------------------------------------------------------------------------------------


def _names(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[str, ...] | None:
    names = [name.strip() for name in (value or "").split(",")]
    return None if value is None else tuple(dict.fromkeys(filter(None, names)))


def _codes(ctx: click.Context, param: click.Parameter, value: str) -> frozenset[int] | None:
    if value == "any":
        return None
    try:
        return frozenset(int(code) for code in value.split(","))
    except ValueError:
        raise click.BadParameter('status codes are numbers such as 200,203, or "any".') from None


def _types(ctx: click.Context, param: click.Parameter, value: str) -> frozenset[str] | None:
    return None if value == "any" else frozenset(its.strip().lower() for its in value.split(","))


# --- Groups -----------------------------------------------------------------------------------------------------------


def _group(name: str, make: Callable[..., object], *options: Callable[[F], F]) -> Callable[[F], F]:
    """Return a decorator that adds options to a command, which gets what `make` returns of them as one argument."""

    def decorate(command: F) -> F:
        @wraps(command)
        def wrapped(**values: Any) -> Any:
            own = {parameter: values.pop(parameter) for parameter in signature(make).parameters}
            return command(**values, **{name: make(**own)})

        for option in reversed(options):
            wrapped = option(wrapped)
        return wrapped  # type: ignore[return-value]

    return decorate


extract_options = _group(
    "chosen",
    _chosen,
    click.option(
        "-f",
        "--format",
        "output_format",
        type=click.Choice(OUTPUT_FORMATS),
        default="text",
        show_default=True,
        help="Format of the content.",
    ),
    input_format_option,
    threshold_option,
    labels_option(
        "--keep", "Keep the blocks with these labels, such as title,body,caption. Default: those over the threshold."
    ),
    model_option,
    click.option("--links/--no-links", default=True, help="Links in Markdown and HTML. Default: with them."),
    click.option("--images/--no-images", default=True, help="Images in Markdown and HTML. Default: with them."),
    click.option("--tables/--no-tables", default=True, help="Tables of data, in any format. Default: with them."),
    click.option(
        "--title/--no-title", default=False, help="Begin Markdown and HTML with the title. Default: without it."
    ),
    click.option(
        "--markers/--no-markers", default=True, help='Numbers and "- " of list items in text. Default: with them.'
    ),
    click.option(
        "--comments/--no-comments", default=False, help="Reader comments, after the content. Default: without."
    ),
)

row_options = _group(
    "rows",
    _rows,
    click.option(
        "--fields",
        callback=_names,
        metavar="NAME,...",
        help=f"What a row has: url, id, columns of the input, and of the page {', '.join(PAGE_FIELDS)}. "
        "Default: all columns of the input, and the content. All but the content, confidence and n_words take time.",
    ),
    click.option(
        "--min-words", type=click.IntRange(min=0), default=0, metavar="N", help="Leave out pages of fewer words."
    ),
    click.option(
        "--min-confidence",
        type=click.FloatRange(0, 1),
        default=0.0,
        metavar="P",
        help="Leave out pages whose text is expected to be worse: its word F1, from 0 to 1.",
    ),
    click.option(
        "--language",
        "languages",
        callback=_names,
        metavar="CODE,...",
        help="Leave out pages in other languages than these, such as en,de.",
    ),
    click.option(
        "--content-column",
        metavar="NAME",
        help=f"Column of the pages. Default: the first of {', '.join(CONTENT_COLUMNS)}.",
    ),
    click.option(
        "--url-column",
        metavar="NAME",
        help=f"Column of their addresses. Default: the first of {', '.join(URL_COLUMNS)}.",
    ),
    click.option("--id-column", metavar="NAME", help="Column that names them in messages. Default: id."),
    click.option(
        "--status",
        "statuses",
        callback=_codes,
        default="200",
        show_default=True,
        metavar="CODE,...|any",
        help="Responses of a WARC with these status codes.",
    ),
    click.option(
        "--media-type",
        "media_types",
        callback=_types,
        default=",".join(sorted(HTML_TYPES)),
        show_default=True,
        metavar="TYPE,...|any",
        help="Responses of a WARC of these types.",
    ),
)
