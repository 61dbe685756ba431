"""Each voting rule with real ballots, a blank among them: from set-up through booth and count to the certificate. The
plurality and the majority of the shipped templates are walked in the journeys."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask

from forum.kernel.database import db, transaction
from forum.questions.process import VotingRule
from forum.questions.queries import question_by_id
from referendum.archive.verify import verify
from referendum.conduct import clock_operations
from referendum.count import jobs, operations, queries
from referendum.crypto.tally import decrypt
from referendum.process.models import Vote
from referendum.process.queries import current_vote
from referendum.results.page_queries import ahead_of
from referendum.trustees.queries import numbers_of
from tests.build_questions import PLAIN
from tests.build_referendum import Referendum, certify, make_open, make_undebated, vote_for
from tests.people import Cast, actor, holding
from tests.referendum.archive.outside import tool_accepts

OPTIONS = ("Abara | Blue", "Kowal | Blue", "Nakai | Red")
RULES = [
    (VotingRule.TWO_THIRDS, "A C C", "C", "elected"),
    (VotingRule.YES_NO, "A B B", "B", "elected"),
    (VotingRule.APPROVAL, "AB BC B A", "B", "elected"),
    (VotingRule.DUAL, "A B B C", "BC", "elected"),
    (VotingRule.MAJORITY_RUN_OFF, "A A C C B", "AC", "goes_on"),
]


@pytest.mark.needs("belenios-tool")
@pytest.mark.parametrize(("rule", "ballots", "ahead", "outcome"), RULES, ids=[str(each[0]) for each in RULES])
def test_a_vote_under_each_rule_ends_as_its_ballots_say(
    app: Flask, cast: Cast, now: datetime, rule: VotingRule, ballots: str, ahead: str, outcome: str
) -> None:
    run_off = '\n[[stages]]\nkind = "run_off"\n' if rule is VotingRule.MAJORITY_RUN_OFF else ""
    options = OPTIONS[:2] if rule is VotingRule.YES_NO else OPTIONS
    with app.app_context(), app.test_request_context(), transaction(write=True):
        made = make_undebated(cast, now=now, own=f'{PLAIN}rule = "{rule}"\n{run_off}', options=options)
        make_open(made)
        for voter, letters in enumerate([*ballots.split(), None]):
            vote_for(made, voter, letters)
        made.at = made.vote.closes_at + timedelta(minutes=1)
        clock_operations.close_votes(made.at)
        clock_operations.seal_boxes(made.at)
        vote_id, question_id = made.vote.id, made.vote.question_id
    path = counted(app, made, vote_id)
    assert verify(path).ok
    assert tool_accepts(path)
    with app.app_context(), app.test_request_context(), transaction(write=True):
        made.vote, made.question = vote(vote_id), question_by_id(question_id)
        certify(made)
        elected, going_on = ahead_of(made.vote)
        assert made.vote.elected == elected
        assert (made.vote.outcome, "".join(each.letter for each in elected + going_on)) == (outcome, ahead)
        assert (current_vote(question_id) != made.vote) == bool(run_off)
    page = app.test_client().get("/q/1/result?vote=1").text
    assert f"{len(ballots.split()) + 1} of " in page
    assert page.count('<tr class="won">') == len(ahead)


def vote(vote_id: int) -> Vote:
    return db.session.get_one(Vote, vote_id)


def counted(app: Flask, made: Referendum, vote_id: int) -> Path:
    """The trustees open the totals; the archive as it was written."""
    folder: Path = app.config["HUSTINGS"].instance
    with app.app_context(), app.test_request_context():
        jobs.compute_tallies(vote_id)
        for member_id in made.cast.trustees:
            with transaction(write=True):
                found = vote(vote_id)
                tally = queries.tally_of(vote_id, "V")
                assert tally is not None
                product = operations.stored_product(found, tally)
                private = made.trusted.private(found, member_id)
                part = decrypt(queries.election_of(found, "V"), product.ciphertexts, private).raw
                owner = numbers_of(found)[member_id]
                trustee = holding(actor(member_id), "trustee", found.question_id)
                operations.accept_partial(trustee, found, "V", owner, part, made.at)
            jobs.go_on(vote_id, "V")
        with transaction(write=False):
            return queries.path_of(folder, vote(vote_id), "V")
