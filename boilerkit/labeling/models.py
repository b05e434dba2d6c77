"""The models in use: those that labelling starts with, and the ones that each retraining made."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from boilerkit.blocks.columns import InputFormat
from boilerkit.model.content import ContentModel
from boilerkit.model.storage import load_model, load_shipped, save_model


class ModelVersions:
    """Models by input format, the newest last. Those that were trained are folders beside the gold file."""

    def __init__(self, folder: Path, base: Path | None = None) -> None:
        self.folder = folder
        self._base_folder = base
        self._base = None if base is None else load_model(base)
        self._loaded: dict[Path, ContentModel] = {}

    def base(self, input_format: InputFormat) -> ContentModel:
        """Return the model that is adapted: the given one, or the shipped one."""
        if self._base is not None and self._base.input_format == input_format:
            return self._base
        return load_shipped(input_format)

    def current(self, input_format: InputFormat) -> ContentModel:
        """Return the newest model."""
        trained = self.trained(input_format)
        if not trained:
            return self.base(input_format)
        if trained[-1] not in self._loaded:
            self._loaded[trained[-1]] = load_model(trained[-1])
        return self._loaded[trained[-1]]

    def name(self, input_format: InputFormat) -> str:
        """Return the name of the newest model, as the gold file has it."""
        trained = self.trained(input_format)
        if trained:
            return f"{self.folder.name}/{trained[-1].name}"
        return "shipped" if self._base is None else str(self._base_folder)

    def trained(self, input_format: InputFormat) -> list[Path]:
        """Return the folders of the trained models, the newest last."""
        numbers = {
            int(match[1]): folder
            for folder in (self.folder.iterdir() if self.folder.is_dir() else ())
            if (match := re.fullmatch(rf"{input_format}-(\d+)", folder.name))
        }
        return [numbers[number] for number in sorted(numbers)]

    def add(self, model: ContentModel) -> Path:
        """Save a model as the newest one, whole or not at all; return its folder."""
        trained = self.trained(model.input_format)
        number = int(trained[-1].name.rpartition("-")[2]) + 1 if trained else 1
        self.folder.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix="part-", dir=self.folder))
        folder = self.folder / f"{model.input_format}-{number}"
        save_model(model, partial).rename(folder)
        return folder

    def remove_newest(self, input_format: InputFormat) -> None:
        """Go back to the model before."""
        folder = self.trained(input_format)[-1]
        self._loaded.pop(folder, None)
        removed = folder.rename(folder.with_name(f"part-{folder.name}"))
        shutil.rmtree(removed, ignore_errors=True)
