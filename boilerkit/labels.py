"""What a block can be."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Label(StrEnum):
    """What a block of a page is.

    The first two say no more than which half a block belongs to: gold that knows no more uses them. The other
    twelve say which content or which boilerplate.
    """

    CONTENT = "content"
    BOILERPLATE = "boilerplate"

    TITLE = "title"
    BODY = "body"
    CAPTION = "caption"

    NAVIGATION = "navigation"
    TICKER = "ticker"
    RELATED = "related"
    METADATA = "metadata"
    SHARE = "share"
    COMMENTS = "comments"
    PROMOTION = "promotion"
    NOTICE = "notice"
    FOOTER = "footer"

    @property
    def is_content(self) -> bool:
        """Whether the label belongs to what a reader came for."""
        return self in CONTENT_LABELS


#: The labels of what a reader came for; all others are boilerplate.
CONTENT_LABELS = frozenset({Label.CONTENT, Label.TITLE, Label.BODY, Label.CAPTION})

#: The twelve that say which content or which boilerplate, content first: the order of all arrays over labels.
KINDS: tuple[Label, ...] = tuple(label for label in Label if label not in (Label.CONTENT, Label.BOILERPLATE))


def of_twelve(labels: Iterable[Label | str]) -> set[Label]:
    """The labels as such; ValueError where one is none of the twelve."""
    if isinstance(labels, str):
        raise ValueError(f"expected several labels, such as {{{labels!r}}}, found the text {labels!r}")
    wanted = set(labels)
    odd = sorted(str(label) for label in wanted if label not in KINDS)
    if odd:
        raise ValueError(f"labels are {', '.join(KINDS)}, not {', '.join(odd)}")
    return {Label(label) for label in wanted}
