"""The trustee's key page and what it sends."""

from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from forum.kernel import clock, slots
from forum.kernel.doors import Actor, trustees
from forum.kernel.settings import Settings
from forum.questions.models import Question
from referendum.electorate.key_page import key_facts, sent_key
from referendum.process import key_steps
from referendum.process.facts import VoteState
from referendum.process.models import Vote
from referendum.process.queries import current_vote, vote_held_by
from referendum.trustees import forms, operations, queries, rules
from referendum.trustees.page_queries import heading_facts, panel, step_facts
from referendum.trustees.rules import Step

blueprint = Blueprint("trustees", __name__)


@blueprint.get("/votes/<public_id>/key")
@trustees(fresh=True)
def show_key(actor: Actor, public_id: str) -> str:
    """What is asked next of a trustee who makes a key for the count, alone or together with others."""
    vote = vote_held_by(actor, "trustee", public_id)
    fate = _fate(actor, vote)
    if fate is not None:
        held = queries.key_of(vote.id, actor.member_id)
        key = key_facts("trustee", vote, held.public_key if held else None, "trustees.upload_key")
        return render_template("referendum/trustees/key.html", key=key, fate=fate, panel=None)
    found = panel(actor, vote)
    if found.in_group and found.step is not Step.JOIN:
        ceremony = queries.ceremony_of(vote.id)
        step = heading_facts(vote) | (step_facts(actor, vote, ceremony, found.step) if ceremony else {})
        return render_template("referendum/trustees/ceremony.html", vote=vote, step=step, panel=found)
    return _key_page(actor, vote, found)


def _key_page(actor: Actor, vote: Vote, found: Any) -> str:
    held = None if found.in_group else queries.key_of(vote.id, actor.member_id)
    key = key_facts("trustee", vote, held.public_key if held else None, "trustees.upload_key")
    if found.in_group:
        key["purpose"] = "member"
        key["upload_url"] = url_for("ceremony.send_message", public_id=vote.public_id, step="certificate")
    return render_template("referendum/trustees/key.html", key=key, fate=None, panel=found, vote=vote)


def _fate(actor: Actor, vote: Vote) -> dict[str, Any] | None:
    """What became of the key, once the ballot is made and no key can be handed in any more."""
    if vote.state == VoteState.SET_UP and not vote.election_v:
        return None
    held = queries.key_of(vote.id, actor.member_id) is not None
    part_given = any(slots.gather("key.part_given", vote, actor.member_id))
    return key_steps.of_trustee(vote, held=held, part_given=part_given)


@blueprint.post("/votes/<public_id>/key")
@trustees(fresh=True, limit="20/minute")
def upload_key(actor: Actor, public_id: str) -> Response:
    """Take the public half of a trustee's key."""
    vote = vote_held_by(actor, "trustee", public_id)
    operations.upload_trustee_key(actor, vote, sent_key(request), clock.now())
    return jsonify(state="recorded")


@blueprint.post("/votes/<public_id>/key/file")
@trustees(again="trustees.show_key", fresh=True, limit="20/minute")
def upload_key_file(actor: Actor, public_id: str) -> AnyResponse:
    """Take the public half of a trustee's key from the file that a program wrote."""
    vote = vote_held_by(actor, "trustee", public_id)
    sent = request.files.get("key")
    key = forms.read_key_file(sent.read(forms.LARGEST_FILE + 1) if sent else b"")
    operations.upload_trustee_key(actor, vote, key, clock.now())
    return redirect(url_for("trustees.show_key", public_id=public_id))


def on_the_desk(actor: Actor) -> list[dict[str, Any]]:
    """What a trustee's key needs before voting opens."""
    found = []
    for role, question_id in sorted(actor.appointments):
        vote = current_vote(question_id) if role == "trustee" else None
        if vote is not None and vote.state == VoteState.SET_UP and not vote.election_v:
            found.append(_row(actor, vote))
    return found


def _row(actor: Actor, vote: Vote) -> dict[str, Any]:
    division = queries.division(vote)
    everybody = (*division.needed, *division.group)
    step = rules.step_of(actor.member_id, division.group, everybody, queries.progress(vote))
    what, act = WORDS.get(step, WORDS[Step.WAIT])()
    return {
        "what": what, "why": gettext("The ballots can be counted only with the trustees’ keys."),
        "url": url_for("trustees.show_key", public_id=vote.public_id), "act": act, "due": vote.opens_at,
        "done": step in (Step.WAIT, Step.DONE), "order": 20,
    }  # fmt: skip


WORDS = {
    Step.JOIN: lambda: (gettext("Make your key to the count"), gettext("Make the key")),
    Step.SHARES: lambda: (gettext("Give every trustee a share of the key"), gettext("Give the shares")),
    Step.KEY: lambda: (gettext("Put your key to the count together"), gettext("Put it together")),
    Step.PROVE: lambda: (gettext("Show that your key file can be read"), gettext("Open the test ballot")),
    Step.WAIT: lambda: (gettext("Your key to the count"), gettext("Look at it")),
}


def facts_for_the_label(question: Question) -> dict[str, Any]:
    """How many of the trustees suffice to open the count, where not all of them are needed."""
    vote = current_vote(question.id)
    wanted = queries.division(vote) if vote is not None else queries.division_to_be(question)
    return {"trustees_enough": len(wanted.needed) + wanted.threshold if wanted.group else 0}


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """The trustees' desk, and a line of the question's label."""
    slots.fill("desk", on_the_desk)
    slots.fill("question.label", facts_for_the_label)
