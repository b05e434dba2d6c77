"""What kind of page a block stands on: the same for all blocks of a page."""

from __future__ import annotations

COLUMNS = {
    "page_words": "words of the page",
    "page_blocks": "blocks of the page",
    "page_link_share": "share of the page's words that are linked",
    "page_text_share": "share of the page's words in running text",
    "page_sentence_rate": "sentence ends a block of the page",
    "page_articles": "article elements",
    "page_h1": "h1 elements",
    "page_headings": "h2 and h3 elements",
    "page_items": "list items",
    "page_cells": "table cells",
    "page_times": "time elements",
    "page_code": "code and pre elements",
    "page_images": "pictures",
    "page_fields": "form controls",
    "page_hidden_share": "share of the page's words that are hidden",
    "page_noscript_share": "share of the page's words shown only without scripts",
    "page_main_share": "share of the page's words in a main element",
    "page_article_share": "share of the page's words in article elements",
    "page_paragraph_share": "share of the page's words in p elements",
    "page_largest_block": "words of the longest block",
    "page_descriptions": "words of the page's description",
}
