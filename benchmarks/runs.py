"""The runs that figures come from: command, commit, machine and versions, as the files of results have them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.results import read_json

#: A table of results, what in it was measured ("" for all of it), and the context of the run.
Measured = tuple[str, str, Mapping[str, Any]]


def run_rows(measured: Iterable[Measured]) -> list[dict[str, str]]:
    """Return a row for each run with all that it measured: what has equal contexts comes from one run."""
    runs: dict[str, dict[str, list[str]]] = {}
    for table, name, context in measured:
        # The fingerprint is of a system, not of the run.
        key = json.dumps({name: value for name, value in context.items() if name != "fingerprint"}, sort_keys=True)
        runs.setdefault(key, {}).setdefault(table, []).append(name)
    return [_row(tables, json.loads(context)) for context, tables in runs.items()]


def _row(tables: Mapping[str, list[str]], context: Mapping[str, Any]) -> dict[str, str]:
    results = [f"{table}: {', '.join(names)}" if any(names) else table for table, names in tables.items()]
    versions = {"Python": context.get("python", ""), **context.get("versions", {})}
    return {
        "results": "; ".join(results),
        **{name: str(context.get(name) or "–") for name in ("command", "commit", "machine")},
        "versions": ", ".join(f"{name} {version}" for name, version in versions.items() if version),
    }


def measured_in(folder: Path) -> Iterator[Measured]:
    """Yield what the files in a folder of results hold, by the place and the name of each file.

    Summaries, which hold several systems with a context each, are left out. Raises BenchmarkError if a file is damaged.
    """
    for file in sorted(folder.rglob("*.json")):
        if context := read_json(file).get("context"):
            place = file.parent.relative_to(folder).as_posix()
            yield (file.stem, "", context) if place == "." else (place, file.stem, context)
