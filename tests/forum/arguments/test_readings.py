"""Agree, disagree and pass: counted once a member, kept through a merge, added up without persons."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forum.arguments import list_queries, merge_operations, queries, reading_operations
from forum.arguments.models import Argument, Reading
from forum.arguments.record_queries import public_record_rows
from forum.arguments.rules import Answer, Side
from forum.kernel.audit import AuditEntry
from forum.kernel.database import db
from forum.kernel.errors import Invalid, Refused
from forum.questions.models import Question
from tests.build_halls import make_argument, make_debate, make_hall, make_reading
from tests.people import Cast, actor, holding

AGREE, PASS, DISAGREE = Answer.AGREE, Answer.PASS, Answer.DISAGREE


def counts(argument: Argument) -> tuple[int, int, int]:
    return argument.agree_count, argument.disagree_count, argument.pass_count


def test_a_member_s_latest_reading_counts(cast: Cast, ground: Flask, now: datetime) -> None:
    argument = make_argument(make_debate(cast), cast.member, seconded_by=cast.seconder)
    for answer in (AGREE, DISAGREE, DISAGREE, PASS):
        make_reading(argument, cast.elsewhere, answer)
    make_reading(argument, cast.member, AGREE)
    assert counts(argument) == (1, 0, 1)
    assert db.session.query(Reading).count() == 2


def test_nobody_reads_what_nobody_has_seconded(cast: Cast, ground: Flask) -> None:
    argument = make_argument(make_debate(cast), cast.member)
    with pytest.raises(Refused):
        make_reading(argument, cast.elsewhere)


def test_who_takes_no_part_does_not_read(cast: Cast, ground: Flask) -> None:
    question = make_debate(cast)
    argument = make_argument(question, cast.member, seconded_by=cast.seconder)
    barred = [
        actor(cast.suspended),
        *(holding(actor(cast.member), role, question.id) for role in ("teller", "observer")),
    ]
    for person in barred:
        with pytest.raises(Refused):
            make_reading(argument, person)
    make_reading(argument, holding(actor(cast.trustees[0]), "trustee", question.id))
    make_reading(argument, cast.retired)
    assert counts(argument) == (2, 0, 0)


@pytest.mark.parametrize("end", ["withdrawn_at", "hidden_at"])
def test_what_no_longer_stands_is_not_read(cast: Cast, ground: Flask, now: datetime, end: str) -> None:
    argument = make_argument(make_debate(cast), cast.member, seconded_by=cast.seconder)
    setattr(argument, end, now)
    with pytest.raises(Refused):
        make_reading(argument, cast.elsewhere)


def test_a_merge_needs_both_movers(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_debate(cast)
    target = make_argument(question, cast.member, seconded_by=cast.seconder)
    twin = make_argument(question, cast.elsewhere, seconded_by=cast.seconder)
    merge = merge_operations.propose_merge(actor(cast.elsewhere), twin.id, target.number, now=now)
    assert twin.merged_into_id is None
    for stranger in (cast.seconder, cast.host, cast.officer):
        with pytest.raises(Refused):
            merge_operations.answer_merge(actor(stranger), merge.id, True, now=now)
    merge_operations.answer_merge(actor(cast.member), merge.id, True, now=now)
    assert (twin.merged_into_id, twin.merged_at, merge.outcome) == (target.id, now, "merged")
    with pytest.raises(Refused):
        make_reading(twin, cast.retired)


def test_one_no_ends_a_proposed_merge(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_debate(cast)
    target = make_argument(question, cast.member, seconded_by=cast.seconder)
    twin = make_argument(question, cast.elsewhere, seconded_by=cast.seconder)
    merge = merge_operations.propose_merge(actor(cast.elsewhere), twin.id, target.number, now=now)
    with pytest.raises(Refused):
        merge_operations.propose_merge(actor(cast.elsewhere), twin.id, target.number, now=now)
    merge_operations.answer_merge(actor(cast.member), merge.id, False, now=now)
    assert (merge.outcome, twin.merged_into_id) == ("declined", None)
    with pytest.raises(Refused):
        merge_operations.answer_merge(actor(cast.member), merge.id, True, now=now)


def test_a_host_proposes_and_the_log_says_so(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_debate(cast)
    target = make_argument(question, cast.member, seconded_by=cast.seconder)
    twin = make_argument(question, cast.elsewhere, seconded_by=cast.seconder)
    with pytest.raises(Refused):
        merge_operations.propose_merge(actor(cast.retired), twin.id, target.number, now=now)
    merge = merge_operations.propose_merge(actor(cast.host), twin.id, target.number, now=now)
    assert (merge.mover_agreed_at, merge.into_mover_agreed_at) == (None, None)
    assert db.session.scalars(db.select(AuditEntry.act)).all() == ["propose_merge"]


def test_what_argues_the_other_way_does_not_merge(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_debate(cast)
    target = make_argument(question, cast.member, seconded_by=cast.seconder)
    other = make_argument(question, cast.elsewhere, seconded_by=cast.seconder, option=1)
    same = make_argument(question, cast.elsewhere, seconded_by=cast.seconder, option=1, side=Side.AGAINST)
    waits = make_argument(question, cast.member)
    for argument, into in ((other, target), (target, waits)):
        with pytest.raises(Refused):
            merge_operations.propose_merge(actor(argument.mover_id), argument.id, into.number, now=now)
    assert merge_operations.propose_merge(actor(cast.elsewhere), same.id, target.number, now=now).ended_at is None
    for number in (99, target.number):
        with pytest.raises(Invalid):
            merge_operations.propose_merge(actor(cast.member), target.id, number, now=now)


def merged(cast: Cast, now: datetime) -> tuple[Argument, Argument]:
    """An argument of the member's with another of theirs merged into it; both were read before."""
    question = make_debate(cast)
    target = make_argument(question, cast.member, seconded_by=cast.seconder)
    twin = make_argument(question, cast.member, seconded_by=cast.seconder)
    make_reading(target, cast.elsewhere, AGREE, now=now)
    make_reading(twin, cast.elsewhere, DISAGREE, now=now + timedelta(hours=1))
    make_reading(twin, cast.retired, AGREE, now=now)
    make_reading(target, cast.host, PASS, now=now + timedelta(hours=1))
    make_reading(twin, cast.host, AGREE, now=now)
    merge_operations.propose_merge(actor(cast.member), twin.id, target.number, now=now + timedelta(hours=2))
    return target, twin


def test_a_merge_keeps_both_sets_and_the_later_reading_counts(cast: Cast, ground: Flask, now: datetime) -> None:
    target, twin = merged(cast, now)
    assert counts(target) == (1, 1, 1)
    assert counts(twin) == (2, 1, 0)
    assert db.session.query(Reading).count() == 5
    later = now + timedelta(hours=3)
    make_reading(target, cast.elsewhere, AGREE, now=later)
    make_reading(target, cast.retired, PASS, now=later)
    assert counts(target) == (1, 0, 2)
    assert list_queries.own_values(cast.elsewhere, [target.id]) == {target.id: 1}


def test_a_chain_of_merges_ends_in_one(cast: Cast, ground: Flask, now: datetime) -> None:
    target, twin = merged(cast, now)
    question = target.question_id
    third = make_argument(db.session.get_one(Question, question), cast.member, seconded_by=cast.seconder)
    make_reading(third, cast.officer, DISAGREE)
    merge_operations.propose_merge(actor(cast.member), target.id, third.number, now=now + timedelta(days=1))
    assert {twin.merged_into_id, target.merged_into_id} == {third.id}
    assert counts(third) == (1, 2, 1)


def test_the_public_record_adds_up_by_local_and_names_nobody(cast: Cast, ground: Flask, now: datetime) -> None:
    target, _twin = merged(cast, now)
    question = db.session.get_one(Question, target.question_id)
    make_argument(question, cast.member, option=1, claim="Waits.")
    first, second, third = public_record_rows(question)
    assert first.by_local == {cast.local: (1, 0, 1), cast.other_local: (0, 1, 0)}
    assert (second.merged_into, second.by_local) == (first.number, {})
    assert (third.seconded, third.option_position, third.by_local) == (False, 1, {})


def test_what_a_member_has_not_read_is_counted(cast: Cast, ground: Flask, now: datetime) -> None:
    target, _twin = merged(cast, now)
    question_id = target.question_id
    assert list_queries.unread(cast.elsewhere, question_id)[0] == 0
    assert list_queries.unread(cast.retired, question_id)[0] == 0
    count, newest = list_queries.unread(cast.officer, question_id)
    assert (count, [each.id for each in newest]) == (1, [target.id])


READINGS = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 3), st.sampled_from(list(Answer))), max_size=12)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=READINGS, after=READINGS)
def test_counts_always_equal_the_latest_readings(
    cast: Cast, ground: Flask, now: datetime, before: list[tuple[int, int, Answer]],
    after: list[tuple[int, int, Answer]],
) -> None:  # fmt: skip
    question = make_debate(cast)
    pair = [make_argument(question, cast.member, seconded_by=cast.seconder) for _ in range(2)]
    readers = [cast.elsewhere, cast.retired, cast.host, cast.officer]
    latest: dict[int, tuple[datetime, Answer]] = {}
    for place, (which, who, answer) in enumerate(before):
        at = now + timedelta(minutes=place)
        make_reading(pair[which], readers[who], answer, now=at)
        latest[who] = (at, answer)
    merge_operations.propose_merge(actor(cast.member), pair[1].id, pair[0].number, now=now + timedelta(hours=1))
    for place, (_, who, answer) in enumerate(after):
        at = now + timedelta(hours=2, minutes=place)
        reading_operations.read_argument(actor(readers[who]), pair[0].id, answer, now=at)
        latest[who] = (at, answer)
    answers = [answer for _, answer in latest.values()]
    assert counts(pair[0]) == tuple(answers.count(each) for each in (AGREE, DISAGREE, PASS))
    readings = queries.effective_readings(question.id).subquery()
    assert len(db.session.execute(db.select(readings.c.member_id)).all()) == len(latest)


def test_a_hall_of_the_national_room_counts_like_any_other(cast: Cast, ground: Flask) -> None:
    question = make_debate(cast)
    argument = make_argument(question, cast.member, seconded_by=cast.elsewhere, hall_id=make_hall(question, None).id)
    make_reading(argument, cast.elsewhere)
    assert list_queries.from_hall(argument.hall_id)[0].number == argument.number
