"""`performance`: docs/performance.md and its pictures, from the results of `profile`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import click

from benchmarks.profiling import FILE, NOW
from benchmarks.results import REPOSITORY, RESULTS, read_json
from benchmarks.speed.limits import BESIDES, TIMES_SIZE
from benchmarks.speed.snippets import PARSE
from benchmarks.systems import OURS
from boilerkit.cli.card import markdown_table

PAGE = REPOSITORY / "docs" / "performance.md"
PICTURES = REPOSITORY / "docs" / "pictures"
STEPS_PICTURE, SIZE_PICTURE = "performance-steps", "performance-size"

Row = Mapping[str, Any]


@click.command("performance", short_help="Write docs/performance.md and its pictures.")
def command() -> None:
    """Write docs/performance.md and its pictures from benchmarks/results/profile.json."""
    from benchmarks.plots import png_of

    results = read_json(RESULTS / FILE)
    PAGE.write_text(written(results), encoding="utf-8")
    for name, figure in figures(results).items():
        (PICTURES / f"{name}.png").write_bytes(png_of(figure))


def figures(results: Row) -> dict[str, Any]:
    """The figures of the page by the names of their files."""
    from benchmarks.plots import GrowthLine, StepsBar, time_by_size, time_by_step

    bars = [
        StepsBar(run, {row["step"]: row["times_parse"] for row in values["steps"]})
        for run, values in ordered(results["runs"]).items()
    ]
    growth = [
        GrowthLine(f"{row['of']}, {row['shape']}", row["bytes"], row["ms"], row["exponent_all_sizes"])
        for row in results["limits"]["growth"]
        if row["of"] in (PARSE, OURS)
    ]
    columns = results["runs"][NOW]["columns"]
    return {
        STEPS_PICTURE: time_by_step(bars[::-1]),  # bars are drawn from below
        SIZE_PICTURE: time_by_size(growth, columns["bytes"], columns["ms"][OURS]),
    }


def ordered(runs: Row) -> dict[str, Row]:
    """The runs, this code's last."""
    return {run: values for run, values in runs.items() if run != NOW} | {NOW: runs[NOW]}


def written(results: Row) -> str:
    """The page, from what `profile` wrote."""
    now = results["runs"][NOW]
    parts = [
        "# Performance",
        "Written by `python -m benchmarks performance` from `benchmarks/results/profile.json`, which "
        "`python -m benchmarks profile` writes.",
        "## One page",
        _measured_on(now),
        markdown_table([_system(row) for row in now["rows"]]),
        "By corpus:",
        markdown_table(list(_by_corpus(now))),
        "The ratios are that of the mean times, and the median and the 95th percentile of those of single pages. "
        f"“{OURS}” is `extract`, “{now['rows'][-1]['system']}” is `analyze` and the label of every block.",
        "## Steps",
        f"![Time by step]({PICTURES.name}/{STEPS_PICTURE}.png)",
        markdown_table(list(_steps(now))),
        "The functions of `extract` are timed as they call each other, each without what it calls; `parse` includes "
        "freeing the tree. The clock itself adds some microseconds.",
        "## Before and after",
        "Runs of other commits, each next to lxml's parser and resiliparse in the same run. Compare ratios: the "
        "machine is not equally fast at all times. A step that older code has no function for counts as what calls it.",
        markdown_table(
            [
                _run(run, values, [row["step"] for row in now["steps"]])
                for run, values in ordered(results["runs"]).items()
            ]
        ),
        *_limits(results["limits"]),
    ]
    return "\n\n".join(parts) + "\n"


def _measured_on(run: Row) -> str:
    pages = " and ".join(f"{corpus['pages']:,} pages of {corpus['corpus']}" for corpus in run["corpora"])
    size = sum(run["columns"]["bytes"]) / len(run["columns"]["bytes"])
    context = run["context"]
    return (
        f"{pages}, {size / 1000:,.0f} kB each on average. All take turns on each page; the least of five times counts, "
        f"in time of the processor. One core of {context['machine']}; {_versions(context)}."
    )


def _versions(context: Row) -> str:
    return ", ".join([f"Python {context['python']}", *(f"{name} {v}" for name, v in context["versions"].items())])


def _system(row: Row) -> dict[str, str]:
    cells = {"system": row["system"]}
    cells |= {name: f"{row[key]:.2f}" for name, key in (("mean ms", "mean_ms"), ("median ms", "median_ms"))}
    for name in ("parse", "resiliparse"):
        ratios = (row[f"times_{name}{suffix}"] for suffix in ("", "_median", "_p95"))
        cells[f"× {name}: means, median, 95%"] = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    return cells


def _by_corpus(run: Row) -> Iterator[dict[str, str]]:
    for corpus, rows in run["rows_by_corpus"].items():
        for row in rows:
            yield {"corpus": corpus, **_system(row)}


def _steps(run: Row) -> Iterator[dict[str, str]]:
    for row in run["steps"]:
        yield {
            "step": row["step"],
            "ms": f"{row['mean_ms']:.3f}",
            "× parse": f"{row['times_parse']:.2f}",
            "share": f"{row['share']:.0%}",
        }


def _run(run: str, values: Row, steps: Sequence[str]) -> dict[str, str]:
    ours = next(row for row in values["rows"] if row["system"] == OURS)
    times = {row["step"]: f"{row['times_parse']:.2f}" for row in values["steps"]}
    return {
        "run": run,
        "commit": values["context"]["commit"],
        "mean ms": f"{ours['mean_ms']:.2f}",
        "× parse": f"{ours['times_parse']:.2f}",
        "median": f"{ours['times_parse_median']:.2f}",
        "× resiliparse": f"{ours['times_resiliparse']:.2f}",
        **{f"{step} × parse": times.get(step, "–") for step in steps},
    }


def _limits(limits: Row) -> list[str]:
    start = {row["system"]: row["seconds"] for row in limits["start"]}
    baseline, ours = limits["start"][0]["system"], start[OURS]
    return [
        "## Start",
        markdown_table(
            [
                {"what": "loading the shipped model", "ms": f"{limits['load_ms']:.0f}"},
                {"what": f"Python with `{baseline}`", "ms": f"{1000 * start[baseline]:.0f}"},
                {"what": "Python with `import boilerkit` and the first page", "ms": f"{1000 * ours:.0f}"},
                {"what": "the difference", "ms": f"{1000 * (ours - start[baseline]):.0f}"},
            ]
        ),
        "Medians of new processes, from their start to their end.",
        "## Memory",
        "The peak of resident memory of a process that extracts one page, in MB: of the largest pages timed above, and "
        "of generated ones that ask for much. The limit is "
        f"{TIMES_SIZE} times the page and {BESIDES / 1e6:.0f} MB. Where lxml's tree alone is over it, nothing that "
        "reads such trees can keep to it.",
        markdown_table([_peak(row) for row in limits["memory"]]),
        "## Growth",
        f"![Time by size]({PICTURES.name}/{SIZE_PICTURE}.png)",
        "The exponent of time over size, by least squares through the logarithms: 1 is linear. Generated pages "
        "double in size; those of short blocks have a block for each 25 bytes.",
        markdown_table([_growth(row) for row in limits["growth"]]),
        "## Side by side",
        "Pages a second on the same pages, threads that call `extract` and processes of `extract_many` taking turns.",
        markdown_table([_parallel(row) for row in limits["parallel"]]),
        "## How the time was found",
        "[profiling.md](profiling.md) has the commands.",
    ]


def _peak(row: Row) -> dict[str, str]:
    return {
        "shape": row["shape"],
        "page": f"{row['mb']:g}",
        "peak": f"{row['peak_mb']:,.0f}",
        "lxml's parse alone": f"{row['parse_mb']:,.0f}",
        "limit": f"{row['limit_mb']:,.0f}",
        "within": "yes" if row["within"] else "**no**, nor lxml" if row["parse_mb"] > row["limit_mb"] else "**no**",
    }


def _growth(row: Row) -> dict[str, str]:
    return {
        "pages": row["shape"],
        "of": row["of"],
        "from 10 kB": _said(row["exponent_all_sizes"]),
        "from 100 kB": _said(row["exponent"]),
        "largest": f"{row['bytes'][-1] / 1e6:.0f} MB, {row['blocks'][-1]:,} blocks",
        "seconds": f"{row['ms'][-1] / 1000:.2f}",
    }


def _said(exponent: float | None) -> str:
    return "–" if exponent is None else f"{exponent:.3f}"


def _parallel(row: Row) -> dict[str, str]:
    return {
        "way": row["way"],
        "number": str(row["workers"]),
        "pages a second": f"{row['pages_per_second']:.0f}",
        "times one": f"{row['times_one']:.2f}",
    }
