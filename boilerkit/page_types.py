"""The types of pages."""

from __future__ import annotations

from enum import StrEnum


class PageType(StrEnum):
    """What a page as a whole is, as WCXB divides pages (M. Foley, 2026).

    A collection shows the goods of a category, a listing leads to other pages, such as a site's news or its courses,
    and a service page presents a firm or what it offers. Whatever has one main text and is none of the others is an
    article.
    """

    ARTICLE = "article"
    FORUM = "forum"
    PRODUCT = "product"
    LISTING = "listing"
    COLLECTION = "collection"
    DOCUMENTATION = "documentation"
    SERVICE = "service"


#: All types, in the order of all arrays over them.
PAGE_TYPES: tuple[PageType, ...] = tuple(PageType)
