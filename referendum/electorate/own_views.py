"""Codes that the tellers make on a machine of their own: what they take there, and the list that they hand in."""

import secrets
from datetime import datetime
from pathlib import Path

from flask import Blueprint, Response, redirect, request, send_file, url_for
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from forum.bodies import registry
from forum.bodies.models import BodyAct
from forum.kernel import clock, jobs
from forum.kernel.database import transaction
from forum.kernel.doors import Actor, tellers
from forum.kernel.errors import N_, Invalid, Missing, Problem, Refused, refuse_unless
from forum.kernel.settings import Settings
from referendum.crypto.canonical import Malformed
from referendum.electorate import forms, own_operations, own_queries
from referendum.electorate.code_list import PartFile
from referendum.electorate.jobs import instance_folder
from referendum.electorate.own_jobs import check_list, part_path, parts_folder, write_own_files
from referendum.process.queries import vote_held_by

blueprint = Blueprint("own_codes", __name__)
PAGE = "electorate.show_electorate"


@blueprint.post("/votes/<public_id>/electorate/take")
@tellers(again=PAGE, fresh=True, limit="10/minute")
def propose_taking(actor: Actor, public_id: str) -> AnyResponse:
    """Put before the tellers that they take the addresses of the roll."""
    vote = vote_held_by(actor, "teller", public_id)
    act = own_operations.propose_taking(actor, vote, forms.read_reason(request.form), clock.now())
    return redirect(url_for("bodies.show_act", act_id=act.id))


def addresses_taken(act: BodyAct, now: datetime) -> None:
    """The tellers have signed: the files for their machine are written."""
    jobs.enqueue(write_own_files, vote_id=own_operations.taken_by_act(act, now).id)


@blueprint.post("/votes/<public_id>/electorate/files/<which>")
@tellers(again=PAGE, fresh=True, limit="20/hour")
def take_file(actor: Actor, public_id: str, which: str) -> Response:
    """The roll, or the sealed addresses, for the tellers' machine."""
    vote = vote_held_by(actor, "teller", public_id)
    if which not in own_queries.FILES:
        raise Missing
    own_operations.take_file(actor, vote, which, clock.now())
    path = own_queries.own_file(instance_folder(), vote, which)
    refuse_unless(path.exists(), N_("The files are being written. Try in a minute."))
    return send_file(
        path.resolve(), mimetype="application/jsonl", as_attachment=True, download_name=own_queries.FILES[which]
    )


@blueprint.post("/votes/<public_id>/electorate/list")
@tellers(again=PAGE, fresh=True, writes=False, limit="60/minute")
def receive_list(actor: Actor, public_id: str) -> AnyResponse:
    """Take parts of the list in; with the last one a job checks it."""
    vote = vote_held_by(actor, "teller", public_id)
    own_operations.refuse_unless_ready(actor, vote)
    files = [each for each in request.files.getlist("parts") if each.filename]
    if not files:
        raise Invalid([Problem("parts", N_("Please choose a file."))])
    folder, vote_id = parts_folder(instance_folder(), vote.uuid_v), vote.id
    for file in files:
        _receive(actor, public_id, file, folder)
    with transaction(write=True):
        held = own_queries.code_list(vote_id)
        if held is not None and held.state == "checking":
            jobs.enqueue(check_list, vote_id=vote_id)
    return redirect(url_for(PAGE, public_id=public_id, _anchor="list-h"))


def _receive(actor: Actor, public_id: str, file: FileStorage, folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = folder / f"{secrets.token_hex(8)}.tmp"
    try:
        file.save(draft)
        try:
            part = PartFile(draft)
        except Malformed:
            raise Refused(own_operations.NOT_A_PART) from None
        with transaction(write=True):
            own_operations.receive_part(actor, vote_held_by(actor, "teller", public_id), part, clock.now())
            draft.replace(part_path(folder, part.header.list_id, part.part))
    finally:
        draft.unlink(missing_ok=True)


@blueprint.post("/votes/<public_id>/electorate/out")
@tellers(again=PAGE, fresh=True, limit="10/minute")
def say_codes_out(actor: Actor, public_id: str) -> AnyResponse:
    """Every message was sent, every letter posted."""
    own_operations.say_codes_out(actor, vote_held_by(actor, "teller", public_id), clock.now())
    return redirect(url_for(PAGE, public_id=public_id))


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """What follows when the tellers have signed."""
    registry.on_effect(own_queries.TAKE, addresses_taken)
