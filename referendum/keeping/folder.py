"""Everything of an installation that must still open in twenty years, as plain files in one folder.

    READ-ME-FIRST.txt, SHA256SUMS
    public/    audit.jsonl, key.pem, verifier.zip; for each question its digest; for each vote its archives, vote.json,
               result.json and their signatures
    members/   for each question the text of the debate, the minutes of its sessions, and its bodies' acts, which name
               those who hold an office

Text, JSON, the archive format of SPEC.md, and a program that needs Python and gmpy2: no database, no server.
"""

import hashlib
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from forum.bodies.models import BodyAct
from forum.halls.models import Hall
from forum.kernel import signed_log, signing
from forum.kernel.database import db, transaction
from forum.kernel.settings import Settings
from forum.outlets.export_parts import debate
from forum.outlets.models import DebateExport
from forum.questions.models import Question
from forum.sittings.minutes_queries import signed_words
from forum.sittings.models import Sitting
from forum.sittings.queries import room
from referendum.digest.published import exported
from referendum.digest.queries import digest_of
from referendum.keeping.texts import READ_ME, TOMBSTONE
from referendum.process.models import Vote
from referendum.results import box_file, check_queries, verifier_file, vote_file
from referendum.results.signed_queries import signed_result

Tell = Callable[[str], object]


class NotKept(Exception):
    """The folder holds something already, or an archive that was counted is gone; which."""


def write_folder(folder: Path, settings: Settings, *, now: datetime, tell: Tell) -> int:
    """Write it all; how many files. Call it outside of any transaction. Raises NotKept."""
    if folder.exists() and any(folder.iterdir()):
        raise NotKept(f"{folder} is not empty")
    for part in ("public", "members"):
        (folder / part).mkdir(mode=0o700, parents=True, exist_ok=True)
    with transaction(write=False) as session:
        _write_record(folder / "public")
        questions = session.execute(db.select(Question.id, Question.number).order_by(Question.number)).all()
    for question_id, number in questions:
        tell(f"question {number}")
        with transaction(write=False) as session:
            _write_question(folder / "public" / f"question-{number}", session.get_one(Question, question_id), settings)
            inside = folder / "members" / f"question-{number}"
            _write_acts(inside / "acts", question_id)
            _write_minutes(inside, question_id)
        _write_debate(inside / "debate.txt", question_id, now)
    _put(folder / "READ-ME-FIRST.txt", READ_ME.format(union=settings.union_name, at=now.date().isoformat()))
    return _write_sums(folder)


def _put(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.write_bytes(content.encode("utf-8", "replace") if isinstance(content, str) else content)


def _write_record(folder: Path) -> None:
    with (folder / "audit.jsonl").open("w", encoding="utf-8") as out:
        out.writelines(f"{line}\n" for line in signed_log.export(with_bodies=False))
    _put(folder / "key.pem", signing.public_pem())
    _put(folder / "verifier.zip", verifier_file.content())


def _write_question(folder: Path, question: Question, settings: Settings) -> None:
    digest = digest_of(question.id)
    if digest is not None:
        _put(folder / "digest.json", exported(digest.record, digest.document, digest.hash))
    for vote in db.session.scalars(db.select(Vote).where(Vote.question_id == question.id).order_by(Vote.number)):
        _write_vote(folder / f"vote-{vote.number}", vote, settings.instance)


def _write_acts(folder: Path, question_id: int) -> None:
    for act in db.session.scalars(db.select(BodyAct).where(BodyAct.question_id == question_id).order_by(BodyAct.id)):
        ended = act.took_effect_at or act.dropped_at
        end = f"{'took effect' if act.took_effect_at else 'dropped'} {ended.isoformat()}" if ended else "still open"
        signed = f"{len(act.signatures)} of the {act.body} signed; {end}; SHA-256 {act.document_hash}"
        _put(folder / f"{act.id:04}-{act.act}.txt", f"{act.document}\n\n{signed}\n")


def _write_vote(folder: Path, vote: Vote, instance: Path) -> None:
    if vote.opened_at is None:
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in check_queries.files_of(vote):
        source = instance / "archives" / file.name if file.hash else box_file.box_file(vote, file.archive, instance)
        if not source.is_file():
            raise NotKept(f"{source}, which was counted, is not there any more")
        shutil.copyfile(source, folder / file.name)
    published = vote_file.write_vote_file(vote, instance)
    shutil.copyfile(published, folder / "vote.json")
    shutil.copyfile(published.with_suffix(".sig"), folder / "vote.sig")
    result = signed_result(vote)
    if result is not None:
        _put(folder / "result.json", result)
        _put(folder / "result.sig", signing.sign_raw(result))


def _write_minutes(folder: Path, question_id: int) -> None:
    query = db.select(Sitting.id).join(Hall, Hall.id == Sitting.hall_id).where(Hall.question_id == question_id)
    for sitting_id in db.session.scalars(query.where(Sitting.minutes_signed_at.is_not(None)).order_by(Sitting.id)):
        held = room(sitting_id)
        name = f"minutes-{held.sitting.starts_at.date().isoformat()}-{sitting_id}.md"
        _put(folder / name, signed_words(held, TOMBSTONE))


def _write_debate(path: Path, question_id: int, now: datetime) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("wb") as out:
        for _count, text in debate(DebateExport(question_id=question_id, until=now)):
            out.write(text.encode("utf-8", "replace"))


def _write_sums(folder: Path) -> int:
    """`sha256sum --check SHA256SUMS` finds a file that has decayed."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    lines = []
    for path in paths:
        with path.open("rb") as file:
            lines.append(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {path.relative_to(folder)}\n")
    _put(folder / "SHA256SUMS", "".join(lines))
    return len(paths)
