"""Every command and every example in the README and the docs runs.

Commands of `boilerkit` run in a folder with the files that the pages name. Commands that measure, train the shipped
models or install something take too long: they are checked for their names and options, or skipped for a stated reason.
"""

from __future__ import annotations

import doctest
import gzip
import importlib
import json
import random
import re
import shlex
import shutil
import webbrowser
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from support.archives import article, response, write_warc
from support.generated import LabelledPage, labelled_page, labelled_pages, write_gold

import boilerkit
from boilerkit import BoilerplateClassifier
from boilerkit.cli import main
from boilerkit.gold.reader import read_gold
from boilerkit.labels import LABELS
from boilerkit.model.content import ContentModel
from boilerkit.model.storage import save_model

ROOT = Path(__file__).parent.parent
DOCS = (
    *(ROOT / f"{name}.md" for name in ("README", "CHANGELOG", "CONTRIBUTING", "SECURITY")),
    *sorted((ROOT / "docs").glob("*.md")),
)

#: Packages of other extractors that examples show next to Boilerkit; most come with the extra "peers".
PEERS = ("trafilatura", "readability", "justext", "dragnet")

#: Programs that are not run, and why.
NOT_RUN = {
    "npm": "installs packages",
    "pip": "installs packages",
    "git": "needs the history of the repository",
    "cd": "works in another folder",
    "py-spy": "a profiler, which is not among the requirements",
    "valgrind": "a profiler, which is not among the requirements",
    "callgrind_annotate": "reads what valgrind wrote",
}

#: Engines that examples import, each in an extra of its name.
ENGINES = {"ray": "ray", "pyspark": "spark", "datatrove": "datatrove"}

_FENCED = re.compile(r"^(`{3,})[^`\n]*\n.*?^\1$", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"^```(console|python|pycon|json)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?:)([^)#]+)[^)]*\)")
_ENVIRONMENT = re.compile(r"[A-Z_]+=")
_OPTION = re.compile(r"--?[a-z]")


@dataclass(frozen=True)
class Example:
    """A fenced block of a page."""

    page: str
    line: int
    language: str
    text: str

    @property
    def commands(self) -> list[str]:
        """The commands of a console block, without their prompts."""
        lines = iter(self.text.splitlines())
        return [_whole(line.removeprefix("$ "), lines) for line in lines if line.startswith("$ ")]


def _whole(command: str, lines: Iterator[str]) -> str:
    """Return a command with the lines that continue it: after a backslash, or within quotes."""
    while command.endswith("\\") or _is_within_quotes(command):
        command = command.removesuffix("\\") + "\n" + next(lines)
    return command


def _is_within_quotes(command: str) -> bool:
    try:
        shlex.split(command, comments=True)
    except ValueError:
        return True
    return False


def _examples(*languages: str) -> list[Any]:
    found = []
    for file in DOCS:
        text = file.read_text(encoding="utf-8")
        for match in _BLOCK.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            if match[1] in languages:
                example = Example(str(file.relative_to(ROOT)), line, match[1], match[2])
                found.append(pytest.param(example, id=f"{example.page}:{line}"))
    return found


# --- The files that the pages name ------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory, small_model: ContentModel) -> Path:
    """A folder with the pages, gold files, archives and models that the docs name."""
    folder = tmp_path_factory.mktemp("docs")
    shutil.copytree(ROOT / "examples", folder / "examples")
    shutil.copy(ROOT / "examples" / "news-article.html", folder / "page.html")
    shutil.copy(ROOT / "examples" / "harbour-news.txt", folder / "page.txt")
    text = (folder / "page.txt").read_text(encoding="utf-8")
    rng = random.Random(1)
    for name in ("saved-pages", "texts", "crawl", "pages"):
        (folder / name).mkdir()
    shutil.copy(folder / "page.html", folder / "pages" / "a.html")
    for number in range(3):
        (folder / "saved-pages" / f"{number}.html").write_text(labelled_page(rng, number).html, encoding="utf-8")
        (folder / "texts" / f"{number}.txt").write_text(text, encoding="utf-8")
        _write_wet(folder / "crawl" / f"{number}.warc.wet.gz", text)
    write_warc(folder / "crawl.warc.gz", [response(number, article(number)) for number in range(3)])
    with gzip.open(folder / "dump.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.write(json.dumps({"id": 1, "text": text}) + "\n")
    for name in ("gold.jsonl", "other-gold.jsonl"):
        write_gold(folder / name, with_links=True)  # which the shipped model leaves out, so that it can be adapted
    _write_parquet(folder / "gold.jsonl", folder / "more.parquet")
    write_gold(folder / "plain-text.jsonl", input_format="text", with_links=True)
    for name in ("my-model", "gold.models/html-1"):
        save_model(small_model, folder / name)
    return folder


def _write_wet(file: Path, text: str) -> None:
    body = text.encode()
    head = (
        "WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: https://example.org/\r\n"
        "WARC-Date: 2024-01-01T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>\r\n"
        f"Content-Type: text/plain\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    file.write_bytes(gzip.compress(head.encode() + body + b"\r\n\r\n"))


def _write_parquet(gold: Path, file: Path) -> None:
    import pyarrow
    from pyarrow import parquet

    rows = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]
    parquet.write_table(pyarrow.Table.from_pylist([row | {"id": f"q{row['id']}"} for row in rows]), file)


@pytest.fixture
def folder(files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the files as the current folder, where training makes few trees, and no browser or server starts."""
    fewer: dict[str, Any] = {"max_iter": 3, "n_folds": 2, "n_jobs": 1}
    defaults = BoilerplateClassifier.__init__.__kwdefaults__ or {}
    monkeypatch.setattr(BoilerplateClassifier.__init__, "__kwdefaults__", defaults | fewer)
    monkeypatch.setattr(webbrowser, "open", lambda url: True)
    monkeypatch.setattr("boilerkit.labeling.server.serve", lambda app, listening: listening.close())
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    shutil.copytree(files, tmp_path / "files")
    with chdir(tmp_path / "files"):
        yield tmp_path / "files"


# --- Commands ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("example", _examples("console"))
def test_commands_run(example: Example, folder: Path) -> None:
    assert example.commands, "a console block shows commands after a dollar sign"
    for command in example.commands:
        words = shlex.split(command, comments=True)
        while _ENVIRONMENT.match(words[0]):
            del words[0]
        _check(words, command, folder)


def _check(words: list[str], command: str, folder: Path) -> None:
    program = words[0].lstrip("(").rpartition("/")[2]
    if program == "boilerkit":
        _run(_expanded(words[1:], folder), command)
    elif program == "make":
        _check_make(words[1:], command)
    elif program == "python" and words[1] == "-m":
        _check_module(words[2:], command)
    elif program == "python":
        scripts = [word for word in words if word.endswith(".py")]
        assert scripts and all((ROOT / script).is_file() for script in scripts), command
    elif program in ("ruff", "mypy"):
        assert all((ROOT / word).exists() for word in words[1:] if "." in word), command
    else:
        assert program in NOT_RUN, f"{command}: a test neither runs this command nor says why not"


def _expanded(words: list[str], folder: Path) -> list[str]:
    """Return the arguments as a shell passes them on: patterns of file names expanded, redirections left out."""
    if ">" in words:
        words = words[: words.index(">")]
    expanded: list[str] = []
    for word in words:
        expanded += sorted(str(file.relative_to(folder)) for file in folder.glob(word)) if "*" in word else [word]
    return expanded


def _run(arguments: list[str], command: str) -> None:
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, f"{command}\n{result.output}{result.exception!r}"


def _check_make(words: list[str], command: str) -> None:
    targets = re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert {word for word in words if "=" not in word} <= set(targets), command


def _check_module(words: list[str], command: str) -> None:
    """Check that a program of this repository exists and has the options of a command."""
    module, *arguments = words
    if module in ("pip", "pytest", "venv"):
        return
    known = _benchmark_options(arguments, command) if module == "benchmarks" else _training_options()
    options = [word.partition("=")[0] for word in arguments if _OPTION.match(word)]
    assert set(options) <= known | {"--help"}, command


def _benchmark_options(arguments: list[str], command: str) -> set[str]:
    group = importlib.import_module("benchmarks.__main__").main
    if not arguments or arguments[0] == "--help":
        return set()
    assert arguments[0] in group.commands, command
    subcommand: click.Command = group.commands[arguments[0]]
    return {option for parameter in subcommand.params for option in parameter.opts}


def _training_options() -> set[str]:
    return set(re.findall(r'"(--\w+)"', (ROOT / "training" / "__main__.py").read_text(encoding="utf-8")))


# --- Python and gold files --------------------------------------------------------------------------------------------


def _names(pages: list[LabelledPage]) -> dict[str, Any]:
    """What examples use without defining it."""
    return {
        "boilerkit": boilerkit,
        "html": (ROOT / "examples" / "science-story.html").read_text(encoding="utf-8"),
        "text": (ROOT / "examples" / "harbour-news.txt").read_text(encoding="utf-8"),
        "pages": [page.html for page in pages],
        "gold_texts": [page.text for page in pages],
        "sites": [page.site for page in pages],
        "files": sorted((ROOT / "examples").glob("*.html")),
    }


@pytest.mark.parametrize("example", _examples("python"))
def test_python_runs(example: Example, folder: Path) -> None:
    for engine, extra in ENGINES.items():
        if re.search(rf"^(import|from) {engine}\b", example.text, re.MULTILINE):
            pytest.importorskip(engine, reason=f"needs the extra {extra}")
    code = compile("\n" * example.line + example.text, example.page, "exec")
    try:
        exec(code, _names(labelled_pages()))
    except ModuleNotFoundError as error:
        if error.name not in PEERS:
            raise
        pytest.skip(f"{error.name} is not installed")


@pytest.mark.parametrize("example", _examples("pycon"))
def test_sessions_print_what_they_show(example: Example, folder: Path) -> None:
    session = doctest.DocTestParser().get_doctest(example.text, {}, example.page, example.page, example.line)
    assert doctest.DocTestRunner(optionflags=doctest.REPORT_ONLY_FIRST_FAILURE).run(session).failed == 0


@pytest.mark.parametrize("example", _examples("json"))
def test_examples_of_gold_files_can_be_read(example: Example, folder: Path) -> None:
    file = folder / "example.jsonl"
    file.write_text(example.text, encoding="utf-8")
    assert len(list(read_gold(file))) == len(example.text.splitlines())


# --- Text -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", DOCS, ids=lambda file: file.name)
def test_links_lead_to_files(file: Path) -> None:
    text = _FENCED.sub("", file.read_text(encoding="utf-8"))
    missing = [link for link in _LINK.findall(text) if not (file.parent / link).exists()]
    assert not missing


def test_the_readme_links_every_page_of_the_docs() -> None:
    links = set(_LINK.findall((ROOT / "README.md").read_text(encoding="utf-8")))
    assert {f"docs/{file.name}" for file in (ROOT / "docs").glob("*.md")} <= links


def test_the_readme_and_the_page_on_labels_name_every_label() -> None:
    for file in (ROOT / "README.md", ROOT / "docs" / "labels.md"):
        text = file.read_text(encoding="utf-8")
        assert [label for label in LABELS if f"`{label}`" not in text] == []


def test_the_files_of_the_table_of_changes_exist() -> None:
    """The first file that a row names has its whole path."""
    text = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    table = text.partition("## Where to change what")[2].partition("\n## ")[0]
    paths = re.findall(r"`((?:boilerkit|training|benchmarks|tests|models)/[\w./]+)`", table)
    assert len(paths) > 20
    assert [path for path in paths if not (ROOT / path).exists()] == []
