"""What the tellers' pages about openings of the sealed list show."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask_babel import gettext

from forum.kernel import jobs
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Invalid, Missing, Problem
from forum.questions.models import Question
from forum.questions.process import CodesBy
from forum.questions.queries import question_by_id
from forum.roll.queries import member
from forum.roll.rules import clean_number
from referendum.electorate import answer_file, credential_queries, entry_queries, opening_queries, queries
from referendum.electorate.models import SealedOpening, Turnout
from referendum.electorate.reading import progress_key
from referendum.electorate.sealing import NEEDED
from referendum.electorate.way_rules import way_of
from referendum.process.box_rules import is_elsewhere
from referendum.process.models import Vote
from referendum.process.queries import vote_held_by

PURPOSES = {
    "reminder": N_("To remind those who have not voted. A job reads the list; nobody learns who they are."),
    "spare": N_("To give spare codes to members whose code is lost or may not have arrived."),
    "turnout": N_("To tell how many in each unit have voted."),
}


@dataclass(frozen=True, slots=True)
class OpeningsPage:
    """Every opening of a vote's sealed list, and what one may be asked for now. `own` are the openings that this teller
    asked for, and so may take back; `read` says of each that is being read how many hundredths are done; `askable` are
    the purposes for which one can be asked for at this stage of the vote."""

    vote: Vote
    question: Question
    openings: list[SealedOpening]
    own: frozenset[int]
    read: dict[int, int]
    unknown: int
    spares_left: int
    turnout: list[Turnout]
    askable: tuple[str, ...]


def openings_page(actor: Actor, public_id: str, now: datetime) -> OpeningsPage:
    """The tellers' page of openings."""
    vote = vote_held_by(actor, "teller", public_id)
    openings, turnout = opening_queries.openings(vote.id), opening_queries.turnout_by_unit(vote.id)
    return OpeningsPage(
        vote=vote, question=question_by_id(vote.question_id), openings=openings,
        own=frozenset(each.id for each in openings if each.asked_by_id == actor.member_id),
        read={each.id: hundredths(each) for each in openings if opening_queries.is_being_read(each, now)},
        unknown=entry_queries.delivery_counts(vote.id).get("unknown", 0),
        spares_left=credential_queries.credential_count(vote.id, "spare"),
        turnout=turnout, askable=_askable(vote, told=bool(turnout), now=now),
    )  # fmt: skip


def _askable(vote: Vote, *, told: bool, now: datetime) -> tuple[str, ...]:
    if vote.state in ("set_up", "open"):
        here = not is_elsewhere(vote.params)
        return ("spare", "unknown", *(("reminder",) if vote.state == "open" else ())) if here else ()
    return () if told or opening_queries.is_list_due(vote, now) else ("turnout",)


def hundredths(opening: SealedOpening) -> int:
    """How far the list is read for an opening."""
    return jobs.progress(progress_key(opening.id))


def opening_of(vote: Vote, opening_id: int) -> SealedOpening:
    """An opening of exactly this vote's list. Raises `Missing`."""
    found = opening_queries.opening(opening_id)
    if found.vote_id != vote.id:
        raise Missing
    return found


def opening_state(actor: Actor, opening: SealedOpening, now: datetime, folder: Path) -> dict[str, Any]:
    """How far an opening is: `reading` with the hundredths that are done, `waiting` for shares, or `over`, with why
    nothing came of it and the sealed answer to this teller."""
    if opening.state == "asked":
        reading = opening_queries.is_being_read(opening, now)
        return {"state": "reading" if reading else "waiting", "done": hundredths(opening) if reading else 0}
    problem = opening.facts.get("problem", "")
    answer = answer_file.path_of(folder, opening.id)
    return {
        "state": "over", "answer": answer_file.sealed_for(answer, actor.member_id, now),
        "problem": gettext(problem, **opening.facts["problem_facts"]) if problem else "",
    }  # fmt: skip


def share_page(
    actor: Actor, vote: Vote, opening: SealedOpening, urls: dict[str, str], now: datetime, folder: Path
) -> dict[str, Any]:
    """What templates/referendum/trustees/share.html documents as `share`."""
    question = question_by_id(vote.question_id)
    key = queries.teller_key(vote.id, actor.member_id)
    share = key.share if key else None
    given = opening_queries.shares_in(opening, now)
    return {
        "question_number": question.number, "question_title": question.title, "opening": opening.purpose,
        "purpose": gettext(PURPOSES[opening.purpose]), "reason": opening.reason,
        "asked_by": member(opening.asked_by_id).name, "given": len(given), "needed": NEEDED,
        "sealed": share["sealed"] if share else None, **urls, "begun": opening.opened_at is not None,
        "yours": share is not None and str(share["place"]) in given,
        "letters": opening.purpose == "spare" and way_of(vote.params) is not CodesBy.TELLERS,
        **opening_state(actor, opening, now, folder),
    }  # fmt: skip


def named_entries(vote: Vote, purpose: str, numbers: tuple[str, ...]) -> list[str]:
    """The roll entries an opening is asked for. Raises `Invalid`, naming every number that is not on this roll."""
    if purpose in ("turnout", "reminder"):
        return []
    if purpose == "unknown":
        return entry_queries.unknown_entries(vote.id, min(50, credential_queries.credential_count(vote.id, "spare")))
    wanted = [clean_number(number) for number in numbers]
    found = entry_queries.entries_of_numbers(vote.id, wanted)
    absent = [number for number in wanted if number not in found]
    if absent:
        text = N_("Not on the frozen roll of this vote: %(numbers)s.")
        raise Invalid([Problem("numbers", text, {"numbers": ", ".join(absent)})])
    return list(found.values())
