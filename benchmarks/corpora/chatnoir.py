"""What CleanEval and Dragnet share: the layout of ChatNoir's combined HTML cleaning dataset.

The dataset has

    <corpus>/GoldStandard/1.txt    <corpus>/input/1.html
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path

from benchmarks.corpora.files import match_ids, read_bytes, require_files

SOURCE = "https://github.com/chatnoir-eu/web-content-extraction-benchmark"
COMBINED = 'Bevendorff et al. 2023, "An Empirical Comparison of Web Content Extraction Algorithms" (combined dataset)'


def read_pairs(corpus: str, folder: Path, subfolder: str) -> Iterator[tuple[str, bytes, bytes]]:
    """Yield the id, the page and the gold of each page, the last two as their files hold them.

    `folder` is the merged dataset or the corpus' own folder in it, `subfolder`.
    """
    expected = (
        f"the folder html-cleaning-dataset-merged, or its {subfolder}, which has GoldStandard/*.txt and input/*.html"
    )
    if (folder / subfolder).is_dir():
        folder = folder / subfolder
    require_files(folder, ["GoldStandard", "input"], expected)
    gold = {file.stem: file for file in (folder / "GoldStandard").glob("*.txt")}
    html = {file.stem: file for file in (folder / "input").glob("*.html")}
    for page_id in match_ids(corpus, gold, html, expected):
        yield page_id, read_bytes(html[page_id]), read_bytes(gold[page_id])


def decoded(gold: bytes) -> str:
    """Return the text of a gold file: UTF-8, UTF-16 with or without a byte order mark, else Windows-1252.

    Text has hardly a zero byte in UTF-8 or Windows-1252; in UTF-16 every second byte of Latin text is one.
    """
    if gold.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return gold.decode("utf-16", "replace")
    zeros = gold[0::2].count(0), gold[1::2].count(0)
    if 4 * max(zeros) > len(gold):
        return gold.decode("utf-16-be" if zeros[0] > zeros[1] else "utf-16-le", "replace")
    try:
        return gold.decode("utf-8-sig")
    except UnicodeDecodeError:
        return gold.decode("cp1252", "replace")
