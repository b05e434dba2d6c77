# ruff: noqa: E501 - payloads are easier to compare on one line each
"""Nothing in HTML or Markdown output runs, whatever a page contains."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.reliability.dangers import RENDERERS, SCHEMES, dangers
from boilerkit.html.parsing import parse
from boilerkit.html.rendering.markup import to_html, to_markdown
from boilerkit.html.segmentation.blocks import segment_html

SCRIPT = "<script>alert(1)</script>".replace("<", "&lt;").replace(">", "&gt;")
IMAGE = "&lt;img src=x onerror=alert(1)&gt;"
PAYLOADS = [
    # Tags that text spells, in one piece and across elements
    f"<p>{SCRIPT}</p>",
    f"<p>{IMAGE}</p>",
    "<p>&lt;<u>img src=x onerror=alert(1)&gt;</u></p>",
    "<p>&lt;<!-- -->img src=x onerror=alert(1)&gt;</p>",
    "<p>&lt;<span></span>script&gt;alert(1)&lt;<ins>/script&gt;</ins></p>",
    "<p>&lt;\u200bimg src=x onerror=alert(1)&gt; &lt;\u00adscript&gt;</p>",
    f"<p>\\<u>{SCRIPT}</u></p>",
    f"<p>\\{SCRIPT} \\\\{SCRIPT} \\\\\\{SCRIPT}</p>",
    "<p>&lt;a href=javascript:alert(1)&gt;x&lt;/a&gt; &lt;!--&gt;&lt;svg onload=alert(1)&gt;--&gt;</p>",
    "<p>&lt;?x ?&gt;&lt;![CDATA[x]]&gt;&lt;!x&gt;</p>",
    "<p>&amp;lt;script&amp;gt; &amp;#60;img src=x onerror=alert(1)&amp;#62;</p>",
    "<p>x<br>&lt;script&gt;alert(1)<br>&lt;/script&gt;</p>",
    f"<h2>{IMAGE}</h2><ul><li>{IMAGE}</ul><table><tr><td>{IMAGE}<td>a|{SCRIPT}<tr><td>|<td>{IMAGE}</table>",
    f"<blockquote>{IMAGE}</blockquote><dl><dt>{IMAGE}<dd>{SCRIPT}</dl><figure><img src=a><figcaption>{IMAGE}</figure>",
    f"<table><tr><td>`<td>`{SCRIPT}<tr><td><code>`</code><td>{SCRIPT}</table>",
    # Code
    f"<pre>a\n```\n{SCRIPT}\n</pre>",
    f"<pre>a\n````\n~~~\n{SCRIPT}\n```</pre><p>b</p><pre>```\n{IMAGE}</pre>",
    f"<ul><li><pre>\n```\n{SCRIPT}\n</pre><li><pre>x\n\n{SCRIPT}</pre></ul>",
    f"<blockquote><pre>a\n```\n&gt; ```\n{SCRIPT}</pre></blockquote>",
    f"<pre class='language-x`{IMAGE}'>a</pre><pre data-lang='x&#10;{IMAGE}'>a</pre>",
    f"<p><code>a<br>{SCRIPT}</code></p>",
    f"<p><code>a`</code>{SCRIPT}<code>`b</code> <code>``</code><u><code>{SCRIPT}`</code></u></p>",
    f"<p><code>{SCRIPT}`</code><u><code>x</code></u><ins><code>``y</code></ins> `{SCRIPT}`</p>",
    f"<p>`<code>`{SCRIPT}</code>`<kbd>``</kbd><b><samp>{IMAGE}</samp></b></p>",
    f"<p>`<u>`</u>{SCRIPT}`<u>`</u></p>",
    f"<p>~~<u>~</u><br>{SCRIPT}<br>~~~</p>",
    # Blocks that would be lines of the paragraph before them
    f"<ul><li>a<ol start=5><li><pre>{SCRIPT}</pre></ol></ul><ul><li>a<ol><pre>\n{SCRIPT}</pre></ol></ul>",
    f"<ol><li>x</ol><dl><dd><pre>{SCRIPT}\n{IMAGE}</pre></dl><blockquote>x</blockquote><dl><dd><pre>{SCRIPT}</pre></dl>",
    f"<dl><dt><ul><li>x</ul><dd><pre>{SCRIPT}</pre><dd><pre>{IMAGE}</pre></dl>",
    f"<dl><dt>a<dd><pre>{IMAGE}\n\n{SCRIPT}</pre><dd><ul><li><pre>{IMAGE}\n\nx</pre></ul></dl>",
    # Links and pictures that text spells, in one piece and across elements
    "<p>[x](javascript:alert(1))</p>",
    "<p>[x]<u>(javascript:alert(1))</u></p>",
    "<p>[<u>x</u>](javascript:alert(1))</p>",
    "<p>[x<u>](</u>javascript:alert(1))</p>",
    "<p>![x](javascript:alert(1)) !<u>[x](javascript:alert(1))</u> !<a href=y>z</a></p>",
    "<p>[a]: javascript:alert(1)</p><p>[a] [b][a] [a][]</p>",
    "<p>[a]<u>: javascript:alert(1)</u></p><p>[a]</p>",
    "<p>[<u>a</u>]: javascript:alert(1)<br>[b]:<br>javascript:alert(1)</p><p>[a] [b]</p>",
    "<ul><li>[a]: javascript:alert(1)</ul><blockquote>[b]: javascript:alert(1)</blockquote><p>[a] [b]</p>",
    "<p>&lt;javascript:alert(1)&gt; &lt;<u>javascript:alert(1)&gt;</u> javascript:alert(1)</p>",
    "<p><a href=x>a](javascript:alert(1)) [b</a><a href=y>](javascript:alert(1))</a></p>",
    "<p>[<a href=x>a</a>](javascript:alert(1))</p>",
    "<p><img src=a alt='x](javascript:alert(1)) ![y](javascript:alert(1))'></p>",
    f"<p><img src=a alt='{IMAGE}'> <img src=b alt='`'>`{SCRIPT}`</p>",
    "<p><a href='x) [b](javascript:alert(1)'>a</a> <a href='x\"onclick=alert(1)//'>b</a></p>",
    "<p><a href='x&lt;script&gt;alert(1)&lt;/script&gt;'>a</a><img src='y\"onerror=alert(1)//'></p>",
    "<p><a href='&amp;#106;avascript:alert(1)'>a</a> <a href='javascript&amp;colon;alert(1)'>b</a></p>",
    "<p><a href='java&#92;script:alert(1)'>a</a> <a href='\\javascript:alert(1)'>b</a></p>",
    # Addresses that run or embed
    "<p><a href='javascript:alert(1)'>a</a> <a href=' \x01java\nscript:alert(1)'>b</a> <a href='JAVASCRIPT:x'>c</a></p>",
    "<p><a href='java&#10;script:alert(1)'>a</a> <a href='java\u200bscript:alert(1)'>b</a> <a href='vbscript:x'>c</a></p>",
    "<p><a href='data:text/html,x'>a</a> <img src='data:image/svg+xml,&lt;svg onload=alert(1)&gt;'> <a href='blob:x'>b</a></p>",
    "<p><img src='javascript:alert(1)' srcset='data:text/html,x 2x' data-src='vbscript:x'> x</p>",
    "<p>x</p><iframe src='javascript:alert(1)' srcdoc='&lt;script&gt;'></iframe><video src='javascript:x'></video><p>y</p>",
    "<p>x</p><iframe src='https://youtube.com.evil.example/' title='](javascript:alert(1))'></iframe><p>y</p>",
    "<p>x</p><iframe src='https://youtube.com/embed/1' title='](javascript:alert(1)) &lt;script&gt;'></iframe><p>y</p>",
    "<base href='javascript:alert(1)//'><p><a href='x'>a</a> <img src=y></p>",
    # Elements and attributes of the page itself
    "<p onclick=alert(1) style='background:url(javascript:x)'>a<script>alert(1)</script><svg onload=alert(1)>b</svg></p>",
    "<p>a <object data=x></object><embed src=x><math><mi xlink:href='javascript:alert(1)'>x</mi></math></p>",
    "<form action='javascript:alert(1)'><input onfocus=alert(1) autofocus><button formaction='javascript:x'>b</button></form>",
    "<ul><li><input type=checkbox onclick=alert(1) checked> x</ul><details open ontoggle=alert(1)><summary>a</summary>b</details>",
    "<style>*{}</style><link rel=stylesheet href=x><meta http-equiv=refresh content='0;javascript:alert(1)'><p>a</p>",
    "<noscript><p>&lt;img src=x onerror=alert(1)&gt;</p></noscript><textarea>&lt;script&gt;alert(1)&lt;/script&gt;</textarea>",
    "<template><script>alert(1)</script></template><x-y onclick=alert(1)>a</x-y><xmp><script>alert(1)</script></xmp>",
    "<ol start='1 onclick=alert(1)'><li value='\"onclick=alert(1)'>a</ol><table><tr><td colspan='2\"onclick=x'>a<td>b</table>",
    "<div class='admonition note\"onclick=alert(1) &lt;script&gt;'>a</div><div class='alert alert-&lt;img/src=x'>b</div>",
    # Formulas
    f"<p>\\({SCRIPT}\\) $${IMAGE}$$ \\[[x](javascript:alert(1))\\] $x_1{IMAGE}$</p>",
    f"<p>\\[`\\] <code>{SCRIPT}</code> \\(``\\) <code>{IMAGE}</code></p>",
    f"<p>a</p><p>\\[ x<br>~~~<br>`y` \\]</p><pre>~~~\n{SCRIPT}</pre>",
    f"<p>x <script type='math/tex'>{SCRIPT}`[a](javascript:alert(1))</script> <code>{SCRIPT}</code></p>",
    f"<p>a</p><script type='math/tex; mode=display'>\n~~~\n```\n\n<script>\n[a]: javascript:x</script><p>b</p><pre>~~~\n{IMAGE}</pre>",
    f"<p>a <span class=katex><math><annotation encoding='application/x-tex'>{IMAGE}\n\n{SCRIPT}`</annotation></math></span> `</p>",
    f"<p>a <img class=tex alt='{IMAGE}`](javascript:alert(1))'> <span class=katex data-tex='{SCRIPT}'>x</span></p>",
    f"<ul><li>a<script type='math/tex; mode=display'>- ~~~\n    ~~~</script><pre>~~~\n{SCRIPT}</pre></ul>",
    f"<table><tr><td>a<script type='math/tex'>|{IMAGE}</script><td>\\(|{SCRIPT}\\)</table>",
    f"<p><math><mtext>{SCRIPT}</mtext><mi>`</mi><mo>](javascript:alert(1))</mo></math> <code>{SCRIPT}</code></p>",
    # Footnotes: CommonMark without them takes their text for an address
    "<p>a<sup><a href=#n>1</a></sup></p><ol><li id=n>javascript:alert(1)</ol>",
    "<p>a<sup><a href=#n>1</a></sup></p><p id=n>java<u>script:</u>alert(1)</p>",
    '<p>a<sup><a href=#n>1</a></sup></p><p id=n>data:text/html,x<br>"title"</p>',
    "<p>a<sup><a href=#n>1</a></sup> [^1] ![^1]</p><p>[^1]: javascript:alert(1)</p><p id=n>x</p>",
    "<p>!<sup><a href=#n>1</a></sup>(javascript:alert(1))</p><p id=n>x</p>",
    # Lines and blocks
    "<p>x<br>===</p><p>-<u>--</u><br>1<u>. x</u><br>#<u># x</u><br>+ x<br>> x</p>",
    "<p>a | b<br>--- | ---<br>x | &lt;script&gt;</p><p>:-: | :-:</p>",
    f"<p>\xa0\xa0\xa0\xa0{SCRIPT}</p><pre>    {SCRIPT}</pre><p>\t{SCRIPT}</p>",
]


def rendered(html: str) -> tuple[str, str]:
    """All of a page as clean HTML and as Markdown."""
    root = parse(html)
    assert root is not None
    blocks = segment_html(root)
    keep = np.ones(len(blocks), dtype=np.bool_)
    return to_html(root, blocks, keep), to_markdown(root, blocks, keep)


@pytest.mark.parametrize("page", PAYLOADS)
def test_nothing_runs_in_html(page: str) -> None:
    assert list(dangers(rendered(page)[0])) == []


@pytest.mark.parametrize("renderer", RENDERERS)
@pytest.mark.parametrize("page", PAYLOADS)
def test_nothing_runs_in_markdown(page: str, renderer: str) -> None:
    markdown = rendered(page)[1]
    assert list(dangers(RENDERERS[renderer].render(markdown))) == [], markdown


@pytest.mark.parametrize(
    "danger", ["<script>x</script>", "[a](javascript:x)", "<p onclick=x>", "![](data:text/html,x)"]
)
def test_the_check_sees_dangers(danger: str) -> None:
    assert list(dangers(RENDERERS["CommonMark"].render(danger))) != []


_PIECE_NAMES = r"""&lt;script&gt; &lt; > [ ] ( ) ` `` ~~~ \ ! * _ $ $$ \( \) \[ \] | # - + : = &amp; ^ 1. javascript:alert(1)
img/src=x [a]: ](javascript:x) &lt;img/src=x/onerror=x&gt; <br> <p> </p> <u> </u> <code> </code> <b> </b>
<a_href=x> </a> <pre> </pre> <li> <ul> </ul> <td> <tr> <table> </table> <blockquote> </blockquote>
<sup><a_href=#n>1</a></sup> <p_id=n> <h2> <script_type=math/tex> </script> <math> </math>
<img_src=a_alt=&lt;`]>"""
_PIECES = st.sampled_from(_PIECE_NAMES.split()).map(
    lambda piece: piece.replace("_", " ") if piece.startswith("<") else piece
)
_SPACES = st.sampled_from(["", "", " ", "\n"])


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.builds(str.__add__, _PIECES, _SPACES), max_size=24).map("".join))
def test_nothing_runs_in_pages_of_odd_pieces(page: str) -> None:
    html, markdown = rendered("<body>x " + page)
    assert list(dangers(html)) == []
    for renderer in RENDERERS.values():
        assert list(dangers(renderer.render(markdown))) == [], markdown


def test_nothing_runs_in_a_browser() -> None:
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    with sync_api.sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        except sync_api.Error as error:
            pytest.skip(f"no Chromium starts: {str(error).splitlines()[0]}")
        tab = browser.new_page()
        alerts: list[str] = []
        tab.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
        tab.route("**/*", lambda route: route.abort())
        schemes: set[str] = set()
        for page in PAYLOADS:
            html, markdown = rendered(page)
            for text in (html, *(renderer.render(markdown) for renderer in RENDERERS.values())):
                tab.set_content(text, wait_until="domcontentloaded")
                schemes |= set(tab.evaluate("[...document.links].map(link => link.protocol.replace(':', ''))"))
        tab.wait_for_timeout(200)
        found = list(alerts)
        tab.set_content("<img src=x onerror=alert('seen')>")
        tab.wait_for_timeout(200)
        browser.close()
    assert found == []
    assert alerts == ["seen"]
    assert schemes <= SCHEMES | {"about"}  # the address of the page itself
