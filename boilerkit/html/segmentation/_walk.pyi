from typing import Any

from lxml.etree import _Element

def walk(root: _Element) -> dict[str, Any]: ...
