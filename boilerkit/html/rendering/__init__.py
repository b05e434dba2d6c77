"""From a page and the choice of its blocks to plain text, clean HTML or Markdown."""
