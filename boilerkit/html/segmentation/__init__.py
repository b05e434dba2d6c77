"""From an lxml tree to blocks. Compiled code here reads lxml's memory where it fits, which is found out first."""

from boilerkit.html.segmentation.lxml_abi import check_lxml

check_lxml()
