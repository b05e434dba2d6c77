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


def _justext_language(decode: Decode) -> Extractor:
    """Use the stop words of the page's language, which py3langid detects; none if there is no list for it."""
    from html_text import extract_text
    from justext import get_stoplist, justext
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    names = (
        "af:Afrikaans ar:Arabic az:Azerbaijani be:Belarusian bg:Bulgarian bn:Bengali br:Breton bs:Bosnian ca:Catalan "
        "cs:Czech cy:Welsh da:Danish de:German el:Greek en:English eo:Esperanto es:Spanish et:Estonian eu:Basque "
        "fa:Persian fi:Finnish fr:French ga:Irish gl:Galician gu:Gujarati he:Hebrew hi:Hindi hr:Croatian hu:Hungarian "
        "hy:Armenian id:Indonesian is:Icelandic it:Italian ka:Georgian kk:Kazakh kn:Kannada ko:Korean ku:Kurdish "
        "ky:Kyrgyz la:Latin lb:Luxembourgish lt:Lithuanian lv:Latvian mk:Macedonian ml:Malayalam mr:Marathi ms:Malay "
        "mt:Maltese nb:Norwegian_Bokmal ne:Nepali nl:Dutch nn:Norwegian_Nynorsk no:Norwegian_Bokmal oc:Occitan "
        "pl:Polish pt:Portuguese ro:Romanian ru:Russian sk:Slovak sl:Slovenian sq:Albanian sr:Serbian sv:Swedish "
        "sw:Swahili ta:Tamil te:Telugu tl:Tagalog tr:Turkish uk:Ukrainian ur:Urdu uz:Uzbek vi:Vietnamese"
    )
    stoplists = {code: get_stoplist(name) for code, _, name in (pair.partition(":") for pair in names.split())}
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)

    def extract(page: bytes) -> str:
        language, _ = identifier.classify(extract_text(decode(page))[:10_000])
        known = language in stoplists
        options = {} if known else {"stopwords_low": 0, "stopwords_high": 0}
        paragraphs = justext(page, stoplists[language] if known else frozenset(), **options)
        return "\n".join(paragraph.text for paragraph in paragraphs if not paragraph.is_boilerplate)

    return extract


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


def _rs_trafilatura(decode: Decode) -> Extractor:
    from rs_trafilatura import extract_bytes

    return lambda page: extract_bytes(page).main_content


def _htmlsift(decode: Decode) -> Extractor:
    """Use the default model, which is downloaded when it is first used."""
    from htmlsift import Extractor

    extractor = Extractor()
    return lambda page: extractor.extract(decode(page))


def _magic_html(decode: Decode) -> Extractor:
    """Convert the HTML that magic-html returns to text with html-text."""
    from html_text import extract_text
    from magic_html import GeneralExtractor

    extractor = GeneralExtractor()
    return lambda page: extract_text(extractor.extract(decode(page), base_url="http://page.invalid/")["html"])


def _news_please(decode: Decode) -> Extractor:
    import os

    os.environ["TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS"] = ""  # read when tldextract is imported
    from newsplease import NewsPlease

    return lambda page: NewsPlease.from_html(decode(page), fetch_images=False).maintext or ""


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
    "justext-language": Peer(_justext_language, ("justext", "py3langid", "html-text"), "justext"),
    "boilerpy3": Peer(_boilerpy3, ("boilerpy3",), "boilerpy3"),
    "newspaper4k": Peer(_newspaper4k, ("newspaper4k",), "newspaper"),
    "goose3": Peer(_goose3, ("goose3",), "goose3"),
    "html-text": Peer(_html_text, ("html-text",), "html_text"),
    "inscriptis": Peer(_inscriptis, ("inscriptis",), "inscriptis"),
    "turbohtml": Peer(_turbohtml, ("turbohtml",), "turbohtml"),
    "rs-trafilatura": Peer(_rs_trafilatura, ("rs-trafilatura",), "rs_trafilatura"),
    "htmlsift": Peer(_htmlsift, ("htmlsift",), "htmlsift"),
    "magic-html": Peer(_magic_html, ("magic-html", "html-text"), "magic_html"),
    "news-please": Peer(_news_please, ("news-please",), "newsplease"),
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
