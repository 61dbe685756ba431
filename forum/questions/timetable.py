"""The published dates of a question, and what is wrong with them. Times are aware UTC datetimes."""

import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta

from forum.kernel.errors import N_, Problem
from forum.questions.process import Process, RegistrationStage, StageKind

PREPARATION = timedelta(days=3)


@dataclass(frozen=True)
class Timetable:
    """A date is None where the process has no such stage. `record_at` is the instant the roll is frozen."""

    registration_closes_at: datetime | None = None
    debate_opens_at: datetime | None = None
    debate_closes_at: datetime | None = None
    record_at: datetime | None = None
    voting_opens_at: datetime | None = None
    voting_closes_at: datetime | None = None
    challenge_closes_at: datetime | None = None

    def in_order(self) -> list[tuple[str, datetime]]:
        """The dates that are set, in the order in which they must come."""
        return [(name, at) for name in FIELDS if (at := getattr(self, name)) is not None]


FIELDS = (
    "registration_closes_at",
    "debate_opens_at",
    "debate_closes_at",
    "record_at",
    "voting_opens_at",
    "voting_closes_at",
    "challenge_closes_at",
)
LATER = (
    "first_survey_closes_at",
    "survey_closes_at",
    "run_off_opens_at",
    "run_off_closes_at",
    "run_off_challenge_closes_at",
    "roll_call_closes_at",
    "council_decision_closes_at",
)
"""Dates that hang on what happens before: a survey's draw, a vote that comes only when another has not decided, seats
that are named. No timetable has them before."""
DATE_NAMES = {
    "registration_closes_at": N_("Registration closes"),
    "debate_opens_at": N_("The debate opens"),
    "debate_closes_at": N_("The debate closes"),
    "record_at": N_("The roll is frozen"),
    "voting_opens_at": N_("Voting opens"),
    "voting_closes_at": N_("Voting closes"),
    "challenge_closes_at": N_("The time for challenges ends"),
    "first_survey_closes_at": N_("The survey before the debate closes"),
    "survey_closes_at": N_("The survey closes"),
    "run_off_opens_at": N_("The run-off opens"),
    "run_off_closes_at": N_("The run-off closes"),
    "run_off_challenge_closes_at": N_("The time for challenges to the run-off ends"),
    "roll_call_closes_at": N_("The roll call closes"),
    "council_decision_closes_at": N_("The council’s vote by name closes"),
}
DEBATE_DATES = ("debate_opens_at", "debate_closes_at")
VOTE_DATES = ("record_at", "voting_opens_at", "voting_closes_at", "challenge_closes_at")


def propose(process: Process, starts_at: datetime) -> Timetable:
    """The shortest timetable this process allows from a start; what a draft begins with."""
    at = starts_at
    dates: dict[str, datetime] = {}
    registration = next((s for s in process.stages if isinstance(s, RegistrationStage)), None)
    if registration:
        at = dates["registration_closes_at"] = at + timedelta(days=registration.days)
    if process.debate:
        dates["debate_opens_at"] = at
        at = dates["debate_closes_at"] = at + timedelta(days=process.debate.min_days)
    if process.members_vote:
        dates["record_at"] = at
        opens = dates["voting_opens_at"] = at + PREPARATION
        closes = dates["voting_closes_at"] = opens + timedelta(days=process.members_vote.days)
        dates["challenge_closes_at"] = closes + timedelta(days=process.members_vote.challenge_days)
    return Timetable(**dates)


def problems_with(timetable: Timetable, process: Process) -> list[Problem]:
    """Every fault of a timetable under its process, each at the field it belongs to."""
    problems = _missing_dates(timetable, process)
    dates = timetable.in_order()
    for (before, first), (after, second) in itertools.pairwise(dates):
        equal_is_fine = after in ("record_at", "voting_opens_at", "debate_opens_at")
        if second < first or (second == first and not equal_is_fine):
            text = N_("This comes before an earlier step of the timetable.")
            problems.append(Problem(after, text, {"before": before}))
    return problems + _too_short(timetable, process)


def _missing_dates(timetable: Timetable, process: Process) -> list[Problem]:
    needed: tuple[str, ...] = ("registration_closes_at",) if process.stage(StageKind.REGISTRATION) else ()
    needed += DEBATE_DATES if process.debate else ()
    needed += VOTE_DATES if process.members_vote else ()
    return [Problem(name, N_("Please give this date.")) for name in needed if getattr(timetable, name) is None]


def _too_short(timetable: Timetable, process: Process) -> list[Problem]:
    """Spans that the process published as a minimum; a timetable may be longer, never shorter."""
    vote = process.members_vote
    spans = [
        ("debate_opens_at", "debate_closes_at", process.debate.min_days if process.debate else 0),
        ("voting_opens_at", "voting_closes_at", vote.days if vote else 0),
        ("voting_closes_at", "challenge_closes_at", vote.challenge_days if vote else 0),
    ]
    problems = []
    for start_name, end_name, days in spans:
        start, end = getattr(timetable, start_name), getattr(timetable, end_name)
        if start and end and start <= end < start + timedelta(days=days):
            text = N_("The process asks for at least %(days)s days here.")
            problems.append(Problem(end_name, text, {"days": days}))
    return problems
