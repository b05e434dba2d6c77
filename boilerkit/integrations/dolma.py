"""Dolma: a linearizer, registered as "boilerkit" when this module is imported. Needs dolma."""

from __future__ import annotations

import logging

from dolma.warc.linearizers import BaseLinearizer, LinearizerRegistry

from boilerkit.integrations.records import ExtractRecord

_logger = logging.getLogger(__name__)


@LinearizerRegistry.add("boilerkit")
class BoilerkitLinearizer(BaseLinearizer):  # type: ignore[misc]
    """Turns HTML into its main text."""

    def __init__(self) -> None:
        self.extract_record = ExtractRecord(fields=())

    def linearize(self, content: str | bytes) -> str:
        """Return the main text of a page, "" if it has none; what is not a page is logged as well."""
        record = self.extract_record(content)
        if record["error"] is not None:
            _logger.warning("left out a page: %s", record["error"])
        return record["text"] or ""
