"""The mails of the sides: written portion by portion to their audience, each marked with whom it comes from."""

from datetime import datetime
from typing import Any

from forum.kernel import mail, mailings
from forum.kernel.database import db
from forum.kernel.mail import Reader
from forum.kernel.mailings import Mailing
from forum.kernel.wishes import MailKind
from forum.questions.models import Option, Question
from forum.reach.models import LedgerEntry
from forum.reach.rules import Audience
from forum.roll.models import Local, Member
from forum.signin.models import Account

MAILING = "reach_mail"


def send(entry: LedgerEntry, now: datetime) -> None:
    """Let a mail go out to its audience, after this transaction."""
    mailings.start(MAILING, entry.id, now)


@mailings.kind(MAILING)
def mail_audience(mailing: Mailing, most: int) -> int | None:
    """The next members of a mail's audience; those who want no mails of the sides get none."""
    entry = db.session.get_one(LedgerEntry, mailing.subject_id)
    if entry.hidden_at is not None:
        return None
    query = (
        db.select(Member.id, Member.email, Account.language)
        .outerjoin(Account, Account.member_id == Member.id)
        .where(Member.id > mailing.after, Member.left_at.is_(None), Member.email != "")
    )
    if entry.audience == Audience.LOCAL:
        query = query.where(Member.local_id == entry.local_id)
    elif entry.audience == Audience.COUNCIL:
        query = query.join(Local, Local.id == Member.local_id).where(Local.council_id == entry.council_id)
    rows = db.session.execute(query.order_by(Member.id).limit(most)).all()
    readers = [Reader(member_id, address, language or "en") for member_id, address, language in rows]
    mail.send_wanted("reach_mail", readers, MailKind.SIDES, now=mailing.at, **_letter(entry))
    return readers[-1].member_id if readers else None


def _letter(entry: LedgerEntry) -> dict[str, Any]:
    """What the mail says: the words, who says them in which office, for which option."""
    local = db.session.get(Local, entry.local_id) if entry.local_id is not None else None
    return {
        "entry": entry,
        "question": db.session.get_one(Question, entry.question_id),
        "option": db.session.get_one(Option, entry.option_id),
        "by": db.session.get_one(Member, entry.by_id).name,
        "local": local,
    }
