"""The member's page about mail, and the page behind the link in every mail that can be stopped."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from forum.halls import own_queries
from forum.kernel import clock, slots
from forum.kernel.doors import Actor, anyone, members
from forum.kernel.settings import Settings
from forum.outlets import choice_operations, choice_queries, forms
from forum.outlets.rules import KINDS, wants
from forum.roll.queries import member as find_member

blueprint = Blueprint("mail_choices", __name__)


@blueprint.get("/me/mail")
@members
def show_choice(actor: Actor) -> str:
    """Which mails one gets, and in which hours none."""
    member, choice = find_member(actor.member_id), choice_queries.choice_of(actor.member_id)
    return render_template(
        "forum/outlets/mail.html", choice=choice, chosen=[kind for kind in KINDS if wants(choice, kind)],
        hours=[(hour, f"{hour:0>2}:00") for hour in forms.HOURS], address=member.email, zone=member.local.timezone,
        trouble=choice_queries.trouble_of(actor.member_id), followed=own_queries.followed(actor.member_id),
    )  # fmt: skip


@blueprint.post("/me/mail")
@members(again="mail_choices.show_choice", limit="30/minute")
def choose_mail(actor: Actor) -> Response:
    choice_operations.choose_mail(actor, forms.read_choice(request.form), now=clock.now())
    flash(_("Saved. It holds for every mail from now on."))
    return redirect(url_for("mail_choices.show_choice"))


@blueprint.post("/me/mail/again")
@members(limit="5/hour")
def try_again(actor: Actor) -> Response:
    choice_operations.try_again(actor)
    flash(_("We write to this address again."))
    return redirect(url_for("mail_choices.show_choice"))


@blueprint.get("/mail/stop/<token>")
@anyone(nobody=True, limit="600/minute")
def show_stop(_actor: Actor, token: str) -> str:
    """What the link would stop. Mail programs open links by themselves, so looking changes nothing."""
    _member, kind = choice_operations.named_in(token)
    return render_template("forum/outlets/stop.html", kind=kind, token=token, done=False)


@blueprint.post("/mail/stop/<token>")
@anyone(nobody=True, csrf=False, limit="600/minute")
def stop_kind(_actor: Actor, token: str) -> str:
    """The one click of RFC 8058, by a mail program or by the page: no cookie is looked at."""
    kind = choice_operations.stop_kind(token, now=clock.now())
    return render_template("forum/outlets/stop.html", kind=kind, token=token, done=True)


def on_the_account_page(_actor: Actor, **_facts: object) -> Markup:
    """The way to one's mails and feeds."""
    link = Markup('<p class="rail-link"><a class="more" href="{}">{}</a></p>')
    mails = link.format(url_for("mail_choices.show_choice"), _("Mails: which, and when"))
    return mails + link.format(url_for("feed_keys.show_keys"), _("Your feeds"))


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """Answer for members' wishes; stand on the account page."""
    slots.fill("mail.wishes", choice_queries.wishes)
    slots.fill("account.rail", on_the_account_page)
