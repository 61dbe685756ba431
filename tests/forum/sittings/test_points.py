"""Points of order, turns out of order, the floor's ledger, people without a phone, and two hosts on one floor."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from forum.kernel.audit import AuditEntry
from forum.kernel.database import db
from forum.kernel.errors import Invalid, Missing, Refused, Stale
from forum.sittings import (
    closing_operations,
    floor_operations,
    floor_queries,
    guest_operations,
    minutes_queries,
    point_operations,
    queries,
)
from forum.sittings.forms import Call, Request
from forum.sittings.models import Attendance, PointOfOrder, PresentGuest, Turn
from forum.sittings.point_rules import MOVES, POINT_SECONDS, PointMove, PointState, next_state
from tests.build_sittings import Ground, make_debate
from tests.people import Cast, actor, holding


@pytest.fixture
def debate(cast: Cast, ground: Flask, now: datetime) -> Ground:
    return make_debate(cast, now=now)


def floor(debate: Ground, now: datetime) -> dict[str, object]:
    return floor_queries.floor(queries.room(debate.sitting), now)


def acts() -> list[str]:
    return list(db.session.scalars(db.select(AuditEntry.act).order_by(AuditEntry.height)))


def speak(who: int, debate: Ground, now: datetime, option: int | None = None) -> Turn:
    request = Request(debate.options[option] if option is not None else None)
    return floor_operations.ask_to_speak(actor(who), debate.sitting, request, now=now)


def call(cast: Cast, debate: Ground, now: datetime, **more: object) -> Turn | None:
    return floor_operations.call_next(actor(cast.host), debate.sitting, Call(**more), now=now)  # type: ignore[arg-type]


@pytest.mark.parametrize("state", list(PointState))
@pytest.mark.parametrize("move", list(PointMove))
def test_a_point_moves_only_by_its_table(state: PointState, move: PointMove) -> None:
    leads = next_state(state, move)
    assert leads == MOVES.get((state, move))
    if state in (PointState.DONE, PointState.DISMISSED, PointState.WITHDRAWN):
        assert leads is None


def test_a_point_stands_above_the_stack_until_the_host_takes_it(cast: Cast, debate: Ground, now: datetime) -> None:
    speak(cast.seconder, debate, now)
    point = point_operations.raise_point(actor(cast.member), debate.sitting, now=now)
    assert [each["name"] for each in floor(debate, now)["points"]] == ["Marta Quill"]  # type: ignore[union-attr, index]
    assert point_operations.raise_point(actor(cast.member), debate.sitting, now=now).id == point.id
    point_operations.take_point(actor(cast.host), debate.sitting, point.id, now=now)
    shown = floor(debate, now)
    assert shown["points"] == []
    assert shown["point"]["ends"] - shown["point"]["started"] == POINT_SECONDS * 1000  # type: ignore[index]
    assert acts() == ["take_point"]


def test_the_speaker_s_clock_stands_while_a_point_is_heard(cast: Cast, debate: Ground, now: datetime) -> None:
    turn = speak(cast.seconder, debate, now)
    call(cast, debate, now)
    point = point_operations.raise_point(actor(cast.member), debate.sitting, now=now)
    host = actor(cast.host)
    point_operations.take_point(host, debate.sitting, point.id, now=now + timedelta(seconds=20))
    with pytest.raises(Refused):
        floor_operations.pause_turn(host, debate.sitting, now=now + timedelta(seconds=30))
    point_operations.end_point(host, debate.sitting, now=now + timedelta(seconds=50))
    assert turn.ends_at == now + timedelta(seconds=180 + 30)
    assert (turn.paused_at, turn.seconds(now + timedelta(seconds=60))) == (None, 30)


def test_a_clock_that_the_host_had_stopped_stays_stopped_after_a_point(
    cast: Cast, debate: Ground, now: datetime
) -> None:
    turn, host = speak(cast.seconder, debate, now), actor(cast.host)
    call(cast, debate, now)
    floor_operations.pause_turn(host, debate.sitting, now=now)
    point = point_operations.raise_point(actor(cast.member), debate.sitting, now=now)
    point_operations.take_point(host, debate.sitting, point.id, now=now)
    point_operations.end_point(host, debate.sitting, now=now + timedelta(seconds=9))
    assert turn.paused_at == now


def test_a_dismissed_point_and_a_heard_one_stand_in_the_minutes(cast: Cast, debate: Ground, now: datetime) -> None:
    host = actor(cast.host)
    first = point_operations.raise_point(actor(cast.member), debate.sitting, now=now)
    second = point_operations.raise_point(actor(cast.seconder), debate.sitting, now=now)
    point_operations.dismiss_point(host, debate.sitting, first.id, now=now)
    point_operations.take_point(host, debate.sitting, second.id, now=now)
    third = point_operations.raise_point(actor(cast.member), debate.sitting, now=now)
    closing_operations.close_sitting(host, debate.sitting, now=now + timedelta(minutes=1))
    facts = minutes_queries.minutes_facts(queries.room(debate.sitting))
    assert [(each.name, each.heard) for each in facts.points] == [("Marta Quill", False), ("Len Fairweather", True)]
    assert (second.state, third.state) == ("done", "withdrawn")


def test_one_point_is_heard_at_a_time_and_a_settled_one_not_again(cast: Cast, debate: Ground, now: datetime) -> None:
    host = actor(cast.host)
    first = point_operations.raise_point(actor(cast.member), debate.sitting, now=now)
    second = point_operations.raise_point(actor(cast.seconder), debate.sitting, now=now)
    point_operations.take_point(host, debate.sitting, first.id, now=now)
    with pytest.raises(Refused):
        point_operations.take_point(host, debate.sitting, second.id, now=now)
    point_operations.end_point(host, debate.sitting, now=now)
    with pytest.raises(Stale):
        point_operations.dismiss_point(host, debate.sitting, first.id, now=now)
    with pytest.raises(Refused):
        point_operations.end_point(host, debate.sitting, now=now)
    with pytest.raises(Missing):
        point_operations.take_point(host, debate.sitting, 999, now=now)


def test_a_member_takes_a_point_back(cast: Cast, debate: Ground, now: datetime) -> None:
    point = point_operations.raise_point(actor(cast.member), debate.sitting, now=now)
    point_operations.withdraw_point(actor(cast.seconder), debate.sitting, now=now)
    assert point.state == "raised"
    for _ in range(2):
        point_operations.withdraw_point(actor(cast.member), debate.sitting, now=now)
    assert point.state == "withdrawn"


@pytest.mark.parametrize("who", ["elsewhere", "suspended", "other_host"])
def test_only_those_who_may_speak_raise_a_point(who: str, cast: Cast, debate: Ground, now: datetime) -> None:
    with pytest.raises(Refused):
        point_operations.raise_point(actor(getattr(cast, who)), debate.sitting, now=now)
    assert db.session.scalar(db.select(PointOfOrder)) is None


def test_a_teller_takes_no_part_in_the_order_either(cast: Cast, debate: Ground, now: datetime) -> None:
    impartial = holding(actor(cast.tellers[0]), "teller", debate.question)
    with pytest.raises(Refused):
        point_operations.raise_point(impartial, debate.national, now=now)


@pytest.mark.parametrize("who", ["member", "seconder", "other_host", "officer"])
@pytest.mark.parametrize("act", ["take_point", "dismiss_point"])
def test_only_the_host_settles_a_point(act: str, who: str, cast: Cast, debate: Ground, now: datetime) -> None:
    point = point_operations.raise_point(actor(cast.member), debate.sitting, now=now)
    with pytest.raises(Refused):
        getattr(point_operations, act)(actor(getattr(cast, who)), debate.sitting, point.id, now=now)
    assert point.state == "raised"


# ---------- out of order, and how long each option was heard ----------


def test_a_turn_out_of_order_is_shown_with_its_reason_and_stands_in_the_minutes(
    cast: Cast, debate: Ground, now: datetime
) -> None:
    speak(cast.member, debate, now)
    later = speak(cast.seconder, debate, now + timedelta(seconds=5))
    call(cast, debate, now, turn_id=later.id, reason="Answers a question put to him")
    speaker = floor(debate, now)["speaker"]
    assert (speaker["out_of_order"], speaker["reason"]) == (True, "Answers a question put to him")  # type: ignore[index]
    call(cast, debate, now + timedelta(minutes=1))
    assert floor(debate, now)["speaker"]["out_of_order"] is False  # type: ignore[index]
    closing_operations.close_sitting(actor(cast.host), debate.sitting, now=now + timedelta(minutes=2))
    turns = minutes_queries.minutes_facts(queries.room(debate.sitting)).turns
    shown = [(each.out_of_order, each.reason) for each in turns]
    assert shown == [(True, "Answers a question put to him"), (False, "")]


def test_who_is_next_anyway_is_not_called_out_of_order(cast: Cast, debate: Ground, now: datetime) -> None:
    turn = speak(cast.member, debate, now)
    call(cast, debate, now, turn_id=turn.id, reason="no reason needed")
    assert (turn.out_of_order, turn.override_reason) == (False, "")


def test_the_ledger_counts_the_seconds_of_each_option_without_pauses(cast: Cast, debate: Ground, now: datetime) -> None:
    host = actor(cast.host)
    for who, option in ((cast.member, 0), (cast.seconder, 1), (cast.retired, None)):
        speak(who, debate, now, option)
    at = now
    for seconds in (60, 30, 20):
        call(cast, debate, at)
        floor_operations.pause_turn(host, debate.sitting, now=at + timedelta(seconds=10))
        floor_operations.pause_turn(host, debate.sitting, now=at + timedelta(seconds=17))
        at += timedelta(seconds=seconds)
        floor_operations.end_turn(host, debate.sitting, now=at)
    held = {each["option"]: each["seconds"] for each in floor(debate, at)["ledger"]}  # type: ignore[attr-defined]
    assert list(held) == ["A", "B", None]
    assert sorted(held.values()) == [13, 23, 53]


# ---------- people without a phone ----------


def test_a_member_number_puts_that_member_on_the_stack_and_among_those_who_came(
    cast: Cast, debate: Ground, now: datetime
) -> None:
    turn = guest_operations.add_speaker(actor(cast.host), debate.sitting, Request(None, False, "1007"), now=now)
    assert (turn.member_id, turn.guest) == (cast.retired, "")
    assert db.session.get(Attendance, (debate.sitting, cast.retired)) is not None
    again = guest_operations.add_speaker(actor(cast.host), debate.sitting, Request(None, False, "1007"), now=now)
    assert again.id == turn.id
    assert queries.attendance(queries.room(debate.sitting).sitting) == 1


def test_people_are_counted_once_by_name_or_number_and_forgotten_at_the_close(
    cast: Cast, debate: Ground, now: datetime
) -> None:
    host = actor(cast.host)
    for who in ("Joe from the foundry", "Joe from the foundry", "1002", "1002"):
        count = guest_operations.count_person(host, debate.sitting, who, now=now)
    assert count == 2
    assert acts() == ["count_person", "count_person"]
    sitting = closing_operations.close_sitting(host, debate.sitting, now=now)
    assert sitting.attendance_count == 2
    assert db.session.scalar(db.select(PresentGuest)) is None


@pytest.mark.parametrize("typed", ["9999", "1004"])
def test_a_number_that_nobody_of_this_local_bears_is_refused(
    typed: str, cast: Cast, debate: Ground, now: datetime
) -> None:
    with pytest.raises(Invalid):
        guest_operations.count_person(actor(cast.host), debate.sitting, typed, now=now)


def test_a_suspended_member_is_not_put_on_the_stack_by_number(cast: Cast, debate: Ground, now: datetime) -> None:
    with pytest.raises(Refused):
        guest_operations.add_speaker(actor(cast.host), debate.sitting, Request(None, False, "1006"), now=now)


@pytest.mark.parametrize("who", ["member", "other_host", "officer"])
def test_only_the_host_writes_people_down(who: str, cast: Cast, debate: Ground, now: datetime) -> None:
    person = actor(getattr(cast, who))
    with pytest.raises(Refused):
        guest_operations.count_person(person, debate.sitting, "Joe", now=now)
    with pytest.raises(Refused):
        guest_operations.add_speaker(person, debate.sitting, Request(None, False, "Joe"), now=now)


# ---------- two hosts ----------


def test_a_host_s_act_is_refused_with_what_another_did_meanwhile(cast: Cast, debate: Ground, now: datetime) -> None:
    host = actor(cast.host)
    speak(cast.member, debate, now)
    seen = queries.room(debate.sitting).sitting.acts
    call(cast, debate, now, seen=seen)
    point = point_operations.raise_point(actor(cast.seconder), debate.sitting, now=now)
    for act, more in (
        (floor_operations.extend_turn, ()), (floor_operations.pause_turn, ()), (floor_operations.end_turn, ()),
        (point_operations.take_point, (point.id,)), (point_operations.dismiss_point, (point.id,)),
        (point_operations.end_point, ()),
    ):  # fmt: skip
        with pytest.raises(Stale, match="the next speaker was called"):
            act(host, debate.sitting, *more, seen=seen, now=now)  # type: ignore[operator]
    assert floor(debate, now)["acts"] == seen + 1
    floor_operations.extend_turn(host, debate.sitting, seen=seen + 1, now=now)
    with pytest.raises(Stale, match="one minute more"):
        floor_operations.extend_turn(host, debate.sitting, seen=seen + 1, now=now)


def test_members_who_ask_to_speak_do_not_overtake_a_host(cast: Cast, debate: Ground, now: datetime) -> None:
    seen = queries.room(debate.sitting).sitting.acts
    turn = speak(cast.member, debate, now)
    point_operations.raise_point(actor(cast.seconder), debate.sitting, now=now)
    assert call(cast, debate, now, seen=seen) is turn
