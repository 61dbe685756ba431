"""What surrounds the members' vote in some processes: everybody registers before it, a body votes by name after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from forum.bodies import operations as bodies
from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.kernel.doors import VISITOR
from forum.questions.queries import question_by_id
from forum.roll.models import Member
from referendum.registration.operations import register_cards
from referendum.registration.queries import has_registration
from referendum.rehearsal.company import Company
from referendum.rehearsal.rehearsed_vote import Tell
from referendum.rehearsal.scenario import PublishedRollCall
from referendum.rollcalls import operations as open_votes
from referendum.rollcalls.forms import NewSeat
from referendum.rollcalls.queries import roll_call_page, roll_calls

AT_ONCE = 5_000


def register_all(question_id: int, company: Company, tell: Tell) -> None:
    """Everybody on the roll registers with their card, where the process asks for it."""
    with transaction(write=False):
        if not has_registration(question_by_id(question_id)):
            return
    now, last, done = clock.now(), 0, 0
    while True:
        with transaction(write=True):
            query = db.select(Member.id, Member.number).where(Member.id > last).order_by(Member.id).limit(AT_ONCE)
            cards = {member_id: number for member_id, number in db.session.execute(query)}  # noqa: C416 - rows
            if not cards:
                return
            register_cards(question_by_id(question_id), cards, now=now)
        last, done = max(cards), done + len(cards)
        tell("registration", done, company.members)


@dataclass(frozen=True, slots=True)
class ByName:
    """A vote by name in the simulation: between whom, what each seat voted, and who was elected."""

    body: str
    between: tuple[str, ...]
    votes: tuple[tuple[str, str], ...]
    elected: str


def vote_by_name(question_id: int, company: Company, published: PublishedRollCall) -> ByName:
    """One seat for each council of the made-up union, all for the option that the source names."""
    now = clock.now()
    presidents = company.ordinary[: company.councils]
    with transaction(write=True):
        (roll_call,) = roll_calls(question_id)
        tellers = [company.actor(place, now) for place in company.tellers]
        seats = [NewSeat(company.number(place), "") for place in presidents]
        act = open_votes.propose_seats(tellers[0], roll_call, seats, now)
        for teller in tellers:
            if act.took_effect_at is None:
                bodies.sign(teller, act.id, act.document_hash, now)
    return all_vote(question_id, company, presidents, published.all_for, published.published)


def all_vote(question_id: int, company: Company, seats: Sequence[int], title: str, words: str) -> ByName:
    """Everybody who has a seat in the open vote on the question votes for one option, in these words; it closes."""
    now = clock.now()
    with transaction(write=True):
        (roll_call,) = roll_calls(question_id)
        letter = next(each.letter for each in question_by_id(question_id).options if each.title == title)
        for place in seats:
            open_votes.vote_by_name(company.actor(place, now), roll_call, letter, words, now)
    clock.move_to(now + timedelta(minutes=1))
    with transaction(write=True):
        (roll_call,) = roll_calls(question_id)
        open_votes.close_if_due(roll_call.id, clock.now())
    with transaction(write=False):
        (roll_call,) = roll_calls(question_id)
        page = roll_call_page(roll_call, VISITOR, clock.now())
        titles = {each.letter: each.title for each in page.options}
        return ByName(
            roll_call.body, tuple(titles.values()),
            tuple(sorted(((row.seat.speaks_for, titles[row.seat.letter]) for row in page.rows), key=_by_number)),
            page.elected.title if page.elected else "",
        )  # fmt: skip


def _by_number(vote: tuple[str, str]) -> tuple[int, str]:
    """Council 2 before Council 10."""
    return len(vote[0]), vote[0]
