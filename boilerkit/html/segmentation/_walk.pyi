from typing import Any

from lxml.etree import _Element

ELEMENT_COLUMNS: tuple[str, ...]
BLOCK_COLUMNS: tuple[str, ...]

def walk(root: _Element) -> dict[str, Any]: ...
