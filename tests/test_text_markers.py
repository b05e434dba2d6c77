"""Markers of list items in plain text."""

from __future__ import annotations

import numpy as np
import pytest

from boilerkit.html.document import HtmlDocument


def text_of(html: str, list_markers: bool = True) -> str:
    document = HtmlDocument.read(f"<body>{html}")
    return document.to_text(np.ones(len(document.blocks), dtype=bool), list_markers)


@pytest.mark.parametrize(
    "html, text",
    [
        ("<ul><li>a<li>b</ul>", "- a\n- b"),
        ("<ol><li>a<li>b</ol>", "1. a\n2. b"),
        ("<ol start=9><li>a<li value=20>b<li>c</ol>", "9. a\n20. b\n21. c"),
        ("<ol><li>a<ul><li>b</ul><li>c</ol>", "1. a\n- b\n2. c"),
        ("<ul><li><p>a</p><p>b</p></ul>", "- a\nb"),
        ("<ul><li>• a<li>- b<li>→ c</ul>", "• a\n- b\n→ c"),
        ("<table><tr><td><ul><li>a<li>b</ul><td>c<tr><td>d<td>e</table>", "a b | c\nd | e"),
        (f"<ul><li>{'<p>a</p>' * 7}</ul>", "\n".join("a" * 7)),
    ],
)
def test_items_of_lists_have_markers(html: str, text: str) -> None:
    assert text_of(html) == text


def test_markers_can_be_left_out() -> None:
    assert text_of("<ul><li>a<li>b</ul><ol><li>c</ol>", False) == "a\nb\n\nc"


def test_numbers_of_lines_are_left_out() -> None:
    code = "<table><tr><td><pre>1\n2\n3</pre><td><pre>a\nb\nc</pre></table>"
    assert text_of(code) == "a\nb\nc"
    assert text_of("<pre>1\n2\nx</pre>") == "1\n2\nx"
