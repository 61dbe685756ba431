"""Spare codes out of an opened list, in two transactions of its caller: credentials first, the roll's entries after.

No row of the one shares a transaction with a row of the other. After a crash in between, the entries are as they were
and a spare is asked for again.
"""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from forum.kernel import audit, slots
from forum.kernel.errors import N_, refuse_unless
from referendum.electorate import credential_queries, entry_queries, queries, sealed_file
from referendum.electorate.code_operations import mark, rewrite_sorted, set_state
from referendum.electorate.entry_queries import Addressee
from referendum.electorate.operations import Act
from referendum.electorate.sealed_file import Assigned, OpenedList, Spare
from referendum.process.models import Vote
from referendum.process.queries import locked, subject_of

VOTING_OVER = N_("Voting is over. No code is given out any more.")


@dataclass(slots=True)
class Given:
    """What came of spare codes: those to hand to their persons now, and the numbers of members who got none because a
    ballot was cast with theirs. `assigned` says which spare each got: of codes that the tellers made, the code itself
    is empty here. Never stored."""

    codes: list[tuple[Addressee, str]]
    used: list[str]
    assigned: list[Assigned] = field(default_factory=list)


def give_spares(vote: Vote, names: list[str], the_list: OpenedList, path: Path) -> Given:
    """A spare for each entry whose codes are unused; where one was used, none. Writes credentials only, all of them
    anew. The vote is held meanwhile: no ballot comes in between."""
    refuse_unless(locked(vote).state in ("set_up", "open"), VOTING_OVER)
    roll = queries.locked_electorate(vote.id)
    people = entry_queries.addressees(vote.id, names)
    free = [name for name in names if not _was_used(vote, the_list.of_entry(name))]
    unused = _unused_spares(vote, the_list)
    refuse_unless(len(unused) >= len(free), N_("Only %(left)s spare codes are left."), left=len(unused))
    units = queries.unit_of_local(roll)
    given = list(zip(free, unused, strict=False))
    revoked = {digest for name in free for each in the_list.of_entry(name) for digest in (each.v, each.c)}
    _note_replaced(vote, the_list, given)
    assigned = [Assigned(name, units[people[name].local], spare.v, spare.c) for name, spare in given]
    set_state(vote, revoked, "revoked")
    set_state(vote, {digest for each in assigned for digest in (each.v, each.c)}, "issued")
    roll.sealed_hash = sealed_file.append_assigned(path, roll.sealed_hash, int(roll.list_key), assigned)
    rewrite_sorted(vote)
    used = [people[name].number for name in names if name not in free]
    return Given([(people[name], spare.code) for name, spare in given], used, assigned)


def _note_replaced(vote: Vote, the_list: OpenedList, given: list[tuple[str, Spare]]) -> None:
    """Keep with each spare (V) which code it takes the place of, for the record; nothing of C (archive/SPEC.md, 8).
    Where nobody knows whether the first code was ever made, there may be none to name."""
    spares = credential_queries.credentials_by_digest(vote.id, {spare.v for _, spare in given})
    rows = {row.digest: row for row in spares}
    for name, spare in given:
        made = credential_queries.credentials_by_digest(vote.id, {each.v for each in the_list.of_entry(name)})
        rows[spare.v].replaces = next((row.digest for row in made if row.state == "issued"), "")


def mark_spares(vote: Vote, names: list[str], count: int, opening_id: int, now: datetime) -> None:
    """Note the entries that asked, those that got one and those that did not alike: the roll tells nobody's vote."""
    mark(vote, dict.fromkeys(names, "spare"))
    audit.record(
        None, Act.GIVE_SPARES, subject_of(vote), now=now, office="teller", opening=opening_id, spares=count,
        sealed_list_hash=queries.frozen_electorate(vote.id).sealed_hash,
    )  # fmt: skip


def _was_used(vote: Vote, old: list[Assigned]) -> bool:
    for each in old:
        (voted,) = slots.gather("box.has_voted", vote.id, each.v)
        if voted:
            return True
    return False


def _unused_spares(vote: Vote, the_list: OpenedList) -> list[Spare]:
    """Spares that nobody was given."""
    rows = credential_queries.credentials_by_digest(vote.id, {each.v for each in the_list.spares})
    free = {row.digest for row in rows if row.state == "spare"}
    return [each for each in the_list.spares if each.v in free]
