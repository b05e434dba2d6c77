"""The compiled walk against the plain one of `reference_walk`."""

from __future__ import annotations

from typing import Any

import numpy as np
from lxml import etree
from numpy.typing import NDArray

from boilerkit.decoding.encoding import decode
from boilerkit.errors import InputError
from boilerkit.html.parsing import parse
from boilerkit.html.segmentation._walk import walk
from boilerkit.html.segmentation.blocks import HtmlBlocks
from boilerkit.html.segmentation.columns import BLOCK_COLUMNS, ELEMENT_COLUMNS
from support import reference_walk


def assert_same_walk(root: etree._Element) -> None:
    """Compare all columns of a tree."""
    compiled, plain = walk(root), _with_no_element(reference_walk.walk(root))
    assert compiled.keys() == plain.keys()
    names = {"blocks": [*BLOCK_COLUMNS], "elements": [*ELEMENT_COLUMNS]}
    for key, expected in plain.items():
        found = compiled[key]
        if isinstance(expected, str):
            assert found == expected, key
            continue
        assert found.dtype == expected.dtype
        assert found.shape == expected.shape, key
        if key == "block_tokens":  # the order of one block's tokens does not matter
            found, expected = _in_any_order(found), _in_any_order(expected)
        for index, (ours, theirs) in enumerate(zip(found.T, expected.T, strict=True)):
            name = names[key][index] if key in names else index
            assert ours.tolist() == theirs.tolist(), f"{key}: {name}"


def assert_same_walk_of_page(html: str | bytes) -> None:
    """Compare all columns of a page, if it can be parsed."""
    try:
        root = parse(decode(html))
    except InputError:
        return
    if root is not None:
        assert_same_walk(root)


def _in_any_order(tokens: NDArray[np.int32]) -> NDArray[np.int32]:
    return tokens[np.lexsort(tokens.T)]


def _with_no_element(columns: dict[str, Any]) -> dict[str, Any]:
    """Return the columns with the row that means "no element"."""
    blocks = HtmlBlocks.from_columns(columns)
    return {name: getattr(blocks, name) for name in columns}
