"""NeMo Curator: an extractor of documents. Needs nemo-curator."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from nemo_curator.stages.text.download import DocumentExtractor

from boilerkit.integrations.records import DEFAULT_FIELDS, ExtractRecord

_logger = logging.getLogger(__name__)


class BoilerkitExtractor(DocumentExtractor):  # type: ignore[misc]
    """Turns the records of `CommonCrawlWarcIterator`, or others with these columns, into records of their content.

    Parameters
    ----------
    page
        The column of pages.
    columns
        The columns that go through; "url" among them is the page's address.
    fields
        What is added besides the content: names of `boilerkit.integrations.records.FIELDS`.
    **options
        Those of `boilerkit.extract`.
    """

    def __init__(
        self,
        page: str = "content",
        columns: Sequence[str] = ("url", "warc_id", "source_id"),
        fields: Sequence[str] = DEFAULT_FIELDS,
        **options: Any,
    ) -> None:
        self.page, self.columns = page, tuple(columns)
        self.extract_record = ExtractRecord(fields, **options)

    def extract(self, record: dict[str, Any]) -> dict[str, Any] | None:
        """Return the record of a page's content; None if it has none. What is not a page is logged as well."""
        url = record.get("url")
        extracted = self.extract_record(record.get(self.page), url)
        error = extracted.pop("error")
        if error is not None:
            _logger.warning("left out %s: %s", url, error)
        if not extracted[self.extract_record.options.output_format]:
            return None
        return {name: record.get(name) for name in self.columns} | extracted

    def input_columns(self) -> list[str]:
        """Return the columns that are read."""
        return [*self.columns, self.page]

    def output_columns(self) -> list[str]:
        """Return the columns that are written."""
        return [*self.columns, *self.extract_record.names[:-1]]
