"""A model that keeps every block, or hangs, dies or raises where the page asks for it, in any process."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from boilerkit.blocks.columns import BlockColumns, InputFormat

HANGS, DIES, RAISES = "hang, please", "die, please", "raise, please"


@dataclass(frozen=True)
class ObedientModel:
    """Takes the place of a ContentModel."""

    input_format: InputFormat = "html"
    threshold: float = 0.5
    labels: None = None

    def predict_proba(self, blocks: BlockColumns) -> NDArray[np.float64]:
        """Return ones, unless the page asks for something else."""
        if HANGS in blocks.text:
            time.sleep(3600)
        if DIES in blocks.text:
            os.kill(os.getpid(), signal.SIGKILL)
        if RAISES in blocks.text:
            raise ZeroDivisionError("as the page asked")
        return np.ones(len(blocks))


@dataclass(frozen=True)
class StrangeModel(ObedientModel):
    """Can be sent to other processes, but not be read there."""

    def __setstate__(self, state: object) -> None:
        raise RuntimeError("this cannot be read")
