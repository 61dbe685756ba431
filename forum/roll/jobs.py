"""Long work on the roll: looking a file over, writing it or taking it back, and what a stopped machine left lying."""

from datetime import timedelta

from flask import current_app

from forum.kernel import clock, jobs
from forum.kernel.database import transaction
from forum.roll import import_operations, import_queries, importing

GIVEN_UP_AFTER = timedelta(minutes=3)


@jobs.job
def look_over_roll(import_id: int) -> None:
    """The dry run of an uploaded file."""
    importing.look_over(import_id, current_app.config["HUSTINGS"])


@jobs.job
def write_roll(import_id: int) -> None:
    """Apply an import or take it back; how far it has come is noted outside of its transaction."""
    importing.write(
        import_id, current_app.config["HUSTINGS"], lambda done: jobs.note_progress(f"roll:{import_id}", done)
    )


@jobs.job(every=1)
def take_up_imports() -> None:
    """Go on with imports whose job was killed: each step can be started over."""
    with transaction(write=False):
        left = import_queries.unfinished(clock.now() - GIVEN_UP_AFTER)
    for import_id, state in left:
        if state == "reading":
            look_over_roll(import_id)
        else:
            write_roll(import_id)


@jobs.job(every=30)
def forget_old_imports() -> None:
    """Let go of the names and addresses in imports that are a month old."""
    with transaction(write=True):
        import_operations.forget_lines(clock.now())
