"""Settings and models that all tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from support.generated import labelled_pages

from boilerkit import load_model
from boilerkit.blocks.columns import InputFormat
from boilerkit.model.content import ContentModel

# Whole pages take long to draw now and then, and the suite does not time anything.
# In CI the examples are the same each time, so that a failure comes from the change that is tested.
settings.register_profile(
    "boilerkit",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("boilerkit")

# With so few rows, threads spend their time waiting for each other. Read when scikit-learn is imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: takes more than some seconds; deselect with -m 'not slow'")


@pytest.fixture(scope="session", params=["html", "text"])
def input_format(request: pytest.FixtureRequest) -> InputFormat:
    """Each input format in turn."""
    found: InputFormat = request.param
    return found


@pytest.fixture(scope="session")
def shipped_model() -> ContentModel:
    """The model for HTML that the package comes with. Where it is missing, tests that need it fail."""
    return load_model()


@pytest.fixture(scope="session")
def small_models() -> dict[InputFormat, ContentModel]:
    """Models of a few trees for both input formats, trained on generated pages."""
    from boilerkit import BoilerplateClassifier

    pages = labelled_pages()
    models: dict[InputFormat, ContentModel] = {}
    formats: tuple[InputFormat, ...] = ("html", "text")
    for input_format in formats:
        classifier = BoilerplateClassifier(base=None, max_iter=5, n_folds=2, n_jobs=1)
        classifier.fit([p.source(input_format) for p in pages], [p.text for p in pages], [p.site for p in pages])
        models[input_format] = classifier.model_
    return models


@pytest.fixture(scope="session")
def small_model(small_models: dict[InputFormat, ContentModel]) -> ContentModel:
    """A small model for HTML."""
    return small_models["html"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, by Playwright. Where it is missing, tests that need it are skipped."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="playwright is not installed: nothing is shown in a browser"
    )
    from benchmarks.docs.view_picture import chromium, chromium_program

    if chromium_program() is None:
        pytest.skip("Chromium is not installed: nothing is shown in a browser")
    with ExitStack() as stack:
        try:
            started = stack.enter_context(chromium())
        except playwright.Error as error:
            pytest.skip(f"Chromium does not start: {error.message.splitlines()[0]}")
        yield started
