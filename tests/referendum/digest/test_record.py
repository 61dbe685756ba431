import json
from copy import deepcopy

import pytest
from hypothesis import given, settings

from forum.opinion.rules import Counts
from referendum.crypto.canonical import Malformed, read_json
from referendum.digest.record import (
    PublicRecord,
    from_json,
    record_argument,
    record_bytes,
    to_json,
)
from tests.referendum.digest.records import MEMBERS, argument, debates, record

GOOD = to_json(record(argument(1, groups={0: Counts(1, 2, 3)}), argument(2, option=1), groups={0: 40}))


@settings(max_examples=40)
@given(debates())
def test_a_record_survives_its_file(debate: PublicRecord) -> None:
    again = from_json(read_json(record_bytes(debate)))
    assert record_bytes(again) == record_bytes(debate)


def test_the_hidden_keep_their_number_and_lose_their_claim() -> None:
    assert argument(3, hidden_by=4).claim == ""


def test_a_small_local_is_not_told_by_name() -> None:
    of = {"1": Counts(9, 2, 0), "4": Counts(9, 9, 0), "2": Counts(1, 1, 0)}
    made = record_argument(number=1, option=0, side="for", claim="x", by_local=of, members=MEMBERS)
    assert [unit.local for unit in made.units] == ["1", ""]
    assert (made.readers, made.locals) == (31, 3)


def test_the_lot_is_made_of_the_question_and_the_audit_head() -> None:
    lots = {record(head="aa").lot, record(head="bb").lot, record(head="aa").lot}
    assert len(lots) == 2


def change(path: str, value: object) -> object:
    broken = deepcopy(GOOD)
    at: object = broken
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in way:
        at = at[step]  # type: ignore[index]
    if value is DROP:
        del at[last]  # type: ignore[attr-defined]
    else:
        at[last] = value  # type: ignore[index]
    return broken


DROP = object()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("format", "other"),
        ("version", 3),
        ("version", 1),
        ("matrix", "cd"),
        ("matrix", ""),
        ("matrix", DROP),
        ("groups.0.size", 4),
        ("groups.0.size", 401),
        ("arguments.0.groups.0.counts", [20, 20, 1]),
        ("version", True),
        ("question", 7),
        ("readers", -1),
        ("readers", 10**12),
        ("options", [0, 0]),
        ("options", [0, "1"]),
        ("extra", 1),
        ("audit_head", DROP),
        ("groups.0.size", "40"),
        ("groups.0", 3),
        ("arguments.0.number", 2),
        ("arguments.0.option", 9),
        ("arguments.0.side", "beside"),
        ("arguments.0.withdrawn", 0),
        ("arguments.0.readers", 3),
        ("arguments.0.locals", 5),
        ("arguments.0.surprise", 1),
        ("arguments.0.groups.0.group", 8),
        ("arguments.0.units.0.counts", [1, 2]),
        ("arguments.0.units.0.counts", [1, 2, -3]),
        ("arguments.0.units.0.counts", [1, 2, True]),
        ("arguments.0.merged_into", "1"),
    ],
)
def test_a_record_with_one_thing_wrong_is_refused(path: str, value: object) -> None:
    from_json(deepcopy(GOOD))
    with pytest.raises(Malformed):
        from_json(change(path, value))


def test_a_record_of_the_first_version_is_read_and_written_as_it_was() -> None:
    old = {name: value for name, value in to_json(record(argument(1))).items() if name != "matrix"} | {"version": 1}
    again = from_json(deepcopy(old))
    assert to_json(again) == old
    assert list(to_json(again)) == list(old)


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"null", b"{", b"\xff", b'{"format": 1.5}', json.dumps([[]] * 3).encode()]
)
def test_a_file_that_is_no_record_is_refused(raw: bytes) -> None:
    with pytest.raises(Malformed):
        from_json(read_json(raw))


@pytest.mark.parametrize(
    ("path", "last", "beyond"),
    [
        ("readers", 10**9, 10**9 + 1),
        ("digest_size", 0, -1),
        ("arguments.0.merged_into", 0, -1),
        ("groups.0.size", 400, 401),
        ("groups", [{"group": 0, "size": 40}, {"group": 1, "size": 5}],
         [{"group": 0, "size": 40}, {"group": 1, "size": 4}]),
        ("arguments.0.groups.0.counts", [20, 19, 1], [20, 20, 1]),
        ("arguments.0.readers", 75, 74),
        ("arguments.0.locals", 4, 5),
        ("locals_count", 3, 2),
    ],
)  # fmt: skip
def test_what_is_at_its_bound_is_read_and_what_is_beyond_refused(path: str, last: object, beyond: object) -> None:
    from_json(change(path, last))
    with pytest.raises(Malformed):
        from_json(change(path, beyond))


def test_two_groups_may_hold_every_reader_and_not_one_more() -> None:
    whole = [{"group": 0, "size": 40}, {"group": 1, "size": 360}]
    assert from_json(change("groups", whole)).groups == {0: 40, 1: 360}
    with pytest.raises(Malformed, match="more people in the opinion groups than readers"):
        from_json(change("groups", [*whole, {"group": 2, "size": 5}]))


def test_a_hidden_argument_keeps_its_ruling_and_a_merged_one_its_target_in_the_file() -> None:
    found = argument(1), argument(2, hidden_by=4), argument(3, merged_into=1), argument(4, withdrawn=True)
    told = to_json(record(*found))
    assert [(row["hidden_by"], row["merged_into"], row["withdrawn"]) for row in told["arguments"]] == [
        (None, None, False), (4, None, False), (None, 1, False), (None, None, True),
    ]  # fmt: skip
    assert to_json(from_json(deepcopy(told))) == told
