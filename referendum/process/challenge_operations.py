"""Challenges to a counted vote, and the rulings on them: by the tellers, or by the observers where the tellers' own
conduct is challenged.
"""

from datetime import datetime

from forum.bodies import operations as bodies
from forum.bodies.acts import MEMBERS_ONLY, Body
from forum.bodies.models import BodyAct
from forum.kernel import audit
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Missing, refuse_unless
from forum.questions.queries import appointments
from referendum.process import rules
from referendum.process.facts import VoteFacts, VoteState
from referendum.process.forms import NewChallenge, NewRuling
from referendum.process.models import Challenge, Vote
from referendum.process.queries import vote as vote_by_id

SOLE_OBSERVER = N_(
    "You are the only observer, and nobody rules on their own challenge. Another member can file it; or the tellers "
    "name a further observer first."
)


class Act(audit.Act):
    """Acts of power on challenges."""

    FILE_CHALLENGE = "file_challenge"
    RULE_CHALLENGE = "rule_challenge"


def file_challenge(actor: Actor, vote: Vote, new: NewChallenge, *, eligible: bool, now: datetime) -> Challenge:
    """An eligible member objects, from the count until the window closes."""
    facts = VoteFacts(state=VoteState(vote.state), challenge_closes_at=vote.challenges_end_at)
    refuse_unless(eligible, N_("Only members who could vote in this vote can challenge it."))
    inside = rules.may_challenge(facts, now, eligible=eligible)
    refuse_unless(inside, N_("Challenges are taken from the count until the window closes."))
    alone = new.to_tellers and appointments(vote.question_id, "observer") == [actor.member_id]
    refuse_unless(not alone, SOLE_OBSERVER)
    challenge = Challenge(
        vote_id=vote.id, member_id=actor.member_id, text=new.text, to_tellers=new.to_tellers, at=now
    )
    db.session.add(challenge)
    db.session.flush()
    audit.record(
        actor, Act.FILE_CHALLENGE, f"challenge:{challenge.id}", now=now, office="member", to_tellers=new.to_tellers
    )
    return challenge


def propose_ruling(actor: Actor, challenge_id: int, new: NewRuling, *, now: datetime) -> BodyAct:
    """Put a ruling before the body that rules on this challenge; whoever filed it has no part in it."""
    challenge = _open_challenge(challenge_id)
    vote = vote_by_id(challenge.vote_id)
    body = Body.OBSERVERS if challenge.to_tellers else Body.TELLERS
    changes = new.upheld and new.changes_outcome
    sentence = "The challenge is upheld." if new.upheld else "The challenge is dismissed."
    if changes:
        sentence += " What it found could have changed the outcome: the vote is to be annulled and held again."
    document, public = (
        f"# Ruling on challenge {challenge.id} to the vote {vote.public_id}\n\nThe challenge:\n\n{words}\n\n"
        f"{sentence}\n\nPublic reason: {new.reason}\n"
        for words in (challenge.text, MEMBERS_ONLY)
    )
    facts = {
        "challenge_id": challenge.id, "upheld": new.upheld, "changes_outcome": changes, "reason": new.reason,
        "public": public,
    }  # fmt: skip
    return bodies.propose(
        actor, vote.question_id, body, "rule_challenge", document, facts, now,
        about=f"challenge:{challenge.id}", barred=[challenge.member_id],
    )  # fmt: skip


def rule_challenge_by_act(act: BodyAct, now: datetime) -> None:
    """The ruling took effect."""
    challenge = _open_challenge(act.facts["challenge_id"])
    challenge.ruling = "upheld" if act.facts["upheld"] else "dismissed"
    challenge.changes_outcome = act.facts["changes_outcome"]
    challenge.ruling_reason = act.facts["reason"]
    challenge.ruled_at = now
    db.session.flush()
    audit.record(
        None, Act.RULE_CHALLENGE, f"challenge:{challenge.id}", now=now,
        office="observer" if challenge.to_tellers else "teller", ruling=challenge.ruling,
        changes_outcome=challenge.changes_outcome, reason=challenge.ruling_reason,
    )  # fmt: skip


def _open_challenge(challenge_id: int) -> Challenge:
    challenge = db.session.get(Challenge, challenge_id, with_for_update=True)
    if challenge is None:
        raise Missing
    refuse_unless(not challenge.ruling, N_("This challenge was ruled on already."))
    return challenge
