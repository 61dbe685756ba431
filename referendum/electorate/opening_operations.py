"""Openings of the sealed list: asked for with a reason, opened in memory by any two tellers, logged.

Three purposes: spare codes for entries whose code is lost or of unknown fate (spare_operations carries that out),
reminders to those who have not voted (a job reads the list, nobody else), and turnout by unit after the close. The
ballot box tells which codes have voted through the places "box.has_voted", "box.voted_among" and "box.voted".
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from forum.kernel import audit, slots
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Refused, Stale, refuse_unless
from referendum.crypto.canonical import Malformed
from referendum.electorate import queries, sealed_file, share_file
from referendum.electorate.code_operations import UNDER_WAY
from referendum.electorate.models import SealedOpening, Turnout
from referendum.electorate.operations import ONLY_TELLERS, Act, subject_of
from referendum.electorate.sealed_file import OpenedList
from referendum.electorate.sealing import NEEDED, fits, join
from referendum.electorate.spare_operations import VOTING_OVER
from referendum.electorate.way_rules import is_own_way
from referendum.process.box_rules import ELSEWHERE, is_elsewhere
from referendum.process.models import Vote

MOST_SPARES = 50
REMINDERS_APART = timedelta(days=2)
TOLD = N_("Turnout by unit was told already.")
_SHARE = re.compile(r"0|[1-9][0-9]{0,77}")


@dataclass(slots=True)
class Opened:
    """An opened list, for the length of a request: never stored. `names` are the entries that need a spare."""

    opening_id: int
    names: list[str]
    the_list: OpenedList


def ask_opening(
    actor: Actor, vote: Vote, purpose: str, reason: str, facts: Mapping[str, Any], now: datetime
) -> SealedOpening:
    """Ask the tellers to open the sealed list; `facts` holds {"entries": [...]} for spare codes. Each teller may have
    one waiting for each purpose: they stand side by side, so none keeps another's from being opened."""
    refuse_unless(actor.holds("teller", vote.question_id), ONLY_TELLERS)
    refuse_unless(reason.strip(), N_("Say why. The reason stands in the log."))
    roll = queries.frozen_electorate(vote.id)
    refuse_unless(roll.list_key and roll.sealed_hash, N_("There is no sealed list yet."))
    refuse_unless(
        not queries.is_asked(vote.id, purpose, actor.member_id),
        N_("You have asked for this opening already. Two tellers hand in their shares there, or you take it back."),
    )
    asked = _checked_facts(vote, purpose, facts, now)
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


def _checked_facts(vote: Vote, purpose: str, facts: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    # who has voted is known only where the box is, and so are the codes that it takes
    refuse_unless(purpose == "turnout" or not is_elsewhere(vote.params), ELSEWHERE)
    if purpose == "reminder":
        refuse_unless(vote.state == "open", N_("Reminders are sent while voting is open."))
        refuse_unless(
            not queries.opened_since(vote.id, purpose, now - REMINDERS_APART),
            N_("Reminders were sent in the last two days. Let two days pass."),
        )
        return {}
    if purpose == "turnout":
        refuse_unless(
            vote.state not in ("set_up", "open"), N_("Turnout by unit is told after the close, not before.")
        )
        refuse_unless(not queries.turnout_by_unit(vote.id), TOLD)
        return {}
    refuse_unless(purpose == "spare", N_("The sealed list is not opened for this."))
    refuse_unless(vote.state in ("set_up", "open"), VOTING_OVER)
    names = list(dict.fromkeys(facts.get("entries", [])))
    refuse_unless(names, N_("Say for whom a spare code is needed."))
    refuse_unless(len(names) <= MOST_SPARES, N_("At most %(most)s spare codes at once."), most=MOST_SPARES)
    found = queries.entries(vote.id, names)
    refuse_unless(len(found) == len(names), N_("Somebody named there is not on the frozen roll of this vote."))
    own = is_own_way(vote.params)  # then the tellers say at once of everybody's code that it is out
    out = queries.codes_out(vote.id) if own else all(each.delivery not in UNDER_WAY for each in found.values())
    refuse_unless(
        out,
        N_("The code of somebody named there has not gone out yet. It needs no spare."),
    )
    left = queries.credential_count(vote.id, "spare")
    refuse_unless(len(names) <= left, N_("Only %(left)s spare codes are left."), left=left)
    return {"entries": names}


def drop_opening(actor: Actor, vote: Vote, opening: SealedOpening, now: datetime, folder: Path) -> None:
    """Take back the own opening that is not needed any more; shares handed in for it are forgotten."""
    refuse_unless(actor.holds("teller", vote.question_id), ONLY_TELLERS)
    refuse_unless(opening.asked_by_id == actor.member_id, N_("Only who asked for an opening takes it back."))
    refuse_unless(opening.state == "asked", N_("This opening is over already."))
    opening.state, opening.given = "dropped", {}
    share_file.forget(share_file.path_of(folder, opening.id))
    audit.record(actor, Act.DROP_OPENING, subject_of(vote), now=now, office="teller", opening=opening.id)


def give_share(
    actor: Actor, vote: Vote, opening: SealedOpening, share: object, now: datetime, folder: Path
) -> Opened | None:
    """Hand in a teller's share of the list's key. With the second one the list is opened in memory, which is logged,
    and the shares are wiped; turnout is told at once, spare codes are given by the caller's next transactions."""
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
    path = share_file.path_of(folder, opening.id)
    others = share_file.waiting(path, now)
    if place in others:
        return None
    audit.record(actor, Act.GIVE_SHARE, subject_of(vote), now=now, office="teller", opening=opening.id)
    shares = {**others, place: share}
    if len(shares) >= NEEDED:
        return _open(vote, opening, shares, now, folder)
    share_file.keep(path, place, share, now)
    opening.given = {place: now.isoformat()}
    return None


def _open(vote: Vote, opening: SealedOpening, shares: Mapping[str, str], now: datetime, folder: Path) -> Opened:
    roll = queries.locked_electorate(vote.id)
    if opening.purpose == "reminder":
        refuse_unless(vote.state == "open", N_("Reminders are sent while voting is open."))
        for place, share in shares.items():
            share_file.keep(share_file.path_of(folder, opening.id), place, share, now)  # until the job takes them
        _note_opened(vote, opening, [], roll.sealed_hash, now)
        return Opened(opening.id, [], OpenedList())
    private = join({int(place): int(share) for place, share in shares.items()})
    try:
        the_list = sealed_file.open_list(sealed_file.path_of(folder, vote.uuid_v), roll.sealed_hash, private)
    except Malformed:
        raise Refused(sealed_file.ALTERED) from None
    names = list(opening.facts.get("entries", []))
    if opening.purpose == "turnout":
        _tell_turnout(vote, the_list)
    else:
        refuse_unless(vote.state in ("set_up", "open"), VOTING_OVER)
    _note_opened(vote, opening, names, roll.sealed_hash, now)
    share_file.forget(share_file.path_of(folder, opening.id))
    return Opened(opening.id, names, the_list)


def _note_opened(vote: Vote, opening: SealedOpening, names: list[str], sealed_hash: str, now: datetime) -> None:
    opening.state, opening.opened_at, opening.given, opening.facts = "opened", now, {}, {"count": len(names)}
    db.session.flush()
    audit.record(
        None, Act.OPEN_SEALED_LIST, subject_of(vote), now=now, office="teller", opening=opening.id,
        purpose=opening.purpose, reason=opening.reason, entries=len(names), sealed_list_hash=sealed_hash,
    )  # fmt: skip


def _tell_turnout(vote: Vote, the_list: OpenedList) -> None:
    refuse_unless(not queries.turnout_by_unit(vote.id), TOLD)  # another opening that waited beside may have told it
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
