"""The demo's union and its question in mid-debate have everything that a visitor is promised."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from forum.arguments.models import Argument, Reading, Statement
from forum.halls.models import Hall, Post
from forum.kernel.database import db, transaction
from forum.kernel.text import too_much
from forum.moderation.models import Hiding
from forum.questions.models import Question
from forum.reach.queries import sums
from forum.roll.models import Council, Local, Member
from forum.sittings.enquiry_models import Enquiry
from forum.sittings.models import Message, Sitting, StrawPoll, Turn
from referendum.rehearsal.demo_queries import cast
from referendum.rehearsal.instance import Instance
from referendum.rehearsal.reading_union import ZONE, moment, number_of, texts
from referendum.rehearsal.stage import Made

Told = tuple[Flask, Instance, Made]


@pytest.fixture(scope="module", autouse=True)
def _reading(told: Told) -> Iterator[None]:
    with told[0].test_request_context(), transaction(write=False):
        yield


def rows(model, *conditions):  # type: ignore[no-untyped-def]
    return list(db.session.scalars(db.select(model).where(*conditions)))


def test_the_union_has_twelve_locals_in_three_councils_and_about_four_hundred_members() -> None:
    assert len(rows(Council)) == 3
    assert len(rows(Local)) == 12
    assert 380 <= len(rows(Member)) <= 420


def test_the_union_has_standing_of_every_kind_a_host_for_every_local_and_seven_officers() -> None:
    members = rows(Member)
    assert set(Counter(each.standing for each in members)) == {"good", "lapsed", "suspended", "retired"}
    assert Counter(each.local_id for each in members if each.office == "host") == {each.id: 1 for each in rows(Local)}
    assert sum(each.office == "officer" for each in members) == 7


def test_one_name_is_longer_than_sixty_characters_and_one_runs_from_right_to_left() -> None:
    names = [each.name for each in rows(Member)]
    assert any(len(name) > 60 for name in names)
    assert any("\u0600" <= letter <= "\u06ff" for name in names for letter in name)


def test_every_part_of_the_cast_is_played_by_a_member_who_can_play_it(told: Told) -> None:
    by_number = {each.number: each for each in rows(Member)}
    played = {role.key: by_number[role.number] for role in cast()}
    assert played["suspended"].standing == "suspended"
    assert played["host"].office == "host"
    assert played["officer"].office == "officer"
    assert played["elsewhere"].local_id != played["member"].local_id
    question = db.session.get_one(Question, told[2].question_id)
    held = {(each.role, each.member_id) for each in question.appointments}
    for key in ("teller", "trustee", "observer"):
        assert (key, played[key].id) in held


def test_the_question_is_in_debate_with_posts_in_every_hall(told: Told) -> None:
    question = db.session.get_one(Question, told[2].question_id)
    assert question.state == "debating"
    halls = rows(Hall, Hall.question_id == question.id)
    assert len(halls) == 13
    posts = rows(Post, Post.hall_id.in_([each.id for each in halls]))
    assert {each.hall_id for each in posts} == {each.id for each in halls}
    assert len(posts) >= 60
    assert sum(each.reply_to_id is not None for each in posts) >= 20
    assert any(each.office == "officer" for each in posts)
    assert [each.revision for each in posts if each.edited_at] == [2]


def test_one_post_is_hidden_with_its_ground() -> None:
    (hiding,) = rows(Hiding)
    assert (hiding.ground, hiding.kind) == ("personal_data", "post")
    assert db.session.get_one(Post, hiding.subject_id).hidden_at is not None


def test_the_record_holds_two_dozen_arguments_seconded_answered_merged_and_read() -> None:
    arguments = rows(Argument)
    assert sum(each.seconded_at is not None for each in arguments) >= 24
    assert sum(each.answers_id is not None for each in arguments) >= 5
    assert sum(each.merged_into_id is not None for each in arguments) == 1
    assert sum(each.seconded_at is None for each in arguments) >= 1
    readings = Counter(each.argument_id for each in rows(Reading))
    standing = [each for each in arguments if each.seconded_at and not each.merged_into_id]
    assert all(readings[each.id] >= 50 for each in standing)


def test_the_leadership_has_spoken_and_a_minority_s_reply_stands() -> None:
    kinds = Counter(each.kind for each in rows(Statement, Statement.stands_at.is_not(None)))
    assert kinds == {"leadership": 2, "reply": 2}


def test_the_leadership_s_second_statement_argues_against_its_option_and_the_balance_counts_it_so(told: Told) -> None:
    question = db.session.get_one(Question, told[2].question_id)
    sides = {each.option_id: each.facts["side"] for each in rows(Statement, Statement.kind == "leadership")}
    accept, reject = question.options
    assert sides == {accept.id: "for", reject.id: "against"}
    slots = {option: reached.count for (kind, option), reached in sums(question.id).items() if kind == "bulletin"}
    assert slots == {accept.id: 2, reject.id: 2}


def test_one_session_is_under_way_with_a_speaker_a_stack_chat_and_a_straw_poll() -> None:
    (live,) = rows(Sitting, Sitting.state == "open")
    turns = Counter(each.state for each in rows(Turn, Turn.sitting_id == live.id))
    assert turns["speaking"] == 1
    assert turns["waiting"] >= 3
    assert len(rows(Message, Message.sitting_id == live.id)) >= 10
    assert len(rows(StrawPoll, StrawPoll.sitting_id == live.id, StrawPoll.closed_at.is_(None))) == 1


def test_sessions_were_held_with_signed_minutes_and_more_are_to_come() -> None:
    held = rows(Sitting, Sitting.state == "closed")
    assert len(held) >= 8
    assert sum(each.minutes_signed_at is not None for each in held) >= 8
    assert all(each.attendance_count > 0 for each in held)
    assert len(rows(Sitting, Sitting.state == "scheduled")) >= 2


def test_members_have_asked_the_next_session_and_one_has_an_answer() -> None:
    assert sorted(each.state for each in rows(Enquiry)) == ["answered", "open"]


def test_nothing_of_the_story_lies_in_the_future() -> None:
    now = datetime.now(UTC)
    assert all(each.at <= now for each in [*rows(Post), *rows(Reading), *rows(Message)])
    assert all(each.moved_at <= now for each in rows(Argument))


@pytest.mark.parametrize("name", ["past", "current"])
def test_every_text_of_the_stories_would_have_been_taken_from_a_member(name: str) -> None:
    told = texts(name)
    people = texts("people")["people"]
    for _, _, author, _, _, words in told["posts"]["list"]:
        assert author in people
        assert not too_much(words)
    for row in told["arguments"]["list"]:
        assert len(row[6]) <= 200
        assert not row[9] or row[9] in people


def test_a_moment_of_the_story_keeps_the_hour_of_the_wall_over_a_change_of_clocks() -> None:
    first = datetime(2026, 10, 30, tzinfo=ZONE)
    assert moment(first, "1 06:30").hour == moment(first, "5 06:30").hour == 6
    assert moment(first, "5 06:30") - moment(first, "1 06:30") == timedelta(days=4)


def test_a_key_of_the_stories_leads_to_a_member_number() -> None:
    assert number_of("marchetti") == "1001"
