"""Reads of what members chose about mail."""

from collections.abc import Collection
from datetime import datetime
from zoneinfo import ZoneInfo

from forum.kernel.database import db
from forum.kernel.mail_troubles import MailTrouble
from forum.kernel.wishes import MailKind, Wish
from forum.outlets import rules
from forum.outlets.models import MailChoice
from forum.outlets.rules import Choice
from forum.roll.models import Local, Member


def choice_of(member_id: int) -> Choice:
    """What a member chose, or the defaults."""
    return _choice(db.session.get(MailChoice, member_id))


def _choice(kept: MailChoice | None) -> Choice:
    if kept is None:
        return rules.DEFAULT
    return Choice(kept.digest, kept.threads, kept.sessions, kept.sides, kept.quiet_from, kept.quiet_until)


def wishes(member_ids: Collection[int], kind: MailKind, now: datetime) -> dict[int, Wish]:
    """For the kernel: whether these members want a kind of mail, and when it may come."""
    query = (
        db.select(Member.id, Local.timezone, MailChoice)
        .join(Local, Local.id == Member.local_id)
        .outerjoin(MailChoice, MailChoice.member_id == Member.id)
        .where(Member.id.in_(list(member_ids)))
    )
    return {
        member_id: _wish(_choice(kept), kind, ZoneInfo(zone), now)
        for member_id, zone, kept in db.session.execute(query)
    }


def _wish(choice: Choice, kind: MailKind, zone: ZoneInfo, now: datetime) -> Wish:
    return Wish(rules.wants(choice, kind), rules.quiet_until(choice, zone, now))


def trouble_of(member_id: int) -> MailTrouble | None:
    """What keeps general mail from a member's address; None while it takes mail."""
    query = (
        db.select(MailTrouble)
        .join(Member, Member.email == MailTrouble.address)
        .where(Member.id == member_id, MailTrouble.stopped_at.is_not(None))
    )
    found: MailTrouble | None = db.session.scalar(query)
    return found
