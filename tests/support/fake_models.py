"""Models that keep what tests want to be kept, or that hang, die or raise where the page asks for it."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from boilerkit.blocks.columns import BlockColumns, InputFormat
from boilerkit.html.segmentation.blocks import IN_HIDDEN
from boilerkit.html.tags import TAG_IDS

HANGS, DIES, RAISES, STOPS = "hang, please", "die, please", "raise, please", "stop, please"


@dataclass(frozen=True)
class ObedientModel:
    """Takes the place of a ContentModel."""

    input_format: InputFormat = "html"
    threshold: float = 0.5
    labels: None = None
    confidence: None = None
    leaves_out_comments: bool = False
    page_types: None = None
    version: str = "obedient"

    def predict_proba(self, blocks: BlockColumns) -> NDArray[np.float64]:
        """Return ones, unless the page asks for something else."""
        if HANGS in blocks.text:
            time.sleep(3600)
        if DIES in blocks.text:
            os.kill(os.getpid(), signal.SIGKILL)
        if STOPS in blocks.text:
            os.kill(os.getpid(), signal.SIGSTOP)
        if RAISES in blocks.text:
            raise ZeroDivisionError("as the page asked")
        return np.ones(len(blocks))


@dataclass(frozen=True)
class ParagraphModel(ObedientModel):
    """Takes what is in a `p` and not hidden for content."""

    def predict_proba(self, blocks: Any) -> NDArray[np.float64]:
        """Return 1 for paragraphs, 0 for all else."""
        tag = blocks.element("tag")[blocks.block("element")]
        is_hidden = (blocks.block("context") & IN_HIDDEN) != 0
        return ((tag == TAG_IDS["p"]) & ~is_hidden).astype(np.float64)


@dataclass(frozen=True)
class StrangeModel(ObedientModel):
    """Can be sent to other processes, but not be read there."""

    def __setstate__(self, state: object) -> None:
        raise RuntimeError("this cannot be read")
