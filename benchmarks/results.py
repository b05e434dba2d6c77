"""Files of results: figures, with all that is needed to measure them again."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from benchmarks.exceptions import BenchmarkError

REPOSITORY = Path(__file__).parent.parent

#: Results that are part of the repository, and what runs keep for themselves.
RESULTS = REPOSITORY / "benchmarks" / "results"
CACHE = REPOSITORY / ".cache" / "benchmarks"

#: Packages whose versions change figures, besides the measured system itself.
_PACKAGES = ("boilerkit", "lxml", "numpy", "scikit-learn")


# --- Folders ----------------------------------------------------------------------------------------------------------


def results_folder(out: Path | None, limit: int | None) -> Path:
    """Return the folder that a run writes to, and remember it for `latest_folder`.

    Each --limit has a folder of its own, so that runs over different numbers of pages do not meet.
    """
    folder = out or (CACHE / f"limit-{limit}" if limit else RESULTS)
    CACHE.mkdir(parents=True, exist_ok=True)
    (CACHE / "latest").write_text(str(folder.resolve()), encoding="utf-8")
    return folder


def latest_folder() -> Path:
    """Return the folder that the last run wrote to, RESULTS if there is none."""
    try:
        folder = Path((CACHE / "latest").read_text(encoding="utf-8"))
    except OSError:
        return RESULTS
    return folder if folder.is_dir() else RESULTS


def safe_name(name: str) -> str:
    """Return a name as part of a file's name."""
    return re.sub(r"[^\w.@-]+", "_", name)


# --- Files ------------------------------------------------------------------------------------------------------------


def write_json(file: Path, values: Mapping[str, Any]) -> None:
    """Write values as JSON, a line for each column or row, so that a diff of two runs is readable."""
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(values, ensure_ascii=False, indent=1)
    text = re.sub(r"\[\n\s+([^][{}]*?)\n\s*\]", lambda found: "[" + re.sub(r"\n\s+", " ", found[1]) + "]", text)
    partial = file.with_name(file.name + ".part")
    partial.write_text(text + "\n", encoding="utf-8")
    partial.replace(file)


def read_json(file: Path) -> dict[str, Any]:
    """Read a file of results. Raises BenchmarkError if it is missing or damaged."""
    try:
        values = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BenchmarkError(f"there are no results in {file}: run the benchmark that writes them first") from None
    except (OSError, ValueError) as error:
        raise BenchmarkError(f"the results in {file} cannot be read ({error}): run the benchmark again") from None
    if not isinstance(values, dict):
        raise BenchmarkError(f"{file} holds no results: run the benchmark again")
    return values


# --- What a run was ---------------------------------------------------------------------------------------------------


def page_set(ids: Iterable[str]) -> str:
    """Return a hash of the ids of pages: only runs over the same pages belong in one table."""
    return hashlib.blake2b(json.dumps(sorted(ids)).encode(), digest_size=6).hexdigest()


@cache
def context() -> dict[str, Any]:
    """Return the command, the machine, the versions and the commit of this run."""
    return {
        "command": _command(),
        "machine": f"{platform.system()} {platform.machine()}, {_processor()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "versions": {name: version for name in _PACKAGES if (version := _version_of(name))},
        "commit": _commit(),
    }


def _version_of(distribution: str) -> str:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return ""


def _command() -> str:
    """Return the command line as others would type it: files by their names, not by their place on this machine."""
    return shlex.join(["python", "-m", "benchmarks", *(_without_folders(word) for word in sys.argv[1:])])


def _without_folders(word: str) -> str:
    """Return a word of the command; of a path that leads out of this folder, only its last part."""
    before, path = re.fullmatch(r"(.*[:=])?(.*)", word, re.DOTALL).groups("")  # type: ignore[union-attr]
    leads_out = Path(path).is_absolute() or ".." in Path(path).parts
    return before + (Path(path).name if leads_out else path)


def _processor() -> str:
    try:
        found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    except OSError:
        found = None
    return found[1] if found else platform.processor() or "unknown processor"


def _commit() -> str:
    """Return the commit, with "+" if files other than results were changed; "" outside a clone."""
    commit = _git("rev-parse", "--short=12", "HEAD")
    changed = _git("status", "--porcelain", "--", ".", ":!benchmarks/results")
    return f"{commit}+" if changed else commit


def _git(*arguments: str) -> str:
    try:
        done = subprocess.run(["git", *arguments], cwd=REPOSITORY, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()
