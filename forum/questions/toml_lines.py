"""On which line of a TOML file each key stands, so that a fault in it can be told with its line.

`tomllib` keeps no lines. A statement is the fewest lines that it can read alone, so it is read here statement by
statement by the same parser, and nothing about TOML is known twice.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from typing import Any

from forum.questions.toml_table import exact_number

LONGEST_STATEMENT = 60
"""Lines. A value that goes on for longer is left without a line, and so is what follows it, which bounds the work."""
DEEPEST = 20
"""Tables in tables. No template has half as many; deeper ones are told at the table around them."""


def lines_of(text: str) -> dict[str, int]:
    """The line, from 1, of each dotted key of a readable file; "stages.2.days" is a key of the second `[[stages]]`."""
    found: dict[str, int] = {}
    tables: Counter[str] = Counter()
    here = ""
    for number, statement, values in _statements(text):
        if statement.lstrip().startswith("["):
            many = statement.lstrip().startswith("[[")
            here = _table_at(values, tables, opens=many)
            found.setdefault(here, number)
        else:
            for key in _keys(values, here):
                found.setdefault(key, number)
    return found


def line_of(key: str, lines: dict[str, int]) -> int:
    """The line of a key, or of the nearest table around it that has one; 1 for what stands nowhere."""
    while key and key not in lines:
        key = key.rpartition(".")[0]
    return lines.get(key, 1)


def line_in(error: str) -> int:
    """The line that `tomllib` names in what it says of an unreadable file; 1 where it names none."""
    named = re.search(r"at line (\d+)", error)
    return int(named[1]) if named else 1


def _statements(text: str) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Each statement with its first line and what it holds; comments and empty lines hold nothing."""
    waiting: list[str] = []
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        waiting.append(line)
        statement = "\n".join(waiting)
        try:
            values = tomllib.loads(statement, parse_float=exact_number)
        except ValueError:
            if len(waiting) > LONGEST_STATEMENT:
                return
            continue
        if values:
            yield number - len(waiting) + 1, statement, values
        waiting = []


def _table_at(values: Any, tables: Counter[str], *, opens: bool) -> str:
    """Where the keys below a header go; a header in double brackets begins another table of its array."""
    path: list[str] = []
    while values:
        name, values = next(iter(values.items()))
        path.append(name)
        key = ".".join(path)
        if isinstance(values, list):
            values = values[0]
            tables[key] += opens and not values
        if key in tables:
            path.append(str(tables[key]))
    return ".".join(path)


def _keys(values: Any, above: str, deep: int = 0) -> Iterator[str]:
    """Every dotted key in what a statement holds, tables in a list counted from 1."""
    pairs = values.items() if isinstance(values, dict) else enumerate(values, 1) if isinstance(values, list) else ()
    for name, value in pairs:
        key = f"{above}.{name}" if above else str(name)
        yield key
        if deep < DEEPEST:
            yield from _keys(value, key, deep + 1)
