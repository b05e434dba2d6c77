"""Gold: what a person said that a page contains, its main text or labelled spans of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from boilerkit.blocks.columns import InputFormat
from boilerkit.labels import Label


@dataclass(frozen=True)
class Span:
    """A labelled piece of a page, given by its `text`, or by `start` and `end` in the page's full text."""

    label: Label
    text: str | None = None
    start: int = 0
    end: int = 0


#: The gold of a page: its main text, or labelled spans.
Gold = str | Sequence[Span]


@dataclass(frozen=True)
class GoldPage:
    """One page with its gold.

    `source` is the page as HTML or plain text. `gold` says what is content; None if only snippets are known. `spans`
    are the labels of blocks where the gold is a text. An empty group stands for the domain of the address that the page
    names as its own, or for the page itself.

    The rest is for measuring: `language` is a code of ISO 639-1, "" if it is not known, `comments` are texts of reader
    comments or pieces of them, `markdown` is the main content in Markdown, "" if it is not known, and `metadata` has
    "title", "author" and "publish_date" as far as they are known, "" for what the page does not have.
    """

    id: str
    source: str | bytes
    gold: Gold | None
    input_format: InputFormat = "html"
    url: str = ""
    group: str = ""
    page_type: str = ""
    corpus: str = ""
    spans: Sequence[Span] = ()
    must_have: tuple[str, ...] = ()
    must_not_have: tuple[str, ...] = ()
    language: str = ""
    comments: tuple[str, ...] = ()
    markdown: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def labelled_spans(self) -> Sequence[Span]:
        """The spans that label blocks: those of the gold, or those beside its text."""
        return self.spans if self.gold is None or isinstance(self.gold, str) else self.gold


def page_bytes(source: str | bytes) -> bytes:
    """Return a page as bytes: str in UTF-8, with lone surrogates as they are."""
    return source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source


def page_key(source: str | bytes) -> str:
    """Return a name for a page: a hash of its bytes (of str: as UTF-8)."""
    return hashlib.blake2b(page_bytes(source), digest_size=16).hexdigest()


def domain_of(url: str) -> str:
    """Return the host of an address without "www.", "" if there is none."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")
