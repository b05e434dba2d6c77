"""The peers, each through the call that its documentation shows first, with the options left as they are.

Where that call takes bytes it gets the page's bytes, so that the peer's own decoding is measured; else the text as
Boilerkit decodes it. None of them may fetch anything.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import Any

from benchmarks.systems.system import Extractor, MissingSystem, System, fingerprint
from boilerkit import decode as decoding
from boilerkit.decoding.encoding import decode


def _trafilatura(**options: Any) -> Extractor:
    from trafilatura import extract

    return lambda page: extract(page, **options) or ""


def _resiliparse() -> Extractor:
    """Without texts that stand for images, which no gold has; the figures that are published are those of this call."""
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import bytes_to_str, detect_encoding

    return lambda page: extract_plain_text(
        bytes_to_str(page, detect_encoding(page) or "utf-8"), main_content=True, alt_texts=False
    )


def _readability() -> Extractor:
    """Readability gives HTML; html-text makes text of it."""
    from html_text import extract_text
    from readability import Document

    return lambda page: extract_text(Document(page).summary())


def _justext() -> Extractor:
    """With the stop words of its documentation's example, whatever language the page is in."""
    from justext import get_stoplist, justext

    stoplist = get_stoplist("English")
    return lambda page: "\n".join(
        paragraph.text for paragraph in justext(page, stoplist) if not paragraph.is_boilerplate
    )


def _boilerpy3() -> Extractor:
    from boilerpy3.extractors import ArticleExtractor

    extractor = ArticleExtractor()
    return lambda page: extractor.get_content(decode(page))


def _newspaper4k() -> Extractor:
    """It wants an address; this one leads nowhere. Images and lists of domain endings are not fetched."""
    os.environ["TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS"] = ""  # read when tldextract is imported
    from newspaper import article

    return lambda page: article("http://page.invalid/", input_html=decode(page), fetch_images=False).text


def _goose3() -> Extractor:
    from goose3 import Goose

    goose = Goose()
    return lambda page: goose.extract(raw_html=decode(page)).cleaned_text


def _html_text() -> Extractor:
    from html_text import extract_text

    return lambda page: extract_text(decode(page))


def _inscriptis() -> Extractor:
    from inscriptis import get_text

    return lambda page: get_text(decode(page))


def _turbohtml() -> Extractor:
    from turbohtml import parse

    return lambda page: parse(page).article().text


@dataclass(frozen=True)
class Peer:
    """How to load a peer, and the distributions that its call needs; the first has its version and its logger."""

    load: Callable[[], Extractor]
    packages: tuple[str, ...]
    logger: str


#: The peers by name. html-text and inscriptis leave nothing out: they are the floor.
PEERS: dict[str, Peer] = {
    "trafilatura": Peer(_trafilatura, ("trafilatura",), "trafilatura"),
    "trafilatura-fast": Peer(partial(_trafilatura, fast=True), ("trafilatura",), "trafilatura"),
    "trafilatura-precision": Peer(partial(_trafilatura, favor_precision=True), ("trafilatura",), "trafilatura"),
    "trafilatura-recall": Peer(partial(_trafilatura, favor_recall=True), ("trafilatura",), "trafilatura"),
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
    """The peer of a name, None where there is none; raises MissingSystem where it is not installed."""
    peer = PEERS.get(name)
    if peer is None:
        return None
    try:
        versions = [metadata.version(package) for package in peer.packages]
        lxml = metadata.version("lxml")
    except metadata.PackageNotFoundError:
        raise _missing(name, peer) from None
    code = fingerprint(*versions, lxml, Path(__file__), Path(decoding.__file__))
    return System(name, partial(_load, name, peer), versions[0], code)


def _load(name: str, peer: Peer) -> Extractor:
    logging.getLogger(peer.logger).setLevel(logging.CRITICAL + 1)
    warnings.filterwarnings("ignore", module=peer.logger)
    try:
        return peer.load()
    except ImportError as error:
        raise _missing(name, peer) from error


def _missing(name: str, peer: Peer) -> MissingSystem:
    return MissingSystem(f"{name} is not installed: pip install {' '.join(repr(package) for package in peer.packages)}")
