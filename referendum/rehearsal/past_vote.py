"""The vote on the demo's past question: who holds it, and what its members mark, as the story tells."""

import random
from datetime import UTC, datetime, timedelta

from forum.arguments.models import Argument
from forum.kernel.database import db, transaction
from forum.kernel.doors import Actor
from referendum.conduct.jobs import tend
from referendum.digest.queries import frozen_lines
from referendum.rehearsal.charging import OFFICERS, PEOPLE
from referendum.rehearsal.paper import Sheet, mark_papers, seal_all
from referendum.rehearsal.reading_union import texts
from referendum.rehearsal.rehearsed_vote import RehearsedVote
from referendum.rehearsal.stage import Made, Stage

SEED = 411926
AT_ONCE = 40
BODIES = {"officer": OFFICERS, **PEOPLE}


class PastVote(RehearsedVote):
    """The story's own people hold the vote, on the stage."""

    def __init__(self, stage: Stage, made: Made) -> None:
        super().__init__(made.question_id, texts("past")["vote"]["tie_break"])
        self._stage, self._made = stage, made

    def body(self, office: str, now: datetime) -> list[Actor]:  # noqa: ARG002 - whoever is on the stage is fresh
        return [self._stage.person(key) for key in BODIES[office]]

    def at(self, instant: datetime) -> datetime:
        now = instant.astimezone(UTC)
        self._stage.stand_at(now)
        tend(now)
        return now

    def cast(self, vote_id: int) -> None:
        """Members vote in a few bursts, each followed by the check of its proofs and a batch."""
        with transaction(write=False):
            vote = self.vote()
            elections, opened = (vote.election_v, vote.election_c), vote.opens_at
            papers = mark_papers(texts("past")["vote"], self._labels(), SEED)
        voters = random.Random(SEED).sample(sorted(self.codes), len(papers))  # noqa: S311 - who voted, in a rehearsal
        sheets = [Sheet(*elections, self.codes[each], marked) for each, marked in zip(voters, papers, strict=True)]
        pairs = list(seal_all(sheets))
        for place, start in enumerate(range(0, len(pairs), AT_ONCE)):
            now = opened + timedelta(hours=5 + 31 * place)
            self._stage.stand_at(now)
            self.take(vote_id, pairs[start : start + AT_ONCE], now)

    def _labels(self) -> dict[str, str]:
        """A-numbers of the digest's arguments by the names that the story gives them."""
        chosen = {each.argument.id for each in frozen_lines(self.question_id)}
        return {
            name: db.session.get_one(Argument, number).label
            for name, number in self._made.arguments.items()
            if number in chosen
        }
