"""Which nodes of a page's JSON-LD are about the page itself."""

from __future__ import annotations

from collections.abc import Sequence

from boilerkit.metadata.json_ld import Node, text_of, types_of
from boilerkit.metrics import multiset_f1, words_of

#: F1 of the words of two titles from which they are the same, and the most works with other titles to be believed.
MIN_MATCH = 0.5
MAX_OTHERS = 3

#: Types of what a page may be, besides those that end with "Article" or "Posting".
_WORKS = (
    "Blog Book Course CreativeWork Dataset Event HowTo JobPosting MediaObject Movie PodcastEpisode Product "
    "Question Recipe Report Review ScholarlyArticle SoftwareApplication SoftwareSourceCode VideoObject "
    "WebApplication"
)
_WORK_SET = frozenset(_WORKS.split())


def is_work(node: Node) -> bool:
    """Return whether a node is a work, such as an article, or of no type."""
    types = types_of(node)
    return not types or any(its.endswith(("Article", "Posting")) or its in _WORK_SET for its in types)


def is_forum(nodes: Sequence[Node]) -> bool:
    """Return whether the first of the ranked nodes is a thread."""
    return bool(nodes) and bool({"DiscussionForumPosting", "Question"} & {*types_of(nodes[0])})


def rank_nodes(nodes: Sequence[Node], title: str) -> list[Node]:
    """Return the nodes that describe the page, the most exact first: works with its title, other works, the web page.

    Several works of which none has the page's title are other pages' (a list of teasers), and none is returned.
    """
    words = words_of(title)
    works: list[tuple[float, Node]] = []
    for node in filter(is_work, nodes):
        named = text_of(node.get("headline")) or text_of(node.get("name"))
        works.append((multiset_f1(words_of(named), words) if named else 0.0, node))
    works.sort(key=lambda its: -its[0])
    exact = [node for match, node in works if match >= MIN_MATCH]
    others = [node for match, node in works if match < MIN_MATCH]
    pages = [node for node in nodes if any(its.endswith("Page") for its in types_of(node))]
    return exact + (others if exact or len(others) <= MAX_OTHERS else []) + pages
