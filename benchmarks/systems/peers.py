"""The peers, each called as its documentation shows first, with default options.

A peer that takes bytes gets the bytes of the page, so its own decoding is measured; the others get text from `decode`.
None of them may fetch anything. The functions below are also run as source code in interpreters that have not imported
Boilerkit, so they must import what they need themselves.
"""

from __future__ import annotations

import inspect
import logging
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

from benchmarks.exceptions import MissingSystem
from benchmarks.systems.system import Extractor, System, fingerprint
from boilerkit.decoding import encoding
from boilerkit.decoding.encoding import decode

Decode = Callable[[bytes], str]


def _trafilatura(decode: Decode, **options: Any) -> Extractor:
    from trafilatura import extract

    return lambda page: extract(page, **options) or ""


def _resiliparse(decode: Decode) -> Extractor:
    """Extract without alternative texts of images, which no gold has; the published figures are those of this call."""
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import bytes_to_str, detect_encoding

    return lambda page: extract_plain_text(
        bytes_to_str(page, detect_encoding(page) or "utf-8"), main_content=True, alt_texts=False
    )


def _readability(decode: Decode) -> Extractor:
    """Convert the HTML that readability returns to text with html-text."""
    from html_text import extract_text
    from readability import Document

    return lambda page: extract_text(Document(page).summary())


def _justext(decode: Decode) -> Extractor:
    """Use the stop words of the documentation's example, whatever the language of the page is."""
    from justext import get_stoplist, justext

    stoplist = get_stoplist("English")
    return lambda page: "\n".join(
        paragraph.text for paragraph in justext(page, stoplist) if not paragraph.is_boilerplate
    )


def _boilerpy3(decode: Decode) -> Extractor:
    from boilerpy3.extractors import ArticleExtractor

    extractor = ArticleExtractor()
    return lambda page: extractor.get_content(decode(page))


def _newspaper4k(decode: Decode) -> Extractor:
    """Pass a URL, which is required and does not resolve; fetch neither images nor the list of public suffixes."""
    import os

    os.environ["TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS"] = ""  # read when tldextract is imported
    from newspaper import article

    return lambda page: article("http://page.invalid/", input_html=decode(page), fetch_images=False).text


def _goose3(decode: Decode) -> Extractor:
    from goose3 import Goose

    goose = Goose()
    return lambda page: goose.extract(raw_html=decode(page)).cleaned_text


def _html_text(decode: Decode) -> Extractor:
    from html_text import extract_text

    return lambda page: extract_text(decode(page))


def _inscriptis(decode: Decode) -> Extractor:
    from inscriptis import get_text

    return lambda page: get_text(decode(page))


def _turbohtml(decode: Decode) -> Extractor:
    from turbohtml import parse

    return lambda page: parse(page).article().text


@dataclass(frozen=True)
class Peer:
    """How to load a peer, and the distributions that it needs; the first one has its version."""

    load: Callable[..., Extractor]
    packages: tuple[str, ...]
    logger: str
    options: dict[str, Any] = field(default_factory=dict)


#: The peers by name. html-text and inscriptis return all text of a page: they are the baseline.
PEERS: dict[str, Peer] = {
    "trafilatura": Peer(_trafilatura, ("trafilatura",), "trafilatura"),
    "trafilatura-fast": Peer(_trafilatura, ("trafilatura",), "trafilatura", {"fast": True}),
    "trafilatura-precision": Peer(_trafilatura, ("trafilatura",), "trafilatura", {"favor_precision": True}),
    "trafilatura-recall": Peer(_trafilatura, ("trafilatura",), "trafilatura", {"favor_recall": True}),
    "resiliparse": Peer(_resiliparse, ("resiliparse",), "resiliparse"),
    "readability": Peer(_readability, ("readability-lxml", "html-text"), "readability"),
    "justext": Peer(_justext, ("justext",), "justext"),
    "boilerpy3": Peer(_boilerpy3, ("boilerpy3",), "boilerpy3"),
    "newspaper4k": Peer(_newspaper4k, ("newspaper4k",), "newspaper"),
    "goose3": Peer(_goose3, ("goose3",), "goose3"),
    "html-text": Peer(_html_text, ("html-text",), "html_text"),
    "inscriptis": Peer(_inscriptis, ("inscriptis",), "inscriptis"),
    "turbohtml": Peer(_turbohtml, ("turbohtml",), "turbohtml"),
}


def find_peer(name: str) -> System | None:
    """Return the peer of this name, None if there is none. Raises MissingSystem if it is not installed."""
    peer = PEERS.get(name)
    if peer is None:
        return None
    try:
        versions = [metadata.version(package) for package in peer.packages]
        lxml = metadata.version("lxml")
    except metadata.PackageNotFoundError:
        raise _missing(name, peer) from None
    code = fingerprint(*versions, lxml, Path(__file__), *sorted(Path(encoding.__file__).parent.glob("*.py*")))
    return System(name, partial(_load, name, peer), versions[0], code, _standalone(peer))


def _load(name: str, peer: Peer) -> Extractor:
    logging.getLogger(peer.logger).setLevel(logging.CRITICAL + 1)
    warnings.filterwarnings("ignore", module=peer.logger)
    try:
        return peer.load(decode, **peer.options)
    except ImportError as error:
        raise _missing(name, peer) from error


def _standalone(peer: Peer) -> str:
    """Return code that loads the peer without Boilerkit, whose decoding is replaced by that of UTF-8."""
    return (
        f"from __future__ import annotations\n{inspect.getsource(peer.load)}\n"
        f"extract = {peer.load.__name__}(lambda page: page.decode('utf-8', 'replace'), **{peer.options!r})\n"
    )


def _missing(name: str, peer: Peer) -> MissingSystem:
    return MissingSystem(f"{name} is not installed: pip install {' '.join(repr(package) for package in peer.packages)}")
