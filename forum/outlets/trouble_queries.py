"""Reads of mail that came back: whose, for those who hold the roll."""

from dataclasses import dataclass

from forum.kernel.database import db
from forum.kernel.mail_troubles import MailTrouble
from forum.roll.models import Local, Member

PAGE = 50


@dataclass(frozen=True, slots=True)
class Returned:
    """A member whose address refused mail."""

    member: Member
    local: str
    trouble: MailTrouble


def returned(page: int, *, local_id: int | None = None) -> tuple[list[Returned], bool]:
    """Members whose address refuses mail now, those given up first, the latest first; and whether there are more."""
    query = (
        db.select(Member, Local.number, MailTrouble)
        .join(Member, Member.email == MailTrouble.address)
        .join(Local, Local.id == Member.local_id)
        .where(Member.left_at.is_(None))
        .order_by(MailTrouble.stopped_at.is_(None), MailTrouble.last_at.desc(), Member.id)
        .offset((page - 1) * PAGE)
        .limit(PAGE + 1)
    )
    if local_id is not None:
        query = query.where(Member.local_id == local_id)
    rows = [Returned(*row) for row in db.session.execute(query)]
    return rows[:PAGE], len(rows) > PAGE
