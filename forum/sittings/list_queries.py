"""The list of sessions as its page shows it, in the reader's days."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import get_timezone

from forum.kernel.doors import Actor
from forum.kernel.languages import zone_name
from forum.sittings import queries
from forum.sittings.queries import ROWS_A_PAGE, Room
from forum.sittings.rules import OPENS_LATE

A_DAY = timedelta(days=1)


def overview(actor: Actor, page: int, now: datetime) -> dict[str, Any]:
    """Live now, today, coming and past; the pages go through what is coming, then through the past."""
    end = end_of_day(now)
    coming, past = queries.coming(actor, _since(now, end), page), queries.past(actor, now, page)
    return {
        "live": queries.live(actor) if page == 1 else [],
        "today": [each for each in coming[:ROWS_A_PAGE] if each.sitting.starts_at < end],
        "coming": [each for each in coming[:ROWS_A_PAGE] if each.sitting.starts_at >= end],
        "past": past[:ROWS_A_PAGE],
        "page": page,
        "more": len(coming) > ROWS_A_PAGE or len(past) > ROWS_A_PAGE,
    }


def soon(actor: Actor, now: datetime, most: int = 6) -> list[Room]:
    """Live sessions and those of today and tomorrow."""
    midnight = end_of_day(now)
    coming = queries.coming(actor, _since(now, midnight), before=midnight + A_DAY, most=most)
    return [*queries.live(actor), *coming][:most]


def _since(now: datetime, midnight: datetime) -> datetime:
    """From when a session that nobody has opened yet is still one of today."""
    return max(midnight - A_DAY, now - OPENS_LATE)


def end_of_day(now: datetime) -> datetime:
    """The coming midnight where the reader is."""
    zone = get_timezone() or ZoneInfo(zone_name())
    local = now.astimezone(zone)
    return (local + A_DAY).replace(hour=0, minute=0, second=0, microsecond=0)
