"""Rendering the kept blocks of an HTML page as plain text, clean HTML or Markdown."""
