"""What a vote by name leaves in the public log, whom it makes wait, and what its pages and docket say."""

from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.kernel import clock, slots
from forum.kernel.audit import sha256
from forum.kernel.database import db, transaction
from forum.kernel.errors import Invalid, Missing
from forum.questions.facts_queries import gather_facts
from forum.questions.models import Question
from forum.questions.queries import question_by_id
from forum.questions.states import QuestionMove
from forum.roll.models import Member
from referendum.rollcalls import forms, operations, queries, rules, views
from referendum.rollcalls.models import RollCall
from tests.build_questions import make_question
from tests.locks import holding_rows
from tests.people import Cast, actor, sign_in
from tests.referendum.rollcalls.test_rollcalls import COUNCIL_ALONE
from tests.trail import trail


@pytest.fixture
def question(ground: Flask, cast: Cast, now: datetime) -> Question:
    return make_question(cast, state="closed", own=COUNCIL_ALONE, now=now)


@pytest.fixture
def council(question: Question) -> RollCall:
    return queries.roll_call_of(question, "council_decision")


def all_vote(roll_call: RollCall, cast: Cast, letter: str, now: datetime) -> None:
    for officer in cast.officers:
        operations.vote_by_name(actor(officer), roll_call, letter, "We heard you.", now)


def test_each_step_of_it_is_in_the_log_and_the_reasons_by_their_hash(
    council: RollCall, cast: Cast, now: datetime
) -> None:
    began = council.set_up_at
    all_vote(council, cast, "B", now)
    assert operations.close_if_due(council.id, now)
    assert trail("set_up_roll_call", "open_roll_call", "vote_by_name", "close_roll_call") == [
        ("set_up_roll_call", "clock", {"question": 1, "body": "Executive council", "options": ["A", "B"]}),
        ("open_roll_call", "clock", {"seats": 4, "closes_at": (began + timedelta(days=14)).isoformat()}),
        *(
            ("vote_by_name", "seat", {"seat": place, "letter": "B", "reason_hash": sha256("We heard you.")})
            for place in (1, 2, 3, 4)
        ),
        ("close_roll_call", "clock", {"reason": "elected", "elected": "B", "voted": 4}),
    ]


def test_a_vote_and_the_close_wait_for_each_other(council: RollCall, cast: Cast, now: datetime) -> None:
    for act in (
        lambda: operations.vote_by_name(actor(cast.officer), council, "A", "So.", now),
        lambda: operations.close_if_due(council.id, now),
    ):
        with holding_rows() as held:
            act()
        assert "roll_calls" in held


def test_what_comes_after_the_close_is_told_once_with_the_outcome(
    council: RollCall, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, datetime]] = []
    monkeypatch.setitem(slots._filled, "roll_call.closed", [lambda each, at: told.append((each.elected, at))])
    question = question_by_id(council.question_id)
    assert views.on_the_timetable(question) == {"council_decision_closes_at": council.set_up_at + timedelta(days=14)}
    all_vote(council, cast, "A", now)
    assert [operations.close_if_due(council.id, now) for _ in range(2)] == [True, False]
    assert told == [("A", now)]
    assert views.on_the_timetable(question) == {"council_decision_closes_at": now}
    (held,) = views.on_the_ribbon(question)["by_name"]
    assert (held.state, held.starts_at, held.ends_at) == ("closed", council.set_up_at, now)


def test_a_question_that_was_withdrawn_goes_nowhere_after_its_vote_by_name(
    question: Question, council: RollCall, cast: Cast, now: datetime
) -> None:
    all_vote(council, cast, "A", now)
    question.state = "withdrawn"
    assert operations.close_if_due(council.id, now)
    assert queries.roll_calls(question.id) == [council]


def test_once_seats_vote_by_name_the_question_is_not_withdrawn(question: Question, council: RollCall) -> None:
    assert gather_facts(question).voting_opened
    council.state = "set_up"
    db.session.flush()
    assert not gather_facts(question).voting_opened


@pytest.mark.parametrize(
    ("seconds", "seats", "voted", "due"),
    [(-1, 4, 3, False), (-1, 4, 4, True), (-1, 0, 0, False), (0, 4, 0, True), (-1, 1, 1, True)],
)
def test_it_closes_at_its_moment_or_when_everybody_has_voted(
    now: datetime, seconds: int, seats: int, voted: int, due: bool
) -> None:
    at = now + timedelta(seconds=seconds)
    assert rules.is_due("open", now, seats, voted, at) is due
    assert rules.is_open("open", now, at) is (seconds < 0)
    assert not rules.is_due("closed", now, seats, voted, at)
    assert not rules.is_open("set_up", now, at)


def test_seats_are_read_line_by_line_each_with_whom_it_speaks_for() -> None:
    found = forms.read_seats({"seats": " 4711 , Lakes, and Rivers \n\n4712\n"})
    assert found == [forms.NewSeat("4711", "Lakes, and Rivers"), forms.NewSeat("4712", "")]
    assert len(forms.read_seats({"seats": "\n".join(map(str, range(500)))})) == rules.MOST_SEATS


def test_a_voice_is_an_option_that_stands_or_an_abstention_with_its_reason() -> None:
    assert forms.read_voice({"choice": "B", "reason": " So. "}, ["A", "B"]) == ("B", "So.")
    assert forms.read_voice({"choice": "abstain", "reason": "So."}, ["A", "B"]) == ("", "So.")
    with pytest.raises(Invalid):
        forms.read_voice({"choice": "C", "reason": "So."}, ["A", "B"])


@pytest.mark.parametrize("move", list(QuestionMove))
def test_it_is_set_up_when_its_question_closes_and_by_no_other_move(
    cast: Cast, ground: Flask, now: datetime, move: QuestionMove
) -> None:
    question = make_question(cast, state="closed", own=COUNCIL_ALONE, now=now)
    db.session.execute(db.delete(queries.Seat))
    db.session.execute(db.delete(RollCall))
    db.session.expire_all()
    operations.question_moved(question, move, now)
    query = db.select(RollCall.kind)
    closing = move in (QuestionMove.CLOSE, QuestionMove.CLOSE_ANYWAY, QuestionMove.PUBLISH)
    assert list(db.session.scalars(query)) == (["council_decision"] if closing else [])


def test_nobody_s_vote_by_name_is_missing(ground: Flask) -> None:
    with pytest.raises(Missing):
        queries.roll_call_by_id(99)


def test_the_docket_asks_who_has_a_seat_until_they_have_voted(
    question: Question, council: RollCall, cast: Cast, now: datetime
) -> None:
    def asked(member: int) -> list[str]:
        return [each["what"] for each in views.what_to_do_now(actor(member), question)]

    assert [asked(each) for each in (cast.officer, cast.member, 0)] == [["Vote by name"], [], []]
    operations.vote_by_name(actor(cast.officer), council, "", "I do not know.", now)
    assert [asked(each) for each in cast.officers[:2]] == [[], ["Vote by name"]]


@pytest.fixture
def officer(app: Flask, cast: Cast) -> FlaskClient:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(), transaction(write=True):
        make_question(cast, state="closed", own=COUNCIL_ALONE, now=clock.now())
    return sign_in(app, cast.officer)


def test_a_teller_names_the_seats_on_the_page_and_comes_to_the_act_that_the_others_sign(app: Flask, cast: Cast) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    own = COUNCIL_ALONE.replace("council_decision", "roll_call")
    with app.test_request_context(), transaction(write=True):
        make_question(cast, state="closed", own=own, now=clock.now())
        number = db.session.get_one(Member, cast.member).number
    here, teller = "/q/1/by-name/roll_call", sign_in(app, cast.tellers[0])
    named = teller.post(f"{here}/seats", data={"seats": f"{number}, Lakes"}, follow_redirects=True)
    assert named.request.path.startswith("/acts/")
    assert "Seat 1, Lakes" in named.text
    again = teller.post(f"{here}/seats", data={"seats": "NOBODY"})
    assert (again.status_code, "NOBODY" in again.text) == (422, True)
    with app.app_context():
        assert queries.roll_calls(1)[0].state == "set_up"


def test_a_vote_by_name_asks_for_a_sign_in_that_is_fresh(app: Flask, officer: FlaskClient, cast: Cast) -> None:
    said = {"choice": "A", "reason": "So."}
    stale = sign_in(app, cast.officer, fresh=False).post("/q/1/by-name/council_decision", data=said)
    assert "/confirm" in stale.headers["Location"]
    assert "So." not in officer.get("/q/1/by-name/council_decision/1").text
    voted = officer.post("/q/1/by-name/council_decision", data=said)
    assert voted.headers["Location"].endswith("/q/1/by-name/council_decision/1")
    assert officer.get("/q/1").text.count("/q/1/by-name/council_decision") > 0
