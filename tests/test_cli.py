"""The command line, in process and as a program."""

from __future__ import annotations

import errno
import io
import json
import os
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from support.generated import labelled_page, write_gold
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

import boilerkit
from boilerkit.archives.folders import output_paths
from boilerkit.archives.page_files import find_files
from boilerkit.cli import main
from boilerkit.cli.colors import COLORS
from boilerkit.extraction import ExtractOptions, OutputFormat

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "news-article.html"
COMMANDS = ("extract", "blocks", "view", "train", "evaluate", "info")
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
SKIPPED_TWO = "skipped 2 files that are not named .html, .htm, .xhtml, .shtml, nor like a file of many pages\n"


def run(*args: str | Path, input: bytes | str | None = None) -> Result:
    return CliRunner().invoke(main, [str(arg) for arg in args], input=input)


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> Iterator[None]:
    """Use one thread: trees over few rows spend their time on threads that wait for each other."""
    import sklearn.ensemble  # noqa: F401  # loads the threads to be limited

    with threadpool_limits(1):
        yield


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Result]:
    """A gold file, the model trained on it, and what training printed."""
    folder = tmp_path_factory.mktemp("trained")
    gold = write_gold(folder / "gold.jsonl")
    options = ("--from-scratch", "--max-iter", "8", "--folds", "3", "--jobs", "1", "--cache", folder / "cache")
    return gold, folder / "model", run("train", gold, "-o", folder / "model", *options)


@pytest.fixture(scope="module")
def model(trained: tuple[Path, Path, Result]) -> Path:
    return trained[1]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of pages: two good ones and a picture that calls itself a page."""
    folder = tmp_path / "site"
    (folder / "deep").mkdir(parents=True)
    rng = random.Random(2)
    (folder / "a.html").write_text(labelled_page(rng, 1).html, encoding="utf-8")
    (folder / "b.HTM").write_bytes(PNG)
    (folder / "deep" / "c.xhtml").write_text(labelled_page(rng, 2).html, encoding="utf-8")
    (folder / "notes.txt").write_text("no page", encoding="utf-8")
    return folder


def visible(folder: Path) -> list[Path]:
    """The files of a folder and those in it, but for what tells the options that they were made with."""
    return [file for file in folder.rglob("*") if file.is_file() and not file.name.startswith(".boilerkit-")]


# --- Help and errors --------------------------------------------------------------------------------------------------


def test_help_teaches() -> None:
    general = run("--help").output
    for command in COMMANDS:
        assert command in general
        own = run(command, "--help")
        assert own.exit_code == 0
        assert "Examples:" in own.output and f"boilerkit {command}" in own.output
    assert run("--version").output.split() == ["boilerkit,", "version", boilerkit.__version__]


@pytest.mark.parametrize(
    "args",
    [
        ("extract",),
        ("extract", "x.html", "--threshold", "1.5"),
        ("extract", "x.html", "--threshold", "nan"),
        ("extract", "x.html", "--charset", "klingon"),
        ("extract", "x.html", "--charset", "utf-7"),
        ("extract", "x.html", "y.html", "--url", "https://example.org/"),
        ("extract", "x.html", "-f", "pdf"),
        ("extract", "x.html", "-j", "0"),
        ("train", "gold.jsonl"),
        ("train", "gold.jsonl", "-o", "model", "--folds", "1"),
        ("train", "gold.jsonl", "-o", "model", "--jobs", "0"),
        ("train", "gold.jsonl", "-o", "model", "--base", "folder", "--from-scratch"),
    ],
)
def test_usage_errors_exit_with_two(args: tuple[str, ...]) -> None:
    result = run(*args)
    assert result.exit_code == 2
    assert "Error:" in result.stderr and "Traceback" not in result.stderr


@pytest.mark.parametrize(
    "command",
    [("extract", "x.html", "--model"), ("blocks", "x.html", "--model"), ("view", "x.html", "--model"), ("info",)],
)
def test_unknown_model_is_one_line(command: tuple[str, ...], tmp_path: Path) -> None:
    result = run(*command, tmp_path / "nowhere")
    assert result.exit_code == 1
    assert result.stderr.startswith("boilerkit: ") and result.stderr.count("\n") == 1
    assert "is not a model folder" in result.stderr


def test_missing_packages_are_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("boilerkit.cli.options.find_spec", lambda name: None if name == "sklearn" else object())
    result = run("train", "gold.jsonl", "-o", tmp_path / "model")
    assert result.exit_code == 1
    assert result.stderr.startswith("boilerkit: ") and "pip install 'boilerkit[train]'" in result.stderr


# --- extract ----------------------------------------------------------------------------------------------------------


def test_extract_one_page_prints_its_content_alone(model: Path) -> None:
    page = EXAMPLE.read_bytes()
    loaded = boilerkit.load_model(model)
    result = run("extract", EXAMPLE, "--model", model)
    assert result.exit_code == 0
    assert result.stdout == boilerkit.extract(page, model=loaded) + "\n"
    assert "Aldous Penn" in result.stdout and "==>" not in result.stdout
    assert run("extract", "-", "--model", model, input=page).stdout == result.stdout


@pytest.mark.parametrize("output", ["markdown", "html", "json"])
def test_extract_in_each_form(model: Path, output: OutputFormat) -> None:
    url = "https://courier.example/n/48213"
    result = run("extract", EXAMPLE, "--model", model, "-f", output, "--url", url, "--threshold", "0.2")
    expected = boilerkit.extract(
        EXAMPLE.read_bytes(), output_format=output, url=url, threshold=0.2, model=boilerkit.load_model(model)
    )
    assert result.stdout == expected.removesuffix("\n") + "\n"


def test_extract_threshold_one_keeps_nothing(model: Path) -> None:
    everything = run("extract", EXAMPLE, "--model", model, "--threshold", "0").stdout
    assert len(run("extract", EXAMPLE, "--model", model, "--threshold", "1").stdout) < len(everything)


def test_extract_charset(model: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_bytes(EXAMPLE.read_text(encoding="utf-8").replace("Penn", "Żeńca").encode("iso8859-2", "replace"))
    for label in ("iso-8859-2", "csISOLatin2"):
        assert "Żeńca" in run("extract", page, "--model", model, "--charset", label).stdout


def test_a_failing_page_does_not_stop_the_others(model: Path, site: Path) -> None:
    result = run("extract", site, site / "missing.html", "--model", model)
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "skipped 1 file that is not named .html, .htm, .xhtml, .shtml, nor like a file of many pages",
        f"{site / 'b.HTM'}: this is a PNG image, not an HTML page",
        f"{site / 'missing.html'}: No such file or directory",
    ]
    headers = [line for line in result.stdout.splitlines() if line.startswith("==> ")]
    assert headers == [f"==> {site / 'a.html'} <==", f"==> {site / 'deep' / 'c.xhtml'} <=="]


def test_a_fault_of_ours_in_one_page_does_not_stop_the_others(
    model: Path, site: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    analyze = ExtractOptions.analyze

    def faulty(options: ExtractOptions, source: bytes, *more: Any, **keywords: Any) -> boilerkit.Page:
        if b"site 1" in source:
            raise ZeroDivisionError("oh")
        return analyze(options, source, *more, **keywords)

    monkeypatch.setattr(ExtractOptions, "analyze", faulty)
    result = run("extract", site, "--model", model)
    assert result.exit_code == 1
    assert f"{site / 'a.html'}: unexpected ZeroDivisionError: oh" in result.stderr
    assert "c.xhtml" in result.stdout


def test_content_that_cannot_be_written_does_not_stop_the_others(model: Path, site: Path, tmp_path: Path) -> None:
    (site / "b.HTM").unlink()
    out = tmp_path / "out"
    (out / "a.txt").mkdir(parents=True)
    result = run("extract", site, "-o", out, "--model", model)
    assert result.exit_code == 1
    assert result.stderr.splitlines()[1:] == [
        f"{site / 'a.html'}: cannot write {out / 'a.txt'}: Is a directory",
        f"2 files, 1 failure: {out}",
    ]
    assert (out / "deep" / "c.txt").read_text(encoding="utf-8").strip()


def test_files_passed_over_are_counted(model: Path, site: Path) -> None:
    (site / "b.HTM").rename(site / "picture.png")
    (site / "a.html").rename(site / "a.shtml")
    result = run("extract", site, "-o", site / "out", "--model", model)
    assert result.exit_code == 0 and (site / "out" / "a.txt").is_file()
    assert result.stderr.startswith(SKIPPED_TWO + "2 files, 0 fail")
    # Neither files that a run wrote nor files that are named on the command line are skipped.
    (site / "picture.png").unlink()
    again = run(
        "extract",
        site,
        site / "notes.txt",
        "-o",
        site / "out",
        "--overwrite",
        "--input-format",
        "html",
        "--model",
        model,
    )
    assert again.stderr == f"3 files, 0 failures: {site / 'out'}\n"


def test_several_pages_as_json_are_one_object_a_line(model: Path, site: Path) -> None:
    lines = run("extract", site, "--model", model, "-f", "json").stdout.splitlines()
    assert [json.loads(line)["file"] for line in lines] == [str(site / "a.html"), str(site / "deep" / "c.xhtml")]


@pytest.mark.parametrize(
    ("output", "suffix"), [("text", ".txt"), ("markdown", ".md"), ("html", ".html"), ("json", ".json")]
)
def test_output_dir_mirrors_the_folder(model: Path, site: Path, tmp_path: Path, output: str, suffix: str) -> None:
    out = tmp_path / "out"
    result = run("extract", site, "-o", out, "--model", model, "-f", output)
    assert result.exit_code == 1 and result.stdout == ""
    written = sorted(str(file.relative_to(out)) for file in visible(out))
    assert written == [f"a{suffix}", str(Path("deep") / f"c{suffix}")]
    assert (out / f"a{suffix}").read_text(encoding="utf-8").strip()


def test_pages_of_one_name_do_not_overwrite_each_other(model: Path, site: Path, tmp_path: Path) -> None:
    (site / "a.htm").write_bytes(EXAMPLE.read_bytes())
    (site / "b.HTM").unlink()
    other = tmp_path / "a.html"
    other.write_bytes(EXAMPLE.read_bytes())
    out = tmp_path / "out"
    assert run("extract", site, other, site / "a.html", "-", "-o", out, "--model", model, input=b"<p>x").exit_code == 0
    names = sorted(file.name for file in visible(out))
    assert names == ["a.htm.txt", "a.html-2.txt", "a.html.txt", "c.txt", "stdin.txt"]
    assert "Aldous Penn" in (out / "a.htm.txt").read_text(encoding="utf-8")


def test_places_are_unique_whatever_the_names(tmp_path: Path) -> None:
    names = ["a.html", "A.HTM", "a.htm", "a.htm.html", "a.xhtml", "a", "a-2", "story.2024", "d/a.html"]
    pages = [page for name in names for page in find_files([tmp_path / name], None)] * 2
    found = output_paths(pages, ".txt")
    assert len({str(path).casefold() for path in found}) == len(pages)
    assert output_paths(list(find_files([Path("story.2024")], None)), ".txt") == [Path("story.2024.txt")]


def test_output_in_the_folder_of_the_pages(model: Path, site: Path) -> None:
    (site / "b.HTM").unlink()
    for _ in range(2):  # what the first run writes is no page for the second
        assert run("extract", site, "-o", site / "out", "-f", "html", "--model", model).exit_code == 0
    assert not (site / "out" / "out").exists()
    before = (site / "a.html").read_bytes()
    result = run("extract", site, "-o", site, "-f", "html", "--model", model)
    assert result.exit_code == 2 and "would be overwritten" in result.stderr
    assert (site / "a.html").read_bytes() == before


def test_a_folder_without_pages_is_told_of(model: Path, tmp_path: Path) -> None:
    result = run("extract", tmp_path, "--model", model)
    assert result.exit_code == 1
    assert result.stderr == f"{tmp_path}: no .html, .htm, .xhtml, .shtml file is in this folder\n"


def test_an_output_folder_that_cannot_be_is_one_line(model: Path, site: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = run("extract", site / "a.html", "-o", tmp_path / "file" / "out", "--model", model)
    assert result.exit_code == 1
    assert result.stderr.startswith("boilerkit: ") and result.stderr.count("\n") == 1


def test_an_empty_page_is_no_failure(model: Path) -> None:
    result = run("extract", "-", "--model", model, input=b"")
    assert (result.exit_code, result.output) == (0, "")


# --- extract: many pages ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("output", ["text", "json"])
def test_jobs_do_not_change_what_comes_out(model: Path, site: Path, output: str) -> None:
    args = ("extract", site, site / "missing.html", "-", "--model", model, "-f", output)
    one, two = (run(*args, "-j", jobs, input=EXAMPLE.read_bytes()) for jobs in ("1", "2"))
    assert (two.exit_code, two.stdout, two.stderr) == (one.exit_code, one.stdout, one.stderr)
    assert two.exit_code == 1 and "Aldous Penn" in two.stdout


@pytest.fixture
def done(model: Path, site: Path, tmp_path: Path) -> tuple[Path, Path]:
    """The files that a run has written of the pages of the site, long ago, from pages that are older still."""
    (site / "b.HTM").unlink()
    out = tmp_path / "out"
    assert run("extract", site, "-o", out, "--model", model, "-j", "2").exit_code == 0
    files = (out / "a.txt", out / "deep" / "c.txt")
    for file in files:
        file.write_text("done", encoding="utf-8")
        os.utime(file, (2000, 2000))
    os.utime(out / ".boilerkit-text.json", (1000, 1000))
    for page in (site / "a.html", site / "deep" / "c.xhtml"):
        os.utime(page, (1000, 1000))
    return files


def texts(files: tuple[Path, ...]) -> list[bool]:
    """Which files were left as they are."""
    return [file.read_text(encoding="utf-8") == "done" for file in files]


def test_what_is_done_is_not_done_again(model: Path, site: Path, tmp_path: Path, done: tuple[Path, Path]) -> None:
    result = run("extract", site, "-o", tmp_path / "out", "--model", model, "-j", "2")
    assert result.exit_code == 0 and texts(done) == [True, True]
    assert "2 of 2 files were done before (--overwrite extracts them again)" in result.stderr


def test_pages_that_are_not_done_or_newer_are_done(
    model: Path, site: Path, tmp_path: Path, done: tuple[Path, Path]
) -> None:
    os.utime(site / "a.html", (2000, 2000))  # as old as what was made of it: it may have changed since
    result = run("extract", site, "-o", tmp_path / "out", "--model", model)
    assert texts(done) == [False, True] and "1 of 2 files were done before" in result.stderr
    done[1].unlink()
    assert run("extract", site, "-o", tmp_path / "out", "--model", model).exit_code == 0
    assert texts(done) == [False, False]


def test_again_does_all_anew(model: Path, site: Path, tmp_path: Path, done: tuple[Path, Path]) -> None:
    result = run("extract", site, "-o", tmp_path / "out", "--model", model, "--overwrite")
    assert texts(done) == [False, False] and "before" not in result.stderr
    # Had it been stopped before the last page, that one's older file would not pass for done.
    os.utime(done[1], (2000, 2000))
    result = run("extract", site, "-o", tmp_path / "out", "--model", model)
    assert "2 of 2" not in result.stderr and done[1].stat().st_mtime > 2000


def test_a_file_that_cannot_be_written_whole_is_not_there(
    model: Path, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    assert run("extract", site / "a.html", "-o", out, "--model", model).exit_code == 0
    (out / "a.txt").unlink()

    class Full(io.TextIOWrapper):
        def write(self, content: str) -> int:
            super().write(content[:10])
            raise OSError(errno.ENOSPC, "No space left on device")

    as_it_is = Path.open

    def opened(file: Path, mode: str = "r", *more: Any, **options: Any) -> Any:
        return Full(io.FileIO(file, "x")) if mode == "x" else as_it_is(file, mode, *more, **options)

    monkeypatch.setattr(Path, "open", opened)
    result = run("extract", site / "a.html", "-o", out, "--model", model)
    assert result.exit_code == 1 and f"cannot write {out / 'a.txt'}: No space left on device" in result.stderr
    assert visible(out) == []


# --- extract: labels --------------------------------------------------------------------------------------------------

TWELVE = "title, body, caption, navigation, ticker, related, metadata, share, comments, promotion, notice, footer"


@pytest.mark.parametrize("given", [("--keep", "title,caption , body"), ("--keep", "body", "--keep", "caption,title")])
@pytest.mark.parametrize("output", ["text", "json"])
def test_keep_takes_labels_in_either_way(given: tuple[str, ...], output: OutputFormat) -> None:
    expected = boilerkit.extract(EXAMPLE.read_bytes(), output_format=output, keep={"title", "body", "caption"})
    assert run("extract", EXAMPLE, *given, "-f", output).stdout == expected + "\n"
    assert expected != boilerkit.extract(EXAMPLE.read_bytes(), output_format=output)


def test_keep_reaches_other_processes(site: Path) -> None:
    one, two = (run("extract", site, EXAMPLE, "--keep", "ticker,footer", "-j", jobs) for jobs in ("1", "2"))
    assert one.stdout == two.stdout
    assert "Rovers sign goalkeeper" in two.stdout and "Aldous Penn" not in two.stdout


@pytest.mark.parametrize("args", [("extract", "--keep", "body,tcker"), ("blocks", "--only", "tcker")])
def test_labels_that_are_none_are_refused_with_the_names_of_those_that_are(args: tuple[str, ...]) -> None:
    result = run(args[0], EXAMPLE, *args[1:])
    assert result.exit_code == 2
    assert f"labels are {TWELVE}, not tcker." in " ".join(result.stderr.split())


def test_json_has_labels_and_their_probabilities() -> None:
    page = boilerkit.analyze(EXAMPLE.read_bytes())
    found = json.loads(run("blocks", EXAMPLE, "--json").stdout)["blocks"]
    assert [block["label"] for block in found] == [block.label for block in page.blocks]
    assert all(list(block["probabilities"]) == TWELVE.split(", ") for block in found)


def test_outputs_of_several_options_are_not_mixed(
    model: Path, site: Path, tmp_path: Path, done: tuple[Path, Path]
) -> None:
    out = tmp_path / "out"
    result = run("extract", site, "-o", out, "--model", model, "--keep", "navigation")
    assert result.exit_code == 0 and "before" not in result.stderr
    assert texts(done) == [False, False]
    # The form of output is no such option: files of several stand side by side.
    assert run("extract", site, "-o", out, "--model", model, "-f", "json").exit_code == 0
    for file in (*done, out / ".boilerkit-text.json"):
        os.utime(file, (3000, 3000 + (file in done)))
    again = run("extract", site, "-o", out, "--model", model, "--keep", "navigation")
    assert "2 of 2 files were done before" in again.stderr
    # A run with other options that was stopped midway leaves files of both; only its own are done.
    os.utime(done[0], (2000, 2000))
    assert (
        "1 of 2 files were done before"
        in run("extract", site, "-o", out, "--model", model, "--keep", "navigation").stderr
    )


# --- blocks -----------------------------------------------------------------------------------------------------------


def test_blocks_is_a_readable_table_in_a_pipe(model: Path) -> None:
    result = run("blocks", EXAMPLE, "--model", model)
    assert result.exit_code == 0 and "\x1b" not in result.stdout
    page = boilerkit.analyze(EXAMPLE.read_bytes(), model=boilerkit.load_model(model))
    lines = result.stdout.splitlines()
    for block in page.blocks:
        begin = block.text[:100].replace("\n", " ").strip()
        assert any(begin in line and line.split()[:2] == [str(block.index), block.label] for line in lines)


def test_blocks_in_a_pipe_are_cut_with_a_sign_and_not_padded(model: Path) -> None:
    result = run("blocks", "-", "--model", model, input=f"<p>{'long ' * 60}</p><p>{'x' * 100}</p><p>short</p>")
    lines = result.stdout.splitlines()
    assert all(line == line.rstrip() for line in lines)
    assert any(line.endswith("long long…") for line in lines)
    assert any(line.endswith("xxx") for line in lines) and any(line.endswith(" short") for line in lines)


@pytest.mark.parametrize("page", ["", "<title>x</title><script>1</script>"])
def test_blocks_of_a_page_without_text(model: Path, page: str) -> None:
    result = run("blocks", "-", "--model", model, input=page)
    assert (result.exit_code, result.output) == (0, "The page has no visible text.\n")


def test_blocks_shows_the_labels_that_are_wanted() -> None:
    page = boilerkit.analyze(EXAMPLE.read_bytes())
    wanted = [block.index for block in page.blocks_with_label("ticker", "title")]
    for args in (("--only", "ticker,title"), ("--only", "title", "--only", "ticker")):
        shown = run("blocks", EXAMPLE, *args).stdout
        assert [int(line.split()[0]) for line in shown.splitlines() if re.match(r" +\d+ ", line)] == wanted
        found = json.loads(run("blocks", EXAMPLE, "--json", *args).stdout)
        assert found["blocks"] == [page.blocks[index].to_dict() for index in wanted]
        assert found["full_text"] == page.full_text


def test_blocks_counts_the_labels_of_the_whole_page() -> None:
    page = boilerkit.analyze(EXAMPLE.read_bytes())
    said = f"{len(page.blocks)} blocks: "
    for args in ((), ("--only", "ticker")):
        (line,) = [line for line in run("blocks", EXAMPLE, *args).stdout.splitlines() if line.startswith(said)]
        counts = re.findall(r"(\d+) (\w+)", line.removeprefix(said))
        assert {name: int(number) for number, name in counts} == Counter(str(block.label) for block in page.blocks)


def test_each_label_has_a_colour_that_reads_on_black_and_on_white() -> None:
    assert len(set(COLORS.values())) == len(COLORS) == len(boilerkit.labels.LABELS)
    for colour in COLORS.values():
        values = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in values]
        luminance = sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
        assert 1.05 / (luminance + 0.05) > 3.9 and (luminance + 0.05) / 0.05 > 3.9


@pytest.mark.parametrize(("variable", "is_coloured"), [("FORCE_COLOR", True), ("NO_COLOR", False), ("LANG", False)])
def test_blocks_are_coloured_where_colours_are_wanted(
    variable: str, is_coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv(variable, "1")
    shown = run("blocks", EXAMPLE, "--only", "ticker,body").stdout
    # bold is content; 38;2 is what a colour of red, green and blue begins with
    assert ("\x1b[38;2;255;0;0mticker" in shown) is is_coloured
    assert ("\x1b[1;38;2;0;135;0mbody" in shown) is is_coloured
    assert ("\x1b" in shown) is is_coloured


def test_blocks_json_holds_the_text_that_blocks_point_into(model: Path) -> None:
    page = json.loads(run("blocks", "-", "--json", "--model", model, input=EXAMPLE.read_bytes()).stdout)
    assert page["title"].startswith("Harrow Point")
    for block in page["blocks"]:
        assert page["full_text"][block["start"] : block["end"]] == block["text"]


def test_blocks_takes_no_orders_from_the_page(model: Path) -> None:
    result = run("blocks", "-", "--model", model, input="<p>[red]bold[/red] \x1b[2J :smile:</p>")
    assert "[red]bold[/red]" in result.stdout and ":smile:" in result.stdout and "\x1b" not in result.stdout
    explained = run("blocks", "-", "--explain", "0", "--model", model, input="<p>[/red] [red]x[/red]</p>")
    assert explained.exit_code == 0 and "[/red] [red]x[/red]" in explained.stdout


def test_explain_shows_the_features_of_a_block(model: Path) -> None:
    page = boilerkit.analyze(EXAMPLE.read_bytes(), model=boilerkit.load_model(model))
    shown = run("blocks", EXAMPLE, "--explain", "3", "--model", model).stdout
    for name in page.blocks[3].features:
        assert f" {name} " in shown
    assert "static features" in " ".join(run("blocks", "--help").output.split())
    explained = json.loads(run("blocks", EXAMPLE, "--explain", "3", "--json", "--model", model).stdout)
    assert explained["features"] == page.blocks[3].features
    result = run("blocks", EXAMPLE, "--explain", "9999", "--model", model)
    assert result.exit_code == 2 and "there is no block 9999" in result.stderr
    assert "no blocks" in run("blocks", "-", "--explain", "0", "--model", model, input="").stderr


def test_blocks_of_what_is_no_page(model: Path, site: Path) -> None:
    result = run("blocks", site / "b.HTM", "--model", model)
    assert result.exit_code == 1
    assert result.stderr == f"boilerkit: {site / 'b.HTM'}: this is a PNG image, not an HTML page\n"
    result = run("blocks", site / "missing.html", "--model", model)
    assert result.stderr == f"boilerkit: {site / 'missing.html'}: No such file or directory\n"


# --- train, evaluate, info --------------------------------------------------------------------------------------------


def test_train_scores_saves_and_says_how_to_go_on(trained: tuple[Path, Path, Result]) -> None:
    gold, model, result = trained
    assert result.exit_code == 0, result.output
    assert "3 folds, groups kept apart" in result.stdout
    assert "article" in result.stdout and "listing" in result.stdout
    assert f"boilerkit extract --model {model} page.html" in result.stdout
    card = boilerkit.load_model(model).card
    assert card["trained on"] == [{"file": gold.name, "pages": 24, "groups": 8, "unusable pages": 0}]
    assert card["parameters"]["random_state"] == 0 and card["parameters"]["max_iter"] == 8
    assert card["out of fold"]["scores"][0]["pages"] == 24
    assert len(card["out of fold"]["calibration"]["observed"]) == 10
    assert str(gold.parent) not in (model / "config.json").read_text(encoding="utf-8")


def test_train_writes_a_card_for_people(trained: tuple[Path, Path, Result]) -> None:
    gold, model, _ = trained
    card = (model / "README.md").read_text(encoding="utf-8")
    assert f"| {gold.name} | 24 | 8 | 0 |" in card and "| max_iter | 8 |" in card
    assert "| gold | all | 24 |" in card and "3 folds" in card and "calibration error" in card


def test_train_twice_gives_equal_files(trained: tuple[Path, Path, Result], tmp_path: Path) -> None:
    gold, model, _ = trained
    options = ("--from-scratch", "--max-iter", "8", "--folds", "3", "--jobs", "2", "--cache", tmp_path / "cache")
    assert run("train", gold, "-o", tmp_path / "again", *options).exit_code == 0
    for file in model.iterdir():
        assert (tmp_path / "again" / file.name).read_bytes() == file.read_bytes()


def test_train_adapts_a_model_and_says_that_it_is_better(model: Path, tmp_path: Path) -> None:
    gold = write_gold(tmp_path / "gold.jsonl", 6, 3, with_links=True)
    options = ("--base", model, "--jobs", "1", "--cache", tmp_path / "cache")
    result = run("train", gold, "-o", tmp_path / "adapted", *options)
    assert result.exit_code == 0, result.output
    assert re.search(r"adapted +[01]\.\d{3} \[", result.stdout)
    assert "On 18 pages: 5 folds, groups kept apart." in result.stdout
    assert f"better than its base, {model.name}: +" in result.stdout
    loaded = boilerkit.load_model(tmp_path / "adapted")
    compared = {row["model"]: row["word F1"] for row in loaded.card["compared"]}
    assert compared["adapted"] > compared[model.name]
    assert loaded.card["base"]["trained on"] == boilerkit.load_model(model).card["trained on"]
    written = (tmp_path / "adapted" / "README.md").read_text(encoding="utf-8")
    assert "## Adapted from" in written and "| adapted |" in written and "| trees of the correction |" in written


def test_train_saves_no_model_that_is_no_better_unless_forced(model: Path, tmp_path: Path) -> None:
    gold = write_gold(tmp_path / "gold.jsonl", 6, 2)
    options = ("--base", model, "--jobs", "1", "--cache", tmp_path / "cache")
    result = run("train", gold, "-o", tmp_path / "adapted", *options)
    assert result.exit_code == 1 and "not clearly better than its base" in result.stdout
    assert "more pages than these 12" in result.stderr and "--force" in result.stderr
    assert len(re.findall(r"p\d+ \(\d\.\d\d\)", result.stderr)) == 5
    assert not (tmp_path / "adapted").exists()
    assert run("train", gold, "-o", tmp_path / "adapted", *options, "--force").exit_code == 0
    assert boilerkit.load_model(tmp_path / "adapted").card["base"]["model"] == model.name


def test_train_leaves_out_pages_that_cannot_be_used(tmp_path: Path) -> None:
    gold = write_gold(tmp_path / "gold.jsonl", 4, 2)
    with gold.open("a", encoding="utf-8") as file:
        file.write('{"id": "bad", "path": "picture.html", "gold_text": "x"}\n')
    (tmp_path / "picture.html").write_bytes(PNG)
    options = ("--from-scratch", "--max-iter", "2", "--folds", "0", "--jobs", "1", "--cache", tmp_path / "cache")
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "README.md").write_text("an older model's scores", encoding="utf-8")
    result = run("train", gold, "-o", tmp_path / "model", *options)
    assert result.exit_code == 0
    assert result.stderr == f"{gold}, page bad, left out: this is a PNG image, not an HTML page\n"
    card = boilerkit.load_model(tmp_path / "model").card
    assert card["trained on"][0]["unusable pages"] == 1 and "out of fold" not in card
    written = (tmp_path / "model" / "README.md").read_text(encoding="utf-8")
    assert "gold.jsonl" in written and "older" not in written and "Out-of-fold" not in written


@pytest.mark.parametrize(("n_sites", "folds"), [(3, 5), (1, 2)])
def test_train_with_too_few_groups(tmp_path: Path, n_sites: int, folds: int) -> None:
    gold = write_gold(tmp_path / "gold.jsonl", n_sites, 1)
    options = ("--from-scratch", "--folds", str(folds), "--jobs", "1", "--cache", tmp_path / "c")
    result = run("train", gold, "-o", tmp_path / "m", *options)
    assert result.exit_code == 1
    assert result.stderr.startswith("boilerkit: ") and "--folds 0" in result.stderr
    assert f"at least {folds} groups" in result.stderr
    assert not (tmp_path / "m").exists()


@pytest.mark.parametrize("command", [("train", "-o", "model"), ("evaluate",)])
def test_damaged_gold_is_named_by_line(
    command: tuple[str, ...], model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    gold = write_gold(tmp_path / "gold.jsonl", 4, 2)
    gold.write_text(gold.read_text(encoding="utf-8") + "{broken\n", encoding="utf-8")
    more = ("--model", model) if command[0] == "evaluate" else ()
    result = run(command[0], gold, *command[1:], *more, "--cache", tmp_path / "cache")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"boilerkit: {gold}, line 9: not JSON")
    assert not (tmp_path / "model").exists() and not (tmp_path / "cache").exists()


def test_evaluate_scores_by_corpus_and_page_type(trained: tuple[Path, Path, Result], tmp_path: Path) -> None:
    gold, model, _ = trained
    figures = tmp_path / "scores.json"
    options = ("--cache", gold.parent / "cache", "--jobs", "1", "-o", figures)
    result = run("evaluate", gold, "--model", model, *options)
    assert result.exit_code == 0, result.output
    assert "oracle" in result.stdout and "Calibration error" in result.stdout
    rows = json.loads(figures.read_text(encoding="utf-8"))["scores"]
    assert [(row["corpus"], row["page_type"], row["pages"]) for row in rows] == [
        ("gold", "", 24),
        ("gold", "article", 16),
        ("gold", "listing", 8),
    ]
    assert all(0.5 < row["word_f1"] <= 1 and row["oracle"] > 0.95 for row in rows)
    assert "threshold 0.9" in run("evaluate", gold, "--model", model, *options, "--threshold", "0.9").stdout


def test_info_shows_the_card(trained: tuple[Path, Path, Result]) -> None:
    gold, model, _ = trained
    shown = run("info", model).stdout
    assert str(model.resolve()) in "".join(shown.split())  # a long one is on two lines
    for said in ("8 trees", "config.json", gold.name, "max iter", "out of fold", "slope"):
        assert said in shown


def with_card(model: Path, folder: Path, card: dict[str, Any]) -> Path:
    """A copy of a model with another card."""
    config = json.loads((model / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps(config | {"card": card}), encoding="utf-8")
    (folder / "content.npz").write_bytes((model / "content.npz").read_bytes())
    return folder


def test_info_shows_cards_made_elsewhere(model: Path, tmp_path: Path) -> None:
    card: dict[str, Any] = {
        "name": "x",
        "odd": None,
        "list": [1, "two"],
        "rows": [{"a": 1}, {"b": 2.5}],
        "deep": {"er": {}},
    }
    shown = run("info", with_card(model, tmp_path, card | {"[/b]": [], "one": [1, 2], "other": [1]})).stdout
    assert "1, two" in shown and "2.500" in shown and "[/b]" in shown
    assert re.search(r"one +1, 2\n", shown)  # lists of several lengths are no table


def test_info_sets_sentences_series_and_scores_apart(model: Path, tmp_path: Path) -> None:
    weaknesses = ["Pages of shops.", "Captions, which " + "are long and " * 12 + "end."]
    calibration = {"upper": [0.5, 1.0], "predicted": [0.2, 0.75], "error": 0.01}
    scores = {f"corpus {number}": number / 64 for number in range(40)}
    card = {"known weaknesses": weaknesses, "calibration": calibration, "scores": scores}
    folder = with_card(model, tmp_path, card)
    lines = run("info", folder).stdout.splitlines()
    assert all(line == line.rstrip() and len(line) <= 120 for line in lines)
    assert " -   Pages of shops." in lines and any(line.startswith(" -   Captions, which are long") for line in lines)
    rows = [line.split() for line in lines]
    assert ["upper", "predicted"] in rows and ["0.500", "0.200"] in rows and ["1.000", "0.750"] in rows
    assert ["corpus", "1", "0.015625"] in rows and ["corpus", "39", "0.609375"] in rows


def test_info_fits_the_terminal(model: Path, tmp_path: Path) -> None:
    folder = with_card(model, tmp_path, {"known weaknesses": ["long words " * 30]})
    terminal = {"FORCE_COLOR": "1", "TERM": "xterm", "COLUMNS": "60"}
    shown = CliRunner().invoke(main, ["info", str(folder)], env=terminal, color=True).stdout
    assert "\x1b" in shown
    assert all(len(line) <= 60 for line in re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines())


# --- As a program -----------------------------------------------------------------------------------------------------


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Callable[..., subprocess.CompletedProcess[bytes]]]:
    environment = os.environ | {"PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(tmp_path)}

    def start(*args: str | Path, stdin: bytes = b"", **more: str) -> subprocess.CompletedProcess[bytes]:
        command = [sys.executable, "-m", "boilerkit", *map(str, args)]
        return subprocess.run(command, input=stdin, capture_output=True, env=environment | more, timeout=60)

    yield start


def test_python_m_boilerkit(program: Callable[..., subprocess.CompletedProcess[bytes]], model: Path) -> None:
    done = program("extract", "-", "--model", model, stdin=EXAMPLE.read_bytes(), PYTHONIOENCODING="ascii")
    assert done.returncode == 0 and done.stderr == b""
    assert "“Somebody will want to know that,”" in done.stdout.decode("utf-8")
    assert program("info", "nowhere").stderr == b"boilerkit: nowhere is not a model folder: it has no config.json\n"


@pytest.mark.parametrize("args", [("blocks", EXAMPLE, "--json"), ("extract", EXAMPLE, "-", "-")])
def test_a_reader_that_goes_away_causes_no_noise(model: Path, args: tuple[str | Path, ...]) -> None:
    command = [sys.executable, "-m", "boilerkit", *map(str, args), "--model", str(model)]
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
    ) as started:
        assert started.stdout and started.stderr
        started.stdout.close()
        assert started.stderr.read() == b""


def test_training_packages_are_not_imported_for_extracting(model: Path) -> None:
    code = (
        "import sys; from boilerkit.cli import main;"
        f"main(['extract', {str(EXAMPLE)!r}, '--model', {str(model)!r}], standalone_mode=False);"
        "sys.exit(bool({'sklearn', 'datasets', 'joblib', 'rapidfuzz'} & sys.modules.keys()))"
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    assert subprocess.run([sys.executable, "-c", code], stdout=subprocess.DEVNULL, env=environment).returncode == 0


# --- Plain text -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def text_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("text") / "page.txt"
    file.write_text(labelled_page(random.Random(3), 1).plain_text, encoding="utf-8")
    return file


@pytest.fixture(scope="module", params=[False, True], ids=["gold text", "spans"])
def trained_on_text(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A gold file of plain text and the model trained on it."""
    folder = tmp_path_factory.mktemp("trained-on-text")
    gold = write_gold(folder / "gold.jsonl", input_format="text", with_spans=request.param)
    options = ("--from-scratch", "--max-iter", "8", "--folds", "3", "--jobs", "1", "--cache", folder / "cache")
    result = run("train", gold, "-o", folder / "model", *options)
    assert result.exit_code == 0, result.output
    return gold, folder / "model"


def test_a_model_of_plain_text_is_used_as_one_of_html(trained_on_text: tuple[Path, Path], text_page: Path) -> None:
    gold, model = trained_on_text
    expected = labelled_page(random.Random(3), 1)
    extracted = run("extract", text_page, "--model", model)
    assert extracted.exit_code == 0 and extracted.stdout.split() == expected.text.split()
    evaluated = run("evaluate", gold, "--model", model)
    assert evaluated.exit_code == 0 and re.search(r"article +16 +1\.000", evaluated.output)
    info = run("info", model)
    assert info.exit_code == 0 and "text" in info.output


def test_spans_of_plain_text_teach_labels(trained_on_text: tuple[Path, Path], text_page: Path) -> None:
    gold, model = trained_on_text
    page = json.loads(run("blocks", text_page, "--model", model, "--json").stdout)
    labels = {block["text"]: block["label"] for block in page["blocks"]}
    if "spans" in gold.read_text(encoding="utf-8"):
        assert labels["Privacy"] == "footer" and labels["* Market"] == "navigation"
    else:
        assert boilerkit.load_model(model).labels is None


@pytest.mark.parametrize("command", [("extract",), ("blocks",), ("view", "-o", "out.html")])
def test_a_model_of_the_other_input_format_is_refused(
    command: tuple[str, ...], model: Path, text_page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*command, text_page, "--model", model)
    assert result.exit_code == 1 and "the model is for HTML, but the page was read as plain text" in result.stderr


def test_gold_of_both_input_formats_is_refused(tmp_path: Path) -> None:
    rows = [write_gold(tmp_path / f"{name}.jsonl", input_format=name).read_text() for name in ("html", "text")]  # type: ignore[arg-type]
    (tmp_path / "both.jsonl").write_text(rows[0] + rows[1].replace('"id": "p', '"id": "q'), encoding="utf-8")
    result = run("train", tmp_path / "both.jsonl", "-o", tmp_path / "model")
    assert result.exit_code == 1 and "HTML" in result.stderr and "plain text" in result.stderr


def test_plain_text_is_shown_and_explained(text_page: Path, tmp_path: Path) -> None:
    explained = run("blocks", text_page, "--explain", "2")
    assert explained.exit_code == 0 and "topics_in_text" in explained.stdout
    assert run("view", text_page, "-o", tmp_path / "out.html").exit_code == 0
    assert "Copyright 1" in (tmp_path / "out.html").read_text(encoding="utf-8")


def test_info_shows_the_shipped_model_of_plain_text() -> None:
    result = run("info", "--input-format", "text")
    assert result.exit_code == 0 and "plaintext" in result.output
