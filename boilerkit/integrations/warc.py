"""WARC archives, local or on S3 or HTTPS, as Arrow batches. Needs FastWARC, fsspec and pyarrow."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import fsspec
import pyarrow as pa

from boilerkit.archives import warc
from boilerkit.errors import BoilerkitError

SCHEMA = pa.schema([("url", pa.string()), ("crawl_date", pa.string()), ("charset", pa.string()), ("html", pa.binary())])
#: Bytes of pages in a batch, about.
BATCH_BYTES = 16 << 20

_logger = logging.getLogger(__name__)


def read_warc(path: str, **storage_options: Any) -> Iterator[pa.RecordBatch]:
    """Yield the HTML pages of an archive, responses with status 200, in batches of some megabytes.

    `path` and `storage_options` are those of `fsspec.open`: S3 needs s3fs, HTTPS needs aiohttp. A batch has the columns
    of SCHEMA. Records that are damaged are logged and left out. Raises OSError if the archive cannot be opened.
    """
    rows: list[dict[str, Any]] = []
    size = 0
    with fsspec.open(path, "rb", **storage_options) as file:
        for record in warc.read_warc(file, warc.WarcFilter()):
            if isinstance(record.content, BoilerkitError):
                _logger.warning("left out a record of %s: %s", path, record.content)
                continue
            date = record.columns.get("crawl_date")
            rows.append({"url": record.url, "crawl_date": date, "charset": record.charset, "html": record.content})
            size += len(record.content)
            if size >= BATCH_BYTES:
                yield pa.RecordBatch.from_pylist(rows, SCHEMA)
                rows, size = [], 0
    yield pa.RecordBatch.from_pylist(rows, SCHEMA)
