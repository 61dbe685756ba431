"""The roll as each may see it: members their own entry, hosts their local, tellers all of it."""

from flask import Blueprint, render_template, request

from forum.kernel.doors import Actor, hosts, members, serving_tellers
from forum.kernel.errors import Missing
from forum.kernel.reading import asked_page
from forum.roll import queries

blueprint = Blueprint("roll", __name__)


@blueprint.get("/me")
@members
def me(actor: Actor) -> str:
    """What the roll says of oneself."""
    return render_template("forum/roll/me.html", member=queries.member(actor.member_id))


@blueprint.get("/locals/<int:local_id>/roll")
@hosts
def local_roll(actor: Actor, local_id: int) -> str:
    """The roll of a host's own local."""
    if not actor.hosts(local_id):
        raise Missing
    found = queries.search(request.args.get("q", "")[:200], _page(), local_id=local_id)
    return render_template("forum/roll/local.html", local=queries.local(local_id), found=found)


@blueprint.get("/roll")
@serving_tellers
def whole_roll(_actor: Actor) -> str:
    """The whole roll, searched by name or number."""
    found = queries.search(request.args.get("q", "")[:200], _page())
    return render_template("forum/roll/roll.html", found=found, size=queries.roll_size())


def _page() -> int:
    return asked_page(request.args, 100_000)
