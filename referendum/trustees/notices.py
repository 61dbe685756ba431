"""Trustees are told by mail when a step of the ceremony, or the rehearsal, is theirs to take."""

from collections.abc import Iterable
from datetime import datetime

from forum.bodies import queries as bodies
from forum.kernel import mail
from forum.questions.queries import question_by_id
from referendum.process.models import Vote


def tell_next_step(vote: Vote, members: Iterable[int], now: datetime) -> None:
    """Everybody has done the step before: these members take the next one."""
    question = question_by_id(vote.question_id)
    for address, language in bodies.recipients(frozenset(members)):
        mail.send(
            "ceremony_step", address, language=language, now=now, number=question.number, title=question.title
        )
