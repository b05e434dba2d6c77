"""So that `python -m boilerkit` is the same as `boilerkit`."""

from __future__ import annotations

from boilerkit.cli import main

if __name__ == "__main__":
    main(prog_name="boilerkit")
