"""Spokespersons answer: take, decline, or let lapse; and what the guard of the close and the label are told."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from forum.arguments import statement_operations as statements
from forum.arguments.forms import NewStatement
from forum.arguments.models import Statement
from forum.arguments.rules import Side
from forum.kernel.audit import AuditEntry
from forum.kernel.database import db
from forum.kernel.errors import Missing, Obstructed, Refused
from forum.questions import act_operations, derived_queries, operations
from forum.questions.facts_queries import gather_facts
from forum.questions.models import Question
from forum.questions.rules import QuestionMove, QuestionState, obstacles_to
from forum.reach import queries
from forum.reach.forms import Words
from forum.reach.models import LedgerEntry
from forum.reach.offer_operations import decline_offer, room_for, take_offer
from forum.reach.rules import Kind
from tests.build_halls import make_argument
from tests.build_questions import all_honoured, sign_all
from tests.build_reach import favour, make_sides, offers
from tests.people import Cast, actor, holding

OWN = Words("Leave it", "It is not.")


def missing(question: Question, now: datetime) -> list[str]:
    """Codes of what keeps the debate open beside days and locals."""
    found = obstacles_to(QuestionMove.CLOSE, gather_facts(question, locals=all_honoured()), now)
    return [each.code for each in found if each.code.startswith("reach")]


def test_what_is_taken_reaches_the_same_members_and_closes_the_gap(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_sides(cast)
    favour(cast, question)
    (made,) = offers(question)
    later = now + timedelta(hours=5)
    take_offer(actor(cast.member), made.id, OWN, now=later)
    entry = db.session.get_one(LedgerEntry, made.answer_id)
    assert (entry.kind, entry.audience, entry.amount, entry.office) == ("mail", "all", 1, "spokesperson")
    assert (entry.option_id, entry.by_id, entry.source) == (question.options[1].id, cast.member, "It is not.")
    assert (made.answer, made.answered_at, made.answered_by_id) == ("taken", later, cast.member)
    assert len(set(queries.totals(question.id)[Kind.MAIL].values())) == 1
    assert offers(question) == [made]
    logged = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "answer_offer")).one()
    assert (logged.office, logged.facts["answer"], logged.facts["option"]) == ("spokesperson", "taken", "B")


def test_a_banner_and_a_pin_are_taken_for_as_many_days_in_the_same_place(
    cast: Cast, ground: Flask, now: datetime
) -> None:
    question = make_sides(cast)
    argument = make_argument(question, cast.member, seconded_by=cast.seconder, option=1)
    ours = make_argument(question, cast.seconder, seconded_by=cast.member, claim="The fund is full.")
    first = favour(cast, question, Kind.PIN, words=Words(pinned=f"argument:{ours.number}"), days=4)
    favour(cast, question, Kind.BANNER, words=Words(source="Yes."), days=2)
    pin, banner = offers(question)
    later = now + timedelta(days=1)
    take_offer(actor(cast.member), pin.id, Words(pinned=f"argument:{argument.number}"), now=later)
    take_offer(actor(cast.member), banner.id, Words(source="No!"), now=later)
    taken = [db.session.get_one(LedgerEntry, each.answer_id) for each in (pin, banner)]
    assert (taken[0].hall_id, taken[0].argument_id) == (first.hall_id, argument.id)
    assert [each.ends_at for each in taken] == [later + timedelta(days=4), later + timedelta(days=2)]
    assert room_for(banner) == len("Yes.")


@pytest.mark.parametrize("person", ["seconder", "officer", "host", "elsewhere"])
def test_only_the_option_s_own_spokesperson_answers(cast: Cast, ground: Flask, now: datetime, person: str) -> None:
    question = make_sides(cast)
    favour(cast, question)
    (made,) = offers(question)
    who = actor(getattr(cast, person))
    with pytest.raises(Refused):
        take_offer(who, made.id, OWN, now=now)
    with pytest.raises(Refused):
        decline_offer(who, made.id, now=now)
    with pytest.raises(Missing):
        decline_offer(actor(cast.member), 99, now=now)
    assert made.answer == ""


def test_an_offer_is_answered_once_and_not_after_three_days(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_sides(cast)
    favour(cast, question)
    (made,) = offers(question)
    with pytest.raises(Refused):
        decline_offer(actor(cast.member), made.id, now=now + timedelta(days=3))
    decline_offer(actor(cast.member), made.id, now=now + timedelta(days=2))
    with pytest.raises(Refused):
        take_offer(actor(cast.member), made.id, OWN, now=now + timedelta(days=2))


def test_the_debate_waits_for_each_answer_and_says_until_when(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_sides(cast, options=3)
    closes = question.debate_closes_at
    assert closes
    at = closes - timedelta(hours=1)
    favour(cast, question, now=at)
    assert missing(question, closes) == ["reach_mail_b", "reach_mail_c"]
    (guard, _) = gather_facts(question, locals=all_honoured()).unanswered_reach
    assert (guard.option, guard.ahead, guard.until) == ("B", "A", at + timedelta(days=3))
    decline_offer(actor(cast.member), offers(question)[0].id, now=closes)
    assert missing(question, closes) == ["reach_mail_c"]
    assert missing(question, at + timedelta(days=3)) == []


def test_the_clock_closes_the_debate_once_every_offer_is_answered_or_has_lapsed_and_the_label_is_silent(
    cast: Cast, ground: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    question = make_sides(cast)
    question.charged_at = question.debate_opens_at = now - timedelta(days=40)
    question.debate_closes_at = now + timedelta(hours=1)
    gathered = "forum.questions.operations.gather_facts"
    monkeypatch.setattr(gathered, lambda each: gather_facts(each, locals=all_honoured()))
    favour(cast, question, Kind.BANNER, words=Words(source="Yes."), now=now - timedelta(days=3))
    favour(cast, question)
    assert operations.close_due(now + timedelta(hours=2)) == ([], [question])
    decline_offer(actor(cast.member), offers(question)[1].id, now=now + timedelta(hours=3))
    assert operations.close_due(now + timedelta(hours=4)) == ([question], [])
    assert derived_queries.label_of(question, now)[0].beneath[1:] == ()


def test_tellers_may_close_anyway_and_the_label_says_whose_answer_was_missing(
    cast: Cast, ground: Flask, now: datetime
) -> None:
    question = make_sides(cast)
    question.debate_closes_at = now + timedelta(hours=1)
    favour(cast, question)
    after = now + timedelta(hours=2)
    with pytest.raises(Obstructed):
        operations.close_debate(question, after, gather_facts(question, locals=all_honoured()))
    tellers = [holding(actor(each), "teller", question.id) for each in cast.tellers]
    act = act_operations.propose_close_anyway(tellers[0], question, "The hall burned down.", now=after)
    sign_all(cast.tellers, act, now=after)
    assert question.state == QuestionState.CLOSED
    words = derived_queries.label_of(question, after)[0].beneath[-1]
    assert "equal reach" in words.text
    assert words.facts == {"letters": "B"}
    much_later = derived_queries.label_of(question, after + timedelta(days=30))
    assert much_later[0].beneath[-1] == words


def test_an_imbalance_within_the_limit_asks_for_nothing(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_sides(cast)
    question.process = {**question.process, "stages": [
        {**each, "reach_limit": "1"} if each["kind"] == "debate" else each for each in question.process["stages"]
    ]}  # fmt: skip
    favour(cast, question)
    assert queries.unanswered(question) == []
    assert len(offers(question)) == 1


def test_a_statement_takes_a_slot_in_the_bulletin_and_a_spokesperson_s_answer_stands_beside_it_at_once(
    cast: Cast, ground: Flask, now: datetime
) -> None:
    question = make_sides(cast)
    new = NewStatement("Why we say yes", "Because of the fund.", option_id=question.options[0].id)
    stated = statements.publish_statement(actor(cast.officer), question.id, new, now=now)
    (made,) = offers(question)
    assert (made.kind, made.option_id, room_for(made)) == ("bulletin", question.options[1].id, len(new.source))
    take_offer(actor(cast.member), made.id, OWN, now=now)
    reply = db.session.scalars(db.select(Statement).where(Statement.kind == "reply")).one()
    assert (reply.answers_id, reply.stands_at, reply.html) == (stated.id, now, "<p>It is not.</p>")
    assert reply.facts == {"spokesperson": "B"}
    assert len(set(queries.totals(question.id)[Kind.BULLETIN].values())) == 1


def test_a_minority_s_reply_takes_its_slot_once_it_stands_and_too_many_of_them_are_offered_back(
    cast: Cast, ground: Flask, now: datetime
) -> None:
    question = make_sides(cast)
    new = NewStatement("Why we say yes", "Because of the fund.", option_id=question.options[0].id)
    stated = statements.publish_statement(actor(cast.officer), question.id, new, now=now)
    for author, other in ((cast.member, cast.elsewhere), (cast.elsewhere, cast.member)):
        reply = statements.publish_reply(
            actor(author), question.id, NewStatement("No", "It is not.", answers_id=stated.id), now=now
        )
        statements.sign_reply(actor(other), reply.id, now=now)
    sums = queries.sums(question.id)
    counts = [sums[Kind.BULLETIN, each.id].count for each in question.options]
    assert counts == [1, 2]
    assert [each.option_id for each in offers(question)] == [question.options[1].id, question.options[0].id]


def test_a_statement_against_an_option_takes_the_other_s_slot_and_the_reply_to_it_its_own(
    cast: Cast, ground: Flask, now: datetime
) -> None:
    question = make_sides(cast)
    new = NewStatement("Why not", "Because of the fund.", option_id=question.options[0].id, side=Side.AGAINST)
    stated = statements.publish_statement(actor(cast.officer), question.id, new, now=now)
    (made,) = offers(question)
    assert made.option_id == question.options[0].id
    answer = NewStatement("Yes", "It is.", answers_id=stated.id)
    reply = statements.publish_reply(actor(cast.elsewhere), question.id, answer, now=now)
    statements.sign_reply(actor(cast.member), reply.id, now=now)
    sums = queries.sums(question.id)
    assert [sums[Kind.BULLETIN, each.id].count for each in question.options] == [1, 1]


def test_a_reply_among_more_than_two_options_favours_none_of_them(cast: Cast, ground: Flask, now: datetime) -> None:
    question = make_sides(cast, options=3)
    new = NewStatement("Why we say yes", "Because of the fund.", option_id=question.options[0].id)
    stated = statements.publish_statement(actor(cast.officer), question.id, new, now=now)
    reply = statements.publish_reply(
        actor(cast.member), question.id, NewStatement("No", "It is not.", answers_id=stated.id), now=now
    )
    statements.sign_reply(actor(cast.elsewhere), reply.id, now=now)
    assert reply.stands_at
    assert [units for units in queries.totals(question.id)[Kind.BULLETIN].values() if units] == [17]
