"""Our labels as a data set without text: the label of every block of 561 public pages, joined to the pages by hashes.

labels.jsonl has a record for each labelled page, see `training.labels.records`; page_ids.json has the pages of each
file of the data folder, in order. `python -m training labels` writes both from a data folder, and
`python -m training fetch` makes a data folder from both and the public repositories.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
RECORDS = FOLDER / "labels.jsonl"
PAGE_IDS = FOLDER / "page_ids.json"
