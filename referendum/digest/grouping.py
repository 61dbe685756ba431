"""The observers' check: opinion groups computed anew from the matrix, and held against the public record. Pure."""

from collections.abc import Mapping

from forum.arguments.rules import label_of
from forum.opinion.groups import groups_at_close
from forum.opinion.rules import Counts
from referendum.digest.matrix import counts_by_group, hash_of, read, sizes
from referendum.digest.record import PublicRecord


def group_differences(matrix: bytes, record: PublicRecord) -> list[str]:
    """Sentences on where the record's groups do not follow from the matrix; empty where they do. Raises `Malformed`."""
    numbers, rows = read(matrix)
    if record.version == 1:
        return ["this record was made before records had opinion groups; there is nothing to check"]
    if hash_of([matrix.decode("ascii")]) != record.matrix:
        return ["this is not the matrix that the record names: it has another hash"]
    group_of = groups_at_close(rows, arguments=len(numbers))
    found = []
    if len(rows) != record.readers:
        found.append(f"the matrix has {len(rows)} readers, the record says {record.readers}")
    if sizes(group_of) != dict(sorted(record.groups.items())):
        found.append(f"the groups have {_told(sizes(group_of))} people, the record says {_told(record.groups)}")
        return found
    counts = counts_by_group(rows, group_of)
    for argument in record.arguments:
        for group in record.groups:
            mine, theirs = counts[group].get(argument.number, Counts()), argument.groups.get(group, Counts())
            if mine != theirs:
                found.append(
                    f"{label_of(argument.number)} in group {group + 1}: the matrix gives {_three(mine)}, the "
                    f"record says {_three(theirs)}"
                )
    return found


def _told(groups: Mapping[int, int]) -> str:
    return ", ".join(str(size) for _, size in sorted(groups.items())) or "no"


def _three(counts: Counts) -> str:
    return f"{counts.agree} agree, {counts.disagree} disagree, {counts.passed} pass"
