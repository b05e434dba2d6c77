"""What a release consists of agrees: versions, supported Pythons, citation and forms."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from packaging.requirements import Requirement

import boilerkit

yaml = pytest.importorskip("yaml", reason="reads YAML: comes with boilerkit[docs]")

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))


def read_yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_versions_agree() -> None:
    version = PROJECT["project"]["version"]
    assert boilerkit.__version__ == version
    assert read_yaml(ROOT / "CITATION.cff")["version"] == version
    assert f"{{{version}}}" in (ROOT / "docs" / "citing.md").read_text(encoding="utf-8")


def test_the_citation_has_what_the_format_requires() -> None:
    citation = read_yaml(ROOT / "CITATION.cff")
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()
    assert citation["license"] == PROJECT["project"]["license"]


def test_each_python_is_declared_built_and_tested() -> None:
    prefix = "Programming Language :: Python :: 3."
    classifiers = PROJECT["project"]["classifiers"]
    minors = [int(name.removeprefix(prefix)) for name in classifiers if re.fullmatch(rf"{prefix}\d+", name)]
    assert minors == list(range(minors[0], minors[-1] + 1))
    assert PROJECT["project"]["requires-python"] == f">=3.{minors[0]}"
    assert PROJECT["tool"]["cibuildwheel"]["build"].split() == [f"cp3{minor}-*" for minor in minors]
    matrix = read_yaml(ROOT / ".github" / "workflows" / "test.yml")["jobs"]["test"]["strategy"]["matrix"]
    assert matrix["python"] == [f"3.{minor}" for minor in minors]


def test_builds_are_for_an_lxml_that_installations_may_have() -> None:
    (built,) = (Requirement(each) for each in PROJECT["build-system"]["requires"] if each.startswith("lxml"))
    (installed,) = (Requirement(each) for each in PROJECT["project"]["dependencies"] if each.startswith("lxml"))
    assert all(etree.__version__.split("+")[0] in each.specifier for each in (built, installed))


@pytest.mark.parametrize("file", [file for file in FORMS if file.name != "config.yml"], ids=lambda file: file.name)
def test_issue_forms_have_what_the_format_requires(file: Path) -> None:
    form = read_yaml(file)
    assert form["name"] and form["description"]
    ids = [field["id"] for field in form["body"] if field["type"] != "markdown"]
    assert ids and len(set(ids)) == len(ids)
    for field in form["body"]:
        assert field["attributes"]["value" if field["type"] == "markdown" else "label"]
