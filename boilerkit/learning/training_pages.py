"""Training pages: labelled pages, segmented and aligned with their gold, kept on disk.

Pages are prepared once, in parallel, and stored as one file of plain arrays each; training then reads them back one at
a time, so that thousands of pages fit in little memory.
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
from typing import Any, Protocol

import numpy as np
from joblib import Parallel, delayed
from lxml import etree
from numpy.typing import NDArray

from boilerkit.blocks.columns import BlockColumns, InputFormat
from boilerkit.blocks.vocabulary import Floats, TokenShares
from boilerkit.documents import feature_set, read_document
from boilerkit.errors import BoilerkitError
from boilerkit.gold.pages import GoldPage, domain_of, page_key
from boilerkit.learning.alignment import align, align_labels, gold_text


@dataclass(frozen=True)
class PageData:
    """What training reads of one page.

    `static` [n_blocks, n_static] are its static features, `content` and `weight` [n_blocks] its `BlockTargets`, and
    `labels` int8 [n_blocks] those of `align_labels`.
    """

    blocks: BlockColumns
    static: Floats
    content: NDArray[np.float32]
    weight: NDArray[np.float32]
    labels: NDArray[np.int8]
    gold_text: str

    def save(self, file: Path) -> None:
        """Write the page to a file of plain arrays, whole or not at all."""
        arrays: dict[str, Any] = {"input_format": _as_bytes(self.blocks.input_format)}
        for holder, prefix in ((self.blocks, "blocks."), (self, "")):
            for field in fields(holder):  # type: ignore[arg-type]
                value = getattr(holder, field.name)
                if field.name != "blocks" or prefix:
                    arrays[prefix + field.name] = _as_bytes(value) if isinstance(value, str) else value
        with tempfile.NamedTemporaryFile(dir=file.parent, suffix=".part", delete=False) as partial:
            np.savez(partial, **arrays)
        Path(partial.name).replace(file)

    @classmethod
    def load(cls, file: Path) -> PageData:
        """Read what `save` wrote."""
        with np.load(file, allow_pickle=False) as arrays:
            block_class = _block_class(_as_text(arrays["input_format"]))
            columns = {field.name: _value(arrays[f"blocks.{field.name}"], field.type) for field in fields(block_class)}
            values = {field.name: _value(arrays[field.name], field.type) for field in fields(cls)[1:]}
            return cls(block_class(**columns), **values)


@dataclass(frozen=True)
class TrainingPage:
    """What is kept in memory of a training page; `load` reads the rest from `file`.

    `key` is a hash of the page, `group` names its site, and `variant` the renderer of a page that exists in several
    plain-text renderings, which share a key. `weight` [n_blocks] is that of its `BlockTargets`. `shares` is what the
    vocabulary learns from it, None for a page from which it learns nothing. `importance` is how much it counts relative
    to other pages of its corpus.
    """

    id: str
    key: str
    group: str
    page_type: str
    corpus: str
    input_format: InputFormat
    file: Path
    weight: NDArray[np.float32]
    shares: TokenShares | None
    variant: str = ""
    importance: float = 1.0

    def load(self) -> PageData:
        """Read the page's blocks and targets."""
        return PageData.load(self.file)


def iter_pages(pages: Iterable[TrainingPage]) -> Iterator[PageData]:
    """Load pages one after the other."""
    for page in pages:
        yield page.load()


def prepare(
    pages: Iterable[GoldPage],
    cache_dir: str | Path,
    n_jobs: int = -1,
    on_page: Callable[[], object] = lambda: None,
) -> tuple[list[TrainingPage], list[tuple[str, str]]]:
    """Segment pages and align their gold in `n_jobs` processes; what `cache_dir` already holds is reused.

    Return the training pages in the order of the pages, and (id, message) of each page that cannot be used. `on_page`
    is called after each page.
    """
    folder = Path(cache_dir)
    folder.mkdir(parents=True, exist_ok=True)
    prepared: list[TrainingPage] = []
    failures: list[tuple[str, str]] = []
    workers = Parallel(n_jobs=n_jobs, return_as="generator", pre_dispatch="2*n_jobs", batch_size=4)
    for outcome in workers(delayed(_prepare_page)(page, folder) for page in pages):
        if isinstance(outcome, TrainingPage):
            prepared.append(outcome)
        else:
            failures.append(outcome)
        on_page()
    return prepared, failures


def _prepare_page(page: GoldPage, folder: Path) -> TrainingPage | tuple[str, str]:
    if not isinstance(page.source, str | bytes):
        return page.id, f"a page is str or bytes, not {type(page.source).__name__}"
    if page.gold is None:
        return page.id, "only snippets of its gold are known: training needs its main text or labelled spans"
    file = folder / f"{_file_key(page)}.npz"
    try:
        if not (file.is_file() and zipfile.is_zipfile(file)):
            _page_data(page).save(file)
        data = PageData.load(file)
    except BoilerkitError as error:
        return page.id, str(error)
    except Exception as error:  # a bug on one page must not cost the others
        return page.id, f"unexpected {type(error).__name__}: {error}"
    group = page.group or domain_of(getattr(data.blocks, "address", "")) or f"{page.corpus}/{page.id}"
    return training_page(data, file, page.id, page_key(page.source), group, page.page_type, page.corpus)


def training_page(
    data: PageData, file: Path, id: str, key: str, group: str, page_type: str = "", corpus: str = "", variant: str = ""
) -> TrainingPage:
    """Return the training page of data that are stored in `file`."""
    input_format = data.blocks.input_format
    shares = feature_set(input_format).token_shares(data.blocks, data.content, data.weight)
    return TrainingPage(id, key, group, page_type, corpus, input_format, file, data.weight, shares, variant)


def _page_data(page: GoldPage) -> PageData:
    assert page.gold is not None
    blocks = read_document(page.source, page.input_format).blocks
    targets = align(blocks, page.gold)
    return PageData(
        blocks=blocks,
        static=feature_set(page.input_format).static_features(blocks),
        content=targets.content_share,
        weight=targets.word_weight,
        labels=align_labels(blocks, page.labelled_spans),
        gold_text=gold_text(blocks, page.gold),
    )


def _block_class(input_format: str) -> type[Any]:
    from boilerkit.html.segmentation.blocks import HtmlBlocks
    from boilerkit.plaintext.segmentation import TextBlocks

    return HtmlBlocks if input_format == "html" else TextBlocks


def _value(stored: NDArray[Any], annotation: object) -> Any:
    return _as_text(stored) if annotation == "str" else stored


def _as_bytes(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=np.uint8)


def _as_text(stored: NDArray[np.uint8]) -> str:
    return stored.tobytes().decode("utf-8", "surrogatepass")


def _file_key(page: GoldPage) -> str:
    """Return a name for what is stored of a page: a hash of its source, its gold, and the code that prepares it."""
    gold = [page.gold if isinstance(page.gold, str) else None, *map(asdict, page.labelled_spans)]
    digest = hashlib.blake2b(_code_version(), digest_size=16)
    for part in (page.input_format, page_key(page.source), page_key(json.dumps(gold))):
        digest.update(part.encode())
    return digest.hexdigest()


@cache
def _code_version() -> bytes:
    """Return a hash of the package's sources and of the parser: whatever may change what is stored of a page."""
    package = Path(__file__).parent.parent
    sources = sorted(file for file in package.rglob("*.p[xy]*") if file.suffix in (".py", ".pyx", ".pxd"))
    libraries = repr((etree.LXML_VERSION, etree.LIBXML_VERSION)).encode()
    return hashlib.blake2b(b"".join([libraries, *(source.read_bytes() for source in sources)])).digest()


class HasGroup(Protocol):
    """A page with the name of its group and a hash of it."""

    @property
    def group(self) -> str: ...

    @property
    def key(self) -> str: ...


def group_numbers(pages: Sequence[HasGroup]) -> NDArray[np.int64]:
    """Return the pages' groups as numbers, [n_pages]. Groups that have a page in common are one."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    names, groups = np.unique([page.group for page in pages], return_inverse=True)
    keys, key_numbers = np.unique([page.key for page in pages], return_inverse=True)
    n_nodes = len(names) + len(keys)
    edges = coo_array((np.ones(len(pages)), (groups, len(names) + key_numbers)), shape=(n_nodes, n_nodes))
    joined: NDArray[np.int64] = connected_components(edges, directed=False)[1].astype(np.int64)[groups]
    return joined
