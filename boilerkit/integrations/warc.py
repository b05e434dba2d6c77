"""WARC archives, local or on S3 or HTTPS, as Arrow batches. Needs FastWARC, fsspec and pyarrow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import fsspec
import pyarrow as pa
from fastwarc.warc import ArchiveIterator, WarcRecordType, is_http

SCHEMA = pa.schema([("url", pa.string()), ("crawl_date", pa.string()), ("charset", pa.string()), ("html", pa.binary())])
#: Bytes of pages in a batch, about.
BATCH_BYTES = 16 << 20

_HTML_TYPES = ("text/html", "application/xhtml+xml")


def read_warc(path: str, **storage_options: Any) -> Iterator[pa.RecordBatch]:
    """Yield the HTML pages of an archive, responses with status 200, in batches of some megabytes.

    `path` and `storage_options` are those of `fsspec.open`: S3 needs s3fs, HTTPS needs aiohttp. A batch has the columns
    of SCHEMA. Raises OSError if the archive cannot be read.
    """
    rows: list[dict[str, Any]] = []
    size = 0
    with fsspec.open(path, "rb", **storage_options) as stream:
        for record in ArchiveIterator(stream, record_types=WarcRecordType.response, func_filter=is_http):
            if record.http_headers.status_code != 200 or record.http_content_type not in _HTML_TYPES:
                continue
            rows.append(
                {
                    "url": record.headers.get("WARC-Target-URI"),
                    "crawl_date": record.headers.get("WARC-Date"),
                    "charset": record.http_charset,
                    "html": record.reader.read(),
                }
            )
            size += len(rows[-1]["html"])
            if size >= BATCH_BYTES:
                yield pa.RecordBatch.from_pylist(rows, SCHEMA)
                rows, size = [], 0
    yield pa.RecordBatch.from_pylist(rows, SCHEMA)
