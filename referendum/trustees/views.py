"""The trustee's key page and what it sends."""

from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request, url_for
from flask_babel import gettext

from forum.kernel import clock, slots
from forum.kernel.doors import Actor, trustees
from forum.kernel.settings import Settings
from referendum.electorate.key_page import key_facts, sent_key
from referendum.process import key_steps
from referendum.process.facts import VoteState
from referendum.process.models import Vote
from referendum.process.queries import current_vote, vote_held_by
from referendum.trustees import operations, queries

blueprint = Blueprint("trustees", __name__)


@blueprint.get("/votes/<public_id>/key")
@trustees(fresh=True)
def show_key(actor: Actor, public_id: str) -> str:
    """Make a key pair for the count in the browser."""
    vote = vote_held_by(actor, "trustee", public_id)
    held = queries.key_of(vote.id, actor.member_id)
    key = key_facts("trustee", vote, held.public_key if held else None, "trustees.upload_key")
    return render_template("referendum/trustees/key.html", key=key, fate=_fate(actor, vote, held=held is not None))


def _fate(actor: Actor, vote: Vote, *, held: bool) -> dict[str, Any] | None:
    """What became of the key, once the ballot is made and no key can be handed in any more."""
    if vote.state == VoteState.SET_UP and not vote.election_v:
        return None
    part_given = any(slots.gather("key.part_given", vote, actor.member_id))
    return key_steps.of_trustee(vote, held=held, part_given=part_given)


@blueprint.post("/votes/<public_id>/key")
@trustees(fresh=True, limit="20/minute")
def upload_key(actor: Actor, public_id: str) -> Response:
    """Take the public half of a trustee's key."""
    vote = vote_held_by(actor, "trustee", public_id)
    operations.upload_trustee_key(actor, vote, sent_key(request), clock.now())
    return jsonify(state="recorded")


def on_the_desk(actor: Actor) -> list[dict[str, Any]]:
    """A trustee's key is needed before voting opens."""
    found = []
    for role, question_id in sorted(actor.appointments):
        vote = current_vote(question_id) if role == "trustee" else None
        if vote is not None and vote.state == "set_up":
            found.append(
                {
                    "what": gettext("Make your key to the count"),
                    "why": gettext("The ballots can be counted only when every trustee opens a part."),
                    "url": url_for("trustees.show_key", public_id=vote.public_id), "act": gettext("Make the key"),
                    "due": vote.opens_at,
                    "done": queries.key_of(vote.id, actor.member_id) is not None, "order": 20,
                }
            )  # fmt: skip
    return found


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """The trustees' desk."""
    slots.fill("desk", on_the_desk)
