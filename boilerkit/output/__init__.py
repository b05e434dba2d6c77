"""From a page and the choice of its blocks to plain text, clean HTML or Markdown."""

from boilerkit.output.html import to_html
from boilerkit.output.markdown import to_markdown
from boilerkit.output.prune import absolute, prune
from boilerkit.output.text import to_text

__all__ = ["absolute", "prune", "to_html", "to_markdown", "to_text"]
