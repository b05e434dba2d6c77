"""JSON lines: one object per line, read one at a time, with errors that name the line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any


def read_json_lines(lines: Iterable[bytes]) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    """Yield the number of each line that is not blank, and its object, or what is wrong with it."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield number, parse_line(line, is_first=number == 1)


def parse_line(line: bytes, is_first: bool = False) -> Mapping[str, Any] | str:
    """Return the object of a line, or what is wrong with it; the first line may begin with a byte order mark."""
    try:
        row = json.loads(line.decode("utf-8-sig" if is_first else "utf-8"))
    except UnicodeDecodeError as error:
        return f"cannot be read as UTF-8 text: {error}"
    except (ValueError, RecursionError) as error:
        return f"not JSON: {error}"
    return row if isinstance(row, dict) else f"expected an object, found {type(row).__name__}"
