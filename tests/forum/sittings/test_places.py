"""What sittings give to other pages: the docket, the front page, the hall's rail, the host's desk, the charge board."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from forum.halls import operations as hall_operations
from forum.halls import queries as hall_queries
from forum.halls.forms import Opening
from forum.halls.models import Hall
from forum.kernel import clock, slots
from forum.kernel.database import db, transaction
from forum.questions.models import Question
from forum.sittings import closing_operations, operations, queries
from forum.sittings.models import Sitting
from tests.build_sittings import Ground, make_debate
from tests.people import Cast, actor, holding, sign_in


@pytest.fixture
def debate(app: Flask, cast: Cast) -> Ground:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context(), transaction(write=True):
        return make_debate(cast, now=clock.now())


def hold(cast: Cast, debate: Ground) -> None:
    """An hour's session to which two came."""
    for who in (cast.host, cast.member):
        operations.attend(actor(who), debate.sitting)
    closing_operations.close_sitting(actor(cast.host), debate.sitting, now=clock.now() + timedelta(hours=1))


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_the_front_page_offers_the_sessions_one_can_join(app: Flask, cast: Cast, debate: Ground) -> None:
    page = words(sign_in(app, cast.member).get("/").text)
    assert "Join your local’s session, live now" in page
    assert "Join the national session, live now" in page
    assert "Sessions today and tomorrow" in page
    assert "&lt;time" not in page
    elsewhere = words(sign_in(app, cast.elsewhere).get("/").text)
    assert "Join your local’s session" not in elsewhere


def test_a_visitor_is_not_asked_to_join(app: Flask, debate: Ground) -> None:
    page = words(app.test_client().get("/").text)
    assert "live now" not in page.replace("one is live now", "")
    assert "Local 88, Ashby" not in page


def test_a_hall_shows_its_sessions_and_the_host_sets_another(app: Flask, cast: Cast, debate: Ground) -> None:
    link = f"/halls/{debate.hall}/sittings/new"
    host, member = sign_in(app, cast.host), sign_in(app, cast.member)
    assert link in host.get(f"/halls/{debate.hall}").text
    page = member.get(f"/halls/{debate.hall}").text
    assert f'href="/sittings/{debate.sitting}"' in page
    assert link not in page


def test_opening_a_hall_sets_its_first_session(app: Flask, cast: Cast, debate: Ground) -> None:
    starts_at = clock.now() + timedelta(days=1)
    with app.test_request_context(), transaction(write=True) as session:
        hall = session.get_one(Hall, debate.hall)
        hall.opened_at, hall.opened_as = None, ""
        session.delete(session.get_one(Sitting, debate.sitting))
        session.flush()
        opening = Opening("1. Overtime", starts_at)
        hall_operations.open_hall(actor(cast.host), hall.id, opening, now=clock.now())
    with app.app_context():
        first = db.session.scalars(db.select(Sitting).where(Sitting.hall_id == debate.hall)).one()
        assert (first.starts_at, first.agenda_source, first.state) == (starts_at, "1. Overtime", "scheduled")


def test_a_closed_session_counts_on_the_charge_board(app: Flask, cast: Cast, debate: Ground) -> None:
    with app.test_request_context(), transaction(write=True):
        assert hall_queries.sessions_held(debate.question) == {}
        hold(cast, debate)
        rows = hall_queries.board(db.session.get_one(Question, debate.question))
        assert {row.number: (row.state, row.held) for row in rows} == {"88": ("yes", 1), "156": ("part", 0)}


def test_a_hall_opened_in_the_host_s_stead_is_not_honoured_by_its_session(
    app: Flask, cast: Cast, debate: Ground
) -> None:
    with app.test_request_context(), transaction(write=True):
        db.session.get_one(Hall, debate.hall).opened_as = "tellers"
        hold(cast, debate)
        assert db.session.get_one(Hall, debate.hall).honoured_at is None


def test_a_session_that_ends_after_the_debate_adds_nothing_to_the_floor(
    app: Flask, cast: Cast, debate: Ground
) -> None:
    with app.test_request_context(), transaction(write=True):
        question = db.session.get_one(Question, debate.question)
        question.state, question.closed_at = "closed", clock.now()
        hold(cast, debate)
        assert db.session.get_one(Sitting, debate.sitting).state == "closed"
        assert db.session.get_one(Hall, debate.hall).honoured_at is None


def test_the_desk_tells_host_and_teller_what_waits(app: Flask, cast: Cast, debate: Ground) -> None:
    with app.test_request_context(), transaction(write=True):
        teller = holding(actor(cast.tellers[0]), "teller", debate.question)
        closing_operations.close_sitting(actor(cast.host), debate.sitting, now=clock.now())

        def waiting(person: object) -> list[str]:
            return [each["url"] for each in slots.gather("desk", person) if "/sittings/" in each["url"]]

        assert waiting(actor(cast.host)) == [f"/sittings/{debate.sitting}/minutes"]
        assert waiting(teller) == [f"/sittings/{debate.national}"]
        assert waiting(actor(cast.other_host)) == [f"/sittings/{debate.scheduled}"]
        assert waiting(actor(cast.member)) == []


def test_once_the_debate_is_over_no_session_is_set_or_waits_to_be_opened(
    app: Flask, cast: Cast, debate: Ground
) -> None:
    with app.test_request_context(), transaction(write=True) as session:
        assert [room.sitting.id for room in queries.to_run(actor(cast.other_host), clock.now())] == [debate.scheduled]
        session.get_one(Question, debate.question).state = "closed"
        session.flush()
        assert queries.to_run(actor(cast.other_host), clock.now()) == []
    assert "Set another session" not in sign_in(app, cast.host).get(f"/halls/{debate.hall}").text
