"""Every move of a vote and a mandate tells those concerned, once, in their language, and nothing that it should not."""

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask

from forum.kernel import mail, mailings
from forum.kernel.database import db, transaction
from forum.kernel.errors import Refused
from forum.kernel.languages import LANGUAGES
from forum.kernel.mail import Outgoing
from forum.kernel.mailings import Mailing
from forum.roll.models import Member
from forum.signin.models import Account
from referendum.conduct import act_operations, clock_operations
from referendum.conduct.forms import NewExtension
from referendum.conduct.notice_rules import MANDATE_NOTICES, VOTE_NOTICES
from referendum.electorate.models import RollEntry
from referendum.mandate import queries as mandates
from referendum.mandate.forms import NewAct
from referendum.mandate.operations import dispute, file_act, tend_mandates
from referendum.mandate.rules import MandateMove
from referendum.process.facts import VoteMove
from referendum.process.models import Challenge, Vote
from referendum.process.queries import current_vote
from tests.build_questions import sign_all
from tests.build_referendum import (
    Referendum,
    break_tie,
    call,
    certify,
    make_closed,
    make_codes,
    make_counted,
    make_open,
    prepare,
    vote_for,
)
from tests.people import Cast, actor

NAMES = sorted({each.mail for each in (*VOTE_NOTICES.values(), *MANDATE_NOTICES.values())})


def write_all(portion: int = 4) -> None:
    """What the job does after the commit, here within one open write; in small portions, so that their seams show."""
    for mailing in db.session.scalars(db.select(Mailing).where(Mailing.finished_at.is_(None)).order_by(Mailing.id)):
        while (last := mailings.KINDS[mailing.kind](mailing, portion)) is not None:
            mailing.after = last
        mailing.finished_at = mailing.at
    db.session.flush()


def told(name: str) -> list[str]:
    """The addresses that got this mail, in the order of writing."""
    write_all()
    return list(db.session.scalars(db.select(Outgoing.address).where(Outgoing.name == name).order_by(Outgoing.id)))


def texts(name: str) -> str:
    write_all()
    return "\n".join(db.session.scalars(db.select(Outgoing.text).where(Outgoing.name == name)))


def addresses(*member_ids: int) -> set[str]:
    return set(db.session.scalars(db.select(Member.email).where(Member.id.in_(member_ids))))


def roll_of(vote: Vote) -> set[str]:
    query = db.select(Member.email).join(RollEntry, RollEntry.member_id == Member.id)
    return set(db.session.scalars(query.where(RollEntry.vote_id == vote.id)))


def bodies(cast: Cast) -> set[str]:
    return addresses(*cast.officers, *cast.tellers, *cast.trustees, cast.observer)


def once(name: str) -> set[str]:
    found = told(name)
    assert len(found) == len(set(found)), "nobody is told twice"
    return set(found)


def counted(made: Referendum) -> Referendum:
    return make_counted(made, {"A": 3, "B": 8}, cited=(4, 1, 4, 2, 4, 2))


def test_setting_up_and_the_call_are_told_to_those_whose_turn_it_is(cast: Cast, ground: Flask, now: datetime) -> None:
    made = make_closed(cast, now=now)
    assert once("vote_set_up") == addresses(*cast.officers, *cast.tellers, *cast.trustees)
    call(prepare(made))
    assert once("vote_called") == bodies(cast), "the roll is told by the mail with the code"


def test_the_opening_is_told_to_everybody_on_the_frozen_roll_who_has_an_address(
    cast: Cast, ground: Flask, now: datetime
) -> None:
    made = make_closed(cast, now=now)
    make_open(made)
    db.session.get_one(Member, cast.seconder).email = ""
    left = db.session.get_one(Member, cast.elsewhere)
    left.left_at = made.at  # on the frozen roll, and so still a voter
    found = once("vote_opened")
    assert found == (roll_of(made.vote) | bodies(cast)) - {""}
    assert "m1004@example.org" in found
    assert "m1006@example.org" not in found, "the suspended have no vote"


def test_an_extension_gives_the_new_close_and_the_reason(cast: Cast, ground: Flask, now: datetime) -> None:
    made = make_open(make_closed(cast, now=now))
    new = NewExtension(made.vote.closes_at + timedelta(days=2), "The post was on strike.")
    sign_all(cast.tellers, act_operations.propose_extension(made.teller(), made.vote, new, made.at), now=made.at)
    assert once("vote_extended") == roll_of(made.vote) | bodies(cast)
    assert "The post was on strike." in texts("vote_extended")


def test_the_close_calls_the_trustees_and_the_count_the_offices(cast: Cast, ground: Flask, now: datetime) -> None:
    made = make_open(make_closed(cast, now=now))
    made.at = made.vote.closes_at
    clock_operations.close_votes(made.at)
    assert once("count_due") == addresses(*cast.trustees, *cast.tellers)
    counted(made)
    assert once("result_challengeable") == bodies(cast)
    assert "may be challenged until" in texts("result_challengeable")


def test_the_certificate_is_told_to_the_whole_roll_and_the_mandate_to_those_it_binds(
    cast: Cast, ground: Flask, now: datetime
) -> None:
    made = certify(counted(make_open(make_closed(cast, now=now))))
    assert once("vote_certified") == roll_of(made.vote) | bodies(cast)
    assert "Elected: B" in texts("vote_certified")
    assert "tie" not in texts("vote_certified")
    assert once("mandate_due") == addresses(*cast.officers, *cast.tellers, cast.observer)
    mandate = mandates.mandate_of(made.question.id)
    assert mandate is not None
    assert mandate.duties[0].text in texts("mandate_due")


def test_an_undecided_vote_says_why_and_that_nobody_is_bound(cast: Cast, ground: Flask, now: datetime) -> None:
    made = certify(make_counted(make_open(make_closed(cast, now=now)), {"A": 1}, withheld="too_few"))
    assert made.vote.outcome == "undecided"
    assert "Nobody is bound." in texts("vote_certified")
    assert "Elected" not in texts("vote_certified")
    assert not told("mandate_due")


def test_a_broken_tie_is_named(cast: Cast, ground: Flask, now: datetime) -> None:
    made = make_counted(make_open(make_closed(cast, now=now)), {"A": 5, "B": 5})
    certify(break_tie(made, "A"))
    assert "There was a tie." in texts("vote_certified")
    assert "Elected: A" in texts("vote_certified")


def test_an_annulled_vote_is_told_to_its_roll_and_the_next_one_to_those_who_prepare_it(
    cast: Cast, ground: Flask, now: datetime
) -> None:
    made = counted(make_open(make_closed(cast, now=now)))
    db.session.add(
        Challenge(
            vote_id=made.vote.id, member_id=cast.member, text="No letters came.", at=made.at, ruling="upheld",
            changes_outcome=True, ruling_reason="So it was.", ruled_at=made.at,
        )
    )  # fmt: skip
    db.session.flush()
    act = act_operations.propose_annulment(made.teller(), made.vote, "Two locals got no letters.", made.at)
    sign_all(cast.tellers, act, now=made.at)
    assert once("vote_annulled") == roll_of(made.vote) | bodies(cast)
    assert "Two locals got no letters." in texts("vote_annulled")
    again = current_vote(made.question.id)
    assert again is not None
    prepared = db.select(Mailing.subject_id).where(Mailing.kind == "vote_set_up").order_by(Mailing.id)
    assert list(db.session.scalars(prepared)) == [made.vote.id, again.id]


def test_a_count_that_nobody_opens_is_told_to_the_roll(cast: Cast, ground: Flask, now: datetime) -> None:
    made = make_open(make_closed(cast, now=now))
    clock_operations.close_votes(made.vote.closes_at)
    clock_operations.lapse_votes(made.vote.closes_at + timedelta(days=8))
    assert once("vote_annulled") == roll_of(made.vote) | bodies(cast)
    assert "within seven days" in texts("vote_annulled")


def test_acts_disputes_and_the_end_of_a_mandate_are_told(cast: Cast, ground: Flask, now: datetime) -> None:
    made = certify(counted(make_open(make_closed(cast, now=now))))
    mandate = mandates.mandate_of(made.question.id)
    assert mandate is not None
    file_act(actor(cast.officer), mandate.duties[0].id, NewAct("We went back to the table.", {}), now=made.at)
    assert once("mandate_act_filed") == addresses(*cast.officers, *cast.tellers, cast.observer)
    answers = {each.argument.number: "We heard this." for each in mandates.quoted(mandate)}
    act = file_act(actor(cast.officer), mandate.duties[0].id, NewAct("And to the mediator.", answers), now=made.at)
    dispute(actor(cast.member), act.id, "Nobody went anywhere.", now=made.at + timedelta(days=1))
    assert once("mandate_disputed") == addresses(*cast.officers, *cast.tellers)
    assert "Nobody went anywhere" not in texts("mandate_disputed")


def test_a_breach_is_told_to_the_roll(cast: Cast, ground: Flask, now: datetime) -> None:
    made = certify(counted(make_open(make_closed(cast, now=now))))
    mandate = mandates.mandate_of(made.question.id)
    assert mandate is not None
    tend_mandates(mandate.duties[0].due_at + timedelta(seconds=1))
    assert once("mandate_ended") == roll_of(made.vote) | bodies(cast)
    assert "The mandate is breached" in texts("mandate_ended")


def test_a_notice_that_is_no_longer_true_is_not_sent_on(cast: Cast, ground: Flask, now: datetime) -> None:
    made = make_open(make_closed(cast, now=now))
    mailing = db.session.scalars(db.select(Mailing).where(Mailing.kind == "vote_opened")).one()
    mailing.after = mailings.KINDS["vote_opened"](mailing, 3) or 0
    clock_operations.close_votes(made.vote.closes_at)
    assert mailings.KINDS["vote_opened"](mailing, 3) is None
    assert len(told("vote_opened")) == 3


def test_a_refused_step_of_the_clock_tells_nobody(
    cast: Cast, ground: Flask, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_open(make_closed(cast, now=now))
    clock_operations.close_votes(made.vote.closes_at)
    write_all()

    def refuse(*_: object) -> None:
        raise Refused("not now")

    monkeypatch.setattr(clock_operations, "set_up_vote", refuse)
    waiting = len(db.session.info["on_commit"])
    clock_operations.lapse_votes(made.vote.closes_at + timedelta(days=8))
    assert made.vote.state == "counting"
    assert not told("vote_annulled")
    assert len(db.session.info["on_commit"]) == waiting


def test_who_has_voted_changes_nothing_and_no_mail_carries_a_code(cast: Cast, ground: Flask, now: datetime) -> None:
    made = make_open(make_closed(cast, now=now))
    for voter in (0, 2):
        vote_for(made, voter, "A")
    db.session.flush()
    certify(counted(made))
    write_all()
    mails = db.session.scalars(db.select(Outgoing).where(Outgoing.bulk)).all()
    assert mails
    for name in NAMES:
        bodies_ = {(each.subject, each.text, each.html) for each in mails if each.name == name}
        assert len(bodies_) <= 2, "one text for everybody (two votes or two languages at most)"
    for each in mails:
        assert not any(code in each.text + each.html + each.subject for code in made.codes)
        assert "/booth" not in each.text + each.html
        assert not re.search(r"/sign-?in", each.text + each.html)


@pytest.mark.parametrize("language", list(LANGUAGES))
def test_every_notice_is_written_in_the_reader_s_language_under_a_short_subject(
    cast: Cast, ground: Flask, now: datetime, language: str
) -> None:
    for account in db.session.scalars(db.select(Account)):
        account.language = language
    made = make_closed(cast, now=now)
    made.question.number = 10_482
    made = certify(counted(make_open(made)))
    mandate = mandates.mandate_of(made.question.id)
    assert mandate is not None
    for name in NAMES:
        facts: dict[str, object] = {
            "vote": made.vote, "question": made.question, "elected": None, "tie": True, "why": "x", "reason": "y",
            "mandate": mandate,
        }  # fmt: skip
        if name.startswith("mandate"):
            facts["elected"] = made.question.options[0]
        mail.send_many(name, [("x@example.org", language)], now=now, **facts)
    for each in db.session.scalars(db.select(Outgoing).where(Outgoing.name.in_(NAMES))):
        assert 0 < len(each.subject) <= 78, each.subject
        assert made.question.title in each.text
        assert "{{" not in each.text


def test_the_mails_leave_after_the_commit_and_never_in_the_request(app: Flask, cast: Cast, now: datetime) -> None:
    with app.test_request_context(), transaction(write=True):
        made = make_closed(cast, now=now)
        make_codes(prepared := prepare_and_call(made))
        assert not db.session.scalars(db.select(Outgoing).where(Outgoing.bulk)).all()
        assert prepared.vote.state == "set_up"
    with app.app_context():
        mailings.go_on_with_all()
        assert db.session.scalars(db.select(Outgoing).where(Outgoing.name == "vote_called")).all()
        assert not db.session.scalars(db.select(Mailing).where(Mailing.finished_at.is_(None))).all()


def prepare_and_call(made: Referendum) -> Referendum:
    call(prepare(made))
    return made


def test_every_move_of_both_machines_has_its_notice() -> None:
    assert {str(move) for move in VoteMove} <= set(VOTE_NOTICES)
    assert {str(move) for move in MandateMove} <= set(MANDATE_NOTICES)
