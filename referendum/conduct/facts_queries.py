"""Gathers what the guards of a vote look at, from every slice below."""

import hashlib
from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import current_app

from forum.bodies import queries as bodies
from forum.bodies.models import BodyAct
from forum.kernel.database import db
from forum.kernel.errors import N_, Obstacle
from forum.kernel.settings import Settings
from forum.questions.queries import appointments, question_by_id
from forum.questions.states import QuestionState
from forum.roll.queries import officer_ids
from referendum.casting.queries import box_state, waiting_count
from referendum.count.queries import archive_verified, shares_given, shares_lost, shares_needed, tally_of
from referendum.digest.queries import digest_of
from referendum.electorate import entry_queries
from referendum.electorate import queries as electorate
from referendum.electorate.eligibility_queries import nobody_may_vote
from referendum.electorate.queries import teller_keys
from referendum.electorate.rules import NOBODY
from referendum.electorate.sealing import NEEDED
from referendum.process import queries as process
from referendum.process import rules
from referendum.process.facts import ChallengeFacts, Ruling, VoteFacts, VoteState
from referendum.process.models import Challenge, Vote
from referendum.process.params import read_params
from referendum.process.queries import going_on, subject_of
from referendum.process.voting import Reason
from referendum.results.queries import outcome_of
from referendum.trustees.queries import keys_proved, keys_ready


def vote_of(act: BodyAct) -> Vote:
    """The vote that a body's act is about."""
    return process.vote_by_public_id(act.facts["about"].removeprefix("vote:"))


def acts_on(vote: Vote) -> list[BodyAct]:
    """The acts of bodies on this vote that were not dropped, pending or in effect, newest first."""
    return [each for each in bodies.acts_of(vote.question_id) if each.facts.get("about") == subject_of(vote)]


def _signed(acts: list[BodyAct], act: str, **wanted: str) -> frozenset[int]:
    """Who signed the text of this kind that has come furthest, of those that wait; while none waits, the newest that
    took effect. Where something is `wanted` of it, every text that says so counts, in effect or waiting: another one
    put forward later takes nothing away from what is signed.
    """
    found = [each for each in acts if each.act == act]
    if wanted:
        chosen = [each for each in found if all(each.facts.get(name) == value for name, value in wanted.items())]
    else:
        chosen = [each for each in found if each.took_effect_at is None] or found[:1]
    return max((bodies.signing_of(each).signed for each in chosen), key=len, default=frozenset())


def what_opens(vote: Vote) -> dict[str, str]:
    """What a signed opening opens; with other dates or another ballot it counts no more."""
    return {"opens_at": vote.opens_at.isoformat(), "ballot": ballot_hash(vote)}


def ballot_hash(vote: Vote) -> str:
    """SHA-256 over both election texts; "" before they are frozen."""
    if not vote.election_v:
        return ""
    return hashlib.sha256(f"{vote.election_v}\n{vote.election_c}".encode()).hexdigest()


def gather_facts(vote: Vote, **known: Any) -> VoteFacts:
    """Everything the guards need about this vote. `known` overrides what was gathered. Of the sealed list it is
    asked only whether it is there: the clock, which opens the vote, reads all of it (`check_sealed_list`)."""
    question = question_by_id(vote.question_id)
    digest, acts = digest_of(question.id), acts_on(vote)
    values: dict[str, Any] = {
        "state": VoteState(vote.state),
        "has_debate": read_params(vote.params).has_debate,
        "question_closed": question.state == QuestionState.CLOSED,
        "digest_hash": digest.hash if digest else "",
        "ballot_hash": ballot_hash(vote),
        "tie_break": vote.params.get("tie_break", ""),
        "officers": frozenset(officer_ids()),
        "tellers": frozenset(appointments(question.id, "teller")),
        "trustees": frozenset(appointments(question.id, "trustee")),
        "call_issued": vote.called_at is not None,
        "keys_ready": keys_ready(vote),
        "keys_proved": keys_proved(vote),
        "opens_at": vote.opens_at,
        "closes_at": vote.closes_at,
        "closed_at": vote.closed_at,
        "counted_at": vote.counted_at,
        "challenge_closes_at": vote.challenges_end_at,
        "challenges": tuple(_challenge(each) for each in process.challenges(vote.id)),
        "call_signers": _signed(acts, "call"),
        "opening_signers": _signed(acts, "open_vote", **what_opens(vote)),
        "extension_signers": _signed(acts, "extend_vote"),
        "certificate_signers": _signed(acts, "certify"),
        "annulment_signers": _signed(acts, "annul"),
    }
    values.update(_roll(vote))
    if vote.state not in (VoteState.SET_UP, VoteState.OPEN):
        values.update(_count(vote))
    values.update(known)
    return VoteFacts(**values)


def _roll(vote: Vote) -> dict[str, Any]:
    roll = electorate.electorate(vote.id)
    if roll is None:
        return {"record_at": electorate.record_instant(vote)}
    settings: Settings = current_app.config["HUSTINGS"]
    out = roll.codes in ("sent", "ready")
    return {
        "roll_hash": roll.roll_hash,
        "record_at": roll.record_at,
        "roll_frozen_at": roll.frozen_at,
        "eligible_count": roll.size,
        "codes_pending": entry_queries.codes_pending(vote.id) if out else roll.size,
        "sealed_list_stored": vote.state != VoteState.SET_UP or electorate.sealed_list_there(vote, settings.instance),
    }


def _count(vote: Vote) -> dict[str, Any]:
    counted = tally_of(vote.id, "V")
    outcome = outcome_of(vote)
    state = box_state(vote.id)
    return {
        "ballots_unchecked": 0 if state and state.sealed else waiting_count(vote.id),
        "below_minimum": bool(counted and counted.withheld),
        "shares_given": shares_given(vote, ("V",)),
        "shares_lost": shares_lost(vote) if vote.state == VoteState.COUNTING else frozenset(),
        "shares_needed": shares_needed(vote),
        "archive_verified": archive_verified(vote),
        "tie_open": bool(outcome and outcome.reason is Reason.TIE),
    }


def _challenge(challenge: Challenge) -> ChallengeFacts:
    ruling = Ruling(challenge.ruling) if challenge.ruling else None
    if ruling is Ruling.UPHELD and challenge.changes_outcome:
        ruling = Ruling.UPHELD_CHANGES_OUTCOME
    return ChallengeFacts(challenge.id, ruling)


def obstacles_to_call(vote: Vote, facts: VoteFacts, now: datetime) -> list[Obstacle]:
    """What the call still lacks, its signatures apart; the tellers' keys too, since codes are made right after it.

    Where nobody may vote, that is why the roll is not frozen, and what helps is said with it.
    """
    found = [each for each in rules.obstacles_to_call(facts) if each.code != "call_unsigned"]
    if nobody_may_vote(vote, now):
        found = [replace(each, code="nobody", remedy=NOBODY) if each.code == "roll" else each for each in found]
    keys = len(teller_keys(vote.id))
    if keys < NEEDED:
        text = N_("Too few tellers have made a key for the sealed list: %(count)s, where it takes %(needed)s.")
        remedy = N_("Each teller makes a key on the desk.")
        found.append(Obstacle("teller_keys", text, remedy, {"count": keys, "needed": NEEDED}))
    return found


def fixed_tie_break(vote: Vote) -> str:
    """How a tie is broken, once codes have gone out under a call that says it; "" while it is still to be written."""
    roll = electorate.electorate(vote.id)
    return vote.params.get("tie_break", "") if vote.called_at and roll and roll.codes != "none" else ""


def running_votes() -> list[Vote]:
    """The newest vote of every question whose vote is not over, newest first; the desk works on them."""
    query = going_on(VoteState.SET_UP, VoteState.OPEN, VoteState.COUNTING, VoteState.CHALLENGEABLE)
    return list(db.session.scalars(query.order_by(Vote.id.desc()).limit(50)))
