"""What surrounds the members' vote in some processes: everybody registers before it, a body votes by name after it."""

from dataclasses import dataclass
from datetime import timedelta

from forum.bodies import operations as bodies
from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.kernel.doors import VISITOR
from forum.questions.queries import question_by_id
from referendum.registration.operations import register
from referendum.registration.queries import has_registration
from referendum.rehearsal.company import COUNCILS, Company
from referendum.rehearsal.scenario import PublishedRollCall
from referendum.rollcalls import operations as open_votes
from referendum.rollcalls.forms import NewSeat
from referendum.rollcalls.queries import roll_call_page, roll_calls

AT_ONCE = 500


def register_all(question_id: int, company: Company) -> None:
    """Everybody on the roll registers with their card, where the process asks for it."""
    with transaction(write=False):
        if not has_registration(question_by_id(question_id)):
            return
    now = clock.now()
    for start in range(1, company.members + 1, AT_ONCE):
        with transaction(write=True):
            question = question_by_id(question_id)
            for place in range(start, min(start + AT_ONCE, company.members + 1)):
                register(company.actor(place, now), question, company.number(place), now=now)
        db.session.expunge_all()


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
    presidents = company.ordinary[:COUNCILS]
    with transaction(write=True):
        (roll_call,) = roll_calls(question_id)
        tellers = [company.actor(place, now) for place in company.tellers]
        seats = [NewSeat(company.number(place), "") for place in presidents]
        act = open_votes.propose_seats(tellers[0], roll_call, seats, now)
        for teller in tellers:
            if act.took_effect_at is None:
                bodies.sign(teller, act.id, act.document_hash, now)
    with transaction(write=True):
        (roll_call,) = roll_calls(question_id)
        letter = next(each.letter for each in question_by_id(question_id).options if each.title == published.all_for)
        for place in presidents:
            open_votes.vote_by_name(company.actor(place, now), roll_call, letter, published.published, now)
    clock.move_to(now + timedelta(minutes=1))
    with transaction(write=True):
        (roll_call,) = roll_calls(question_id)
        open_votes.close_if_due(roll_call.id, clock.now())
    with transaction(write=False):
        (roll_call,) = roll_calls(question_id)
        page = roll_call_page(roll_call, VISITOR, clock.now())
        title = {each.letter: each.title for each in page.options}
        return ByName(
            roll_call.body, tuple(title.values()),
            tuple(sorted((row.seat.speaks_for, title[row.seat.letter]) for row in page.rows)),
            page.elected.title if page.elected else "",
        )  # fmt: skip
