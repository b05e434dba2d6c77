"""Whose page it is, each part computed when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from urllib.parse import urljoin, urlsplit

import numpy as np
from numpy.typing import NDArray

from boilerkit.documents import Document
from boilerkit.html.document import HtmlDocument
from boilerkit.metadata import dates
from boilerkit.metadata.authors import (
    IsSite,
    bare_authors,
    byline_authors,
    declared_authors,
    is_login,
    marked_authors,
    nobody,
    signed_authors,
)
from boilerkit.metadata.declarations import Declarations, read_declarations
from boilerkit.metadata.header import Header, find_header
from boilerkit.metadata.json_ld import Node, text_of
from boilerkit.metadata.language import declared_region, find_language
from boilerkit.metadata.nodes import is_forum, is_work, rank_nodes
from boilerkit.metadata.site import Site
from boilerkit.metadata.title import MAX_CHARS, Titles, choose_title

#: Countries whose English puts the day before the month.
_DAY_FIRST = frozenset(("AU", "GB", "IE", "IN", "NZ", "ZA"))

#: Returns the numbers of the blocks that the label model takes for metadata.
MetadataBlocks = Callable[[], Sequence[int]]


class PageMetadata:
    """What a page says of itself and shows of it. The page is parsed once more, for all of this together.

    `keep` (bool [n_blocks]) selects its main text; `url` is the address that it came from, if that is known. Nothing is
    guessed: what the page does not say is None, or an empty list.
    """

    def __init__(
        self, document: Document, keep: NDArray[np.bool_], url: str | None, metadata_blocks: MetadataBlocks
    ) -> None:
        self._document = document
        self._keep = keep
        self._url = url
        self._metadata_blocks = metadata_blocks

    @cached_property
    def title(self) -> str | None:
        """The title, without the name of the site; None in plain text, which has no way to name one."""
        document = self._document
        if not isinstance(document, HtmlDocument):
            return None
        declared = self.declared
        works = [node for node in declared.nodes if is_work(node)]
        titles = Titles(
            element=" ".join(document.blocks.title[:MAX_CHARS].split()),
            og_title=declared.first("og:title", "twitter:title"),
            headline=next((text for node in works if (text := text_of(node.get("headline")))), ""),
            h1=document.headings(1),
            is_article=bool(works) or declared.first("og:type").lower() == "article",
        )
        return choose_title(titles, self._site)

    @cached_property
    def authors(self) -> list[str]:
        """The names of the authors."""

        def of_page(is_site: IsSite) -> list[str]:
            header = self._header
            return (
                byline_authors(header.lines, is_site)
                or marked_authors(self.declared.authors, header.order, is_site)
                or bare_authors(header.metadata, is_site)
                or signed_authors(self._document.blocks.block_texts(), is_site)
            )

        declared = declared_authors(self.declared, self._nodes, self._site.is_named_by)
        if declared and not all(map(is_login, declared)):
            return declared
        return of_page(self._site.is_named_by) or declared or self._site_as_author(of_page)

    def _site_as_author(self, of_page: Callable[[IsSite], list[str]]) -> list[str]:
        """Return the author who has the name of the site: a blogger, or a firm that signs."""
        return declared_authors(Declarations(), self._nodes, nobody) or of_page(nobody)

    @cached_property
    def date(self) -> str | None:
        """The day of publication, yyyy-mm-dd."""
        declared = dates.declared_date(self.declared, self._nodes)
        in_address = dates.url_date(self.url or "")
        if declared:
            # The address has the day where the author was, the declaration perhaps that of Greenwich.
            return in_address if in_address and dates.is_next_day(declared, in_address) else declared
        lines, languages = self._header.lines, self.date_languages
        return (
            (None if is_forum(self._nodes) else dates.first_date(lines, languages))
            or dates.marked_date(self.declared.dates, self._header.order, languages)
            or in_address
            or dates.announced_date(self._document.blocks.block_texts(), languages)
            or dates.first_date(lines, languages, is_modified=True)
            or dates.first_date(lines, languages)
        )

    @cached_property
    def date_modified(self) -> str | None:
        """The day of the last change, yyyy-mm-dd."""
        declared = dates.declared_date(self.declared, self._nodes, is_modified=True)
        return declared or dates.first_date(self._header.lines, self.date_languages, is_modified=True)

    @cached_property
    def site_name(self) -> str | None:
        """The name of the site."""
        return self._site.name

    @cached_property
    def language(self) -> str | None:
        """The language, as a code of ISO 639-1."""
        return find_language(self.declared, self._document.to_text(self._keep))

    @cached_property
    def description(self) -> str | None:
        """A description of the page in a sentence or two."""
        named = self.declared.first("og:description", "description", "twitter:description", "dc.description")
        return named or next((text for node in self._nodes if (text := text_of(node.get("description")))), None)

    @cached_property
    def image(self) -> str | None:
        """The address of the picture that stands for the page."""
        named = self.declared.first(
            "og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"
        )
        named = named or next((text for node in self._nodes if (text := _address(node.get("image")))), "")
        return self._absolute(named)

    @cached_property
    def url(self) -> str | None:
        """The page's own address: the canonical one that it names, else the one that it came from."""
        return self._absolute(self.declared.canonical) or self._absolute(self.declared.first("og:url")) or self._url

    def _absolute(self, address: str) -> str | None:
        """Return an address made absolute, None if that is not possible."""
        try:
            joined = urljoin(self._url or "", address.strip())
            parts = urlsplit(joined)
        except ValueError:
            return None
        return joined if address and parts.scheme in ("http", "https") and parts.hostname else None

    @cached_property
    def declared(self) -> Declarations:
        """What the page's markup declares."""
        return read_declarations(self._document.parse())

    @cached_property
    def _site(self) -> Site:
        return Site(self.declared, self._url or "")

    @cached_property
    def _nodes(self) -> list[Node]:
        return rank_nodes(self.declared.nodes, self.title or "")

    @cached_property
    def _header(self) -> Header:
        return find_header(self._document.blocks, self.title or "", self._metadata_blocks())

    @cached_property
    def date_languages(self) -> list[str]:
        """The languages that dates may be in, the most probable first."""
        region = declared_region(self.declared)
        british = f"en-{region}" if self.language in ("en", None) and region in _DAY_FIRST else None
        return [*dict.fromkeys(filter(None, (british, self.language, "en")))]


def _address(image: object) -> str:
    """Return the address of a picture in JSON-LD."""
    if isinstance(image, list):
        image = image[0] if image else None
    if isinstance(image, dict):
        image = image.get("url") or image.get("contentUrl") or image.get("@id")
    return text_of(image)
