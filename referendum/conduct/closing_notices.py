"""The notice that voting closes, at least seven days before, to everybody on the frozen roll.

It says the same to all: whether a reader has voted is nobody's business. An extension is told by its own notice.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from forum.kernel import clock, mail, mailings
from forum.kernel.database import db
from forum.kernel.mail import Reader
from forum.kernel.mailings import Mailing
from forum.kernel.wishes import MailKind
from forum.outlets.closing_notices import start_once
from forum.outlets.rules import LEAST_NOTICE
from forum.questions.queries import question_by_id
from referendum.conduct import notice_queries as queries
from referendum.conduct.notice_rules import Notice
from referendum.process.models import Vote

CLOSING = "vote_closes"
NOTICE = Notice(CLOSING, frozenset({"set_up", "open"}), offices=(), roll=True)


def start_due(zone: ZoneInfo, *, now: datetime) -> None:
    """Begin the notice for every called vote that closes within eight days, once each."""
    running = db.select(Vote).where(Vote.state.in_(NOTICE.states), Vote.called_at.is_not(None), Vote.closes_at > now)
    for vote in db.session.scalars(running.order_by(Vote.id)):
        start_once(CLOSING, vote.id, vote.closes_at, zone, now=now)


@mailings.kind(CLOSING)
def write(mailing: Mailing, most: int) -> int | None:
    """The next of the roll; nobody once voting is over."""
    vote, now = db.session.get_one(Vote, mailing.subject_id), clock.now()
    if vote.state not in NOTICE.states or vote.closes_at <= now:
        return None
    people = queries.readers(vote, NOTICE, mailing.after, most)
    readers = [Reader(each.member_id, each.address, each.language) for each in people]
    question, short = question_by_id(vote.question_id), vote.closes_at - mailing.at < LEAST_NOTICE
    mail.send_wanted(CLOSING, readers, MailKind.VOTE, now=now, vote=vote, question=question, short=short)
    return readers[-1].member_id if readers else None
