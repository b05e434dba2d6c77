"""The files that runs write: figures, with all that somebody needs to get them again."""

from __future__ import annotations

import json
import os
import platform
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from benchmarks.errors import BenchmarkError

REPOSITORY = Path(__file__).parent.parent

#: Results that are part of the repository, and what runs keep for themselves.
RESULTS = REPOSITORY / "benchmarks" / "results"
CACHE = REPOSITORY / ".cache" / "benchmarks"

#: Packages whose versions change figures, beside the measured system itself.
_PACKAGES = ("boilerkit", "lxml", "numpy", "scikit-learn")


@cache
def context() -> dict[str, Any]:
    """The command, the machine, the versions and the commit of this run."""
    return {
        "command": _command(),
        "machine": f"{platform.system()} {platform.machine()}, {_processor()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "versions": {name: version for name in _PACKAGES if (version := version_of(name))},
        "commit": git_commit(),
    }


def version_of(distribution: str) -> str:
    """The version of an installed distribution, "" where it is not installed."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""


def write_json(file: Path, values: Mapping[str, Any]) -> None:
    """Write values as JSON, a line for each column or row, so that a diff of two runs can be read."""
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(values, ensure_ascii=False, indent=1)
    text = re.sub(r"\[\n\s+([^][{}]*?)\n\s*\]", lambda found: "[" + re.sub(r"\n\s+", " ", found[1]) + "]", text)
    partial = file.with_name(file.name + ".part")
    partial.write_text(text + "\n", encoding="utf-8")
    partial.replace(file)


def read_json(file: Path) -> dict[str, Any]:
    """Read a file of results. Raises BenchmarkError where it is missing or damaged."""
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BenchmarkError(f"there are no results in {file}: run the benchmark that writes them first") from None
    except (OSError, ValueError) as error:
        raise BenchmarkError(f"the results in {file} cannot be read ({error}): run the benchmark again") from None
    if not isinstance(values, dict):
        raise BenchmarkError(f"{file} holds no results: run the benchmark again")
    return values


def safe_name(name: str) -> str:
    """A name as part of a file's name."""
    return re.sub(r"[^\w.@-]+", "_", name)


def _command() -> str:
    """The command line as others would type it: files by their names, not by where they are on this machine."""
    return shlex.join(["python", "-m", "benchmarks", *(_without_folders(word) for word in sys.argv[1:])])


def _without_folders(word: str) -> str:
    """A word of the command; of a path that leads out of this folder, only its last part."""
    before, path = re.fullmatch(r"(.*[:=])?(.*)", word, re.DOTALL).groups("")  # type: ignore[union-attr]
    leads_out = Path(path).is_absolute() or ".." in Path(path).parts
    return before + (Path(path).name if leads_out else path)


def _processor() -> str:
    """The processor's name where the system tells it."""
    try:
        found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    except OSError:
        found = None
    return found[1] if found else platform.processor() or "unknown processor"


def git_commit(code: Path = REPOSITORY) -> str:
    """The commit of a folder's code, with "+" where files other than results were changed; "" outside a clone."""
    commit = _git(code, "rev-parse", "--short=12", "HEAD")
    changed = _git(code, "status", "--porcelain", "--", ".", f":!{RESULTS.relative_to(REPOSITORY)}")
    return f"{commit}+" if changed else commit


def _git(code: Path, *arguments: str) -> str:
    try:
        return subprocess.run(["git", *arguments], cwd=code, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
