"""Sheets of paper for those in the hall without a phone: the agenda before a session, the signed minutes after it."""

from flask import Blueprint, render_template, url_for

from forum.kernel import clock
from forum.kernel.doors import Actor, members
from forum.kernel.errors import N_, Missing
from forum.sittings import minutes_queries, page_queries, queries, wall
from forum.sittings.minutes_views import signed

blueprint = Blueprint("sitting_sheets", __name__)


@blueprint.get("/sittings/<int:sitting_id>/agenda")
@members
def show_agenda(actor: Actor, sitting_id: int) -> str:
    room = queries.room(sitting_id)
    code = wall.join_code(url_for("sittings.show_sitting", sitting_id=sitting_id))
    facts = page_queries.enquiries_page(actor, room, clock.now())
    return render_template("forum/sittings/agenda_sheet.html", zone=queries.zone_of(room), **facts, **code)


@blueprint.get("/sittings/<int:sitting_id>/minutes/sheet")
@members
def show_minutes_sheet(_actor: Actor, sitting_id: int) -> str:
    room = queries.room(sitting_id)
    if room.sitting.minutes_signed_at is None:
        raise Missing(N_("The minutes are not signed yet. Only signed ones are printed."))
    code = wall.join_code(url_for("sitting_minutes.show_minutes", sitting_id=sitting_id))
    signer = minutes_queries.signer(room.sitting)
    page = "forum/sittings/minutes_sheet.html"
    return render_template(page, room=room, signer=signer, zone=queries.zone_of(room), **signed(room), **code)
