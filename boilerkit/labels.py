"""The labels of blocks."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from boilerkit.errors import OptionError


class Label(StrEnum):
    """What a block of a page is.

    The first two, CONTENT and BOILERPLATE, are for gold that does not say more. The other twelve say which kind of
    content or boilerplate a block is.
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
        """Whether the label is one of main content."""
        return self in CONTENT_LABELS


#: The labels of main content; all others are boilerplate.
CONTENT_LABELS = frozenset({Label.CONTENT, Label.TITLE, Label.BODY, Label.CAPTION})

#: The twelve labels that models predict, content first, in the order of all arrays over labels.
LABELS: tuple[Label, ...] = tuple(label for label in Label if label not in (Label.CONTENT, Label.BOILERPLATE))


def parse_labels(labels: Iterable[Label | str]) -> frozenset[Label]:
    """Return the labels as `Label`; raise OptionError for anything that is not one of LABELS."""
    if isinstance(labels, str):
        raise OptionError(f"expected a collection of labels, such as {{{labels!r}}}, found the string {labels!r}")
    wanted = set(labels)
    unknown = sorted(str(label) for label in wanted if label not in LABELS)
    if unknown:
        raise OptionError(f"labels are {', '.join(LABELS)}, not {', '.join(unknown)}")
    return frozenset(Label(label) for label in wanted)
