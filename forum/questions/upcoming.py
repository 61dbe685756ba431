"""What comes next for a question, in one sentence beside its ribbon. Pure.

A date that has passed without its step is not skipped for a later one: nobody votes before the debate has closed.
"""

from datetime import datetime

from forum.kernel.errors import N_
from forum.questions.phrase import Phrase
from forum.questions.ribbon import RibbonFacts
from forum.questions.states import QuestionState
from forum.questions.timetable import FIELDS

NEXT = {
    "registration_closes_at": N_("registration closes %(at)s."),
    "debate_opens_at": N_("the debate opens %(at)s."),
    "debate_closes_at": N_("the debate closes %(at)s."),
    "record_at": N_("the roll is frozen %(at)s."),
    "voting_opens_at": N_("voting opens %(at)s."),
    "voting_closes_at": N_("voting closes %(at)s."),
    "challenge_closes_at": N_("the time for challenges ends %(at)s."),
    "first_survey_closes_at": N_("the survey before the debate closes %(at)s."),
    "survey_closes_at": N_("the survey closes %(at)s."),
    "run_off_opens_at": N_("the run-off opens %(at)s."),
    "run_off_closes_at": N_("the run-off closes %(at)s."),
    "run_off_challenge_closes_at": N_("the time for challenges to the run-off ends %(at)s."),
    "roll_call_closes_at": N_("the roll call closes %(at)s."),
    "council_decision_closes_at": N_("the council’s vote by name closes %(at)s."),
}
UNTIL_CLOSED = ("registration_closes_at", "debate_opens_at", "debate_closes_at")
UNTIL_OPEN = ("registration_closes_at", "record_at", "voting_opens_at")
OVERDUE_DEBATE = N_("the debate closes once its floor is met, or the tellers close or extend it.")
OVERDUE_OPENING = N_("voting opens once everything for it is ready.")


def upcoming(facts: RibbonFacts, now: datetime) -> Phrase | None:
    """The next step of a question that has left the drawer; None where no date is known."""
    if facts.state in (QuestionState.DRAFTED, QuestionState.WITHDRAWN):
        return None
    if facts.state is not QuestionState.CLOSED:
        return _first(facts, UNTIL_CLOSED, now) or Phrase(OVERDUE_DEBATE)
    if not facts.process.members_vote:
        return _first(facts, FIELDS, now)
    if facts.vote in ("", "set_up"):
        return _first(facts, UNTIL_OPEN, now) or Phrase(OVERDUE_OPENING)
    if facts.vote == "open":
        return _first(facts, ("voting_closes_at",), now)
    if facts.vote == "counting":
        return Phrase(N_("the trustees open the count."))
    if facts.vote == "challengeable":
        ends = _first(facts, ("challenge_closes_at",), now)
        return ends or Phrase(N_("the tellers certify the result."))
    return None


def _first(facts: RibbonFacts, names: tuple[str, ...], now: datetime) -> Phrase | None:
    dates = facts.timetable.in_order()
    return next((Phrase(NEXT[name], {"at": at}) for name, at in dates if name in names and at > now), None)
