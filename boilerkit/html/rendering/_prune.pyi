import numpy as np
from lxml import etree
from numpy.typing import NDArray

from boilerkit.html.rendering._clean import Clean
from boilerkit.html.segmentation.blocks import HtmlBlocks

def prune(
    root: etree._Element,
    blocks: HtmlBlocks,
    keep: NDArray[np.bool_],
    url: str | None = None,
    title: str = "",
    with_links: bool = True,
    with_images: bool = True,
) -> Clean: ...
