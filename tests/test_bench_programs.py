"""Systems that are programs of their own, with fake programs in their place."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from benchmarks.exceptions import MissingSystem
from benchmarks.systems import PROGRAMS, find_system, programs
from benchmarks.systems.system import Extractor

HTML = "<html><head><meta charset='windows-1252'></head><body><p>The café is open.</p></body></html>".encode("cp1252")

needs_node = pytest.mark.skipif(not shutil.which("node"), reason="needs node")

#: Stands for linkedom: a document is its HTML.
LINKEDOM = "export const parseHTML = (html) => ({ document: html });"
READABILITY = """
export class Readability {
  constructor(html) { this.html = html; }
  parse() {
    console.log("noise");
    if (this.html.includes("die")) process.exit(3);
    if (this.html.includes("fail")) throw new Error("no such element");
    if (this.html.includes("hang")) for (;;);
    return this.html.includes("empty") ? null : { content: `<p>kept:</p>${this.html}` };
  }
}
"""
DEFUDDLE = "export const Defuddle = async (html) => ({ content: `<p>cleaned:</p>${html}` });"


@pytest.fixture
def node_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of packages for Node, which stand for the real ones."""
    for name, code, entry in (
        ("linkedom", LINKEDOM, "."),
        ("@mozilla/readability", READABILITY, "."),
        ("defuddle", DEFUDDLE, "./node"),
    ):
        folder = tmp_path / "node_modules" / name
        folder.mkdir(parents=True)
        (folder / "index.js").write_text(code)
        package = {"name": name, "version": "1.2.3", "type": "module", "exports": {entry: "./index.js"}}
        (folder / "package.json").write_text(json.dumps(package))
    monkeypatch.setattr(programs, "NODE_FOLDER", tmp_path)
    return tmp_path


@pytest.fixture
def extract(node_folder: Path) -> Extractor:
    return find_system("readability-js").load()


@needs_node
@pytest.mark.parametrize(("name", "word"), [("readability-js", "kept:"), ("defuddle", "cleaned:")])
def test_node_gives_the_main_content(name: str, word: str, node_folder: Path) -> None:
    system = find_system(name)
    assert (system.version, system.code) == ("1.2.3", "")
    assert system.load()(HTML).split() == [word, "The", "café", "is", "open."]


@needs_node
def test_one_process_of_node_gets_all_pages(extract: Extractor, monkeypatch: pytest.MonkeyPatch) -> None:
    started = []
    popen = programs.subprocess.Popen
    monkeypatch.setattr(programs.subprocess, "Popen", lambda *args, **more: started.append(1) or popen(*args, **more))
    assert "line two" in extract(b"<p>one\nline two\n</p>")
    assert extract(b"<p>empty</p>") == ""
    with pytest.raises(RuntimeError, match="Error: no such element"):
        extract(b"<p>fail</p>")
    assert "again" in extract(b"<p>again</p>")
    assert started == [1]


@needs_node
def test_node_is_started_again_after_it_ended(extract: Extractor, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(RuntimeError, match="Node ended with 3"):
        extract(b"<p>die</p>")
    assert "next" in extract(b"<p>next</p>")
    monkeypatch.setattr(programs, "LIMIT_SECONDS", 0.5)
    with pytest.raises(RuntimeError, match="Node ended with"):
        extract(b"<p>hang</p>")
    monkeypatch.setattr(programs, "LIMIT_SECONDS", 55)
    assert "next" in extract(b"<p>next</p>")


@needs_node
def test_packages_that_node_cannot_load(node_folder: Path) -> None:
    (node_folder / "node_modules" / "linkedom" / "index.js").write_text("export const other = 1;")
    with pytest.raises(RuntimeError, match="cannot be loaded"):
        find_system("readability-js").load()(HTML)


def test_another_version_has_another_fingerprint(node_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs.shutil, "which", lambda name: name)
    first = find_system("defuddle").fingerprint
    file = node_folder / "node_modules" / "linkedom" / "package.json"
    file.write_text(file.read_text().replace("1.2.3", "1.2.4"))
    assert find_system("defuddle").fingerprint != first


@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_that_are_not_there_say_how_to_get_them(
    name: str, node_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programs.shutil, "which", lambda name: None)
    with pytest.raises(MissingSystem, match=f"{name} is not installed: get .*https://"):
        find_system(name)


def test_packages_that_are_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs.shutil, "which", lambda name: name)
    monkeypatch.setattr(programs, "NODE_FOLDER", tmp_path)
    with pytest.raises(MissingSystem, match=r"npm install --prefix .* @mozilla/readability linkedom"):
        find_system("readability-js")


def fake_program(folder: Path, body: str, monkeypatch: pytest.MonkeyPatch) -> Extractor:
    program = folder / "go-trafilatura"
    program.write_text(f"#!/bin/sh\n{body}\n")
    program.chmod(0o755)
    monkeypatch.setattr(programs.shutil, "which", lambda name: str(program))
    return find_system("go-trafilatura").load()


def test_go_trafilatura(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The program is called with --format txt and a file.
    extract = fake_program(tmp_path, '[ "$1 $2" = "--format txt" ] && cat "$3"', monkeypatch)
    assert extract("<p>café</p>".encode()) == "<p>café</p>"
    extract = fake_program(tmp_path, "echo failed to extract: no readable content >&2; exit 1", monkeypatch)
    assert extract(HTML) == ""
    extract = fake_program(tmp_path, "echo out of memory >&2; exit 1", monkeypatch)
    with pytest.raises(RuntimeError, match="out of memory"):
        extract(HTML)
