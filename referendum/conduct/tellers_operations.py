"""Putting an act on a vote before the tellers: who may, and the paper that they sign."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from forum.bodies import operations as bodies
from forum.bodies.acts import Body
from forum.bodies.models import BodyAct
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, refuse_unless
from forum.questions.queries import question_by_id
from forum.roll.models import Member
from referendum.process.models import Vote
from referendum.process.queries import subject_of


def refuse_unless_teller(actor: Actor, vote: Vote) -> None:
    """Only the question's own tellers put such acts before each other."""
    refuse_unless(actor.holds("teller", vote.question_id), N_("Only the tellers of this question do this."))


def paper(vote: Vote, heading: str, *paragraphs: str) -> str:
    """What is signed: a heading, the question's title, and what the act says."""
    question = question_by_id(vote.question_id)
    return (
        "\n\n".join([f"# {heading}, question {question.number}, vote {vote.number}", question.title, *paragraphs])
        + "\n"
    )


def propose(
    actor: Actor, vote: Vote, act: str, document: str, values: dict[str, Any], now: datetime, names: Sequence[str] = ()
) -> BodyAct:
    """Put it before them. `names` are the people whom the document names."""
    refuse_unless_teller(actor, vote)
    return bodies.propose(
        actor, vote.question_id, Body.TELLERS, act, document, values, now, about=subject_of(vote), names=names
    )


def propose_person(
    actor: Actor, vote: Vote, act: str, member: Member, heading: str, sentence: str, reason: str, now: datetime
) -> BodyAct:
    """The same for an act on one member's office, with the public reason."""
    document = paper(vote, heading, sentence, f"Public reason: {reason}")
    values = {"member": member.public_id, "reason": reason}
    return propose(actor, vote, act, document, values, now, [member.name])
