"""Mail that came back, for those who hold the roll; and the word to a member who signs in again."""

from flask import Blueprint, flash, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from forum.kernel import slots
from forum.kernel.doors import Actor, hosts, serving_tellers
from forum.kernel.errors import Missing
from forum.kernel.reading import asked_page
from forum.kernel.settings import Settings
from forum.outlets.choice_queries import trouble_of
from forum.outlets.trouble_queries import returned

blueprint = Blueprint("mail_troubles", __name__)
MOST_PAGES = 100_000


@blueprint.get("/roll/returned-mail")
@serving_tellers
def show_returned(_actor: Actor) -> str:
    """Every address that refuses mail, with what its server said."""
    return _page(url_for("mail_troubles.show_returned"), None)


@blueprint.get("/locals/<int:local_id>/roll/returned-mail")
@hosts
def show_returned_here(actor: Actor, local_id: int) -> str:
    """The same for a host's own local; hosts see no addresses."""
    if not actor.hosts(local_id):
        raise Missing
    return _page(url_for("mail_troubles.show_returned_here", local_id=local_id), local_id)


def _page(url: str, local_id: int | None) -> str:
    page = asked_page(request.args, MOST_PAGES)
    found, more = returned(page, local_id=local_id)
    return render_template(
        "forum/outlets/returned.html", found=found, more=more, page=page, url=url, names_address=local_id is None
    )


def on_entering(member_id: int) -> None:
    """Tell a member at the next sign-in that mail to them came back."""
    if trouble_of(member_id) is not None:
        words = Markup(_("Mails to your address came back, so we stopped writing to it.")) + " "  # noqa: S704 - ours
        link = Markup('<a href="{}">{}</a>').format(url_for("mail_choices.show_choice"), _("See why, and put it right"))
        flash(words + link, "late")


def on_the_roll(_actor: Actor, **_facts: object) -> Markup:
    """The way from the whole roll to the mail that came back."""
    return _link(url_for("mail_troubles.show_returned"))


def on_a_local_s_roll(_actor: Actor, *, local_id: int, **_facts: object) -> Markup:
    """The same from a host's own."""
    return _link(url_for("mail_troubles.show_returned_here", local_id=local_id))


def _link(url: str) -> Markup:
    return Markup('<p><a class="btn" href="{}">{}</a></p>').format(url, _("Mail that came back"))


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """Stand on the roll's pages, and at the sign-in."""
    slots.fill("signin.entered", on_entering)
    slots.fill("roll.rail", on_the_roll)
    slots.fill("roll.local.rail", on_a_local_s_roll)
