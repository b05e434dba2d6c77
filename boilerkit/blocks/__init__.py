"""What the blocks of HTML and of plain text share: columns, vocabularies, and how features are put together."""
