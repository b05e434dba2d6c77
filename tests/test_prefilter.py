"""The prefilter removes what the walk does not read: the columns stay the same, whatever the page."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree
from support.real import FILES, real_pages
from support.strategies import mutations, pages

from boilerkit.decoding.encoding import decode_to_utf8
from boilerkit.errors import InputError
from boilerkit.html._prefilter import strip_unused_markup
from boilerkit.html.document import HtmlDocument
from boilerkit.html.parsing import mend_markup, parse_mended
from boilerkit.html.segmentation._walk import walk

pytestmark = pytest.mark.skipif(
    etree.LIBXML_VERSION < (2, 14),
    reason="this libxml2 splits tags in its own ways, so the prefilter is not used",
)

#: What a tokenizer has states for, whole and in pieces.
PIECES = [
    "<script>", "</script>", "</script\f>", "<script\f", "<sCript src=/>", "</SCRIPT>", "</script/",
    "<script><!--<script>", "<style>", "</style >", " class", " ='z'",
    "<style />", "<script type='application/ld+json'>{\"@type\":\"x\"}", "<script/>",
    "<!--", "-->", "--!>", "<!-->", "<!--->", "-", "!", "<?php", "?>", '<!doctype html "a>b">', "<![CDATA[", "]]>",
    "<![if IE]>", "</ x>", "</>", "<1",
    "<textarea>", "</textarea>", "<title>", "</title>", "<iframe>", "</iframe>", "<xmp>", "</xmp>", "<noframes>",
    "</noframes>", "<noembed>", "</noembed>", "<noscript>", "</noscript>", "<plaintext>",
    "<svg>", "</svg>", "<math>", "<template>", "</template>", "<table>", "<td>", "<select>", "<option>", "<b>", "</b>",
    '<p data-x="', '"', "'", "`", "=", "/", ">", "<", " ", "\n", "\f", "\v", " class=a", " CLASS=B", " data-a=b", "a",
    " hidden", "hidden ", "data-x", " data-component-and-more=c", " aria-labelledby-and-more=d", "<p ", "</p ", "<br/",
    "<div/a=b>", "<a href=x/>", "<p\n id=\"y\"z='w'q>", "<img src=x alt='>'>", "<img src= >", "<body class=z>",
    "<html lang=x id=q>", "<meta name=description content='a b c'>", "text", "Ä", "&amp;",
]  # fmt: skip


def soup() -> st.SearchStrategy[str]:
    return st.lists(st.sampled_from(PIECES), max_size=25).map("".join)


def strip_all(html: bytes) -> bytes:
    return strip_unused_markup(html, 1)


def assert_prefilter_keeps_walk(page: str | bytes) -> None:
    """The columns of the filtered page are those of the page."""
    try:
        source = mend_markup(decode_to_utf8(page))
    except InputError:
        return
    whole, left = parse_mended(source), parse_mended(strip_all(source))
    if whole is None or left is None:
        assert whole is left, strip_all(source)
        return
    expected, found = walk(whole), walk(left)
    for name, column in expected.items():
        same = found[name] == column if isinstance(column, str) else found[name].tolist() == column.tolist()
        assert same, (name, strip_all(source))


@settings(max_examples=1500)
@given(soup())
@example("<p class data-x=y ='z'>text")  # what follows a removed attribute is not the value of the one before
@example("<p hidden title=y =until-found>text")
@example("<p data-a \f=' class=x '>text")
@example("<script></script\f><p>text</p><script></script>")  # a form feed is white space
@example("<style></style\f>a</style>")
@example("<script><!--<script\f></script>--></script>")
@example('<script type=application/ld+&#106;son>{"@type":"Article"}</script>')  # character references may spell JSON
@example("<p class=a " + "data-x=yy " * 3000 + ">text")  # a flood of attributes loses all of them
@example("<p /data-x=y>text</p>")  # nor a slash the end of the element
@example("<p data-x=y/>text</p>")
@example("<p hidden=data-x data-y>text")
@example("<title><p data-x='</title><p class=a hidden>'></title>")
@example("<script><!--<script></script><p hidden>--></script><p>text")
def test_the_walk_is_the_same_on_soup(html: str) -> None:
    assert_prefilter_keeps_walk(html)


@settings(max_examples=400)
@given(pages())
def test_the_walk_is_the_same_on_pages(html: str) -> None:
    assert_prefilter_keeps_walk(html)


@settings(max_examples=400)
@given(pages().map(lambda html: html.encode("utf-8", "replace")).flatmap(mutations))
def test_the_walk_is_the_same_on_damaged_pages(page: bytes) -> None:
    assert_prefilter_keeps_walk(page)


@pytest.mark.parametrize("name", FILES)
def test_the_walk_is_the_same_on_real_pages(name: str) -> None:
    for page in real_pages(name):
        assert_prefilter_keeps_walk(page)


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ('<p data-x="1" class="a" onclick=go(1) async>', '<p  class="a" >'),
        ("<P TITLE='>' ID=b>text</P>", "<P  ID=b>text</P>"),
        ("<style media=print>p {}</style>", "<style ></style>"),
        ("<script src=x>if (a</b/.test(c)) d('</p>')</script>", "<script ></script>"),
        ('<script type="ld+json">{"a": 1}</script>', '<script type="ld+json">{"a": 1}</script>'),
        ("<!-- <p title='x'> --><p lang=en>", "<!-- <p title='x'> --><p >"),
        ("<textarea rows=2><p rows=2></textarea>", "<textarea ><p rows=2></textarea>"),
        ("<img aria-labelledby=a alt=b width=1>", "<img aria-labelledby=a alt=b >"),
    ],
)
def test_what_nothing_reads_is_removed(html: str, left: str) -> None:
    assert strip_all(html.encode()).decode() == left


@pytest.mark.parametrize(
    "odd",
    [
        "<p data-x='1>",  # a quote that nothing closes
        '<p data-x="1">text<p "> <p data-y=1>',
        "<style>p {}",
        "<script/>text</script>",
        "<!-- a --!> <p title=b> -->",
        "<!--> <p title=b> -->",
        "<plaintext><p title=a>",
        "<![CDATA[ <p title=a> ]]>",
        "<p <b title=a>",
    ],
)
def test_from_markup_on_that_parsers_read_differently_the_page_stays(odd: str) -> None:
    before, rest = "<p lang=en>before", f"{odd[odd.index('>') + 1 :]}<i title=a>behind</i>"
    page = f"{before}{odd}{rest}"
    left = strip_all(page.encode()).decode()
    assert left.startswith("<p >before")
    assert left.endswith(rest)


def test_a_page_is_not_copied_for_a_small_saving() -> None:
    page = b"<p class=a>text</p><br>" * 3
    assert strip_unused_markup(page, 0) is page
    assert strip_unused_markup(b"", 0) == b""
    page = b"<p lang=en>text"
    assert strip_unused_markup(page, 8) is page
    assert strip_unused_markup(page, 7) == b"<p >text"


def test_attributes_in_a_row_are_removed_together() -> None:
    assert strip_all(b"<p " + b"a " * 10 + b"class=b" + b" c=d" * 10 + b">") == b"<p  class=b >"


def test_the_prefilter_is_not_used_with_older_parsers(monkeypatch: pytest.MonkeyPatch) -> None:
    page = b"<p class=a>" + b"<i title=b>text</i>" * 40
    blocks = HtmlDocument.read(page).blocks
    monkeypatch.setattr("boilerkit.html.document._SPLITS_TAGS_AS_BROWSERS", False)
    monkeypatch.setattr("boilerkit.html.document.strip_unused_markup", None)
    assert HtmlDocument.read(page).blocks.blocks.tolist() == blocks.blocks.tolist()


def test_long_names_are_known_by_their_start() -> None:
    root = etree.HTML(strip_all(b"<p itemscope-of-a-very-long-name=a data-testid-of-a-very-long-name=b>x</p>").decode())
    assert list(root.find(".//p").attrib) == ["itemscope-of-a-very-long-name"]
