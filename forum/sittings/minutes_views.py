"""The minutes: drafted from what happened, worded and signed by the host, then read by every member."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from forum.kernel import clock, languages, text
from forum.kernel.doors import Actor, chairs, members
from forum.kernel.errors import Missing
from forum.sittings import closing_operations, forms, minutes_queries, queries, rules
from forum.sittings.queries import Room

blueprint = Blueprint("sitting_minutes", __name__)
PAGE = "sitting_minutes.show_minutes"


@blueprint.get("/sittings/<int:sitting_id>/minutes")
@members
def show_minutes(actor: Actor, sitting_id: int) -> str:
    room = queries.room(sitting_id)
    if room.sitting.opened_at is None:
        raise Missing
    facts = minutes_queries.minutes_facts(room)
    drafting = rules.may_write_minutes(actor, room.place, room.sitting.state, room.sitting.minutes_signed_at)
    draft = (room.sitting.minutes_source or _draft(room)) if drafting else ""
    page = "forum/sittings/minutes.html"
    signer = minutes_queries.signer(room.sitting)
    return render_template(page, room=room, facts=facts, drafting=drafting, draft=draft, signer=signer, **signed(room))


def signed(room: Room) -> dict[str, Any]:
    """The signed minutes as HTML, and whether words are left out that were hidden later."""
    words = minutes_queries.signed_words(room, f"*{_('The words were hidden.')}*")
    left_out = words != room.sitting.minutes_source
    html = text.render(words) if left_out else room.sitting.minutes_html
    html = html.replace("<h4>", '<h4 aria-level="2">')  # the page's own heading stands right above them
    return {"minutes": Markup(html), "left_out": left_out}  # noqa: S704 - rendered by text.render


def _draft(room: Room) -> str:
    """What happened, in the hall's own time; as much of it as minutes have room for."""
    words, zone = "", queries.zone_of(room)
    for most in minutes_queries.ALL_THAT_FITS:
        facts = minutes_queries.minutes_facts(room, most)
        page, as_words = "forum/sittings/_minutes.txt", {"plain": minutes_queries.plain, "short": minutes_queries.short}
        words = render_template(page, facts=facts, **as_words, there=_clock_in(zone), zone=zone)
        if not text.too_much(words.strip()):
            break
    return words.strip()


def _clock_in(zone: str) -> Callable[..., str]:
    """Writes a time as a clock in that zone shows it; the zone is named once, beside the end."""

    def there(at: datetime, style: str = "time") -> str:
        named = str(languages.when(at, style, zone).striptags())
        return named.removesuffix(f" {at.astimezone(ZoneInfo(zone)).tzname()}")

    return there


@blueprint.post("/sittings/<int:sitting_id>/minutes")
@chairs(again=PAGE, limit="60/hour")
def save_minutes(actor: Actor, sitting_id: int) -> Response:
    closing_operations.save_minutes(actor, sitting_id, forms.read_minutes(request.form))
    flash(_("Saved. Sign when every word is right."))
    return redirect(url_for(PAGE, sitting_id=sitting_id))


@blueprint.post("/sittings/<int:sitting_id>/minutes/sign")
@chairs(again=PAGE, fresh=True)
def sign_minutes(actor: Actor, sitting_id: int) -> Response:
    minutes = forms.read_minutes(request.form)
    closing_operations.sign_minutes(actor, sitting_id, minutes, now=clock.now())
    flash(_("The minutes are signed. Nobody can change them now."))
    return redirect(url_for(PAGE, sitting_id=sitting_id))
