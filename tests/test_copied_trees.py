"""Trees that compiled code copies, because lxml is not the one whose memory it can read: the results are the same."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from support.generated import labelled_pages
from support.strategies import documents, mutations, pages

import boilerkit
from boilerkit.decoding.encoding import decode
from boilerkit.errors import InputError
from boilerkit.html._tree import read_memory
from boilerkit.html.parsing import parse
from boilerkit.html.rendering.markup import to_html, to_markdown
from boilerkit.html.segmentation._walk import walk
from boilerkit.html.segmentation.blocks import HtmlBlocks
from boilerkit.metadata._elements import declaring_elements
from boilerkit.metadata.declarations import read_declarations

PAGE = """<!DOCTYPE html><!-- before --><html lang="en"><head>
<base href="https://coast.example/"><title>Ebb &amp; flood</title><meta property="og:title" content="Ebb">
<script type="application/ld+json">{"@type": "NewsArticle"}</script>
<link rel="canonical" href="/ebb"></head><body class="page"><?php echo 1 ?><h1>Ebb <!-- c -->and flood</h1>
<p class="byline" hidden>By <a href="/jo" rel="author">Jo <b>Sand</b></a><time datetime="2020-05-03">3 May</time></p>
<p>The tide
<math><mi>h</mi><mo>=</mo><msup><mi>t</mi><mn>2</mn></msup></math> rose<br>and &#x1F30A; fell.
<img src="b.jpg" alt="">
<p>日本語の文章です。</p><table><tr><th>Time<td>Height<tr><td {x}y="1" o:p="2">12:30<td>1 m</table>
<o:p>An element</o:p> of its own <x-card>making</x-card><pre>  one
  two</pre><ul><li>ebb<li>flood</ul><!-- after --></body></html><!-- the end -->"""


@contextmanager
def copied_trees() -> Iterator[None]:
    """Let compiled code copy trees, as it does where lxml's memory has another layout."""
    read_memory(False)
    try:
        yield
    finally:
        assert read_memory(True)


def results(root: etree._Element) -> dict[str, Any]:
    """What is made of a tree with all its blocks."""
    columns = walk(root)
    blocks = HtmlBlocks.from_columns(columns)
    keep = blocks.block("words") >= 0
    return {
        **{name: value if isinstance(value, str) else value.tolist() for name, value in columns.items()},
        "markdown": to_markdown(root, blocks, keep, "https://coast.example/a/b"),
        "html": to_html(root, blocks, keep),
        "declarations": read_declarations(root),
    }


def assert_same_results(html: str | bytes) -> None:
    try:
        root = parse(decode(html))
    except InputError:
        return
    if root is None:
        return
    expected = results(root)
    with copied_trees():
        found = results(root)
    for name, value in expected.items():
        assert found[name] == value, name


def test_same_results_of_a_page_with_everything() -> None:
    assert_same_results(PAGE)


@settings(max_examples=200)
@given(documents() | pages())
def test_same_results_of_generated_pages(html: str) -> None:
    assert_same_results(html)


@settings(max_examples=200)
@given(mutations(PAGE.encode()))
def test_same_results_of_damaged_pages(html: bytes) -> None:
    assert_same_results(html)


@settings(max_examples=100)
@given(st.text(st.characters(codec="utf-8"), max_size=100))
def test_same_results_of_any_characters(text: str) -> None:
    assert_same_results(f"<title>{text}</title><p class='{text}'>{text}<pre>{text}")


def test_same_results_of_deep_and_of_long_pages() -> None:
    assert_same_results("<div>" * 3_000 + "deep")
    assert_same_results(f"<p>{'word ' * 200_000}<script>{'x = 1;' * 200_000}</script><textarea>{'line ' * 50_000}")


def test_same_pages() -> None:
    def page(html: str) -> tuple[Any, ...]:
        page = boilerkit.analyze(html)
        outputs = [boilerkit.extract(html, output_format=form) for form in ("text", "markdown", "html", "json")]
        return outputs, [(block.text, block.label, block.xpath) for block in page.blocks]

    for html in [PAGE, *(page.html for page in labelled_pages(n_sites=2, pages_a_site=1))]:
        expected = page(html)
        with copied_trees():
            assert page(html) == expected


def test_elements_are_those_of_the_tree() -> None:
    root = parse(PAGE)
    assert root is not None
    numbered = declaring_elements(root, lambda classes: True)
    with copied_trees():
        copied = declaring_elements(root, lambda classes: True)
    assert [order for order, _ in copied] == [order for order, _ in numbered]
    assert all(ours is theirs for (_, ours), (_, theirs) in zip(copied, numbered, strict=True))


class _Reworded(etree.ElementBase):
    """An element whose text is another one to Python than in libxml2's memory."""

    text = property(lambda self: "from Python")


def test_copies_come_from_python_and_what_is_read_elsewhere_from_memory() -> None:
    parser = etree.HTMLParser()
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=_Reworded))
    root = etree.fromstring("<p>from memory", parser)
    assert walk(root)["text"] == "from memory"
    with copied_trees():
        assert "from Python" in walk(root)["text"]


# --- With another lxml, as far as Boilerkit can see -------------------------------------------------------------------

PATCH = "from lxml import etree; etree.LXML_VERSION = (etree.LXML_VERSION[0] + 1, 0, 0, 0)"

EXTRACT = """
import json, sys
import boilerkit
html = sys.stdin.buffer.read()
texts = [boilerkit.extract(html, output_format=form) for form in ("text", "markdown", "html", "json")]
print(json.dumps([*texts, *boilerkit.extract_many([html] * 4, n_jobs=2)]))
"""


def test_another_lxml_gives_the_same_results_and_one_warning(tmp_path: Path) -> None:
    """Also in worker processes, which import all of it anew."""
    html = labelled_pages(n_sites=1, pages_a_site=1)[0].html
    (tmp_path / "sitecustomize.py").write_text(PATCH, encoding="utf-8")
    path = os.pathsep.join((str(tmp_path), str(Path(boilerkit.__file__).parents[1])))
    done = subprocess.run(
        [sys.executable, "-c", EXTRACT],
        input=html.encode(),
        capture_output=True,
        check=True,
        env=os.environ | {"PYTHONPATH": path},
    )
    expected = [boilerkit.extract(html, output_format=form) for form in ("text", "markdown", "html", "json")]
    assert json.loads(done.stdout) == expected + expected[:1] * 4
    assert done.stderr.count(b"LxmlWarning: boilerkit was compiled for lxml") == 1
