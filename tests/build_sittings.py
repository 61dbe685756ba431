"""A question in debate with open halls, and sessions in them; rows are made directly, whatever made them in life."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Flask, session
from flask.testing import FlaskClient
from flask_socketio import SocketIOTestClient
from flask_wtf.csrf import generate_csrf

from forum.halls.models import Hall
from forum.kernel.database import db
from forum.kernel.live import socketio
from forum.questions.models import Appointment, Option, Question
from forum.sittings.models import Sitting
from tests.build_halls import weiner
from tests.people import Cast


@dataclass(frozen=True)
class Ground:
    """Ids: a question in debate with two options, the halls of both locals and the national one, an open session in
    each of local 88's hall and the national hall, and one scheduled in local 156's."""

    question: int
    number: int
    options: tuple[int, ...]
    hall: int
    other_hall: int
    national_hall: int
    sitting: int
    scheduled: int
    national: int


def make_debate(cast: Cast, *, now: datetime, state: str = "debating", number: int = 14) -> Ground:
    question = Question(
        public_id=secrets.token_urlsafe(16)[:22], number=number, state=state, title="Shall we accept the agreement?",
        template="weiner", process=weiner(), created_at=now,
        created_by_id=cast.officer, debate_opens_at=now - timedelta(days=9), charged_at=now - timedelta(days=12),
        debate_closes_at=now + timedelta(days=12),
    )  # fmt: skip
    db.session.add(question)
    db.session.flush()
    options = [Option(question_id=question.id, position=n, title=title) for n, title in enumerate(("Accept", "Reject"))]
    halls = [
        Hall(question_id=question.id, local_id=local, opened_at=now - timedelta(days=8), opened_as="host",
             agenda_source="Overtime", agenda_html="<p>Overtime</p>")
        for local in (cast.local, cast.other_local, None)
    ]  # fmt: skip
    tellers = [
        Appointment(question_id=question.id, member_id=each, role="teller", named_at=now) for each in cast.tellers
    ]
    watcher = Appointment(question_id=question.id, member_id=cast.observer, role="observer", named_at=now)
    db.session.add_all([*options, *halls, *tellers, watcher])
    db.session.flush()
    sitting = make_sitting(halls[0].id, now=now, opened_by=cast.host)
    scheduled = make_sitting(halls[1].id, now=now + timedelta(days=1), state="scheduled")
    national = make_sitting(halls[2].id, now=now, opened_by=cast.tellers[0])
    return Ground(
        question.id, question.number, tuple(each.id for each in options), halls[0].id, halls[1].id, halls[2].id,
        sitting, scheduled, national,
    )  # fmt: skip


def make_sitting(
    hall_id: int, *, now: datetime, state: str = "open", opened_by: int | None = None, title: str = ""
) -> int:
    sitting = Sitting(
        hall_id=hall_id, state=state, title=title, starts_at=now, agenda_source="", agenda_html="",
        opened_at=now if state != "scheduled" else None, opened_by_id=opened_by,
        closed_at=now if state == "closed" else None,
    )  # fmt: skip
    db.session.add(sitting)
    db.session.flush()
    return sitting.id


def connect(app: Flask, browser: FlaskClient) -> SocketIOTestClient:
    """The socket of a signed-in browser, opened with the token that its page carries."""
    with app.test_request_context():
        secret = hashlib.sha256(secrets.token_bytes(8)).hexdigest()
        session["csrf_token"] = secret
        token = generate_csrf()
    with browser.session_transaction() as cookie:
        cookie["csrf_token"] = secret
    return socketio.test_client(app, flask_test_client=browser, auth={"token": token})


def heard(client: SocketIOTestClient, event: str) -> list[dict[str, object]]:
    """The payloads of one event that arrived since the last look."""
    sent = [each["args"] for each in client.get_received() if each["name"] == event]
    return [each[0] if isinstance(each, list) else each for each in sent]
