"""What users type to call a system: peak memory and cold start are those of this code and nothing else.

The peers are called as in `benchmarks.systems.peers`, but calling them from there would load Boilerkit, and with it
NumPy and lxml, for each of them.
"""

from __future__ import annotations

from benchmarks.systems.ours import NAME

BASELINE = "import numpy, lxml.etree"
PARSE = "lxml parse"

_TRAFILATURA = "from trafilatura import extract as extracted"

#: By system: what is imported and made once, and the main text of a page, an expression.
SNIPPETS: dict[str, tuple[str, str]] = {
    BASELINE: (BASELINE, '""'),
    PARSE: ("from lxml import etree", "etree.fromstring(page, etree.HTMLParser(huge_tree=True, no_network=True)).tag"),
    "trafilatura": (_TRAFILATURA, "extracted(page)"),
    "trafilatura-fast": (_TRAFILATURA, "extracted(page, fast=True)"),
    "trafilatura-precision": (_TRAFILATURA, "extracted(page, favor_precision=True)"),
    "trafilatura-recall": (_TRAFILATURA, "extracted(page, favor_recall=True)"),
    "resiliparse": (
        "from resiliparse.extract.html2text import extract_plain_text\n"
        "from resiliparse.parse.encoding import bytes_to_str, detect_encoding",
        'extract_plain_text(bytes_to_str(page, detect_encoding(page) or "utf-8"), main_content=True, alt_texts=False)',
    ),
    "readability": (
        "from html_text import extract_text\nfrom readability import Document",
        "extract_text(Document(page).summary())",
    ),
    "justext": (
        'from justext import get_stoplist, justext\nstoplist = get_stoplist("English")',
        '"\\n".join(paragraph.text for paragraph in justext(page, stoplist) if not paragraph.is_boilerplate)',
    ),
    "boilerpy3": (
        "from boilerpy3.extractors import ArticleExtractor\nextractor = ArticleExtractor()",
        "extractor.get_content(decoded(page))",
    ),
    "newspaper4k": (
        'import os\nos.environ["TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS"] = ""\nfrom newspaper import article',
        'article("http://page.invalid/", input_html=decoded(page), fetch_images=False).text',
    ),
    "goose3": ("from goose3 import Goose\ngoose = Goose()", "goose.extract(raw_html=decoded(page)).cleaned_text"),
    "html-text": ("from html_text import extract_text", "extract_text(decoded(page))"),
    "inscriptis": ("from inscriptis import get_text", "get_text(decoded(page))"),
    "turbohtml": ("from turbohtml import parse", "parse(page).article().text"),
}


def code_of(name: str) -> str:
    """Python code that defines `extract`, from the bytes of a page to its text, for the system of a name."""
    once, text = SNIPPETS.get(name) or _ours(name) or _function(name)
    return f"{once}\ndef decoded(page): return page.decode('utf-8', 'replace')\ndef extract(page): return {text}\n"


def _ours(name: str) -> tuple[str, str] | None:
    match = NAME.fullmatch(name)
    if match is None:
        return None
    threshold = float(match["threshold"]) if match["threshold"] else None
    return (
        f"import boilerkit\nmodel = boilerkit.load_model({match['folder']!r})",
        f"boilerkit.extract(page, model=model, threshold={threshold!r})",
    )


def _function(name: str) -> tuple[str, str]:
    return f"import pkgutil\nfunction = pkgutil.resolve_name({name!r})", "function(page)"
