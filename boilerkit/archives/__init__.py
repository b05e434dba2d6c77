"""Files that hold many pages, and what is extracted from them: one reader and one writer for all formats.

    from boilerkit.archives import extract_records, open_writer, read_records

    with open_writer("pages.parquet") as writer:
        for record, row in extract_records(read_records("crawl.warc.gz"), ["url", "title", "text"], n_jobs=2):
            if isinstance(row, dict):
                writer.write(row)

`read_records` reads WARC, WET, JSON lines, Parquet, data sets of `datasets`, folders and single pages.
`extract_to_file` is what `boilerkit extract` does: it also resumes, commits, and keeps errors in a file.
"""

from __future__ import annotations

from boilerkit.archives.outputs import Progress, open_writer
from boilerkit.archives.rows import PAGE_FIELDS, PageFilter, RowOptions, extract_records
from boilerkit.archives.runs import Status, extract_to_file
from boilerkit.archives.sources import ReadOptions, Source, read_records
from boilerkit.archives.warc import WarcFilter
from boilerkit.records import Columns, Record

__all__ = [
    "PAGE_FIELDS",
    "Columns",
    "PageFilter",
    "Progress",
    "ReadOptions",
    "Record",
    "RowOptions",
    "Source",
    "Status",
    "WarcFilter",
    "extract_records",
    "extract_to_file",
    "open_writer",
    "read_records",
]
