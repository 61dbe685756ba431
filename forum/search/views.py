"""The page of the search, and the way to it from every page of a member."""

from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Blueprint, g, render_template, request, url_for
from markupsafe import Markup

from forum.halls.models import Hall
from forum.kernel import slots
from forum.kernel.doors import Actor, members
from forum.kernel.errors import Invalid
from forum.kernel.languages import zone_name
from forum.kernel.quick import words as _
from forum.kernel.settings import Settings
from forum.search import forms, queries

blueprint = Blueprint("search", __name__)
FILTERS = ("q", "where", "local", "hall", "author", "from", "to", "option")


@blueprint.get("/search")
@members(limit="60/minute")
def show_search(actor: Actor) -> str:
    """The form, and one page of what was found. What was asked stands in the address, so that it can be kept."""
    found, typed = None, {name: request.args.get(name, "") for name in FILTERS}
    if typed["q"]:
        try:
            found = queries.results(actor, forms.read_search(request.args, ZoneInfo(zone_name())))
        except Invalid as invalid:
            g.problems = invalid.problems
    kept = {name: value for name, value in typed.items() if value}
    return render_template(
        "forum/search/search.html", found=found, asked=typed, options=_options(),
        around=lambda page: f"{url_for('search.show_search')}?{urlencode({**kept, 'page': page})}",
    )  # fmt: skip


def _options() -> list[tuple[str, str]]:
    found = queries.options_to_choose()
    return [
        ("", _("Any option")),
        *((str(key), _("%(option)s, question %(number)s", option=title, number=n)) for key, n, title in found),
    ]


def in_the_corner(actor: Actor, **_facts: object) -> Markup:
    """The way to the search from every page."""
    if not actor.is_member:
        return Markup("")
    return Markup('<li><a href="%s">%s</a></li>') % (url_for("search.show_search"), _("Search"))


def in_the_hall(_actor: Actor, *, hall: Hall, **_facts: object) -> Markup:
    """The way to the search in this hall alone; the key / takes it."""
    url = url_for("search.show_search", hall=hall.id)
    return Markup('<a class="btn btn-quiet" data-search href="%s">%s</a>') % (url, _("Search"))


def fill_slots(settings: Settings) -> None:  # noqa: ARG001 - every edge is called alike
    """Links to the search."""
    slots.fill("hall.tools", in_the_hall)
    slots.fill("page.account", in_the_corner)
