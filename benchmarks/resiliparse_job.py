"""Resiliparse's way through a WARC, as its manual shows it: `python -m` this with WARC, output, processes."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from multiprocessing import Pool


def extract(page: tuple[str, bytes]) -> tuple[str, str]:
    """Return the address and the main text of a page."""
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import bytes_to_str, detect_encoding

    url, html = page
    return url, extract_plain_text(bytes_to_str(html, detect_encoding(html) or "utf-8"), main_content=True)


def pages(file: str) -> Iterator[tuple[str, bytes]]:
    """Yield the address and the body of each response."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    for record in ArchiveIterator(file, record_types=WarcRecordType.response):
        yield record.headers["WARC-Target-URI"], record.reader.read()


def main(warc: str, output: str, jobs: str) -> None:
    """Extract a WARC into JSON lines."""
    with open(output, "w", encoding="utf-8") as lines, Pool(int(jobs)) as pool:
        for url, text in pool.imap(extract, pages(warc), chunksize=8):
            lines.write(json.dumps({"url": url, "text": text}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
