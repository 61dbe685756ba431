"""The rehearsal's page, the record that a trustee's browser or program opens a part of, and what it hands in."""

import io
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from forum.kernel import clock
from forum.kernel.doors import Actor, trustees
from forum.kernel.errors import Missing
from forum.kernel.reading import sent_json
from referendum.archive.writer import ArchiveWriter
from referendum.crypto.election import read_election
from referendum.crypto.tally import Tally, read_encrypted_tally
from referendum.process.models import Vote
from referendum.process.queries import vote_held_by
from referendum.trustees import forms, queries
from referendum.trustees.models import Rehearsal
from referendum.trustees.page_queries import heading_facts
from referendum.trustees.rehearsal_operations import prove_key

blueprint = Blueprint("rehearsal", __name__)


@blueprint.get("/votes/<public_id>/rehearsal")
@trustees(fresh=True)
def show_rehearsal(actor: Actor, public_id: str) -> str:
    """Where a trustee opens a part of the test ballot, just as the count will ask for it."""
    vote, _ = _held(actor, public_id)
    return render_template("referendum/count/decrypt.html", count=_page(actor, vote), rehearsal=True)


def _page(actor: Actor, vote: Vote) -> dict[str, Any]:
    """The one archive of a rehearsal, as the count's page shows archives."""
    key = queries.key_of(vote.id, actor.member_id)

    def url(endpoint: str) -> str:
        return url_for(f"rehearsal.{endpoint}", public_id=vote.public_id)

    archive = {
        "archive": "R", "ballots": 1, "record_url": url("show_record"),
        "upload_url": url("accept_part"),
        "file_url": url("accept_part_file"), "sealed_url": url("download"), "minimum": 1, "withheld": "",
        "done": bool(key and key.proved_at), "number": queries.numbers_of(vote).get(actor.member_id, 0),
    }  # fmt: skip
    dkey = url_for("ceremony.show_sealed_key", public_id=vote.public_id) if key and key.sealed else ""
    return heading_facts(vote) | {"archives": [archive], "sealed": key.sealed if key else "", "dkey_url": dkey}


@blueprint.get("/votes/<public_id>/rehearsal/record.json")
@trustees
def show_record(actor: Actor, public_id: str) -> Response:
    """The test ballot's record, in the form of a count's."""
    _, made = _held(actor, public_id)
    return jsonify(
        election=made.election, trustees=made.trustees, credentials=made.credentials, ballots=[made.ballot],
        encrypted_tally=made.encrypted,
    )  # fmt: skip


@blueprint.get("/votes/<public_id>/rehearsal/rehearsal.bel")
@trustees
def download(actor: Actor, public_id: str) -> Response:
    """The same as an archive, for belenios-tool."""
    _, made = _held(actor, public_id)
    stream = io.BytesIO()
    writer = ArchiveWriter(stream, timestamp=int(made.made_at.timestamp()))
    writer.setup(made.election.encode(), made.trustees.encode(), made.credentials.encode())
    writer.ballot(made.ballot.encode())
    writer.end_ballots()
    ciphertexts = read_encrypted_tally(read_election(made.election.encode()), made.encrypted.encode())
    writer.encrypted_tally(Tally(ciphertexts, 1, 1))
    stream.seek(0)
    return send_file(
        stream, mimetype="application/octet-stream", as_attachment=True, download_name=f"{made.uuid}.bel"
    )


@blueprint.post("/votes/<public_id>/rehearsal")
@trustees(fresh=True, limit="20/minute")
def accept_part(actor: Actor, public_id: str) -> Response:
    """Take a trustee's part from the page."""
    _accept(actor, public_id, forms.read_part(sent_json(request, forms.LARGEST_FILE)))
    return jsonify(state="recorded")


@blueprint.post("/votes/<public_id>/rehearsal/file")
@trustees(again="rehearsal.show_rehearsal", fresh=True, limit="20/minute")
def accept_part_file(actor: Actor, public_id: str) -> AnyResponse:
    """Take a trustee's part from the file that a program wrote."""
    sent = request.files.get("part")
    _accept(actor, public_id, forms.read_part_file(sent.read(forms.LARGEST_FILE + 1) if sent else b""))
    return redirect(url_for("rehearsal.show_rehearsal", public_id=public_id))


def _accept(actor: Actor, public_id: str, part: forms.SentPart) -> None:
    prove_key(actor, vote_held_by(actor, "trustee", public_id), part.owner, part.raw, clock.now(), part.second)


def _held(actor: Actor, public_id: str) -> tuple[Vote, Rehearsal]:
    vote = vote_held_by(actor, "trustee", public_id)
    made = queries.rehearsal_of(vote.id)
    if made is None:
        raise Missing
    return vote, made
