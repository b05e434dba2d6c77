"""From a tree to blocks. What is compiled here reads lxml's memory, so nothing of it is loaded before it fits."""

from boilerkit.segment.fit import check_lxml

check_lxml()
