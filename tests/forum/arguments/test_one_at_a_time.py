"""What is read next and what is taken back: drawn among the unread, never twice, and the sums always follow."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forum.arguments import merge_operations, reading_operations, reading_queries
from forum.arguments.models import Argument, Reading
from forum.arguments.next_rules import draw_some
from forum.arguments.rules import Answer
from forum.kernel import slots
from forum.kernel.database import db
from forum.kernel.errors import Refused
from forum.questions.models import Question
from tests.build_halls import NOW, make_argument, make_debate, make_reading
from tests.people import Cast, actor

AGREE, PASS, DISAGREE = Answer.AGREE, Answer.PASS, Answer.DISAGREE


def sums(argument: Argument) -> tuple[int, int, int, int]:
    return argument.agree_count, argument.disagree_count, argument.pass_count, argument.local_count


def some(cast: Cast, count: int) -> tuple[Question, list[Argument]]:
    question = make_debate(cast)
    return question, [make_argument(question, cast.member, seconded_by=cast.seconder) for _ in range(count)]


def test_reading_on_meets_every_argument_once_and_comes_to_an_end(cast: Cast, ground: Flask) -> None:
    question, arguments = some(cast, 6)
    make_argument(question, cast.member, claim="Nobody has seconded this.")
    reader, met = actor(cast.elsewhere), []
    while drawn := reading_queries.draw(reader, question, met[-1:], 1, random.random):
        met += drawn
        reading_operations.read_argument(reader, drawn[0], PASS, now=NOW)
    assert sorted(met) == [each.id for each in arguments]
    assert reading_queries.progress(reader, question, NOW).read == 6


def test_what_the_page_holds_is_not_drawn_again(cast: Cast, ground: Flask) -> None:
    question, arguments = some(cast, 3)
    held = [arguments[0].id, arguments[2].id]
    assert reading_queries.draw(actor(cast.elsewhere), question, held, 4, random.random) == [arguments[1].id]


def test_of_very_many_only_some_are_weighed_and_each_has_its_turn(
    cast: Cast, ground: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    question, arguments = some(cast, 9)
    monkeypatch.setattr(reading_queries, "MOST_WEIGHED", 3)
    reader = actor(cast.elsewhere)
    reading_operations.read_argument(reader, arguments[4].id, PASS, now=NOW)
    at_once = [
        reading_queries.draw(reader, question, (), 9, lambda begin=begin: begin / 9) for begin in range(9)
    ]
    assert {len(drawn) for drawn in at_once} == {3}
    every = {each.id for each in arguments} - {arguments[4].id}
    assert {argument for drawn in at_once for argument in drawn} == every
    assert set(at_once[8]) == {arguments[at].id for at in (8, 0, 1)}, "past the last it goes on with the first"


def test_an_argument_far_out_on_the_map_is_drawn_first(
    cast: Cast, ground: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    question, arguments = some(cast, 3)
    monkeypatch.setitem(slots._filled, "argument.extremities", [lambda _question_id: {arguments[1].id: 1e6}])
    assert reading_queries.draw(actor(cast.elsewhere), question, (), 1, lambda: 0.5) == [arguments[1].id]


@given(st.dictionaries(st.integers(1, 40), st.floats(0, 10), max_size=12), st.integers(0, 15), st.randoms())
def test_a_draw_of_several_holds_each_at_most_once(
    weights: dict[int, float], most: int, lot: random.Random
) -> None:
    drawn = draw_some(weights, most, lot.random)
    assert len(drawn) == len(set(drawn)) == min(most, len(weights))
    assert set(drawn) <= set(weights)


def test_a_reading_taken_back_leaves_no_trace(cast: Cast, ground: Flask) -> None:
    question, (argument, _other) = some(cast, 2)
    make_reading(argument, cast.elsewhere, AGREE)
    make_reading(argument, cast.seconder, DISAGREE)
    assert sums(argument) == (1, 1, 0, 2)
    assert reading_operations.take_back(actor(cast.elsewhere), argument.id)
    assert sums(argument) == (0, 1, 0, 1)
    assert not reading_operations.take_back(actor(cast.elsewhere), argument.id)
    assert db.session.scalars(db.select(Reading.member_id)).all() == [cast.seconder]
    assert reading_queries.progress(actor(cast.elsewhere), question, NOW).left == 2


def test_nothing_is_taken_back_once_the_debate_is_closed(cast: Cast, ground: Flask) -> None:
    question, (argument,) = some(cast, 1)
    make_reading(argument, cast.elsewhere)
    question.state = "closed"
    with pytest.raises(Refused):
        reading_operations.take_back(actor(cast.elsewhere), argument.id)
    assert sums(argument)[0] == 1


def test_a_reader_who_changes_local_is_counted_with_the_new_one(cast: Cast, ground: Flask) -> None:
    _question, (argument,) = some(cast, 1)
    make_reading(argument, cast.elsewhere)
    make_reading(argument, cast.seconder)
    make_reading(argument, replace(actor(cast.elsewhere), local_id=cast.local))
    assert sums(argument) == (2, 0, 0, 1)


def test_own_readings_stand_once_for_a_merged_pair_and_say_when_the_words_changed(cast: Cast, ground: Flask) -> None:
    question, (target, twin, third) = some(cast, 3)
    make_reading(target, cast.elsewhere, AGREE, now=NOW)
    make_reading(twin, cast.elsewhere, DISAGREE, now=NOW + timedelta(hours=1))
    make_reading(third, cast.elsewhere, PASS, now=NOW)
    make_reading(third, cast.seconder, AGREE, now=NOW)
    merge_operations.propose_merge(actor(cast.member), twin.id, target.number, now=NOW + timedelta(hours=2))
    third.revision = 2
    own = reading_queries.own_readings(actor(cast.elsewhere), question)
    assert [(each.argument.id, each.value, each.revised) for each in own] == [
        (target.id, -1, False), (third.id, 0, True),
    ]  # fmt: skip
    assert reading_queries.own_count(actor(cast.elsewhere), question) == 2
    assert reading_queries.own_readings(actor(cast.member), question) == []


STEPS = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 2), st.sampled_from([*Answer, None])), max_size=14)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=STEPS, after=STEPS)
def test_sums_and_locals_follow_readings_and_what_is_taken_back(
    cast: Cast, ground: Flask, before: list[tuple[int, int, Answer | None]], after: list[tuple[int, int, Answer | None]]
) -> None:
    _question, pair = some(cast, 2)
    readers = [cast.elsewhere, cast.retired, cast.seconder]
    for minute, (which, who, answer) in enumerate(before):
        act(pair[which], readers[who], answer, minute)
    merge_operations.propose_merge(actor(cast.member), pair[1].id, pair[0].number, now=NOW + timedelta(hours=1))
    for minute, (_, who, answer) in enumerate(after):
        act(pair[0], readers[who], answer, 120 + minute)
    rows = db.session.execute(db.select(Reading.member_id, Reading.local_id).where(
        Reading.argument_id.in_([each.id for each in pair])
    )).all()  # fmt: skip
    assert sum(sums(pair[0])[:3]) == len({member for member, _ in rows})
    assert pair[0].local_count == len({local for _, local in rows})
    own = list(db.session.scalars(db.select(Reading).where(Reading.argument_id == pair[1].id)))
    assert sums(pair[1]) == (
        *(sum(each.value == value for each in own) for value in (1, -1, 0)), len({each.local_id for each in own}),
    )  # fmt: skip


def act(argument: Argument, reader: int, answer: Answer | None, minute: int) -> None:
    if answer is None:
        reading_operations.take_back(actor(reader), argument.id)
    else:
        make_reading(argument, reader, answer, now=NOW + timedelta(minutes=minute))

