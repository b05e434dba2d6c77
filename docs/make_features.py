"""Writes docs/features.md from the features' own descriptions: `python docs/make_features.py`."""

from pathlib import Path

from boilerkit.html.features import FAMILIES


def features_page() -> str:
    """The page, one table a family."""
    parts = ["# Features", "Written by `python docs/make_features.py`. The last family is seen by stage two only."]
    for family, columns in FAMILIES.items():
        rows = [f"| `{name}` | {description} |" for name, description in columns.items()]
        parts.append(f"## {family.capitalize()}\n\n| feature | what it holds |\n| --- | --- |\n" + "\n".join(rows))
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    Path(__file__).with_name("features.md").write_text(features_page(), encoding="utf-8")
