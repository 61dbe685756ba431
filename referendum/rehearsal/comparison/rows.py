"""Which processes stand beside each other, and what the label of each says: always from its template or its record."""

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forum.questions.label import LabelFacts, LabelRow, built_facts, label_rows, planned_facts
from forum.questions.process import CouncilDecisionStage, MembersVoteStage, Process, SurveyStage, VotingRule
from forum.questions.templates import as_tables, load_shipped, shipped_names
from referendum.rehearsal import scenario as scenarios
from referendum.rehearsal.comparison.held import By, Held
from referendum.rehearsal.comparison.matter import Matter
from referendum.rehearsal.replay_label import known_facts

AFT = "aft-2015"
AFT_POLL = 1_000


@dataclass(frozen=True)
class Compared:
    """A process with where it comes from and what its label is made of. `told` is what a record says beside a row of
    the label, `beside` what of it is not simulated. `cannot` says why this question cannot go through it."""

    process: Process
    facts: dict[str, Any]
    whose: str = ""
    told: dict[str, str] = field(default_factory=dict)
    beside: str = ""
    cannot: str = ""

    @property
    def name(self) -> str:
        return self.process.name

    def label(self, members: int, held: Held | None) -> list[LabelRow]:
        """The label: the process's facts, and how many took part in the middle run, as in a real one."""
        facts = LabelFacts(**{**self.facts, "roll_count": members})
        spoken = held.spoken if held else None
        if spoken is not None and spoken.by is By.VOTE:
            ballots = middle(spoken.took_part)
            facts = replace(facts, eligible_count=spoken.admitted, ballots=ballots)
            if spoken.registered is not None:
                facts = replace(facts, registered=middle(spoken.registered))
        return label_rows(facts)


def middle(values: NDArray[np.int64]) -> int:
    """The middle one of whole numbers, which is one of them."""
    ordered = sorted(values.tolist())
    return int(ordered[len(ordered) // 2])


def compared(matter: Matter, own: Process | None) -> list[Compared]:
    """The question's own process first; the shipped ones, the rule dual after its model, the teachers' way of 2015; and
    a union's own last."""
    found = sorted((load_shipped(name) for name in shipped_names()), key=_binding_first)
    at = next(place for place, each in enumerate(found) if each.name == "weiner")
    found.insert(at + 1, by_dual(found[at]))
    rows = [*(Compared(each, _facts(each), cannot=matter.why_not(each)) for each in found), aft()]
    if matter.own is not None:
        rows = _joined(rows, matter.own, "this question’s", matter)
        rows.sort(key=lambda each: not each.whose)
    return rows if own is None else _joined(rows, own, "your own", matter)


def _binding_first(process: Process) -> tuple[bool, bool, bool, str]:
    """Those that bind, then those where members vote, then the rest."""
    return process.mandate is None, process.members_vote is None, process.name != "weiner", process.name


def _joined(rows: list[Compared], process: Process, whose: str, matter: Matter) -> list[Compared]:
    """The rows with one process more; where it is one of them, that row says whose it is."""
    same = next((each for each in rows if as_tables(each.process) == as_tables(process)), None)
    if same is None:
        return [*rows, Compared(process, _facts(process), whose, cannot=matter.why_not(process))]
    return [replace(each, whose=whose) if each is same else each for each in rows]


def _facts(process: Process) -> dict[str, Any]:
    vote = process.members_vote
    return {**planned_facts(process), **(built_facts(vote) if vote else {})}


def by_dual(process: Process) -> Process:
    """The same process, electing the leading option of each slate."""
    stages = tuple(
        replace(each, rule=VotingRule.DUAL) if isinstance(each, MembersVoteStage) else each for each in process.stages
    )
    return replace(process, name="dual", title="The same, by the rule dual: the leading option of each slate",
                   stages=stages)  # fmt: skip


def aft() -> Compared:
    """The teachers' endorsement of 2015 as far as its record tells; of what it told, the poll alone can be drawn."""
    record = scenarios.load(AFT)
    stages = (SurveyStage(sample=AFT_POLL), CouncilDecisionStage(body="The council"))
    process = Process(AFT, "Online survey, two town halls, poll of more than 1,000, council’s decision", stages)
    beside = f"Drawn is a poll that asks {AFT_POLL:,}. Of the online survey and the town halls nothing is told to draw."
    return Compared(process, known_facts(record), told=record.told, beside=beside)
