"""Openings of the sealed list: asked for with a reason, opened in memory by any two tellers, logged.

Two purposes: spare codes for entries whose code is lost or of unknown fate, and turnout by unit after the close. The
ballot box tells whether a code has voted through the places "box.has_voted" and "box.voted".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from forum.kernel import audit, slots
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Refused, Stale, refuse_unless
from referendum.crypto.canonical import Malformed
from referendum.electorate import queries, sealed_file
from referendum.electorate.code_operations import mark
from referendum.electorate.models import SealedOpening, Turnout
from referendum.electorate.operations import ONLY_TELLERS, Act, subject_of
from referendum.electorate.queries import Addressee
from referendum.electorate.sealed_file import Assigned, OpenedList, Spare
from referendum.electorate.sealing import NEEDED, fits, join
from referendum.process.models import Vote
from referendum.process.queries import locked

MOST_SPARES = 50
VOTING_OVER = N_("Voting is over. No code is given out any more.")
_SHARE = re.compile(r"0|[1-9][0-9]{0,77}")


@dataclass(slots=True)
class Opened:
    """What an opening gave: new codes to hand to their persons, and the numbers of members who got none because a
    ballot was cast with theirs. Never stored."""

    codes: list[tuple[Addressee, str]]
    used: list[str]


def ask_opening(
    actor: Actor, vote: Vote, purpose: str, reason: str, facts: Mapping[str, Any], now: datetime
) -> SealedOpening:
    """Ask the tellers to open the sealed list; `facts` holds {"entries": [...]} for spare codes."""
    refuse_unless(actor.holds("teller", vote.question_id), ONLY_TELLERS)
    refuse_unless(reason.strip(), N_("Say why. The reason stands in the log."))
    roll = queries.frozen_electorate(vote.id)
    refuse_unless(roll.list_key and roll.sealed_hash, N_("There is no sealed list yet."))
    waiting = [each for each in queries.openings(vote.id) if each.state == "asked" and each.purpose == purpose]
    refuse_unless(not waiting, N_("An opening for this is asked for already. Two tellers hand in their shares there."))
    asked = _checked_facts(vote, purpose, facts)
    opening = SealedOpening(
        vote_id=vote.id, purpose=purpose, reason=reason, facts=asked, state="asked", given={},
        asked_by_id=actor.member_id, asked_at=now,
    )  # fmt: skip
    db.session.add(opening)
    db.session.flush()
    audit.record(
        actor, Act.ASK_OPENING, subject_of(vote), now=now, office="teller",
        opening=opening.id, purpose=purpose, reason=reason, entries=len(asked.get("entries", [])),
    )  # fmt: skip
    return opening


def _checked_facts(vote: Vote, purpose: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    if purpose == "turnout":
        refuse_unless(
            vote.state not in ("set_up", "open"), N_("Turnout by unit is told after the close, not before.")
        )
        refuse_unless(not queries.turnout_by_unit(vote.id), N_("Turnout by unit was told already."))
        return {}
    refuse_unless(purpose == "spare", N_("The sealed list is not opened for this."))
    refuse_unless(vote.state in ("set_up", "open"), VOTING_OVER)
    names = list(dict.fromkeys(facts.get("entries", [])))
    refuse_unless(names, N_("Say for whom a spare code is needed."))
    refuse_unless(len(names) <= MOST_SPARES, N_("At most %(most)s spare codes at once."), most=MOST_SPARES)
    found = queries.entries(vote.id, names)
    refuse_unless(len(found) == len(names), N_("Somebody named there is not on the frozen roll of this vote."))
    refuse_unless(
        all(each.delivery not in ("waiting", "sending") for each in found.values()),
        N_("The code of somebody named there has not gone out yet. It needs no spare."),
    )
    left = queries.credential_count(vote.id, "spare")
    refuse_unless(len(names) <= left, N_("Only %(left)s spare codes are left."), left=left)
    return {"entries": names}


def drop_opening(actor: Actor, vote: Vote, opening: SealedOpening, now: datetime) -> None:
    """Take back an opening that is not needed any more; shares handed in for it are forgotten."""
    refuse_unless(actor.holds("teller", vote.question_id), ONLY_TELLERS)
    refuse_unless(opening.state == "asked", N_("This opening is over already."))
    opening.state, opening.given = "dropped", {}
    audit.record(actor, Act.DROP_OPENING, subject_of(vote), now=now, office="teller", opening=opening.id)


def give_share(
    actor: Actor, vote: Vote, opening: SealedOpening, share: object, now: datetime, folder: Path
) -> Opened | None:
    """Hand in a teller's share of the list's key. With the second one the list is opened in memory, its purpose is
    carried out and the shares are wiped; the answer then holds what must be handed out now or is lost."""
    refuse_unless(actor.holds("teller", vote.question_id), ONLY_TELLERS)
    refuse_unless(actor.fresh, N_("Please show once more that it is you, then hand in your share."))
    db.session.refresh(opening, with_for_update=True)  # two shares at once are the first and the second
    if opening.state != "asked":
        raise Stale(N_("This opening is over already. Nothing was opened again."))
    key = queries.teller_key(vote.id, actor.member_id)
    if key is None or key.share is None:
        raise Refused(N_("You hold no share of this list: your key was not there when it was set up."))
    if not isinstance(share, str) or not _SHARE.fullmatch(share) or not fits(int(share), key.share["public"]):
        raise Refused(N_("This is not your share of this list. Choose the key file that you made for this question."))
    place = str(key.share["place"])
    if place in opening.given:
        return None
    opening.given = {**opening.given, place: share}
    audit.record(actor, Act.GIVE_SHARE, subject_of(vote), now=now, office="teller", opening=opening.id)
    if len(opening.given) < NEEDED:
        return None
    return _open(vote, opening, now, folder)


def _open(vote: Vote, opening: SealedOpening, now: datetime, folder: Path) -> Opened:
    roll = queries.locked_electorate(vote.id)
    path = sealed_file.path_of(folder, vote.uuid_v)
    private = join({int(place): int(share) for place, share in opening.given.items()})
    try:
        the_list = sealed_file.open_list(path, roll.sealed_hash, private)
    except Malformed:
        raise Refused(sealed_file.ALTERED) from None
    opening.state, opening.opened_at, opening.given = "opened", now, {}
    turnout = opening.purpose == "turnout"
    opened = _tell_turnout(vote, the_list) if turnout else _give_spares(vote, opening, the_list, path)
    audit.record(
        None, Act.OPEN_SEALED_LIST, subject_of(vote), now=now, office="teller", opening=opening.id,
        purpose=opening.purpose, reason=opening.reason, spares=len(opened.codes), sealed_list_hash=roll.sealed_hash,
    )  # fmt: skip
    return opened


def _tell_turnout(vote: Vote, the_list: OpenedList) -> Opened:
    roll = queries.frozen_electorate(vote.id)
    (voted,) = slots.gather("box.voted", vote.id)
    counts = dict.fromkeys((unit["name"] for unit in roll.units), 0)
    for each in the_list.assigned:
        counts[each.unit] += each.v in voted
    for unit in roll.units:
        db.session.add(
            Turnout(vote_id=vote.id, unit=unit["name"], eligible=unit["eligible"], ballots=counts[unit["name"]])
        )
    db.session.flush()
    return Opened([], [])


def _give_spares(vote: Vote, opening: SealedOpening, the_list: OpenedList, path: Path) -> Opened:
    """A spare for each entry whose codes are unused; where one was used, none. Afterwards both kinds of entries look
    alike, so that the roll does not tell who has voted. The vote is held meanwhile: no ballot comes in between."""
    refuse_unless(locked(vote).state in ("set_up", "open"), VOTING_OVER)
    names = list(opening.facts["entries"])
    people = queries.addressees(vote.id, names)
    free = [name for name in names if not _was_used(vote, the_list.of_entry(name))]
    unused = _unused_spares(vote, the_list)
    refuse_unless(len(unused) >= len(free), N_("Only %(left)s spare codes are left."), left=len(unused))
    roll = queries.frozen_electorate(vote.id)
    units = queries.unit_of_local(roll)
    given = list(zip(free, unused, strict=False))
    revoked = {digest for name in free for each in the_list.of_entry(name) for digest in (each.v, each.c)}
    assigned = [Assigned(name, units[people[name].local], spare.v, spare.c) for name, spare in given]
    _set_state(vote, revoked, "revoked")
    _set_state(vote, {digest for each in assigned for digest in (each.v, each.c)}, "issued")
    mark(vote, dict.fromkeys(names, "spare"))
    roll.sealed_hash = sealed_file.append_assigned(path, roll.sealed_hash, int(roll.list_key), assigned)
    opening.facts = {"count": len(names)}
    db.session.flush()
    used = [people[name].number for name in names if name not in free]
    return Opened([(people[name], spare.code) for name, spare in given], used)


def _was_used(vote: Vote, old: list[Assigned]) -> bool:
    for each in old:
        (voted,) = slots.gather("box.has_voted", vote.id, each.v)
        if voted:
            return True
    return False


def _unused_spares(vote: Vote, the_list: OpenedList) -> list[Spare]:
    """Spares that nobody was given."""
    rows = queries.credentials_by_digest(vote.id, {each.v for each in the_list.spares})
    free = {row.digest for row in rows if row.state == "spare"}
    return [each for each in the_list.spares if each.v in free]


def _set_state(vote: Vote, digests: set[str], state: str) -> None:
    for row in queries.credentials_by_digest(vote.id, digests):
        row.state = state
    db.session.flush()
