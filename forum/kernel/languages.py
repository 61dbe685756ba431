"""English, Spanish and French: which one a reader gets, and how times are written for them."""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import dates
from flask import Flask, current_app, g, has_request_context, request, session
from flask_babel import Babel, format_decimal, format_percent, get_locale, gettext
from markupsafe import Markup

from forum.kernel.doors import VISITOR, Actor
from forum.kernel.errors import Obstacle, Percentage, Problem, Refusal, Verbatim
from forum.kernel.wording import spoken

LANGUAGES = {"en": "English", "es": "Español", "fr": "Français"}
FOLDER = Path(__file__).parent / "translations"
MOST_WRITTEN = 20_000
LONG = 10_000  # numbers from here on are grouped


def init_app(app: Flask) -> None:
    """Attach translation: the language chosen in this browser, else the account's, else the browser's own."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(FOLDER)
    Babel(app, locale_selector=_language, timezone_selector=zone_name)

    @app.before_request
    def _choose() -> None:
        if request.query_string and request.args.get("lang") in LANGUAGES:
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
    "full": "EEEE d MMMM y, HH:mm",
    "short": "EEE d MMM, HH:mm",
    "date": "d MMMM y",
    "day": "EEE d MMM",
    "time": "HH:mm",
}
STYLES_OF = {"es": {"full": "EEEE d 'de' MMMM 'de' y, HH:mm", "date": "d 'de' MMMM 'de' y"}}


def when(at: datetime | date | None, style: str = "short", zone: str = "") -> Markup:
    """A `<time>` in the reader's language and zone, or in `zone` where given (named after it, if it differs). A day
    without an hour is the same day in every zone.

    Styles: full, short, date, day, time.
    """
    if at is None:
        return Markup("")
    if not isinstance(at, datetime):
        return _of_a_day(at, style, language())
    return _written(at, at.utcoffset(), style, zone or zone_name(), bool(zone), language())


def _of_a_day(day: date, style: str, spoken: str) -> Markup:
    words = dates.format_date(day, _pattern(style, spoken), locale=spoken)
    return Markup('<time datetime="{}">{}</time>').format(day.isoformat(), words)


def _pattern(style: str, spoken: str) -> str:
    return STYLES_OF.get(spoken, STYLES).get(style, STYLES[style])


@lru_cache(maxsize=MOST_WRITTEN)
def _written(at: datetime, _offset: object, style: str, zone: str, is_named: bool, spoken: str) -> Markup:
    """One moment written out; worked out once, since a page has many and shows them again and again."""
    local = at.astimezone(ZoneInfo(zone))
    words = dates.format_datetime(local.replace(tzinfo=None), _pattern(style, spoken), locale=spoken)
    if is_named:
        words = f"{words} {local.tzname()}"
    return Markup('<time datetime="{}">{}</time>').format(at.isoformat(timespec="seconds"), words)


def say(thing: Refusal | Problem | Obstacle | str, /, **facts: object) -> str:
    """A marked string, or the text of a refusal, problem or obstacle with its facts, in the reader's language."""
    if isinstance(thing, Refusal):
        return say(thing.reason, **thing.facts)
    if isinstance(thing, Problem | Obstacle):
        return say(thing.text, **thing.facts)
    if isinstance(thing, Verbatim):
        return thing
    return str(gettext(thing)) % _told(facts) if facts else str(gettext(thing))


def _told(facts: dict[str, object]) -> dict[str, object]:
    """Facts as a sentence says them: an instant, a percentage or another problem in the reader's zone and language."""
    return {name: _fact(each) for name, each in facts.items()}


def _fact(fact: object) -> object:
    if isinstance(fact, datetime):
        return when(fact, "full").striptags()
    if isinstance(fact, Problem):
        return say(fact)
    if isinstance(fact, Percentage):
        return percent(fact)
    return format_decimal(fact) if isinstance(fact, int) and fact >= LONG else fact


def remedy(obstacle: Obstacle) -> str:
    """What would remove an obstacle, in the reader's language."""
    return say(obstacle.remedy, **obstacle.facts)


def percent(written: str) -> str:
    """A percentage as rules and tables write it ("45.6 %", "61%") in the reader's language, with as many decimals."""
    figure = written.removesuffix("%").strip()
    if not figure:
        return ""
    decimals = len(figure.partition(".")[2])
    locale = get_locale()
    pattern = locale.percent_formats[None].pattern if locale else "#,##0%"
    return str(format_percent(Decimal(figure) / 100, pattern.replace("##0", "##0." + "0" * decimals, 1)))


def language() -> str:
    """The language of this page."""
    return spoken() or "en"


def isolate(name: str) -> Markup:
    """A person's name, kept from reordering what stands around it."""
    return Markup("<bdi>%s</bdi>") % name
