"""From the tree to blocks: what a reader expects of it, and the compiled walk against the plain one."""

from __future__ import annotations

import copy
import re
import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from support.real import FILES, real_pages
from support.strategies import documents, fragments, mutations, pages, tag_soup
from support.walks import assert_same_walk, assert_same_walk_of_page

from boilerkit.decoding.encoding import decode
from boilerkit.errors import InputError
from boilerkit.html import tags
from boilerkit.html.parsing import parse
from boilerkit.html.segmentation._walk import walk
from boilerkit.html.segmentation.blocks import (
    IN_EMPHASIS,
    IN_HIDDEN,
    IN_LINK,
    IN_NOSCRIPT,
    IN_PREFORMATTED,
    HtmlBlocks,
    segment_html,
)
from boilerkit.html.segmentation.columns import BLOCK_COLUMNS

NEWS = """<!DOCTYPE html>
<html lang="en" class="no-js page-Article"><head><meta charset="utf-8">
<title>Lighthouse keeper finds a bottle | The Coast Paper</title>
<meta property="og:title" content="Lighthouse keeper finds a bottle">
<meta name="description" content="A keeper found a bottle on the north shore.">
<meta property="og:type" content="article"><meta property="article:published_time" content="2020-01-01">
<meta property="og:url" content="https://coast.example/og">
<link rel="canonical" href="https://www.coast.example/news/2020/keeper-finds-bottle">
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Lighthouse keeper\\nfinds a
bottle"}</script>
<style>p { color: red }</style></head>
<body class="story story-12"><header role="banner"><a href="/"><img src="logo.png" alt="Coast"></a>
<nav id="main-nav"><ul><li><a href="/news">News</a>
<li><a href="/sport">Sport</a> <li><a href="#top">Top</a></ul></nav></header>
<main><article itemscope itemtype="https://schema.example/Article"><h1>Lighthouse keeper finds a bottle</h1>
<p class="byline">By <a rel="author" href="/staff/jo">Jo Sand</a>, 3 May</p>
<figure><picture><img src="b.jpg"></picture><figcaption>The bottle. Photo: J. Sand</figcaption></figure>
<p>A keeper <b>found a bottle</b> on the north shore on Sunday, the coast guard said. "It was green," he said.</p>
<p>It held a letter.<br>The letter was short.<br><br>It said: <em>hello</em>!</p><!-- advert -->
<blockquote>I read it twice&hellip;</blockquote><noscript><img src="pixel.gif">Turn scripts on.</noscript></article>
<aside hidden><h2>Related</h2><p style="display: none">Keeper loses a bottle</p></aside></main>
<form><label>Mail</label><input name="m"><select><option>Daily<option>Weekly</select><button>Sign up</button></form>
<dialog><p>We use cookies.</p></dialog><footer>
<p>&copy; 2020 The Coast Paper &middot; <a href="/imprint">Imprint</a></footer>
<script>var x = "<p>not text</p>";</script></body></html>"""

MANUAL = """<html><head><title>sort: 並べ替え manual</title></head><body><div class="col-1"><table>
<caption>Options</caption>
<thead><tr><th>Name<th>Meaning</thead><tbody><tr><td>-r<td>Reverse <code>order</code>.<tr><td>-n<td>
<p>By number.<p>Slow.</table>
<dl><dt>key<dd>What to sort by.<dt>order<dd>Up, or down?</dl>
<pre>

    def f(x):
        return  x  <br># done&nbsp;!

    </pre><textarea>  two
  lines</textarea><p>日本語の文章です。二つ目の文。iPhoneの話、<b>太字</b>の字。</p><p>यह एक वाक्य है। दूसरा वाक्य?</p>
<p>Слово за слово. «Цитата.» Ещё…</p><details><summary>More</summary>Hidden until <i>opened</i></details>
<ol><li>One<ul><li>Nested<p>deep</ul><li>Two</ol><hr>loose text <div>in a div</div> and behind</body></html>"""

BROKEN = """
<p>One <b>bold <i>both</b> italic</i> none<div>in a div in a p</p></div><table><p>lost<tr><td>cell</table></span>
<a href="/one">link <a href="/two">in a link</a></a><ul>no item<li>item</ol><h2>head<h3>ing</h2>< p>&nosuch; &amp &#xZZ;
<p
class="a" class='b' id=c d>text<br/ ><br><script>if (a < b) </scrip></script>after<!-- open -- > comment -->
<p>tail<!-- never closed"""

HANDWRITTEN = {"news": NEWS, "manual": MANUAL, "broken": BROKEN}


# --- Helpers ----------------------------------------------------------------------------------------------------------


def tree_of(html: str | bytes) -> etree._Element:
    root = parse(decode(html))
    assert root is not None
    return root


def table_of(html: str) -> HtmlBlocks:
    return segment_html(tree_of(html))


def blocks(html: str) -> list[str]:
    return table_of(html).block_texts()


def only(html: str, column: str) -> int:
    """A column's value for a page of one block."""
    values = table_of(html).block(column)
    assert len(values) == 1
    return int(values[0])


def column(html: str, name: str) -> list[int]:
    values: list[int] = table_of(html).block(name).tolist()
    return values


def path_of(html: str, number: int = 0) -> str:
    """The XPath of the element that a block says it stands in."""
    root = tree_of(html)
    table = segment_html(root)
    element = list(root.iter("*"))[table.element("order")[table.block("element")[number]]]
    return str(root.getroottree().getpath(element))


#: White space, what nobody sees, and the marks that stand for elements in a text.
NOT_COMPARED = re.compile(
    "[\x01-\x20\x85\xa0\xad\u1680\u2000-\u200f\u2028-\u202f\u205f\u2060\u2066-\u2069\u3000\ufeff\u201c\u201d~^_]"
)


def without_space(text: str) -> str:
    return NOT_COMPARED.sub("", text)


def visible_text(root: etree._Element) -> str:
    """The text that a reader sees, without white space."""
    root = copy.deepcopy(root)
    root.tail = None
    unseen = [name for name, flags in tags.TAG_FLAGS.items() if flags & tags.INVISIBLE]
    etree.strip_elements(root, *unseen, etree.Comment, etree.ProcessingInstruction, with_tail=False)
    return without_space("".join(map(str, root.itertext())))


# --- Against the plain walk -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", HANDWRITTEN)
def test_same_as_plain_walk_on_handwritten_pages(name: str) -> None:
    assert_same_walk(tree_of(HANDWRITTEN[name]))


@settings(max_examples=600)
@given(documents())
def test_same_as_plain_walk_on_documents(html: str) -> None:
    assert_same_walk_of_page(html)


@settings(max_examples=500)
@given(fragments())
def test_same_as_plain_walk_on_fragments(html: str) -> None:
    assert_same_walk_of_page(html)


@settings(max_examples=500)
@given(tag_soup())
def test_same_as_plain_walk_on_tag_soup(html: str) -> None:
    assert_same_walk_of_page(html)


@settings(max_examples=500)
@given(st.sampled_from(sorted(HANDWRITTEN)).flatmap(lambda name: mutations(HANDWRITTEN[name].encode())))
def test_same_as_plain_walk_on_damaged_pages(html: bytes) -> None:
    assert_same_walk_of_page(html)


@settings(max_examples=300)
@given(st.text(st.characters(codec="utf-8"), max_size=200), st.sampled_from(["p", "pre", "a", "title"]))
def test_same_as_plain_walk_on_any_characters(text: str, name: str) -> None:
    root = etree.Element("html")
    etree.SubElement(root, "title").text = "".join(sign for sign in text[::2] if sign.isprintable())
    etree.SubElement(root, name).text = "".join(sign for sign in text if sign.isprintable() or sign in "\t\n")
    assert_same_walk(root)


def test_same_as_plain_walk_on_an_xml_tree() -> None:
    page = b"""<html xmlns="http://www.w3.org/1999/xhtml" xmlns:o="urn:o"><body class="a"><!-- c -->
    <p o:class="x">a<?pi?>b<o:p>c</o:p><![CDATA[<d>]]></p><svg xmlns="http://www.w3.org/2000/svg"><title>no</title></svg></body></html>"""
    assert_same_walk(etree.fromstring(page))


def test_same_as_plain_walk_below_an_inner_element() -> None:
    root = tree_of(NEWS)
    article = next(root.iter("article"))
    assert_same_walk(article)
    assert "Imprint" not in segment_html(article).text


@pytest.mark.parametrize("name", FILES)
def test_same_as_plain_walk_on_real_pages(name: str) -> None:
    for number, page in enumerate(real_pages(name)):
        try:
            assert_same_walk_of_page(page)
        except AssertionError as error:
            error.add_note(f"page {number} of those read")
            raise


# --- Blocks cover the visible text ------------------------------------------------------------------------------------


@settings(max_examples=200)
@given(pages())
def test_blocks_hold_all_visible_text_once_and_in_order(html: str) -> None:
    root = parse(decode(html))
    if root is not None:
        assert without_space("".join(segment_html(root).block_texts())) == visible_text(root)


@settings(max_examples=200)
@given(pages())
def test_offsets_index_the_text(html: str) -> None:
    root = parse(decode(html))
    if root is None:
        return
    table = segment_html(root)
    starts, ends = table.block("start").tolist(), table.block("end").tolist()
    assert [table.text[start:end] for start, end in zip(starts, ends, strict=True)] == table.block_texts()
    assert "\n".join(table.block_texts()) == table.text
    assert all(start < end for start, end in zip(starts, ends, strict=True))


@settings(max_examples=200)
@given(fragments())
def test_each_block_stands_in_its_element(html: str) -> None:
    root = parse(decode(html))
    if root is None:
        return
    table = segment_html(root)
    elements = list(root.iter("*"))
    for number, row in enumerate(table.block("element")):
        held = visible_text(elements[table.element("order")[row]])
        assert without_space(table.block_text(number)) in held
        assert table.element("first_block")[row] <= number < table.element("end_block")[row]


def test_news_page() -> None:
    assert blocks(NEWS) == [
        "News",
        "Sport",
        "Top",
        "Lighthouse keeper finds a bottle",
        "By Jo Sand, 3 May",
        "The bottle. Photo: J. Sand",
        'A keeper found a bottle on the north shore on Sunday, the coast guard said. "It was green," he said.',
        "It held a letter.\nThe letter was short.",
        "It said: hello!",
        "I read it twice…",
        "Turn scripts on.",
        "Related",
        "Keeper loses a bottle",
        "Mail",
        "Daily",
        "Weekly",
        "Sign up",
        "We use cookies.",
        "© 2020 The Coast Paper · Imprint",
    ]


def test_what_a_page_says_of_itself() -> None:
    table = table_of(NEWS)
    assert table.title == "Lighthouse keeper finds a bottle | The Coast Paper"
    assert table.description == "A keeper found a bottle on the north shore."
    assert table.address == "https://www.coast.example/news/2020/keeper-finds-bottle"


def test_address_of_open_graph_where_there_is_no_canonical_link() -> None:
    assert table_of('<meta property="og:url" content="https://a.example/x"><p>text').address == "https://a.example/x"


def test_title_of_a_picture_is_not_the_pages() -> None:
    assert table_of("<body><svg><title>Logo</title></svg><p>text").title == ""


@pytest.mark.parametrize(
    "unseen",
    [
        "<script>x</script>",
        "<style>x</style>",
        "<template><p>x</p></template>",
        "<!-- x -->",
        "<iframe>x</iframe>",
        "<object>x</object>",
        "<svg><text>x</text></svg>",
        "<video>x</video>",
        "<math><annotation>x</annotation></math>",
        "<datalist><option>x</datalist>",
    ],
)
def test_what_is_never_seen_is_dropped_and_does_not_split(unseen: str) -> None:
    assert blocks(f"<p>be{unseen}fore and after</p>") == ["before and after"]


def test_the_head_is_dropped() -> None:
    assert blocks("<head><title>Title</title></head><body><p>text") == ["text"]


def test_noscript_is_kept_and_marked() -> None:
    html = "<p>one</p><noscript>two <p>three</p></noscript><p>four"
    assert blocks(html) == ["one", "two", "three", "four"]
    assert column(html, "context") == [0, IN_NOSCRIPT, IN_NOSCRIPT, 0]


@pytest.mark.parametrize(
    "start, end",
    [
        ("<div hidden>", "</div>"),
        ('<div hidden="">', "</div>"),
        ('<div style="display:none">', "</div>"),
        ('<div style="color: red; DISPLAY : none !important">', "</div>"),
        ('<div style="visibility: hidden;">', "</div>"),
        ("<dialog>", "</dialog>"),
    ],
)
def test_hidden_text_is_kept_and_marked(start: str, end: str) -> None:
    html = f"<p>one</p>{start}<p>two</p>{end}<p>three</p>"
    assert blocks(html) == ["one", "two", "three"]
    assert column(html, "context") == [0, IN_HIDDEN, 0]


@pytest.mark.parametrize(
    "start, end",
    [
        ('<div hidden="until-found">', "</div>"),
        ('<div style="display:block">', "</div>"),
        ('<div class="hidden" data-hidden="hidden">', "</div>"),
        ("<dialog open>", "</dialog>"),
        ("<details>", "</details>"),
    ],
)
def test_what_looks_hidden_and_is_not(start: str, end: str) -> None:
    assert column(f"{start}<p>two</p>{end}", "context") == [0]


def test_a_hidden_body_is_not_hidden() -> None:
    assert column('<html hidden><body style="display:none"><p>text', "context") == [0]


# --- What splits text and what does not -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["a", "b", "span", "code", "label", "sub", "time", "my-element", "o:p"])
def test_inline_elements_do_not_split(name: str) -> None:
    assert blocks(f"<p>one t<{name}>w</{name}>o <{name}> three</{name}></p>") == ["one two three"]


@pytest.mark.parametrize(
    "name", ["div", "p", "section", "blockquote", "figure", "h1", "h6", "address", "center", "button"]
)
def test_block_elements_split(name: str) -> None:
    assert blocks(f"<div>one<{name}>two</{name}>three</div>") == ["one", "two", "three"]


@pytest.mark.parametrize(
    "html, expected",
    [
        ("<p>one<br>two", ["one\ntwo"]),
        ("<p>one <br/>\n two", ["one\ntwo"]),
        ("<p>one<br><br>two", ["one", "two"]),
        ("<p>one<br> \n&nbsp; <br>two", ["one", "two"]),
        ("<p>one<br><b><br>two</b>", ["one", "two"]),
        ("<p>one<br>and<br>two", ["one\nand\ntwo"]),
        ("<p><br><br>one<br><br>", ["one"]),
        ("<p>one<br></p>", ["one"]),
        ("<p>one<br><br><br><br>two", ["one", "two"]),
        ("<p>one<hr>two", ["one", "two"]),
        ("<p>one<wbr>two", ["onetwo"]),
    ],
)
def test_line_breaks(html: str, expected: list[str]) -> None:
    assert blocks(html) == expected
    assert column(html, "lines") == [text.count("\n") + 1 for text in expected]


def test_white_space_is_one_space() -> None:
    assert blocks("<p> \n one\t\r\n two&nbsp;\xa0three <b> four</b>\f</p>") == ["one two three four"]


def test_text_of_white_space_is_no_block() -> None:
    assert blocks("<p> </p><p>&nbsp;\n</p><div><span></span></div>") == []


def test_table_cells() -> None:
    html = "<table><caption>Cap</caption><thead><tr><th>A<th>B</thead><tr><td>1<td> <td><p>2<p>3</table>"
    assert blocks(html) == ["Cap", "A", "B", "1", "2", "3"]


def test_list_items() -> None:
    assert blocks("<ul><li>one<li>two<ol><li>three</ol>four</ul>") == ["one", "two", "three", "four"]


def test_definition_lists() -> None:
    assert blocks("<dl><dt>term<dd>what it means<dt>other<dd></dl>") == ["term", "what it means", "other"]


def test_headings_and_captions() -> None:
    html = "<h1>Head <small>small</small></h1><h2>Sub</h2><figure><img><figcaption>Cap</figcaption></figure>"
    assert blocks(html) == ["Head small", "Sub", "Cap"]


def test_form_fields() -> None:
    choice = "<select><optgroup><option>a<option>b</select>"
    html = f"<form><label>Name</label> <button>Go</button>{choice}or<textarea>x  y</textarea></form>"
    assert blocks(html) == ["Name", "Go", "a", "b", "or", "x  y"]


def test_summary_and_details() -> None:
    assert blocks("<details><summary>More</summary>inner <b>text</b></details>") == ["More", "inner text"]


@pytest.mark.parametrize("name", ["pre", "textarea", "listing", "xmp"])
def test_preformatted_text_keeps_its_white_space(name: str) -> None:
    html = f"<{name}>\n\n  if a:\n\t  b  =  1\n\n  </{name}>"
    assert blocks(html) == ["  if a:\n\t  b  =  1"]
    assert only(html, "lines") == 2
    assert only(html, "context") == IN_PREFORMATTED


def test_white_space_between_elements_in_preformatted_text() -> None:
    assert blocks("<pre>a  <b>b</b>\n\n <i>c</i> </pre>") == ["a  b\n\n c"]


def test_line_breaks_in_preformatted_text_stay_in_their_place() -> None:
    """White space before a break ends a line; it does not indent the next one."""
    assert blocks("<pre>a  <br>b</pre>") == ["a  \nb"]


def test_a_break_before_preformatted_text_ends_an_empty_line() -> None:
    assert blocks("<pre>  <br>x</pre>") == ["x"]


@pytest.mark.parametrize(
    "html", ["<pre>   </pre><pre>x</pre>", "<pre>   <p>x</p></pre>", "<textarea> </textarea><pre>x</pre>"]
)
def test_preformatted_white_space_stays_in_its_block(html: str) -> None:
    assert blocks(html) == ["x"]


# --- Text as a person would copy it -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "html, text",
    [
        ("<p>said <q>never</q>, once", "said \u201cnever\u201d, once"),
        ("<p>said <q> never </q>", "said \u201cnever \u201d"),
        ("<p>a<q></q>b<q><img></q>c", "abc"),
        ("<p>costs <s>four</s> <del>three</del> <strike>two</strike> one", "costs ~~four~~ ~~three~~ ~~two~~ one"),
        ("<p>10<sup>5</sup> and 10<sup>-5</sup> and 10<sup>\u22125</sup>", "10^5 and 10^-5 and 10^\u22125"),
        ("<p>1<sup>1</sup>/<sub>2</sub>, log<sub>10</sub>, 101<sub>2</sub>", "1^1/2, log10, 101_2"),
        ("<p>m<sup>2</sup>, H<sub>2</sub>O, 1<sup>st</sup>", "m^2, H2O, 1st"),
        ("<p>word<sup><a href='#n1'>1</a></sup> 10 <sup>5</sup>", "word1 10 5"),
        ("<p><ruby>\u6751<rp>(</rp><rt>\u3080\u3089</rt><rp>)</rp></ruby>\u306b", "\u6751\u306b"),
        ("<p>soft\xadly zero\u200bwidth \u2060join", "softly zerowidth join"),
        ("<p>\u3000\u6751\u3000\u6a4b\u2003x\x1fy\x85z", "\u6751 \u6a4b x y z"),
        ("<p>\u200e\u200fa\u200db\u200f", "a\u200db\u200f"),
    ],
)
def test_marks_and_signs(html: str, text: str) -> None:
    assert blocks(html) == [text]


@pytest.mark.parametrize("html", ["<p>\u3000", "<p>\u200b", "<p>\x1f", "<p>\x85", "<p>\u200e", "<p>\xad", "<p><q></q>"])
def test_blocks_of_nothing(html: str) -> None:
    assert blocks(html) == []


def test_lines_of_code_are_one_block() -> None:
    lines = "<div>def f():</div><div>    return 1</div>"
    assert blocks(f"<pre><code>{lines}</code></pre><p>x") == ["def f():\n    return 1", "x"]
    assert blocks(f"<pre><p>a</p><p>b</p>{lines}</pre>")[:2] == ["a", "b"]


def test_elements_of_the_pages_own_making() -> None:
    assert blocks("<app-root><x-title>One</x-title><x-text>Two</x-text></app-root>") == ["One", "Two"]
    assert blocks("<p><x-a>one</x-a> <x-b>two</x-b></p>") == ["one two"]
    assert blocks("<div>see <x-a>one</x-a></div>") == ["see one"]
    assert blocks("<div><x-a>one</x-a> <b>two</b></div>") == ["one two"]
    assert blocks("<div><x-a>one</x-a> <!-- --> <x-b>two</x-b> <p>three</div>") == ["one", "two", "three"]


def test_shadow_roots_and_streamed_parts_are_shown() -> None:
    assert blocks("<x-a><template shadowrootmode=open><p>one</template></x-a><template><p>two</template>") == ["one"]
    streamed = table_of("<div hidden id='S:1'><p>one</div><div hidden id=x><p>two</div>")
    assert (streamed.block("context") & IN_HIDDEN != 0).tolist() == [False, True]


def test_numbers_of_list_items() -> None:
    table = table_of("<ol><li>a<li>b<ul><li>c</ul></ol><ol start=5><li>d<li value=9>e<li>f</ol><ol start=x><li>g</ol>")
    assert table.element("number")[table.block("element")].tolist() == [1, 2, 0, 5, 9, 10, 1]


# --- The element of a block -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "html, path",
    [
        ("<p>text", "/html/body/p"),
        ("<div><p><b>text</b></p></div>", "/html/body/div/p/b"),
        ("<div><p><b>some</b> <i>text</i></p></div>", "/html/body/div/p"),
        ("<div><p>some <b>text</b></p></div>", "/html/body/div/p"),
        ("<div><p><b>some</b> text</p></div>", "/html/body/div/p"),
        ("<p><a><b>x</b><i>y</i></a></p>", "/html/body/p/a"),
        ("<p><a><b>x</b></a><a>y</a></p>", "/html/body/p"),
        ("<p><b> x </b> <br> </p>", "/html/body/p/b"),
        ("<div><script>1</script><template><i></i></template><!-- c --><p>text", "/html/body/div/p"),
        ("<svg><path></path></svg><span></span><span>text</span>", "/html/body/span[2]"),
        # Without white space between the parts:
        ("<p><b>bold</b>tail</p>", "/html/body/p"),
        ("<p><b>你好</b>世界</p>", "/html/body/p"),
        ("<p><a href=x>Link</a>.</p>", "/html/body/p"),
    ],
)
def test_a_block_stands_in_the_deepest_element_that_holds_it(html: str, path: str) -> None:
    assert path_of(html) == path


def test_order_counts_unseen_elements() -> None:
    html = "<head><title>t</title></head><body><object><p><b>no</b></p></object><p>yes</p><!-- c --><p>also</p>"
    assert [path_of(html, number) for number in range(2)] == ["/html/body/p[1]", "/html/body/p[2]"]


def test_a_block_with_a_link_at_its_start_is_not_in_the_link() -> None:
    assert only("<p><a href=x>Link</a>.</p>", "context") == 0
    assert only("<p><a href=x>Link.</a></p>", "context") == IN_LINK


def test_contexts_add_up() -> None:
    assert only("<a><b><pre hidden>x", "context") == IN_LINK | IN_EMPHASIS | IN_PREFORMATTED | IN_HIDDEN


def test_elements_know_their_blocks() -> None:
    root = tree_of("<div>one<p>two</p><p></p></div><div>three <b>four</b></div>")
    table = segment_html(root)
    names = [element.tag for element in root.iter("*")]
    ranges = list(zip(names, table.element("first_block").tolist(), table.element("end_block").tolist(), strict=False))
    expected = [("html", 0, 3), ("body", 0, 3), ("div", 0, 2), ("p", 1, 2), ("p", 2, 2), ("div", 2, 3), ("b", 2, 3)]
    assert ranges == expected


def test_parents_depths_and_the_row_for_none() -> None:
    table = table_of("<div><p>one</p></div><p>two")
    assert table.element("parent").tolist() == [-1, 0, 1, 2, 1, -1]
    assert table.element("depth").tolist()[:-1] == [0, 1, 2, 3, 2]
    assert [tags.TAGS[tag] for tag in table.element("tag")] == ["html", "body", "div", "p", "p", ""]
    assert set(table.landmarks[-1].tolist()) == {255}


def test_wider_is_the_nearest_ancestor_with_more_blocks() -> None:
    table = table_of("<div><section><p><b>one</b></p></section></div><p>two")
    rows = [tags.TAGS[tag] for tag in table.element("tag")]
    wider = {rows[row]: rows[up] for row, up in enumerate(table.element("wider_ancestor").tolist())}
    assert wider["b"] == wider["section"] == wider["div"] == "body"
    assert table.element("wider_ancestor")[[0, 1, -1]].tolist() == [-1, -1, -1]


def test_landmarks_are_steps_up() -> None:
    table = table_of("<article><ul><li><p>text")
    row = table.landmarks[table.block("element")[0]]
    steps = {tags.LANDMARKS[kind][0]: int(step) for kind, step in enumerate(row) if step != 255}
    assert steps == {"p": 0, "li": 1, "ul": 2, "article": 3}


def test_far_landmarks_are_254_steps_up() -> None:
    root = deep_tree("div", 400)
    table = segment_html(root)
    article = next(kind for kind, group in enumerate(tags.LANDMARKS) if group == ("article",))
    assert table.landmarks[[0, 1, 253, 254, 255, 399], article].tolist() == [255] * 6
    root.tag = "article"
    assert segment_html(root).landmarks[[0, 1, 253, 254, 255, 399], article].tolist() == [0, 1, 253, 254, 254, 254]


def test_paths_are_equal_for_like_elements() -> None:
    html = '<p class="a-1">x<p class="a-2">x<p class="b">x<p>x<div class="a-1">x</div><new-a>x</new-a><new-b>x</new-b>'
    table = table_of(html)
    paths = table.element("path")[2:-1].tolist()
    assert paths[0] == paths[1]
    assert len(set(paths)) == len(paths) - 1


# --- Counts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, words",
    [
        ("one two, three", 3),
        ("don't", 2),
        ("w<b>or</b>d", 1),
        ("1,234.5", 3),
        ("— … !", 0),
        ("naïve Straße слово", 3),
        ("日本語", 2),
        ("カタカナ", 2),
        ("「中文」。", 1),
        ("iPhone的新abc", 3),
        ("한국어 단어", 2),
        ("नमस्ते।", 1),
        ("人々が来た、と", 4),
        ("ข่าววันนี้", 2),
        ("أحمد،سارة", 2),
    ],
)
def test_words(text: str, words: int) -> None:
    assert only(f"<p>{text}", "words") == words


@pytest.mark.parametrize(
    "text, sentences",
    [
        ("One. Two! Three?", 3),
        ("One", 0),
        ("version 1.2.3 of a.b", 0),
        ("What?!", 1),
        ('He said "no." Then (so.) left.', 3),
        ("“Yes.” »Nein.«", 1),
        ("«Oui.» fin", 1),
        ("End.<br>Next", 1),
        ("<b>End.</b>next", 0),
        ("<b>End.</b> next", 1),
        ("文。文！文？", 3),
        ("वाक्य। वाक्य।", 2),
        ("جملة؟ ہے۔", 2),
        ("and so…", 1),
    ],
)
def test_sentences(text: str, sentences: int) -> None:
    assert only(f"<p>{text}", "sentences") == sentences


@pytest.mark.parametrize(
    "text, ending",
    [
        ("word", 0),
        ("End.", 1),
        ('End."', 1),
        ("End.) ", 1),
        ("Fin. »", 1),
        ("文。」", 1),
        ("so…", 1),
        ("list:", 2),
        ("and,", 3),
        ("End. [1]", 0),
        ("a;", 0),
        ("文，", 3),
    ],
)
def test_endings(text: str, ending: int) -> None:
    assert only(f"<p>{text}", "ending") == ending


@pytest.mark.parametrize(
    "name, text, expected",
    [
        ("chars", "ab <b>c</b>&nbsp;日\n", 4),
        ("commas", "a, b,c, d，e、f،", 6),
        ("digits", "1a 22-3 ４", 4),
        ("capitalised", "One two THREE 4Four Éa", 2),
        ("uppercase", "One THREE É", 6),
        ("emphasised", "a <b>bc <i>d</i></b> <em>e</em><mark>f</mark>g", 5),
        ("symbols", "a (b) - c/d; “e” ©", 8),
        ("symbols", 'a: b, c. d! "e."', 1),
        ("non_ascii", "aé 日本 —", 4),
        ("longest_word", "a bcd naïveté 日本語", 7),
        ("lines", "a<br>b\n\n<br>c", 3),
    ],
)
def test_counts(name: str, text: str, expected: int) -> None:
    assert only(f"<p>{text}", name) == expected


def test_links() -> None:
    html = '<p>See <a href="/a">one two</a> and <a href="/b">three</a>.</p>'
    assert [only(html, name) for name in ("links", "link_words", "link_chars", "words")] == [2, 3, 11, 5]


def test_a_link_around_blocks_counts_for_each() -> None:
    html = '<a href="/a"><h3>Head</h3><p>Some text</p></a><p>other'
    assert column(html, "links") == [1, 1, 0]
    assert column(html, "link_words") == [1, 2, 0]


def test_a_word_belongs_to_the_link_that_it_starts_in() -> None:
    assert only("<p>w<a>ord</a> <a>lin</a>k", "link_words") == 1


def test_images_and_fields_since_the_block_before() -> None:
    html = "<img><p>one</p><img><video></video><input><p>two <img></p><p>three</p><button>four</button><img>"
    assert column(html, "images") == [1, 2, 1, 0]
    assert column(html, "fields") == [0, 1, 0, 1]


def test_images_and_fields_in_an_element() -> None:
    table = table_of("<div><img><p>one<img></p><input></div><img>")
    names = [tags.TAGS[tag] for tag in table.element("tag")]
    images, fields = table.element("images").tolist(), table.element("fields").tolist()
    assert [(images[row], fields[row]) for row in map(names.index, ("body", "div", "p"))] == [(3, 1), (2, 1), (1, 0)]


def test_title_words() -> None:
    html = "<title>The Old Mill</title><meta property=og:title content='Ärger'><p>An old MILL, a mill<p>ärger<p>new"
    assert column(html, "title_words") == [3, 1, 0]


@pytest.mark.parametrize("title", ["新abcの話", "वाक्य। दूसरा", "a\xa0b", "x—y", "ÀB straße"])
def test_a_titles_words_are_split_like_those_of_blocks(title: str) -> None:
    html = f"<title>{title}</title><p>{title}"
    assert only(html, "title_words") == only(html, "words")


def test_described_pairs() -> None:
    html = "<meta name=description content='the old mill burned'><p>Today the OLD mill, they say</p><p>a mill the old"
    assert column(html, "described_pairs") == [2, 1]


def test_described_pairs_of_json() -> None:
    html = '<script type="application/ld+json">{"text": "the \\"old\\" mill"}</script><p>The old mill<p>a n old mill'
    assert column(html, "described_pairs") == [2, 1]


def test_described_pairs_have_an_order() -> None:
    html = "<meta name=description content='big red barn'><p>a red big b<p>a big red b"
    assert column(html, "described_pairs") == [0, 1]


def test_described_pairs_of_the_same_word() -> None:
    assert only("<meta name=description content='oh very very good'><p>very very", "described_pairs") == 1


def test_text_hash_knows_no_case_digits_or_white_space() -> None:
    hashes = column("<p>Page 1 ÀB<p>page 2\n  àb<p>PAGE<br>3 <b>àB</b><p>page 33 àb<p>other", "text_hash")
    assert len(set(hashes[:3])) == 1
    assert len(set(hashes)) == 3


def test_text_hash_is_that_of_preformatted_text_too() -> None:
    assert len(set(column("<p>a b<pre>a b</pre><pre>a\n  b</pre>", "text_hash"))) == 1
    assert len(set(column("<pre>ab</pre><pre>a b</pre>", "text_hash"))) == 2


# --- Tokens -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("html", [NEWS, MANUAL, '<p>hi</p><a href="/x"></a>', '<a href="/some/address"><img></a>'])
def test_tokens_belong_to_rows(html: str) -> None:
    table = table_of(html)
    assert all(0 <= owner < len(table) for owner in table.block_tokens[:, 0].tolist())
    assert all(0 <= owner < len(table.elements) - 1 for owner in table.element_tokens[:, 0].tolist())
    assert set(table.page_tokens[:, 0].tolist()) <= {0, 1}


def element_tokens(attribute: str) -> set[int]:
    table = table_of(f"<div {attribute}>text</div>")
    return set(table.element_tokens[:, 1].tolist())


def test_names_have_parts_and_wholes() -> None:
    parts = element_tokens('class="article body"')
    assert len(parts) == 4
    assert len(element_tokens('class="articleBody"') & parts) == 2
    assert element_tokens('class="article-7"') == element_tokens('id="article-12"')
    assert not element_tokens('class="article"') & element_tokens('role="article"')
    assert element_tokens('class="a 1 b2 -"') == element_tokens('title="article"') == set()


def test_like_links_share_tokens() -> None:
    def tokens(address: str) -> set[int]:
        return set(table_of(f'<p><a href="{address}">1234</a>').block_tokens[:, 1].tolist())

    text = set(table_of("<p>1234").block_tokens[:, 1].tolist())
    assert tokens("https://www.a.example/news/1") == tokens("http://a.example/news/2")
    assert tokens("/news/tag") & tokens("http://a.example/news") > text
    assert tokens("#a") == tokens("#b") > text


# --- Large and odd input ----------------------------------------------------------------------------------------------


def deep_tree(name: str, depth: int) -> etree._Element:
    """A tree deeper than the parser makes them, with one word in each element."""
    root = innermost = etree.Element(name)
    root.text = "x"
    for _ in range(depth - 1):
        innermost = etree.SubElement(innermost, name)
        innermost.text = "x"
    return root


def test_deep_tree() -> None:
    assert len(segment_html(deep_tree("div", 10_000))) == 10_000
    assert segment_html(deep_tree("span", 10_000)).block_texts() == ["x" * 10_000]


@pytest.mark.parametrize("name", ["div", "b", "table"])
def test_deep_page(name: str) -> None:
    """What is nested too deep for the parser is taken as if it stood less deep."""
    table = table_of(f"<p>before</p>{f'<{name}>' * 10_000}inside{f'</{name}>' * 10_000}<p>after")
    assert table.block_texts() == ["before", "inside", "after"]
    assert table.element("depth").max() < 600


@pytest.mark.parametrize(
    "piece, expected",
    [("<p>x", None), ("<li>x", None), ("<br>x<br>", None), ("</div>x", 1), ("<p ", 0), ("&", 1), ("<", 1)],
)
def test_two_megabytes_of_unclosed_tags(piece: str, expected: int | None) -> None:
    times = 2_000_000 // len(piece)
    assert len(blocks(piece * times)) == (times if expected is None else expected)


def test_two_megabytes_of_unclosed_comments() -> None:
    assert parse("<!--" * 500_000) is None
    assert blocks("<p>text" + "<!--" * 500_000) == ["text"]


def test_a_million_children() -> None:
    table = table_of(f"<div>{'<p>x</p>' * 1_000_000}</div>")
    assert len(table) == 1_000_000
    assert table.element("end_block")[:3].tolist() == [1_000_000] * 3


def test_fifty_megabytes() -> None:
    paragraph = "<p>Some words, <b>and</b> <a href='/x'>more</a> of them. " + "And so it goes on and on. " * 20
    times = 50_000_000 // len(paragraph)
    table = table_of(paragraph * times)
    assert len(table) == times
    assert set(table.block("words").tolist()) == {146}
    assert len(table.text) == table.block("end")[-1]


def test_many_attributes_and_long_ones() -> None:
    html = f'<div class="{"name " * 100_000}" {"data-x " * 400} style="{"color:red;" * 100_000}display:none">text'
    assert only(html, "context") == IN_HIDDEN


def test_long_word() -> None:
    assert only(f"<p>{'x' * 1_000_000}", "longest_word") == 1_000_000


@pytest.mark.parametrize("html", ["<html></html>", "<p></p>", "<script>x</script>", "<frameset><frame></frameset>"])
def test_pages_without_text(html: str) -> None:
    table = table_of(html)
    assert len(table) == 0
    assert table.text == ""
    assert table.block_texts() == []


def test_roots_that_are_no_page() -> None:
    assert segment_html(etree.fromstring("<p>text<b>bold</b></p>")).block_texts() == ["textbold"]
    assert len(segment_html(etree.fromstring("<script>x</script>"))) == 0
    assert len(segment_html(etree.Comment("x"))) == 0


@pytest.mark.parametrize("markup", ["<title>x</title>", "<meta/>", "<body class='a b'/>"])
def test_a_root_of_the_head(markup: str) -> None:
    """In a process of its own: such a root has no parent element, which a walk over C structs must not follow."""
    code = (
        "from lxml import etree; from boilerkit.html.segmentation.blocks import segment_html; "
        "segment_html(etree.XML({!r}))"
    )
    done = subprocess.run([sys.executable, "-c", code.format(markup)], capture_output=True, check=False)
    assert done.returncode == 0


@pytest.mark.parametrize("root", [None, "html", b"<p>", 1])
def test_what_is_no_tree_is_a_type_error(root: Any) -> None:
    with pytest.raises(TypeError):
        segment_html(root)


def test_a_page_of_too_many_blocks_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("boilerkit.html.segmentation.blocks.MAX_BLOCKS", 3)
    assert blocks("<p>a<p>b<p>c") == ["a", "b", "c"]
    with pytest.raises(InputError, match="4 blocks; the maximum is 3"):
        blocks("<p>a<p>b<p>c<p>d")


def test_the_tree_is_left_as_it_was() -> None:
    root = tree_of(NEWS)
    before = etree.tostring(root)
    segment_html(root)
    assert etree.tostring(root) == before


# --- Memory -----------------------------------------------------------------------------------------------------------


def test_columns_stay_when_the_tree_and_its_other_columns_are_gone() -> None:
    html = "<h1 class=a>one</h1>" + "<p class=b>two <a href=/c>three</a></p>" * 2000
    kept = walk(parse(html))["blocks"]
    others = [walk(parse(html)) for _ in range(3)]  # in what the first walk left free
    assert kept.flags.writeable and kept.flags.c_contiguous
    assert all(np.array_equal(kept, other["blocks"]) for other in others)


def test_columns_of_a_page_without_blocks_are_empty() -> None:
    columns = walk(parse("<!-- --><html>"))
    assert columns["blocks"].shape == (0, len(BLOCK_COLUMNS)) and columns["blocks"].dtype == np.int32
    assert columns["block_tokens"].shape == columns["page_tokens"].shape == (0, 2)
