"""Reads for the record: pages of the audit log, the box batch by batch, the archives with their hashes."""

from dataclasses import dataclass

from forum.kernel.audit import AuditEntry
from forum.kernel.database import db
from forum.kernel.reading import MOST_NUMBER
from forum.questions.models import Question
from referendum.casting.models import BoxBatch
from referendum.casting.queries import box_state
from referendum.count.models import Tally
from referendum.count.part_queries import PartsDone, parts_done
from referendum.electorate.models import Electorate
from referendum.electorate.queries import electorate
from referendum.process.models import Vote
from referendum.results.models import PublishedResult
from referendum.results.proof_queries import set_aside

PAGE = 50


@dataclass(frozen=True)
class VoteRecord:
    """A vote on the record page, with its frozen roll, what was set aside of each archive of a sealed box, whether its
    result was published, and of each archive whose record has several parts how many are written."""

    vote: Vote
    question: Question
    tallies: list[Tally]
    roll: Electorate | None
    set_aside: dict[str, int]
    published: bool
    parts: dict[str, PartsDone]


def audit_page(before: int | None) -> tuple[list[AuditEntry], bool]:
    """Entries below a height, newest first, and whether there are older ones."""
    query = db.select(AuditEntry).order_by(AuditEntry.height.desc()).limit(PAGE + 1)
    if before is not None:
        query = query.where(AuditEntry.height < before)
    rows = list(db.session.scalars(query))
    return rows[:PAGE], len(rows) > PAGE


def batches_page(vote_id: int, before: int | None) -> tuple[list[BoxBatch], bool]:
    """The batches of both archives below a number, newest first, and whether there are older ones."""
    state = box_state(vote_id)
    top = min(before or MOST_NUMBER, state.batch + 1 if state else 1)
    query = db.select(BoxBatch).where(BoxBatch.vote_id == vote_id, BoxBatch.number < top, BoxBatch.number >= top - PAGE)
    rows = db.session.scalars(query.order_by(BoxBatch.number.desc(), BoxBatch.archive.desc()))
    return list(rows), top - PAGE > 1


def recorded_votes(before: int | None, most: int = 20) -> tuple[list[VoteRecord], bool]:
    """Votes that have begun, newest first, with what was counted of them; `before` is the id to go on from. And whether
    there are older ones."""
    query = (
        db.select(Vote, Question)
        .join(Question, Question.id == Vote.question_id)
        .where(Vote.opened_at.is_not(None))
        .order_by(Vote.id.desc())
        .limit(most + 1)
    )
    if before is not None:
        query = query.where(Vote.id < before)
    found = [(vote, question) for vote, question in db.session.execute(query)]
    rows = found[:most]
    counted: dict[int, list[Tally]] = {}
    ids = [vote.id for vote, _ in rows]
    for each in db.session.scalars(db.select(Tally).where(Tally.vote_id.in_(ids)).order_by(Tally.archive.desc())):
        counted.setdefault(each.vote_id, []).append(each)
    parts = parts_done(ids)
    published = set(db.session.scalars(db.select(PublishedResult.vote_id).where(PublishedResult.vote_id.in_(ids))))
    records = [
        VoteRecord(
            vote, question, counted.get(vote.id, []), electorate(vote.id), dict(set_aside(vote)), vote.id in published,
            parts.get(vote.id, {}),
        )
        for vote, question in rows
    ]  # fmt: skip
    return records, len(found) > most
