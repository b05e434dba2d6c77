"""The benchmark of whole commands on a WARC."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.generated import write_gold

from benchmarks import archives
from benchmarks.archives import BOILERKIT, Job, Times, shown, write_warc
from benchmarks.exceptions import BenchmarkError
from boilerkit.archives import read_records


def test_pages_are_responses_of_a_warc(tmp_path: Path) -> None:
    pages = [tmp_path / f"{number}.html" for number in range(3)]
    for page in pages:
        page.write_text(f"<p>{page.name}")
    write_warc(tmp_path / "crawl.warc.gz", pages * 2)
    records = list(read_records(tmp_path / "crawl.warc.gz"))
    assert [record.content for record in records] == [page.read_bytes() for page in pages * 2]
    assert len({record.url for record in records}) == 6
    assert archives._read_warcio(tmp_path / "crawl.warc.gz") == archives._read(tmp_path / "crawl.warc.gz") == 6


def test_a_command_that_fails_is_told_of() -> None:
    with pytest.raises(BenchmarkError, match="peer fails"):
        archives._times(Job("peer", "", 1, ["python", "-c", "1 / 0"]))


def test_the_command_measures_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gold = write_gold(tmp_path / "gold.jsonl")
    seconds = {BOILERKIT: 2.0, archives.FEWER: 1.0, "resiliparse": 4.0, "trafilatura": 5.0}
    monkeypatch.setattr(archives, "_times", lambda job: Times(2 * seconds[job.system], seconds[job.system]))
    monkeypatch.setattr(archives, "_loop_times", lambda warc, n: Times(1.0, 1.0))
    args = ["--limit", "4", "--repeat", "5", "--rounds", "1", "-o", str(tmp_path / "out")]
    done = CliRunner().invoke(archives.command, [str(gold), *args])
    assert done.exit_code == 0, done.output
    results = json.loads((tmp_path / "out" / "archives.json").read_text())
    rates = {row["system"]: row["pages_per_core_second"] for row in results["rows"]}
    assert rates == {BOILERKIT: 10, "resiliparse": 5, "trafilatura": 0.8, archives.LOOP: 40}
    own = results["rows"][0]
    # 16 more pages took 1 second of cores and 2 by the clock; the loop did 40 pages in 1 second of each
    assert own["of_loop_after_start"] == 0.2
    assert own["of_loop_after_start_by_cores"] == 0.4
    assert own["start_core_seconds"] == 0.75
    assert next(iter(shown(results).values()))[1]["boilerkit's / its"] == "2.0"
