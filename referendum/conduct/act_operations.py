"""The tellers' other acts on a vote: opening, extending and annulling it. Each is put before them and signed."""

from datetime import datetime

from forum.bodies.models import BodyAct
from forum.kernel.doors import Actor
from forum.kernel.errors import Obstacle, Obstructed, refuse_unless
from forum.questions.documents import instant
from forum.questions.queries import question_by_id
from referendum.conduct.facts_queries import ballot_hash, gather_facts, vote_of, what_opens
from referendum.conduct.forms import NewExtension
from referendum.conduct.tellers_operations import paper, propose
from referendum.electorate.queries import frozen_electorate
from referendum.process import rules
from referendum.process.box_rules import ELSEWHERE, is_elsewhere
from referendum.process.facts import VoteFacts, VoteMove
from referendum.process.models import Vote
from referendum.process.operations import move_vote, set_up_vote


def propose_opening(actor: Actor, vote: Vote, now: datetime) -> BodyAct:
    """Put the opening before the tellers once everything is ready; the clock then opens at the published moment."""
    _refuse_missing(VoteMove.OPEN, gather_facts(vote), now, {"opening_unsigned", "too_early"})
    roll = frozen_electorate(vote.id)
    document = paper(
        vote,
        "Opening the vote",
        f"Voting opens {instant(vote.opens_at)} and closes {instant(vote.closes_at)}.",
        f"- The call: {vote.params.get('call_hash', '')}\n- The ballot: {ballot_hash(vote)}\n"
        f"- The roll: {roll.size} members, {roll.roll_hash}\n- The sealed list: {roll.sealed_hash}",
    )
    return propose(actor, vote, "open_vote", document, what_opens(vote), now)


def open_by_act(act: BodyAct, now: datetime) -> None:
    """The opening is signed; the clock opens at the published moment, or within a minute if that has come."""
    vote = vote_of(act)
    facts = gather_facts(vote)
    _refuse_missing(VoteMove.OPEN, facts, now, {"too_early"})


def propose_extension(actor: Actor, vote: Vote, new: NewExtension, now: datetime) -> BodyAct:
    """Put a later close before the tellers, with the public reason; voting is never shortened. Where the box is in
    other hands it closes at the moment that they were given."""
    refuse_unless(not is_elsewhere(vote.params), ELSEWHERE)
    facts = gather_facts(vote, extended_to=new.closes_at, extension_reason=new.reason, extension_signers=frozenset())
    _refuse_missing(VoteMove.EXTEND, facts, now, {"extension_unsigned"})
    document = paper(
        vote, "Extending the vote", f"Voting closes {instant(new.closes_at)}.", f"Public reason: {new.reason}"
    )
    values = {"closes_at": new.closes_at.isoformat(), "reason": new.reason}
    return propose(actor, vote, "extend_vote", document, values, now)


def extend_by_act(act: BodyAct, now: datetime) -> None:
    """The extension took effect."""
    vote = vote_of(act)
    refuse_unless(not is_elsewhere(vote.params), ELSEWHERE)
    closes_at = datetime.fromisoformat(act.facts["closes_at"])
    facts = gather_facts(vote, extended_to=closes_at, extension_reason=act.facts["reason"])
    move_vote(vote, VoteMove.EXTEND, facts, now, act.facts["reason"])


def propose_annulment(actor: Actor, vote: Vote, reason: str, now: datetime) -> BodyAct:
    """Put the annulment before the tellers; its only ground is an upheld challenge that could change the outcome."""
    facts = gather_facts(vote, annulment_reason=reason, annulment_signers=frozenset())
    _refuse_missing(VoteMove.ANNUL, facts, now, {"annulment_unsigned"})
    document = paper(vote, "Annulling the vote", "The vote is annulled and held again.", f"Public reason: {reason}")
    return propose(actor, vote, "annul", document, {"reason": reason}, now)


def annul_by_act(act: BodyAct, now: datetime) -> None:
    """The annulment took effect: the vote is set up again."""
    vote = vote_of(act)
    move_vote(vote, VoteMove.ANNUL, gather_facts(vote, annulment_reason=act.facts["reason"]), now, act.facts["reason"])
    set_up_vote(question_by_id(vote.question_id), now)


def _refuse_missing(move: VoteMove, facts: VoteFacts, now: datetime, apart: set[str]) -> None:
    """Tell everything that is missing apart from what the signing itself and the clock bring."""
    missing: list[Obstacle] = [each for each in rules.obstacles_to(move, facts, now) if each.code not in apart]
    if missing:
        raise Obstructed(missing)
