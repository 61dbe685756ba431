"""Mail that a restore keeps back: whatever waited when the backup was made may have left since, and nobody is to get it
twice. Whoever runs the site looks at it and lets it go or drops it, kind by kind; other mail leaves meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, update

from forum.kernel import audit, jobs, mail, mailings
from forum.kernel.database import db
from forum.kernel.mail import MOST_TRIES, Outgoing
from forum.kernel.mailings import Mailing


class Act(audit.Act):
    """What becomes of mail that was kept back."""

    RELEASE_MAIL = "release_mail"
    DROP_MAIL = "drop_mail"


@dataclass(frozen=True, slots=True)
class Held:
    """One kind of mail that is kept back: how many are written, caused when; and how many times many are still to be
    written to."""

    name: str
    written: int
    first: datetime
    last: datetime
    mailings: int = 0


def hold_back(now: datetime) -> None:
    """Keep back everything that waits."""
    waiting = update(Outgoing).where(Outgoing.sent_at.is_(None), Outgoing.tries < MOST_TRIES)
    unfinished = update(Mailing).where(Mailing.finished_at.is_(None))
    for each in (waiting, unfinished):
        db.session.execute(each.values(held_at=now))


def held() -> list[Held]:
    """What is kept back, by kind in the order of their names."""
    spans = func.count(), func.min(Outgoing.at), func.max(Outgoing.at)
    rows = db.session.execute(db.select(Outgoing.name, *spans).where(_MAILS).group_by(Outgoing.name))
    found = {name: Held(name, *counted) for name, *counted in rows}
    spans = func.count(), func.min(Mailing.at), func.max(Mailing.at)
    unfinished = db.select(Mailing.kind, *spans).where(_MAILINGS).group_by(Mailing.kind)
    for kind, count, first, last in db.session.execute(unfinished):
        mails = found.get(kind) or Held(kind, 0, first, last)
        found[kind] = Held(kind, mails.written, min(first, mails.first), max(last, mails.last), count)
    return [found[name] for name in sorted(found)]


_MAILS = (Outgoing.held_at.is_not(None)) & (Outgoing.address != "")
_MAILINGS = Mailing.held_at.is_not(None)


def release(names: Sequence[str], now: datetime) -> int:
    """Let mail of these kinds go; how many mails."""
    mailing_ids = list(db.session.scalars(db.select(Mailing.id).where(_MAILINGS, Mailing.kind.in_(names))))
    count = _count(names)
    db.session.execute(update(Outgoing).where(_MAILS, Outgoing.name.in_(names)).values(held_at=None))
    db.session.execute(update(Mailing).where(Mailing.id.in_(mailing_ids)).values(held_at=None))
    for mailing_id in sorted(mailing_ids):
        jobs.enqueue(mailings.go_on, mailing_id=mailing_id)
    jobs.enqueue(mail.deliver_mail)
    _record(Act.RELEASE_MAIL, names, count, now)
    return count


def drop(names: Sequence[str], now: datetime) -> int:
    """Delete mail of these kinds, and end what writes more of it; how many mails."""
    count = _count(names)
    db.session.execute(delete(Outgoing).where(_MAILS, Outgoing.name.in_(names)))
    ended = update(Mailing).where(_MAILINGS, Mailing.kind.in_(names))
    db.session.execute(ended.values(held_at=None, finished_at=now))
    _record(Act.DROP_MAIL, names, count, now)
    return count


def _count(names: Sequence[str]) -> int:
    return sum(each.written for each in held() if each.name in names)


def _record(act: Act, names: Sequence[str], count: int, now: datetime) -> None:
    audit.record(None, act, "installation:1", now=now, office="operator", kinds=sorted(names), mails=count)
