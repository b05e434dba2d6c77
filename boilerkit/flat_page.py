"""A page of flat text, as users hold it."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from boilerkit.features.flat import FAMILIES, FIXED, fixed_features
from boilerkit.labels import KINDS, Label
from boilerkit.model.flat import FlatModel
from boilerkit.model.flat_kinds import load_flat_kinds_model
from boilerkit.model.flat_store import load_flat_model
from boilerkit.model.kinds import choose
from boilerkit.output import flat as output
from boilerkit.page import Page
from boilerkit.segment.flat import FlatTable, segment_flat
from boilerkit.select import select

#: A probability; text says less of its title than HTML does.
LEAST_TITLE = 0.1

_TITLE = KINDS.index(Label.TITLE)


class FlatPage(Page):
    """One analysed page of flat text: as `Page`, but there are no elements, so that the blocks' `xpath` is "".

    `full_text` is the text as it came, and blocks cover all in it that is not white space.
    """

    _table: FlatTable  # type: ignore[assignment]

    def __init__(
        self,
        table: FlatTable,
        probabilities: NDArray[np.float64],
        keep: NDArray[np.bool_],
        threshold: float,
        url: str | None,
    ) -> None:
        super().__init__(b"", table, probabilities, keep, threshold, url)  # type: ignore[arg-type]

    @property
    def source(self) -> str:
        """The text as it came."""
        return self._table.text

    @property
    def title(self) -> str:
        """The block that is likeliest to be the title, "" where none is likelier than LEAST_TITLE."""
        probabilities = self._labels[0][:, _TITLE]
        if not len(probabilities) or probabilities.max() < LEAST_TITLE:
            return ""
        return " ".join(self._table.block_text(int(probabilities.argmax())).split())

    @property
    def text(self) -> str:
        """The main text, as `boilerkit.extract` gives it."""
        return output.to_text(self._table, self._keep)

    @property
    def html(self) -> str:
        """The main content as HTML: paragraphs and lists."""
        return output.to_html(self._table, self._keep)

    @property
    def markdown(self) -> str:
        """The main content as Markdown: paragraphs and lists."""
        return output.to_markdown(self._table, self._keep)

    @property
    def families(self) -> dict[str, dict[str, str]]:
        """What the features of the blocks are, by family and name."""
        return FAMILIES

    def _xpath(self, index: int) -> str:
        return ""

    @cached_property
    def _labels(self) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
        probabilities = load_flat_kinds_model().predict_proba(self._table, self._probabilities)
        return probabilities, choose(probabilities, self._keep)

    @cached_property
    def _feature_matrix(self) -> NDArray[np.float32]:
        return fixed_features(self._table)

    def _features(self, index: int) -> dict[str, float]:
        return dict(zip(FIXED, self._feature_matrix[index].tolist(), strict=True))


def analyze_flat(text: str, threshold: float | None, url: str | None, model: FlatModel | None) -> FlatPage:
    """Everything about a page of flat text; threshold and model are as for `boilerkit.analyze`."""
    model = model or load_flat_model()
    if threshold is None:
        threshold = model.threshold
    table = segment_flat(text)
    probabilities = model.predict_proba(table)
    return FlatPage(table, probabilities, select(table, probabilities, threshold), threshold, url)
