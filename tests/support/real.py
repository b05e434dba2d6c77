"""Real pages, where the folder of data is beside the source tree."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
ALL_PAGES = os.environ.get("BOILERKIT_ALL_PAGES") == "1"
FILES = ("wcxb_dev", "fundus_train", "labelled_extra", "cleaneval")


def real_pages(name: str) -> Iterator[bytes]:
    """60 pages spread over one file; with BOILERKIT_ALL_PAGES=1 all pages of all files, which takes minutes."""
    if not (DATA / f"{name}.parquet").exists():
        pytest.skip(f"no {name}.parquet in {DATA}")
    if name != FILES[0] and not ALL_PAGES:
        pytest.skip("only with BOILERKIT_ALL_PAGES=1")
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow reads the files of real pages")
    file = parquet.ParquetFile(DATA / f"{name}.parquet")
    step = 1 if ALL_PAGES else max(file.metadata.num_rows // 60, 1)
    number = 0
    for batch in file.iter_batches(batch_size=64, columns=["html"]):
        for page in batch.column("html"):
            if number % step == 0:
                yield page.as_py()
            number += 1
