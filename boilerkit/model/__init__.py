"""Trained models, and the folders that hold them."""
