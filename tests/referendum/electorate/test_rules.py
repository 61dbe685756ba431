from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forum.questions.process import Electorate
from referendum.electorate.rules import (
    LocalSize,
    Voter,
    hash_of,
    is_eligible,
    is_late,
    line_of,
    make_units,
    record_instant,
    roll_bytes,
    usual_spares,
)

ANNA = Voter("1001", "good", "US", "Ohio", "88")
voters = st.lists(
    st.builds(Voter, st.text("0123456789", min_size=1, max_size=6), st.just("good"), st.just("US"),
              st.sampled_from(["Ohio", "Québec"]), st.sampled_from(["1", "2", "12"])),
    unique_by=lambda voter: voter.number,
    max_size=12,
)  # fmt: skip
sizes = st.lists(
    st.builds(LocalSize, st.integers(1, 999).map(str), st.sampled_from(["N", "S", "W"]), st.integers(0, 90)),
    unique_by=lambda size: size.local,
    max_size=25,
)


@pytest.mark.parametrize(
    ("rule", "eligible"),
    [
        (Electorate(), True),
        (Electorate(standings=frozenset({"retired"})), False),
        (Electorate(countries=frozenset({"US", "CA"})), True),
        (Electorate(countries=frozenset({"CA"})), False),
        (Electorate(councils=frozenset({"Texas"})), False),
        (Electorate(locals=frozenset({"88"})), True),
        (Electorate(locals=frozenset({"8"})), False),
        (Electorate(countries=frozenset({"US"}), locals=frozenset({"89"})), False),
    ],
)
def test_every_restriction_of_the_rule_must_hold(rule: Electorate, eligible: bool) -> None:
    assert is_eligible(ANNA, rule) is eligible


@pytest.mark.parametrize("standing", ["lapsed", "suspended", "retired"])
def test_only_good_standing_votes_unless_the_rule_says_more(standing: str) -> None:
    assert not is_eligible(replace(ANNA, standing=standing), Electorate())
    assert is_eligible(replace(ANNA, standing=standing), Electorate(standings=frozenset({"good", standing})))


def test_whoever_has_not_registered_where_that_is_asked_does_not_vote() -> None:
    assert not is_eligible(replace(ANNA, registered=False), Electorate())


def test_the_roll_is_frozen_at_the_record_date_or_once_the_question_has_closed() -> None:
    day = timedelta(days=1)
    record, opens = datetime(2026, 11, 10, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
    assert record_instant(1, record, None, opens) == record
    assert record_instant(1, record, record - day, opens) == record
    assert record_instant(1, record, record + day, opens) == record + day
    assert record_instant(2, record, record, opens) == opens - 2 * day, "held again"
    assert record_instant(1, None, record, opens) is None
    assert record_instant(2, None, record, opens) is None


def test_the_clock_has_ten_minutes_to_freeze_a_roll() -> None:
    record = datetime(2026, 11, 10, tzinfo=UTC)
    assert not is_late(record, record + timedelta(minutes=10, seconds=-1))
    assert is_late(record, record + timedelta(minutes=10))


@pytest.mark.parametrize(("size", "spares"), [(1, 20), (400, 20), (401, 21), (600_000, 30_000)])
def test_spares_are_five_in_a_hundred_and_never_fewer_than_twenty(size: int, spares: int) -> None:
    assert usual_spares(size) == spares


def test_thirty_are_the_fewest_over_whom_turnout_is_told() -> None:
    apart = [LocalSize("1", "N", 30), LocalSize("2", "N", 30)]
    assert [unit.eligible for unit in make_units(apart)] == [30, 30]
    assert [unit.eligible for unit in make_units([replace(apart[0], eligible=29), apart[1]])] == [59]


def test_the_roll_is_one_text_in_order_of_number() -> None:
    other = replace(ANNA, number="1000", local="2", council="Québec")
    assert b"".join(roll_bytes(map(line_of, [ANNA, other]))).decode() == '["1000","2","Québec"]\n["1001","88","Ohio"]\n'


def test_a_member_on_the_roll_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="twice"):
        hash_of(map(line_of, [ANNA, replace(ANNA, local="2")]))


@given(voters, st.randoms(use_true_random=False))
def test_the_order_of_the_roll_does_not_change_its_hash(roll: list[Voter], random: object) -> None:
    lines = [line_of(each) for each in roll]
    whole = hash_of(lines)
    random.shuffle(lines)  # type: ignore[attr-defined]
    assert hash_of(lines) == whole


@given(voters.filter(bool))
def test_one_member_more_or_elsewhere_changes_the_hash(roll: list[Voter]) -> None:
    lines = [line_of(each) for each in roll]
    assert hash_of(lines[1:]) != hash_of(lines)
    assert hash_of([line_of(replace(roll[0], local="77")), *lines[1:]]) != hash_of(lines)


def test_the_smallest_locals_of_a_council_are_merged_first() -> None:
    units = make_units(
        [LocalSize("1", "N", 100), LocalSize("2", "N", 20), LocalSize("3", "N", 12), LocalSize("4", "S", 40)]
    )
    assert [(unit.name, unit.eligible) for unit in units] == [("2 +1", 32), ("4", 40), ("1", 100)]


def test_a_council_too_small_for_itself_joins_the_smallest_unit_of_another() -> None:
    units = make_units([LocalSize("1", "N", 100), LocalSize("2", "W", 45), LocalSize("4", "S", 9)])
    assert [(unit.name, unit.eligible) for unit in units] == [("2 +1", 54), ("1", 100)]


def test_a_union_below_the_floor_is_one_unit() -> None:
    (unit,) = make_units([LocalSize("1", "N", 5), LocalSize("2", "S", 6)])
    assert unit.eligible == 11


@given(sizes, st.integers(1, 80))
def test_units_are_a_partition_and_none_is_below_the_floor(locals_: list[LocalSize], floor: int) -> None:
    units = make_units(locals_, floor)
    told = [local for unit in units for local in unit.locals]
    assert sorted(told, key=str) == sorted((local for local in locals_ if local.eligible), key=str)
    assert len(units) <= 1 or all(unit.eligible >= floor for unit in units)
    assert len({unit.name for unit in units}) == len(units)


@given(sizes, st.randoms(use_true_random=False))
def test_the_order_of_the_locals_does_not_change_the_units(locals_: list[LocalSize], random: object) -> None:
    shuffled = list(locals_)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    names = [{local.local for local in unit.locals} for unit in make_units(locals_)]
    assert [{local.local for local in unit.locals} for unit in make_units(shuffled)] == names
