"""What is signed and what stands on the paper, word for word; and the steps that a key's page shows."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from flask import Flask

from forum.kernel.database import db
from forum.kernel.errors import Missing
from forum.questions.process import CodesBy, DebateStage, MembersVoteStage, OptionSource, Process, VotingRule
from referendum.crypto.trustee import new_private_key, public_key_of
from referendum.process import key_steps, operations, queries
from referendum.process.ballot_text import BallotFacts, citation_election, drawn_order, vote_election
from referendum.process.call_text import CallFacts, call_document, occasion_of
from referendum.process.models import Vote
from referendum.process.params import params_of, read_params
from tests.build_questions import make_question
from tests.people import Cast, actor, holding

STAGE = MembersVoteStage(rule=VotingRule.MAJORITY, quorum=Fraction(1, 2))
KEY = int(public_key_of(new_private_key()).as_json()["public_key"])


def call_of(now: datetime, digest: str = "cd", **changes: Any) -> str:
    params = replace(read_params(params_of(Process("x", "X", (DebateStage(), STAGE)), STAGE)), **changes)
    return call_document(
        CallFacts(
            question_number=14, occasion="", title="Shall we?", options=[("A", "Yes"), ("B", "No")], opens_at=now,
            closes_at=now + timedelta(days=9), roll_size=9, roll_hash="ab", digest_hash=digest,
            people=[("Tellers", ["One", "Two"]), ("Observers", [])], tie_break="By lot.", params=params,
        )
    )  # fmt: skip


def test_the_call_says_all_that_is_decided_in_these_words(now: datetime) -> None:
    said = call_of(now).split("## Secrecy")
    assert said[0] == (
        "# Call on question 14\n\nThe executive council calls the members to a binding, secret vote.\n\n"
        "## The question\n\nShall we?\n\n- A. Yes\n- B. No\n\n"
        "## When\n\n- Voting opens: 2026-11-10 12:00 UTC\n- Voting closes: 2026-11-19 12:00 UTC\n\n"
        "Challenges are taken for 7 days from the count.\n\n"
        "## Who may vote\n\n9 members on the frozen roll. SHA-256: ab\n\n"
        "## The guide\n\nThe digest of the debate is frozen. SHA-256: cd\n\n"
        "## Who runs it\n\n- Tellers: One, Two\n- Observers: none\n\n"
        "## How it is decided\n\n"
        "- An option is elected with more than half of the ballots that name an option.\n"
        "- Blank ballots are possible and count for the quorum only.\n- Quorum: 1/2 of the frozen roll.\n"
        "- Below 20 ballots nothing is counted and the vote is undecided.\n"
        "- Citations are opened from 100 ballots on.\n"
        "- Of three trustees or more, any majority of them opens the count; of fewer, all together.\n"
        "- A ballot is final.\n\n## If there is a tie\n\nBy lot.\n\n"
    )
    assert said[1].startswith(" (secrecy rule of Hustings, version 1)\n\nBallots are encrypted.")
    assert said[1].endswith("It could vote in a member's place.\n")


@pytest.mark.parametrize(
    ("changes", "said", "unsaid"),
    [
        ({"quorum": Fraction(0)}, "Quorum: none.", "of the frozen roll."),
        ({"blank": False}, "No blank ballots.", "Blank ballots are"),
        ({"revote": True}, "Members may vote again until the close; the last ballot counts.", "A ballot is final."),
        ({"has_citations": False}, "They are not asked for again.", "Citations are opened"),
        ({"leads_to": OptionSource.LEADING_TWO}, "This vote elects nobody. The two leading", "a binding, secret vote"),
        ({"codes_by": CodesBy.TELLERS}, "machine of their own", "in a member's place"),
        ({"digest": ""}, "There was no debate, so there is no digest", "SHA-256: cd"),
    ],
)
def test_the_call_says_what_is_otherwise(now: datetime, changes: dict[str, Any], said: str, unsaid: str) -> None:
    text = call_of(now, **changes)
    assert said in text
    assert unsaid not in text


def test_which_of_a_question_s_votes_a_text_is_about() -> None:
    said = [occasion_of(kind, attempt) for kind in ("members", "run_off") for attempt in (1, 2)]
    assert said == ["", ", held for the 2. time", ", the run-off", ", the run-off, held for the 2. time"]


FACTS = BallotFacts(
    "Union", "Shall we?", (("A", "Yes"), ("B", "No"), ("C", "Later")), "lot", True, (1, 2),
    (("A-01", "It pays"), ("A-02", "It costs")), True, {"vote": {"id": "v"}}, 20, 100,
)  # fmt: skip


def test_the_paper_asks_one_question_with_the_options_in_the_order_of_the_lot() -> None:
    election = vote_election(FACTS, "a" * 14, KEY)
    (asked,) = election.questions
    drawn = [f"{letter} {title}" for letter, title in drawn_order(FACTS.options, "lot")]
    assert (asked.text, list(asked.answers), asked.min, asked.max, asked.blank) == ("Shall we?", drawn, 1, 2, True)
    assert sorted(drawn) == ["A Yes", "B No", "C Later"]
    assert len({tuple(drawn_order(FACTS.options, str(lot))) for lot in range(60)}) == 6, "any order may be drawn"
    assert json.loads(election.description) == {"vote": {"id": "v"}, "minimum_ballots": 20}
    assert (election.name, election.minimum_ballots) == ("Union: Shall we?", 20)
    assert len(vote_election(replace(FACTS, title="x" * 600), "a" * 14, KEY).name) == 500


@pytest.mark.parametrize(
    ("weighed", "arguments", "most"), [(True, 2, 3), (False, 2, 2), (True, 1, 2), (False, 1, 1)]
)
def test_the_citations_are_at_most_three_marks_and_then_where_one_leaned(
    weighed: bool, arguments: int, most: int
) -> None:
    facts = replace(FACTS, weighed=weighed, digest=FACTS.digest[:arguments], minimum_citations=0)
    cited, before = citation_election(facts, "a" * 14, KEY).questions
    marks = ("moved me", "weighed with me, though I voted the other way")[: 1 + weighed]
    expected = [f"{number} {mark}: {claim}" for number, claim in facts.digest for mark in marks]
    assert (list(cited.answers), cited.min, cited.max, cited.blank) == (expected, 0, most, False)
    assert (len(before.answers), before.min, before.max, before.blank) == (3, 0, 1, False)
    assert json.loads(citation_election(facts, "a" * 14, KEY).description) == {"vote": {"id": "v"}}


def states(shown: dict[str, Any]) -> tuple[list[str], bool]:
    return [row["state"] for row in shown["rows"]], bool(shown["ended"])


@pytest.mark.parametrize(
    ("state", "given", "trustee", "teller"),
    [
        ("open", False, (["done", "now", "next", "next"], False), (["done", "now", "next"], False)),
        ("counting", False, (["done", "done", "now", "next"], False), (["done", "done", "now"], False)),
        ("counting", True, (["done", "done", "done", "next"], False), (["done", "done", "now"], False)),
        ("challengeable", True, (["done", "done", "done", "now"], False), (["done", "done", "now"], False)),
        ("certified", False, (["done", "done", "now", "done"], False), (["done", "done", "done"], True)),
        ("certified", True, (["done", "done", "done", "done"], True), (["done", "done", "done"], True)),
        ("annulled", False, (["done", "done", "done", "now"], True), (["done", "done", "now"], True)),
    ],
)
def test_what_became_of_a_key_and_whether_its_file_is_still_needed(
    ground: Flask, now: datetime, state: str, given: bool, trustee: object, teller: object
) -> None:
    certified_at = now if state == "certified" else None
    vote = Vote(public_id="v" * 22, state=state, opens_at=now, closes_at=now, certified_at=certified_at)
    assert states(key_steps.of_trustee(vote, held=True, part_given=given)) == trustee
    assert states(key_steps.of_teller(vote, held=True)) == teller
    for nothing in (key_steps.of_trustee(vote, held=False, part_given=given), key_steps.of_teller(vote, held=False)):
        assert (nothing["held"], states(nothing)) == (False, ([], True))


@pytest.mark.usefixtures("ground")
def test_a_vote_keeps_the_published_dates_unless_they_have_passed_or_it_is_held_again(
    cast: Cast, now: datetime
) -> None:
    question = make_question(cast, state="closed", now=now)
    opens_at, closes_at = question.vote_opens_at, question.vote_closes_at
    assert opens_at is not None
    assert closes_at is not None
    span, least = closes_at - opens_at, timedelta(days=1)
    before = opens_at - timedelta(seconds=1)
    anew = (before + timedelta(days=3), before + timedelta(days=3) + span)
    assert operations._dates(question, least, False, before) == (opens_at, closes_at)
    assert operations._dates(question, least, True, before) == anew
    late = opens_at + timedelta(days=3)
    assert operations._dates(question, least, False, opens_at) == (late, late + span)
    assert operations._dates(question, 2 * span, False, opens_at) == (late, late + 2 * span)


@pytest.mark.usefixtures("ground")
def test_challenges_are_taken_for_full_days_and_never_end_before_the_published_one(cast: Cast, now: datetime) -> None:
    question = make_question(cast, state="closed", now=now)
    vote = queries.current_vote(question.id)
    assert vote is not None
    published, days = question.challenge_closes_at, timedelta(days=read_params(vote.params).challenge_days)
    assert published is not None
    assert operations.window_end(vote, published) == published + days
    assert operations.window_end(vote, published - days - timedelta(days=1)) == published
    vote.number = 2
    assert operations.window_end(vote, now) == now + days


@pytest.mark.usefixtures("ground")
def test_a_vote_is_found_by_its_own_name_and_by_those_who_hold_an_office_on_it(cast: Cast, now: datetime) -> None:
    question = make_question(cast, state="closed", now=now)
    vote = queries.current_vote(question.id)
    assert vote is not None
    teller = holding(actor(cast.tellers[0]), "teller", question.id)
    assert queries.vote_held_by(teller, "teller", vote.public_id) is vote
    assert queries.vote(vote.id) is queries.vote_by_public_id(vote.public_id) is vote
    assert queries.locked_by_public_id(vote.public_id) is vote
    for nobody in (
        lambda: queries.vote_held_by(teller, "trustee", vote.public_id), lambda: queries.vote(99),
        lambda: queries.vote_by_public_id("x"), lambda: queries.locked_by_public_id("x"),
    ):  # fmt: skip
        with pytest.raises(Missing):
            nobody()
    vote.state = "annulled"
    again = operations.set_up_vote(question, now)
    assert again is not None
    assert [queries.attempt_of(each) for each in (vote, again)] == [1, 2]
    assert queries.cited_vote(question.id) is again
    again.kind, again.params = "run_off", {**again.params, "options": ["B"]}
    db.session.flush()
    assert queries.title_of(again) == f"{question.title} (B Reject)"
    assert (queries.title_of(vote), queries.attempt_of(again)) == (question.title, 1)
    assert queries.cited_vote(question.id) is None
