"""The list of sessions as its page shows it, in the reader's days."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import get_timezone

from forum.kernel.doors import Actor
from forum.kernel.languages import zone_name
from forum.sittings import queries
from forum.sittings.queries import ROWS_A_PAGE, Room


def overview(actor: Actor, page: int, now: datetime) -> dict[str, Any]:
    """Live now, today, coming and past; the pages go through what is coming, then through the past."""
    coming, past = queries.coming(actor, page), queries.past(actor, page)
    end = end_of_day(now)
    return {
        "live": queries.live(actor) if page == 1 else [],
        "today": [each for each in coming[:ROWS_A_PAGE] if each.sitting.starts_at < end],
        "coming": [each for each in coming[:ROWS_A_PAGE] if each.sitting.starts_at >= end],
        "past": past[:ROWS_A_PAGE],
        "page": page,
        "more": len(coming) > ROWS_A_PAGE or len(past) > ROWS_A_PAGE,
    }


def soon(actor: Actor, now: datetime, most: int = 6) -> list[Room]:
    """Live sessions and those of today and tomorrow; one that was never opened drops out when its day is over."""
    midnight = end_of_day(now)
    days = (midnight - timedelta(days=1), midnight + timedelta(days=1))
    return [*queries.live(actor), *queries.coming(actor, between=days, most=most)][:most]


def end_of_day(now: datetime) -> datetime:
    """The coming midnight where the reader is."""
    zone = get_timezone() or ZoneInfo(zone_name())
    local = now.astimezone(zone)
    return (local + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
