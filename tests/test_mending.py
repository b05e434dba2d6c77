"""Markup of which libxml2 makes another tree than browsers: mended, it loses no text."""

from __future__ import annotations

import pytest
from hypothesis import given
from lxml import etree
from support.strategies import pages

from boilerkit.decoding.encoding import decode_to_utf8
from boilerkit.html._mending import mend
from boilerkit.html.nesting import flatten
from boilerkit.html.parsing import MAX_DEPTH, mend_markup, parse


def mended(markup: str) -> str:
    return mend(markup.encode())[0].decode()


@pytest.mark.parametrize("name", ["source", "track", "wbr", "embed", "bgsound", "keygen"])
def test_void_elements_have_no_content(name: str) -> None:
    root = parse(f"<body><div><{name} src=a><p>one</p></div><{name.upper()} title='>'>two<{name}/>three")
    assert root is not None
    assert [element.tag for element in root.iter(name) if len(element) or element.text] == []
    assert "".join(root.itertext()) == "onetwothree"


@pytest.mark.parametrize(
    "markup",
    [
        "<sources>x</sources>",
        "<script>'<wbr>'</script>",
        "<style><wbr></style>",
        "<textarea><wbr></textarea>",
        "<!-- <wbr> -->",
        "<wbr /><source src=a />",
        "<wbr ",
        "<p title='<wbr>'>",
        "<p>a</p> b</p>\n</body>\n</html>\n",
    ],
)
def test_what_needs_no_mending_stays(markup: str) -> None:
    expected = markup.replace("'<wbr>'>", "'<wbr />'>")  # in an attribute nobody reads: not worth telling apart
    assert mended(markup) in (markup, expected)


def test_text_after_the_end_of_the_body_is_kept() -> None:
    root = parse("<html><body><p>one</p></body></html><p>two</p></body>three")
    assert root is not None
    assert "".join(root.itertext()) == "onetwothree"


def test_end_tags_without_start_part_the_text() -> None:
    assert mended("a</br>b") == "a<br>b"
    assert mended("<p>a</p>b</p>c") == "<p>a</p> b</p> c"


@pytest.mark.parametrize("name", ["b", "font", "span", "div", "x-y", "table"])
@pytest.mark.parametrize("closed", [True, False])
def test_what_is_nested_deep_keeps_its_text(name: str, closed: bool) -> None:
    n = 3000
    root = parse("<p>before</p>" + f"<{name}>" * n + "inside" + f"</{name}>" * n * closed + "<p>after")
    assert root is not None
    assert " ".join("".join(root.itertext()).split()) == "beforeinsideafter"


def test_flatten_leaves_what_is_not_deep() -> None:
    markup = b"<p><b>x</p>" * 100 + b"<br>" * 100 + b"</i>"
    assert flatten(markup, 50) == markup
    assert flatten(b"<a><b><i>x</i></b></a>y", 2) == b"<a><b>x</b></a>y"
    assert flatten(b"<a><b><p>x</p>y", 2) == b"<a><b><hr>x<hr>y"


@given(pages())
def test_mending_loses_no_text_and_is_done_once(page: str) -> None:
    source = decode_to_utf8(page)
    once = mend_markup(source)
    assert mend_markup(once) == once
    root = parse(page)
    depth = 0 if root is None else max(sum(1 for _ in element.iterancestors()) for element in root.iter(etree.Element))
    assert depth <= MAX_DEPTH + 10


@pytest.mark.parametrize(
    "piece", ["<wbr ", "<wbr a='", "</body>", "<!--", "<script>", "<b>", '<source "', "</p>x", "<!-->"]
)
def test_megabytes_of_one_piece_are_read(piece: str) -> None:
    assert mend_markup((piece * (1_000_000 // len(piece)) + "end").encode())
