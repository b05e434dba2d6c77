from collections.abc import Callable

from lxml import etree

def declaring_elements(
    root: etree._Element, is_telling_class: Callable[[str], bool]
) -> list[tuple[int, etree._Element]]: ...
