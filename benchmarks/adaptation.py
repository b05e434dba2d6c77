"""`adaptation`: what a few labelled pages of other conventions are worth to the shipped model."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
from numpy.typing import NDArray

from benchmarks.corpora import open_corpus
from benchmarks.exceptions import BenchmarkError
from benchmarks.options import jobs_option, out_option
from benchmarks.progress import progress
from benchmarks.results import CACHE, context, page_set, results_folder, write_json
from boilerkit.errors import BoilerkitError
from boilerkit.learning.adaptation import adapt_pages
from boilerkit.learning.estimator import BoilerplateClassifier
from boilerkit.learning.evaluation import by_model, mean_word_f1, score_pages
from boilerkit.learning.training_pages import TrainingPage, group_numbers, prepare
from boilerkit.model.content import ContentModel
from boilerkit.model.storage import load_shipped
from boilerkit.terminal.console import print_tables, table, warn

FILE = "adaptation.json"
SIZES = (20, 50, 100)

#: At least as many pages are left to measure on as to adapt to.
_MIN_TESTED = 15


@dataclass(frozen=True)
class Draw:
    """Word F1 on the other pages of a corpus, after adapting to some that were drawn at random.

    `adapted` is that of what a user is left with: the base model, if cross-validation found no gain. `scratch` is None
    where no model was trained from scratch.
    """

    corpus: str
    pages: int
    draw: int
    tested: int
    shipped: float
    adapted: float
    scratch: float | None


@click.command("adaptation", short_help="Adapt the shipped model to few pages and measure it on the others.")
@click.argument("corpora", nargs=-1, metavar="CORPUS...")
@click.option(
    "--sites-of",
    "with_sites",
    multiple=True,
    metavar="CORPUS",
    help="Draw pages of the four sites with the most pages, and measure on their other pages; may be repeated.",
)
@click.option("--size", "sizes", type=click.IntRange(min=2), multiple=True, metavar="N", help="Default: 20, 50, 100.")
@click.option(
    "--draws",
    type=click.IntRange(min=1),
    default=4,
    show_default=True,
    metavar="N",
    help="How often pages are drawn for each number of pages.",
)
@click.option("--scratch", is_flag=True, help="Also train a model from scratch on each draw; takes minutes each.")
@jobs_option
@out_option
def command(
    corpora: Sequence[str],
    with_sites: Sequence[str],
    sizes: Sequence[int],
    draws: int,
    scratch: bool,
    jobs: int,
    out: Path | None,
) -> None:
    """Adapt the shipped model to 20, 50, 100 pages of a corpus and measure word F1 on its other pages.

    Pages are drawn at random, several times. All pages of a site are adapted to or measured on, except with --sites-of.
    The corpora must not be among those that the shipped model was trained on.

    \b
    Example:
      python -m benchmarks adaptation blogs_2012.parquet --sites-of world_press.parquet
    """
    chosen = [(name, False) for name in corpora] + [(name, True) for name in with_sites]
    if not chosen:
        raise click.UsageError("no corpus is given.")
    found: list[Draw] = []
    keys: list[str] = []
    for argument, of_sites in chosen:
        name, pages = _pages(argument, of_sites, jobs)
        keys += [page.key for page in pages]
        planned = [(size, draw) for size in sizes or SIZES if len(pages) - size >= _MIN_TESTED for draw in range(draws)]
        with progress(f"Adapting to pages of {name}", len(planned)) as advance:
            for size, draw in planned:
                found.append(_measure(name, pages, size, draw, not of_sites, scratch, jobs))
                advance()
    if not found:
        raise BenchmarkError("the corpora have too few pages to adapt to some and to measure on others")
    points = list(points_of(found))
    results = {
        "context": context(),
        "page_set": page_set(keys),
        "points": points,
        "draws": [asdict(draw) for draw in found],
    }
    write_json(results_folder(out, None) / FILE, results)
    print_tables(table("Word F1 by pages adapted to", list(points[0]), [list(point.values()) for point in points]))


def _pages(argument: str, of_sites: bool, jobs: int) -> tuple[str, list[TrainingPage]]:
    """Return the name and the prepared pages of a corpus, or of its four largest sites."""
    name, corpus = open_corpus(argument)
    pages, failures = prepare(corpus, CACHE.parent / "training", jobs)
    for page, why in failures:
        warn(f"{page}, left out", why)
    if not of_sites:
        return name, pages
    sites, counts = np.unique([page.group for page in pages], return_counts=True)
    largest = set(sites[np.argsort(-counts, kind="stable")[:4]].tolist())
    return f"{name}, 4 sites", [page for page in pages if page.group in largest]


def _measure(
    corpus: str, pages: Sequence[TrainingPage], size: int, draw: int, apart: bool, with_scratch: bool, jobs: int
) -> Draw:
    taken = draw_pages(group_numbers(pages) if apart else np.arange(len(pages)), size, draw)
    given, tested = ([page for page, its in zip(pages, taken, strict=True) if its == part] for part in (True, False))
    base = load_shipped(pages[0].input_format)
    adaptation = adapt_pages(base, given, n_jobs=jobs, random_state=draw)
    scratch = _from_scratch(given, draw, jobs) if with_scratch else None
    shipped, adapted, own = (
        None if model is None else _word_f1(model, tested)
        for model in (base, adaptation.model if adaptation.is_better else base, scratch)
    )
    assert shipped is not None and adapted is not None
    return Draw(corpus, size, draw, len(tested), shipped, adapted, own)


def draw_pages(groups: NDArray[np.int64], size: int, draw: int) -> NDArray[np.bool_]:
    """Return which pages are drawn, bool [n_pages]: `size` of whole groups, or a few less; `draw` is the seed."""
    order = np.random.default_rng((draw, size)).permutation(groups.max() + 1)
    taken = np.zeros(len(groups), dtype=bool)
    for group in order.tolist():
        its = groups == group
        if taken.sum() + its.sum() <= size:
            taken |= its
    return taken


def _from_scratch(pages: Sequence[TrainingPage], draw: int, jobs: int) -> ContentModel | None:
    try:
        return BoilerplateClassifier(base=None, n_jobs=jobs, random_state=draw).fit_model(pages)
    except BoilerkitError as error:
        warn("no model from scratch", str(error))
        return None


def _word_f1(model: ContentModel, pages: Sequence[TrainingPage]) -> float:
    predictions = (model.predict_proba(page.load().blocks) for page in pages)
    return round(mean_word_f1(score_pages(pages, predictions, by_model(model))).value, 4)


def points_of(draws: Sequence[Draw]) -> Iterator[dict[str, Any]]:
    """Yield for each corpus and number of pages the means over the draws, and the range of the gains."""
    for corpus, pages in dict.fromkeys((draw.corpus, draw.pages) for draw in draws):
        its = [draw for draw in draws if (draw.corpus, draw.pages) == (corpus, pages)]
        gains = [draw.adapted - draw.shipped for draw in its]
        scratch = [draw.scratch for draw in its if draw.scratch is not None]
        yield {
            "corpus": corpus,
            "pages": pages,
            "draws": len(its),
            "shipped": round(float(np.mean([draw.shipped for draw in its])), 4),
            "adapted": round(float(np.mean([draw.adapted for draw in its])), 4),
            "scratch": round(float(np.mean(scratch)), 4) if scratch else None,
            "gain": round(float(np.mean(gains)), 4),
            "least_gain": round(min(gains), 4),
            "most_gain": round(max(gains), 4),
        }
