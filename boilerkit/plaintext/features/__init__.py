"""The features of plain text: `columns` says what each column holds, `TEXT_FEATURES` computes them."""

from boilerkit.plaintext.features.feature_set import TEXT_FEATURES, TextFeatures

__all__ = ["TEXT_FEATURES", "TextFeatures"]
