"""The stage ribbon: one line of stages derived from the three machines; the same component on every page.

The vote's and the mandate's facts come from above as plain values, since this slice knows neither.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from forum.kernel.errors import N_
from forum.questions.process import ByNameStage, Process, StageKind
from forum.questions.states import QuestionState
from forum.questions.timetable import Timetable


class StageState(StrEnum):
    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"
    MISSED = "missed"


@dataclass(frozen=True)
class Held:
    """An open vote by name, or a survey: its stage, its state's name, and from when to when."""

    kind: StageKind
    state: str
    starts_at: datetime | None
    ends_at: datetime | None


@dataclass(frozen=True)
class RibbonFacts:
    """What the ribbon is drawn from. `vote` and `mandate` are those machines' state names, or "" before they
    are.

    `outcome` is "elected", "goes_on", "undecided" or "". Dates are when something happened, or is due. In a run-off
    `first_vote` says when the vote before it opened and was certified. `by_name` are the open votes that have begun,
    `survey` is that after the debate.
    """

    state: QuestionState
    process: Process
    timetable: Timetable
    drafted_at: datetime | None = None
    charged_at: datetime | None = None
    closed_at: datetime | None = None
    vote: str = ""
    outcome: str = ""
    first_vote: tuple[datetime | None, datetime | None] | None = None
    counted_at: datetime | None = None
    certified_at: datetime | None = None
    survey: Held | None = None
    by_name: tuple[Held, ...] = ()
    mandate: str = ""
    mandate_due_at: datetime | None = None
    mandate_ended_at: datetime | None = None


@dataclass(frozen=True)
class RibbonStage:
    """One stage. `share` is how much of a running stage has passed; `day` of `days` says the same in
    words.
    """

    code: str
    name: str
    state: StageState
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    share: Fraction | None = None
    day: int | None = None
    days: int | None = None


Span = tuple[str, str, datetime | None, datetime | None]


def ribbon(facts: RibbonFacts, now: datetime) -> list[RibbonStage]:
    """Every stage of this process in order; exactly one is running, except when all is over."""
    spans = _spans(facts)
    current = _current(facts, now)
    codes = [code for code, *_ in spans]
    place = codes.index(current) if current in codes else len(codes)
    ended = _has_ended(facts)
    stages = []
    for at, (code, name, starts_at, ends_at) in enumerate(spans):
        if at < place or (at == place and ended):
            stages.append(RibbonStage(code, name, StageState.DONE, starts_at, ends_at))
        elif at == place:
            stages.append(_running(code, name, starts_at, ends_at, now))
        else:
            state = StageState.MISSED if ended else StageState.AHEAD
            stages.append(RibbonStage(code, name, state, starts_at, ends_at))
    return stages


def _spans(facts: RibbonFacts) -> list[Span]:
    """The stages that this process has, each with its span as published or as it happened."""
    dates, process = facts.timetable, facts.process
    closed_at = facts.closed_at or dates.debate_closes_at
    spans: list[Span] = [("drafted", N_("Drafted"), facts.drafted_at, None)]
    if facts.state is QuestionState.WITHDRAWN:
        return [*spans, ("withdrawn", N_("Withdrawn"), facts.closed_at, None)]
    if process.stage(StageKind.REGISTRATION):
        spans.append(("registration", N_("Registration"), None, dates.registration_closes_at))
    if process.debate:
        spans.append(("charged", N_("Charged"), facts.charged_at, None))
        spans.append(("debating", N_("Debating"), dates.debate_opens_at, closed_at))
    spans.append(_closed(facts, closed_at))
    if facts.survey:
        spans.append(("survey", N_("Survey"), facts.survey.starts_at, facts.survey.ends_at))
    if facts.first_vote:
        spans.append(("first_vote", N_("First vote"), *facts.first_vote))
        spans.append(("prepared", N_("Before the run-off"), facts.first_vote[1], None))
    if process.members_vote:
        spans += _vote_spans(facts)
    if process.stage(StageKind.RUN_OFF) and not facts.first_vote and facts.outcome in ("", "goes_on"):
        spans.append(("run_off", N_("Run-off, if needed"), None, None))
    spans += _spans_by_name(facts)
    if process.mandate and facts.outcome != "undecided" and facts.vote != "annulled":
        spans.append(("mandated", N_("Mandated"), facts.certified_at, facts.mandate_due_at))
        end = MANDATE_ENDS.get(facts.mandate, N_("Discharged"))
        spans.append(("ended", end, facts.mandate_ended_at or facts.mandate_due_at, None))
    return spans


def _closed(facts: RibbonFacts, closed_at: datetime | None) -> Span:
    """Between the debate and what follows. Without a debate a question is closed once it is published; where members
    register then, it is the time after that."""
    if facts.process.debate:
        return "closed", N_("Closed"), closed_at, None
    if facts.process.stage(StageKind.REGISTRATION):
        return "closed", N_("Before the vote"), facts.timetable.registration_closes_at, None
    return "closed", N_("Published"), closed_at, None


def _spans_by_name(facts: RibbonFacts) -> list[Span]:
    """The open votes of this process, under the names of their bodies; none where nothing went on to them."""
    if facts.outcome == "undecided" or facts.vote == "annulled":
        return []
    begun = {each.kind: each for each in facts.by_name}
    stages = [stage for stage in facts.process.stages if isinstance(stage, ByNameStage)]
    return [
        (str(stage.kind), stage.body, begun[stage.kind].starts_at, begun[stage.kind].ends_at)
        if stage.kind in begun else (str(stage.kind), stage.body, None, None)
        for stage in stages
    ]  # fmt: skip


MANDATE_ENDS = {
    "breached": N_("Breached"),
    "superseded": N_("Superseded"),
}


def _vote_spans(facts: RibbonFacts) -> list[Span]:
    dates = facts.timetable
    counted_at = facts.counted_at or dates.voting_closes_at
    spans: list[Span] = [
        ("open", N_("Run-off") if facts.first_vote else N_("Voting"), dates.voting_opens_at, dates.voting_closes_at),
        ("counting", N_("Counting"), dates.voting_closes_at, facts.counted_at),
        ("challengeable", N_("Challengeable"), counted_at, dates.challenge_closes_at),
    ]
    if facts.vote == "annulled":
        return [*spans, ("certified", N_("Annulled, held again"), None, None)]
    name = N_("Certified, undecided") if facts.outcome == "undecided" else N_("Certified")
    return [*spans, ("certified", name, facts.certified_at or dates.challenge_closes_at, None)]


def _current(facts: RibbonFacts, now: datetime) -> str:
    """The code of the stage where the question stands now."""
    if _is_registering(facts, now):
        return "registration"
    if facts.mandate:
        return "mandated" if facts.mandate == "due" else "ended"
    if facts.by_name:
        return str(facts.by_name[-1].kind)
    if facts.vote in ("certified", "annulled"):
        return "certified"
    if facts.vote in ("open", "counting", "challengeable"):
        return facts.vote
    if facts.first_vote:
        return "prepared"
    if facts.survey and facts.survey.state != "closed":
        return "survey"
    return facts.state.value


def _is_registering(facts: RibbonFacts, now: datetime) -> bool:
    closes_at = facts.timetable.registration_closes_at if facts.process.stage(StageKind.REGISTRATION) else None
    out = facts.state not in (QuestionState.DRAFTED, QuestionState.WITHDRAWN)
    return out and closes_at is not None and now < closes_at


def _has_ended(facts: RibbonFacts) -> bool:
    """Whether nothing is to come: withdrawn, undecided, annulled, a mandate ended, or no vote and no
    mandate.
    """
    if facts.state is QuestionState.WITHDRAWN or facts.vote == "annulled":
        return True
    if facts.mandate:
        return facts.mandate != "due"
    if facts.by_name:
        return facts.by_name[-1].state == "closed"
    elected = facts.vote == "certified" and facts.outcome != "goes_on"
    return (elected and facts.process.mandate is None) or facts.outcome == "undecided"


def _running(
    code: str, name: str, starts_at: datetime | None, ends_at: datetime | None, now: datetime
) -> RibbonStage:
    if starts_at is None or ends_at is None or ends_at <= starts_at:
        return RibbonStage(code, name, StageState.NOW, starts_at, ends_at)
    gone = min(max(now - starts_at, timedelta(0)), ends_at - starts_at)
    share = Fraction(int(gone.total_seconds()), int((ends_at - starts_at).total_seconds()))
    days = max(1, -(-(ends_at - starts_at).total_seconds() // 86_400))
    day = min(days, gone.days + 1)
    return RibbonStage(code, name, StageState.NOW, starts_at, ends_at, share, int(day), int(days))
