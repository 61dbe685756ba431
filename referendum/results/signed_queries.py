"""What the installation signs of a result: the table as published, the state of the vote, the archives' hashes."""

from forum.kernel.audit import canonical
from forum.kernel.database import db
from forum.questions.queries import question_by_id
from referendum.count.models import Tally
from referendum.electorate.queries import electorate
from referendum.process.models import Vote
from referendum.results.queries import result_of

KIND = "hustings result"


def signed_result(vote: Vote) -> bytes | None:
    """The bytes of a vote's result as they are signed; None before anything is published."""
    published, roll = result_of(vote.id), electorate(vote.id)
    if published is None:
        return None
    question = question_by_id(vote.question_id)
    counted = db.session.scalars(db.select(Tally).where(Tally.vote_id == vote.id))
    said = {
        "kind": KIND, "question": question.number, "title": question.title, "vote": vote.number,
        "id": vote.public_id, "state": vote.state, "outcome": vote.outcome, "reason": vote.outcome_reason,
        "table": published.table, "roll": roll.roll_hash if roll else None,
        "archives": {each.archive: each.archive_hash for each in counted},
    }  # fmt: skip
    return canonical(said).encode()
