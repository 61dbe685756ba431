"""Publishes what the count opened: the table under the reporting rule, and each argument's citations."""

from datetime import datetime

from forum.kernel import audit, slots
from forum.kernel.database import db
from forum.kernel.errors import N_, Refused
from referendum.count.queries import tally_of
from referendum.digest.queries import frozen_lines
from referendum.process.models import Vote
from referendum.process.params import read_params
from referendum.process.queries import subject_of
from referendum.results import queries
from referendum.results.models import CitedArgument, PublishedResult
from referendum.results.totals import read_citations, table_as_json


class Act(audit.Act):
    """Acts of power on results."""

    PUBLISH_RESULT = "publish_result"
    PUBLISH_CITATIONS = "publish_citations"


def publish_result(vote: Vote, now: datetime) -> None:
    """Freeze the published table of an opened count. Publishing twice changes nothing."""
    if queries.result_of(vote.id) is not None:
        return
    totals = queries.totals_of(vote)
    if totals is None:
        raise Refused(N_("The count is not opened yet."))
    table = table_as_json(totals, read_params(vote.params), **queries.sizes_of(vote))
    db.session.add(PublishedResult(vote_id=vote.id, table=table, before_debate=None, at=now))
    db.session.flush()
    audit.record(None, Act.PUBLISH_RESULT, subject_of(vote), now=now, ballots=totals.ballots)


def publish_citations(vote: Vote, now: datetime) -> bool:
    """Write the totals of C beside the digest once they are opened; says whether they are there.

    V is published and certified without waiting for C; a mandate that began meanwhile is told ("citations.published").
    """
    counted = tally_of(vote.id, "C") if vote.election_c else None
    result = queries.result_of(vote.id)
    if counted is None or counted.result is None or result is None:
        return False
    if result.before_debate is not None:
        return True
    cited_row, before_row = counted.result
    lines = frozen_lines(vote.question_id)
    rows = read_citations(cited_row, weighed=read_params(vote.params).weighed)
    for frozen, row in zip(lines, rows, strict=True):
        db.session.add(
            CitedArgument(vote_id=vote.id, argument_id=frozen.argument.id, moved=row.moved, weighed=row.weighed)
        )
    result.before_debate = list(before_row)
    db.session.flush()
    audit.record(None, Act.PUBLISH_CITATIONS, subject_of(vote), now=now, ballots=counted.ballot_count)
    slots.gather("citations.published", vote, now)
    return True
