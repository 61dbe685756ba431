"""An import of the roll: received, looked over in steps, applied whole or not at all, undone while it is the newest.

The steps are driven by a job or a command (`importing.py`); each is one transaction. Only applying and undoing touch
the roll, and each of these is a single transaction.
"""

import secrets
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, update

from forum.kernel import audit, slots
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Missing, Refused, Stale, refuse_unless
from forum.roll import import_bounds, import_queries, rules
from forum.roll.cells import Entry
from forum.roll.import_queries import Change
from forum.roll.looking import Look
from forum.roll.models import Member, RollImport, RollImportLine
from forum.roll.place_operations import put_places_back, remove_empty_places, set_places
from forum.roll.roll_file import MOST_BYTES, RollFile, decode

CHUNK = 1_000
FORGOTTEN_AFTER = timedelta(days=30)
FORGOTTEN = N_("What this import changed is no longer kept, so it cannot be undone.")
Tell = Callable[[int], object]


class Act(audit.Act):
    """Acts of power on the roll."""

    IMPORT_ROLL = "import_roll"
    UNDO_IMPORT = "undo_import"


def receive_roll(actor: Actor | None, filename: str, raw: bytes, *, now: datetime) -> RollImport:
    """Take a file in, to be looked over. Raises `Refused` for what is no text at all."""
    refuse_unless(raw.strip(), N_("The file is empty."))
    refuse_unless(len(raw) <= MOST_BYTES, N_("The file is larger than 60 megabytes."))
    text, problem = decode(raw)
    if problem is not None:
        raise Refused(problem.text)
    taken = RollImport(
        state="reading", filename=filename[:200], content=text, at=now, touched_at=now, total=text.count("\n") + 1,
        by_id=actor.member_id if actor else None,
    )  # fmt: skip
    db.session.add(taken)
    db.session.flush()
    return taken


def begin_look(import_id: int, *, today: date, now: datetime) -> Look | None:
    """Start (or start over) to look a file over; None if that is not what it waits for."""
    taken = db.session.get(RollImport, import_id, with_for_update=True)
    if taken is None or taken.state != "reading":
        return None
    db.session.execute(delete(RollImportLine).where(RollImportLine.import_id == import_id))
    taken.done, taken.touched_at = 0, now
    return Look(RollFile(taken.content), today)


def note_chunk(import_id: int, look: Look, chunk: Sequence[Entry], counts: dict[str, int], *, now: datetime) -> None:
    """Write down what a chunk of entries would do to the roll, and how far the look has come."""
    known = import_queries.snapshots([entry.number for entry in chunk])
    lines = []
    for entry in chunk if not look.problems else ():
        after, before = _values(entry), known.get(entry.number)
        action = "new" if before is None else "changed" if before != after else "same"
        counts[action] = counts.get(action, 0) + 1
        if before and rules.loses_voice(before["standing"], entry.standing):
            counts["losing_voice"] = counts.get("losing_voice", 0) + 1
        if action != "same":
            lines.append(_line(import_id, entry.line, action, entry.number, before or {}, after))
    if lines:
        db.session.execute(insert(RollImportLine), lines)
    db.session.execute(update(RollImport).where(RollImport.id == import_id).values(done=look.line, touched_at=now))


def finish_look(import_id: int, look: Look, counts: dict[str, int], *, now: datetime) -> None:
    """The dry run's end: ready to be applied, or refused with every problem."""
    taken = db.session.get_one(RollImport, import_id)
    taken.problems = [
        {"line": each.line, "field": each.field, "text": each.text, "facts": each.facts} for each in look.problems
    ]
    taken.problem_count, taken.done, taken.touched_at = look.problem_count, taken.total, now
    if look.problems:
        taken.state, taken.content = "refused", ""
        db.session.execute(delete(RollImportLine).where(RollImportLine.import_id == import_id))
        return
    counts["absent"] = _note_absent(import_id, look)
    taken.state, taken.content = "ready", ""
    taken.summary = {
        "counts": counts,
        "places": import_queries.changed_places(look.places),
        "ignored": look.file.ignored,
    }
    db.session.flush()


def _note_absent(import_id: int, look: Look) -> int:
    count = 0
    for numbers in import_queries.present_numbers(CHUNK):
        absent = [number for number in numbers if number not in look.seen]
        count += len(absent)
        if absent:
            known = import_queries.snapshots(absent)
            rows = [_line(import_id, 0, "absent", each, known[each], {**known[each], "left": True}) for each in absent]
            db.session.execute(insert(RollImportLine), rows)
    return count


def begin_apply(actor: Actor | None, import_id: int, *, marks_absent: bool, now: datetime) -> RollImport:
    """Decide that a looked-over file is to be applied, and whether those absent from it are marked as having left.
    A member on the page is kept within import_bounds; the command, which has no actor, is not."""
    taken = _locked(import_id)
    refuse_unless(taken.state == "ready", N_("This file is not ready to be applied."))
    if import_queries.applied_since(taken.at):
        raise Stale(N_("Another import came between. Send the file again and look at what it would do now."))
    refuse_unless(
        actor is None or not import_bounds.bound_lines(import_id, now, marks_absent=marks_absent),
        import_bounds.BY_COMMAND,
    )
    taken.state, taken.marks_absent, taken.touched_at, taken.done = "applying", marks_absent, now, 0
    taken.total = sum(taken.summary["counts"].get(each, 0) for each in ("new", "changed", "absent"))
    if actor is not None:
        taken.by_id = actor.member_id
    db.session.flush()
    return taken


def apply_import(import_id: int, *, timezone: str, now: datetime, tell: Tell = lambda _: None) -> None:
    """Change the roll as looked over, in this one transaction; running it again does nothing. Where somebody was named
    for an office since a member began it on the page, and it concerns them, it waits as before."""
    taken = _locked(import_id)
    if taken.state != "applying" or taken.applied_at is not None:
        return
    if taken.by_id and import_bounds.bound_lines(import_id, now, marks_absent=taken.marks_absent):
        taken.state, taken.touched_at = "ready", now
        return
    slots.gather("roll.changing", now)
    local_ids = set_places(taken.summary["places"], timezone)
    done = 0
    for lines in import_queries.lines(import_id, CHUNK):
        wanted = [line for line in lines if line.action != "absent" or taken.marks_absent]
        _add_members([line for line in wanted if line.action == "new"], local_ids, now)
        _change_members(
            {line.number: (line.before, line.after) for line in wanted if line.action != "new"}, local_ids, now
        )
        done += len(lines)
        tell(done)
    taken.state, taken.applied_at, taken.touched_at, taken.done = "applied", now, now, taken.total
    _record(taken, Act.IMPORT_ROLL, now, counts=taken.summary["counts"], marks_absent=taken.marks_absent)
    slots.gather("roll.imported", now)


def undo_import(actor: Actor | None, import_id: int, *, now: datetime) -> None:
    """Decide to take an import back, and do it, in one transaction."""
    refuse_unless(import_id, N_("There is no import to undo."))
    begin_undo(actor, import_id, now=now)
    finish_undo(import_id, now=now)


def begin_undo(actor: Actor | None, import_id: int, *, now: datetime) -> None:
    """Decide to take an import back; from here to its end it is being written again, as when it was applied."""
    taken = _locked(import_id)
    refuse_unless(taken.state == "applied", N_("Only an import that was applied can be undone."))
    refuse_unless(import_queries.newest_applied() == import_id, N_("Only the newest import can be undone."))
    refuse_unless(not taken.summary.get("forgotten"), FORGOTTEN)
    refuse_unless(
        actor is None
        or not import_bounds.bound_lines(import_id, now, marks_absent=taken.marks_absent, undoing=True),
        import_bounds.UNDONE_BY_COMMAND,
    )
    taken.state, taken.touched_at = "applying", now
    taken.by_id = actor.member_id if actor else None
    db.session.flush()


def finish_undo(import_id: int, *, now: datetime, tell: Tell = lambda _: None) -> None:
    """Bring the roll back to what it was. New members who have acted since stay, as having left; the rest go."""
    taken = _locked(import_id)
    if taken.state != "applying" or taken.applied_at is None:
        return
    if taken.by_id and import_bounds.bound_lines(import_id, now, marks_absent=taken.marks_absent, undoing=True):
        taken.state, taken.touched_at = "applied", now
        return
    slots.gather("roll.changing", now)
    local_ids = put_places_back(taken.summary["places"])
    done = 0
    for lines in import_queries.lines(import_id, CHUNK):
        wanted = [
            line for line in lines if line.action == "changed" or (line.action == "absent" and taken.marks_absent)
        ]
        _change_members({line.number: (line.after, line.before) for line in wanted}, local_ids, now)
        _remove_members([line.number for line in lines if line.action == "new"], now)
        done += len(lines)
        tell(done)
    slots.gather("roll.undone", now)
    remove_empty_places(taken.summary["places"])
    taken.state, taken.touched_at = "undone", now
    _record(taken, Act.UNDO_IMPORT, now)


def drop_import(import_id: int, *, now: datetime) -> None:
    """Put a looked-over file aside, and forget what was in it."""
    taken = _locked(import_id)
    refuse_unless(taken.state in ("ready", "refused"), N_("This file is not waiting for a decision."))
    db.session.execute(delete(RollImportLine).where(RollImportLine.import_id == import_id))
    taken.state, taken.touched_at, taken.problems = "dropped", now, []
    db.session.flush()


def forget_lines(now: datetime) -> None:
    """After a month the names and addresses in an import go, unless it is the one that can be undone; what nobody has
    decided on by then is put aside."""
    for taken in import_queries.left_alone_since(now - FORGOTTEN_AFTER):
        if taken.state in ("ready", "refused"):
            drop_import(taken.id, now=now)
        elif taken.id != import_queries.newest_applied():
            db.session.execute(delete(RollImportLine).where(RollImportLine.import_id == taken.id))
            taken.summary = {**taken.summary, "forgotten": True}
    db.session.flush()


def _record(taken: RollImport, act: Act, now: datetime, **facts: object) -> None:
    by = db.session.get(Member, taken.by_id) if taken.by_id else None
    audit.record(by, act, f"roll:{taken.id}", now=now, office="teller" if by else "operator", **facts)
    db.session.flush()


def _locked(import_id: int) -> RollImport:
    taken = db.session.get(RollImport, import_id, with_for_update=True)
    if taken is None:
        raise Missing
    return taken


def _values(entry: Entry) -> dict[str, Any]:
    return {
        "name": entry.name, "email": entry.email, "local": entry.local, "country": entry.country,
        "standing": entry.standing, "since": entry.since.isoformat(), "office": entry.office, "left": False,
    }  # fmt: skip


def _line(
    import_id: int, line: int, action: str, number: str, before: dict[str, Any], after: dict[str, Any]
) -> dict[str, Any]:
    return {"import_id": import_id, "line": line, "action": action, "number": number, "before": before, "after": after}


def _columns(values: dict[str, Any], local_ids: dict[str, int], now: datetime) -> dict[str, Any]:
    return {
        "name": values["name"], "email": values["email"], "local_id": local_ids[values["local"]],
        "country": values["country"], "standing": values["standing"], "since": date.fromisoformat(values["since"]),
        "office": values["office"], "left_at": now if values["left"] else None,
    }  # fmt: skip


def _add_members(lines: Sequence[Change], local_ids: dict[str, int], now: datetime) -> None:
    rows = [
        {"public_id": secrets.token_urlsafe(16)[:22], "number": line.number, **_columns(line.after, local_ids, now)}
        for line in lines
    ]
    if rows:
        db.session.execute(insert(Member), rows)


def _change_members(
    changes: dict[str, tuple[dict[str, Any], dict[str, Any]]], local_ids: dict[str, int], now: datetime
) -> None:
    ids = import_queries.ids_by_number(list(changes))
    rows = [
        {"id": ids[number], **_columns(after, local_ids, now)}
        for number, (_, after) in changes.items()
        if number in ids
    ]
    if rows:
        db.session.execute(update(Member), rows)
    _tell_offices(changes, ids, now)
    out = [
        ids[number]
        for number, (before, after) in changes.items()
        if number in ids and (after["left"] or rules.loses_voice(before["standing"], after["standing"]))
    ]
    if out:
        slots.gather("roll.closed", out, now)


def _tell_offices(
    changes: dict[str, tuple[dict[str, Any], dict[str, Any]]], ids: dict[str, int], now: datetime
) -> None:
    """Later slices hear who became an officer and who is none any more."""
    changed = {
        number: (before["office"] == "officer", after["office"] == "officer")
        for number, (before, after) in changes.items()
        if number in ids
    }
    made = [ids[number] for number, (was, is_) in changed.items() if is_ and not was]
    ended = [ids[number] for number, (was, is_) in changed.items() if was and not is_]
    if made or ended:
        slots.gather("roll.officers", made, ended, now)


def _remove_members(numbers: list[str], now: datetime) -> None:
    ids = list(import_queries.ids_by_number(numbers).values())
    kept = import_queries.referred_to(Member.__table__, ids)
    gone = [each for each in ids if each not in kept]
    if gone:
        db.session.execute(delete(Member).where(Member.id.in_(gone)))
    if kept:
        db.session.execute(update(Member).where(Member.id.in_(kept)).values(left_at=now))
        slots.gather("roll.closed", list(kept), now)
