"""Am I on the roll? Challenges before the freeze, the tellers' rulings, and the roll that is frozen by them."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.bodies.models import BodyAct
from forum.kernel import clock
from forum.kernel.audit import AuditEntry
from forum.kernel.database import db, transaction
from forum.kernel.errors import Refused
from forum.questions.models import Appointment, Question
from forum.roll.models import Member
from referendum.electorate import (
    claim_operations,
    claim_queries,
    claim_views,
    entry_queries,
    operations,
    queries,
)
from referendum.electorate.claim_forms import NewClaim
from referendum.process.models import Vote
from tests.build_questions import sign_all
from tests.people import Cast, actor, holding, sign_in
from tests.referendum.electorate.conftest import make_set_up_vote


@pytest.fixture
def vote(ground: Flask, cast: Cast, now: datetime) -> Vote:
    """A vote whose record date comes in a week."""
    made = make_set_up_vote(cast, now, opens_at=now + timedelta(days=20), closes_at=now + timedelta(days=30))
    db.session.get_one(Question, made.question_id).record_at = now + timedelta(days=7)
    for member in cast.tellers:
        db.session.add(Appointment(question_id=made.question_id, member_id=member, role="teller", named_at=now))
    db.session.flush()
    return made


def file(vote: Vote, member_id: int, now: datetime, *, number: str = "", admits: bool = True) -> int:
    question = db.session.get_one(Question, vote.question_id)
    new = NewClaim(number, admits, "My dues were paid.")
    return claim_operations.file_claim(actor(member_id), question, new, now=now).id


def rule(vote: Vote, cast: Cast, claim_id: int, now: datetime, *, upheld: bool = True) -> BodyAct:
    teller = holding(actor(cast.tellers[0]), "teller", vote.question_id)
    act = claim_operations.propose_ruling(teller, claim_id, upheld=upheld, reason="The books say so.", now=now)
    return sign_all(cast.tellers[:2], act, now=now)


def number_of(member_id: int) -> str:
    return db.session.get_one(Member, member_id).number


def test_upheld_challenges_hold_at_the_freeze_and_dismissed_ones_do_not(vote: Vote, cast: Cast, now: datetime) -> None:
    rule(vote, cast, file(vote, cast.suspended, now), now)
    rule(vote, cast, file(vote, cast.member, now, number=number_of(cast.seconder), admits=False), now)
    rule(vote, cast, file(vote, cast.retired, now), now, upheld=False)
    later = now + timedelta(days=7)
    assert operations.freeze_due(later) == 1
    roll = queries.frozen_electorate(vote.id)
    assert roll.rule["by_ruling"] == {"admitted": 1, "left_out": 1}
    on_it = {each: entry_queries.entry_of(vote.id, each) is not None for each in (
        cast.suspended, cast.seconder, cast.retired, cast.member,
    )}  # fmt: skip
    assert list(on_it.values()) == [True, False, False, True]
    question = db.session.get_one(Question, vote.question_id)
    question.published_at = now
    pages = [claim_queries.roll_page(question, each, later, rules_here=False) for each in on_it]
    assert [(each.may_vote, each.ruled) for each in pages] == [
        (True, True), (False, True), (False, False), (True, False),
    ], "everybody reads it, and whether a ruling says so"  # fmt: skip
    assert not any(each.may_claim for each in pages)
    assert roll.size == sum(entry_queries.delivery_counts(vote.id).values())
    acts = list(db.session.scalars(db.select(AuditEntry.act).order_by(AuditEntry.height)))
    assert acts.count("rule_roll") == acts.count("challenge_roll") == 3


def test_the_freeze_waits_two_days_for_rulings_but_not_for_an_import(vote: Vote, cast: Cast, now: datetime) -> None:
    claim = file(vote, cast.suspended, now)
    due = now + timedelta(days=7)
    teller = holding(actor(cast.tellers[0]), "teller", vote.question_id)
    assert operations.freeze_due(due) == 0
    with pytest.raises(Refused, match="wait for your ruling"):
        operations.freeze_roll(teller, vote, now=due + timedelta(hours=1))
    with db.session.begin_nested() as undone:
        assert operations.freeze_before_import(due + timedelta(hours=1)) == 1
        undone.rollback()
    db.session.expire_all()
    assert operations.freeze_due(due + timedelta(days=1)) == 0
    with db.session.begin_nested() as undone:
        assert operations.freeze_due(due + timedelta(days=2)) == 1
        undone.rollback()
    db.session.expire_all()
    rule(vote, cast, claim, due + timedelta(days=1))
    assert operations.freeze_due(due + timedelta(days=1)) == 1
    assert entry_queries.entry_of(vote.id, cast.suspended) is not None


def test_the_roll_is_challenged_until_its_record_date_and_ruled_on_until_its_freeze(
    vote: Vote, cast: Cast, now: datetime
) -> None:
    due = now + timedelta(days=7)
    teller = holding(actor(cast.tellers[0]), "teller", vote.question_id)
    assert claim_views.on_the_desk(teller) == []
    claim = file(vote, cast.suspended, due - timedelta(seconds=1))
    file(vote, cast.member, now)
    (asked,) = claim_views.on_the_desk(teller)
    assert (asked["why"], asked["due"], asked["order"], asked["done"]) == ("2 wait.", due, 11, False)
    assert claim_views.on_the_desk(holding(actor(cast.host), "host", vote.question_id)) == []
    with pytest.raises(Refused, match="until its record date"):
        file(vote, cast.retired, due)
    operations.freeze_before_import(due)
    assert claim_views.on_the_desk(teller) == [], "it is too late to rule"
    with pytest.raises(Refused, match="not ruled on in time"):
        rule(vote, cast, claim, due)


def test_nobody_rules_on_their_own_challenge_or_on_one_about_them(vote: Vote, cast: Cast, now: datetime) -> None:
    own = file(vote, cast.tellers[0], now)
    about = file(vote, cast.member, now, number=number_of(cast.tellers[0]), admits=False)
    for claim in (own, about):
        with pytest.raises(Refused, match="Nobody rules on their own"):
            rule(vote, cast, claim, now)


def test_the_same_challenge_twice_and_more_than_five_at_once_are_refused(
    vote: Vote, cast: Cast, now: datetime
) -> None:
    file(vote, cast.member, now)
    with pytest.raises(Refused, match="filed this already"):
        file(vote, cast.member, now)
    for number in range(4):
        file(vote, cast.member, now, number=f"no-{number}")
    with pytest.raises(Refused, match="5 of your challenges"):
        file(vote, cast.member, now, number="no-5")


def test_the_ruling_s_text_names_nobody(vote: Vote, cast: Cast, now: datetime) -> None:
    act = rule(vote, cast, file(vote, cast.suspended, now), now)
    person = db.session.get_one(Member, cast.suspended)
    assert person.number not in act.document
    assert person.name not in act.document
    assert "dues" not in act.document


@pytest.fixture
def site(app: Flask, cast: Cast) -> dict[str, FlaskClient]:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context(), transaction(write=True):
        made = make_set_up_vote(cast, clock.now())
        question = db.session.get_one(Question, made.question_id)
        question.record_at, question.published_at = clock.now() + timedelta(days=1), clock.now()
        for member in cast.tellers:
            row = Appointment(question_id=made.question_id, member_id=member, role="teller", named_at=clock.now())
            db.session.add(row)
    people = {"member": cast.member, "suspended": cast.suspended, "teller": cast.tellers[0]}
    return {name: sign_in(app, each) for name, each in people.items()}


def page(client: FlaskClient) -> str:
    return client.get("/q/14/roll").get_data(as_text=True)


def test_a_member_sees_whether_the_vote_is_theirs_and_why_not(app: Flask, site: dict[str, FlaskClient]) -> None:
    assert "you may vote" in page(site["member"])
    assert "Your standing on the roll is: suspended" in page(site["suspended"])
    assert "Are you on the roll?" in site["member"].get("/q/14").get_data(as_text=True)
    assert "I should be able to vote" in page(site["suspended"])
    assert "I should be able to vote" not in page(site["member"])
    answer = site["suspended"].post("/q/14/roll", data={"asks": "me", "text": "I have paid."})
    assert answer.status_code == 302
    assert "Not ruled on yet." in page(site["suspended"])
    assert "I have paid." not in page(site["member"])
    told = page(site["teller"])
    assert "I have paid." in told
    assert "Rule on challenges to the roll" in site["teller"].get("/desk").get_data(as_text=True)
    ruled = site["teller"].post("/q/14/roll/challenges/1/rule", data={"ruling": "upheld", "reason": "Paid."})
    assert ruled.status_code == 302
    assert site["member"].post("/q/14/roll/challenges/1/rule", data={"ruling": "upheld"}).status_code == 403
    for wrong in ({"asks": "admit", "text": "x"}, {"asks": "me"}, {"asks": "all", "text": "x"}):
        assert site["member"].post("/q/14/roll", data=wrong).status_code == 422


def test_a_challenge_says_nothing_of_whether_a_number_is_anybody_s(app: Flask, site: dict[str, FlaskClient]) -> None:
    answers = []
    for number in ("1002", "999999"):
        sent = {"asks": "remove", "number": number, "text": "A manager."}
        answers.append((site["member"].post("/q/14/roll", data=sent).status_code, page(site["member"]).count(number)))
    assert answers == [(302, 1), (302, 1)]
    with app.app_context(), transaction(write=False):
        question_id = db.session.scalars(db.select(Question.id).where(Question.number == 14)).one()
        assert claim_queries.claim_counts(question_id) == {"": 2}
