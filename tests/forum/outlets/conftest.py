"""A debate with something of each kind that may, or may not, leave the site."""

from datetime import timedelta

import pytest
from flask import Flask

from forum.arguments.models import Argument, Statement
from forum.halls.models import Post
from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.moderation.models import Hiding
from forum.roll.models import Local
from forum.roll.naming import FEWEST_TO_BE_NAMED
from forum.sittings.models import Sitting
from tests.build_sittings import Ground, make_debate
from tests.people import Cast, make_member

PERSONS = ("Marta", "Quill", "Fairweather", "Priya", "Nand", "Idris", "example.org")


@pytest.fixture
def full(app: Flask, cast: Cast) -> Ground:
    """A debate with something of each kind; local 88 is large enough to be named to visitors, local 156 is not."""
    now = clock.now()
    with app.app_context(), transaction(write=True) as session:
        debate = make_debate(cast, now=now)
        here = session.get_one(Local, cast.local)
        for number in range(FEWEST_TO_BE_NAMED):
            make_member(f"9{number:03d}", f"Neighbour {number}", here)
        for number, hall in ((1, debate.hall), (2, debate.other_hall)):
            session.add(Argument(
                question_id=debate.question, number=number, option_id=debate.options[1], side="against",
                claim=f"Claim {number} <b>&", mover_id=cast.member, moved_at=now, hall_id=hall,
                seconder_id=cast.seconder, seconded_at=now - timedelta(hours=number),
            ))  # fmt: skip
        for number, source, hidden_at in ((1, "I work nights.", None), (2, "A threat.", now)):
            session.add(Post(
                hall_id=debate.hall, number=number, author_id=cast.member, source=source, html="", renderer=1, at=now,
                hidden_at=hidden_at,
            ))  # fmt: skip
        session.flush()
        hidden = session.scalars(db.select(Post.id).where(Post.hidden_at.is_not(None))).one()
        session.add(Hiding(
            question_id=debate.question, hall_id=debate.hall, kind="post", subject_id=hidden, ground="threat",
            reason="No.", by_id=cast.host, at=now, author_id=cast.member, content_hash="0" * 64, salt="0" * 32,
        ))  # fmt: skip
        session.add(Statement(
            question_id=debate.question, kind="leadership", option_id=debate.options[0], title="Why we accept",
            source="x", html="x", author_id=cast.officer, at=now, stands_at=now,
        ))  # fmt: skip
        for sitting in session.scalars(db.select(Sitting)):
            sitting.title, sitting.place = "Own words of the host", "Room 7"
        return debate
