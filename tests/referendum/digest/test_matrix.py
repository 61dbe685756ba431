"""The observers' file: written and read again, refused by line where it is wrong, and held against the record."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from forum.opinion.rules import Counts
from referendum.crypto.canonical import Malformed, canonical_bytes
from referendum.digest.cli import digest
from referendum.digest.close_operations import find_groups
from referendum.digest.close_queries import Close
from referendum.digest.grouping import group_differences
from referendum.digest.matrix import counts_by_group, hash_of, parts_of, read
from referendum.digest.published import publish
from referendum.digest.record import PublicRecord
from tests.referendum.digest.records import argument, record

READER = st.text("0123456789abcdef", min_size=16, max_size=16)
NUMBERS = (1, 2, 3, 17)
ROWS = st.dictionaries(READER, st.dictionaries(st.sampled_from(NUMBERS), st.sampled_from([1, -1, 0])), max_size=9)


@given(ROWS)
def test_a_matrix_survives_its_file(found: dict[str, dict[int, int]]) -> None:
    rows = sorted(found.items())
    assert read("".join(parts_of(rows, NUMBERS)).encode()) == (list(NUMBERS), rows)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "line 1"),
        ("person,A-1\n", "line 1"),
        ("reader,A-1,A-1\n", "line 1"),
        ("reader,A-01\n", "line 1"),
        ("reader,A-1\n0123456789abcdef,2\n", "line 2: a reading"),
        ("reader,A-1\n0123456789abcdef,1,1\n", "line 2: it has 3 columns"),
        ("reader,A-1\n0123456789ABCDEF,1\n", "line 2: a reader number"),
        ("reader,A-1\n0123456789abcdef,1\n0123456789abcdef,1\n", "twice"),
        ("reader,A-1\n0123456789abcdef,\u00b9\n", "no table"),
    ],
)
def test_a_file_that_is_no_matrix_is_refused_by_line(text: str, told: str) -> None:
    with pytest.raises(Malformed, match=told):
        read(text.encode())


def test_what_a_group_has_not_read_counts_nothing_there() -> None:
    rows = [("a", {1: 1}), ("b", {2: -1, 1: 0}), ("c", {2: 1})]
    assert counts_by_group(rows, {"a": 0, "b": 1}) == {
        0: {1: Counts(1, 0, 0), 2: Counts(0, 0, 0)}, 1: {1: Counts(0, 0, 1), 2: Counts(0, 1, 0)},
    }  # fmt: skip


def camps() -> tuple[bytes, PublicRecord]:
    """Six who agree with the first three arguments and six who disagree, with their record."""
    rows = tuple((f"{place:016x}", dict.fromkeys((1, 2, 3), 1 if place < 6 else -1)) for place in range(12))
    bare = record(*(argument(number, 2, 2) for number in (1, 2, 3)))
    grouped = find_groups(Close(bare, rows, (1, 2, 3)))
    return "".join(grouped.parts).encode(), PublicRecord(**{**vars(grouped.record), "readers": 12})


def test_groups_follow_from_the_matrix_and_an_altered_record_does_not() -> None:
    raw, told = camps()
    assert told.groups == {0: 6, 1: 6}
    assert told.matrix == hash_of([raw.decode()])
    assert group_differences(raw, told) == []
    lines = raw.decode().splitlines(keepends=True)
    (other,) = group_differences("".join([*lines[:5], *lines[6:]]).encode(), told)
    assert "not the matrix that the record names" in other
    (size,) = group_differences(raw, PublicRecord(**{**vars(told), "groups": {0: 7, 1: 5}}))
    assert "the groups have 6, 6 people, the record says 7, 5" in size
    (readers,) = group_differences(raw, PublicRecord(**{**vars(told), "readers": 13}))
    assert "the matrix has 12 readers, the record says 13" in readers
    turned = tuple(vars(each) for each in told.arguments)
    changed = [argument(3, 2, 2, groups={0: told.arguments[2].groups[1], 1: told.arguments[2].groups[0]})]
    assert turned
    swapped = PublicRecord(**{**vars(told), "arguments": (*told.arguments[:2], *changed)})
    assert any("A-03 in group 1: the matrix gives" in each for each in group_differences(raw, swapped))


def test_an_observer_checks_the_groups_on_a_machine_without_a_database(tmp_path: Path) -> None:
    raw, told = camps()
    (tmp_path / "matrix.csv").write_bytes(raw)
    (tmp_path / "digest.json").write_bytes(canonical_bytes(publish(told)))
    arguments = ["groups", str(tmp_path / "matrix.csv"), str(tmp_path / "digest.json")]
    good = CliRunner().invoke(digest, arguments)
    assert good.exit_code == 0, good.output
    assert "12 readers, 2 groups. The groups follow from the matrix." in good.output
    assert good.output.startswith("Group 1: 6 people\nGroup 2: 6 people\n")
    bare = canonical_bytes(publish(told)["record"])
    (tmp_path / "digest.json").write_bytes(bare)
    assert CliRunner().invoke(digest, arguments).output == good.output
    (tmp_path / "matrix.csv").write_bytes(raw.replace(b",1,1,1", b",1,1,0", 1))
    bad = CliRunner().invoke(digest, arguments)
    assert bad.exit_code == 1
    assert "another hash" in bad.output
    (tmp_path / "digest.json").write_bytes(b"[]")
    unreadable = CliRunner().invoke(digest, arguments)
    assert (unreadable.exit_code, type(unreadable.exception)) == (1, SystemExit)


def test_a_long_matrix_is_kept_in_parts_and_read_as_one() -> None:
    rows = [(f"{place:016x}", {1: 1}) for place in range(1001)]
    parts = list(parts_of(rows, NUMBERS))
    assert [part.count("\n") for part in parts] == [1, 500, 500, 1]
    assert read("".join(parts).encode()) == (list(NUMBERS), rows)


def test_a_record_from_before_there_were_groups_has_nothing_to_check() -> None:
    raw, told = camps()
    (only,) = group_differences(raw, PublicRecord(**{**vars(told), "version": 1}))
    assert "nothing to check" in only
