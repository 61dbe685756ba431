"""Equal reach, pure: what is counted, how far an option is behind, and which offers stand in the way of the close.

Reach is counted in member-units, for each kind apart: the size of the audience times the amount (one mailing, days of a
banner or a pin, minutes of floor, a slot of the bulletin). Kinds are never added up: a mail read and a day of a banner
are not the same thing. An option is behind in a kind by (most - own) / (most + own), where `most` is what reached
members for the option that is ahead: 0 when equal, 1 when nothing was said for it. Above the template's `reach_limit`
the debate closes only when every offer of that kind to the option was taken, declined, or left for three days.

Each act of an office is offered to the others by itself. An imbalance that comes about otherwise (minutes of floor,
the replies of minorities) is offered when it passes the limit, and anew when the lead has doubled.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from forum.kernel.errors import N_
from forum.moderation.rules import Ruling
from forum.questions.rules import SPEAKING, Person, QuestionState, holds

WAITS = timedelta(days=3)
MOST_MAIL = 4000
MOST_BANNER = 280
MOST_TITLE = 120
MOST_DAYS = 14
BETWEEN_MAILS = timedelta(days=1)


class Kind(StrEnum):
    """What reaches members."""

    MAIL = "mail"
    PIN = "pin"
    BANNER = "banner"
    BULLETIN = "bulletin"
    FLOOR = "floor"


KIND_NAMES = {
    Kind.MAIL: N_("Mails"),
    Kind.PIN: N_("Pins"),
    Kind.BANNER: N_("Banners"),
    Kind.BULLETIN: N_("Slots in the bulletin"),
    Kind.FLOOR: N_("Minutes of floor"),
}
WRITTEN = (Kind.MAIL, Kind.PIN, Kind.BANNER)
"""What an office does on a page of its own; the product itself enters slots of the bulletin and minutes of floor."""


class Audience(StrEnum):
    """Whom it reaches: everybody on the roll, a council's locals, one local (of a session: those who came)."""

    ALL = "all"
    COUNCIL = "council"
    LOCAL = "local"


class Standing(StrEnum):
    """How an offer stands."""

    OPEN = "open"
    TAKEN = "taken"
    DECLINED = "declined"
    LAPSED = "lapsed"


@dataclass(frozen=True)
class OfferFacts:
    """An offer of one kind to one option. `answer` is taken, declined or empty; `lead` the member-units by which the
    option ahead led when the offer was made."""

    kind: Kind
    option_id: int
    made_at: datetime
    answer: str = ""
    lead: int = 0

    def standing(self, now: datetime) -> Standing:
        if self.answer:
            return Standing(self.answer)
        return Standing.OPEN if now < lapses_at(self.made_at) else Standing.LAPSED


@dataclass(frozen=True)
class Imbalance:
    """An option that is behind in one kind by more than the limit and has not answered. `until` is when its newest
    silent offer lapses, and with it the imbalance counts as answered."""

    kind: Kind
    option_id: int
    ahead_id: int
    share: Fraction
    until: datetime


Totals = Mapping[Kind, Mapping[int, int]]
"""Member-units by kind and option id; every option has its figure, also 0."""


def lapses_at(made_at: datetime) -> datetime:
    """When an unanswered offer counts as declined."""
    return made_at + WAITS


def minutes(seconds: int) -> int:
    """Whole minutes of floor, rounded half up."""
    return (seconds + 30) // 60


def share_behind(own: int, most: int) -> Fraction:
    """How far one is behind another: of what both have together, the part by which the other has more."""
    return Fraction(most - own, most + own) if most > own else Fraction(0)


def behind(totals: Mapping[int, int]) -> dict[int, Fraction]:
    """How far each option is behind the one that reached most in a kind."""
    most = max(totals.values(), default=0)
    return {option: share_behind(own, most) for option, own in totals.items()}


def ahead(totals: Mapping[int, int]) -> int:
    """The option that reached most; the earlier one if equal."""
    return min(totals, key=lambda option: (-totals[option], option))


def lead_over(totals: Mapping[int, int], option: int) -> int:
    """By how many member-units the option ahead leads over this one."""
    return max(totals.values(), default=0) - totals[option]


def wants_offer(totals: Mapping[int, int], option: int, offers: Iterable[OfferFacts], limit: Fraction) -> bool:
    """Whether an option must be offered more of a kind, beside what follows each act of an office: it is behind by more
    than the limit, and was offered none of the kind or has fallen behind twice as far since the last offer."""
    last = max((each.lead for each in offers if each.option_id == option), default=0)
    return behind(totals)[option] > limit and lead_over(totals, option) >= max(2 * last, 1)


def unanswered(totals: Totals, silent: Mapping[tuple[Kind, int], datetime], limit: Fraction) -> list[Imbalance]:
    """Every imbalance beyond the limit, by kind and option, for which an offer was left without an answer so far, and
    until when that waits. `silent`: when the newest such offer was made. With what made an imbalance an offer was made,
    so that where none is silent each was taken or declined."""
    return [
        Imbalance(kind, option, ahead(reached), share, lapses_at(silent[kind, option]))
        for kind, reached in totals.items()
        for option, share in behind(reached).items()
        if share > limit and (kind, option) in silent
    ]


def why_not_favour(
    person: Person, kind: Kind, state: QuestionState, closes_at: datetime | None, now: datetime
) -> str:
    """What keeps somebody from writing to members in favour of an option by office; empty if nothing does."""
    if person.office not in ("officer", "host") or (kind is Kind.BANNER and person.office != "officer"):
        return N_("Only an officer, or a host in their own local, can do this.")
    if person.standing not in SPEAKING:
        return N_("Your standing lets you read, not write. Your host can tell you why.")
    return why_not_now(state, closes_at, now)


def why_not_now(state: QuestionState, closes_at: datetime | None, now: datetime) -> str:
    """Nothing new is said by office before the charge or past the debate's last moment; what was offered may still be
    taken while the debate is open."""
    if state not in (QuestionState.CHARGED, QuestionState.DEBATING):
        return N_("This is possible between the charge and the close of the debate.")
    if closes_at is not None and now >= closes_at:
        return N_("The debate has reached its last moment. Only what was offered can still be taken.")
    return ""


@dataclass(frozen=True)
class HiddenEntry:
    """What was said to members, as the rules of hiding see it: whose words, who hid them, and how an appeal stands."""

    question_id: int
    kind: Kind
    by_id: int | None
    hidden: bool = False
    hidden_by_id: int | None = None
    appealed: bool = False
    ruling: str = ""

    @property
    def waits(self) -> bool:
        """Whether there is an appeal on which the observers have still to rule."""
        return self.appealed and not self.ruling


def why_not_hide(person: Person, entry: HiddenEntry) -> str:
    """What keeps somebody from hiding the words of an entry: the tellers do, on a ground of moderation's closed list.
    Posts, arguments and what is said in sessions are hidden where they stand."""
    if not holds(person, "teller", entry.question_id):
        return N_("Only the tellers hide what was said to members in favour of an option.")
    if entry.kind not in WRITTEN:
        return N_("This is not hidden here.")
    if entry.ruling == Ruling.RESTORED:
        return N_("The observers have ruled that these words stand.")
    if person.member_id == entry.by_id:
        return N_("These are your own words. Nobody rules on their own act.")
    return N_("This is hidden already.") if entry.hidden else ""


def why_not_appeal(person: Person, entry: HiddenEntry) -> str:
    """Whoever said it may appeal, once; it was the tellers' act, so the observers rule."""
    if not entry.hidden or person.member_id != entry.by_id:
        return N_("Only the member who wrote it can appeal.")
    if entry.ruling:
        return N_("The observers have ruled on this.")
    return N_("An appeal is with the observers already. They will rule.") if entry.appealed else ""


def why_not_rule(person: Person, entry: HiddenEntry) -> str:
    """Observers of the question rule on what its tellers did, none on an act or on words of their own."""
    if not holds(person, "observer", entry.question_id):
        return N_("The observers of the question rule on what its tellers did.")
    if person.member_id in (entry.by_id, entry.hidden_by_id):
        return N_("Nobody rules on their own act.")
    return "" if entry.waits else N_("There is no appeal here that waits for a ruling.")


def why_not_answer(
    offer: OfferFacts, speakers: Iterable[int], person: Person, state: QuestionState, now: datetime
) -> str:
    """What keeps somebody from taking or declining an offer; empty if nothing does."""
    if person.member_id not in speakers:
        return N_("Only the spokespersons of the option answer this offer.")
    if person.standing not in SPEAKING:
        return N_("Your standing lets you read, not write. Your host can tell you why.")
    standing = offer.standing(now)
    if standing is Standing.LAPSED:
        return N_("Three days have passed without an answer, so this offer has lapsed.")
    if standing is not Standing.OPEN:
        return N_("This offer is answered already.")
    if state not in (QuestionState.CHARGED, QuestionState.DEBATING):
        return N_("This is possible between the charge and the close of the debate.")
    return ""
