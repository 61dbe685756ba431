"""The booth, the ballot slot, and the tracker's page. None of them looks at the cookie's person (`nobody`)."""

from datetime import datetime

from flask import Blueprint, Response, jsonify, render_template, request

from forum.kernel import clock, jobs, slots
from forum.kernel.doors import Actor, anyone
from forum.kernel.reading import sent_json
from forum.kernel.settings import Settings
from referendum.casting import forms, operations, queries, rules
from referendum.casting.booth import booth_facts
from referendum.casting.jobs import check_waiting
from referendum.process.queries import questions_voting, vote_by_public_id
from referendum.process.queries import vote as vote_by_id
from referendum.process.rules import is_voting_open

blueprint = Blueprint("casting", __name__)


@blueprint.get("/booth/<public_id>")
@anyone(nobody=True)
def show_booth(_actor: Actor, public_id: str) -> str:
    """The booth of one vote; closed ones say what they are waiting for, or where the count stands."""
    vote = vote_by_public_id(public_id)
    if is_voting_open(vote.state, vote.opens_at, vote.closes_at, clock.now()):
        return render_template("referendum/casting/booth.html", booth=booth_facts(vote))
    return render_template("referendum/casting/closed.html", vote=vote, early=vote.state == "set_up")


@blueprint.post("/booth/<public_id>/cast")
@anyone(nobody=True, csrf=False, limit="600/minute")
def cast(_actor: Actor, public_id: str) -> Response:
    """Take a pair of ballots: stored durably or refused with what it means for the ballot."""
    vote = vote_by_public_id(public_id)
    sent = forms.read_pair(sent_json(request, forms.LONGEST_PAIR))
    receipt = operations.cast_pair(vote, sent, now=clock.now())
    jobs.enqueue(check_waiting, vote_id=vote.id)
    return jsonify(state="recorded", trackers={"v": receipt.v, "c": receipt.c})


@blueprint.get("/tracker")
@anyone(nobody=True, limit="120/minute")
def look_up(_actor: Actor) -> str:
    """Where a ballot is, by its tracker."""
    tracker = rules.normalised_tracker(request.args.get("tracker", ""))[:64]
    found = queries.whereabouts(tracker) if tracker else None
    words = _in_words(found, clock.now()) if found else ""
    return render_template("referendum/casting/tracker.html", tracker=tracker, found=found, words=words)


def _in_words(found: queries.Whereabouts, now: datetime) -> str:
    if found.found is not rules.Found.SET_ASIDE:
        return rules.FOUND_IN_WORDS[found.found]
    if found.archive == "C":
        return rules.CITATIONS_SET_ASIDE
    vote = vote_by_id(found.vote_id)
    still_open = is_voting_open(vote.state, vote.opens_at, vote.closes_at, now)
    return rules.FOUND_IN_WORDS[found.found] if still_open else rules.SET_ASIDE_FOR_GOOD


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """An opening of the sealed list asks the box whether a credential has voted; the electorate comes earlier. The
    front page begins with what is voted on."""
    slots.fill("questions.voting", questions_voting)
    slots.fill("box.has_voted", queries.has_voted)
    slots.fill("box.voted", queries.voted_credentials)
