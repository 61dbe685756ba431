"""Openings of the sealed list: asking for one, handing in a share, dropping one."""

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from forum.kernel import clock, jobs
from forum.kernel.doors import Actor, tellers
from forum.kernel.reading import sent_json
from referendum.electorate import forms, opening_operations
from referendum.electorate.jobs import instance_folder
from referendum.electorate.letter_page import SHEETS
from referendum.electorate.opening_jobs import read_list
from referendum.electorate.opening_page_queries import (
    named_entries,
    opening_of,
    opening_state,
    openings_page,
    share_page,
)
from referendum.process.queries import vote_held_by

blueprint = Blueprint("openings", __name__)
LONGEST_SHARE = 1_000


@blueprint.get("/votes/<public_id>/openings")
@tellers
def show_openings(actor: Actor, public_id: str) -> str:
    """Every opening of this vote's sealed list, and the form that asks for one."""
    return render_template("referendum/electorate/openings.html", page=openings_page(actor, public_id, clock.now()))


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
    urls = {
        f"{name}_url": url_for(f"openings.{view}", public_id=public_id, opening_id=opening_id)
        for name, view in (("upload", "give_share"), ("progress", "show_progress"))
    }
    share = share_page(actor, vote, opening_of(vote, opening_id), urls, clock.now(), instance_folder())
    return render_template("referendum/trustees/share.html", share=share)


@blueprint.get("/votes/<public_id>/openings/<int:opening_id>/progress")
@tellers(fresh=True)
def show_progress(actor: Actor, public_id: str, opening_id: int) -> Response:
    """How far the list is read, and at the end what came of it: for the page's script, and sealed to its teller."""
    vote = vote_held_by(actor, "teller", public_id)
    return jsonify(opening_state(actor, opening_of(vote, opening_id), clock.now(), instance_folder()))


@blueprint.post("/votes/<public_id>/openings/<int:opening_id>/share")
@tellers(fresh=True, limit="20/minute")
def give_share(actor: Actor, public_id: str, opening_id: int) -> Response:
    """Take a share; with the second one a job reads the list."""
    sent = sent_json(request, LONGEST_SHARE)
    share, paper = forms.read_field(sent, "share"), forms.read_field(sent, "paper")
    vote = vote_held_by(actor, "teller", public_id)
    opened = opening_operations.give_share(
        actor, vote, opening_of(vote, opening_id), share, clock.now(), instance_folder(),
        paper if isinstance(paper, str) and paper in SHEETS else "A4",
    )  # fmt: skip
    if opened:
        jobs.enqueue(read_list, opening_id=opening_id)
    return jsonify(state="recorded", opened=opened)


@blueprint.post("/votes/<public_id>/openings/<int:opening_id>/drop")
@tellers(again="openings.show_openings", fresh=True, limit="20/minute")
def drop_opening(actor: Actor, public_id: str, opening_id: int) -> AnyResponse:
    """Take back an opening that is not needed."""
    vote = vote_held_by(actor, "teller", public_id)
    opening_operations.drop_opening(actor, vote, opening_of(vote, opening_id), clock.now(), instance_folder())
    return redirect(url_for("openings.show_openings", public_id=public_id))
