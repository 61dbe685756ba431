"""Which of a question's votes are over, and what they left for the next one."""

from forum.questions.process import StageKind
from referendum.process.chain import Finished
from referendum.process.facts import VoteKind, VoteState
from referendum.process.models import Vote
from referendum.process.queries import votes_of
from referendum.results.queries import outcome_of, totals_of

STAGE_OF = {VoteKind.MEMBERS: StageKind.MEMBERS_VOTE, VoteKind.RUN_OFF: StageKind.RUN_OFF}


def finished_votes(question_id: int) -> tuple[Finished, ...]:
    """The certified votes of a question in their order; one that was annulled is none."""
    found = (finished(vote) for vote in votes_of(question_id) if vote.state == VoteState.CERTIFIED)
    return tuple(each for each in found if each is not None)


def finished(vote: Vote) -> Finished | None:
    """A certified vote as the chain takes it."""
    totals = totals_of(vote)
    if totals is None:
        return None
    outcome = outcome_of(vote)
    assert outcome is not None
    return Finished(STAGE_OF[VoteKind(vote.kind)], tuple(each.letter for each in totals.choices), outcome)
