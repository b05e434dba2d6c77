"""Write the published labels and page ids from a data folder: `python -m training labels`."""

from __future__ import annotations

import json
from pathlib import Path

from boilerkit.gold.pages import GoldPage, domain_of, page_bytes
from training.corpora import CORPORA, LABELS_FILE, read_rows, read_spans
from training.labels import PAGE_IDS, RECORDS
from training.labels.records import join, record_of, write_records


def export(data: Path, records_file: Path = RECORDS, page_ids_file: Path = PAGE_IDS) -> str:
    """Write both files, and return in a sentence how much of the labels can be joined again."""
    rows = {corpus.file: list(read_rows(data / corpus.file)) for corpus in CORPORA}
    pages = {
        (row["corpus"], row["id"]): GoldPage(row["id"], row["html"], None, url=row["url"] or "", corpus=row["corpus"])
        for of_file in rows.values()
        for row in of_file
    }
    records, missing, total = [], 0, 0
    for key, spans in read_spans(data / LABELS_FILE).items():
        page = pages[key]
        record = record_of(page.corpus, page.id, domain_of(page.url), page_bytes(page.source), spans)
        joined = join(record, page_bytes(page.source))
        missing, total = missing + joined.missing, total + joined.missing + len(joined.spans)
        records.append(record)
    write_records(records_file, records)
    page_ids = {file: [[row["corpus"], row["id"]] for row in of_file] for file, of_file in rows.items()}
    page_ids_file.write_text(json.dumps(page_ids, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")
    return f"{len(records)} pages with {total:,} labelled blocks; {missing:,} of these cannot be found by their words"
