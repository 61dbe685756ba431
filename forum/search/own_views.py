"""A page of one's own: what I wrote and what became of it."""

from flask import Blueprint, render_template, request, url_for
from markupsafe import Markup

from forum.kernel import slots
from forum.kernel.doors import Actor, members
from forum.kernel.quick import words as _
from forum.kernel.reading import asked_page
from forum.kernel.settings import Settings
from forum.search import own_queries
from forum.search.forms import MOST_PAGES

blueprint = Blueprint("own_words", __name__)


@blueprint.get("/me/words")
@members
def show_words(actor: Actor) -> str:
    """Only one's own: whose page this is cannot be asked."""
    page, second = asked_page(request.args, MOST_PAGES), asked_page(request.args, MOST_PAGES, "arguments")
    words, more_words = own_queries.words(actor.member_id, page)
    arguments, more_arguments = own_queries.arguments(actor.member_id, second)
    went: dict[int, Markup] = {}
    for told in slots.gather("arguments.went", [each.argument.id for each in arguments]):
        went |= told
    return render_template(
        "forum/search/own.html", words=words, page=page, more_words=more_words, arguments=arguments, second=second,
        more_arguments=more_arguments, went=went, measures=own_queries.measures(actor.member_id),
    )  # fmt: skip


def in_the_corner(actor: Actor, **_facts: object) -> Markup:
    """The way to it from every page."""
    if not actor.is_member:
        return Markup("")
    return Markup('<li><a href="%s">%s</a></li>') % (url_for("own_words.show_words"), _("My words"))


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """The link to one's own words."""
    slots.fill("page.account", in_the_corner)
