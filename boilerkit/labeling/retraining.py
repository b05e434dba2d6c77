"""Retraining in the background: adapt the model to the pages that are done, and predict the others again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from threading import Lock, Thread
from typing import Any

from boilerkit.blocks.columns import InputFormat
from boilerkit.errors import BoilerkitError, error_message
from boilerkit.gold.pages import GoldPage
from boilerkit.labeling.session import Session
from boilerkit.learning.adaptation import Adaptation, adapt
from boilerkit.learning.evaluation import Estimate
from boilerkit.terminal.cache import cache_folder

#: With fewer pages there is nothing to hold out.
MIN_PAGES = 3

_NAMES: dict[InputFormat, str] = {"html": "HTML", "text": "plain text"}


Adapt = Callable[..., Adaptation]


@dataclass(frozen=True)
class Outcome:
    """What a retraining brought: word F1 on the labelled pages, each predicted by a model that did not see it.

    `labels` are the shares of labelled blocks whose label is right, before and after, None without the twelve labels.
    """

    what: str
    pages: int
    before: Estimate
    after: Estimate
    labels: tuple[float, float] | None
    is_better: bool
    model: str
    worst: tuple[str, ...]


class Retraining:
    """At most one training at a time; `state` says how far it is."""

    def __init__(self, session: Session, adapt: Adapt = adapt) -> None:
        self._session = session
        self._adapt = adapt
        self._lock = Lock()
        self._thread: Thread | None = None
        self._step = self._error = ""
        self._outcomes: list[Outcome] = []

    @property
    def is_running(self) -> bool:
        """Whether a model is being trained."""
        return self._thread is not None and self._thread.is_alive()

    def state(self) -> dict[str, Any]:
        """Return how far the training is, and what came of it, for JSON."""
        return {
            "running": self.is_running,
            "step": self._step,
            "error": self._error,
            "outcomes": [asdict(outcome) for outcome in self._outcomes],
            "undoable": self.undoable() is not None,
        }

    def start(self) -> None:
        """Start a training. Raises BoilerkitError if one runs, or if too few pages are done."""
        if self._session.n_done < MIN_PAGES:
            raise BoilerkitError(f"label at least {MIN_PAGES} pages before you retrain")
        self._begin(self._train_all)

    def undo(self) -> None:
        """Go back to the model before the last training. Raises BoilerkitError if there is none, or if one runs."""
        if self.undoable() is None:
            raise BoilerkitError("there is no training to take back")
        self._begin(self._take_back)

    def _begin(self, work: Callable[[], None]) -> None:
        """Run some work in a thread."""
        with self._lock:
            if self.is_running:
                raise BoilerkitError("a model is being trained already")
            self._step, self._error, self._outcomes = "preparing pages", "", []
            self._thread = Thread(target=self._run, args=(work,), daemon=True)
            self._thread.start()

    def undoable(self) -> InputFormat | None:
        """Return the input format of the newest trained model, None if there is none."""
        found = [
            (trained[-1].stat().st_mtime_ns, input_format)
            for input_format in _NAMES
            if (trained := self._session.models.trained(input_format))
        ]
        return max(found)[1] if found else None

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:  # whatever it is, the person who waits must see it
            self._error = error_message(error)
        self._step = ""

    def _train_all(self) -> None:
        for input_format in _NAMES:
            pages = self._session.gold_pages(input_format)
            if len(pages) >= MIN_PAGES:
                self._outcomes.append(self._train(input_format, pages))
        if not self._outcomes:
            raise BoilerkitError(f"label at least {MIN_PAGES} pages of HTML, or of plain text, before you retrain")
        if any(outcome.is_better for outcome in self._outcomes):
            self._session.predict_again(self._on_page)

    def _take_back(self) -> None:
        input_format = self.undoable()
        if input_format is not None:
            self._session.models.remove_newest(input_format)
            self._session.predict_again(self._on_page)

    def _train(self, input_format: InputFormat, pages: list[GoldPage]) -> Outcome:
        models = self._session.models
        adapted = self._adapt(models.base(input_format), pages, progress=self._on_step, cache_dir=cache_folder())
        labels = adapted.labels
        if adapted.is_better:
            models.add(adapted.model)
        return Outcome(
            what=_NAMES[input_format],
            pages=len(pages),
            before=adapted.base_f1,
            after=adapted.adapted_f1,
            labels=None if labels is None else (labels.base_scores.accuracy, labels.adapted_scores.accuracy),
            is_better=adapted.is_better,
            model=models.name(input_format),
            worst=tuple(score.id for score in adapted.worst_pages),
        )

    def _on_step(self, share: float, step: str) -> None:
        self._step = f"{share:.0%}, {step}"

    def _on_page(self, done: int, of: int) -> None:
        self._step = f"predicting page {done + 1} of {of}"
