"""How a rehearsal comes to a debate: the question drafted, pledged and charged, halls opened, sessions held."""

from datetime import datetime, timedelta
from itertools import islice

from forum.bodies import operations as bodies
from forum.bodies.models import BodyAct
from forum.halls import operations as halls
from forum.halls.forms import Opening
from forum.halls.queries import hall_of, national_hall
from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.questions import act_operations, draft_operations
from forum.questions.forms import Draft, DraftOption, Duty
from forum.questions.queries import question_by_id
from forum.questions.templates import load_shipped
from forum.questions.timetable import propose
from forum.roll.models import Local
from forum.sittings import chat_operations, closing_operations
from forum.sittings import operations as sittings
from forum.sittings.forms import NewMessage
from forum.sittings.queries import of_hall
from referendum.rehearsal.company import Company, People
from referendum.rehearsal.scenario import Scenario

PREPARING = timedelta(days=8)
SEEN_IN_A_HALL = 3


def draft_question(scenario: Scenario, company: People, now: datetime, begins_in: timedelta = PREPARING) -> int:
    """Draft and publish the scenario's question; its id."""
    process = load_shipped(scenario.template)
    with transaction(write=True):
        officer = company.actor(company.officers[0], now)
        question = draft_operations.create_question(officer, scenario.title, scenario.template, now=now)
        draft = Draft(
            title=scenario.title,
            template=scenario.template,
            process=process,
            background=scenario.background,
            timetable=propose(process, now + begins_in),
            options=tuple(
                DraftOption(each.title, each.text, each.slate, (Duty(each.obligation, 60),) if each.obligation else ())
                for each in scenario.options
            ),
            people={
                "teller": tuple(map(company.number, company.tellers)),
                "trustee": tuple(map(company.number, company.trustees)),
                "observer": tuple(map(company.number, company.observers)),
            },
            version=question.version,
        )
        draft_operations.save_draft(officer, question, draft, now=now)
        draft_operations.publish_question(officer, question, now=now, replayed=True)
        company.forget()
        return question.id


def sign_by_all(company: People, places: range, act: BodyAct, now: datetime) -> None:
    """Let a body sign its act until it takes effect."""
    for place in places:
        if act.took_effect_at is None:
            bodies.sign(company.actor(place, now), act.id, act.document_hash, now)


def charge(question_id: int, company: People, now: datetime) -> None:
    """The council pledges and charges; each local's host opens its hall, the tellers the national one."""
    with transaction(write=True):
        question = question_by_id(question_id)
        officer = company.actor(company.officers[0], now)
        sign_by_all(company, company.officers, act_operations.propose_pledge(officer, question, now=now), now)
        sign_by_all(company, company.officers, act_operations.propose_charge(officer, question, now=now), now)
    with transaction(write=True):
        first = (question_by_id(question_id).debate_opens_at or now) + timedelta(hours=18)
        for local in db.session.scalars(db.select(Local)).all():
            hall = hall_of(question_id, local.id)
            place = company.host_of(local.number)
            if hall and place is not None:
                opening = Opening("The question, from all sides.", first)
                halls.open_hall(company.actor(place, now), hall.id, opening, now=now)
        national = national_hall(question_id)
        if national:
            teller = company.actor(company.tellers[0], now)
            halls.open_hall(teller, national.id, Opening("For the whole union.", first), now=now)


def some_of(company: Company, local: int) -> list[int]:
    """A few ordinary members of a local: those who come to its session."""
    return list(islice((place for place in company.ordinary if company.local_of(place) == local), SEEN_IN_A_HALL))


def hold_sessions(question_id: int, company: Company) -> None:
    """Each local holds the session that its host announced: opened, attended, something said, closed."""
    now = clock.now()
    with transaction(write=True):
        for local in db.session.scalars(db.select(Local)).all():
            hall = hall_of(question_id, local.id)
            host = company.actor(company.host_of(local.number), now)
            for room in of_hall(hall.id) if hall else []:
                sittings.open_sitting(host, room.sitting.id, now=now)
                for place in some_of(company, int(local.number)):
                    sittings.attend(company.actor(place, now), room.sitting.id)
                chat_operations.say(host, room.sitting.id, NewMessage("The session is open."), now=now)
                closing_operations.close_sitting(host, room.sitting.id, now=now + timedelta(hours=1))
