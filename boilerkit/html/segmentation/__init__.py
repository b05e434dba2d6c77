"""From an lxml tree to blocks. Compiled code here reads lxml's memory, so nothing is imported before it fits."""

from boilerkit.html.segmentation.lxml_abi import check_lxml

check_lxml()
