"""A model that keeps everything and does what pages say, here and in other processes."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from boilerkit.html.segmentation.blocks import HtmlBlocks

HANGS, DIES, RAISES = "hang, please", "die, please", "raise, please"


@dataclass(frozen=True)
class ObedientModel:
    """Stands in for a ContentModel."""

    threshold: float = 0.5
    kinds: None = None

    def predict_proba(self, table: HtmlBlocks) -> NDArray[np.float64]:
        """Ones, unless the page says otherwise."""
        if HANGS in table.text:
            time.sleep(3600)
        if DIES in table.text:
            os.kill(os.getpid(), signal.SIGKILL)
        if RAISES in table.text:
            raise ZeroDivisionError("as it was told")
        return np.ones(len(table))


@dataclass(frozen=True)
class StrangeModel(ObedientModel):
    """Can be sent to other processes, but not be used there."""

    def __setstate__(self, state: object) -> None:
        raise RuntimeError("nobody can read this")
