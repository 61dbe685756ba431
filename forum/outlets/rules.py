"""When mail may come, when a digest is due, when a closing is told. Pure: times are aware, hours are local ones."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

DIGESTS = ("weekly", "daily", "off")
KINDS = ("threads", "sessions", "sides")
LEAST_NOTICE = timedelta(days=7)
TOLD_BEFORE = timedelta(days=8)  # a day more, for quiet hours and slow mail
DAY_HOURS = range(9, 19)
DIGEST_HOUR = 17
DIGEST_WEEKDAY = 3  # Thursday, as weekday() counts
SPANS = {"daily": timedelta(days=1), "weekly": timedelta(days=7)}
AHEAD = {"daily": timedelta(days=2), "weekly": timedelta(days=8)}
MOST_KEYS = 10


@dataclass(frozen=True, slots=True)
class Choice:
    """What a member wants: how often a digest, which other kinds, and the hours in which no such mail comes."""

    digest: str = "weekly"
    threads: bool = True
    sessions: bool = True
    sides: bool = True
    quiet_from: int = 22
    quiet_until: int = 7


DEFAULT = Choice()


def stopped(choice: Choice, kind: str) -> Choice:
    """The same choice without this kind of mail."""
    if kind == "digest":
        return replace(choice, digest="off")
    left: dict[str, Any] = {kind: False}
    return replace(choice, **left) if kind in KINDS else choice


def wants(choice: Choice, kind: str) -> bool:
    """Whether mails of this kind are wanted; those of a vote come to everybody."""
    if kind == "digest":
        return choice.digest != "off"
    return bool(getattr(choice, kind)) if kind in KINDS else True


def quiet_until(choice: Choice, zone: ZoneInfo, now: datetime) -> datetime | None:
    """When the quiet hours end in which `now` falls; None outside of them."""
    start, end = choice.quiet_from, choice.quiet_until
    here = now.astimezone(zone)
    if not (start <= here.hour < end if start <= end else here.hour >= start or here.hour < end):
        return None
    morning = here.replace(hour=end, minute=0, second=0, microsecond=0, fold=0)
    if morning <= here:
        morning = (morning + timedelta(days=1)).replace(fold=0)
    return morning.astimezone(UTC)


def due_since(kind: str, zone: ZoneInfo, now: datetime) -> datetime:
    """The last instant at which a digest of this kind should have gone out, on or before `now`."""
    here = now.astimezone(zone)
    days_back = (here.weekday() - DIGEST_WEEKDAY) % 7 if kind == "weekly" else 0
    slot = (here - timedelta(days=days_back)).replace(hour=DIGEST_HOUR, minute=0, second=0, microsecond=0)
    while slot > here:
        slot -= SPANS[kind]
    return slot.astimezone(UTC)


def is_told_now(closes_at: datetime, zone: ZoneInfo, now: datetime) -> bool:
    """Whether the notice of a closing is due: eight days before, by day; at once when a week is no longer left."""
    left = closes_at - now
    by_day = now.astimezone(zone).hour in DAY_HOURS
    return timedelta(0) < left <= TOLD_BEFORE and (by_day or left < LEAST_NOTICE + timedelta(hours=2))
