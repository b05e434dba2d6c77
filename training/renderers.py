"""Renderers that turn HTML into plain text, in the forms in which people meet it: Common Crawl's WET files, dumps."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import version
from pathlib import Path

from joblib import Parallel, delayed
from lxml import etree

from boilerkit.decoding.encoding import decode
from boilerkit.gold.pages import GoldPage, page_key
from boilerkit.html.parsing import parse


def _resiliparse(html: str) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    return str(extract_plain_text(html, main_content=False, list_bullets=True))


def _inscriptis(html: str) -> str:
    from inscriptis import get_text

    return str(get_text(html))


def _html_text(html: str) -> str:
    from html_text import extract_text

    return str(extract_text(html))


#: Elements whose text is not visible.
_INVISIBLE = ("script", "style", "noscript", "template", "textarea")


def _text_nodes(html: str) -> str:
    """Return one text node per line, the title first, as in the WET files of Common Crawl."""
    root = parse(html)
    if root is None:
        return ""
    lines = []
    for element, text in _texts(root):
        if element.tag not in _INVISIBLE and (line := " ".join(text.split())):
            lines.append(line)
    return "\n".join(lines)


def _texts(root: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Yield each text node with its element, in document order."""
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event == "start" and isinstance(element.tag, str) and element.text:
            yield element, element.text
        elif event != "start" and element.tail and (parent := element.getparent()) is not None:
            yield parent, element.tail


RENDERERS: dict[str, Callable[[str], str]] = {
    "resiliparse": _resiliparse,
    "inscriptis": _inscriptis,
    "html-text": _html_text,
    "text nodes": _text_nodes,
}
LIBRARIES = dict(zip(RENDERERS, ("resiliparse", "inscriptis", "html-text", "lxml"), strict=True))


def versions() -> dict[str, str]:
    """Return the library and version behind each renderer."""
    return {name: f"{library} {version(library)}" for name, library in LIBRARIES.items()}


def render_pages(pages: Iterable[GoldPage], cache: Path, n_jobs: int = -1) -> Iterator[tuple[GoldPage, dict[str, str]]]:
    """Yield each page with its text by renderer, in the order of the pages; a renderer that fails on a page is left out.

    Texts that `cache` holds are reused.
    """
    cache.mkdir(parents=True, exist_ok=True)
    workers = Parallel(n_jobs=n_jobs, return_as="generator", pre_dispatch="2*n_jobs", batch_size=8)
    yield from workers(delayed(_render)(page, cache) for page in pages)


def _render(page: GoldPage, cache: Path) -> tuple[GoldPage, dict[str, str]]:
    libraries = "-".join(versions().values()).replace(" ", "-")
    file = cache / f"{page_key(page.source)}-{libraries}.json"
    if file.is_file():
        return page, json.loads(file.read_text(encoding="utf-8"))
    texts = {}
    html = decode(page.source)
    for name, render in RENDERERS.items():
        try:
            texts[name] = render(html).encode("utf-8", "replace").decode()
        except Exception:  # a renderer that fails on a page must not cost the others
            continue
    partial = file.with_suffix(".part")
    partial.write_text(json.dumps(texts, ensure_ascii=False), encoding="utf-8")
    partial.replace(file)
    return page, texts
