"""Which of a question's votes are over, and what they left for the next one."""

from forum.questions.process import StageKind
from referendum.process.chain import Finished
from referendum.process.facts import VoteKind, VoteState
from referendum.process.models import Vote
from referendum.process.queries import votes_of
from referendum.results.queries import letters_of, outcome_of, totals_of

STAGE_OF = {VoteKind.MEMBERS: StageKind.MEMBERS_VOTE, VoteKind.RUN_OFF: StageKind.RUN_OFF}


def finished_votes(question_id: int) -> tuple[Finished, ...]:
    """The certified votes of a question in their order; one that was annulled is none."""
    found = (finished(vote) for vote in votes_of(question_id) if vote.state == VoteState.CERTIFIED)
    return tuple(each for each in found if each is not None)


def finished(vote: Vote) -> Finished | None:
    """A certified vote as the chain takes it."""
    outcome, totals = outcome_of(vote), totals_of(vote)
    if outcome is None or totals is None:
        return None
    letters = letters_of(vote, tuple(range(len(totals.choices))))
    return Finished(STAGE_OF[VoteKind(vote.kind)], tuple(letters), outcome)
