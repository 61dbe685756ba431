"""Check it yourself: the files of one vote with their hashes, the program, and the commands."""

from pathlib import Path

from flask import Blueprint, Response, current_app, make_response, render_template, send_file

from forum.kernel import signing
from forum.kernel.doors import Actor, anyone
from forum.kernel.errors import Missing
from forum.questions.queries import question_by_id
from referendum.process.models import Vote
from referendum.process.queries import vote_by_public_id
from referendum.results import check_queries, verifier_file, vote_file

blueprint = Blueprint("check", __name__)


@blueprint.get("/record/votes/<public_id>/check")
@anyone(limit="60/minute")
def show_check(_actor: Actor, public_id: str) -> str:
    """How anyone checks a vote, step by step."""
    vote = _opened(public_id)
    return render_template(
        "referendum/results/check.html", vote=vote, question=question_by_id(vote.question_id),
        archives=check_queries.files_of(vote),
        published=_published(vote) is not None, fingerprint=signing.fingerprint(), program=verifier_file.digest(),
    )  # fmt: skip


@blueprint.get("/record/votes/<public_id>/vote.json")
@anyone(limit="60/minute")
def download_vote_file(_actor: Actor, public_id: str) -> Response:
    """What is published about a vote beside its archives: the bytes that are signed."""
    return _sent(_published(_opened(public_id)), "vote.json", "application/json")


@blueprint.get("/record/votes/<public_id>/vote.sig")
@anyone(limit="60/minute")
def download_vote_signature(_actor: Actor, public_id: str) -> Response:
    """Its signature, 64 bytes."""
    path = _published(_opened(public_id))
    return _sent(path and path.with_suffix(".sig"), "vote.sig", "application/octet-stream")


@blueprint.get("/record/verifier.zip")
@anyone(limit="60/minute")
def download_verifier(_actor: Actor) -> Response:
    """The program that checks archives, with the text of the format."""
    response = make_response(verifier_file.content())
    response.headers["Content-Type"] = "application/zip"
    response.headers["Content-Disposition"] = 'attachment; filename="verifier.zip"'
    return response


def _opened(public_id: str) -> Vote:
    vote = vote_by_public_id(public_id)
    if vote.opened_at is None:
        raise Missing
    return vote


def _published(vote: Vote) -> Path | None:
    return vote_file.newest_path(current_app.config["HUSTINGS"].instance, vote)


def _sent(path: Path | None, name: str, kind: str) -> Response:
    if path is None:
        raise Missing
    return send_file(path.resolve(), mimetype=kind, as_attachment=True, download_name=name)
