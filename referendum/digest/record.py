"""The public record of a debate at its close: all that the digest rule looks at, and nothing that tells who
read how.

Per argument it holds the readers, how many locals they come from, and agree / disagree / pass per opinion
group and per local, small locals pooled. It is one JSON text; `from_json` is strict, since strangers' files
are read too.

Version 1 knew no opinion groups. Version 2 has them, and names the matrix that they were computed from by its
hash, so that every observer knows to have been given the same one. Records of version 1 are read and written
as they were.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from forum.opinion.bridging import LocalUnit, pool_locals
from forum.opinion.rules import Counts, total
from referendum.crypto.canonical import Malformed, canonical_bytes

FORMAT = "hustings digest record"
VERSION = 2
VERSIONS = (1, VERSION)
HASH = re.compile("[0-9a-f]{64}", re.ASCII)
SIDES = ("for", "against")
SMALLEST_GROUP = 5


@dataclass(frozen=True)
class RecordedArgument:
    """One seconded argument at the close. A hidden one keeps its number but not its claim."""

    number: int
    option: int
    side: str
    claim: str
    readers: int
    locals: int
    groups: Mapping[int, Counts] = field(default_factory=dict)
    units: tuple[LocalUnit, ...] = ()
    merged_into: int | None = None
    hidden_by: int | None = None
    withdrawn: bool = False


@dataclass(frozen=True)
class PublicRecord:
    """`options` are positions on the ballot. `groups` maps an opinion group to its size; empty where none
    were found.

    `locals_count` is the number of locals under the charge, `readers` that of members who read anything that
    counts. `matrix` is the SHA-256 of the readings under random reader numbers, for the observers.
    """

    question: str
    audit_head: str
    digest_size: int
    locals_count: int
    readers: int
    options: tuple[int, ...]
    arguments: tuple[RecordedArgument, ...]
    groups: Mapping[int, int] = field(default_factory=dict)
    matrix: str = ""
    version: int = VERSION

    @property
    def lot(self) -> str:
        """The lot of everything drawn: SHA-256 of the question and the head of the audit log at the close."""
        return lot_of(self.question, self.audit_head)


def lot_of(question: str, audit_head: str) -> str:
    """The lot of a question, by its public id and the head of the audit log at its close."""
    return hashlib.sha256(f"{question}\n{audit_head}".encode()).hexdigest()


def record_argument(
    *,
    number: int,
    option: int,
    side: str,
    claim: str,
    by_local: Mapping[str, Counts],
    members: Mapping[str, int],
    by_group: Mapping[int, Counts] | None = None,
    merged_into: int | None = None,
    hidden_by: int | None = None,
    withdrawn: bool = False,
) -> RecordedArgument:
    """One argument for the record, from its readings by local; `members` is each local's size."""
    return RecordedArgument(
        number,
        option,
        side,
        "" if hidden_by is not None else claim,
        readers=total(list(by_local.values())).seen,
        locals=sum(counts.seen > 0 for counts in by_local.values()),
        groups=dict(by_group or {}),
        units=tuple(pool_locals(by_local, members)),
        merged_into=merged_into,
        hidden_by=hidden_by,
        withdrawn=withdrawn,
    )


def to_json(record: PublicRecord) -> dict[str, Any]:
    """The record as plain values; `record_bytes` is the one text of it that is hashed and published."""
    return {
        "format": FORMAT,
        "version": record.version,
        "question": record.question,
        "audit_head": record.audit_head,
        "digest_size": record.digest_size,
        "locals_count": record.locals_count,
        "readers": record.readers,
        **({"matrix": record.matrix} if record.version > 1 else {}),
        "options": list(record.options),
        "groups": [{"group": group, "size": size} for group, size in sorted(record.groups.items())],
        "arguments": [_argument_to_json(each) for each in sorted(record.arguments, key=lambda a: a.number)],
    }


def record_bytes(record: PublicRecord) -> bytes:
    return canonical_bytes(to_json(record))


def _argument_to_json(argument: RecordedArgument) -> dict[str, Any]:
    return {
        "number": argument.number,
        "option": argument.option,
        "side": argument.side,
        "claim": argument.claim,
        "readers": argument.readers,
        "locals": argument.locals,
        "groups": [{"group": g, "counts": _three(c)} for g, c in sorted(argument.groups.items())],
        "units": [{"local": u.local, "joined": u.joined, "counts": _three(u.counts)} for u in argument.units],
        "merged_into": argument.merged_into,
        "hidden_by": argument.hidden_by,
        "withdrawn": argument.withdrawn,
    }


def _three(counts: Counts) -> list[int]:
    return [counts.agree, counts.disagree, counts.passed]


def from_json(value: object) -> PublicRecord:
    """Strict: every field there, none besides, every number in its bounds, no argument twice."""
    at = _Fields(value, "the record")
    if at.take("format", str) != FORMAT:
        raise Malformed(f"this is not a {FORMAT}")
    version = at.whole("version")
    if version not in VERSIONS:
        raise Malformed(f"this is a {FORMAT} of version {version}; known are {VERSIONS[0]} to {VERSION}")
    record = PublicRecord(
        question=at.take("question", str),
        audit_head=at.take("audit_head", str),
        digest_size=at.whole("digest_size"),
        locals_count=at.whole("locals_count"),
        readers=at.whole("readers"),
        options=tuple(at.take("options", list)),
        groups=dict(_group(row) for row in at.take("groups", list)),
        arguments=tuple(_argument(row) for row in at.take("arguments", list)),
        matrix=at.take("matrix", str) if version > 1 else "",
        version=version,
    )
    at.done()
    _check(record)
    return record


class _Fields:
    """An object being read field by field."""

    def __init__(self, value: object, what: str) -> None:
        if not isinstance(value, dict):
            raise Malformed(f"{what} is not an object")
        self.left, self.what = dict(value), what

    def take(self, name: str, kind: type) -> Any:
        if name not in self.left:
            raise Malformed(f"{self.what} has no {name}")
        value = self.left.pop(name)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise Malformed(f"{name} of {self.what} is of the wrong kind")
        return value

    def whole(self, name: str) -> int:
        value: int = self.take(name, int)
        if not 0 <= value <= 10**9:
            raise Malformed(f"{name} of {self.what} is out of bounds")
        return value

    def maybe(self, name: str) -> int | None:
        if self.left.get(name, 0) is None:
            return self.left.pop(name)  # type: ignore[no-any-return]
        return self.whole(name)

    def done(self) -> None:
        if self.left:
            raise Malformed(f"{self.what} has unknown fields: {', '.join(sorted(self.left))[:200]}")


def _counts(value: list[object]) -> Counts:
    if len(value) != 3 or not all(type(n) is int and 0 <= n <= 10**9 for n in value):
        raise Malformed("counts are three whole numbers: agree, disagree, pass")
    return Counts(*value)  # type: ignore[arg-type]


def _group(value: object) -> tuple[int, int]:
    at = _Fields(value, "a group")
    group = at.whole("group"), at.whole("size")
    at.done()
    return group


def _group_counts(value: object) -> tuple[int, Counts]:
    at = _Fields(value, "a group's counts")
    group = at.whole("group"), _counts(at.take("counts", list))
    at.done()
    return group


def _unit(value: object) -> LocalUnit:
    at = _Fields(value, "a local's counts")
    unit = LocalUnit(
        at.take("local", str), joined=at.whole("joined"), counts=_counts(at.take("counts", list))
    )
    at.done()
    return unit


def _argument(value: object) -> RecordedArgument:
    at = _Fields(value, "an argument")
    argument = RecordedArgument(
        number=at.whole("number"),
        option=at.whole("option"),
        side=at.take("side", str),
        claim=at.take("claim", str),
        readers=at.whole("readers"),
        locals=at.whole("locals"),
        groups=dict(_group_counts(row) for row in at.take("groups", list)),
        units=tuple(_unit(row) for row in at.take("units", list)),
        merged_into=at.maybe("merged_into"),
        hidden_by=at.maybe("hidden_by"),
        withdrawn=at.take("withdrawn", bool),
    )
    at.done()
    return argument


def _check(record: PublicRecord) -> None:
    """What no single field shows: numbers twice, unknown options or groups, counts beyond the readers."""
    if len(set(record.options)) != len(record.options) or not all(type(o) is int for o in record.options):
        raise Malformed("options are different whole numbers")
    _check_groups(record)
    if len({argument.number for argument in record.arguments}) != len(record.arguments):
        raise Malformed("an argument stands there twice")
    for argument in record.arguments:
        name = f"argument {argument.number}"
        if argument.option not in record.options or argument.side not in SIDES:
            raise Malformed(f"{name} stands for or against no option of this question")
        if not argument.groups.keys() <= record.groups.keys():
            raise Malformed(f"{name} was read by an unknown group")
        if any(counts.seen > record.groups[group] for group, counts in argument.groups.items()):
            raise Malformed(f"more of a group read {name} than it has members")
        told = total([unit.counts for unit in argument.units]).seen
        grouped = total(list(argument.groups.values())).seen
        if max(told, grouped) > argument.readers or argument.locals > min(
            argument.readers, record.locals_count
        ):
            raise Malformed(f"the counts of {name} exceed its readers")


def _check_groups(record: PublicRecord) -> None:
    """Opinion groups hold readers, each at most once and never under five; they come from a matrix that is named."""
    if any(size < SMALLEST_GROUP for size in record.groups.values()):
        raise Malformed(f"an opinion group has at least {SMALLEST_GROUP} people")
    if sum(record.groups.values()) > record.readers:
        raise Malformed("there are more people in the opinion groups than readers")
    if record.matrix and not HASH.fullmatch(record.matrix):
        raise Malformed("the hash of the matrix is 64 characters, 0 to 9 and a to f")
    if record.groups and not record.matrix and record.version > 1:
        raise Malformed("there are opinion groups, and no matrix that they come from")
