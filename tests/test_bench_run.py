"""Running a system over many pages: failures of single pages, the store, and what stops a run."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.exceptions import BenchmarkError, MissingSystem
from benchmarks.run import Outcome, run_system
from benchmarks.systems import System, find_system
from boilerkit.gold.pages import GoldPage
from boilerkit.worker_pool import PREFETCH

#: A system that does what the page tells it, and counts its calls.
FAKE = """
import os, signal, time
from benchmarks.exceptions import MissingSystem

class Odd(Exception):
    def __init__(self, one, two):
        super().__init__(one + two)

def extract(page):
    with open("calls", "ab") as calls:
        calls.write(page + b"\\n")
    match page:
        case b"raise":
            raise ValueError("no such page\\n" + "and more" * 1000)
        case b"odd":
            raise Odd("not to be ", "sent")
        case b"silent":
            raise ValueError
        case b"hang":
            time.sleep(1000)
        case b"kill":
            time.sleep(0.3)
            os.kill(os.getpid(), signal.SIGKILL)
        case b"exit":
            time.sleep(0.3)
            os._exit(3)
        case b"leave":
            raise SystemExit("bye")
        case b"none":
            return None
        case b"missing":
            raise MissingSystem("another package is needed")
    return page.decode().upper()
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "fake_system.py").write_text(FAKE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    return tmp_path


def fake() -> System:
    return find_system("fake_system:extract")


def pages(*texts: str | bytes) -> list[GoldPage]:
    return [GoldPage(id=str(number), source=text, gold="") for number, text in enumerate(texts)]


def calls(folder: Path) -> list[str]:
    file = folder / "calls"
    return sorted(file.read_text().splitlines()) if file.exists() else []


def texts(found: list[Outcome]) -> list[str]:
    return [outcome.text for outcome in found]


def store_of(folder: Path) -> Path:
    (file,) = (folder / "store").iterdir()
    return file


def test_a_page_that_fails_costs_itself_alone(folder: Path) -> None:
    given = pages(b"one", b"raise", b"odd", b"silent", b"hang", b"kill", b"exit", b"leave", b"two")
    found = run_system(fake(), given, folder / "store", limit_seconds=2)
    assert texts(found) == ["ONE", *[""] * 7, "TWO"]
    assert [outcome.error for outcome in found] == [
        "",
        "ValueError: no such page",
        "Odd: not to be sent",
        "ValueError",
        "no result within 2 seconds",
        "the process that worked on it ended (SIGKILL)",
        "the process that worked on it ended (exit code 3)",
        "SystemExit: bye",
        "",
    ]


def test_what_is_stored_is_not_run_again(folder: Path) -> None:
    first = run_system(fake(), pages(b"one", b"raise"), folder / "store")
    done: list[None] = []
    again = run_system(
        fake(), pages(b"two", b"one", b"raise", b"one"), folder / "store", on_page=lambda: done.append(None)
    )
    assert again == [again[0], *first, first[0]]
    assert again[0].text == "TWO"
    assert len(done) == 4
    assert calls(folder) == ["one", "raise", "two"]


def test_processes_share_the_pages_and_the_order_stays(folder: Path) -> None:
    found = run_system(fake(), pages(*(f"page {number}" for number in range(20))), folder / "store", jobs=2)
    assert texts(found) == [f"PAGE {number}" for number in range(20)]


def test_an_interrupted_run_goes_on_where_it_was(folder: Path) -> None:
    given = pages(*(f"page {number:02}" for number in range(12)))

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_system(fake(), given, folder / "store", on_page=stop)
    before = store_of(folder).read_bytes()
    (stored,) = before.splitlines()
    found = run_system(fake(), given, folder / "store")
    assert texts(found) == [str(page.source).upper() for page in given]
    assert store_of(folder).read_bytes().startswith(before)
    assert calls(folder).count(json.loads(stored)["text"].lower()) == 1


def test_damaged_lines_are_run_again_and_harm_no_others(folder: Path) -> None:
    given = pages(b"one", b"two", b"three")
    first = run_system(fake(), given, folder / "store")
    file = store_of(folder)
    one, other, last = file.read_bytes().splitlines(keepends=True)  # in the order in which they were done
    file.write_bytes(one + b'{"key": 1, "other": 2}\n[]\n\xff\xfe\n' + other + last[:-9])
    assert run_system(fake(), given, folder / "store") == first
    again = json.loads(last)["text"].lower()
    assert calls(folder) == sorted(["one", "two", "three", again])
    assert run_system(fake(), given, folder / "store") == first
    assert len(calls(folder)) == 4


def test_texts_of_other_code_are_not_taken(folder: Path) -> None:
    run_system(fake(), pages(b"one"), folder / "store")
    # Of another length: a file that is as long and as old, in seconds, as what Python has compiled is not read again.
    (folder / "fake_system.py").write_text(FAKE.replace("upper", "capitalize"))
    assert texts(run_system(fake(), pages(b"one"), folder / "store")) == ["One"]


def test_pages_are_drawn_as_they_are_needed(folder: Path) -> None:
    drawn: list[GoldPage] = []
    ahead: list[int] = []

    def stream() -> Iterator[GoldPage]:
        for page in pages(*(str(number) for number in range(60))):
            drawn.append(page)
            yield page

    def on_page() -> None:
        ahead.append(len(drawn) - len(ahead))

    run_system(fake(), stream(), folder / "store", on_page=on_page)
    assert len(ahead) == 60
    assert max(ahead) <= PREFETCH + 1


def test_letters_that_no_encoding_has_are_kept(folder: Path) -> None:
    (folder / "lone.py").write_text("def extract(page): return page.decode('utf-8', 'surrogatepass')")
    given = pages("a lone \ud83d half", "ÄÖ 漢字")
    for _ in range(2):
        found = run_system(find_system("lone:extract"), given, folder / "store")
        assert texts(found) == ["a lone \ud83d half", "ÄÖ 漢字"]


@pytest.mark.parametrize(
    ("page", "error", "message"),
    [
        (b"none", BenchmarkError, "fake_system:extract returned NoneType"),
        (b"missing", MissingSystem, "another package is needed"),
    ],
)
def test_what_the_user_has_to_mend_stops_the_run(
    folder: Path, page: bytes, error: type[BenchmarkError], message: str
) -> None:
    with pytest.raises(error, match=message):
        run_system(fake(), pages(page), folder / "store")
    assert store_of(folder).read_bytes() == b""


def test_a_system_that_cannot_be_loaded_stops_the_run(folder: Path) -> None:
    with pytest.raises(BenchmarkError, match="the module fake_system has no 'extrakt'"):
        run_system(find_system("fake_system:extrakt"), pages(b"one"), folder / "store")


def test_no_pages(folder: Path) -> None:
    assert run_system(fake(), [], folder / "store") == []
