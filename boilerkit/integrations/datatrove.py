"""datatrove: a block that turns HTML into text and fills in metadata. Needs datatrove."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from datatrove.data import Document, DocumentsPipeline
from datatrove.pipeline.extractors.base import BaseExtractor, ExtractorSandbox
from datatrove.utils.logging import logger
from datatrove.utils.typeshelper import StatHints

from boilerkit.integrations.records import DEFAULT_FIELDS, ExtractRecord

#: A page for which all that fields need is loaded.
_FIRST_PAGE = "<html><title>A page</title><p>By A. Writer, on the 3rd of May 2024.</p></html>"


class Boilerkit(BaseExtractor):  # type: ignore[misc]
    """Replaces the HTML of each document by its content, and adds fields to its metadata.

    Documents without content are dropped, as by datatrove's own extractors, and counted by reason: "dropped" (no
    content), "clean_error" (not a page), "timeout" and "broken_process".

    Parameters
    ----------
    timeout
        Seconds for each document, and for a process to start.
    fields
        What is added to the metadata: names of `boilerkit.integrations.records.FIELDS`; () for nothing.
    prefix
        What names in the metadata begin with: without one, the date of the page would replace that of the crawl.
    **options
        Those of `boilerkit.extract`.
    """

    name = "🧹 Boilerkit"
    _requires_dependencies = ("boilerkit",)

    def __init__(
        self, timeout: float = 10, fields: Sequence[str] = DEFAULT_FIELDS, prefix: str = "page_", **options: Any
    ) -> None:
        super().__init__(timeout)
        self.prefix = prefix
        self.extract_record = ExtractRecord(fields, **options)

    def extract(self, text: str) -> str:
        """Return the content of HTML, "" if there is none or it is not a page."""
        return self.extract_record(text)[self.extract_record.options.output_format] or ""

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:
        """Yield the documents that have content."""
        self.extract_record(_FIRST_PAGE)  # loads the models before processes are forked, so that they start with them
        with ExtractorSandbox(timeout=self.timeout, warmup_text="") as sandbox:
            for document in data:
                self.stat_update(StatHints.total)
                with self.track_time():
                    record = self._record(sandbox, document)
                if record is None:
                    continue
                document.text = record.pop(self.extract_record.options.output_format)
                del record["error"]
                document.metadata |= {self.prefix + name: value for name, value in record.items()}
                if document.text:
                    self.stat_update(StatHints.forwarded)
                    self.update_doc_stats(document)
                    yield document
                else:
                    self.stat_update(StatHints.dropped)

    def _record(self, sandbox: ExtractorSandbox, document: Document) -> dict[str, Any] | None:
        """Return the record of a document; None, counted and logged, if it fails."""
        try:
            record: dict[str, Any] = sandbox.process_document(
                (document.text, document.metadata.get("url")), self.extract_record
            )
            failure = record["error"] and ("clean_error", record["error"])
        except TimeoutError:
            failure = "timeout", f"it took more than {self.timeout} s"
        except EOFError:
            failure = "broken_process", "it ended its process"
        if failure is None:
            return record
        reason, message = failure
        self.stat_update(reason)
        logger.warning(f"left out {document.id}: {message}")
        return None
