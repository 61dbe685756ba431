"""The text of a debate, written by a job into a file: of any length it takes little memory and holds up nobody."""

import hashlib
from itertools import chain

from flask import current_app, render_template
from flask_babel import force_locale

from forum.kernel import jobs
from forum.kernel.database import db, transaction
from forum.kernel.languages import LANGUAGES
from forum.outlets import export_operations as operations
from forum.outlets.export_parts import debate
from forum.outlets.models import DebateExport
from forum.questions.models import Question


@jobs.job
def write_debate(export_id: int) -> None:
    """Write one file under another name, then put it in its place. Run twice, it is written anew."""
    with transaction(write=False) as session:
        export = session.get(DebateExport, export_id)
        if export is None or export.state == "ready":
            return
        session.expunge(export)
        head = _head(export)
    instance = current_app.config["HUSTINGS"].instance
    path = operations.path_of(instance, export_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished, digest, done = path.with_suffix(".part"), hashlib.sha256(), 0
    with unfinished.open("wb") as out:
        for count, text in chain([(0, head)], debate(export)):
            raw = text.encode("utf-8", "replace")
            out.write(raw)
            digest.update(raw)
            done += count
            jobs.note_progress(operations.progress_key(export_id), done)
        size = out.tell()
    unfinished.replace(path)
    with transaction(write=True):
        old = operations.keep_export(export_id, size=size, sha256=digest.hexdigest())
    for number in old:
        operations.path_of(instance, number).unlink(missing_ok=True)


def _head(export: DebateExport) -> str:
    """What the file is and how to read it, in every language of the site."""
    question = db.session.get_one(Question, export.question_id)
    parts = []
    for language in LANGUAGES:
        with force_locale(language):
            parts.append(render_template("forum/outlets/debate_head.txt", question=question, export=export))
    return "\n".join(parts) + "\n"
