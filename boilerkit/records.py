"""Pages with what belongs to them: their address, their encoding, and other columns of the file that they came in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from boilerkit.decoding.encoding import plain_page
from boilerkit.documents import InputFormatOption
from boilerkit.errors import BoilerkitError, InputError

#: Columns that have the page, the first that there is, and what the page is.
CONTENT_COLUMNS: dict[str, InputFormatOption] = {
    "html": "html",
    "raw_html": "html",
    "raw_content": "auto",
    "content": "auto",
    "body": "auto",
    "markup": "html",
    "text": "text",
    "raw_text": "text",
}
#: Columns that have its address, its encoding and its id.
URL_COLUMNS = ("url", "uri", "target_uri", "warc_target_uri", "link")
CHARSET_COLUMNS = ("charset", "content_charset")
ID_COLUMNS = ("id", "warc_record_id", "record_id")


@dataclass(frozen=True, slots=True)
class Record:
    """A page, and what is known of it.

    `content` is an error where there should be a page: it keeps its place in the order. `charset` is the encoding that
    the HTTP header named; `id` names the record in messages; `columns` are all columns of the file that it came in but
    for that of the page, as they were.
    """

    content: str | bytes | BoilerkitError
    url: str | None = None
    charset: str | None = None
    input_format: InputFormatOption = "auto"
    id: Any = None
    columns: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Columns:
    """The columns that have the page, its address and its id; None: the first of the usual names that there is."""

    content: str | None = None
    url: str | None = None
    id: str | None = None

    def record(self, row: Mapping[str, Any], id: Any = None) -> Record:
        """Return a row as a record; one without a page has an InputError in its place. `id` is used if it has none."""
        content = self.content or _first(row, tuple(CONTENT_COLUMNS))
        url, charset = self.url or _first(row, URL_COLUMNS), _first(row, CHARSET_COLUMNS)
        name = self.id or _first(row, ID_COLUMNS)
        return Record(
            _page(row, content),
            _text(row.get(url)) if url else None,
            _text(row.get(charset)) if charset else None,
            CONTENT_COLUMNS.get(content, "auto") if content else "auto",
            row.get(name, id) if name else id,
            {column: value for column, value in row.items() if column != content},
        )


def to_record(page: object) -> Record:
    """Return a page as a record.

    A page is str or bytes, a `Record`, a mapping with a column of CONTENT_COLUMNS, a tuple of a page, its url and
    perhaps its charset, or a BoilerkitError in place of a page. Anything else becomes an InputError in its place.
    """
    if isinstance(page, Record):
        return page
    if isinstance(page, BoilerkitError):
        return Record(page)
    if isinstance(page, Mapping):
        return Columns().record(page)
    if isinstance(page, tuple) and 2 <= len(page) <= 3:
        content, url, charset = (*page, None)[:3]
        return Record(to_record(content).content, _text(url), _text(charset))
    try:
        return Record(plain_page(page))
    except InputError as error:
        return Record(error)


def _first(row: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    return next((name for name in names if row.get(name) is not None), None)


def _page(row: Mapping[str, Any], column: str | None) -> str | bytes | BoilerkitError:
    if column is None:
        return InputError(
            f"no column has a page: expected one of {', '.join(CONTENT_COLUMNS)}; found {', '.join(row) or 'none'}"
        )
    page = row.get(column)
    if isinstance(page, str | bytes):
        return page
    if page is None:
        return InputError(f"the column {column} has no page")
    return InputError(f"the column {column} has a page that is {type(page).__name__}, not text or bytes")


def _text(value: object) -> str | None:
    return str(value) if value else None
