"""Officers invited to a hall: the part of the hall's page that names them, and the host's two acts."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from forum.halls import forms, invitation_operations, invitation_queries, queries, rules
from forum.halls.models import Hall
from forum.kernel import clock, slots
from forum.kernel.doors import Actor, hosts
from forum.kernel.kept import kept
from forum.kernel.settings import Settings
from forum.questions.models import Question
from forum.questions.queries import question_by_id
from forum.questions.rules import QuestionState

blueprint = Blueprint("hall_invitations", __name__)
AGAIN = "halls.show_hall"


@blueprint.post("/halls/<int:hall_id>/invitations")
@hosts(again=AGAIN, fresh=True, limit="20/minute")
def invite_officer(actor: Actor, hall_id: int) -> AnyResponse:
    words = forms.read_invitation(request.form)
    invitation_operations.invite_officer(actor, hall_id, words, now=clock.now())
    flash(_("Invited. What the officer says here is marked as the leadership’s."))
    return redirect(url_for(AGAIN, hall_id=hall_id, _anchor="invited-h"))


@blueprint.post("/halls/<int:hall_id>/invitations/<int:invitation_id>/withdraw")
@hosts(again=AGAIN, fresh=True, limit="20/minute")
def withdraw_invitation(actor: Actor, hall_id: int, invitation_id: int) -> AnyResponse:
    invitation_operations.withdraw_invitation(actor, hall_id, invitation_id, now=clock.now())
    flash(_("The invitation is withdrawn. What was said here stays."))
    return redirect(url_for(AGAIN, hall_id=hall_id, _anchor="invited-h"))


def in_the_rail(actor: Actor, *, hall: Hall, **_facts: object) -> Markup:
    """Who is invited, for everybody in the hall; the form for its host."""
    if not rules.keeps_order(actor, hall.question_id, hall.local_id):
        return _for_members(hall.id)
    state = QuestionState(question_by_id(hall.question_id).state)
    return _part(hall.id, invites=rules.may_invite(actor, hall.question_id, state, hall.local_id))


@kept
def _for_members(hall_id: int) -> Markup:
    return _part(hall_id, invites=False)


def _part(hall_id: int, *, invites: bool) -> Markup:
    invited = invitation_queries.invited_to(hall_id)
    if not invited and not invites:
        return Markup("")
    part = render_template("forum/halls/_invited.html", hall_id=hall_id, invited=invited, invites=invites)
    return Markup(part)  # noqa: S704 - a rendered template


def what_to_do_now(actor: Actor, question: Question) -> list[dict[str, Any]]:
    """For the docket of an officer: the halls whose hosts have asked for a word."""
    if not actor.is_officer:
        return []
    views = [queries.hall(each.id) for each in invitation_queries.halls_open_to(actor.member_id, question.id)]
    return [
        {
            "what": _("Speak in the hall of Local %(number)s", number=view.local.number),
            "long": _("Its host invited you"), "url": url_for(AGAIN, hall_id=view.hall.id, _anchor="say"), "order": 35,
        }
        for view in views
        if view.local is not None and rules.may_write(actor, view.place)
    ]  # fmt: skip


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """Invitations in the hall's rail and on the invited officer's docket."""
    slots.fill("hall.rail", in_the_rail)
    slots.fill("question.now", what_to_do_now)
