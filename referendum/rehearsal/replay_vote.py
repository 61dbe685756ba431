"""The second half of a replay: its vote, held by the people of the company, who all vote as they are told."""

from collections.abc import Callable, Mapping
from datetime import datetime

from forum.kernel import clock
from forum.kernel.database import transaction
from forum.kernel.doors import Actor
from referendum.conduct.jobs import tend
from referendum.process.models import Vote
from referendum.rehearsal.company import Company
from referendum.rehearsal.paper import Marked, Sheet, seal_all
from referendum.rehearsal.rehearsed_vote import RehearsedVote, Tell

TIE_BREAK = "Nobody: a tie leaves the question undecided."
AT_ONCE = 500
Marks = Callable[[Vote], Mapping[int, Marked]]
"""Each voter's paper by place on the roll; asked once the digest stands."""


class ReplayVote(RehearsedVote):
    """The vote of a replay."""

    def __init__(self, question_id: int, company: Company, marks: Marks, tell: Tell) -> None:
        super().__init__(question_id, TIE_BREAK, tell)
        self._company, self._marks = company, marks

    def body(self, office: str, now: datetime) -> list[Actor]:
        company = self._company
        places = {"officer": company.officers, "teller": company.tellers, "trustee": company.trustees}
        return [company.actor(place, now) for place in places[office]]

    def at(self, instant: datetime) -> datetime:
        """A replay's clock never goes back."""
        if instant > clock.now():
            clock.move_to(instant)
        tend(clock.now())
        return clock.now()

    def cast(self, vote_id: int) -> None:
        """Everybody votes at once."""
        with transaction(write=False):
            vote = self.vote()
            elections, papers = (vote.election_v, vote.election_c), self._marks(vote)
        number = self._company.number
        sheets = [Sheet(*elections, self.codes.pop(number(place)), paper) for place, paper in papers.items()]
        for start in range(0, len(sheets), AT_ONCE):
            self.take(vote_id, seal_all(sheets[start : start + AT_ONCE]), clock.now())
            self.tell("ballots", min(start + AT_ONCE, len(sheets)), len(sheets))
