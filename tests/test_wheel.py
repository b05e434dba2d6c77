"""The wheel: what is in it, and that it works where it is installed without the dependencies of training."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "news-article.html"
TRAINING_ONLY = ("sklearn", "scipy", "pandas", "pyarrow", "datasets", "rapidfuzz")
BUILT = ("build", "dist", "*.so", "*.c", "*.egg-info", "__pycache__", ".*")

pytestmark = pytest.mark.slow


def run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a program that sees nothing of the source tree; compilers optimize little, which takes most of their time."""
    # Not "-O0": it keeps unused functions of lxml's headers, which call libxml2, and nothing is linked with that.
    hidden = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV")
    environment = {name: value for name, value in os.environ.items() if name not in hidden} | {"CFLAGS": "-O1 -w"}
    arguments = [str(part) for part in command]
    return subprocess.run(arguments, cwd=cwd, env=environment, capture_output=True, encoding="utf-8", timeout=900)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from a copy of the source tree without anything that was built there before."""
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(ROOT, folder / "source", ignore=shutil.ignore_patterns(*BUILT))
    options = ("--no-build-isolation", "--no-deps", "--no-index", "-w", folder / "dist")
    done = run(sys.executable, "-m", "pip", "wheel", folder / "source", *options, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = (folder / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def programs(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of programs of a new environment with the wheel and what it needs, and no more."""
    folder = tmp_path_factory.mktemp("installed")
    reached = run(sys.executable, "-m", "pip", "download", "--no-deps", "-d", folder / "probe", "click", cwd=folder)
    if reached.returncode:
        pytest.skip("pip reaches no index from which to install what the wheel needs")
    venv.create(folder / "venv", with_pip=True)
    programs = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
    done = run(programs / "python", "-m", "pip", "install", "--prefer-binary", wheel, cwd=folder)
    assert done.returncode == 0, done.stdout + done.stderr
    return programs


def test_the_wheel_contains_all_modules_and_the_models(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    paths = (path for path in (ROOT / "boilerkit").rglob("*.p*") if path.suffix in (".py", ".pyi", ".pyx", ".pxd"))
    sources = [path.relative_to(ROOT).as_posix() for path in paths]
    models = [f"boilerkit/{path.relative_to(ROOT).as_posix()}" for path in (ROOT / "models").rglob("*.*")]
    web = (path for path in (ROOT / "boilerkit").rglob("*.*") if path.suffix in (".html", ".css", ".js"))
    others = ["boilerkit/py.typed", *(path.relative_to(ROOT).as_posix() for path in web)]
    held_out = "out_of_fold.npz"  # only benchmarks read it
    expected = [name for name in (*sources, *models, *others) if not name.endswith(held_out)]
    assert [name for name in expected if name not in names] == []
    suffix = ".pyd" if os.name == "nt" else ".so"
    for source in sources:
        module = source.removesuffix("pyx")
        assert module == source or any(name.startswith(module) and name.endswith(suffix) for name in names), source
    assert {name.split("/")[0].split("-")[0] for name in names} == {"boilerkit"}  # no tests, no recipe


def test_the_installed_program_extracts(programs: Path, tmp_path: Path) -> None:
    page = shutil.copy(EXAMPLE, tmp_path / "page.html")
    done = run(programs / "boilerkit", "extract", page, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert "By the time the third was done" in done.stdout
    assert "use cookies to run this site" not in done.stdout


@pytest.mark.parametrize("output", ["text", "markdown", "html", "json"])
def test_the_installed_package_extracts(output: str, programs: Path, tmp_path: Path) -> None:
    code = (
        "import sys, boilerkit\n"
        f"text = boilerkit.extract(open({str(EXAMPLE)!r}, 'rb').read(), output_format={output!r})\n"
        "assert 'By the time the third was done' in ' '.join(text.split())\n"
        "print(boilerkit.__file__)"
    )
    done = run(programs / "python", "-c", code, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()).is_relative_to(programs.parent)


def test_the_installed_program_writes_the_view(programs: Path, tmp_path: Path) -> None:
    page = shutil.copy(EXAMPLE, tmp_path / "page.html")
    done = run(programs / "boilerkit", "view", page, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "page.view.html\n", "")
    assert "By the time the third was done" in (tmp_path / "page.view.html").read_text(encoding="utf-8")


def test_what_only_training_needs_is_not_there(programs: Path, tmp_path: Path) -> None:
    names = (*TRAINING_ONLY, "lxml")
    code = f"from importlib.util import find_spec; print(*(name for name in {names!r} if find_spec(name)))"
    assert run(programs / "python", "-c", code, cwd=tmp_path).stdout.split() == ["lxml"]


def test_training_says_what_to_install(programs: Path, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    gold.write_text('{"id": "a", "html": "<p>one", "gold_text": "one"}\n', encoding="utf-8")
    done = run(programs / "boilerkit", "train", gold, "-o", tmp_path / "model", cwd=tmp_path)
    assert done.returncode == 1
    assert "boilerkit[train]" in done.stderr and "Traceback" not in done.stderr
