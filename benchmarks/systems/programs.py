"""Peers that are programs of their own: extractors in JavaScript, which Node runs, and go-trafilatura.

Node is started once by each process that measures, and gets one page after the other. Time and memory of these systems
are not those of the process that calls them, so `speed` leaves them out.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Timer
from typing import Any

from benchmarks.exceptions import MissingSystem
from benchmarks.results import CACHE
from benchmarks.systems.system import Extractor, System, fingerprint
from boilerkit.decoding.encoding import decode

#: The folder that has the packages of the extractors in JavaScript.
NODE_FOLDER = CACHE / "node"

#: Seconds for a page, a little less than all systems have, so that no program outlives the process that waits for it.
LIMIT_SECONDS = 55

_SCRIPT = Path(__file__).with_name("extract.mjs")
_NOTHING = "no readable content"


@dataclass(frozen=True)
class NodePeer:
    """The packages that an extractor in JavaScript needs; the first one has its version."""

    packages: tuple[str, ...]


NODE_PEERS = {
    "readability-js": NodePeer(("@mozilla/readability", "linkedom")),
    "defuddle": NodePeer(("defuddle", "linkedom")),
}


def _find_node(name: str) -> System:
    packages = NODE_PEERS[name].packages
    node = shutil.which("node")
    try:
        versions = [_version(NODE_FOLDER / "node_modules" / package) for package in packages]
    except (OSError, ValueError, KeyError):
        versions = []
    if node is None or not versions:
        raise MissingSystem(
            f"{name} is not installed: get Node (https://nodejs.org) and run "
            f"npm install --prefix {NODE_FOLDER} {' '.join(packages)}"
        )
    files = fingerprint(*versions, _SCRIPT, Path(__file__))
    return System(name, partial(_load_node, name, node), versions[0], files, code="")


def _version(package: Path) -> str:
    return str(json.loads((package / "package.json").read_text(encoding="utf-8"))["version"])


def _load_node(name: str, node: str) -> Extractor:
    from html_text import extract_text

    process = NodeProcess([node, "--input-type=module", "--eval", _SCRIPT.read_text(encoding="utf-8"), name])
    return lambda page: extract_text(process.content_of(decode(page)))


class NodeProcess:
    """A process that answers each page with its main content; one that has ended is started again for the next page."""

    def __init__(self, command: list[str]) -> None:
        self._command = command
        self._process: subprocess.Popen[str] | None = None

    def content_of(self, html: str) -> str:
        """Return the HTML of the main content. Raises RuntimeError if the process fails on a page, ends, or hangs."""
        process = self._running()
        timer = Timer(LIMIT_SECONDS, process.kill)
        timer.start()
        try:
            answer = _ask(process, json.dumps({"html": html}))
        finally:
            timer.cancel()
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return str(answer["content"])

    def _running(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                self._command,
                cwd=NODE_FOLDER,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                encoding="utf-8",
                errors="replace",
            )
            assert self._process.stdout is not None
            if self._process.stdout.readline() != "ready\n":
                raise RuntimeError("the packages cannot be loaded by this version of Node")
        return self._process

    def __del__(self) -> None:
        if self._process is not None:
            self._process.kill()
            with suppress(OSError):
                self._process.communicate()


def _ask(process: subprocess.Popen[str], question: str) -> dict[str, Any]:
    assert process.stdin is not None and process.stdout is not None
    try:
        process.stdin.write(question + "\n")
        process.stdin.flush()
        answer = process.stdout.readline()
    except OSError:
        answer = ""
    if not answer:
        process.wait()
        raise RuntimeError(f"Node ended with {process.returncode}")
    return dict(json.loads(answer))


def _find_go_trafilatura(name: str) -> System:
    program = shutil.which(name)
    if program is None:
        raise MissingSystem(
            f"{name} is not installed: get the program from https://github.com/markusmobius/go-trafilatura and put it "
            "on the PATH"
        )
    version = fingerprint(Path(program))
    files = fingerprint(version, Path(__file__))
    return System(name, lambda: partial(_run_go_trafilatura, program), version, files, code="")


def _run_go_trafilatura(program: str, page: bytes) -> str:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_bytes(page)
        command = [program, "--format", "txt", str(file)]
        done = subprocess.run(command, capture_output=True, timeout=LIMIT_SECONDS, check=False)
    said = done.stderr.decode("utf-8", "replace")
    if done.returncode and _NOTHING not in said:
        raise RuntimeError(said.strip() or f"it ended with {done.returncode}")
    return "" if done.returncode else done.stdout.decode("utf-8", "replace")


#: The programs by name, and what finds each.
PROGRAMS: dict[str, Callable[[str], System]] = {
    **dict.fromkeys(NODE_PEERS, _find_node),
    "go-trafilatura": _find_go_trafilatura,
}


def find_program(name: str) -> System | None:
    """Return the system of this name, None if there is none. Raises MissingSystem if it is not installed."""
    return PROGRAMS[name](name) if name in PROGRAMS else None
