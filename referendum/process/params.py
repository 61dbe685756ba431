"""The rules of one vote as the call fixes them: what its process says, kept with the vote as plain JSON. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from forum.questions.process import (
    CodesBy,
    MembersVoteStage,
    OptionSource,
    Process,
    Reporting,
    Rounding,
    RunOffStage,
    StageKind,
    VotingRule,
)
from referendum.process.chain import leads_to


@dataclass(frozen=True)
class VoteParams:
    """`citations_min` is the fewest C ballots that are opened, `min_ballots` the fewest V ballots. `leads_to` says
    which options go on where another vote follows; `has_citations` is false in a run-off: the first vote's stand."""

    rule: VotingRule
    blank: bool
    quorum: Fraction
    revote: bool
    min_ballots: int
    citations_min: int
    weighed: bool
    days: int
    challenge_days: int
    reporting: Reporting
    codes_by: CodesBy = CodesBy.HOST
    opening: str = "all"
    has_debate: bool = True
    has_citations: bool = True
    leads_to: OptionSource | None = None


def run_off_params(
    process: Process, first: MembersVoteStage, stage: RunOffStage, letters: Sequence[str]
) -> dict[str, Any]:
    """What the run-off stores: the members' vote's rules between these options, with the days of its own stage. One of
    two has more than half unless they are equal, so the most votes decide."""
    source = leads_to(process, StageKind.RUN_OFF)
    return {
        **params_of(process, first),
        "rule": str(VotingRule.PLURALITY),
        "days": stage.days,
        "challenge_days": stage.challenge_days,
        "leads_to": None if source is None else str(source),
        "options": list(letters),
        "has_citations": False,
    }


def params_of(process: Process, stage: MembersVoteStage) -> dict[str, Any]:
    """What a members' vote stores of its process."""
    source = leads_to(process, StageKind.MEMBERS_VOTE)
    reporting = stage.reporting
    return {
        "rule": str(stage.rule),
        "blank": stage.blank,
        "quorum": str(stage.quorum),
        "revote": stage.revote,
        "min_ballots": stage.min_ballots,
        "citations_min": stage.citations_min,
        "weighed": stage.weighed,
        "days": stage.days,
        "challenge_days": stage.challenge_days,
        "reporting": {
            "above": None if reporting.above is None else str(reporting.above),
            "rounding": str(reporting.rounding),
            "decimals": reporting.decimals,
            "candidates": reporting.candidates,
        },
        "codes_by": str(stage.codes),
        "opening": stage.opening,
        "has_debate": process.debate is not None,
        "has_citations": process.debate is not None,
        "leads_to": None if source is None else str(source),
    }


def read_params(stored: dict[str, Any]) -> VoteParams:
    """The rules of a vote read back; what an older vote does not say has the default of the process."""
    plain = MembersVoteStage()
    reporting = stored.get("reporting", {})
    above = reporting.get("above")
    return VoteParams(
        rule=VotingRule(stored.get("rule", plain.rule)),
        blank=stored.get("blank", plain.blank),
        quorum=Fraction(stored.get("quorum", plain.quorum)),
        revote=stored.get("revote", plain.revote),
        min_ballots=stored.get("min_ballots", plain.min_ballots),
        citations_min=stored.get("citations_min", plain.citations_min),
        weighed=stored.get("weighed", plain.weighed),
        days=stored.get("days", plain.days),
        challenge_days=stored.get("challenge_days", plain.challenge_days),
        reporting=Reporting(
            above=None if above is None else Fraction(above),
            rounding=Rounding(reporting.get("rounding", Rounding.PLAIN)),
            decimals=reporting.get("decimals", 0),
            candidates=reporting.get("candidates", False),
        ),
        opening=stored.get("opening", "all"),  # every trustee was needed before a template could say otherwise
        codes_by=CodesBy(stored.get("codes_by", plain.codes)),
        has_debate=stored.get("has_debate", True),
        has_citations=stored.get("has_citations", stored.get("has_debate", True)),
        leads_to=OptionSource(stored["leads_to"]) if stored.get("leads_to") else None,
    )
