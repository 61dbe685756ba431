"""English, Spanish and French: which one a reader gets, and how times are written for them."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask, current_app, g, has_request_context, request, session
from flask_babel import Babel, format_date, format_datetime, format_time, get_locale, gettext
from markupsafe import Markup, escape

from forum.kernel.doors import VISITOR, Actor
from forum.kernel.errors import Problem

LANGUAGES = {"en": "English", "es": "Español", "fr": "Français"}
FOLDER = Path(__file__).parent / "translations"


def init_app(app: Flask) -> None:
    """Attach translation; a reader's language is their account's, else the cookie's, else the browser's."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(FOLDER)
    Babel(app, locale_selector=_language, timezone_selector=zone_name)

    @app.before_request
    def _choose() -> None:
        if request.args.get("lang") in LANGUAGES:
            session["language"] = request.args["lang"]


def _language() -> str:
    if not has_request_context():
        return "en"
    actor: Actor = g.get("actor", VISITOR)
    chosen = session.get("language") or actor.language
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES) or "en"


def zone_name() -> str:
    """The reader's time zone: their local's, else the union's."""
    actor: Actor = g.get("actor", VISITOR) if has_request_context() else VISITOR
    return actor.timezone or current_app.config["HUSTINGS"].timezone


STYLES = {
    "full": lambda at: format_datetime(at, "EEEE d MMMM y, HH:mm"),
    "short": lambda at: format_datetime(at, "EEE d MMM, HH:mm"),
    "date": lambda at: format_date(at, "d MMMM y"),
    "day": lambda at: format_date(at, "EEE d MMM"),
    "time": lambda at: format_time(at, "HH:mm"),
}


def when(at: datetime | None, style: str = "short", zone: str = "") -> Markup:
    """A `<time>` in the reader's language and zone, or in `zone` where given (named after it, if it differs).

    Styles: full, short, date, day, time.
    """
    if at is None:
        return Markup("")
    local = at.astimezone(ZoneInfo(zone or zone_name()))
    words = STYLES[style](local) if not zone else _in_zone(local, style)
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(timespec="seconds"), words)


def _in_zone(local: datetime, style: str) -> str:
    naive = local.replace(tzinfo=None)
    patterns = {
        "full": "EEEE d MMMM y, HH:mm",
        "short": "EEE d MMM, HH:mm",
        "date": "d MMMM y",
        "day": "EEE d MMM",
        "time": "HH:mm",
    }
    return f"{format_datetime(naive, patterns[style], rebase=False)} {local.tzname()}"


def say(thing: Problem | str, **facts: object) -> str:
    """A marked reason (or a Problem, Obstacle text …) in the reader's language, with its facts."""
    if isinstance(thing, Problem):
        return str(gettext(thing.text)) % thing.facts
    return str(gettext(thing)) % facts if facts else str(gettext(thing))


def language() -> str:
    """The language of this page."""
    return str(get_locale() or "en")


def isolate(name: str) -> Markup:
    """A person's name, kept from reordering what stands around it."""
    return Markup("<bdi>{}</bdi>").format(escape(name))
