"""A replay of a large union in which only some members' ballots are real: who they are, and what every sheet says.

The roll is frozen whole, with its hash, as in any vote. Then all but the drawn members are taken off, by an entry in
the audit log that says so; codes, ballots, proofs, count and archives are of those who are left, and pretend nothing.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from forum.kernel import audit
from forum.kernel.database import db
from forum.roll.models import Council, Local, Member
from referendum.electorate import queries, rules
from referendum.electorate.models import RollEntry
from referendum.process.models import Vote
from referendum.process.queries import subject_of
from referendum.results.rounding import largest_remainder


class Act(audit.Act):
    """What no installation but a replay's does."""

    REPLAY_PART = "replay_part"


@dataclass(frozen=True, slots=True)
class Part:
    """How many of all members cast a real ballot."""

    real: int
    members: int

    @property
    def heading(self) -> str:
        """What stands at the head of every sheet; "" where every ballot is real."""
        return f"simulation, {self.real:,} of {self.members:,} ballots real" if self.real < self.members else ""

    def voters(self, seed: int, heard: Sequence[int] = ()) -> list[int]:
        """Places of those who vote: whoever was `heard` in a debate first, then by the seed's draw."""
        if self.real == self.members:
            return list(range(1, self.members + 1))
        first = list(heard)[: self.real]
        draw = random.Random(seed)  # noqa: S311 - a simulation, repeatable by its seed
        taken, others = set(first), draw.sample(range(1, self.members + 1), min(self.members, 2 * self.real))
        others = [place for place in others if place not in taken]
        return sorted([*first, *others[: self.real - len(first)]])

    def scaled(self, counts: Sequence[int]) -> list[int]:
        """These counts as of all members, by largest remainder."""
        return largest_remainder([Fraction(count * self.members, self.real) for count in counts])


def leave_voters(vote: Vote, numbers: Sequence[str], seed: int, now: datetime) -> None:
    """Take everybody else off the frozen roll, before any code is made."""
    roll = queries.locked_electorate(vote.id)
    mine = RollEntry.vote_id == vote.id
    query = (
        db.select(RollEntry.id, Member.number, Local.number, Council.name)
        .join(Member, Member.id == RollEntry.member_id)
        .join(Local, Local.id == RollEntry.local_id)
        .join(Council, Council.id == RollEntry.council_id)
    )
    kept = db.session.execute(query.where(mine, Member.number.in_(numbers))).all()
    audit.record(
        None, Act.REPLAY_PART, subject_of(vote), now=now, office="clock", seed=seed, ballots_real=len(kept),
        roll_size=roll.size, roll_hash=roll.roll_hash,
    )  # fmt: skip
    db.session.execute(db.delete(RollEntry).where(mine, RollEntry.id.not_in([row[0] for row in kept])))
    roll.size = len(kept)
    roll.admitted_count = None if roll.admitted_count is None else len(kept)
    roll.roll_hash = rules.hash_of([(number, local, council) for _, number, local, council in kept])
    roll.units = [
        {"name": unit.name, "locals": [each.local for each in unit.locals], "eligible": unit.eligible}
        for unit in rules.make_units(queries.local_sizes(vote.id))
    ]
    db.session.flush()
