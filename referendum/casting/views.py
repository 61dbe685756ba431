"""The booth, the ballot slot, and the tracker's page. None of them looks at the cookie's person (`nobody`)."""

import re
from datetime import datetime
from pathlib import Path

from flask import Blueprint, Response, current_app, jsonify, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from forum.kernel import clock, slots
from forum.kernel.database import db
from forum.kernel.doors import Actor, anyone
from forum.kernel.errors import Missing
from forum.kernel.languages import say
from forum.kernel.reading import sent_json
from forum.kernel.settings import Settings
from forum.kernel.web import POLICY
from forum.questions.models import Question
from referendum.casting import forms, queries, rules
from referendum.casting.booth import booth_facts
from referendum.casting.envelope import open_pair
from referendum.casting.programs import Program, hash_of, listing, needed_at_once, programs
from referendum.casting.tongues import in_every_language
from referendum.casting.voted_queries import voted_among
from referendum.casting.writer import receive
from referendum.process.box_rules import box_of, is_elsewhere
from referendum.process.models import Vote
from referendum.process.queries import questions_voting, vote_by_public_id, votes_in
from referendum.process.queries import vote as vote_by_id
from referendum.process.rules import is_voting_open

blueprint = Blueprint("casting", __name__)
LONGEST_ASKED = 90

SPEECHLESS = re.sub(r"(connect-src|worker-src|form-action) 'self'", r"\1 'none'", POLICY)
"""A policy for a page that is to send nothing anywhere."""


@blueprint.get("/booth/<public_id>")
@anyone(nobody=True)
def show_booth(_actor: Actor, public_id: str) -> str | AnyResponse:
    """The booth of one vote; closed ones say what they are waiting for, or where the count stands. Where the box is in
    other hands, so is the booth: a browser takes the code after the # along, and sends it to nobody."""
    vote, now = vote_by_public_id(public_id), clock.now()
    if box := box_of(vote.params):
        return redirect(f"{box['url']}/booth/{public_id}")
    if is_voting_open(vote.state, vote.opens_at, vote.closes_at, now):
        return _booth(vote)
    early = vote.state == "set_up" or now < vote.opens_at
    return render_template("referendum/casting/closed.html", vote=vote, early=early)


def _booth(vote: Vote) -> str:
    return render_template("referendum/casting/booth.html", booth=booth_facts(vote), programs=_needed("booth.js"))


@blueprint.get("/booth/<public_id>/languages")
@anyone(nobody=True, limit="120/minute")
def speak(_actor: Actor, public_id: str) -> Response:
    """What the booth says, in every language: asked for by who wants to read them together."""
    vote = vote_by_public_id(public_id)
    if not is_voting_open(vote.state, vote.opens_at, vote.closes_at, clock.now()):
        raise Missing
    return jsonify(in_every_language(lambda: _booth(vote)))


@blueprint.get("/booth/<public_id>/check")
@anyone(nobody=True)
def show_check(_actor: Actor, public_id: str) -> Response:
    """The page that checks an opened test ballot; its policy lets it send nothing, to here neither."""
    vote = vote_by_public_id(public_id)
    if not vote.election_v:
        raise Missing
    question = db.session.get_one(Question, vote.question_id)
    text = render_template(
        "referendum/casting/check.html", vote=vote, question_number=question.number, question_title=question.title,
        programs=_needed("checking.js"),
    )  # fmt: skip
    page = make_response(text)
    page.headers["Content-Security-Policy"] = SPEECHLESS
    return page


def _needed(entry: str) -> tuple[Program, ...]:
    return needed_at_once(f"referendum/casting/{entry}", Path(current_app.static_folder or ""))


def _programs() -> tuple[Program, ...]:
    root = Path(current_app.root_path)
    return programs(root / (current_app.template_folder or ""), Path(current_app.static_folder or ""))


@blueprint.get("/programs")
@anyone(nobody=True)
def list_programs(_actor: Actor) -> str:
    """Every script of the pages where ballots are sealed and opened, with its hash."""
    listed = _programs()
    return render_template("referendum/casting/programs.html", programs=listed, whole=hash_of(listed))


@blueprint.get("/programs.txt")
@anyone(nobody=True)
def download_programs(_actor: Actor) -> Response:
    """The same list for `sha256sum -c`."""
    return Response(listing(_programs()), content_type="text/plain; charset=utf-8")


@blueprint.post("/booth/<public_id>/cast")
@anyone(nobody=True, csrf=False, limit="600/minute", gathers=True)
def cast(_actor: Actor, public_id: str) -> Response:
    """Take a pair of ballots: stored durably or refused with what it means for the ballot."""
    receipt = receive(public_id, open_pair(forms.read_pair(sent_json(request, forms.LONGEST_PAIR))))
    return jsonify(state="recorded", trackers={"v": receipt.v, "c": receipt.c})


@blueprint.get("/tracker")
@anyone(nobody=True, limit="120/minute")
def look_up(_actor: Actor) -> str:
    """Where a ballot is, by its tracker."""
    tracker = rules.normalised_tracker(request.args.get("tracker", ""))[:LONGEST_ASKED]
    fault = rules.fault_of(tracker) if tracker else None
    found = None
    if tracker and not fault:
        tracker, found = _found(tracker)
    words = _in_words(found, clock.now()) if found else ""
    seal = rules.seal_number(found.body) if found and found.body else ""
    away = [vote for vote in votes_in("open", "counting") if is_elsewhere(vote.params)]
    return render_template(
        "referendum/casting/tracker.html", tracker=tracker, found=found, words=words, seal=seal, away=away,
        faults={fault.field: say(fault)} if fault else {},
    )  # fmt: skip


def _found(typed: str) -> tuple[str, queries.Whereabouts]:
    """The reading of a typed tracker under which there is a ballot, else as it was typed."""
    read = [(each, queries.whereabouts(each)) for each in rules.readings(typed)]
    return next((each for each in read if each[1].found is not rules.Found.UNKNOWN), read[0])


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
    slots.fill("box.sealed", queries.is_sealed)
    slots.fill("box.voted_among", voted_among)
