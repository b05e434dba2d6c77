"""Many pages: in order, in bounded memory, none lost, and no process left behind."""

from __future__ import annotations

import itertools
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import pytest
from joblib.externals.loky import get_reusable_executor
from support.fake_models import DIES, HANGS, RAISES, STOPS, ObedientModel, StrangeModel

from boilerkit import (
    BoilerkitError,
    ExtractOptions,
    InputError,
    OptionError,
    Page,
    PageError,
    Record,
    analyze,
    analyze_many,
    extract,
    extract_many,
)
from boilerkit.extraction import OutputFormat
from boilerkit.model.content import ContentModel
from boilerkit.worker_pool import IN_HAND, PREFETCH

ROOT = Path(__file__).parent.parent
EXAMPLE = (ROOT / "examples" / "news-article.html").read_bytes()
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
OBEDIENT: Any = ObedientModel()

needs_signals = pytest.mark.skipif(os.name == "nt", reason="there are no signals of this kind")


def page(text: object) -> str:
    return f"<p>{text}</p>"


def pages(number: int, **special: str) -> list[str]:
    """Pages that say their number, or at `at_…` something special."""
    return [page(special.get(f"at_{index}", index)) for index in range(number)]


@pytest.fixture(autouse=True, scope="module")
def no_other_processes() -> None:
    """End the processes that joblib keeps after other tests, as processes are counted here."""
    get_reusable_executor().shutdown(wait=True)


# --- Results ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [*range(IN_HAND + 2), 2 * PREFETCH, 2 * PREFETCH + 1, 100])
def test_every_page_is_answered_once_and_in_order(number: int) -> None:
    assert list(extract_many(pages(number), 2, model=OBEDIENT)) == [str(index) for index in range(number)]


@pytest.mark.parametrize("output_format", ["text", "markdown", "html", "json"])
def test_processes_answer_as_extract_does(output_format: OutputFormat, shipped_model: ContentModel) -> None:
    sources = [EXAMPLE, EXAMPLE.decode(), "", "<p>żółw \ud800</p>", "<p>ż</p>".encode("iso8859-2"), bytearray(EXAMPLE)]
    sources += [b"", EXAMPLE + b" " * 2_000_000]  # nothing, and more than fits into a pipe
    options: dict[str, Any] = {
        "output_format": output_format,
        "threshold": 0.3,
        "charset": "iso-8859-2",
        "keep": ["body", "ticker"],
    }
    expected = [extract(source, **options) for source in sources]  # type: ignore[arg-type]
    assert list(extract_many(sources, 1, **options)) == expected  # type: ignore[arg-type]
    assert list(extract_many(sources, 2, **options)) == expected  # type: ignore[arg-type]


def test_a_retrained_model_reaches_the_processes(small_model: ContentModel, shipped_model: ContentModel) -> None:
    expected = extract(EXAMPLE, output_format="json", model=small_model)
    assert expected != extract(EXAMPLE, output_format="json", model=shipped_model)
    assert list(extract_many([EXAMPLE] * 3, 2, output_format="json", model=small_model)) == [expected] * 3


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_errors_are_values(n_jobs: int) -> None:
    before = BoilerkitError("could not be fetched")
    sources: list[Any] = [PNG, page(0), 5, object(), before, page(RAISES), page(1), memoryview(b"<p>2")]
    found = list(extract_many(sources, n_jobs, model=OBEDIENT))
    assert [(type(result), str(result)) for result in found] == [
        (InputError, "this is a PNG image, not an HTML page"),
        (str, "0"),
        (InputError, "a page is str or bytes, not int"),
        (InputError, "a page is str or bytes, not object"),
        (BoilerkitError, "could not be fetched"),
        (PageError, "unexpected ZeroDivisionError: as the page asked"),
        (str, "1"),
        (str, "2"),
    ]
    assert found[4] is before


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_what_the_iterable_raises_comes_after_the_answers_to_the_pages_before(n_jobs: int) -> None:
    def broken() -> Iterator[str]:
        yield from pages(IN_HAND + 1)
        raise KeyError("the disk is gone")

    found = []
    with pytest.raises(KeyError, match="the disk is gone"):
        for result in extract_many(broken(), n_jobs, model=OBEDIENT):
            found.append(result)
    assert found == [str(index) for index in range(IN_HAND + 1)]
    assert active_children() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"n_jobs": 0},
        {"n_jobs": -2},
        {"timeout": 0},
        {"timeout": float("nan")},
        {"output_format": "pdf"},
        {"threshold": 2},
        {"keep": ["tcker"]},
    ],
)
def test_wrong_arguments_are_told_of_at_once(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=str(next(iter(wrong.values()))).strip("[']")):
        extract_many([], **wrong)


@pytest.mark.parametrize("one", ["<p>one", b"<p>one"])
def test_one_page_is_no_iterable_of_pages(one: Any) -> None:
    with pytest.raises(InputError, match="extract"):
        extract_many(one)


LINK = '<article><p>A long way <a href="x">to go</a>, says the sign.</p></article>'


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_records_bring_their_addresses_and_encodings(n_jobs: int) -> None:
    url = "https://example.org/a/"
    sources: list[Any] = [
        (LINK, url),
        ("<p>żółw".encode("iso8859-2"), None, "iso-8859-2"),
        {"html": LINK, "url": url, "n": 1},
        {"raw_html": "<p>żółw".encode("iso8859-2"), "charset": "latin2"},
        Record(LINK, url),
        {"nothing": 1},
        (LINK,),
        (5, url),
    ]
    found = list(extract_many(sources, n_jobs, model=OBEDIENT, output_format="markdown"))
    expected = "A long way [to go](https://example.org/a/x), says the sign."
    assert [str(its).strip() for its in found[:5]] == [expected, "żółw", expected, "żółw", expected]
    assert all(isinstance(its, InputError) for its in found[5:])
    assert "no column has a page" in str(found[5])


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_many_pages_are_analyzed_as_one(n_jobs: int) -> None:
    found = list(analyze_many([EXAMPLE, PNG, (LINK, "https://example.org/a/")], n_jobs, model=OBEDIENT))
    assert [type(its) for its in found] == [Page, InputError, Page]
    one, _, other = found
    assert isinstance(one, Page) and isinstance(other, Page)
    assert one.to_dict() == analyze(EXAMPLE, model=OBEDIENT).to_dict()
    assert "](https://example.org/a/x)" in other.markdown


def test_options_are_given_as_one_or_as_keywords() -> None:
    options = ExtractOptions(output_format="html", model=OBEDIENT)
    assert list(extract_many([LINK], options=options)) == [options.extract(LINK)]
    assert list(extract_many([LINK], output_format="html", model=OBEDIENT)) == [options.extract(LINK)]
    with pytest.raises(OptionError, match="threshold"):
        extract_many([LINK], options=options, threshold=0.5)


# --- Streaming --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("n_jobs", "ahead"), [(1, 1), (2, 2 * PREFETCH)])
def test_pages_are_taken_as_results_are_consumed(n_jobs: int, ahead: int) -> None:
    taken = itertools.count()
    results = extract_many((page(next(taken)) for _ in itertools.count()), n_jobs, model=OBEDIENT)
    for consumed in range(50):
        assert next(results) == str(consumed)
    results.close()
    assert next(taken) <= 50 + ahead


def test_no_more_pages_are_taken_while_an_early_one_is_waited_for() -> None:
    taken = itertools.count()
    endless = (page(HANGS if next(taken) == 0 else "more") for _ in itertools.count())
    results = extract_many(endless, 2, model=OBEDIENT, timeout=3)
    assert isinstance(next(results), PageError)
    results.close()
    assert next(taken) <= 2 * PREFETCH


def test_no_process_is_started_before_the_first_result_is_asked_for() -> None:
    results = extract_many(pages(3), 2, model=OBEDIENT)
    assert active_children() == []
    next(results)
    assert len(active_children()) == 2
    results.close()


def test_closing_early_stops_the_processes() -> None:
    results = extract_many((page(HANGS if index else 0) for index in itertools.count()), 2, model=OBEDIENT)
    next(results)
    workers = active_children()
    results.close()
    assert len(workers) == 2 and active_children() == []
    assert not any(worker.is_alive() for worker in workers)


def test_threads_have_processes_of_their_own() -> None:
    found: dict[int, list[Any]] = {}

    def run(number: int) -> None:
        found[number] = list(extract_many(pages(20 + number), 2, model=OBEDIENT))

    threads = [threading.Thread(target=run, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {number: [str(index) for index in range(20 + number)] for number in range(3)}


# --- Pages that hang or kill ------------------------------------------------------------------------------------------


def kinds(results: Iterator[Any]) -> list[str]:
    """Texts as they are; of errors, what they say."""
    return [f"error: {result}" if isinstance(result, PageError) else result for result in results]


def test_a_page_that_hangs_costs_only_itself() -> None:
    found = kinds(extract_many(pages(40, at_0=HANGS, at_9=HANGS), 2, model=OBEDIENT, timeout=4))
    expected = [str(index) for index in range(40)]
    expected[0] = expected[9] = "error: no result within 4 seconds"
    assert found == expected
    assert active_children() == []


@needs_signals
def test_a_page_that_kills_its_process_costs_only_itself() -> None:
    found = kinds(extract_many(pages(40, at_0=DIES, at_6=DIES, at_39=DIES), 2, model=OBEDIENT))
    expected = [str(index) for index in range(40)]
    for index in (0, 6, 39):
        expected[index] = "error: the process that worked on it ended (SIGKILL)"
    assert found == expected


@needs_signals
def test_many_deaths_in_a_row() -> None:
    found = kinds(extract_many([page(DIES)] * 10 + [page("end")], 2, model=OBEDIENT))
    assert found == ["error: the process that worked on it ended (SIGKILL)"] * 10 + ["end"]


@needs_signals
def test_processes_killed_from_outside_are_replaced() -> None:
    results = extract_many((page(index) for index in itertools.count()), 2, model=OBEDIENT)
    assert next(results) == "0"
    for worker in active_children():
        os.kill(worker.pid or 0, signal.SIGKILL)
    found = list(itertools.islice(results, 100))
    results.close()
    lost = [result for result in found if isinstance(result, PageError)]
    assert len(lost) <= 2  # one a process at most: where they were at work
    assert [result for result in found if result not in lost] == [
        str(index) for index, result in enumerate(found, 1) if result not in lost
    ]


@needs_signals
def test_a_process_that_is_stopped_costs_its_page_alone() -> None:
    found = kinds(extract_many(pages(30, at_3=STOPS, at_20=STOPS), 2, model=OBEDIENT, timeout=3))
    expected = [str(index) for index in range(30)]
    expected[3] = expected[20] = "error: no result within 3 seconds"
    assert found == expected
    assert active_children() == []


@needs_signals
def test_processes_stopped_from_outside_while_large_pages_are_sent() -> None:
    large = "x" * 3_000_000  # more than fits into a pipe
    results = extract_many((page(f"{index} {large}") for index in range(40)), 2, model=OBEDIENT, timeout=3)
    assert str(next(results)).startswith("0 ")
    for worker in active_children():
        os.kill(worker.pid or 0, signal.SIGSTOP)
    found = list(results)
    lost = sum(isinstance(result, PageError) for result in found)
    assert 1 <= lost <= 2 and len(found) == 39
    assert active_children() == []


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the limit does not hold")
def test_a_page_that_finds_no_memory_is_an_error_and_no_empty_page() -> None:
    code = """
import resource
from boilerkit import PageError, extract, extract_many
extract("<p>warm")
used = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + 60_000_000,) * 2)
large = "<div>" + "<p>word <b>x</b>" * 600_000
large, small = extract_many([large, "<p>small"], threshold=0)
assert isinstance(large, PageError) and "memory" in str(large), large
print(small)
"""
    done = subprocess.run([sys.executable, "-c", code], env=environment(), capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "small\n"), done.stderr


def _extract_in_a_daemon(queue: Any) -> None:
    try:
        list(extract_many(pages(1), 2, model=OBEDIENT))
    except BoilerkitError as error:
        queue.put(str(error))


def test_a_daemonic_process_has_no_processes() -> None:
    context = multiprocessing.get_context("spawn")
    queue = context.Queue()
    daemon = context.Process(target=_extract_in_a_daemon, args=(queue,), daemon=True)
    daemon.start()
    assert "use n_jobs=1" in queue.get(timeout=60)
    daemon.join()


def test_a_model_that_the_processes_cannot_use_is_told_of() -> None:
    model: Any = StrangeModel()
    with pytest.raises(BoilerkitError, match="cannot start: RuntimeError: this cannot be read"):
        next(extract_many([page(0)], 2, model=model))
    model = lambda: None  # noqa: E731
    with pytest.raises(BoilerkitError, match="cannot be sent"):
        next(extract_many([page(0)], 2, model=model))
    assert active_children() == []


# --- As a program -----------------------------------------------------------------------------------------------------

SCRIPT = """
import multiprocessing, sys, boilerkit
multiprocessing.set_start_method(sys.argv[1])
print(*boilerkit.extract_many(["<p>one</p>", b"%PDF-1.7", "<p>two</p>"], 2, threshold=0), sep="|")
"""


def environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}


@pytest.mark.parametrize("method", ["spawn", *(["fork", "forkserver"] if os.name == "posix" else [])])
def test_scripts_need_no_main_guard_whatever_the_start_method(method: str, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    done = subprocess.run([sys.executable, script, method], env=environment(), capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "one|this is a PDF file, not an HTML page|two\n"


INTERRUPTED = """
import multiprocessing, signal, boilerkit; from support import fake_models
signal.signal(signal.SIGINT, signal.default_int_handler)  # programs that were started in the background ignore it
pages = (f"<p>{fake_models.HANGS if number else 'first'}</p>" for number in range(100))
for result in boilerkit.extract_many(pages, 2, model=fake_models.ObedientModel()):
    print(*(child.pid for child in multiprocessing.active_children()), flush=True)
"""


@needs_signals
def test_ctrl_c_ends_all() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as started:
        assert started.stdout and started.stderr
        workers = [int(pid) for pid in started.stdout.readline().split()]
        os.killpg(started.pid, signal.SIGINT)
        complaint = started.stderr.read()
    assert complaint.count("Traceback") == 1 and complaint.endswith("KeyboardInterrupt\n")
    assert len(workers) == 2
    for worker in workers:
        with pytest.raises(ProcessLookupError):
            os.kill(worker, 0)


@needs_signals
def test_processes_end_with_a_parent_that_is_killed() -> None:
    code = INTERRUPTED.replace("fake_models.HANGS", "'more'")
    with subprocess.Popen([sys.executable, "-c", code], env=environment(), stdout=subprocess.PIPE) as started:
        assert started.stdout
        workers = started.stdout.readline().split()
        started.kill()
        started.stdout.read()  # ends when no process holds the other end any more: theirs is the parent's
    assert len(workers) == 2
