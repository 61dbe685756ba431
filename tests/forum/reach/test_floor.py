"""Minutes of floor: entered when a session ends, offered where an option has fallen behind by them."""

from datetime import datetime, timedelta

from flask import Flask

from forum.kernel.database import db
from forum.questions.models import Question
from forum.reach import queries
from forum.reach.forms import Words
from forum.reach.models import LedgerEntry
from forum.reach.offer_operations import take_offer
from forum.reach.rules import Kind
from forum.sittings import closing_operations
from forum.sittings.models import Attendance, Turn
from tests.build_halls import make_hall
from tests.build_reach import make_sides, offers
from tests.build_sittings import make_sitting
from tests.people import Cast, actor


def hold_session(
    cast: Cast, question: Question, minutes: tuple[float, ...], *, now: datetime, present: int = 2
) -> int:
    """A session of local 88 in which each option was spoken for so long; ends at `now`."""
    opened = now - timedelta(hours=2)
    sitting = make_sitting(make_hall(question, cast.local).id, now=opened, opened_by=cast.host)
    for member in (cast.member, cast.seconder, cast.retired)[:present]:
        db.session.add(Attendance(sitting_id=sitting, member_id=member))
    for option, held in zip(question.options, minutes, strict=True):
        times = {"asked_at": opened, "started_at": opened, "ended_at": opened + timedelta(minutes=held)}
        db.session.add(Turn(sitting_id=sitting, member_id=cast.member, option_id=option.id, state="done", **times))
    db.session.flush()
    closing_operations.close_sitting(actor(cast.host), sitting, now=now)
    return sitting


def test_the_minutes_of_each_option_are_entered_for_those_who_came(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_sides(cast, options=3)
    sitting = hold_session(cast, question, (12, 7.4, 0.2), now=now)
    found = db.session.scalars(db.select(LedgerEntry).order_by(LedgerEntry.id)).all()
    assert [(each.option_id, each.amount, each.size, each.sitting_id) for each in found] == [
        (question.options[0].id, 12, 2, sitting), (question.options[1].id, 7, 2, sitting),
    ]  # fmt: skip
    assert {each.office for each in found} == {"clock"}
    assert all(each.local_id == cast.local and each.small for each in found)


def test_the_floor_is_offered_as_a_whole_and_again_only_when_the_lead_has_doubled(
    cast: Cast, ground: Flask, now: datetime
) -> None:
    question = make_sides(cast)
    hold_session(cast, question, (10, 4), now=now)
    (made,) = offers(question)
    assert (made.kind, made.option_id, made.entry_id, made.lead) == ("floor", question.options[1].id, None, 12)
    hold_session(cast, question, (5, 0), now=now + timedelta(hours=3))
    assert offers(question) == [made]
    hold_session(cast, question, (2, 0), now=now + timedelta(hours=6))
    assert [each.lead for each in offers(question)] == [12, 26]


def test_whoever_took_the_floor_stands_on_the_tellers_list_until_they_had_it(
    cast: Cast, ground: Flask, now: datetime
) -> None:
    question = make_sides(cast)
    hold_session(cast, question, (10, 4), now=now)
    take_offer(actor(cast.member), offers(question)[0].id, Words(), now=now)
    assert queries.floor_owed(question) == ["B"]
    hold_session(cast, question, (0, 6), now=now + timedelta(hours=6))
    assert queries.floor_owed(question) == []
    assert queries.totals(question.id)[Kind.FLOOR] == {question.options[0].id: 20, question.options[1].id: 20}


def test_a_session_outside_the_debate_and_one_where_nobody_came_change_nothing(
    cast: Cast, ground: Flask, now: datetime
) -> None:
    question = make_sides(cast)
    hold_session(cast, question, (10, 0), now=now, present=0)
    assert offers(question) == []
    question.state, question.closed_at = "closed", now
    hold_session(cast, question, (10, 0), now=now)
    assert queries.sums(question.id)[Kind.FLOOR, question.options[0].id].units == 0
