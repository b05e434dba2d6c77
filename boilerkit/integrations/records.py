"""One page to one flat record of plain values: its content, whose it is, or why there is nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from boilerkit.archives.rows import METADATA_FIELDS
from boilerkit.errors import OptionError, error_message
from boilerkit.extraction import ExtractOptions

#: What a record can say of a page besides its content; each is an attribute of `Page`.
FIELDS = (*METADATA_FIELDS, "page_type", "confidence", "model_version")
#: What it says unless it is told otherwise.
DEFAULT_FIELDS = ("title", "authors", "date", "language", "confidence")
#: The formats of content; JSON is a record already.
CONTENT_FORMATS = ("text", "markdown", "html")


class ExtractRecord:
    """Extracts one page at a time and returns errors as values. It can be pickled; the shipped model is not part of it.

    `fields` are names of FIELDS, `options` those of `boilerkit.extract`. Raises OptionError for unknown fields and for
    what an option cannot be.
    """

    def __init__(self, fields: Sequence[str] = DEFAULT_FIELDS, **options: Any) -> None:
        self.fields = tuple(fields)
        self.options = ExtractOptions(**options)
        if unknown := [field for field in self.fields if field not in FIELDS]:
            raise OptionError(f"a field is one of {', '.join(FIELDS)}, not {unknown[0]!r}")
        if self.options.output_format not in CONTENT_FORMATS:
            raise OptionError(
                f"output_format is one of {', '.join(CONTENT_FORMATS)} here, not {self.options.output_format!r}"
            )

    @property
    def names(self) -> tuple[str, ...]:
        """The names of a record: the content's, which is that of its format, the fields, and "error"."""
        return self.options.output_format, *self.fields, "error"

    def __call__(self, page: str | bytes | None, url: str | None = None, charset: str | None = None) -> dict[str, Any]:
        """Return the record of a page. Where there is none, all but "error" is None; else "error" is None."""
        if page is None:
            return self._failed("the page is missing")
        try:
            return self._extracted(page, url, charset)
        except Exception as error:  # a bug on one page must not cost the others
            return self._failed(error_message(error))

    def _extracted(self, page: str | bytes, url: str | None, charset: str | None) -> dict[str, Any]:
        keep_tree = bool(self.fields) or self.options.output_format != "text"
        analyzed = self.options.analyze(page, url, charset, keep_tree=keep_tree)
        record: dict[str, Any] = {self.options.output_format: _encodable(self.options.render(analyzed))}
        for field in self.fields:
            record[field] = _plain(getattr(analyzed, field))
        return record | {"error": None}

    def _failed(self, message: str) -> dict[str, Any]:
        return dict.fromkeys(self.names) | {"error": _encodable(message)}


def _plain(value: object) -> object:
    """Return a field's value as engines take it."""
    if isinstance(value, str):
        return _encodable(value)
    return [_encodable(its) for its in value] if isinstance(value, list | tuple) else value


def _encodable(text: str) -> str:
    """Return text without halves of surrogate pairs, which a str can have and UTF-8 cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text
