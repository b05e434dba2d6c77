"""Correct labels in the browser: pages in, a gold file out."""
