"""Members register where a process asks for it, and only they are on the roll that is frozen."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.kernel import clock, mailings, slots
from forum.kernel.database import db, transaction
from forum.kernel.errors import Invalid, Missing, Refused
from forum.kernel.mail import Outgoing
from forum.kernel.mailings import Mailing
from forum.questions import derived_queries
from forum.questions.models import Question
from forum.questions.ribbon import StageState
from forum.questions.states import QuestionMove
from forum.questions.templates import as_tables, read_template
from forum.roll.models import Member
from referendum.electorate import claim_queries, entry_queries
from referendum.electorate import operations as electorate
from referendum.electorate import queries as electorate_queries
from referendum.process.models import Vote
from referendum.process.operations import set_up_vote
from referendum.registration import jobs, notices, operations, queries, views
from referendum.registration.models import Registration
from referendum.results.queries import sizes_of
from tests.people import Cast, actor, sign_in

OWN = """
name = "own"
title = "Registration, members’ vote"

[[stages]]
kind = "registration"

[[stages]]
kind = "members_vote"
"""
ZONE = ZoneInfo("America/Chicago")


def make_registering(cast: Cast, now: datetime) -> Question:
    """A published question whose registration closes in ten days and whose roll is frozen in twelve."""
    question = Question(
        public_id="r" * 22, number=21, state="closed", template="own", title="Whom do we endorse?", created_at=now,
        created_by_id=cast.officer, published_at=now, closed_at=now,
        process=as_tables(read_template(OWN, union_size=9)),
        registration_closes_at=now + timedelta(days=10), record_at=now + timedelta(days=12),
        vote_opens_at=now + timedelta(days=15), vote_closes_at=now + timedelta(days=25),
    )  # fmt: skip
    db.session.add(question)
    db.session.flush()
    return question


@pytest.fixture
def question(ground: Flask, cast: Cast, now: datetime) -> Question:
    return make_registering(cast, now)


def number_of(member_id: int) -> str:
    return db.session.get_one(Member, member_id).number


def enter(question: Question, member_id: int, now: datetime) -> None:
    operations.register(actor(member_id), question, number_of(member_id), now=now)


def test_registering_twice_is_registering_once_and_can_be_taken_back(
    question: Question, cast: Cast, now: datetime
) -> None:
    enter(question, cast.member, now)
    enter(question, cast.member, now + timedelta(days=1))
    page = queries.registration_page(question, cast.member, now)
    assert (page.open, page.registered_at, page.count) == (True, now, 1)
    operations.take_back(actor(cast.member), question, now=now)
    operations.take_back(actor(cast.member), question, now=now)
    assert queries.registration_page(question, cast.member, now).count == 0


def test_the_number_on_the_card_is_asked_for_and_read_generously(question: Question, cast: Cast, now: datetime) -> None:
    with pytest.raises(Invalid) as refused:
        operations.register(actor(cast.member), question, number_of(cast.seconder), now=now)
    assert [each.field for each in refused.value.problems] == ["card"]
    operations.register(actor(cast.member), question, f"  {number_of(cast.member).lower()} ", now=now)
    assert queries.registered_count(question.id) == 1


def test_some_register_at_once_each_with_their_own_card_or_nobody_does(
    question: Question, cast: Cast, now: datetime
) -> None:
    cards = {each: number_of(each) for each in (cast.member, cast.seconder)}
    swapped = dict(zip(cards, reversed(cards.values()), strict=True))
    for wrong in (swapped, {**cards, 0: "1"}):
        with pytest.raises(Invalid):
            operations.register_cards(question, wrong, now=now)
    assert queries.registered_count(question.id) == 0
    enter(question, cast.member, now)
    operations.register_cards(question, cards, now=now + timedelta(days=1))
    assert queries.registered_count(question.id) == 2
    assert queries.registration_page(question, cast.member, now).registered_at == now


def test_after_the_close_nobody_registers_and_nobody_takes_it_back(
    question: Question, cast: Cast, now: datetime
) -> None:
    enter(question, cast.member, now)
    late = now + timedelta(days=10)
    for act in (lambda: enter(question, cast.seconder, late),
                lambda: operations.take_back(actor(cast.member), question, now=late)):  # fmt: skip
        with pytest.raises(Refused, match="Registration is not open"):
            act()
    assert queries.registered_count(question.id) == 1


def test_the_kept_count_is_that_of_the_rows(question: Question, cast: Cast, now: datetime) -> None:
    people = [cast.member, cast.seconder, cast.elsewhere]
    for member_id in (*people, cast.seconder):
        enter(question, member_id, now)
    for _twice in range(2):
        operations.take_back(actor(cast.seconder), question, now=now)
    rows = db.session.query(Registration).filter_by(question_id=question.id).count()
    assert queries.registered_count(question.id) == rows == 2


@pytest.mark.parametrize("state", ["drafted", "withdrawn"])
def test_a_question_in_the_drawer_or_withdrawn_takes_nobody(
    question: Question, cast: Cast, now: datetime, state: str
) -> None:
    question.state = state
    with pytest.raises(Refused):
        enter(question, cast.member, now)


def test_where_no_registration_is_asked_there_is_no_such_page(question: Question, cast: Cast, now: datetime) -> None:
    question.process = as_tables(read_template(OWN.replace('kind = "registration"', 'kind = "debate"'), union_size=9))
    with pytest.raises(Missing):
        enter(question, cast.member, now)
    with pytest.raises(Missing):
        queries.registration_page(question, cast.member, now)
    assert queries.registered_members(question) is None


def frozen_vote(question: Question, now: datetime) -> Vote:
    vote = set_up_vote(question, now)
    assert vote is not None
    assert electorate.freeze_due(now + timedelta(days=12)) == 1
    return vote


def test_the_frozen_roll_holds_who_is_eligible_and_registered(question: Question, cast: Cast, now: datetime) -> None:
    for member_id in (cast.member, cast.elsewhere, cast.suspended):
        enter(question, member_id, now)
    vote = frozen_vote(question, now)
    roll = electorate_queries.frozen_electorate(vote.id)
    on_it = {each: entry_queries.entry_of(vote.id, each) is not None
             for each in (cast.member, cast.elsewhere, cast.suspended, cast.seconder)}  # fmt: skip
    assert on_it == {cast.member: True, cast.elsewhere: True, cast.suspended: False, cast.seconder: False}
    assert roll.size == 2
    assert sizes_of(vote) == {"eligible": roll.admitted_count, "registered": 2}
    assert roll.admitted_count is not None
    assert roll.admitted_count > 10


def test_who_has_not_registered_is_told_so_on_the_roll_s_page(question: Question, cast: Cast, now: datetime) -> None:
    page = claim_queries.roll_page(question, cast.member, now, rules_here=False)
    assert not page.may_vote
    assert [text for text, *_ in page.why] == ["Only members who have registered may vote here, and you have not."]
    enter(question, cast.member, now)
    assert claim_queries.roll_page(question, cast.member, now, rules_here=False).may_vote


def test_the_ribbon_runs_in_the_registration_and_the_label_counts(
    question: Question, cast: Cast, now: datetime
) -> None:
    enter(question, cast.member, now)

    def running(at: datetime) -> list[str]:
        return [each.code for each in derived_queries.stages_of(question, at) if each.state is StageState.NOW]

    assert running(now + timedelta(days=9)) == ["registration"]
    assert running(now + timedelta(days=11)) == ["closed"]
    row = next(each for each in derived_queries.label_of(question, now) if each.code == "everyone")
    assert [str(each) for each in row.beneath] == ["Only members who have registered.", "1 registered."]


def told(kind: str, at: datetime, patch: pytest.MonkeyPatch) -> set[str]:
    patch.setattr(clock, "now", lambda: at)
    patch.setattr(mailings, "PORTION", 5)
    for mailing in db.session.scalars(db.select(Mailing).where(Mailing.kind == kind)):
        while mailing.finished_at is None and mailings._write_portion(mailing.id):
            pass
    return set(db.session.scalars(db.select(Outgoing.address).where(Outgoing.name == kind)))


def test_members_are_told_when_it_opens_and_who_has_not_registered_once_more(
    question: Question, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    notices.question_moved(question, "publish", now)
    gone = db.session.get_one(Member, cast.seconder)
    gone.left_at = now
    everybody = told("registration_opens", now, monkeypatch)
    assert gone.email not in everybody
    assert len(everybody) > 10
    enter(question, cast.member, now)
    for days in (1, 3, 4):
        notices.start_due(ZONE, now=(now + timedelta(days=days)).astimezone(ZONE).replace(hour=12))
    reminded = told("registration_closes", now + timedelta(days=4), monkeypatch)
    assert everybody - reminded == {db.session.get_one(Member, cast.member).email}
    assert db.session.query(Mailing).filter_by(kind="registration_closes").count() == 1


def test_the_clock_begins_the_reminder_once_it_is_due(
    app: Flask, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.test_request_context(), transaction(write=True):
        make_registering(cast, now)
    begun = []
    for days in (1, 4):
        at = now + timedelta(days=days)
        monkeypatch.setattr(clock, "now", lambda at=at: at)
        with app.app_context():
            jobs.tell_of_registration()
            begun.append(db.session.query(Mailing).filter_by(kind="registration_closes").count())
            db.session.rollback()
    assert begun == [0, 1]


@pytest.mark.parametrize("move", list(QuestionMove))
def test_it_opens_with_the_question_and_with_no_other_move(
    question: Question, now: datetime, move: QuestionMove
) -> None:
    slots.gather("question.moved", question, move, now)
    opened = db.session.query(Mailing).filter_by(kind="registration_opens", subject_id=question.id).count()
    assert opened == (move in (QuestionMove.CHARGE, QuestionMove.PUBLISH))


def test_nobody_is_told_of_a_registration_that_is_over_or_not_asked_for(question: Question, now: datetime) -> None:
    notices.question_moved(question, QuestionMove.PUBLISH, now + timedelta(days=10))
    question.process = as_tables(read_template(OWN.replace('kind = "registration"', 'kind = "debate"'), union_size=9))
    notices.question_moved(question, QuestionMove.PUBLISH, now)
    notices.start_due(ZONE, now=(now + timedelta(days=3)).astimezone(ZONE).replace(hour=12))
    assert db.session.query(Mailing).filter(Mailing.kind.startswith("registration")).count() == 0


def test_the_docket_asks_a_member_to_register_until_they_have_or_it_is_over(
    question: Question, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(member: int, days: int = 0) -> list[str]:
        monkeypatch.setattr(clock, "now", lambda: now + timedelta(days=days))
        return [each["what"] for each in views.what_to_do_now(actor(member), question)]

    assert [asked(each) for each in (cast.member, 0)] == [["Register to vote"], []]
    assert asked(cast.member, days=10) == []
    enter(question, cast.member, now)
    assert asked(cast.member) == []
    assert views.on_the_label(question) == {"registered": 1}


def test_a_question_in_the_drawer_shows_no_registration(question: Question, cast: Cast, now: datetime) -> None:
    question.published_at = None
    assert views.on_the_question(actor(cast.member), question=question) == ""
    with pytest.raises(Missing):
        queries.registration_page(question, cast.member, now)


def test_after_the_close_no_reminder_leaves(question: Question, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    mailings.start("registration_closes", question.id, now)
    assert told("registration_closes", now + timedelta(days=10), monkeypatch) == set()


@pytest.fixture
def browser(app: Flask, cast: Cast) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(), transaction(write=True):
        make_registering(cast, clock.now())
    return sign_in(app, cast.member)


def test_a_member_registers_in_the_browser(app: Flask, browser: FlaskClient, cast: Cast) -> None:
    front = browser.get("/q/21").text
    assert "Register to vote" in front
    refused = browser.post("/q/21/register", data={"card": "0"})
    assert "This is not the number on your card" in refused.text
    assert 'value="0"' in refused.text
    with app.app_context():
        card = number_of(cast.member)
    page = browser.post("/q/21/register", data={"card": card}, follow_redirects=True).text
    assert "You are registered" in page
    assert "1 member has registered." in page
    again = browser.post("/q/21/register/back", follow_redirects=True).text
    assert "0 members have registered." in again


def test_a_visitor_sees_how_many_and_signs_in_to_register(app: Flask, browser: FlaskClient) -> None:
    visitor = app.test_client()
    assert "0 members have registered." in visitor.get("/q/21").text
    assert visitor.get("/q/21/register").status_code == 302
