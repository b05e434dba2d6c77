"""The features of HTML: `columns` says what each column holds, `HTML_FEATURES` computes them."""

from boilerkit.html.features.feature_set import HTML_FEATURES, HtmlFeatures

__all__ = ["HTML_FEATURES", "HtmlFeatures"]
