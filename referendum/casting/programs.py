"""The programs of the pages where ballots are sealed and checked, keys made and totals opened: each with its hash.

The list is read off the templates and the scripts themselves, so that no page can load what does not stand on it. An
observer holds it against the source (`sha256sum -c`) and against what the site serves.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

PAGES = ("base.html", "bare.html", "referendum/*/*.html")
ENTRY = re.compile(r"'([\w/]+\.js)'")
IMPORTS = re.compile(r"""(?:\bfrom|\bimport)\s*["'](\.{0,2}[\w/.]+\.js)["']""")
NEEDS = re.compile(r"""(?:\bfrom|\bimport|\bimport\(|\bnew URL\()\s*["'](\.{0,2}[\w/.]+\.js)["']""")


@dataclass(frozen=True, slots=True)
class Program:
    """One script: where it stands under `static`, its SHA-256 in hexadecimal, its length in bytes."""

    path: str
    hash: str
    size: int

    @property
    def integrity(self) -> str:
        """The hash as a page tells it to the browser, which then runs nothing else under this name."""
        return "sha256-" + base64.b64encode(bytes.fromhex(self.hash)).decode()


@cache
def programs(templates: Path, static: Path) -> tuple[Program, ...]:
    """Every script that these pages can load, by path."""
    return _closed(_entries(templates), static, NEEDS)


@cache
def needed_at_once(entry: str, static: Path) -> tuple[Program, ...]:
    """A script and all that it imports, by path, without what a worker loads."""
    return _closed([entry], static, IMPORTS)


def _closed(entries: Iterable[str], static: Path, needs: re.Pattern[str]) -> tuple[Program, ...]:
    waiting = list(entries)
    found: dict[str, Program] = {}
    while waiting:
        path = waiting.pop()
        if path not in found:
            content = (static / path).read_bytes()
            found[path] = Program(path, hashlib.sha256(content).hexdigest(), len(content))
            waiting += (_resolved(path, needed) for needed in needs.findall(content.decode()))
    return tuple(found[path] for path in sorted(found))


def _entries(templates: Path) -> Iterator[str]:
    for pattern in PAGES:
        for template in templates.glob(pattern):
            yield from ENTRY.findall(template.read_text())


def _resolved(path: str, needed: str) -> str:
    parts: list[str] = list(PurePosixPath(path).parent.parts)
    for part in needed.split("/"):
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def listing(listed: tuple[Program, ...]) -> str:
    """The list as `sha256sum -c` reads it, from the folder of the source."""
    return "".join(f"{each.hash}  static/{each.path}\n" for each in listed)


def hash_of(listed: tuple[Program, ...]) -> str:
    """One hash for the whole list: what a paper notice or a call can carry."""
    return hashlib.sha256(listing(listed).encode()).hexdigest()
