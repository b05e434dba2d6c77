"""Where the time of `extract` goes: its steps on real pages, next to parsing alone and to resiliparse."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.errors import BenchmarkError
from benchmarks.speed import steps
from benchmarks.speed.pages import SavedPage
from benchmarks.speed.snippets import PARSE, code_of

LABELS = "boilerkit, all labels"
_LABELS_CODE = """
import boilerkit
def extract(page): return [block.label for block in boilerkit.analyze(page).blocks]
"""


#: What takes turns on each page, in this order.
CONTENDERS = (PARSE, "resiliparse", "boilerkit", LABELS)


def run_steps(code: Path, files: Sequence[Path], names: Sequence[str] = CONTENDERS) -> dict[str, Any]:
    """What `steps.measured` returns for the Boilerkit in a folder of code, which has its modules compiled.

    `names` are those of CONTENDERS that are timed, boilerkit among them. Raises BenchmarkError where it cannot be run.
    """
    contenders = {name: _LABELS_CODE if name == LABELS else code_of(name) for name in names}
    # -P: the modules beside the program have names of others.
    command = [sys.executable, "-P", steps.__file__, json.dumps(contenders)]
    done = subprocess.run(
        command,
        input=json.dumps([str(file) for file in files]),
        env=os.environ | {"PYTHONPATH": str(code.resolve())},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise BenchmarkError(f"the code in {code} cannot be timed ({said}): build it there, and install resiliparse")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def profile_results(found: Mapping[str, Any], pages: Sequence[SavedPage]) -> dict[str, Any]:
    """What results say of one run: rows for each contender, of all and by corpus, for each step, and for each page."""
    ms = {name: np.array(values) for name, values in found["ms"].items()}
    corpus = np.array([page.corpus for page in pages])
    return {
        "rows": _rows(ms),
        "rows_by_corpus": {
            str(name): _rows({system: own[corpus == name] for system, own in ms.items()}) for name in np.unique(corpus)
        },
        "steps": [
            {"step": step, **_step(np.array(own), ms["boilerkit"], ms[PARSE])} for step, own in found["steps"].items()
        ],
        "columns": {
            "corpus": [page.corpus for page in pages],
            "id": [page.id for page in pages],
            "bytes": [page.size for page in pages],
            "ms": found["ms"],
        },
    }


def _rows(ms: Mapping[str, np.ndarray[Any, Any]]) -> list[dict[str, Any]]:
    return [{"system": name, **_row(own, ms)} for name, own in ms.items()]


def _row(own: np.ndarray[Any, Any], ms: Mapping[str, np.ndarray[Any, Any]]) -> dict[str, Any]:
    row = {
        "mean_ms": round(float(own.mean()), 3),
        "median_ms": round(float(np.median(own)), 3),
        "p95_ms": round(float(np.percentile(own, 95)), 3),
    }
    for name, other in (("parse", PARSE), ("resiliparse", "resiliparse")):
        ratios = own / ms[other]
        row |= {
            f"times_{name}": round(float(own.mean() / ms[other].mean()), 3),
            f"times_{name}_median": round(float(np.median(ratios)), 3),
            f"times_{name}_p95": round(float(np.percentile(ratios, 95)), 3),
        }
    return row


def _step(own: np.ndarray[Any, Any], whole: np.ndarray[Any, Any], parse: np.ndarray[Any, Any]) -> dict[str, Any]:
    return {
        "mean_ms": round(float(own.mean()), 4),
        "times_parse": round(float(own.mean() / parse.mean()), 4),
        "share": round(float(own.mean() / whole.mean()), 4),
    }
