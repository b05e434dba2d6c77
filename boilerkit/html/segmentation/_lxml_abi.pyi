from lxml.etree import _Element

LXML: str
LIBXML2: str
ELEMENT_SIZE: int

def layout_matches(root: _Element, first: _Element, second: _Element) -> bool: ...
