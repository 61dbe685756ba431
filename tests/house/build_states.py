"""One union with a question in each state, the real address of everything that stands in it, and its people."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from forum.arguments.models import Argument
from forum.bodies.models import BodyAct
from forum.halls import queries as halls
from forum.halls.models import Hall
from forum.kernel.database import db
from forum.questions.models import Appointment, Option, OptionSecond, Question
from forum.reach.models import Offer
from forum.roll.models import Local
from forum.sittings.models import PointOfOrder, Sitting, Turn
from referendum.mandate.models import Dispute, Duty, FiledAct
from referendum.process.models import Vote
from tests.build_halls import ask_at_the_door
from tests.build_referendum import make_closed, make_counted, make_open
from tests.build_sittings import make_sitting
from tests.build_town import make_town
from tests.build_votes import make_bare_question
from tests.people import Cast, make_member, sign_in

NAMED = ("member", "elsewhere", "suspended", "retired", "host", "other_host", "officer", "observer")
KINDS = ("visitor", *NAMED, "teller", "other_teller", "trustee")
WITHOUT_ID: dict[str, str | int] = {
    "archive": "V", "step": "shares", "letter": "A", "kind": "post", "way": "mail", "stage": "roll_call", "place": 1,
}  # fmt: skip


@dataclass
class State:
    """A state of a question: the instant at which everybody stands, and the value of each part of an address (and what
    forms ask for: an option, an argument to merge into)."""

    at: datetime
    values: dict[str, Any] = field(default_factory=dict)


@dataclass
class States:
    """The union. `members` are the ids of one person of each kind; a visitor is 0."""

    members: dict[str, int]
    by_name: dict[str, State]

    def browsers(self, app: Flask) -> dict[str, FlaskClient]:
        """A browser for each kind of person, signed in at the present instant."""
        return {kind: sign_in(app, one) if one else app.test_client() for kind, one in self.members.items()}


def make_states(cast: Cast, now: datetime) -> States:
    """A debate, an open vote, a counted and a certified one. Needs an open write in a request context."""
    town = make_town(cast, now=now)
    debate, option = town.debate, {"option": town.debate.options[1]}
    db.session.add(Appointment(question_id=debate.question, member_id=cast.trustees[0], role="trustee", named_at=now))
    arguments = town.values.pop("argument_id")
    del town.values["public_id"]
    here = {name: found[0] for name, found in town.values.items() if found} | {
        "number": debate.number,
        "post_no": 1,
        "hall": debate.hall,
    }
    sat = {sitting: _floor(cast, sitting, now) for sitting in (debate.sitting, debate.national)}
    here |= sat[debate.sitting] | {"document_hash": db.session.get_one(BodyAct, here["act_id"]).document_hash}
    _name_speaker(cast, town.values["offer_id"][0], now)
    db.session.get_one(Sitting, debate.sitting).acts = 0  # so that every page of a host may say that it has seen none
    over = make_sitting(debate.hall, now=now - timedelta(days=1), state="closed", opened_by=cast.host)
    planned = make_sitting(debate.hall, now=now, state="scheduled")
    counted = make_counted(make_open(make_closed(cast, now=now)), {"A": 3, "B": 8}, cited=(4, 1, 5, 2, 0, 3))
    assert counted.vote.challenges_end_at
    unchallenged_at = counted.vote.challenges_end_at + timedelta(hours=1)
    opened = make_open(make_closed(cast, now=now))  # last: the clock closes every vote that is due
    certified = db.session.scalars(db.select(Question).where(Question.number == town.certified)).one()
    members = _members(cast, now)
    ask_at_the_door(db.session.get_one(Question, debate.question), *filter(None, members.values()))
    return States(
        members,
        {
            "debating": State(now, {**here, **option, "argument_id": arguments[0], "into": 3, "height": 0}),
            "unseconded": State(now, {**option, "argument_id": arguments[2], "into": 1}),
            "national": State(
                now,
                {**option, **sat[debate.national], "hall_id": debate.national_hall, "sitting_id": debate.national},
            ),
            "over": State(now, {**option, "sitting_id": over}),
            "planned": State(now, {**option, "sitting_id": planned}),
            "open": State(opened.at + timedelta(hours=1), _values(opened.question.id, cast)),
            "counted": State(counted.at + timedelta(hours=1), _values(counted.question.id, cast)),
            "unchallenged": State(
                unchallenged_at, _values(counted.question.id, cast, only=("number", "public_id", "hall"))
            ),
            "certified": State(now, _values(certified.id, cast) | _filed()),
        },
    )


def _name_speaker(cast: Cast, offer: int, now: datetime) -> None:
    """The member speaks for the option to which something is offered."""
    to_it = db.session.get_one(Offer, offer).option_id
    db.session.add(OptionSecond(option_id=to_it, member_id=cast.seconder, names_id=cast.member, at=now))
    db.session.flush()


def _floor(cast: Cast, sitting: int, now: datetime) -> dict[str, Any]:
    """What stands on the floor of an open session: a turn of the member's that is done, one under way, a point of order
    that was raised. In the national hall another point is being heard."""
    done = Turn(sitting_id=sitting, member_id=cast.member, state="done", asked_at=now, started_at=now, ended_at=now)
    under_way = Turn(
        sitting_id=sitting, member_id=cast.seconder, state="speaking", asked_at=now, started_at=now,
        ends_at=now + timedelta(minutes=3),
    )  # fmt: skip
    point = PointOfOrder(sitting_id=sitting, member_id=cast.seconder, state="raised", raised_at=now)
    db.session.add_all([done, under_way, point])
    if halls.hall(db.session.get_one(Sitting, sitting).hall_id).hall.local_id is None:
        heard = {"state": "taken", "raised_at": now, "taken_at": now, "ends_at": now + timedelta(minutes=1)}
        db.session.add(PointOfOrder(sitting_id=sitting, member_id=cast.trustees[1], **heard))
    db.session.flush()
    return {"turn_id": done.id, "point_id": point.id}


def _members(cast: Cast, now: datetime) -> dict[str, int]:
    """One of each kind; `other_teller` is a teller of a question that stands apart."""
    local = db.session.get_one(Local, cast.local)
    other = make_member("6001", "Teller elsewhere", local)
    apart = make_bare_question(cast, now=now)
    db.session.add(Appointment(question_id=apart.id, member_id=other, role="teller", named_at=now))
    db.session.flush()
    named = {kind: getattr(cast, kind) for kind in NAMED}
    return {"visitor": 0, **named, "teller": cast.tellers[0], "other_teller": other, "trustee": cast.trustees[0]}


def _filed() -> dict[str, Any]:
    """The one mandate there is: a duty, the officers' act and a member's dispute of it."""
    models = {"duty_id": Duty, "filed_id": FiledAct, "dispute_id": Dispute}
    return {name: db.session.scalars(db.select(model.id).limit(1)).first() or 1 for name, model in models.items()}


def _values(question_id: int, cast: Cast, *, only: tuple[str, ...] = ()) -> dict[str, Any]:
    def first(query: Any) -> Any:
        return db.session.scalars(query.limit(1)).first()

    hall = first(db.select(Hall.id).where(Hall.question_id == question_id, Hall.local_id == cast.local))
    number = db.session.get_one(Question, question_id).number
    found = {
        "number": number,
        "hall_id": hall,
        "hall": hall,
        "sitting_id": first(db.select(Sitting.id).where(Sitting.hall_id == hall)),
        "argument_id": first(db.select(Argument.id).where(Argument.question_id == question_id)),
        "public_id": first(db.select(Vote.public_id).where(Vote.question_id == question_id)),
        "option": first(db.select(Option.id).where(Option.question_id == question_id)),
        "into": 2,
        **WITHOUT_ID,
    }
    wanted = {*only, "option"} if only else found.keys()
    return {name: value for name, value in found.items() if value is not None and name in wanted}
