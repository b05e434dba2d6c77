"""The documentation builds as a web site without a warning, and its links lead somewhere."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from lxml import html

ROOT = Path(__file__).parent.parent

pytestmark = pytest.mark.skipif(
    not all(map(find_spec, ("mkdocs", "material", "mkdocstrings"))),
    reason="building the documentation needs boilerkit[docs]",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built in a process of its own: what mkdocs changes in this one would stay."""
    folder = tmp_path_factory.mktemp("site").resolve()
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def pages_of(site: Path) -> dict[Path, html.HtmlElement]:
    """Return the pages of the documentation; the example pages are not of it."""
    return {file: html.parse(file).getroot() for file in site.rglob("*.html") if "examples" not in file.parts}


def test_every_page_of_the_docs_is_built(site: Path) -> None:
    for source in (ROOT / "docs").glob("*.md"):
        built = site / "index.html" if source.stem == "index" else site / source.stem / "index.html"
        assert built.is_file(), source.name


def test_every_page_of_the_docs_is_in_the_navigation(site: Path) -> None:
    start = html.parse(site / "index.html")
    linked = {(site / unquote(address)).resolve() for address in start.xpath("//nav//a/@href")}
    sources = [source for source in (ROOT / "docs").glob("*.md") if source.stem != "index"]
    assert [source.name for source in sources if site / source.stem not in linked] == []


def test_links_lead_to_pages_and_places(site: Path) -> None:
    pages = pages_of(site)
    places = {file: {*page.xpath("//@id"), *page.xpath("//a/@name")} for file, page in pages.items()}
    missing, checked = [], 0
    for file, page in pages.items():
        if file.name == "404.html":  # its links start from the root of the site, wherever that is
            continue
        for address in page.xpath("//main//a/@href | //main//img/@src | //nav//a/@href"):
            link = urlsplit(address)
            if link.scheme or link.netloc:
                continue
            checked += 1
            target = (file.parent / unquote(link.path)).resolve() if link.path else file
            target = target / "index.html" if target.is_dir() else target
            found = target.is_file() and (not link.fragment or unquote(link.fragment) in places.get(target, ()))
            if not found:
                missing.append(f"{file.relative_to(site)}: {address}")
    assert missing == []
    assert checked > 500


def test_the_site_loads_nothing_from_other_sites(site: Path) -> None:
    loads = "//script/@src | //img/@src | //link[@rel='stylesheet' or @rel='preconnect' or @rel='icon']/@href"
    found = {address for page in pages_of(site).values() for address in page.xpath(loads)}
    assert len(found) > 5
    assert [address for address in found if urlsplit(address).netloc] == []


def test_the_reference_describes_what_the_package_offers(site: Path) -> None:
    import boilerkit

    described = {*html.parse(site / "api" / "index.html").xpath("//@id")}
    names = {name: getattr(boilerkit, name) for name in [*boilerkit.__all__, "BoilerplateClassifier"]}
    paths = {name: f"{value.__module__}.{value.__qualname__}" for name, value in names.items()}
    assert [name for name, path in paths.items() if not {path, f"boilerkit.{name}"} & described] == []
