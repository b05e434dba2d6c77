"""The order in which pages are worth labelling: uncertain ones first, then other sites and other templates.

Each page is worth what the model is expected to get wrong on it, less what pages before it in the order show already.
The greedy choice is that of submodular active learning (Wei, Iyer and Bilmes 2015, "Submodularity in Data Subset
Selection and Active Learning"): what a page adds only falls as others are chosen, so a heap finds the next one without
looking at all.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Hash functions of a template's signature.
_N_HASHES = 8
_FACTORS = np.array([(2 * number + 1) * 0x9E3779B97F4A7C15 % 2**64 for number in range(_N_HASHES)], dtype=np.uint64)
#: What another page of a site, and of a template, is worth relative to the first.
SAME_SITE, SAME_TEMPLATE = 0.6, 0.5


@dataclass(frozen=True)
class Outlook:
    """What the order depends on: the word F1 to expect of a page, its site ("" if unknown), and its template."""

    expected_f1: float
    site: str
    template: tuple[int, ...]


def template_signature(places: NDArray[np.int64]) -> tuple[int, ...]:
    """Return hashes of a page's kinds of place, which agree in as many positions as the pages share of these.

    `places` [n_blocks] are those of `BlockColumns`. Min-wise hashing (Broder 1997): the share of positions that agree
    is an estimate of the Jaccard similarity.
    """
    kinds = np.unique(places).astype(np.uint64)
    if not len(kinds):
        return (0,) * _N_HASHES
    mixed = kinds[:, None] * _FACTORS  # overflow is intended
    mixed ^= mixed >> np.uint64(29)
    mixed *= _FACTORS[::-1]
    return tuple((mixed ^ mixed >> np.uint64(32)).min(axis=0).tolist())


def order_by_gain(waiting: Sequence[Outlook], labelled: Iterable[Outlook] = ()) -> list[int]:
    """Return the numbers of the waiting pages, those first that add most to the labelled ones and to each other."""
    sites: Counter[str] = Counter()
    templates: set[tuple[int, int]] = set()

    def choose(page: Outlook) -> None:
        sites[page.site] += bool(page.site)
        templates.update(enumerate(page.template))

    def gain(page: Outlook) -> float:
        alike = sum(part in templates for part in enumerate(page.template)) / _N_HASHES
        same_site = SAME_SITE ** sites[page.site] if page.site else 1.0
        return (1 - page.expected_f1) * same_site * (1 - SAME_TEMPLATE * alike)

    for page in labelled:
        choose(page)
    heap = [(-gain(page), number) for number, page in enumerate(waiting)]
    heapq.heapify(heap)
    order: list[int] = []
    while heap:
        number = heap[0][1]
        current = (-gain(waiting[number]), number)
        if current > heap[0]:  # it has become worth less
            heapq.heapreplace(heap, current)
            continue
        heapq.heappop(heap)
        order.append(number)
        choose(waiting[number])
    return order
