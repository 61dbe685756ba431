"""The list of public credentials that the tellers hand in when they made the codes themselves. Pure; both sides use it.

It comes in parts, gzipped JSON lines each: a header (`ListHeader`), then ["V", credential, state] in ascending order of
the credentials' hashes, then ["C", …] in the same way, then ["S", line], a line of the sealed list. The order goes on
from part to part; it says nothing of the roll's. `states` are "issued" and "spare". `list_id` is the SHA-256 over the
hashes (in hexadecimal) of the parts' lines below their headers: who compares it compares the whole list.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from referendum.crypto.canonical import Malformed, canonical_bytes, read_fields, read_json, read_list, read_text

FORMAT = "hustings-code-list"
VERSION = 1
CODES_IN_A_PART = 10_000
LARGEST_PART = 100 * 1024 * 1024
MOST_PARTS = 10_000
STATES = ("issued", "spare")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ListHeader:
    """What every part says of the whole list. `shares` are {place, key (the teller's), public (g^share), sealed}."""

    vote: str
    uuid_v: str
    uuid_c: str
    list_id: str
    parts: int
    size: int
    spares: int
    list_key: str
    shares: tuple[dict[str, Any], ...]
    sealed_hash: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a part: of the archive V or C with the credential's state, or S, a line of the sealed list."""

    kind: str
    value: str
    state: str = ""


def hash_of(credential: str) -> str:
    """The hash under which a public credential is looked up, and by which the list is ordered."""
    return hashlib.sha256(credential.encode()).hexdigest()


def write_part(path: Path, header: ListHeader, part: int, body: Path) -> None:
    """One part from the file of its lines, readable by nobody else until it is whole."""
    first = canonical_bytes({"format": FORMAT, "version": VERSION, "part": part, **asdict(header)}) + b"\n"
    with path.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=6, mtime=0, filename="") as file:
        file.write(first)
        with body.open("rb") as lines:
            while block := lines.read(1 << 20):
                file.write(block)


def body_lines(lines: Iterable[Line]) -> Iterator[bytes]:
    """The lines of a part as they are written."""
    for each in lines:
        yield canonical_bytes([each.kind, each.value, *([each.state] if each.state else [])]) + b"\n"


def list_id_of(part_hashes: Sequence[str]) -> str:
    """The identifier of a list by the hashes of its parts' lines, in their order."""
    return hashlib.sha256("".join(part_hashes).encode()).hexdigest()


class PartFile:
    """One part as it was handed in; nothing of it is believed. Everything here raises Malformed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._open() as file:
            found = _read_header(self._line(file))
        self.part: int = found.pop("part")
        self.header = ListHeader(**{**found, "shares": tuple(found["shares"])})
        self.body_hash = ""

    def lines(self) -> Iterator[Line]:
        """Its lines; at the end `body_hash` is known."""
        running, length = hashlib.sha256(), 0
        with self._open() as file:
            self._line(file)
            while line := self._line(file):
                length += len(line)
                if length > LARGEST_PART:
                    raise Malformed("a part is too large")
                running.update(line)
                yield _read_line(line)
        self.body_hash = running.hexdigest()

    def _open(self) -> gzip.GzipFile:
        return gzip.GzipFile(self._path, "rb")

    @staticmethod
    def _line(file: gzip.GzipFile) -> bytes:
        try:
            return file.readline(LARGEST_PART)
        except (OSError, EOFError, ValueError) as error:
            raise Malformed("this is not a part of a list of codes, or it was cut off") from error


def _read_header(line: bytes) -> dict[str, Any]:
    names = ("format", "version", "part", *(each.name for each in fields(ListHeader)))
    try:
        found = read_fields(read_json(line), names)
    except Malformed:
        raise Malformed("this is not a part of a list of codes") from None
    if found.pop("format") != FORMAT:
        raise Malformed("this is not a part of a list of codes")
    if found.pop("version") != VERSION:
        raise Malformed("this list was written by another version of the program")
    counts = [found[name] for name in ("part", "parts", "size", "spares")]
    words = [found[name] for name in ("vote", "uuid_v", "uuid_c", "list_key", "list_id", "sealed_hash")]
    fit = all(type(each) is int and 0 <= each < 2**31 for each in counts) and all(type(each) is str for each in words)
    fit = fit and all(_HASH.fullmatch(each) for each in words[4:])
    shares = found["shares"]
    fit = fit and isinstance(shares, list) and len(shares) <= 100 and all(isinstance(each, dict) for each in shares)
    if not fit or not 1 <= found["part"] <= found["parts"] <= MOST_PARTS:
        raise Malformed("the head of this part makes no sense")
    return found


def _read_line(line: bytes) -> Line:
    values = [read_text(each) for each in read_list(read_json(line))]
    if len(values) == 3 and values[0] in ("V", "C") and values[2] in STATES:
        return Line(*values)
    if len(values) == 2 and values[0] == "S":
        return Line(*values)
    raise Malformed("a line of the list is neither a credential nor a part of the sealed list")


def sealed_line(sealed: dict[str, str]) -> str:
    """A sealed chunk as it stands in the file of the sealed list, without the end of its line."""
    return json.dumps(sealed, separators=(",", ":"))
