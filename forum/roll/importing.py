"""Drives an import step by step, one transaction each, for the job behind the page and for the command."""

from collections.abc import Callable
from datetime import date, datetime

from forum.kernel import clock
from forum.kernel.database import transaction
from forum.kernel.settings import Settings, zone
from forum.roll import import_operations

Tell = Callable[[int], object]


def look_over(import_id: int, settings: Settings, tell: Tell = lambda _: None) -> None:
    """The dry run. Safe to start over: what an earlier attempt wrote down is dropped first."""
    with transaction(write=True):
        look = import_operations.begin_look(import_id, today=_today(settings, clock.now()), now=clock.now())
    if look is None:
        return
    counts: dict[str, int] = {}
    for chunk in look.chunks():
        with transaction(write=True):
            import_operations.note_chunk(import_id, look, chunk, counts, now=clock.now())
        tell(look.line)
    with transaction(write=True):
        import_operations.finish_look(import_id, look, counts, now=clock.now())


def write(import_id: int, settings: Settings, tell: Tell = lambda _: None) -> None:
    """Do what was decided, apply or undo, all of it in one transaction."""
    tell(0)
    with transaction(write=True):
        import_operations.apply_import(import_id, timezone=settings.timezone, now=clock.now(), tell=tell)
        import_operations.finish_undo(import_id, now=clock.now(), tell=tell)


def _today(settings: Settings, now: datetime) -> date:
    return now.astimezone(zone(settings)).date()
