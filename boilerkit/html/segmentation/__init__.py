"""From a tree to blocks. What is compiled here reads lxml's memory, so nothing of it is iter_pages before it fits."""

from boilerkit.html.segmentation.lxml_abi import check_lxml

check_lxml()
