"""The first half of a replay: the question drafted, pledged, charged, debated in every hall, and closed.

A Polis conversation becomes the debate: participants are members, statements are posts in the national hall, those that
argue for an option are moved by their author and seconded by the first other member who agreed, votes are readings.
"""

from datetime import datetime, timedelta

from forum.arguments import operations as arguments
from forum.arguments.forms import NewArgument
from forum.arguments.reading_operations import read_argument
from forum.arguments.rules import Answer, Side
from forum.bodies import operations as bodies
from forum.bodies.models import BodyAct
from forum.halls import operations as halls
from forum.halls import post_operations as posts
from forum.halls.forms import NewPost, Opening
from forum.halls.queries import hall_of, national_hall
from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.opinion.operations import add_up
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
from referendum.rehearsal.company import Company
from referendum.rehearsal.polis_export import PolisExport
from referendum.rehearsal.rehearsed_vote import Tell
from referendum.rehearsal.scenario import Scenario

CHUNK = 200
SEEN_IN_A_HALL = 3


def draft_question(scenario: Scenario, company: Company, now: datetime) -> int:
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
            timetable=propose(process, now + timedelta(days=8)),
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


def sign_by_all(company: Company, places: range, act: BodyAct, now: datetime) -> None:
    """Let a body sign its act until it takes effect."""
    for place in places:
        if act.took_effect_at is None:
            bodies.sign(company.actor(place, now), act.id, act.document_hash, now)


def charge(question_id: int, company: Company, now: datetime) -> None:
    """The council pledges and charges; every local's host opens the hall, the tellers the national one."""
    with transaction(write=True):
        question = question_by_id(question_id)
        officer = company.actor(company.officers[0], now)
        sign_by_all(company, company.officers, act_operations.propose_pledge(officer, question, now=now), now)
        sign_by_all(company, company.officers, act_operations.propose_charge(officer, question, now=now), now)
    with transaction(write=True):
        first = (question_by_id(question_id).debate_opens_at or now) + timedelta(hours=18)
        for local in db.session.scalars(db.select(Local)).all():
            hall = hall_of(question_id, local.id)
            host = company.actor(company.host_of(int(local.number)), now)
            if hall:
                halls.open_hall(host, hall.id, Opening("The question, from all sides.", first), now=now)
        national = national_hall(question_id)
        if national:
            teller = company.actor(company.tellers[0], now)
            halls.open_hall(teller, national.id, Opening("For the whole union.", first), now=now)


def some_of(company: Company, local: int) -> list[int]:
    """A few ordinary members of a local: those who come to its session."""
    return [place for place in company.ordinary if company.local_of(place) == local][:SEEN_IN_A_HALL]


def hold_sessions(question_id: int, company: Company) -> None:
    """Each local holds the session that its host announced: opened, attended, something said, closed."""
    now = clock.now()
    with transaction(write=True):
        for local in db.session.scalars(db.select(Local)).all():
            hall = hall_of(question_id, local.id)
            host = company.actor(company.host_of(int(local.number)), now)
            for room in of_hall(hall.id) if hall else []:
                sittings.open_sitting(host, room.sitting.id, now=now)
                for place in some_of(company, int(local.number)):
                    sittings.attend(company.actor(place, now), room.sitting.id)
                chat_operations.say(host, room.sitting.id, NewMessage("The session is open."), now=now)
                closing_operations.close_sitting(host, room.sitting.id, now=now + timedelta(hours=1))


class Conversation:
    """A Polis export brought into the debate of a question."""

    def __init__(self, question_id: int, scenario: Scenario, company: Company, export: PolisExport) -> None:
        self.question_id, self.scenario, self.company, self.export = question_id, scenario, company, export
        authors = [each.author for each in export.statements if each.number in scenario.arguments]
        order = list(dict.fromkeys([*authors, *export.participants]))
        self.place = dict(zip(order, company.ordinary, strict=False))
        self.argument_of: dict[int, int] = {}

    def hold(self, tell: Tell) -> None:
        """Posts, arguments, seconds, then every vote as a reading."""
        for done, statement in enumerate(self.export.statements, 1):
            if statement.author in self.place:
                with transaction(write=True):
                    self._state(statement.number, statement.author, statement.text)
            tell("statements", done, len(self.export.statements))
        readings = [
            (participant, self.argument_of[number], value)
            for participant, cast in self.export.votes.items()
            for number, value in cast.items()
            if participant in self.place and number in self.argument_of
        ]
        for start in range(0, len(readings), CHUNK):
            with transaction(write=True):
                for participant, argument_id, value in readings[start : start + CHUNK]:
                    reader = self.company.actor(self.place[participant], clock.now())
                    read_argument(reader, argument_id, Answer(value), now=clock.now())
            tell("readings", min(start + CHUNK, len(readings)), len(readings))
        with transaction(write=True):
            add_up(question_by_id(self.question_id), clock.now())

    def _state(self, number: int, author: int, text: str) -> None:
        now = clock.now()
        hall = national_hall(self.question_id)
        mover = self.company.actor(self.place[author], now)
        if hall is None:
            return
        post = posts.publish_post(mover, hall.id, NewPost(text), now=now)
        seconders = (each for each in self.export.agreed[number] if each in self.place and each != author)
        seconder = next(seconders, None)
        if number not in self.scenario.arguments or seconder is None:
            return
        letter, side = self.scenario.arguments[number]
        option = next(each for each in question_by_id(self.question_id).options if each.letter == letter)
        new = NewArgument(option.id, Side(side), claim_of(text), text, origin=f"post:{post.id}", hall_id=hall.id)
        argument = arguments.move_argument(mover, self.question_id, new, now=now)
        arguments.second_argument(self.company.actor(self.place[seconder], now), argument.id, now=now)
        self.argument_of[number] = argument.id


def claim_of(text: str, most: int = 200) -> str:
    """A statement as a claim: whole if it fits, else cut at a word."""
    return text if len(text) <= most else text[: most - 1].rsplit(" ", 1)[0] + "…"
