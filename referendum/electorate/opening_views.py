"""Openings of the sealed list: asking for one, handing in a share, dropping one."""

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from forum.kernel import clock
from forum.kernel.doors import Actor, tellers
from forum.kernel.reading import sent_json
from referendum.electorate import forms, opening_operations
from referendum.electorate.jobs import instance_folder
from referendum.electorate.opening_jobs import hand_in_share
from referendum.electorate.page_queries import named_entries, opening_of, openings_page, share_page
from referendum.process.queries import vote_held_by

blueprint = Blueprint("openings", __name__)
LONGEST_SHARE = 1_000


@blueprint.get("/votes/<public_id>/openings")
@tellers
def show_openings(actor: Actor, public_id: str) -> str:
    """Every opening of this vote's sealed list, and the form that asks for one."""
    return render_template("referendum/electorate/openings.html", page=openings_page(actor, public_id))


@blueprint.post("/votes/<public_id>/openings")
@tellers(again="openings.show_openings", fresh=True, limit="20/minute")
def ask_opening(actor: Actor, public_id: str) -> AnyResponse:
    """Ask the tellers to open the list."""
    asked = forms.read_opening(request.form)
    vote = vote_held_by(actor, "teller", public_id)
    facts = {"entries": named_entries(vote, asked.purpose, asked.numbers)}
    purpose = "spare" if asked.purpose == "unknown" else asked.purpose
    opening = opening_operations.ask_opening(actor, vote, purpose, asked.reason, facts, clock.now())
    return redirect(url_for("openings.show_opening", public_id=public_id, opening_id=opening.id))


@blueprint.get("/votes/<public_id>/openings/<int:opening_id>")
@tellers(fresh=True)
def show_opening(actor: Actor, public_id: str, opening_id: int) -> str:
    """One opening: why, and where a teller hands in the own share from the key file."""
    vote = vote_held_by(actor, "teller", public_id)
    where = url_for("openings.give_share", public_id=public_id, opening_id=opening_id)
    share = share_page(actor, vote, opening_of(vote, opening_id), where, clock.now())
    return render_template("referendum/trustees/share.html", share=share)


@blueprint.post("/votes/<public_id>/openings/<int:opening_id>/share")
@tellers(fresh=True, writes=False, limit="20/minute")
def give_share(actor: Actor, public_id: str, opening_id: int) -> Response:
    """Take a share; the second one opens the list, and the answer says what came of it."""
    share = forms.read_field(sent_json(request, LONGEST_SHARE), "share")
    return jsonify(hand_in_share(actor, public_id, opening_id, share))


@blueprint.post("/votes/<public_id>/openings/<int:opening_id>/drop")
@tellers(again="openings.show_openings", fresh=True, limit="20/minute")
def drop_opening(actor: Actor, public_id: str, opening_id: int) -> AnyResponse:
    """Take back an opening that is not needed."""
    vote = vote_held_by(actor, "teller", public_id)
    opening_operations.drop_opening(actor, vote, opening_of(vote, opening_id), clock.now(), instance_folder())
    return redirect(url_for("openings.show_openings", public_id=public_id))
