"""An act that was put forward takes effect only while everything that it says still holds; and where its limits are."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from forum.bodies.models import BodyAct
from forum.kernel.database import attempt, db
from forum.kernel.errors import Invalid, Obstructed, Refused
from forum.roll.models import Member
from referendum.conduct import act_operations, call_operations, certificate_operations, clock_operations
from referendum.conduct.forms import NewCall, NewExtension
from referendum.digest.queries import digest_of
from referendum.process.challenge_operations import file_challenge, propose_ruling
from referendum.process.forms import NewChallenge, NewRuling
from referendum.trustees.queries import trustee_keys
from tests.build_questions import sign_all
from tests.build_referendum import (
    TIE_BREAK,
    Referendum,
    call,
    certify,
    make_closed,
    make_codes,
    make_counted,
    make_open,
    make_undebated,
    prepare,
)
from tests.people import Cast, actor

pytestmark = pytest.mark.usefixtures("ground")


def proposed_call(made: Referendum, new: NewCall | None = None) -> BodyAct:
    return call_operations.propose_call(actor(made.cast.officer), made.vote, new or NewCall(TIE_BREAK), made.at)


@pytest.fixture
def ready(ground: Flask, cast: Cast, now: datetime) -> Referendum:
    """Everything that a call waits for is there."""
    return prepare(make_closed(cast, now=now))


def test_a_call_whose_opening_has_come_before_it_is_signed_holds_no_more(ready: Referendum) -> None:
    act = proposed_call(ready)
    with pytest.raises(Refused, match="no longer hold"), attempt():
        sign_all(ready.cast.officers, act, now=ready.vote.opens_at)
    assert ready.vote.called_at is None


def test_a_call_that_names_somebody_who_is_called_otherwise_by_now_is_written_anew(ready: Referendum) -> None:
    act = proposed_call(ready)
    db.session.get_one(Member, ready.cast.observer).name = "Olive Newname"
    with pytest.raises(Refused, match="has changed"), attempt():
        sign_all(ready.cast.officers, act, now=ready.at)
    assert ready.vote.called_at is None


def test_a_call_for_which_something_is_missing_by_now_takes_no_effect(ready: Referendum) -> None:
    act = proposed_call(ready)
    ready.question.state = "debating"
    with pytest.raises(Obstructed) as refusal, attempt():
        sign_all(ready.cast.officers, act, now=ready.at)
    assert [each.code for each in refusal.value.obstacles] == ["question_open"]


def test_no_call_takes_effect_beside_one_that_stands(ready: Referendum) -> None:
    act = proposed_call(ready)
    call(ready)
    with pytest.raises(Refused, match="There is a call already"):
        call_operations.call_by_act(act, ready.at)
    ready.vote.state = "open"
    for again in (lambda: call_operations.call_by_act(act, ready.at), lambda: proposed_call(ready)):
        with db.session.no_autoflush, pytest.raises(Refused, match="Voting has opened"):
            again()


@pytest.mark.parametrize(("opens", "closes", "fields"), [
    (0, 0, []), (-1, 0, ["opens_at"]), (7, 7, []), (7 + 1e-5, 8, ["opens_at"]), (0, 7, []),
    (0, 7 + 1e-5, ["closes_at"]), (0, -1, ["closes_at"]),
])  # fmt: skip
def test_the_dates_that_a_first_call_may_name(
    ready: Referendum, opens: float, closes: float, fields: list[str]
) -> None:
    vote = ready.vote
    new = NewCall(TIE_BREAK, vote.opens_at + timedelta(days=opens), vote.closes_at + timedelta(days=closes))
    if fields:
        with pytest.raises(Invalid) as refusal:
            proposed_call(ready, new)
        assert [each.field for each in refusal.value.problems] == fields
    else:
        assert proposed_call(ready, new).facts["opens_at"] == (new.opens_at or ready.at).isoformat()


def test_a_vote_that_was_published_longer_than_it_must_be_is_called_so(ready: Referendum) -> None:
    vote, question = ready.vote, ready.question
    assert question.vote_closes_at is not None
    question.vote_closes_at += timedelta(days=30)
    assert proposed_call(ready, NewCall(TIE_BREAK, vote.opens_at, vote.closes_at + timedelta(days=37)))
    with pytest.raises(Invalid):
        proposed_call(ready, NewCall(TIE_BREAK, vote.opens_at, vote.closes_at + timedelta(days=37, seconds=1)))


def test_a_vote_held_again_opens_at_a_moment_to_come_and_any_day_of_three_weeks(ready: Referendum) -> None:
    vote, at = ready.vote, ready.at
    vote.number = 2
    for days, fields in ((0, ["opens_at"]), (1e-5, []), (21, []), (21 + 1e-5, ["opens_at"])):
        opens_at = at + timedelta(days=days)
        problems = call_operations._problems_with_dates(vote, opens_at, opens_at + timedelta(days=30), at)
        assert [each.field for each in problems if each.field == "opens_at"] == fields


def test_an_opening_for_which_something_is_missing_by_now_is_not_signed(ready: Referendum) -> None:
    call(ready)
    make_codes(ready)
    act = act_operations.propose_opening(ready.teller(), ready.vote, ready.at)
    for key in trustee_keys(ready.vote):
        db.session.delete(key)
    with pytest.raises(Obstructed) as refusal, attempt():
        sign_all(ready.cast.tellers, act, now=ready.at)
    assert "keys" in {each.code for each in refusal.value.obstacles}


def test_a_vote_whose_box_is_in_other_hands_is_extended_by_nobody_here(cast: Cast, now: datetime) -> None:
    made = make_open(make_closed(cast, now=now))
    new = NewExtension(made.vote.closes_at + timedelta(days=1), "The post was late.")
    act = act_operations.propose_extension(made.teller(), made.vote, new, made.at)
    made.vote.params = {**made.vote.params, "box": {"url": "https://box.example.org"}}
    with pytest.raises(Refused, match="in other hands"):
        act_operations.propose_extension(made.teller(), made.vote, new, made.at)
    with pytest.raises(Refused, match="in other hands"), attempt():
        sign_all(cast.tellers, act, now=made.at)


def test_a_certificate_names_what_was_ruled_and_is_written_anew_after_another_ruling(
    cast: Cast, now: datetime
) -> None:
    made = make_counted(make_open(make_closed(cast, now=now)), {"A": 3, "B": 8})
    challenge = file_challenge(actor(cast.member), made.vote, NewChallenge("No letters."), eligible=True, now=made.at)
    ruling = propose_ruling(made.teller(), challenge.id, NewRuling(False, "They came on Monday."), now=made.at)
    sign_all(cast.tellers, ruling, now=made.at)
    made.at = made.vote.challenges_end_at or made.at
    act = certificate_operations.propose_certificate(made.teller(), made.vote, made.at)
    assert f"## Challenges\n\n- {challenge.id}: dismissed. They came on Monday.\n" in act.document
    challenge.ruling_reason = "They came on Tuesday."
    with pytest.raises(Refused, match="has changed"), attempt():
        sign_all(cast.tellers, act, now=made.at)
    assert made.vote.state == "challengeable"
    certify(made)
    assert "They came on Tuesday." in made.vote.certificate


def test_a_certificate_without_a_challenge_says_none(cast: Cast, now: datetime) -> None:
    made = certify(make_counted(make_open(make_closed(cast, now=now)), {"A": 3, "B": 8}, blanks=1))
    assert made.vote.certificate.endswith("## Challenges\n\nNone.\n")
    for line in ("- Ballots: 12", "- Blank: 1", "Outcome\n\nElected: B Reject", "0 set aside"):
        assert line in made.vote.certificate


def test_no_digest_is_frozen_of_a_question_without_a_debate(cast: Cast, now: datetime) -> None:
    made = make_undebated(cast, now=now)
    assert clock_operations.freeze_digests(made.at + timedelta(days=30)) == 0
    assert digest_of(made.question.id) is None
