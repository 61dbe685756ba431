"""Freezes the digest after the close: record, selection, guide, hash. Nobody chooses anything here."""

import hashlib
from datetime import datetime

from forum.arguments.models import Argument, ArgumentRevision
from forum.kernel import audit
from forum.kernel.database import db
from forum.kernel.errors import N_, Refused, refuse_unless
from forum.questions.models import Option, Question
from forum.questions.queries import options, process_of
from forum.questions.states import QuestionState
from referendum.crypto.canonical import canonical_bytes
from referendum.digest import close_queries, queries
from referendum.digest.document import GuideArgument, GuideStatement, guide, revision_hash
from referendum.digest.models import Digest, DigestLine, DigestOutcome
from referendum.digest.published import publish
from referendum.digest.record import PublicRecord
from referendum.digest.rules import Selection, select

ADDING_UP = N_("The readings of the debate are still being added up.")


class Act(audit.Act):
    """The one act of the digest."""

    FREEZE_DIGEST = "freeze_digest"


def freeze_digest(question: Question, now: datetime) -> Digest:
    """Compute the digest from the record of the debate and keep both, for good. Freezing twice changes nothing."""
    found = queries.digest_of(question.id)
    if found is not None:
        return found
    refuse_unless(process_of(question).debate is not None, N_("Without a debate there is no digest."))
    refuse_unless(question.state == QuestionState.CLOSED, N_("The debate is not closed."))
    kept = close_queries.debate_record(question.id)
    if kept is None:
        raise Refused(ADDING_UP)
    record = close_queries.record_now(question, kept, now)
    selection = select(record)
    by_number = queries.arguments_by_number(question.id, list(selection.numbers))
    revisions = queries.newest_revisions([each.id for each in by_number.values()])
    by_id = {each.id: each for each in options(question.id)}
    document = _guide(question, record, selection, by_number, revisions, by_id)
    digest = Digest(
        question_id=question.id,
        record=canonical_bytes(publish(record, selection)).decode(),
        document=document.decode(),
        hash=hashlib.sha256(document).hexdigest(),
        frozen_at=now,
    )
    db.session.add(digest)
    db.session.flush()
    _add_lines(question.id, selection, by_number, revisions, by_id)
    _add_outcomes(question.id, record, selection)
    db.session.delete(kept)
    db.session.flush()
    audit.record(
        None, Act.FREEZE_DIGEST, f"question:{question.id}", now=now, hash=digest.hash, arguments=len(by_number)
    )
    return digest


def _guide(
    question: Question,
    record: PublicRecord,
    selection: Selection,
    by_number: dict[int, Argument],
    revisions: dict[int, ArgumentRevision],
    by_id: dict[int, Option],
) -> bytes:
    letters = {id_: each.letter for id_, each in by_id.items()}
    arguments = [
        GuideArgument(
            each.number, letters[each.option_id], each.side, each.claim, revisions[each.id].grounds_source,
            revisions[each.id].number, _hash_of(each, revisions[each.id]),
        )
        for each in by_number.values()
    ]  # fmt: skip
    statements = [
        GuideStatement(each.id, each.kind, each.title, each.source, letters.get(each.option_id or 0, ""))
        for each in queries.standing_statements(question.id)
    ]
    told = {
        "id": question.public_id,
        "number": question.number,
        "title": question.title,
        "options": [[each.letter, each.title] for each in by_id.values()],
    }
    return guide(told, record, selection, arguments, statements)


def _add_lines(
    question_id: int,
    selection: Selection,
    by_number: dict[int, Argument],
    revisions: dict[int, ArgumentRevision],
    by_id: dict[int, Option],
) -> None:
    at_position = {each.position: each.id for each in by_id.values()}
    placed = [(section, line) for section in selection.sections for line in section.lines]
    for position, (section, line) in enumerate(placed):
        argument = by_number[line.number]
        revision = revisions[argument.id]
        db.session.add(
            DigestLine(
                question_id=question_id, position=position, option_id=at_position[section.option],
                argument_id=argument.id, revision_id=revision.id, revision_hash=_hash_of(argument, revision),
            )
        )  # fmt: skip
    db.session.flush()


def _add_outcomes(question_id: int, record: PublicRecord, selection: Selection) -> None:
    readers = {each.number: each.readers for each in record.arguments}
    ids = queries.ids_by_number(question_id)
    lines = [(True, line.number, line.reason, line.group, line.billionths) for each in selection.sections
             for line in each.lines]  # fmt: skip
    left_out = [(False, row.number, row.reason, row.other, row.billionths) for row in selection.left_out]
    for taken, number, reason, other, billionths in lines + left_out:
        db.session.add(
            DigestOutcome(
                question_id=question_id, number=number, argument_id=ids[number], taken=taken, reason=reason.value,
                other=None if taken else other, billionths=billionths, readers=readers[number],
            )
        )  # fmt: skip


def _hash_of(argument: Argument, revision: ArgumentRevision) -> str:
    return revision_hash(argument.claim, revision.grounds_source, revision.sources)
