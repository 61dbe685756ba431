"""The ballots that were set aside, for everybody: by tracker, each with its reason."""

from flask import Blueprint, render_template, request, url_for

from forum.kernel.doors import Actor, anyone
from forum.kernel.errors import Missing
from referendum.casting import queries
from referendum.casting.arrival_rules import FAULTS
from referendum.process.queries import vote_by_public_id

blueprint = Blueprint("aside", __name__)


@blueprint.get("/record/votes/<public_id>/set-aside")
@anyone(limit="60/minute")
def list_set_aside(_actor: Actor, public_id: str) -> str:
    """Page by page, in the order of the trackers."""
    vote = vote_by_public_id(public_id)
    if vote.opened_at is None:
        raise Missing
    after = request.args.get("after", "")[:64]
    ballots, more = queries.set_aside_page(vote.id, after)
    here = url_for("aside.list_set_aside", public_id=public_id)
    return render_template(
        "referendum/casting/aside.html", vote=vote, ballots=ballots, words=FAULTS, older_url=here if after else "",
        more_url=url_for("aside.list_set_aside", public_id=public_id, after=ballots[-1].tracker) if more else "",
    )  # fmt: skip
