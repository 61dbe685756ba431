"""The roll as it is frozen: walked once, so that a union of 600,000 costs its lines and no more. Pure."""

from collections.abc import Iterable, Iterator, Mapping

from forum.questions.process import Electorate as Rule
from referendum.electorate import rules
from referendum.electorate.rules import Line, Voter


class FrozenRoll:
    """Who may vote by the rule, or by the tellers' ruling on a challenge (`ruled`: member's number → may vote).

    After `choose` has been walked to its end: `chosen` are the lines of those who may, `count` is everybody on the
    roll, `admitted_count` who might, had all registered; None where nobody needs to.
    """

    def __init__(self, rule: Rule, ruled: Mapping[str, bool], *, asks_registration: bool) -> None:
        self._rule, self._ruled = rule, ruled
        self.count = 0
        self.admitted_count: int | None = 0 if asks_registration else None
        self.by_ruling = {"admitted": 0, "left_out": 0}
        self.chosen: list[Line] = []

    def choose(self, everybody: Iterable[tuple[Voter, int, int, int]]) -> Iterator[tuple[int, int, int]]:
        """Ids of member, local and council of each who may vote."""
        for voter, member, local, council in everybody:
            self.count += 1
            if self.admitted_count is not None:
                self.admitted_count += rules.is_admitted(voter, self._rule)
            if self._may_vote(voter):
                self.chosen.append(rules.line_of(voter))
                yield member, local, council

    def _may_vote(self, voter: Voter) -> bool:
        by_rule = rules.is_eligible(voter, self._rule)
        may = self._ruled.get(voter.number, by_rule)
        self.by_ruling["admitted"] += may and not by_rule
        self.by_ruling["left_out"] += by_rule and not may
        return may
