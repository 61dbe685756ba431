"""What an import begun on the page may not do: one teller alone ends no other teller's office, and no officer's.

Whether somebody becomes or ceases to be an officer decides whose signature counts; so does who leaves the roll. Later
slices say through the place "roll.holding" which members (ids) hold an office now that must not be ended like this.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import or_

from forum.kernel import slots
from forum.kernel.database import db
from forum.kernel.errors import N_
from forum.roll.models import Member, RollImportLine

BY_COMMAND = N_(
    "This file changes who is an officer, or takes somebody off the roll who holds an office in a question that is "
    "not over. Such a file is applied by the operator’s command."
)
UNDONE_BY_COMMAND = N_(
    "Undoing this changes who is an officer, or takes somebody off the roll who holds an office in a question that is "
    "not over. Such an import is undone by the operator’s command."
)


def applying_needs_command(import_id: int, now: datetime, *, marks_absent: bool) -> bool:
    """Whether only the command may write these lines; those of absent members count if they are marked as left."""
    actions = ("new", "changed", "absent") if marks_absent else ("new", "changed")
    return any(_weighs(before, after, held) for before, after, held in _heavy_lines(import_id, actions, now))


def undoing_needs_command(import_id: int, now: datetime, *, marks_absent: bool) -> bool:
    """Whether only the command may take these lines back; the new members of an import leave with it."""
    actions = ("new", "changed", "absent") if marks_absent else ("new", "changed")
    return any(_weighs(after, before, held) for before, after, held in _heavy_lines(import_id, actions, now))


def _heavy_lines(
    import_id: int, actions: tuple[str, ...], now: datetime
) -> list[tuple[dict[str, Any], dict[str, Any], bool]]:
    """(before, after, holds an office) of the lines about officers, now or then, and about holders of an office."""
    holding = slots.gather("roll.holding", now)
    held = set(db.session.scalars(db.select(Member.number).where(Member.id.in_(holding))))
    query = db.select(RollImportLine.number, RollImportLine.before, RollImportLine.after).where(
        RollImportLine.import_id == import_id,
        RollImportLine.action.in_(actions),
        or_(
            RollImportLine.before["office"].as_string() == "officer",
            RollImportLine.after["office"].as_string() == "officer",
            RollImportLine.number.in_(held),
        ),
    )
    return [(before, after, number in held) for number, before, after in db.session.execute(query)]


def _weighs(was: dict[str, Any], becomes: dict[str, Any], held: bool) -> bool:
    leaves = _is_present(was) and not _is_present(becomes)
    return _is_officer(was) != _is_officer(becomes) or (held and leaves)


def _is_present(values: dict[str, Any]) -> bool:
    """Whether these values of a line are somebody's on the roll; a new member's before, or undone, are empty."""
    return bool(values) and not values["left"]


def _is_officer(values: dict[str, Any]) -> bool:
    return _is_present(values) and bool(values["office"] == "officer")
