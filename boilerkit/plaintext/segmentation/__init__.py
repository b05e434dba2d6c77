"""Plain text as blocks: what menus, paragraphs and footers are where a page has lost its markup."""

from boilerkit.plaintext.segmentation.blocks import TextBlocks, segment_text

__all__ = ["TextBlocks", "segment_text"]
