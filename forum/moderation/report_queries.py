"""Reports: what waits for whoever may judge it, words by words and without the reporters' names; a member's own."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_

from forum.halls.models import Hall
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.moderation.models import Report
from forum.moderation.rules import Ground, may_judge
from forum.moderation.word_queries import Words, words
from forum.roll.models import Member

MOST_OPEN = 60
OWN_A_PAGE = 20


@dataclass(frozen=True)
class Reported:
    """Words with every open report of them: how many on each ground, and what was said with it."""

    report_id: int
    words: Words
    first_at: datetime
    grounds: list[tuple[Ground, int]]
    said: list[str]
    count: int


def open_reports(actor: Actor) -> list[Reported]:
    """What this person may judge, the longest waiting first; nothing of words that concern this person."""
    told = [question_id for role, question_id in actor.appointments if role == "teller"]
    hosted = db.select(Member.local_id).where(Member.office == "host", Member.left_at.is_(None))
    mine: ColumnElement[bool] = or_(Report.for_tellers, Hall.local_id.not_in(hosted)) & Hall.question_id.in_(told)
    if actor.office == "host":
        mine = or_(mine, ~Report.for_tellers & (Hall.local_id == actor.local_id))
    elif not told:
        return []
    query = db.select(Report).join(Hall, Hall.id == Report.hall_id).where(Report.closed_at.is_(None), mine)
    by_words: dict[tuple[str, int], list[Report]] = {}
    for each in db.session.scalars(query.order_by(Report.id).limit(MOST_OPEN * 10)):
        by_words.setdefault((each.kind, each.subject_id), []).append(each)
    found = [_reported(words(*key), reports) for key, reports in list(by_words.items())[:MOST_OPEN]]
    return [each for each in found if may_judge(actor, each.words.case)]


def _reported(found: Words, reports: list[Report]) -> Reported:
    grounds = Counter(Ground(each.ground) for each in reports)
    said = [each.text for each in reports if each.text]
    return Reported(reports[0].id, found, reports[0].at, grounds.most_common(), said, len(reports))


def own_reports(member_id: int, page: int) -> tuple[list[tuple[Report, Words]], bool]:
    """What a member reported, the newest first, and whether there is more."""
    query = db.select(Report).where(Report.by_id == member_id).order_by(Report.id.desc())
    rows = list(db.session.scalars(query.offset((page - 1) * OWN_A_PAGE).limit(OWN_A_PAGE + 1)))
    return [(each, words(each.kind, each.subject_id)) for each in rows[:OWN_A_PAGE]], len(rows) > OWN_A_PAGE
