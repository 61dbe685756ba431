"""Openings of the sealed list: asked for with a reason, begun by any two tellers, logged; a job does the reading.

Three purposes: spare codes for entries whose code is lost or of unknown fate (spare_jobs), reminders to those who have
not voted (reminder_jobs), and turnout by unit after the close (turnout_jobs). An opening stays asked for until its job
has carried it out: where the job was stopped another goes on, for as long as the two shares live, and after that the
tellers hand them in once more.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from forum.kernel import audit, slots
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Refusal, Refused, Stale, refuse_unless
from referendum.electorate import credential_queries, entry_queries, opening_queries, queries, share_file
from referendum.electorate.code_operations import UNDER_WAY
from referendum.electorate.models import SealedOpening, Turnout
from referendum.electorate.operations import ONLY_TELLERS, Act
from referendum.electorate.sealing import NEEDED, fits
from referendum.electorate.spare_operations import VOTING_OVER
from referendum.electorate.way_rules import is_own_way
from referendum.process.box_rules import ELSEWHERE, is_elsewhere
from referendum.process.models import Vote
from referendum.process.queries import subject_of

MOST_SPARES = 50
REMINDERS_APART = timedelta(days=2)
LIST_GONE = N_("The sealed list is deleted a year after its vote is over.")
TOLD = N_("Turnout by unit has been published already.")
REMINDED = N_("Reminders were sent in the last two days. Let two days pass.")
WHILE_OPEN = N_("Reminders are sent while voting is open.")
_SHARE = re.compile(r"0|[1-9][0-9]{0,77}")


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
        not opening_queries.is_asked(vote.id, purpose, actor.member_id),
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
        refuse_unless(vote.state == "open", WHILE_OPEN)
        refuse_unless(not opening_queries.opened_since(vote.id, purpose, now - REMINDERS_APART), REMINDED)
        return {}
    if purpose == "turnout":
        refuse_unless(
            vote.state not in ("set_up", "open"), N_("Turnout by unit is published after the close, not before.")
        )
        refuse_unless(not opening_queries.turnout_by_unit(vote.id), TOLD)
        refuse_unless(not opening_queries.is_list_due(vote, now), LIST_GONE)
        return {}
    refuse_unless(purpose == "spare", N_("The sealed list is not opened for this."))
    refuse_unless(vote.state in ("set_up", "open"), VOTING_OVER)
    names = list(dict.fromkeys(facts.get("entries", [])))
    refuse_unless(names, N_("Say for whom a spare code is needed."))
    refuse_unless(len(names) <= MOST_SPARES, N_("At most %(most)s spare codes at once."), most=MOST_SPARES)
    found = entry_queries.entries(vote.id, names)
    refuse_unless(len(found) == len(names), N_("Somebody named there is not on the frozen roll of this vote."))
    own = is_own_way(vote.params)  # then the tellers say at once of everybody's code that it is out
    out = entry_queries.codes_out(vote.id) if own else all(each.delivery not in UNDER_WAY for each in found.values())
    refuse_unless(
        out,
        N_("The code of somebody named there has not gone out yet. It needs no spare."),
    )
    left = credential_queries.credential_count(vote.id, "spare")
    refuse_unless(len(names) <= left, N_("Only %(left)s spare codes are left."), left=left)
    return {"entries": names}


def drop_opening(actor: Actor, vote: Vote, opening: SealedOpening, now: datetime, folder: Path) -> None:
    """Take back the own opening that is not needed any more; shares handed in for it are forgotten, and a job that is
    at it stops."""
    refuse_unless(actor.holds("teller", vote.question_id), ONLY_TELLERS)
    refuse_unless(opening.asked_by_id == actor.member_id, N_("Only the teller who asked for it can take it back."))
    opening = opening_queries.locked_opening(opening.id)
    refuse_unless(opening.state == "asked", N_("This opening is over already."))
    opening.state, opening.given = "dropped", {}
    share_file.forget(share_file.path_of(folder, opening.id))
    audit.record(actor, Act.DROP_OPENING, subject_of(vote), now=now, office="teller", opening=opening.id)


def give_share(
    actor: Actor,
    vote: Vote,
    opening: SealedOpening,
    share: object,
    now: datetime,
    folder: Path,
    paper: str = "A4",
) -> bool:
    """Hand in a teller's share of the list's key. Says whether they are enough: then the opening is logged, and the
    caller lets a job read the list. `paper` is what letters are printed on for the teller who hands in the last one."""
    refuse_unless(actor.holds("teller", vote.question_id), ONLY_TELLERS)
    refuse_unless(actor.fresh, N_("Please show once more that it is you, then hand in your share."))
    opening = opening_queries.locked_opening(opening.id)  # two shares at once are the first and the second
    if opening.state != "asked":
        raise Stale(N_("This opening is over already. Nothing was opened again."))
    key = queries.teller_key(vote.id, actor.member_id)
    if key is None or key.share is None:
        raise Refused(N_("You hold no share of this list: your key was not there when it was set up."))
    if not isinstance(share, str) or not _SHARE.fullmatch(share) or not fits(int(share), key.share["public"]):
        raise Refused(N_("This is not your share of this list. Choose the key file that you made for this question."))
    place = str(key.share["place"])
    path = share_file.path_of(folder, opening.id)
    waiting = share_file.waiting(path, now)
    there = {each: at for each, at in opening.given.items() if each in waiting}
    if place not in there and len(there) < NEEDED:
        audit.record(actor, Act.GIVE_SHARE, subject_of(vote), now=now, office="teller", opening=opening.id)
        there[place] = now.isoformat()
        if len(there) >= NEEDED:
            _begin(actor, vote, opening, now, paper)
        share_file.keep(path, place, share, now)
        opening.given = there
    return len(there) >= NEEDED


def _begin(actor: Actor, vote: Vote, opening: SealedOpening, now: datetime, paper: str) -> None:
    """The list is opened from here on, which is logged: each time anew where tellers hand in their shares once more."""
    roll = queries.locked_electorate(vote.id)  # of two that begin at once one sees the other
    _check_still(vote, opening, now)
    opening.opened_at = now
    opening.facts = {**opening.facts, "teller": actor.member_id, "paper": paper}
    audit.record(
        None, Act.OPEN_SEALED_LIST, subject_of(vote), now=now, office="teller", opening=opening.id,
        purpose=opening.purpose, reason=opening.reason, entries=len(opening.facts.get("entries", [])),
        sealed_list_hash=roll.sealed_hash,
    )  # fmt: skip


def _check_still(vote: Vote, opening: SealedOpening, now: datetime) -> None:
    """Whether what an opening was asked for may still be done; another one that waited beside may have done it."""
    if opening.purpose == "reminder":
        refuse_unless(vote.state == "open", WHILE_OPEN)
        since = now - REMINDERS_APART
        refuse_unless(not opening_queries.opened_since(vote.id, "reminder", since, but=opening.id), REMINDED)
    elif opening.purpose == "turnout":
        refuse_unless(not opening_queries.turnout_by_unit(vote.id), TOLD)
        refuse_unless(not opening_queries.is_list_due(vote, now), LIST_GONE)
        refuse_unless(any(slots.gather("box.sealed", vote.id)), N_("Ballots are still being checked."))
    else:
        refuse_unless(vote.state in ("set_up", "open"), VOTING_OVER)


def finish(opening_id: int) -> None:
    """An opening is carried out. Raises `Stale` where it was taken back meanwhile, or is over."""
    opening = opening_queries.locked_opening(opening_id)
    if opening.state != "asked":
        raise Stale(N_("This opening is over already. Nothing was opened again."))
    opening.state, opening.given = "opened", {}
    opening.facts = {"count": len(opening.facts.get("entries", []))}
    db.session.flush()


def give_up(opening_id: int, refusal: Refusal) -> None:
    """An opening cannot be carried out: the tellers read why."""
    opening = opening_queries.locked_opening(opening_id)
    opening.state, opening.given = "dropped", {}
    opening.facts = {"problem": refusal.reason, "problem_facts": refusal.facts}
    db.session.flush()


def note_place(opening_id: int, taken: int, now: datetime) -> bool:
    """Note how many lines of the list a run has gone through, and that it is still at it. Says whether to go on."""
    opening = opening_queries.locked_opening(opening_id)
    if opening.state != "asked":
        return False
    opening.facts = {**opening.facts, "taken": taken, "seen": now.isoformat()}
    db.session.flush()
    return True


def tell_turnout(vote: Vote, opening_id: int, counts: Mapping[str, int]) -> None:
    """Publish how many of each unit have voted."""
    finish(opening_id)
    refuse_unless(not opening_queries.turnout_by_unit(vote.id), TOLD)
    for unit in queries.frozen_electorate(vote.id).units:
        told = Turnout(vote_id=vote.id, unit=unit["name"], eligible=unit["eligible"], ballots=counts[unit["name"]])
        db.session.add(told)
    db.session.flush()
