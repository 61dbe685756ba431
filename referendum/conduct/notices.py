"""Every move of a vote or a mandate tells those concerned, by mail that a job writes (see `forum.kernel.mailings`).

Nobody can stop these mails; they wait until the reader's quiet hours are over."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from forum.kernel import clock, mail, mailings
from forum.kernel.database import db
from forum.kernel.mail import Reader
from forum.kernel.mailings import Mailing
from forum.kernel.wishes import MailKind
from referendum.conduct import notice_queries as queries
from referendum.conduct.notice_rules import MANDATE_NOTICES, VOTE_NOTICES, Notice
from referendum.mandate.models import Mandate
from referendum.process.models import Vote


def vote_moved(vote: Vote, move: str, now: datetime) -> None:
    """A vote was set up, called or moved."""
    mailings.start(VOTE_NOTICES[str(move)].mail, vote.id, now)


def mandate_moved(mandate: Mandate, move: str, now: datetime) -> None:
    """A mandate began, was answered or disputed, or ended."""
    mailings.start(MANDATE_NOTICES[str(move)].mail, mandate.id, now)


def _tell(mailing: Mailing, most: int, notice: Notice, vote: Vote, state: str, facts: dict[str, Any]) -> int | None:
    readers = queries.readers(vote, notice, mailing.after, most) if state in notice.states else []
    if not readers:
        return None
    people = [Reader(each.member_id, each.address, each.language) for each in readers]
    mail.send_wanted(notice.mail, people, MailKind.VOTE, now=clock.now(), **facts)
    return readers[-1].member_id


def _of_vote(notice: Notice) -> Callable[[Mailing, int], int | None]:
    def write(mailing: Mailing, most: int) -> int | None:
        vote = db.session.get_one(Vote, mailing.subject_id)
        return _tell(mailing, most, notice, vote, vote.state, queries.facts_of_vote(vote))

    return write


def _of_mandate(notice: Notice) -> Callable[[Mailing, int], int | None]:
    def write(mailing: Mailing, most: int) -> int | None:
        mandate = db.session.get_one(Mandate, mailing.subject_id)
        vote = db.session.get_one(Vote, mandate.vote_id)
        return _tell(mailing, most, notice, vote, mandate.state, queries.facts_of_mandate(mandate))

    return write


for each in VOTE_NOTICES.values():
    mailings.kind(each.mail)(_of_vote(each))
for each in MANDATE_NOTICES.values():
    mailings.kind(each.mail)(_of_mandate(each))
