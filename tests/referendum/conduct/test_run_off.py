"""A question that goes on to a run-off: from the draft to the discharged mandate, by the operations that the pages
call."""

from datetime import datetime, timedelta

import pytest
from flask import Flask

from forum.kernel.database import db, transaction
from forum.questions.derived_queries import dates_of
from forum.questions.models import Question
from referendum.conduct import act_operations, clock_operations
from referendum.electorate.models import RollEntry
from referendum.electorate.queries import frozen_electorate
from referendum.mandate import operations as mandates
from referendum.mandate.forms import NewAct
from referendum.mandate.queries import mandate_of, quoted
from referendum.process.challenge_operations import file_challenge, propose_ruling
from referendum.process.forms import NewChallenge, NewRuling
from referendum.process.queries import cited_vote, current_vote, options_on
from referendum.rehearsal.trusted import Trusted
from referendum.results.queries import outcome_of
from tests.build_questions import sign_all
from tests.build_referendum import Referendum, break_tie, certify, make_closed, make_counted, make_open
from tests.people import Cast, actor, sign_in

OWN = """
name = "two-rounds"
title = "Debate, two rounds, mandate"

[[stages]]
kind = "debate"

[[stages]]
kind = "members_vote"
rule = "majority_run_off"

[[stages]]
kind = "run_off"
days = 5
challenge_days = 3

[[stages]]
kind = "mandate"
"""
OPTIONS = ("Accept", "Reject", "Negotiate on")


def first_round(cast: Cast, now: datetime, counts: dict[str, int]) -> Referendum:
    return make_counted(make_open(make_closed(cast, now=now, own=OWN, options=OPTIONS)), counts, cited=CITED)


CITED = (1, 1, 1, 1, 1, 1)


def next_round(made: Referendum) -> Referendum:
    """The vote that followed, its minimum as small as the cast."""
    vote = current_vote(made.question.id)
    assert vote is not None
    vote.params = {**vote.params, "min_ballots": 2}
    made.vote, made.trusted = vote, Trusted()
    return made


@pytest.mark.usefixtures("ground")
def test_two_rounds_from_the_draft_to_the_discharged_mandate(cast: Cast, now: datetime) -> None:
    made = certify(first_round(cast, now, {"A": 4, "B": 2, "C": 3}))
    first, roll = made.vote, frozen_electorate(made.vote.id)
    assert (first.outcome, first.outcome_reason, first.elected) == ("goes_on", "run_off", [])
    assert "Going on to the next vote: A Accept; C Negotiate on" in first.certificate
    assert mandate_of(made.question.id) is None

    next_round(made)
    dates = dict(dates_of(made.question))
    assert (dates["voting_opens_at"], dates["run_off_opens_at"]) == (first.opens_at, made.vote.opens_at)
    assert (made.vote.kind, made.vote.number, made.vote.state) == ("run_off", 2, "set_up")
    assert made.vote.closes_at - made.vote.opens_at == timedelta(days=5)
    make_open(made)
    second = frozen_electorate(made.vote.id)
    assert (second.roll_hash, second.record_at, second.size) == (roll.roll_hash, roll.record_at, roll.size)
    entries = {each.entry for each in db.session.scalars(db.select(RollEntry))}
    assert len(entries) == 2 * roll.size
    assert [each.letter for each in options_on(made.vote)] == ["A", "C"]
    assert made.vote.election_c == ""
    assert "B Reject" not in made.vote.election_v
    assert made.vote.election_v.count("C Negotiate on") == 1

    certify(make_counted(made, {"A": 3, "C": 6}))
    assert made.vote.outcome == "elected"
    assert (made.vote.certified_at or now) - (made.vote.counted_at or now) >= timedelta(days=3)
    assert "# Certificate of the vote on question 1, the run-off\n" in made.vote.certificate
    assert current_vote(made.question.id) == made.vote
    mandate = mandate_of(made.question.id)
    assert mandate is not None
    assert [each.letter for each in mandate.options] == ["C"]
    assert cited_vote(made.question.id) == first
    assert sorted(each.argument.number for each in quoted(mandate)) == [1, 2, 3]

    answers = {each.argument.number: "So we did." for each in quoted(mandate)}
    mandates.file_act(actor(cast.officer), mandate.duties[0].id, NewAct("Done.", answers), now=made.at)
    mandates.tend_mandates(made.at + timedelta(days=40))
    assert mandate.state == "discharged"


@pytest.mark.usefixtures("ground")
def test_a_tie_for_the_second_place_is_broken_before_anything_follows(cast: Cast, now: datetime) -> None:
    made = first_round(cast, now, {"A": 4, "B": 2, "C": 2})
    certify(break_tie(made, "B"))
    assert [each.letter for each in options_on(next_round(made).vote)] == ["A", "B"]


def test_both_votes_stand_on_the_pages_with_what_came_of_each(app: Flask, cast: Cast, now: datetime) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        made = certify(first_round(cast, now, {"A": 4, "B": 2, "C": 3}))
    visitor = app.test_client()
    between = visitor.get("/q/1/result").text
    for words in ("<h1>A, C go on</h1>", "The two leading options go on to a run-off", "Run-off: Being prepared"):
        assert words in between
    assert "Before the run-off" in visitor.get("/q/1").text
    assert sign_in(app, cast.member).get("/q/1/challenges").status_code == 200
    with app.app_context(), app.test_request_context(), transaction(write=True):
        made.question = db.session.get_one(Question, 1)
        certify(make_counted(make_open(next_round(made)), {"A": 3, "C": 6}))
    after, first = (visitor.get(f"/q/1/result{asked}").text for asked in ("", "?vote=1"))
    assert "<h1>C Negotiate on</h1>" in after
    assert "Arguments were marked in the first vote" in after
    assert "B Reject" not in after[after.index("<main") : after.index("Every vote on this question")]
    assert "<h1>A, C go on</h1>" in first
    assert "Right: it moved" in first
    page = visitor.get("/q/1").text
    assert page.index("A, C go on") < page.index("C Negotiate on</b>")
    assert "C Negotiate on" in visitor.get("/q/1/mandate").text


@pytest.mark.usefixtures("ground")
def test_an_unbroken_tie_leaves_the_question_undecided_and_nothing_follows(cast: Cast, now: datetime) -> None:
    made = first_round(cast, now, {"A": 4, "B": 2, "C": 2})
    made.at += timedelta(days=8)
    certify(made)
    assert made.vote.outcome == "undecided"
    assert current_vote(made.question.id) == made.vote


@pytest.mark.usefixtures("ground")
def test_an_annulled_run_off_is_held_again_in_its_own_place(cast: Cast, now: datetime) -> None:
    made = certify(first_round(cast, now, {"A": 4, "B": 2, "C": 3}))
    first = made.vote
    make_counted(make_open(next_round(made)), {"A": 3, "C": 3})
    challenge = file_challenge(actor(cast.member), made.vote, NewChallenge("The box."), eligible=True, now=made.at)
    ruling = propose_ruling(made.teller(), challenge.id, NewRuling(True, "So it was.", True), now=made.at)
    sign_all(cast.tellers, ruling, now=made.at)
    sign_all(cast.tellers, act_operations.propose_annulment(made.teller(), made.vote, "So.", made.at), now=made.at)
    again = next_round(made).vote
    assert (again.kind, again.number, again.params["options"]) == ("run_off", 3, ["A", "C"])
    clock_operations.freeze_rolls(made.at)
    assert frozen_electorate(again.id).roll_hash == frozen_electorate(first.id).roll_hash
    assert cited_vote(made.question.id) == first
    assert outcome_of(first).goes_on  # type: ignore[union-attr]
