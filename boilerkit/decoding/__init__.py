"""Decoding: from bytes to text."""
