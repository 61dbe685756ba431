"""The second half of a replay: its vote, held by the people of the company, who all vote as they are told."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from forum.kernel import clock
from forum.kernel.database import transaction
from forum.kernel.doors import Actor
from referendum.conduct.jobs import tend
from referendum.electorate.queries import frozen_electorate
from referendum.process.models import Vote
from referendum.rehearsal.company import Company
from referendum.rehearsal.paper import Marked, Sheet, seal_all
from referendum.rehearsal.rehearsed_vote import RehearsedVote, Tell
from referendum.rehearsal.replay_part import leave_voters

TIE_BREAK = "Nobody: a tie leaves the question undecided."
AT_ONCE = 500
Marks = Callable[[Vote], Mapping[int, Marked]]
"""Each voter's paper by place on the roll; asked once the digest stands."""


class ReplayVote(RehearsedVote):
    """The vote of a replay. `voters` are the places of those whose ballots are real; None if everybody's are."""

    def __init__(
        self, question_id: int, company: Company, marks: Marks, tell: Tell, seed: int, voters: Sequence[int] | None
    ) -> None:
        super().__init__(question_id, TIE_BREAK, tell)
        self._company, self._marks, self._seed, self._voters = company, marks, seed, voters
        self.frozen_size = 0

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

    def _prepare(self, now: datetime) -> None:
        with transaction(write=True):
            vote = self.vote()
            self.frozen_size = frozen_electorate(vote.id).size
            if self._voters is not None:
                leave_voters(vote, [self._company.number(place) for place in self._voters], self._seed, now)
        self.tell("frozen roll", self.frozen_size, self.frozen_size)
        super()._prepare(now)

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
