"""The trustee's count page, the public record it checks, what it hands in, and the archives for everybody."""

import tempfile
from collections.abc import Callable, Iterator
from typing import Any

import structlog
from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    redirect,
    render_template,
    request,
    send_file,
    stream_with_context,
    url_for,
)
from flask_babel import gettext
from werkzeug.wrappers import Response as AnyResponse

from forum.kernel import clock, jobs, slots
from forum.kernel.database import transaction
from forum.kernel.doors import Actor, anyone, trustees
from forum.kernel.errors import Missing
from forum.kernel.reading import asked_number, sent_json
from forum.kernel.settings import Settings
from referendum.count import operations, part_queries, queries
from referendum.count.archiving import write_sealed
from referendum.count.jobs import go_on
from referendum.count.page_queries import count_page, record_pieces, waiting
from referendum.process.box_rules import is_elsewhere
from referendum.process.facts import VoteState
from referendum.process.models import Vote
from referendum.process.queries import current_vote, vote_by_public_id, vote_held_by, votes_of
from referendum.process.queries import vote as vote_by_id
from referendum.process.rules import UNOPENED_AFTER, lost_shares
from referendum.trustees import forms
from referendum.trustees.queries import key_of

blueprint = Blueprint("count", __name__)
log = structlog.get_logger()


@blueprint.get("/votes/<public_id>/decrypt")
@trustees(fresh=True)
def show_count(actor: Actor, public_id: str) -> str:
    """Where a trustee opens a part of the count."""
    vote = vote_held_by(actor, "trustee", public_id)

    def url(endpoint: str, archive: str, part: int | None = None) -> str:
        return url_for(endpoint, public_id=public_id, archive=archive, part=part)

    closed_at = vote.closed_at if vote.state == VoteState.COUNTING else None
    return render_template(
        "referendum/count/decrypt.html", count=count_page(actor, vote, url),
        until=closed_at + UNOPENED_AFTER if closed_at else None,
        lost=lost_shares(queries.shares_lost(vote)) if closed_at else [],
        box=vote if is_elsewhere(vote.params) else None, waiting=waiting(vote),
    )  # fmt: skip


@blueprint.get("/votes/<public_id>/record.json")
@trustees
def show_record(actor: Actor, public_id: str) -> Response:
    """The whole public record of one archive, for the trustee's own check; `?archive=V` or `C`. Of a record in several
    parts one of them: `?part=1` is the first."""
    vote = vote_held_by(actor, "trustee", public_id)
    archive = request.args.get("archive", "")
    place = _asked_place()
    if queries.tally_of(vote.id, archive) is None or part_queries.record_part(vote.id, archive, place) is None:
        raise Missing
    return Response(stream_with_context(_stream(vote.id, archive, place)), mimetype="application/json")


def _asked_place() -> int:
    """Which part of a record is asked for, from 0."""
    return (asked_number(request.args, "part") or 1) - 1


def _stream(vote_id: int, archive: str, place: int) -> Iterator[str]:
    with transaction(write=False):
        yield from record_pieces(vote_by_id(vote_id), archive, place)


@blueprint.get("/votes/<public_id>/<archive>/sealed.bel")
@trustees
def download_sealed(actor: Actor, public_id: str, archive: str) -> Response:
    """The same as an archive up to its tally, for belenios-tool; `?part=1` is the first."""
    vote, place = vote_held_by(actor, "trustee", public_id), _asked_place()
    part, parts = part_queries.record_part(vote.id, archive, place), part_queries.parts_of(vote, archive)
    if part is None or not part.encrypted:
        raise Missing
    stream = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the answer, once it is sent
    write_sealed(vote, part, parts, stream)
    stream.seek(0)
    name = queries.file_name(vote, archive, place, parts)
    return send_file(stream, mimetype="application/octet-stream", as_attachment=True, download_name=name)


@blueprint.post("/votes/<public_id>/decrypt/<archive>")
@trustees(fresh=True, limit="30/minute")
def accept_part(actor: Actor, public_id: str, archive: str) -> Response:
    """Take a trustee's part from the page; every proof is checked first. Where the work on a large count outlasted the
    fresh sign-in, the page keeps the part and hands it in again after another one."""
    _accept(actor, public_id, archive, lambda most: forms.read_part(sent_json(request, most)))
    return jsonify(state="recorded")


@blueprint.post("/votes/<public_id>/decrypt/<archive>/file")
@trustees(again="count.show_count", fresh=True, limit="30/minute")
def accept_part_file(actor: Actor, public_id: str, archive: str) -> AnyResponse:
    """Take a trustee's part from the file that the command wrote."""
    sent = request.files.get("part")
    _accept(
        actor, public_id, archive, lambda most: forms.read_part_file(sent.read(most + 1) if sent else b"", most)
    )
    return redirect(url_for("count.show_count", public_id=public_id))


def _accept(actor: Actor, public_id: str, archive: str, read: Callable[[int], forms.SentPart]) -> None:
    vote = vote_held_by(actor, "trustee", public_id)
    if archive not in queries.archives_of(vote):
        raise Missing
    part = read(forms.LARGEST_FILE * part_queries.parts_of(vote, archive))
    if operations.accept_partial(actor, vote, archive, part.owner, part.raw, clock.now(), part.second):
        jobs.enqueue(go_on, vote_id=vote.id, archive=archive)


@blueprint.get("/votes/<public_id>/<archive>.bel")
@anyone
def download(_actor: Actor, public_id: str, archive: str) -> Response:
    """An archive, for everybody, once it was written and verified. Of a record in several parts one of them: `?part=1`
    is the first."""
    vote, place = vote_by_public_id(public_id), _asked_place()
    part, parts = part_queries.record_part(vote.id, archive, place), part_queries.parts_of(vote, archive)
    if part is None or not part.archive_hash:
        raise Missing
    path = queries.path_of(current_app.config["HUSTINGS"].instance, vote, archive, place, parts)
    if not path.is_file():
        log.error("an archive that was written is gone", vote=public_id, archive=archive)
        raise Missing
    return send_file(path.resolve(), mimetype="application/octet-stream", as_attachment=True, download_name=path.name)


def on_the_desk(actor: Actor) -> list[dict[str, Any]]:
    """After the close trustees open their parts, as many as are needed."""
    found = []
    for vote in _with_parts(actor):
        if key_of(vote.id, actor.member_id) is not None:
            why = gettext("Voting is over. The totals are opened when enough trustees have done so.")
            if is_elsewhere(vote.params):
                why = gettext("Whoever keeps the ballot box sends you the record, and waits for your part.")
            found.append(
                {
                    "what": gettext("Open your part of the count"), "why": why,
                    "url": url_for("count.show_count", public_id=vote.public_id), "act": gettext("Open my part"),
                    "due": None,
                    "done": queries.nothing_awaited(vote, actor.member_id), "order": 11,
                }
            )  # fmt: skip
    return found


def _with_parts(actor: Actor) -> Iterator[Vote]:
    """The counted votes of a trustee's questions: the newest, and an earlier one that still waits for a part."""
    for role, question_id in sorted(actor.appointments):
        votes = [each for each in votes_of(question_id) if role == "trustee" and each.state in queries.COUNTED]
        newest = current_vote(question_id)
        yield from (each for each in votes if each == newest or not queries.nothing_awaited(each, actor.member_id))


def part_is_given(vote: Vote, member_id: int) -> bool:
    """For the trustee's key page: whether nothing more is asked of this key."""
    return vote.state in queries.COUNTED and queries.nothing_awaited(vote, member_id)


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """The trustees' desk and key page."""
    slots.fill("key.part_given", part_is_given)
    slots.fill("desk", on_the_desk)
