"""The closed list of grounds, and who may hide, stop, slow, lift, appeal, report and rule. A view is never a ground."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from forum.halls.rules import keeps_order
from forum.kernel.errors import N_
from forum.questions.rules import Person, holds

MOST_REASON = 1000
STOPS = (1, 24, 168)  # hours: an hour, a day, a week


class Ground(StrEnum):
    THREAT = "threat"
    PERSONAL_DATA = "personal_data"
    SPAM = "spam"
    IMPERSONATION = "impersonation"
    UNLAWFUL = "unlawful"


class Kind(StrEnum):
    POST = "post"
    MESSAGE = "message"
    ARGUMENT = "argument"
    ENQUIRY = "enquiry"


class Deed(StrEnum):
    """What a measure does. `MUTE` stops one member from writing in a hall, `SLOW` slows a session's chat."""

    HIDE = "hide"
    MUTE = "mute"
    SLOW = "slow"


class Ruling(StrEnum):
    UPHELD = "upheld"
    RESTORED = "restored"


class Outcome(StrEnum):
    """What became of a report."""

    HIDDEN = "hidden"
    STOPPED = "stopped"
    STANDS = "stands"


GROUND_NAMES: dict[Ground, str] = {
    Ground.THREAT: N_("it threatens somebody"),
    Ground.PERSONAL_DATA: N_("it gives away what is private to a person"),
    Ground.SPAM: N_("it is advertising or a flood of the same"),
    Ground.IMPERSONATION: N_("it pretends to come from somebody else"),
    Ground.UNLAWFUL: N_("it breaks the law"),
}
KIND_NAMES: dict[Kind, str] = {
    Kind.POST: N_("a post"),
    Kind.MESSAGE: N_("a chat message"),
    Kind.ARGUMENT: N_("an argument"),
    Kind.ENQUIRY: N_("a question to a session"),
}


@dataclass(frozen=True)
class Case:
    """Words, or the chat of a session (no author), as the rules see them. `local_id` is the hall's, None in the
    national one. `involved` are those whom the words answer, quote or name. `orphaned` says that no host of the local
    is free to judge them, so the tellers stand in."""

    question_id: int
    local_id: int | None
    author_id: int = 0
    involved: frozenset[int] = frozenset()
    orphaned: bool = False


@dataclass(frozen=True)
class Standing:
    """A measure as the rules of lifting and appeal see it. `concerns` is the member it touches; 0 the whole room."""

    case: Case
    by_id: int
    concerns: int
    appealed: bool
    ruled: bool
    lifted: bool


def judges(person: Person, case: Case) -> bool:
    """Whether words of that place are this person's to judge: host of the hall, or a teller where no host is free."""
    if keeps_order(person, case.question_id, case.local_id):
        return True
    return case.orphaned and holds(person, "teller", case.question_id)


def is_for_tellers(case: Case) -> bool:
    """Whether a report of these words is for the tellers' desk."""
    return case.local_id is None or case.orphaned


def why_not_judge(person: Person, case: Case) -> str:
    """What keeps this person from hiding these words or stopping their author; empty if nothing does."""
    if not judges(person, case):
        return N_("Words are hidden by the hall’s host, in the national hall by a teller.")
    if person.member_id == case.author_id:
        return N_("These are your own words. Nobody rules on their own act.")
    if person.member_id in case.involved:
        return N_(
            "These words answer, quote or name you, so somebody else judges them. Report them: it reaches who may."
        )
    return ""


def may_judge(person: Person, case: Case) -> bool:
    return not why_not_judge(person, case)


def office_of(person: Person, case: Case) -> str:
    """In which office somebody judges there."""
    at_home = case.local_id is not None and keeps_order(person, case.question_id, case.local_id)
    return "host" if at_home else "teller"


def why_not_lift(person: Person, measure: Standing) -> str:
    """Whoever could take the measure lifts it, unless the tellers have ruled."""
    if reason := why_not_judge(person, measure.case):
        return reason
    if measure.ruled:
        return N_("The tellers have ruled on this.")
    return N_("This was lifted already.") if measure.lifted else ""


def why_not_appeal(person_id: int, measure: Standing, *, may_write: bool = False) -> str:
    """The member it touches may appeal, once; against a slowed chat any one member who may write there."""
    if measure.concerns and person_id != measure.concerns:
        return N_("Only the member who wrote it can appeal.")
    if not measure.concerns and (not may_write or person_id == measure.by_id):
        return N_("Only a member who writes in this hall can appeal.")
    if measure.ruled:
        return N_("The tellers have ruled on this.")
    if measure.lifted:
        return N_("This was lifted already.")
    return N_("An appeal is with the tellers already. They will rule.") if measure.appealed else ""


def why_not_rule(person: Person, measure: Standing) -> str:
    """Tellers of the question rule, but none on an act or on words of their own."""
    if not holds(person, "teller", measure.case.question_id):
        return N_("The tellers of the question rule on appeals.")
    if person.member_id in (measure.by_id, measure.concerns):
        return N_("Nobody rules on their own act.")
    return (
        ""
        if measure.appealed and not measure.ruled and not measure.lifted
        else N_("There is no appeal here that waits for a ruling.")
    )


def in_force(until: datetime | None, now: datetime, *, lifted: bool, ruling: str) -> bool:
    """Whether a measure that may have an end still holds."""
    return not lifted and ruling != Ruling.RESTORED and (until is None or now < until)


def may_see_hidden(person: Person, question_id: int, hidden_by: int, author_id: int) -> bool:
    """Who still reads hidden words: the author, who hid them, and those who rule on it or watch over it."""
    return (
        person.member_id in (hidden_by, author_id)
        or holds(person, "teller", question_id)
        or holds(person, "observer", question_id)
    )
