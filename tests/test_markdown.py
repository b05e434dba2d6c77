# ruff: noqa: E501 - pages are easier to compare on one line each
"""Markdown and HTML of what pages are made of: formulas, code, tables, footnotes, callouts, lists, pictures."""

from __future__ import annotations

import pickle
import re
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from lxml import etree
from support.fake_models import ObedientModel

from boilerkit import analyze, extract
from boilerkit.html.document import HtmlDocument
from boilerkit.html.parsing import parse
from boilerkit.html.rendering.markup import to_html, to_markdown
from boilerkit.html.rendering.mathml import to_tex
from boilerkit.html.rendering.media import largest, media_source, widest
from boilerkit.html.rendering.roles import callout_type, language, note_sign, role
from boilerkit.html.segmentation.blocks import segment_html
from boilerkit.model.content import ContentModel
from boilerkit.page import Page
from boilerkit.selection import Selection


def markdown(html: str, **options: object) -> str:
    """The Markdown of a page, without the blocks that contain "DROP"."""
    return _rendered(to_markdown, html, options)


def clean(html: str, **options: object) -> str:
    """The HTML of a page inside its article, without line breaks between elements."""
    page = _rendered(to_html, html, options)
    return page.replace("\n", "").removeprefix("<article>").removesuffix("</article>")


def _rendered(render, html, options):  # type: ignore[no-untyped-def]
    root = parse(html)
    assert root is not None
    blocks = segment_html(root)
    keep = np.array(["DROP" not in text for text in blocks.block_texts()], dtype=np.bool_)
    return render(root, blocks, keep, **options)


# --- Formulas ---

KATEX = """<span class="katex"><span class="katex-mathml"><math><semantics><mrow><mi>F</mi></mrow>
<annotation encoding="application/x-tex">F_1</annotation></semantics></math></span>
<span class="katex-html" aria-hidden="true"><span>F</span><span>1</span></span></span>"""
WIKIPEDIA = """<span class="mwe-math-element"><span class="mwe-math-mathml-inline" style="display: none"><math
alttext="x_1"><semantics><mi>x</mi><annotation encoding="application/x-tex">x_1</annotation></semantics></math></span>
<img src="/1.svg" class="mwe-math-fallback-image-inline" alt="x_1"></span>"""


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (f"<p>a {KATEX} b</p>", "a $F_1$ b"),
        (f"<p>a</p><span class=katex-display>{KATEX}</span><p>b</p>", "a\n\n$$\nF_1\n$$\n\nb"),
        (f"<p>a<span class=katex-display>{KATEX}</span>b</p>", "a\n\n$$\nF_1\n$$\n\nb"),
        (f"<p>a {WIKIPEDIA} b</p>", "a $x_1$ b"),
        ("<p>a <span class=MathJax_Preview>F1</span><script type='math/tex'>F_1</script> b</p>", "a $F_1$ b"),
        ("<p>a <span class=MathJax>F1</span><script type='math/tex'>F_1</script>, b</p>", "a $F_1$, b"),
        ("<p>a</p><script type='math/tex; mode=display'>F_1</script><p>b</p>", "a\n\n$$\nF_1\n$$\n\nb"),
        ("<p>DROP</p><script type='math/tex; mode=display'>F_1</script><p>DROP</p><p>b</p>", "$$\nF_1\n$$\n\nb"),
        (
            "<p>a <mjx-container><mjx-math>x2</mjx-math><mjx-assistive-mml><math><msup><mi>x</mi><mn>2</mn></msup></math>"
            "</mjx-assistive-mml></mjx-container> b</p>",
            "a $x^2$ b",
        ),
        ("<p>a <mjx-container display=true><math alttext='x'></math></mjx-container></p>", "a\n\n$$\nx\n$$"),
        ("<p>a <math alttext='x_1'><mi>x</mi></math> b</p>", "a $x_1$ b"),
        ("<p>a</p><math display=block><mi>x</mi><mo>=</mo><mn>1</mn></math><p>b</p>", "a\n\n$$\nx=1\n$$\n\nb"),
        ("<p>a <img class=latex src=x alt='\\alpha'> b</p>", "a $\\alpha$ b"),
        ("<p>a <span data-tex='x_1' class='math-inline'>x1</span> b</p>", "a $x_1$ b"),
        ("<p>a \\(x_1*y*z\\) b \\[c*d*\\] e</p>", "a $x_1*y*z$ b $$c*d*$$ e"),
        ("<p>\\[ a*b* \\]</p><p>$$c*d*$$</p>", "$$\na*b*\n$$\n\n$$\nc*d*\n$$"),
        ("<p>a $x_1 * y_2$ b</p>", "a $x_1 * y_2$ b"),
        ("<p>It is $5 or *$6*, \\(never closed_</p>", "It is $5 or \\*$6\\*, \\\\(never closed\\_"),
        ("<table><tr><td>\\(|x|\\)<td>b</table>", "| $\\|x\\|$ | b |\n| --- | --- |"),
        ("<h2>On <script type='math/tex; mode=display'>x</script> and y</h2>", "## On $x$ and y"),
        ("<p>a <script type='math/tex'>a<b, `c' [d](e)</script></p>", "a $a< b, \\lq c' [d] (e)$"),
    ],
)
def test_formulas(html: str, expected: str) -> None:
    assert markdown(html) == expected


def test_formulas_in_html_keep_their_tex() -> None:
    assert clean(f"<p>a {KATEX}</p>") == '<p>a <span class="math inline">\\(F_1\\)</span></p>'
    assert clean("<p>a</p><script type='math/tex; mode=display'>a<b</script><p>b</p>") == (
        '<p>a</p><p class="math display">\\[a&lt;b\\]</p><p>b</p>'
    )


@pytest.mark.parametrize(
    ("mathml", "tex"),
    [
        ("<mfrac><mn>1</mn><mi>α</mi></mfrac><mo>≤</mo><msqrt><mi>x</mi></msqrt>", r"\frac{1}{\alpha }\leq \sqrt{x}"),
        ("<msubsup><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi></msubsup>", r"\sum _{i=1}^n"),
        ("<mi>sin</mi><mo>&#x2061;</mo><mi>x</mi>", r"\sin x"),
        ("<mroot><mi>x</mi><mn>3</mn></mroot><mover><mi>y</mi><mo>¯</mo></mover>", r"\sqrt[3]{x}\bar{y}"),
        ("<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr></mtable>", r"\begin{matrix}1 & 2\end{matrix}"),
        ("<mfenced open='{'><mi>x</mi><mi>y</mi></mfenced>", r"\left\{x,y\right)"),
        ("<mtext>if {x}</mtext><mspace/><mi>speed</mi>", r"\text{if x}\ \mathrm{speed}"),
        ("<semantics><mi>x</mi><annotation>y</annotation></semantics>", "x"),
        ("<msup><mi>x</mi></msup><mfrac></mfrac>", "x"),
        ("", ""),
    ],
)
def test_mathml_becomes_tex(mathml: str, tex: str) -> None:
    assert to_tex(etree.fromstring(f"<math>{mathml}</math>")) == tex


def test_deep_mathml_keeps_its_text() -> None:
    assert to_tex(etree.fromstring("<math>" + "<msup>" * 200 + "<mi>x</mi>" + "</msup>" * 200 + "</math>")) == "x"


# --- Code ---


@pytest.mark.parametrize(
    ("html", "language_of_it"),
    [
        ("<pre><code class='language-python'>x</code></pre>", "python"),
        ("<pre class='language-jsx'><code>x</code></pre>", "jsx"),
        (
            "<div class='highlight-python notranslate'><div class=highlight><pre><span></span>x</pre></div></div>",
            "python",
        ),
        ("<div class='highlight-default'><div class=highlight><pre>x</pre></div></div>", ""),
        ("<div class='highlight highlight-source-shell'><pre>x</pre></div>", "shell"),
        (
            "<div class='language-ruby highlighter-rouge'><div class=highlight><pre class=highlight>x</pre></div></div>",
            "ruby",
        ),
        ("<figure class='highlight'><pre><code data-lang=yaml>x</code></pre></figure>", "yaml"),
        ("<figure class='highlight python'><pre>x</pre></figure>", "python"),
        ("<pre data-language=toml><code>x</code></pre>", "toml"),
        ("<pre class='brush: sql; gutter: false'>x</pre>", "sql"),
        ("<pre class='sourceCode haskell'><code>x</code></pre>", "haskell"),
        ("<pre><code class='hljs rust'>x</code></pre>", "rust"),
        ("<pre class='src src-lisp'>x</pre>", "lisp"),
        ("<pre class='prettyprint lang-js'>x</pre>", "js"),
        ("<pre><code class='language-c++'>x</code></pre>", "c++"),
        ("<pre class='language-none'>x</pre>", ""),
        ("<pre class='wide rust-free'>x</pre>", ""),
    ],
)
def test_language_of_code(html: str, language_of_it: str) -> None:
    assert markdown(html) == f"```{language_of_it}\nx\n```"


GUTTER = "<td class='gutter'><pre>1\n2\n3</pre></td>"


@pytest.mark.parametrize(
    "html",
    [
        "<pre>a\n\n  b</pre>",
        "<pre>\n\na\n\n  b\n\n</pre>",
        "<pre><code><span class=line>a</span>\n<span class=line></span>\n<span class=line>  b</span></code></pre>",
        "<pre><code><span class=line>a</span><span class=line></span><span class=line>  b</span></code></pre>",
        "<pre><code><span data-line>a</span>\n<span data-line></span>\n<span data-line>  b</span></code></pre>",
        "<pre><code><div class=token-line>a<br></div><div class=token-line><br></div><div>  b<br></div></code></pre>",
        "<pre><div>a</div><div></div><div>  b</div></pre>",
        "<pre><ol><li>a</li><li></li><li>  b</li></ol></pre>",
        "<pre>a<br><br>  b</pre>",
        f"<table class=x><tr>{GUTTER}<td class=code><pre>a\n\n  b</pre></td></tr></table>",
        f"<div class=highlight><table class=rouge-table><tr>{GUTTER}<td><pre>a\n\n  b\n</pre></td></tr></table></div>",
        "<table class=highlighttable><tr><td class=linenos><div class=linenodiv><pre>1\n2</pre></div></td>"
        "<td><pre>a\n\n  b</pre></td></tr></table>",
        "<table class=lntable><tr><td class=lntd><pre><code><span class=lnt>1\n</span><span class=lnt>2\n</span></code></pre>"
        "</td><td class=lntd><pre><code><span class=line><span class=cl>a\n</span></span><span class=line><span class=cl>\n"
        "</span></span><span class=line><span class=cl>  b</span></span></code></pre></td></tr></table>",
        "<pre><code><table class=hljs-ln><tr><td class=hljs-ln-numbers>1</td><td>a</td></tr><tr><td class=hljs-ln-numbers>2"
        "</td><td></td></tr><tr><td class=hljs-ln-numbers>3</td><td>  b</td></tr></table></code></pre>",
        "<pre><span class=lineno>1</span>a\n<span class=lineno>2</span>\n<span class=lineno>3</span>  b</pre>",
        "<pre>a\n\n  b<button>Copy</button></pre>",
        "<pre class=line-numbers>a\n\n  b<span class=line-numbers-rows><span></span><span></span></span></pre>",
    ],
)
def test_lines_of_code(html: str) -> None:
    assert markdown(html) == "```\na\n\n  b\n```"


def test_numbers_that_count_no_lines_stay() -> None:
    assert markdown("<pre>3\n1\n2</pre>") == "```\n3\n1\n2\n```"
    html = "<table><tr><td>Pts<td>GL<tr><td class=gl>3<td class=gutter>1<tr><td class=gl>4<td class=gl>2</table>"
    assert markdown(html) == "| Pts | GL |\n| --- | --- |\n| 3 | 1 |\n| 4 | 2 |"


def test_fences_are_longer_than_what_they_hold() -> None:
    assert markdown("<pre>```\nx\n````</pre>") == "`````\n```\nx\n````\n`````"
    assert markdown("<p>a <code>b`c</code> <code>`d``</code></p>") == "a ``b`c`` ``` `d`` ```"
    assert markdown("<p><code>a</code><u><code>b</code></u> <code>a<b>b</b></code></p>") == "`a` `b` `ab`"


def test_links_in_code() -> None:
    assert markdown("<p><code>a<a href=x>b</a>c</code></p>") == "`a`[`b`](x)`c`"


# --- Tables ---


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ("<tr><th>a<th>b<tr><td>1|2<td>3", "| a | b |\n| --- | --- |\n| 1\\|2 | 3 |"),
        ("<tr><th colspan=2>a<tr><td>1<td>2", "| a |  |\n| --- | --- |\n| 1 | 2 |"),
        (
            "<tr><th rowspan=2>a<th colspan=2>b<tr><th>c<th>d<tr><td>1<td>2<td>3",
            "| a | b |  |\n| --- | --- | --- |\n|  | c | d |\n| 1 | 2 | 3 |",
        ),
        ("<tr><td>a<td rowspan=2>b<td>c<tr><td>1<td>2", "| a | b | c |\n| --- | --- | --- |\n| 1 |  | 2 |"),
        ("<tr><td>a<td>b<tr><td>1<td>2<td>3", "| a | b |  |\n| --- | --- | --- |\n| 1 | 2 | 3 |"),
        ("<tr><td>a<br>b<p>c<td><ul><li>d<li>e</ul>", "| a b c | d e |\n| --- | --- |"),
        ("<tr><td>a<td><pre>b\nc|d</pre>", "| a | `b`<br>`c\\|d` |\n| --- | --- |"),
        ("<tr><td>a<td><a href='x|y'>b</a>", "| a | [b](x%7Cy) |\n| --- | --- |"),
        ("<caption>Cap<tr><td>a<td>b", "Cap\n\n| a | b |\n| --- | --- |"),
        ("<tr><td>DROP<td>a<td>b", "|  | a | b |\n| --- | --- | --- |"),
    ],
)
def test_tables(rows: str, expected: str) -> None:
    assert markdown(f"<table>{rows}</table>") == expected


# --- Footnotes ---


@pytest.mark.parametrize(
    "html",
    [
        "<p>a<sup id=fnref1><a href=#fn1>1</a></sup></p><ol><li id=fn1><p>n <a href=#fnref1>↩</a></p></ol>",
        "<p>a<sup id=fnref:1><a href=#fn:1 class=footnote-ref>1</a></sup></p><ol><li id=fn:1>n <a href=#fnref:1>↩︎</a></ol>",
        "<p>a<a href=#n role=doc-noteref>1</a></p><aside><p id=n>n</p></aside>",
        "<p>a<sup><a href=#n>[1]</a></sup></p><ol><li id=n><span class=mw-cite-backlink><a href=#x>^</a></span> n</ol>",
        "<p>a<sup>[<a href=#n>1</a>]</sup></p><p id=n><sup>1</sup> n</p>",
        "<p>a<a href=#_ftn1 name=_ftnref1>[1]</a></p><p><a href=#_ftnref1 name=_ftn1>[1]</a> n</p>",
        "<p>a<sup><a href=#n>*</a></sup></p><div id=n><p>n</p></div>",
        "<p>a<sup><a href=#n>†</a></sup></p><p><a id=n href=#r>†</a> n</p>",
    ],
)
def test_footnotes(html: str) -> None:
    assert markdown(html) == "a[^1]\n\n[^1]: n"


def test_footnotes_of_several_blocks_and_references() -> None:
    html = """<p>a<sup><a href=#x>1</a></sup> b<sup><a href=#y>2</a></sup> c<sup><a href=#x>1</a></sup></p>
    <ol><li id=x>n<p>m</p></li><li id=y>o</li></ol>"""
    assert markdown(html) == "a[^1] b[^2] c[^1]\n\n[^1]: n\n\n    m\n\n[^2]: o"
    assert clean(html) == (
        '<p>a<sup><a href="#fn-1">1</a></sup> b<sup><a href="#fn-2">2</a></sup> c<sup><a href="#fn-1">1</a></sup></p>'
        '<ol><li id="fn-1">n<p>m</p></li><li id="fn-2">o</li></ol>'
    )


def test_a_reference_without_its_footnote_stays_a_sign() -> None:
    html = "<p>a<sup><a href=#n>1</a></sup> b <a href=#n>2</a></p><p id=n>DROP</p>"
    assert markdown(html) == "a^1^ b [2](#n)"
    assert clean(html) == '<p>a<sup>1</sup> b <a href="#n">2</a></p>'


# --- Callouts ---


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            "<div class='admonition warning'><p class=admonition-title>Hot</p><p>a</p><p>b</p></div>",
            "[!warning] Hot\na\n\nb",
        ),
        (
            "<div class='markdown-alert markdown-alert-tip'><p class=markdown-alert-title>Tip</p><p>a</p></div>",
            "[!tip] Tip\na",
        ),
        ("<div class='alert alert-info'>a</div>", "[!info] Info\na"),
        ("<div class='theme-admonition theme-admonition-danger'><div>a</div></div>", "[!danger] Danger\na"),
        (
            "<div class='theme-admonition-tip callout'><p class=admonitionHeading_Gvgb>t</p><p>a</p></div>",
            "[!tip] t\na",
        ),
        ("<div class='custom-block tip'><p class=custom-block-title>T</p><p>a</p></div>", "[!tip] T\na"),
        ("<div class=admonition><ul><li>a</ul></div>", "[!note] Note\n- a"),
        ("<div class='admonition note'><p class=admonition-title>DROP</p><p>a</p></div>", "[!note] Note\na"),
    ],
)
def test_callouts(html: str, expected: str) -> None:
    assert markdown(html) == "\n".join(f"> {line}".rstrip() for line in expected.split("\n"))


def test_other_alerts_are_no_callouts() -> None:
    assert markdown("<div class=alert>a</div><div class='notice wide'>b</div>") == "a\n\nb"
    assert clean("<div class='alert alert-info'>a</div>") == '<blockquote class="callout info"><p>a</p></blockquote>'


# --- Lists ---


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<ol start=3><li>a<li value=7>b<li>c</ol>", "3. a\n7. b\n8. c"),
        ("<ol reversed><li>a<li>b</ol>", "2. a\n1. b"),
        ("<ol><li>a<li>DROP<li>c</ol>", "1. a\n3. c"),
        ("<ol><li>a<ul><li>b<ol><li>c</ol></ul><li>d</ol>", "1. a\n   - b\n     1. c\n2. d"),
        ("<ul><li>a</li><ul><li>b</li></ul><li>c</li></ul>", "- a\n  - b\n- c"),
        ("<ul><li><p>a</p><p>b</p><li><pre>c\n\nd</pre></ul>", "- a\n\n  b\n- ```\n  c\n\n  d\n  ```"),
        ("<ul><li><input type=checkbox checked> a<li><label><input type=checkbox> b</label></ul>", "- [x] a\n- [ ] b"),
        ("<ul><li><p><input type=checkbox disabled>a</p></ul><p><input type=checkbox>b</p>", "- [ ] a\n\nb"),
        ("<dl><dt>a</dt><dd>b</dd><dd>c</dd><dt>d</dt><dd>e</dd></dl>", "a\n:   b\n:   c\n\nd\n:   e"),
        ("<blockquote><p>a</p><ul><li>b</ul></blockquote>", "> a\n>\n> - b"),
    ],
)
def test_lists(html: str, expected: str) -> None:
    assert markdown(html) == expected


def test_numbers_of_lists_in_html() -> None:
    assert clean("<ol start=3><li>a<li>DROP<li value=9>b</ol>") == '<ol start="3"><li>a</li><li value="9">b</li></ol>'
    assert clean("<ol reversed><li>a<li>b</ol>") == '<ol start="2" reversed><li>a</li><li>b</li></ol>'


# --- Pictures, videos, sounds ---

LAZY = "data:image/gif;base64,R0lGODlhAQABAAAAACw="


@pytest.mark.parametrize(
    ("image", "source"),
    [
        ("<img src=a.jpg>", "a.jpg"),
        ("<img src=/assets/blank.gif data-src=a.jpg>", "a.jpg"),
        ("<img src=/placeholder.png>", None),
        (f"<img src='{LAZY}' data-lazy-src=a.jpg>", "a.jpg"),
        ("<img src=small.jpg srcset='a-400.jpg 400w, a.jpg 1200w, b.jpg 800w'>", "a.jpg"),
        ("<img src=a.jpg srcset='b.jpg 2x'>", "a.jpg"),
        ("<img src=spacer.gif data-srcset='b.jpg 400w,\n a.jpg 900w'>", "a.jpg"),
        ("<picture><source srcset='b.webp'><img src=a.jpg></picture>", "a.jpg"),
        ("<picture><source srcset='b.webp 1x, a.webp 2x'><img></picture>", "a.webp"),
        ("<amp-img src=a.jpg width=800 height=500></amp-img>", "a.jpg"),
        ("<img data-src=a.jpg><noscript><img src=a-full.jpg></noscript>", "a.jpg"),
        ("<noscript><img src=a.jpg></noscript>", "a.jpg"),
        ("<a href=a-large.jpg><img src=a.jpg></a>", "a.jpg"),
    ],
)
def test_sources_of_pictures(image: str, source: str | None) -> None:
    assert markdown(f"<p>x</p><div>{image}</div><p>y</p>") == (f"x\n\n![]({source})\n\ny" if source else "x\n\ny")


def test_pictures_in_a_srcset() -> None:
    assert widest("w_400,c_1/a.jpg 400w,w_800,c_1/b.jpg 800w") == "w_800,c_1/b.jpg"
    assert largest(" ,a.jpg 1.5x , b.jpg 1..5x,") == "a.jpg"
    assert widest("a.jpg 2x") is None
    assert largest("") is None


def test_emoji_that_are_pictures_are_text() -> None:
    assert markdown("<p>a <img class=emoji src=x.png alt='🙂'> b</p>") == "a 🙂 b"


def test_the_picture_that_a_page_opens_with_stays() -> None:
    assert markdown("<h1>DROP</h1><figure><img src=a.jpg></figure><p>b</p>") == "![](a.jpg)\n\nb"
    assert markdown("<header><img src=logo.png></header><p>DROP</p><p>b</p>") == "b"


@pytest.mark.parametrize(
    ("media", "expected"),
    [
        (
            "<iframe src='https://www.youtube.com/embed/1' title='A film'></iframe>",
            "[A film](https://www.youtube.com/embed/1)",
        ),
        (
            "<iframe data-src='//player.vimeo.com/video/1'></iframe>",
            "[//player.vimeo.com/video/1](//player.vimeo.com/video/1)",
        ),
        ("<audio src=/a.mp3></audio>", "[/a.mp3](/a.mp3)"),
        ("<video title=v><source src=v.mp4></video>", "[v](v.mp4)"),
        ("<iframe src='https://ads.example/'></iframe>", ""),
        ("<iframe src='https://youtube.com.example/'></iframe>", ""),
    ],
)
def test_embedded_media_are_links(media: str, expected: str) -> None:
    assert markdown(f"<p>x</p>{media}<p>y</p>") == "\n\n".join(filter(None, ["x", expected, "y"]))


def test_addresses_of_media() -> None:
    assert media_source("iframe", {"src": "https://[bad"}, [], None) is None
    assert media_source("video", {}, [{"src": "a.mp4"}], "https://e.org/x/") == "https://e.org/x/a.mp4"
    assert media_source("video", {"src": "javascript:x"}, [], None) is None


# --- Text ---


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p><b>a</b> <i>b</i><span> </span><b>c </b>d<b> e</b></p>", "**a** *b* **c** d **e**"),
        ("<p><del>a</del> <q>b</q> <mark>c</mark></p>", '~~a~~ "b" c'),
        ("<p><ruby>村<rp>(</rp><rt>むら</rt><rp>)</rp></ruby>に</p>", "村に"),
        ("<p>10<sup>5</sup> H<sub>2</sub>O</p>", "10^5^ H~2~O"),
        ("<p>so\u00adft zero\u200bwidth \ufeffword می\u200cخواهم</p>", "soft zerowidth word می\u200cخواهم"),
        ("<h2>a <a class=headerlink href=#a>¶</a> <a href=#a><svg></svg></a></h2>", "## a"),
        ("<h2>a<span class=mw-editsection>[<a href=e>edit</a>]</span></h2>", "## a"),
        ("<h2><a href=#a>a</a> <a href=/b>b</a></h2>", "## a [b](/b)"),
        ("<h2>C #</h2><h3>C#</h3>", "## C \\#\n\n### C#"),
        ("<p>snake_case _a_ 5 * 3 *b* &amp;lt; AT&amp;T</p>", "snake_case \\_a\\_ 5 * 3 \\*b\\* \\&lt; AT&T"),
        ("<p>wow!<a href=x>a</a></p>", "wow\\![a](x)"),
        ("<p><a href=x>a [b] c</a></p>", "[a \\[b\\] c](x)"),
    ],
)
def test_text(html: str, expected: str) -> None:
    assert markdown(html) == expected


# --- Options ---

OPTIONS_PAGE = "<h1>DROP</h1><p><a href=/x>a</a> <img src=i.png></p><iframe src='https://vimeo.com/1'></iframe><p>b</p>"


def test_options() -> None:
    assert markdown(OPTIONS_PAGE) == "[a](/x) ![](i.png)\n\n[https://vimeo.com/1](https://vimeo.com/1)\n\nb"
    assert markdown(OPTIONS_PAGE, links=False) == "a ![](i.png)\n\nb"
    assert markdown(OPTIONS_PAGE, images=False, links=False) == "a\n\nb"
    assert markdown(OPTIONS_PAGE, title="A *title*", links=False, images=False) == "# A \\*title\\*\n\na\n\nb"
    assert clean("<p>a</p>", title="A <b>") == "<h1>A &lt;b&gt;</h1><p>a</p>"


def test_a_base_element_is_enough_for_absolute_addresses() -> None:
    html = "<base href='https://e.org/d/'><p><a href=x>a</a></p>"
    assert markdown(html) == "[a](https://e.org/d/x)"
    assert markdown(html, url="https://other.org/") == "[a](https://e.org/d/x)"


# --- What classes say ---


def test_roles_of_classes() -> None:
    assert role("plain words") == 0
    assert callout_type("admonition is-warning") == "warning"
    assert callout_type("callout") == "note"
    assert language("highlight-c++") == "c++"
    assert [note_sign(text) for text in ("[12]", "a", "**", "word", "")] == ["12", "a", "**", "", ""]


def _page(html: str) -> Page:
    document = HtmlDocument.read(html)
    everything = np.ones(len(document.blocks))
    return Page(document, cast(ContentModel, ObedientModel()), everything, Selection(everything > 0, 0.5))


def test_a_page_begins_with_its_title_once() -> None:
    page = _page("<title>On nails</title><p>a</p>")
    assert page.to_markdown(include_title=True) == "# On nails\n\na"
    assert page.to_html(include_title=True) == "<article>\n<h1>On nails</h1>\n<p>a</p>\n</article>"
    assert page.markdown == "a"
    page = _page("<title>On nails</title><h1>On  Nails</h1><p>a</p>")
    assert page.to_markdown(include_title=True) == "# On Nails\n\na"


def test_a_page_without_its_tables() -> None:
    page = _page("<p>a</p><table><tr><td>b<td>c</table><table><tr><td><h2>d</h2><td>e</table>")
    assert page.without_tables().text == "a\n\nd | e"
    assert page.without_tables().markdown == "a\n\n## d\n\ne"
    assert "b" in page.text


def test_a_document_keeps_its_tree_only_if_asked_and_never_pickles_it() -> None:
    html = "<p class=x>a <img src=b></p>"
    assert HtmlDocument.read(html).tree is None
    document = HtmlDocument.read(html, keep_tree=True)
    assert document.tree is not None
    keep = np.ones(1, dtype=np.bool_)
    expected = HtmlDocument.read(html).to_markdown(keep, None)
    assert document.to_markdown(keep, None) == expected
    copy = pickle.loads(pickle.dumps(document))
    assert copy.tree is None
    assert copy.to_markdown(keep, None) == expected


# --- The documentation ---

_OUTPUTS = (Path(__file__).parents[1] / "docs" / "outputs.md").read_text("utf-8")
_SAMPLES = re.findall(
    r"### (.*)\n(?:(?!###).*\n)*?```html\n([\s\S]*?)\n```\n\n````markdown\n([\s\S]*?)\n````\n", _OUTPUTS
)


@pytest.mark.parametrize(("html", "expected"), [pytest.param(*sample[1:], id=sample[0]) for sample in _SAMPLES])
def test_samples_in_the_documentation(html: str, expected: str) -> None:
    assert markdown(html) == expected


def test_each_part_of_the_documentation_has_its_sample() -> None:
    assert len(_SAMPLES) == _OUTPUTS.count("\n```html\n") == _OUTPUTS.count("\n### ") > 5


# --- Elements in odd places -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "html",
    [
        "<p>a<sup><a href=#n>1</a></sup><span id=n><figure></figure>b c</span>d</p>",  # an inline element is a footnote
        "<sup><a href=#n>1</a><abbr id=n><figure colspan=2></figure>b c</sup>",
        "<p>a<sup><a href=#n>1</a></sup> b <b id=n>c <i>d</i></b> e</p>",
        "<table><tr><td><ul><li>a<td>b</td>c</li><li>d</ul><td>e</table><ul><li>f</ul>",  # a cell in an item in a cell
        "<table><tr><td>a<blockquote>b<td>c</td>d</blockquote>e<td>f</table><p>g",
        "<table><tr><td>a<dl><dd>b<th>c</th>d</dl>e<td>f</table><dl><dd>g</dl>",
    ],
)
def test_what_is_opened_is_closed(html: str) -> None:
    """What is left open, or closed twice, would make the writer of Markdown read memory that is not its own."""
    page = analyze(html, input_format="html", threshold=0)
    root = etree.fromstring(f"<div>{page.html}</div>")
    assert set(re.findall(r"\w", "".join(map(str, root.itertext())))) >= set(re.findall(r"\b[a-z]\b", page.full_text))
    assert set(re.findall(r"\b[a-z]\b", page.markdown)) >= set(re.findall(r"\b[a-z]\b", page.full_text))


def test_cells_in_code_are_not_one_word() -> None:
    assert extract("<pre>one<td>two</td></pre>", output_format="markdown", threshold=0) == "```\none two\n```"
