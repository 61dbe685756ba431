"""The record: the audit log, the ballot box, the archives, and how anyone checks them."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from flask import Blueprint, Flask, Response, current_app, render_template, request, send_file, url_for

from forum.kernel import audit, signed_log, signing, slots
from forum.kernel.doors import Actor, anyone
from forum.kernel.errors import N_, Missing, Refused
from forum.kernel.languages import say
from forum.kernel.quick import words as gettext
from forum.kernel.reading import asked_number
from forum.kernel.settings import Settings
from forum.questions.parts_views import phrase
from forum.questions.queries import question_by_id
from referendum.count.part_queries import parts_of
from referendum.count.queries import archive_verified, archives_of, uuid_of
from referendum.process.box_rules import is_elsewhere
from referendum.process.queries import vote_by_public_id
from referendum.results import audit_queries, record_queries
from referendum.results.act_words import OF_A_BODY, in_words, office_in_words
from referendum.results.box_file import at_hand

blueprint = Blueprint("record", __name__)
RECORD = 50
BEING_WRITTEN = N_("The file is being written. Look again in a few minutes.")


@blueprint.get("/record")
@anyone
def show_record(actor: Actor) -> str:
    """Acts and offices for everyone; who and on what, for observers."""
    before = asked_number(request.args, "before")
    entries, more = record_queries.audit_page(before)
    opened = audit_queries.opened(entries) if _sees_all(actor) else {}
    votes_before = asked_number(request.args, "votes")
    votes, older = record_queries.recorded_votes(votes_before)
    return render_template(
        "referendum/results/record.html",
        entries=[_entry(each) | {"opened": opened.get(each.height)} for each in entries],
        older_url=url_for("record.show_record", before=entries[-1].height) if more else "",
        newer_url=url_for("record.show_record") if before is not None else "",
        votes=votes,
        older_votes_url=url_for("record.show_record", votes=votes[-1].vote.id, _anchor="votes-h") if older else "",
        newer_votes_url=url_for("record.show_record", _anchor="votes-h") if votes_before is not None else "",
        head=audit.head_hash(),
        height=entries[0].height if before is None and entries else None,
        fingerprint=signing.fingerprint(),
        sees_all=_sees_all(actor),
    )


def _sees_all(actor: Actor) -> bool:
    return actor.holds("observer") and actor.second_factor


def _entry(entry: audit.AuditEntry) -> dict[str, Any]:
    in_effect = entry.facts if entry.act == "complete_act" else {}
    return {
        "number": entry.height,
        "at": entry.at,
        "act": phrase(in_words(entry.act, entry.office, in_effect.get("kind", ""))),
        "about": url_for("bodies.show_act", act_id=in_effect["act_id"]) if in_effect else "",
        "who": "" if entry.act in OF_A_BODY else say(office_in_words(entry.office)),
        "hash": entry.hash,
        "url": url_for("record.show_record", before=entry.height + 1),
    }


@blueprint.get("/record/votes/<public_id>")
@anyone(limit="60/minute")
def show_box(_actor: Actor, public_id: str) -> str:
    """The ballot box of one vote, batch by batch."""
    vote = vote_by_public_id(public_id)
    if vote.opened_at is None:
        raise Missing
    before = asked_number(request.args, "before")
    batches, more = record_queries.batches_page(vote.id, before)
    here = partial(url_for, "record.show_box", public_id=public_id)
    return render_template(
        "referendum/results/box.html", vote=vote, question=question_by_id(vote.question_id), batches=batches,
        older_url=here(before=batches[-1].number) if more and batches else "",
        newer_url=here() if before is not None else "",
        archives=[(each, archive_verified(vote, each), parts_of(vote, each)) for each in archives_of(vote)],
    )  # fmt: skip


@blueprint.get("/record/votes/<public_id>/box-<archive>.bel")
@anyone(limit="30/minute")
def download_box(_actor: Actor, public_id: str, archive: str) -> Response:
    """The ballots of the published batches, for everybody, while the box fills; later the whole archive stands there.

    A later download begins with every earlier one: nothing that was published goes away.
    """
    vote = vote_by_public_id(public_id)
    away = is_elsewhere(vote.params) and vote.counted_at is None
    if vote.opened_at is None or archive not in archives_of(vote) or away:
        raise Missing
    settings: Settings = current_app.config["HUSTINGS"]
    path = at_hand(vote, archive, settings.instance)
    if path is None:
        raise Refused(BEING_WRITTEN)
    name = f"{uuid_of(vote, archive)}-box.bel"
    return send_file(path.resolve(), mimetype="application/octet-stream", as_attachment=True, download_name=name)


@blueprint.get("/record/audit.jsonl")
@anyone(limit="20/hour")
def download_audit(actor: Actor) -> Response:
    """The whole chain, for `flask audit check`: with bodies for observers, hashes alone for everyone else. `?after=` is
    the number of the last entry of a copy that somebody has, to which they append the rest."""
    asked = asked_number(request.args, "after")
    pages = signed_log.pages(with_bodies=_sees_all(actor), after=-1 if asked is None else asked)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    response = Response(_each_by_itself(app, pages), content_type="application/jsonl; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="audit.jsonl"'
    return response


def _each_by_itself(app: Flask, pages: Iterator[str]) -> Iterator[str]:
    """The pages, nothing being held while the reader takes time."""
    while True:
        with app.app_context():
            page = next(pages, None)
        if page is None:
            return
        yield page


def entry_in_navigation(_actor: Actor) -> dict[str, Any]:
    """The way to the record."""
    here = (request.blueprint or "") in ("record", "results")
    return {
        "order": RECORD, "label": gettext("Record"), "url": url_for("record.show_record"), "current": here,
        "live": False,
    }  # fmt: skip


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """The record in the navigation."""
    slots.fill("nav", entry_in_navigation)
