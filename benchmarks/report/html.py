"""The report as one HTML file: no network, pictures embedded, no script but one that is given."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from benchmarks.plots import svg_of
from benchmarks.report.sections import Picture, Section
from benchmarks.systems import is_boilerkit

_ADDRESS = re.compile(r"https://[\w./~-]*[\w/]")


def render(sections: Sequence[Section], title: str = "Boilerkit: benchmarks", script: str = "") -> str:
    """Return the report as HTML; all that comes from results is escaped. `script` is JavaScript that it may run."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["embedded"] = _embedded
    environment.filters["linked"] = _linked
    environment.filters["source_hash"] = _source_hash
    environment.tests["boilerkit"] = is_boilerkit
    return environment.get_template("report.html.j2").render(sections=sections, title=title, script=script)


def _embedded(picture: Picture) -> str:
    """Return a picture as a data URL."""
    return f"data:image/svg+xml;base64,{b64encode(svg_of(picture.figure)).decode()}"


def _source_hash(script: str) -> str:
    """Return the hash by which a policy of content security allows a script."""
    return f"sha256-{b64encode(sha256(script.encode()).digest()).decode()}"


def _linked(text: str) -> Markup:
    """Return a text with the addresses in it as links."""
    return Markup(_ADDRESS.sub(r'<a href="\g<0>">\g<0></a>', str(escape(text))))
