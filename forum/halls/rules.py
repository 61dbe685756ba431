"""Who may write in which hall, and when. Everybody on the roll may read every hall; visitors none."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from forum.kernel.errors import N_
from forum.questions.rules import SPEAKING, Opener, Person, QuestionState, holds

POSTS_A_PAGE = 20
SHORTEST_HELD = 10  # minutes
FEWEST_PRESENT = 2
DRAFTS_KEPT = timedelta(days=14)


@dataclass(frozen=True)
class Place:
    """A hall as its rules see it. `local_id` is None in the national hall.

    `invited` are members whom its host lets speak there, which counts as long as they are officers.
    """

    question_id: int
    state: QuestionState
    local_id: int | None
    open: bool
    invited: frozenset[int] = frozenset()


def why_not_take_part(person: Person, question_id: int, state: QuestionState) -> str:
    """What keeps a person from posting, moving, seconding or reading arguments on this question; empty if nothing."""
    if person.standing not in SPEAKING:
        return N_("Your standing lets you read, not write. Your host can tell you why.")
    if holds(person, "teller", question_id) or holds(person, "observer", question_id):
        return N_("You are a teller or an observer of this question, so you take no part in its debate.")
    if state in (QuestionState.DRAFTED, QuestionState.CHARGED):
        return N_("The debate has not begun.")
    if state is not QuestionState.DEBATING:
        return N_("The debate is closed. Everything said stays here to read.")
    return ""


def why_not_write(person: Person, place: Place) -> str:
    """What keeps a person from writing in this hall; empty if nothing does."""
    reason = why_not_take_part(person, place.question_id, place.state)
    if reason:
        return reason
    if not speaks_at_home(person, place) and not is_guest(person, place):
        if person.office == "officer":
            return N_("You read here as a guest. An officer speaks in another local’s hall when its host invites.")
        return N_("You read here as a guest. You can write in your own local’s hall and in the national hall.")
    if not place.open:
        return N_("This hall is not open yet.")
    return ""


def why_stopped(until: datetime | None, now: datetime) -> str:
    """What keeps a member from putting words down whom the host has stopped from writing until an instant."""
    if until is None or now >= until:
        return ""
    return N_(
        "You cannot write in this hall for a time. You can still read, speak, second and vote. “My words” says why,"
        " until when, and how to appeal."
    )


def speaks_at_home(person: Person, place: Place) -> bool:
    """Whether the hall is the national one or that of this person's own local."""
    return place.local_id is None or place.local_id == person.local_id


def is_guest(person: Person, place: Place) -> bool:
    """Whether this person is an officer whom the host of another local's hall has invited."""
    return person.office == "officer" and person.member_id in place.invited and not speaks_at_home(person, place)


def may_write(person: Person, place: Place) -> bool:
    """Members in good standing and retired ones, in their own local's hall and the national one, during the debate;
    officers elsewhere too, where the host has invited them."""
    return not why_not_write(person, place)


def may_edit(person_id: int, author_id: int, *, hidden: bool) -> bool:
    """Only the author edits a post, and not once it has been hidden."""
    return person_id == author_id and not hidden


def draft_kept_until(closed_at: datetime | None) -> datetime | None:
    """Until when a draft is kept that can no longer be posted; None as long as the question is not closed."""
    return closed_at + DRAFTS_KEPT if closed_at else None


def office_shown(person: Person, local_id: int | None) -> str:
    """The office under which words in this hall are marked: officers always, a host in the host's own hall."""
    if person.office == "officer":
        return "officer"
    return "host" if person.office == "host" and local_id is not None and person.local_id == local_id else ""


def may_open(person: Person, question_id: int, local_id: int | None) -> Opener | None:
    """As what this person may open the hall, or None. The tellers are the hosts of the national hall."""
    if local_id is None:
        return Opener.HOST if holds(person, "teller", question_id) else None
    if person.office == "host" and person.local_id == local_id:
        return Opener.HOST
    return Opener.TELLERS if holds(person, "teller", question_id) else None


def keeps_order(person: Person, question_id: int, local_id: int | None) -> bool:
    """Whether this person is host of that hall: the local's host, or a teller in the national hall."""
    return may_open(person, question_id, local_id) is Opener.HOST


def why_not_invite(person: Person, question_id: int, state: QuestionState, local_id: int | None) -> str:
    """A local's host invites officers to its hall, from the charge to the close. Nobody invites to the national hall:
    officers speak there anyway."""
    if local_id is None or not keeps_order(person, question_id, local_id):
        return N_("Officers are invited to a local’s hall by its host.")
    if state not in (QuestionState.CHARGED, QuestionState.DEBATING):
        return N_("The debate is closed. Everything said stays here to read.")
    return ""


def may_invite(person: Person, question_id: int, state: QuestionState, local_id: int | None) -> bool:
    return not why_not_invite(person, question_id, state, local_id)


def was_held(minutes: int, attendance: int) -> bool:
    """Whether a session counts for the charge. Its host is one of those who came."""
    return minutes >= SHORTEST_HELD and attendance >= FEWEST_PRESENT


def charge_honoured(opened_as: str, held: int, due: int) -> bool:
    """A local has honoured the charge when its own host opened the hall and the sessions were held."""
    return opened_as == Opener.HOST.value and held >= due
