"""From labelled pages to what training needs of them: columns, fixed features and targets, kept on disk.

Pages are segmented and aligned once, in parallel, and stored as one file of plain arrays each; training then reads them
back one at a time, so that thousands of pages fit in little memory.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np
from joblib import Parallel, delayed
from lxml import etree
from numpy.typing import NDArray

import boilerkit
from boilerkit.errors import BoilerkitError
from boilerkit.blocks.features import Floats
from boilerkit.html.features import static_features
from boilerkit.html.features.vocabulary import TokenShares, token_shares
from boilerkit.gold.pages import Gold, GoldPage, domain_of, html_bytes
from boilerkit.learning.alignment import align, align_labels, gold_text
from boilerkit.html.document import read
from boilerkit.html.segmentation.blocks import HtmlBlocks

_TEXTS = ("text", "title", "description", "address")


@dataclass(frozen=True)
class PageData:
    """One labelled page, ready to train on; `labels` is as `gold.align_labels` gives it, -1 for gold without labels."""

    table: HtmlBlocks
    fixed: Floats
    content: NDArray[np.float32]
    weight: NDArray[np.float32]
    labels: NDArray[np.int8]
    gold_text: str


@dataclass(frozen=True)
class TrainingPage:
    """What is kept in memory of a labelled page; `file` holds the rest, `key` is a hash of the page itself."""

    id: str
    key: str
    group: str
    page_type: str
    corpus: str
    file: Path
    weight: NDArray[np.float32]
    shares: TokenShares

    def load(self) -> PageData:
        """Read the page's columns and targets back."""
        return load(self.file)


def load(file: Path) -> PageData:
    """Read what `prepare` stored of one page."""
    with np.load(file, allow_pickle=False) as arrays:
        columns = {f.name: arrays[f"table.{f.name}"] for f in fields(HtmlBlocks) if f.name not in _TEXTS}
        columns |= {name: _as_text(arrays[f"table.{name}"]) for name in _TEXTS}
        return PageData(
            HtmlBlocks(**columns),
            arrays["fixed"],
            arrays["content"],
            arrays["weight"],
            arrays["labels"],
            _as_text(arrays["gold_text"]),
        )


def prepare(
    pages: Iterable[GoldPage],
    cache_dir: str | Path,
    n_jobs: int = -1,
    on_page: Callable[[], object] = lambda: None,
) -> tuple[list[TrainingPage], list[tuple[str, str]]]:
    """Segment pages and align their gold, in `n_jobs` processes; what `cache_dir` already holds is not done again.

    Returns the lessons in the order of the pages, and (id, message) of each page that cannot be used. `on_page` is
    called after each page.
    """
    folder = Path(cache_dir)
    folder.mkdir(parents=True, exist_ok=True)
    lessons: list[TrainingPage] = []
    failures: list[tuple[str, str]] = []
    workers = Parallel(n_jobs=n_jobs, return_as="generator", pre_dispatch="2*n_jobs", batch_size=4)
    for outcome in workers(delayed(_prepare_page)(page, folder) for page in pages):
        if isinstance(outcome, TrainingPage):
            lessons.append(outcome)
        else:
            failures.append(outcome)
        on_page()
    return lessons, failures


def _prepare_page(page: GoldPage, folder: Path) -> TrainingPage | tuple[str, str]:
    if not isinstance(page.html, str | bytes):
        return page.id, f"a page is str or bytes, not {type(page.html).__name__}"
    if page.gold is None:
        return page.id, "only snippets of its gold are known: training needs its main text or labelled spans"
    file = folder / f"{_file_key(page.html, page.gold)}.npz"
    try:
        if not _is_whole(file):
            _store(_columns_of(page.html, page.gold), file)
        prepared = load(file)
    except BoilerkitError as error:
        return page.id, str(error)
    except Exception as error:  # whatever is wrong with one page, the others shall be used
        return page.id, f"unexpected {type(error).__name__}: {error}"
    shares = token_shares(prepared.table, prepared.content, prepared.weight)
    group = page.group or domain_of(prepared.table.address) or f"{page.corpus}/{page.id}"
    return TrainingPage(page.id, page_key(page.html), group, page.page_type, page.corpus, file, prepared.weight, shares)


def _columns_of(html: str | bytes, gold: Gold) -> PageData:
    table = read(html)[1]
    target, labels = align(table, gold), align_labels(table, gold)
    return PageData(table, static_features(table), target.content, target.weight, labels, gold_text(table, gold))


def _store(prepared: PageData, file: Path) -> None:
    table = prepared.table
    arrays = {f"table.{f.name}": getattr(table, f.name) for f in fields(HtmlBlocks) if f.name not in _TEXTS}
    arrays |= {f"table.{name}": _as_bytes(getattr(table, name)) for name in _TEXTS}
    arrays |= {"fixed": prepared.fixed, "content": prepared.content, "weight": prepared.weight}
    arrays["labels"] = prepared.labels
    arrays["gold_text"] = _as_bytes(prepared.gold_text)
    with tempfile.NamedTemporaryFile(dir=file.parent, suffix=".part", delete=False) as partial:
        np.savez(partial, **arrays)
    Path(partial.name).replace(file)  # so that a run that is stopped leaves no half file


def _as_bytes(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=np.uint8)


def _as_text(stored: NDArray[np.uint8]) -> str:
    return stored.tobytes().decode("utf-8", "surrogatepass")


def _is_whole(file: Path) -> bool:
    return file.is_file() and zipfile.is_zipfile(file)


def page_key(html: str | bytes) -> str:
    """A name for a page: a hash of its bytes (of str: as UTF-8)."""
    return hashlib.blake2b(html_bytes(html), digest_size=16).hexdigest()


def _file_key(html: str | bytes, gold: Gold) -> str:
    """A name for what is stored of a page: of its content, its gold, and the code that makes columns of them."""
    said = gold if isinstance(gold, str) else json.dumps([asdict(span) for span in gold])
    digest = hashlib.blake2b(_code_version(), digest_size=16)
    for part in (page_key(html), page_key(said)):
        digest.update(part.encode())
    return digest.hexdigest()


@cache
def _code_version() -> bytes:
    """Changes with the modules that the stored columns come from."""
    package = Path(boilerkit.__file__).parent
    files = [package / f"{name}.py" for name in ("decode", "gold", "labels", "metrics", "read", "shell")]
    files.append(package / "_floods.pyx")
    for part in ("segment", "features"):
        files += sorted((package / part).glob("*.p[xy]*"))  # .py, .pyx and .pxd
    libraries = repr((etree.LXML_VERSION, etree.LIBXML_VERSION)).encode()
    return hashlib.blake2b(b"".join([libraries, *(file.read_bytes() for file in files)])).digest()


class Grouped(Protocol):
    """A page with the name of its group and a hash of it."""

    @property
    def group(self) -> str: ...

    @property
    def key(self) -> str: ...


def groups_of(lessons: Sequence[Grouped]) -> NDArray[np.int64]:
    """The lessons' groups as numbers, [n_lessons]. Groups that have a page in common are one."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    names, groups = np.unique([lesson.group for lesson in lessons], return_inverse=True)
    pages, keys = np.unique([lesson.key for lesson in lessons], return_inverse=True)
    n_nodes = len(names) + len(pages)
    edges = coo_array((np.ones(len(lessons)), (groups, len(names) + keys)), shape=(n_nodes, n_nodes))
    joined: NDArray[np.int64] = connected_components(edges, directed=False)[1].astype(np.int64)[groups]
    return joined


def iter_pages(lessons: Iterable[TrainingPage]) -> Iterator[PageData]:
    """Load lessons one after the other."""
    for lesson in lessons:
        yield lesson.load()
