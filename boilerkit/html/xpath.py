"""XPaths of a tree's elements, in time linear in the tree's size."""

from __future__ import annotations

import re
from collections import Counter

from lxml import etree

_PLAIN_NAME = re.compile(r"[A-Za-z_][\w.-]*\Z", re.ASCII)


class ElementPaths:
    """The XPaths of the elements of a tree, by their number in document order."""

    def __init__(self, root: etree._Element) -> None:
        numbers: dict[etree._Element, int] = {}
        seen: Counter[tuple[int, str]] = Counter()
        self._parents: list[int] = []
        self._steps: list[str] = []
        for number, element in enumerate(root.iter("*")):
            numbers[element] = number
            above = element.getparent()
            parent = -1 if number == 0 or above is None else numbers[above]
            name = str(element.tag)
            seen[parent, ""] += 1
            seen[parent, name] += 1
            # A name that XPath would misread, such as "o:p", is addressed by its position among all children.
            step = f"{name}[{seen[parent, name]}]" if _PLAIN_NAME.match(name) else f"*[{seen[parent, '']}]"
            self._parents.append(parent)
            self._steps.append(step)

    def path(self, number: int) -> str:
        """Return the XPath of the element with this number."""
        steps = []
        while number >= 0:
            steps.append(self._steps[number])
            number = self._parents[number]
        return "/" + "/".join(reversed(steps))
