"""What all tests share."""

from __future__ import annotations

import os

import pytest
from support.generated import labelled_pages
from hypothesis import HealthCheck, settings

from boilerkit import load_model
from boilerkit.model.content import ContentModel

# Whole pages take long to draw now and then, and the suite does not time anything.
# In CI the examples are the same each time, so that a change is judged by what it changes.
settings.register_profile(
    "boilerkit",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    print_blob=True,
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("boilerkit")

# TreeEnsemble over so few rows spend their time on threads that wait for each other. Read when scikit-learn is imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "slow: takes more than some seconds; deselect with -m 'not slow'")


@pytest.fixture(scope="session")
def shipped_model() -> ContentModel:
    """The model that the package comes with. Where it is missing, tests that need it fail."""
    return load_model()


@pytest.fixture(scope="session")
def small_model() -> ContentModel:
    """A model of a few trees, trained on generated pages."""
    from boilerkit import BoilerplateClassifier

    pages = labelled_pages()
    classifier = BoilerplateClassifier(n_trees=5, n_folds=2, n_jobs=1)
    classifier.fit([page.html for page in pages], [page.text for page in pages], [page.site for page in pages])
    return classifier.model_
