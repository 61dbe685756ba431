"""Whether anybody may vote at all."""

from datetime import datetime

from forum.questions.queries import process_of, question_by_id
from forum.roll.import_queries import changed_since
from referendum.electorate.queries import electorate, record_instant, voters_now
from referendum.electorate.rules import is_eligible, is_late
from referendum.process.models import Vote
from referendum.registration.queries import registered_members


def nobody_may_vote(vote: Vote, now: datetime) -> bool:
    """Whether a roll that should be frozen by now cannot be, because nobody on it may vote. Reads no further than to
    the first who may.
    """
    instant = record_instant(vote)
    if instant is None or not is_late(instant, now) or electorate(vote.id) is not None or changed_since(instant):
        return False
    question = question_by_id(vote.question_id)
    rule = process_of(question).electorate
    return not any(is_eligible(voter, rule) for voter, *_ in voters_now(registered_members(question)))
