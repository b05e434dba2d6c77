"""Plain texts: a page to extract, and hypothesis strategies."""

from __future__ import annotations

import textwrap

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

PARAGRAPH = (
    "The old ferry has carried people over the river for ninety years, and nobody could say how often. "
    "When the bridge opens in spring, the ferry will stay where it is, the council said on Monday. "
)
PARAGRAPHS = (
    PARAGRAPH * 2,
    "The boat was built in 1931 at the yard across the river, where the ferryman's grandfather worked. "
    "She has had three engines since, and the last of them came out of a bus.",
    "“People ask me whether I am sad,” said Ann Weller, who steers the ferry on most days. "
    "“I tell them that a bridge cannot wait for you when you are late, and that I can.”",
    "On Sundays in summer the ferry now carries more bicycles than people. "
    "The council thinks that this will go on when the cars take the bridge, and has put money aside for a new landing.",
)
PAGE = (
    """\
Home | News | Sport | Weather

  • Harbour fees to rise again in May
  • Two new trams for the eastern line

The ferry stays

By Ann Lee, 12 March 2024, 14:05

"""
    + "\n\n".join(PARAGRAPHS)
    + """

Most read
  • Owls return to the old mill
  • The last lamp lighter retires

© 2024 The Harbour Gazette. All rights reserved.
Privacy | Terms | Contact
"""
)

_CHARACTERS = (
    "aB1éß中文かはสวัสดี \t\n\r\x0b\x0c\x1c\x85\u2028\xa0•*-–.,;:!?…。|@/>\"“”'()[]#&<\x00\ud800\U0001f600\U00020000ʰǅⅧ٣"
)
_FRAGMENTS = [
    "word", "Two", "2019", "12:30", "http://example.org/a", "a@b.org", "1. item", "  • item", "\n\n", " | ", "\r\n",
    "...",
]  # fmt: skip
_LINES = [
    "Home", "About us | Terms", "• item", "", "", PARAGRAPH, PARAGRAPH * 2, "Most read", "By Ann, 2024", "The ferry:",
]  # fmt: skip
_WORDS = ["the", "of", "a", "paragraph", "whose", "lines", "are", "broken", "here"]


def texts() -> SearchStrategy[str]:
    """Any text, most of it made of characters and words that some column counts, or wrapped like a mail."""
    words = st.lists(st.text(st.sampled_from(_CHARACTERS), max_size=12) | st.sampled_from(_FRAGMENTS), max_size=40)
    return words.map(" ".join) | words.map("".join) | st.text(max_size=80) | _wrapped()


def pages() -> SearchStrategy[str]:
    """Texts with menus, paragraphs and lists."""
    return st.lists(st.sampled_from(_LINES), min_size=1, max_size=14).map("\n".join)


def _wrapped() -> SearchStrategy[str]:
    return st.builds(
        lambda paragraphs, width, gap, indent: gap.join(
            textwrap.fill(" ".join(words), width, initial_indent=indent, subsequent_indent=indent)
            for words in paragraphs
        ),
        st.lists(st.lists(st.sampled_from(_WORDS), max_size=90), max_size=5),
        st.integers(45, 105),
        st.sampled_from(["\n", "\n\n"]),
        st.sampled_from(["", "   "]),
    )
