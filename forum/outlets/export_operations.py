"""Asking for the text of a debate, and keeping the one that was made."""

from datetime import datetime, timedelta
from pathlib import Path

from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Refused
from forum.outlets import export_queries as queries
from forum.outlets.models import DebateExport
from forum.questions.models import Question

NOT_AGAIN_FOR = timedelta(minutes=10)
GIVEN_UP_AFTER = timedelta(hours=1)


def ask_for_export(_actor: Actor, question: Question, *, now: datetime) -> DebateExport:
    """Begin a new file; refused while one is being made, or is nearly new."""
    db.session.get_one(Question, question.id, with_for_update=True)
    making, ready = queries.newest(question.id, "making"), queries.newest(question.id, "ready")
    if making is not None and now - making.until < GIVEN_UP_AFTER:
        raise Refused(N_("The file is being made already."))
    if ready is not None and now - ready.until < NOT_AGAIN_FOR:
        raise Refused(N_("The file is a few minutes old. A new one can be made ten minutes after the last."))
    export = DebateExport(question_id=question.id, state="making", until=now, total=queries.total(question.id))
    db.session.add(export)
    db.session.flush()
    return export


def keep_export(export_id: int, *, size: int, sha256: str) -> list[int]:
    """The file is whole: it takes the place of the older ones, whose ids are told so that their files can go."""
    export = db.session.get_one(DebateExport, export_id)
    export.state, export.size, export.sha256 = "ready", size, sha256
    old = queries.older(export)
    for each in old:
        db.session.delete(each)
    db.session.flush()
    return [each.id for each in old]


def path_of(instance: Path, export_id: int) -> Path:
    """Where a file stands."""
    return instance / "exports" / f"debate-{export_id}.txt"


def progress_key(export_id: int) -> str:
    """Under which the job says how far it has come."""
    return f"export:{export_id}"
