"""The steps of a threshold group's ceremony: what a member's page or program sends, and what a program needs."""

from flask import Blueprint, Response, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from forum.kernel import clock
from forum.kernel.doors import Actor, trustees
from forum.kernel.errors import Missing
from forum.kernel.reading import Reader, sent_json
from forum.questions.queries import question_by_id
from referendum.crypto.ceremony import check_cert
from referendum.process.models import Vote
from referendum.process.queries import vote_held_by
from referendum.trustees import ceremony_operations as operations
from referendum.trustees import forms, queries
from referendum.trustees.models import Ceremony
from referendum.trustees.page_queries import input_text

blueprint = Blueprint("ceremony", __name__)
STEPS = {
    "certificate": operations.send_certificate, "shares": operations.send_shares, "key": operations.send_key,
}  # fmt: skip


@blueprint.post("/votes/<public_id>/ceremony/<step>")
@trustees(fresh=True, limit="20/minute")
def send_message(actor: Actor, public_id: str, step: str) -> Response:
    """Take a message that the page made."""
    _send(actor, public_id, step, forms.read_message(sent_json(request, forms.LARGEST_FILE)))
    return jsonify(state="recorded")


@blueprint.post("/votes/<public_id>/ceremony/<step>/file")
@trustees(again="trustees.show_key", fresh=True, limit="20/minute")
def send_file(actor: Actor, public_id: str, step: str) -> AnyResponse:
    """Take a message from the file that a program wrote."""
    sent = request.files.get("message")
    _send(actor, public_id, step, forms.read_message_file(sent.read(forms.LARGEST_FILE + 1) if sent else b""))
    return redirect(url_for("trustees.show_key", public_id=public_id))


def _send(actor: Actor, public_id: str, step: str, text: str) -> None:
    vote = vote_held_by(actor, "trustee", public_id)
    if step not in STEPS:
        raise Missing
    STEPS[step](actor, vote, text, clock.now())


@blueprint.post("/votes/<public_id>/ceremony/anew")
@trustees(again="trustees.show_key", fresh=True, limit="10/minute")
def begin_anew(actor: Actor, public_id: str) -> AnyResponse:
    """Everybody gives shares once more."""
    vote = vote_held_by(actor, "trustee", public_id)
    form = Reader(request.form)
    reason = form.line("anew_reason", most=500)
    form.done()
    operations.begin_anew_for(actor, vote, reason, clock.now())
    return redirect(url_for("trustees.show_key", public_id=public_id))


@blueprint.post("/votes/<public_id>/ceremony/leave")
@trustees(again="trustees.show_key", fresh=True, limit="10/minute")
def step_down(actor: Actor, public_id: str) -> AnyResponse:
    """Give the office back."""
    vote = vote_held_by(actor, "trustee", public_id)
    form = Reader(request.form)
    reason = form.line("leave_reason", most=500)
    form.done()
    operations.step_down(actor, vote, reason, clock.now())
    return redirect(url_for("questions.show_question", number=question_by_id(vote.question_id).number))


@blueprint.get("/votes/<public_id>/ceremony/certs.jsons")
@trustees
def show_certificates(actor: Actor, public_id: str) -> Response:
    """All certificates, one a line, as belenios-tool reads them."""
    _, ceremony = _taken_part(actor, public_id)
    lines = queries.certificates(ceremony)
    if len(lines) < len(ceremony.members):
        raise Missing
    return _file("".join(f"{line}\n" for line in lines), "certs.jsons")


@blueprint.get("/votes/<public_id>/ceremony/input.json")
@trustees
def show_input(actor: Actor, public_id: str) -> Response:
    """What the others gave this member, for the third step."""
    _, ceremony = _taken_part(actor, public_id)
    if len(queries.shares(ceremony)) < len(ceremony.members):
        raise Missing
    return _file(input_text(actor, ceremony), _own_name(actor, ceremony, "vinput"))


@blueprint.get("/votes/<public_id>/ceremony/key.dkey")
@trustees
def show_sealed_key(actor: Actor, public_id: str) -> Response:
    """The member's key to the count, which only the seed in the member's own file opens."""
    vote, ceremony = _taken_part(actor, public_id)
    key = queries.key_of(vote.id, actor.member_id)
    if key is None or not key.sealed:
        raise Missing
    return _file(key.sealed, _own_name(actor, ceremony, "dkey"))


def _own_name(actor: Actor, ceremony: Ceremony, kind: str) -> str:
    """What programs call a member's own files: by the hash of the certificate."""
    sent = queries.messages(ceremony.vote_id)[actor.member_id]
    return f"{check_cert(sent.certificate).file_id}.{kind}"


def _taken_part(actor: Actor, public_id: str) -> tuple[Vote, Ceremony]:
    vote = vote_held_by(actor, "trustee", public_id)
    ceremony = queries.ceremony_of(vote.id)
    if ceremony is None or actor.member_id not in ceremony.members:
        raise Missing
    return vote, ceremony


def _file(text: str, name: str) -> Response:
    return Response(
        text, mimetype="application/json", headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
