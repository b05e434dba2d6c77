"""The title of plain text."""

from __future__ import annotations

import numpy as np
import pytest

from boilerkit.metadata.plain_title import MIN_PROBABILITY, find_title

WINDOW = "A mill reopens | The Courier"


@pytest.mark.parametrize(
    ("blocks", "title"),
    [
        ([("Menu", 0.0), ("A mill\n reopens", 0.9), ("Text", 0.1)], "A mill reopens"),
        ([(WINDOW, 0.8), ("Menu", 0.0), ("A mill reopens", 0.05), ("A mill", 0.05)], "A mill reopens"),
        ([(WINDOW, 0.8), ("A", 0.1), ("A mill", 0.05)], WINDOW),  # "A" and "A mill" go on without a separator
        ([(WINDOW, 0.2), ("A mill reopens", 0.5), ("After a century of silence", 0.9)], "A mill reopens"),
        ([(WINDOW, 0.2), ("A mill reopens", 0.4), ("After a century of silence", 0.9)], "After a century of silence"),
        ([("磨坊重开-本地新闻", 0.6), ("磨坊重开", 0.1)], "磨坊重开"),
        ([("Text", MIN_PROBABILITY / 2), ("", 0.0)], None),
        ([], None),
    ],
)
def test_the_title_is_the_heading_without_the_name_of_the_site(
    blocks: list[tuple[str, float]], title: str | None
) -> None:
    assert find_title([text for text, _ in blocks], np.array([p for _, p in blocks])) == title
