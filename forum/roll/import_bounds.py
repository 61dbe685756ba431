"""What an import begun on the page may not do: one teller alone changes nothing about who rules, or who can sign in as
one of them.

Whether somebody becomes or ceases to be an officer decides whose signature counts; so do who leaves the roll and who
has which standing, and sign-in codes go to the e-mail address on the roll. So the lines about officers, and about those
who hold an office in a question that is not over, are bound. Later slices say through the place "roll.holding" which
members (ids) hold one now. The command is not bound.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_

from forum.kernel import slots
from forum.kernel.database import db
from forum.kernel.errors import N_
from forum.roll.models import Member, RollImportLine

BY_COMMAND = N_(
    "One teller alone cannot make some of these changes. The operator can apply the file. Or leave these members as "
    "they are on the roll, and send the file again."
)
UNDONE_BY_COMMAND = N_(
    "One teller alone cannot undo some of these changes. The operator can undo the import."
)
OFFICER = N_("Somebody becomes an officer, or stops being one.")
LEAVES = N_("Leaves the roll or comes back to it, and holds an office in a question that is not over.")
EMAIL = N_("A new e-mail address for an officer, or for somebody with an office in a question that is not over.")
STANDING = N_("A new standing for an officer, or for somebody with an office in a question that is not over.")


@dataclass(frozen=True, slots=True)
class BoundLine:
    """A line that only the command writes or takes back, and why. `line` is its place in the file, 0 for one absent."""

    line: int
    number: str
    name: str
    reason: str


def bound_lines(import_id: int, now: datetime, *, marks_absent: bool, undoing: bool = False) -> list[BoundLine]:
    """The lines that only the command may write, or take back; absent members count if they are marked as left, and the
    new members of an import leave when it is undone."""
    actions = ("new", "changed", "absent") if marks_absent else ("new", "changed")
    holding = slots.gather("roll.holding", now)
    held = set(db.session.scalars(db.select(Member.number).where(Member.id.in_(holding))))
    query = db.select(RollImportLine.line, RollImportLine.number, RollImportLine.before, RollImportLine.after).where(
        RollImportLine.import_id == import_id,
        RollImportLine.action.in_(actions),
        or_(
            RollImportLine.before["office"].as_string() == "officer",
            RollImportLine.after["office"].as_string() == "officer",
            RollImportLine.number.in_(held),
        ),
    )
    found = []
    for line, number, before, after in db.session.execute(query.order_by(RollImportLine.id)):
        was, becomes = (after, before) if undoing else (before, after)
        if reason := _why_bound(was, becomes, held=number in held):
            found.append(BoundLine(line, number, (after or before)["name"], reason))
    return found


def _why_bound(was: dict[str, Any], becomes: dict[str, Any], *, held: bool) -> str:
    if _is_officer(was) != _is_officer(becomes):
        return OFFICER
    if held and _is_present(was) != _is_present(becomes):
        return LEAVES
    if not (held or _is_officer(was)) or not _is_present(was):
        return ""
    if was["email"].lower() != becomes["email"].lower():
        return EMAIL
    return STANDING if was["standing"] != becomes["standing"] else ""


def _is_present(values: dict[str, Any]) -> bool:
    """Whether these values of a line are somebody's on the roll; a new member's before, or undone, are empty."""
    return bool(values) and not values["left"]


def _is_officer(values: dict[str, Any]) -> bool:
    return _is_present(values) and bool(values["office"] == "officer")
