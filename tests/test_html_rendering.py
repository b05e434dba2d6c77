"""Kept blocks as text, clean trees, HTML and Markdown."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from support import reference_layout
from support.strategies import pages

from boilerkit.html.parsing import parse
from boilerkit.html.rendering._layout import layout_tables
from boilerkit.html.rendering.addresses import image_url, link_url
from boilerkit.html.rendering.markup import to_html, to_markdown
from boilerkit.html.rendering.text import to_text
from boilerkit.html.segmentation.blocks import HtmlBlocks, segment_html

_BLOCKS = """article p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table thead tbody tfoot tr td th caption pre blockquote
figure figcaption details summary br"""
_INLINES = "a b strong i em u s del ins mark small sub sup q cite code kbd samp var ruby rt img"
_BLOCK_LIKE, _INLINE = frozenset(_BLOCKS.split()), frozenset(_INLINES.split())
_ATTRIBUTES = frozenset(("href", "src", "alt", "colspan", "rowspan", "start", "class"))


_NAMES = ["table", "tr", "td", "th", "caption", "p", "h2", "nav", "div"]
TABLE_PIECES = [*(f"<{name}>" for name in _NAMES), *(f"</{name}>" for name in _NAMES), "<table><tr><td>", "word"]


class Page:
    """A page with the choice of its blocks: all but those whose text contains "DROP"."""

    def __init__(self, html: str) -> None:
        root = parse(html)
        assert root is not None
        self.root: etree._Element = root
        self.table: HtmlBlocks = segment_html(root)
        self.keep = np.array(["DROP" not in text for text in self.table.block_texts()], dtype=np.bool_)

    def text(self) -> str:
        return to_text(self.table, self.keep)

    def html(self, url: str | None = None) -> str:
        return to_html(self.root, self.table, self.keep, url)

    def markdown(self, url: str | None = None) -> str:
        return to_markdown(self.root, self.table, self.keep, url)


def inner(html: str, url: str | None = None) -> str:
    """The clean HTML of a page inside its article, without the line breaks between elements."""
    return Page(html).html(url).replace("\n", "").removeprefix("<article>").removesuffix("</article>")


def words_of(tree: etree._Element) -> list[str]:
    """The words of a pruned tree; the ends of anything but inline elements end a word."""
    pieces = []
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        pieces += [" "] if element.tag in _BLOCK_LIKE else []
        pieces += [(element.text if event == "start" else element.tail) or ""]
    return "".join(pieces).split()


# --- Text ---


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>One</p><div>two <b>three</b></div>", "One\n\ntwo three"),
        ("<p>One</p><p>DROP</p><p>two</p>", "One\n\ntwo"),
        ("<p>a</p><ul><li>b<li><p>c</p><p>d</p></ul><p>e</p>", "a\n\n- b\n- c\nd\n\ne"),
        ("<ul><li>a<ul><li>b</li><li>c</li></ul></li><li>d</li></ul>", "- a\n- b\n- c\n- d"),
        ("<ul><li>a</li></ul><ul><li>b</li></ul>", "- a\n\n- b"),
        ("<dl><dt>a</dt><dd>b</dd><dt>c</dt><dd>d</dd></dl>", "a\nb\nc\nd"),
        ("<select><option>a</option><option>b</option></select>", "a\nb"),
        ("<ul><li><article><p>a</p><p>b</p></article></li><li>c</li></ul>", "- a\n\nb\n- c"),
        ("<table><tr><th>a<th>b<tr><td>c<td>d</table><p>e", "a | b\nc | d\n\ne"),
        ("<table><tr><td>a<td>DROP<td>c<tr><td>DROP<tr><td>d</table>", "a | c\nd"),
        ("<table><tr><td><p>a</p><p>b</p></td><td>c</td></tr></table>", "a b | c"),
        ("<table><tr><td>a<br>b<td><ul><li>c<li>d</ul>e<tr><td>f</table><p>g<br>h", "a b | c d e\nf\n\ng\nh"),
        ("<table><tr><th>a<table><tr><td>b<br>c<td>d<tr><td>e</table><th>f<tr><td>g</table>", "a b c | d e | f\ng"),
        ("<table><tr><td>a<td><pre>b\n  c</pre><p>d</p><p>e</p></table>", "a | b\n  c\n\nd e"),
        ("<table><tr><td>a<br>b<td><h1>c</h1><p>d</table>", "a\nb | c\n\nd"),
        ("<table><tr><td><p>a<p>b<br>c</table><div><td>d<br>e<td>f</div>", "a\n\nb\nc\n\nd\ne\n\nf"),
        ("<table><tr><td>a<table><tr><td>b</td></tr></table></td></tr></table>", "a\n\nb"),
        ("<p>x</p><pre>\n  if a:\n\n    b\n</pre>", "x\n\n  if a:\n\n    b"),
        ("<p>a<br>b<br><br>c</p>", "a\nb\n\nc"),
    ],
)
def test_text(html: str, expected: str) -> None:
    assert Page(html).text() == expected


# --- Structure ---


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>One <b>two <i>x</i></b>three</p>", "<p>One <b>two <i>x</i></b>three</p>"),
        ("<div>a<p>b</p>c</div>", "<p>a</p><p>b</p><p>c</p>"),
        ("<div>a<p>DROP</p>c</div>", "<p>a</p><p>c</p>"),
        ("<div>DROP a<p>b</p>DROP <b>c</b></div>", "<p>b</p>"),
        ("<p>a<br>b<br><br>c<br></p>", "<p>a<br>b</p><p>c</p>"),
        ("<b>a<div>b <b>c</b></div></b>", "<p><b>a</b></p><p><b>b c</b></p>"),
        (
            "<a href='/x'><h2>Title</h2><div>text</div></a>",
            '<h2><a href="/x">Title</a></h2><p><a href="/x">text</a></p>',
        ),
        ("<h2><div><p>Title</p></div></h2>", "<h2>Title</h2>"),
        ("<h2>a<div>b</div><p>c</p></h2>", "<h2>a</h2><p>b</p><p>c</p>"),
        ("<h2>a<ul><li>b</li></ul></h2>", "<h2>a</h2><ul><li>b</li></ul>"),
        ("<span> a </span> <span>b</span><span>c</span> ", "<p>a bc</p>"),
        ("<p>a<!-- x --> b<script>c</script><style>d</style></p>", "<p>a b</p>"),
        (
            "<ul><li>a<ul><li>b</li></ul>c</li><li><p>d</p><p>e</p></li></ul>",
            "<ul><li>a<ul><li>b</li></ul><p>c</p></li><li><p>d</p><p>e</p></li></ul>",
        ),
        ("<ul>a<div><li>b</li></div></ul>", "<ul><li><p>a</p></li><li>b</li></ul>"),
        ("<div><li>a</li></div>", "<p>a</p>"),
        ("<ol start=3><li>a</ol><ol start=x><li>b</ol>", '<ol start="3"><li>a</li></ol><ol><li>b</li></ol>'),
        ("<dl><div><dt>a</dt><dd>b</dd></div></dl>", "<dl><dt>a</dt><dd>b</dd></dl>"),
        ("<blockquote>a<br><br>b</blockquote>", "<blockquote><p>a</p><p>b</p></blockquote>"),
        (
            "<details><summary>a</summary>b</details>",
            "<details><summary>a</summary><p>b</p></details>",
        ),
        (
            "<p>a</p><textarea>b\n  c</textarea><pre>d<textarea>e</textarea></pre>",
            "<p>a</p><p>b c</p><pre><code>de</code></pre>",
        ),
        ("<h2>a <a href=x>¶</a></h2><h3><a href=x> # </a>b</h3>", "<h2>a</h2><h3>b</h3>"),
        ("<h2><b>a <a href=x>b</a></b><a href=x>🔗︎</a></h2>", '<h2>a <a href="x">b</a></h2>'),
        ("<h2><a href=x>#</a></h2><p>a <a href=x>§</a></p>", '<p>a <a href="x">§</a></p>'),
        (
            "<h2>a <a href=x>#1</a> <a href=y><img src=i></a></h2>",
            '<h2>a <a href="x">#1</a> <a href="y"><img src="i" alt=""></a></h2>',
        ),
        ("<strong><h2>a <i>b</i> <strong>c</strong></h2>d</strong>", "<h2>a <i>b</i> c</h2><p><strong>d</strong></p>"),
        ("<p><b>a</b><b>b</b><strong>c</strong> <b>d</b></p>", "<p><b>abc</b> <b>d</b></p>"),
        ("<p><b>a<strong>b</strong></b><i><em>c</em></i></p>", "<p><b>ab</b><i>c</i></p>"),
        ("<p><a href=x>a</a><a href=x>b</a></p>", '<p><a href="x">a</a><a href="x">b</a></p>'),
    ],
)
def test_structure(html: str, expected: str) -> None:
    assert inner(html) == expected


@settings(max_examples=300)
@given(st.one_of(pages(), st.lists(st.sampled_from(TABLE_PIECES), max_size=40).map("".join)))
def test_layout_tables_are_those_of_the_plain_search(html: str) -> None:
    root = parse(html)
    if root is not None:
        table = segment_html(root)
        assert set(np.flatnonzero(layout_tables(table.elements)).tolist()) == reference_layout.layout_tables(table)


def test_tables_keep_spans_and_columns() -> None:
    html = """<table><caption>Cap</caption><thead><tr><th colspan=2 style=x>a</th><th rowspan="2">b</th></tr></thead>
    <tbody><tr><td></td><td>DROP</td><td>c</td></tr><tr><td>DROP</td></tr></tbody></table>"""
    assert inner(html) == (
        '<table><caption>Cap</caption><thead><tr><th colspan="2">a</th><th rowspan="2">b</th></tr></thead>'
        "<tbody><tr><td></td><td></td><td>c</td></tr></tbody></table>"
    )


@pytest.mark.parametrize(
    "html",
    [
        "<table><tr><td>x DROP</td><td><h1>a</h1><p>b</p></td></tr></table>",
        "<table role=presentation><tr><td><h1>a</h1></td><td><p>b</p></td></tr></table>",
        "<table><tr><td><h1>a</h1><p>b</p></td></tr></table>",
    ],
)
def test_layout_tables_dissolve(html: str) -> None:
    assert inner(html) == "<h1>a</h1><p>b</p>"


def test_table_of_data_in_a_layout_table_stays() -> None:
    html = "<table><tr><td>x<table><tr><td>a</td><td>b</td></tr></table></td><td>y</td></tr></table>"
    assert inner(html) == "<p>x</p><table><tr><td>a</td><td>b</td></tr></table><p>y</p>"


def test_preformatted_text_keeps_its_form() -> None:
    page = Page('<pre>\n\n  <code class="hl language-py">  a\n\n    <b>b</b>\n</code></pre>')
    assert page.html() == '<article>\n<pre><code class="language-py">    a\n\n    b</code></pre>\n</article>'


def test_lines_of_preformatted_text_stay_together() -> None:
    page = Page("<pre><code><div>a</div><div>  b</div></code>c<br>d<div><ul><li>e</ul></div></pre>")
    assert page.html() == "<article>\n<pre><code>a\n  b\nc\nd\ne</code></pre>\n</article>"


def test_the_page_is_not_changed() -> None:
    page = Page("<div onclick=x>a <img src=a.png><p>b</p></div>")
    before = etree.tostring(page.root)
    page.html("http://e.org")
    page.markdown("http://e.org")
    assert etree.tostring(page.root) == before


def test_nothing_kept() -> None:
    page = Page("<h1>DROP</h1><img src=a.png><ul><li>DROP</li></ul>")
    assert page.text() == page.html() == page.markdown() == ""


# --- Safety ---


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " \x01java\nscript:alert(1)",
        "java\tscript\r\n:alert(1)",
        "\u200bjavascript:alert(1)",
        "java\xadscript:alert(1)",
        "javascript\xa0:alert(1)",
        "vbscript:x",
        "data:text/html,<script>alert(1)</script>",
        "data:text/html;base64,PHNjcmlwdD4=",
        "blob:https://e.org/1",
        "file:///etc/passwd",
        "view-source:http://e.org",
        "x y:z",
        "",
        "  \n",
    ],
)
def test_unsafe_addresses(url: str) -> None:
    assert link_url(url) is None
    assert image_url(url) is None


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://e.org/a?b=c:d#e", "https://e.org/a?b=c:d#e"),
        ("//e.org/a", "//e.org/a"),
        ("a/b:c", "a/b:c"),
        ("#top", "#top"),
        ("?a:b", "?a:b"),
        ("MAILTO:a@b.c", "MAILTO:a@b.c"),
        ("tel:+1", "tel:+1"),
        ("ftp://e.org", "ftp://e.org"),
        (" a b\n\"<>' ", "a%20b%22%3C%3E'"),
    ],
)
def test_safe_addresses(url: str, expected: str) -> None:
    assert link_url(url) == expected


def test_image_addresses() -> None:
    assert image_url("data:image/png;base64,AA==") == "data:image/png;base64,AA=="
    assert image_url("data:image/png;base64," + 4000 * "A") is not None
    assert image_url("data:image/png;base64," + 4096 * "A") is None
    assert image_url("data:image/svg+xml,<svg onload=x>") is None
    assert image_url("DATA:image/SVG+xml;base64,AA") is None
    assert image_url("mailto:a@b.c") is None


def test_scripts_styles_and_handlers_do_not_pass() -> None:
    html = """<p onclick="x()" style="color:red" class=a id=b>a<script>alert(1)</script>
    <a href="java&#10;script:alert(1)" onmouseover=x>b</a> <a href="data:text/html,x">c</a>
    <a href="http://e.org" target=_blank style=x>d</a><img src="javascript:x" onerror=y>
    <svg onload=x><text>e</text></svg>
    <iframe src=x></iframe><object data=x></object><style>p{}</style> &lt;script&gt;f&lt;/script&gt;</p><base href=x>"""
    assert inner(html) == '<p>a b c <a href="http://e.org">d</a> &lt;script&gt;f&lt;/script&gt;</p>'


def test_control_characters_are_left_out() -> None:
    assert (
        inner("<p>a\x01b\x1bc</p><p>d</p><pre>e\ff\x0bg\x01h</pre>")
        == "<p>abc</p><p>d</p><pre><code>e f gh</code></pre>"
    )
    assert inner("<p>\x02</p>") == ""


def test_markdown_of_text_that_looks_like_markup() -> None:
    html = "<p>&lt;script&gt;x&lt;/script&gt; [y](javascript:x) \\](z) [1] `c` *d* _e_ a &lt; b</p>"
    expected = r"\<script>x\</script> [y\](javascript:x) \\\](z) [1] \`c\` \*d\* \_e\_ a < b"
    assert Page(html).markdown() == expected
    html = "<p>a <img alt='x](y) [z](javascript:1)' src='b) [c](d'><a href='e)f'>g</a></p>"
    assert Page(html).markdown() == r"a ![x\](y) \[z\](javascript:1)](b%29%20[c]%28d)[g](e%29f)"


# --- Images and addresses ---

_PIXELS = "data:image/png;base64," + 300 * "A"


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("<img src=a.png alt=' an\n image '>", '<img src="a.png" alt="an image">'),
        ("<img data-src=b.png src='data:image/gif;base64,R0'>", '<img src="b.png" alt="">'),
        ("<img data-lazy-src=c.png>", '<img src="c.png" alt="">'),
        ("<img srcset='d.png 1x, e.png 2x'>", '<img src="e.png" alt="">'),
        ("<img src=a.png data-src=b.png>", '<img src="b.png" alt="">'),
        ("<img data-src='javascript:x' data-srcset='f.png, g.png 2x'>", '<img src="g.png" alt="">'),
        (f"<img src='{_PIXELS}'>", f'<img src="{_PIXELS}" alt="">'),
        ("<img src=a.png width=1 height=1>", ""),
        ("<img src=a.png height=0px>", ""),
        ("<img src='data:image/gif;base64,R0'>", ""),
        ("<img alt=x>", ""),
    ],
)
def test_image_sources(image: str, expected: str) -> None:
    assert inner(f"<p>x {image}y</p>") == f"<p>x {expected}y</p>"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a</p><div><img src=i></div><p>b</p>", '<p>a</p><p><img src="i" alt=""></p><p>b</p>'),
        ("<p>a</p><div>DROP<img src=i></div><p>b</p>", "<p>a</p><p>b</p>"),
        ("<p>a</p><div><img src=i><p>DROP</p></div><p>b</p>", "<p>a</p><p>b</p>"),
        ("<div><img src=logo>DROP</div><img src=i><p>a</p>", "<p>a</p>"),
        ("<p>DROP</p><div><img src=i><p>a</p></div><img src=j>", '<p><img src="i" alt=""></p><p>a</p>'),
        (
            "<p>DROP</p><figure><img src=i><figcaption>a</figcaption></figure>",
            '<figure><img src="i" alt=""><figcaption>a</figcaption></figure>',
        ),
        (
            "<p>a</p><figure><img src=i><figcaption>DROP</figcaption></figure><p>b</p>",
            '<p>a</p><figure><img src="i" alt=""></figure><p>b</p>',
        ),
        (
            "<p>a</p><div><figure><div>DROP</div><a href=b><img src=i> DROP</a></figure></div><p>DROP</p><p>b</p>",
            '<p>a</p><figure><a href="b"><img src="i" alt=""></a></figure><p>b</p>',
        ),
        (
            "<p>a</p><p>DROP</p><picture><img src=i></picture><p>DROP</p><p>b</p>",
            '<p>a</p><p><img src="i" alt=""></p><p>b</p>',
        ),
        ("<p>a</p><div><figure><img src=i><p>DROP</p></figure><p>DROP</p></div><p>b</p>", "<p>a</p><p>b</p>"),
        ("<ul><li>DROP<li><figure><img src=i><p>DROP</figure></ul><p>a</p>", "<p>a</p>"),
        ("<p>a</p><figure><img src=i><figcaption>DROP</figcaption></figure><p>DROP</p>", "<p>a</p>"),
        (
            "<figure><p>a</p><img src=i><p>b</p><p>DROP</p></figure>",
            '<figure><p>a</p><p><img src="i" alt=""></p><p>b</p></figure>',
        ),
        ("<p>a</p><a href=b><img src=i></a><p>b</p>", '<p>a</p><p><a href="b"><img src="i" alt=""></a></p><p>b</p>'),
        (
            "<p>a</p><img data-src=i><noscript><img src=i></noscript><p>b</p>",
            '<p>a</p><p><img src="i" alt=""></p><p>b</p>',
        ),
    ],
)
def test_which_images_stay(html: str, expected: str) -> None:
    assert inner(html) == expected


def test_the_picture_of_the_example_stays_without_its_caption() -> None:
    page = Page((Path(__file__).parents[1] / "examples" / "news-article.html").read_text("utf-8"))
    texts = page.table.block_texts()
    first, last = (
        next(k for k, text in enumerate(texts) if start in text) for start in ("For the first", "Mr Penn did")
    )
    page.keep = np.array([first <= k <= last and "minutes after" not in text for k, text in enumerate(texts)])
    assert "minutes after" not in page.html()
    assert page.markdown().count("](/img/48213-wheel.jpg)") == 1


def test_absolute_addresses() -> None:
    html = """<p><a href='/a'>a</a> <a href='b#c'>b</a> <a href='http://[x'>c</a> <a href='mailto:d'>d</a>
    <img src=//e/f></p>"""
    assert inner(html, "https://e.org/x/y") == (
        '<p><a href="https://e.org/a">a</a> <a href="https://e.org/x/b#c">b</a> <a href="http://[x">c</a> '
        '<a href="mailto:d">d</a> <img src="https://e/f" alt=""></p>'
    )
    html = "<head><base href='/deep/'></head><p><a href=a>a</a></p>"
    assert inner(html, "https://e.org/x/y") == '<p><a href="https://e.org/deep/a">a</a></p>'
    html = "<head><base href='javascript:x/'></head><p><a href=a>a</a></p>"
    assert inner(html, "https://e.org/x/y") == '<p><a href="a">a</a></p>'


# --- Markdown ---


def test_markdown() -> None:
    html = """<h2>Title</h2><p>Some <b>bold</b>, <em>soft</em> and <code>a_b</code> <a href="/x">link</a>.</p>
    <ul><li>a<ul><li>b</li></ul></li><li>c</li></ul><ol><li>d</li><li>e</li></ol>
    <table><caption>Cap</caption><tr><th>h</th><th>i</th></tr>
    <tr><td>1|2</td><td>3 <img src=i.png alt=x></td></tr></table>
    <pre><code class=language-python>def f():
    return "a_b|&lt;c"</code></pre>
    <blockquote><p>quote</p></blockquote><figure><img src=j.png><figcaption>cap</figcaption></figure>
    <details><summary>s</summary>t</details><dl><dt>k</dt><dd>v</dd></dl>"""
    assert Page(html).markdown("http://e.org").split("\n\n") == [
        "## Title",
        "Some **bold**, *soft* and `a_b` [link](http://e.org/x).",
        "- a\n  - b\n- c",
        "1. d\n2. e",
        "Cap",
        "| h | i |\n| --- | --- |\n| 1\\|2 | 3 ![x](http://e.org/i.png) |",
        '```python\ndef f():\n    return "a_b|<c"\n```',
        "> quote",
        "![](http://e.org/j.png)",
        "cap",
        "s",
        "t",
        "k\n:   v",
    ]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p># x</p>", r"\# x"),
        ("<p>###### x</p><p>####### x</p><p>#x</p>", "\\###### x\n\n####### x\n\n#x"),
        ("<p>- x</p><p>+ x</p><p>* x</p><p>-x</p>", "\\- x\n\n\\+ x\n\n\\* x\n\n-x"),
        ("<p>1. x</p><p>12) x</p><p>1.5 x</p>", "1\\. x\n\n12\\) x\n\n1.5 x"),
        ("<p>> x</p><p>---</p><p>a - b > c</p>", "\\> x\n\n\\---\n\na - b > c"),
        ("<p>a<br>- b <u>- c</u></p><p><u>1. d</u></p>", "a  \n\\- b - c\n\n1\\. d"),
        ("<p><b>- a</b> - b</p><h2>1. c</h2>d<p><code>- e</code></p>", "**- a** - b\n\n## 1. c\n\nd\n\n`- e`"),
        ("<ul><li>1. a</li></ul><blockquote># b</blockquote><pre>- c</pre>", "- 1\\. a\n\n> \\# b\n\n```\n- c\n```"),
        ("<table><tr><th>- a<th>b<tr><td>1. c<td>d</table>", "| - a | b |\n| --- | --- |\n| 1. c | d |"),
        ("<p>x<sup>2</sup><sub>i</sub></p>", "x^2^~i~"),
        ("<p><b>a</b><strong>b</strong><b><strong>c</strong></b></p>", "**abc**"),
        ("<h2><b>a</b><a href=x>#</a></h2>", "## a"),
    ],
)
def test_markdown_says_what_the_page_says(html: str, expected: str) -> None:
    assert Page(html).markdown() == expected


# --- Depth ---


@pytest.mark.parametrize(
    "tag", ["div", "ul", "ul><li", "b", "table><tr><td", "blockquote", "h2", "dl><dd", "a href=x", "pre"]
)
def test_deep_nesting(tag: str) -> None:
    page = Page(f"<p>start</p>{f'<{tag}>x' * 5000}end<p>last")
    texts = page.table.block_texts()
    tree = parse(page.html())
    assert tree is not None
    assert words_of(tree) == " ".join(texts).split()
    assert page.text().replace("|", " ").split() == " ".join(texts).split()
    assert max(sum(1 for _ in element.iterancestors()) for element in tree.iter()) < 130
    assert page.markdown()


# --- Any page ---

# Without what is left out on purpose: ruby readings, formulas (which become TeX), and buttons, which go from code.
_TAGS = """div p span b i a h1 h2 ul ol li dl dt dd table tr td th caption tbody pre code textarea blockquote figure
figcaption details summary section select option noscript script style template svg head title em x-y label
small q o:p"""
_TEXTS = st.sampled_from(
    ["one", " two ", "\n three", "four five", "\xa0", " ", "  \n  six", "<br>", "<br><br>", "7.", "é"]
)
_VOIDS = st.sampled_from(["<img src=a.png>", "<hr>", "<input value=x>", "<!-- c -->", "<img width=1 src=b>", "</p>"])
_OPENINGS = st.tuples(
    st.sampled_from(_TAGS.split()), st.sampled_from(["", " hidden", " href='/x' onclick=y", " class=language-c"])
)


def _element(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    contents = st.lists(children, max_size=5).map("".join)
    return st.builds(lambda opening, content: f"<{''.join(opening)}>{content}</{opening[0]}>", _OPENINGS, contents)


_PAGES = st.lists(st.recursive(_TEXTS | _VOIDS, _element, max_leaves=30), max_size=6).map("".join)


@settings(max_examples=400, deadline=None)
@given(_PAGES, st.randoms(use_true_random=False))
def test_words_of_the_kept_blocks_come_out_in_order(html: str, random: object) -> None:
    root = parse("<body>" + html)
    assert root is not None
    table = segment_html(root)
    keep = np.array([random.random() < 0.6 for _ in range(len(table))], dtype=np.bool_)  # type: ignore[attr-defined]
    kept = " ".join(text for text, is_kept in zip(table.block_texts(), keep, strict=True) if is_kept)

    html = to_html(root, table, keep)
    assert to_text(table, keep, list_markers=False).replace("|", " ").split() == kept.split()
    assert bool(html) == bool(to_markdown(root, table, keep)) == bool(kept)
    tree = parse(html)
    if tree is not None:
        assert words_of(tree) == kept.replace("\u201c", "").replace("\u201d", "").replace("~~", "").split()
        for element in tree.iterfind(".//article//*"):
            assert element.tag in _BLOCK_LIKE | _INLINE
            assert set(element.attrib) <= _ATTRIBUTES
