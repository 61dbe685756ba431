"""The closed list of grounds, and who may hide, appeal, report and rule. A view is never a ground."""

from enum import StrEnum

from forum.halls.rules import keeps_order
from forum.kernel.errors import N_
from forum.questions.rules import Person, holds

MOST_REASON = 1000


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


class Ruling(StrEnum):
    UPHELD = "upheld"
    RESTORED = "restored"


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


def why_not_hide(person: Person, person_id: int, question_id: int, local_id: int | None, author_id: int) -> str:
    """What keeps this person from hiding words in that hall; empty if nothing does. `local_id` is the hall's."""
    if not keeps_order(person, question_id, local_id):
        return N_("Words are hidden by the hall’s host, in the national hall by a teller.")
    if person_id == author_id:
        return N_("These are your own words. Nobody rules on their own act.")
    return ""


def may_hide(person: Person, person_id: int, question_id: int, local_id: int | None, author_id: int) -> bool:
    return not why_not_hide(person, person_id, question_id, local_id, author_id)


def why_not_appeal(person_id: int, author_id: int, *, appealed: bool, ruled: bool) -> str:
    """The author may appeal, once."""
    if person_id != author_id:
        return N_("Only the member who wrote it can appeal.")
    if ruled:
        return N_("The tellers have ruled on this.")
    return N_("You have appealed already. The tellers will rule.") if appealed else ""


def why_not_rule(person: Person, person_id: int, question_id: int, hidden_by: int, author_id: int) -> str:
    """Tellers of the question rule, but none on an act or on words of their own."""
    if not holds(person, "teller", question_id):
        return N_("The tellers of the question rule on appeals.")
    return N_("Nobody rules on their own act.") if person_id in (hidden_by, author_id) else ""


def may_rule(person: Person, person_id: int, question_id: int, hidden_by: int, author_id: int) -> bool:
    return not why_not_rule(person, person_id, question_id, hidden_by, author_id)


def may_see_hidden(person: Person, person_id: int, question_id: int, hidden_by: int, author_id: int) -> bool:
    """Who still reads hidden words: the author, who hid them, and those who rule on it or watch over it."""
    return (
        person_id in (hidden_by, author_id)
        or holds(person, "teller", question_id)
        or holds(person, "observer", question_id)
    )
