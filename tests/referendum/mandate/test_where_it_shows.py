"""Where a mandate shows beside its own page: docket, desk, question, an argument's life; and what its forms read."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from forum.arguments.models import Argument
from forum.halls import queries as halls
from forum.halls.models import Hall
from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.kernel.errors import Invalid
from forum.questions.models import Question
from referendum.mandate import forms, given_queries, given_views, queries, views
from referendum.mandate.forms import NewAct, NewDisputeRuling
from referendum.mandate.models import Duty, Mandate
from referendum.mandate.operations import dispute, file_act
from tests.build_referendum import Referendum, certify, make_closed, make_counted, make_open, make_undebated
from tests.people import Cast, actor, sign_in

SetClock = Callable[[datetime], None]
MARKS = (4, 1, 4, 2, 4, 2)


@pytest.fixture
def bound(ground: Flask, cast: Cast, now: datetime) -> Referendum:
    return certify(make_counted(make_open(make_closed(cast, now=now)), {"A": 3, "B": 8}, cited=MARKS))


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    def set_to(instant: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: instant)

    return set_to


def mandate_of(made: Referendum) -> Mandate:
    found = queries.mandate_of(made.question.id)
    assert found is not None
    return found


def answer_all(made: Referendum) -> int:
    answers = {each.argument.number: "Heard." for each in queries.quoted(mandate_of(made))}
    return file_act(actor(made.cast.officer), mandate_of(made).duties[0].id, NewAct("Done.", answers), now=made.at).id


def test_the_docket_leads_to_it_and_asks_members_whether_an_act_is_enough(bound: Referendum, at: SetClock) -> None:
    def docket(member: int) -> list[tuple[str, int]]:
        return [(each["what"], each["order"]) for each in views.what_to_do_now(actor(member), bound.question)]

    calm, asked = [("What the council must do, and what it did", 71)], [("Say whether the council’s act is enough", 30)]
    at(bound.at)
    assert docket(bound.cast.member) == calm
    answer_all(bound)
    assert (docket(bound.cast.member), docket(0)) == (asked, calm)
    at(bound.at + timedelta(days=14))
    assert docket(bound.cast.member) == calm
    assert views.what_to_do_now(actor(0), Question(id=99)) == []


def test_the_desk_shows_officers_their_duties_and_tellers_the_disputes_of_their_question(
    bound: Referendum, at: SetClock
) -> None:
    at(bound.at)

    def desk(who: Any) -> list[tuple[str, str, bool]]:
        return [(each["what"], each["why"], each["done"]) for each in views.on_the_desk(who)]

    officer, duty = actor(bound.cast.officer), mandate_of(bound).duties[0]
    assert desk(officer) == [("Carry out obligation 1 of question 1", duty.text, False)]
    assert views.on_the_desk(officer)[0]["due"] == duty.due_at
    found = dispute(actor(bound.cast.member), answer_all(bound), "x" * 300, now=bound.at)
    assert desk(officer) == [("Carry out obligation 1 of question 1", duty.text, True)]
    assert desk(bound.teller()) == [(f"Rule on dispute {found.id}", "x" * 200, False)]
    assert [views.on_the_desk(each)[0]["order"] for each in (officer, bound.teller())] == [15, 25]
    assert desk(bound.observer()) == desk(actor(bound.cast.tellers[0])) == []
    found.ruling = "dismissed"
    assert desk(bound.teller()) == []


def test_question_and_ribbon_are_told_of_it_and_of_none_where_there_is_none(bound: Referendum) -> None:
    mandate, other = mandate_of(bound), Question(id=99)
    assert views.on_the_ribbon(bound.question) == {
        "mandate": "due", "mandate_due_at": mandate.duties[0].due_at, "mandate_ended_at": None,
    }  # fmt: skip
    assert "/q/1/mandate" in views.on_the_question(actor(0), question=bound.question)
    assert views.on_the_ribbon(other) is None
    assert views.on_the_question(actor(0), question=other) == ""


def test_an_argument_s_life_tells_where_it_was_quoted_and_answered(bound: Referendum) -> None:
    quoted = queries.quoted(mandate_of(bound))[0].argument
    file_act(actor(bound.cast.officer), mandate_of(bound).duties[0].id, NewAct("Done.", {quoted.number: "So we did."}),
             now=bound.at)  # fmt: skip
    life = views.in_the_life(actor(0), argument=quoted)
    assert "So we did." in life
    assert views.in_the_life(actor(0), argument=Argument(id=99)) == ""


def test_an_argument_counts_as_answered_once_a_duty_by_the_acts_of_the_mandate_that_quotes_it(
    bound: Referendum
) -> None:
    mandate = mandate_of(bound)
    first, second = (each.argument for each in queries.quoted(mandate)[:2])
    more = Duty(mandate_id=mandate.id, obligation_id=mandate.duties[0].obligation_id, text="More.", due_at=bound.at)
    db.session.add(more)
    db.session.flush()
    for duty_id in (mandate.duties[0].id, mandate.duties[0].id, more.id):
        file_act(actor(bound.cast.officer), duty_id, NewAct("Done.", {first.number: "Heard."}), now=bound.at)
    went = given_queries.went([first.id, second.id, 99])
    told = {number: (each.quoted, each.duties, each.answered) for number, each in went.items()}
    assert told == {first.id: (True, 2, 2), second.id: (True, 2, 0), 99: (False, 0, 0)}


def test_a_question_s_page_asks_members_whether_an_act_is_enough(
    app: Flask, cast: Cast, now: datetime, at: SetClock
) -> None:
    with app.test_request_context(), transaction(write=True):
        made = certify(make_counted(make_open(make_closed(cast, now=now)), {"A": 3, "B": 8}, cited=MARKS))
        answer_all(made)
    at(made.at)
    assert "Say whether the council’s act is enough" in sign_in(app, cast.member).get("/q/1").text
    assert "What the council must do, and what it did" in app.test_client().get("/q/1").text


def test_arguments_of_other_halls_that_a_local_seconded_are_counted_for_this_question_alone(
    bound: Referendum
) -> None:
    query = db.select(Hall).where(Hall.question_id == bound.question.id).order_by(Hall.local_id)
    found = [hall for hall in db.session.scalars(query) if hall.local_id is not None]
    here, there = (halls.hall(hall.id) for hall in found)
    assert [given_queries.given(each, 1).seconded_elsewhere for each in (here, there)] == [0, 0]
    moved = db.session.scalars(db.select(Argument).where(Argument.hall_id == here.hall.id, Argument.number == 1)).one()
    assert moved is not None
    moved.seconder_id = bound.cast.elsewhere
    assert [given_queries.given(each, 1).seconded_elsewhere for each in (here, there)] == [0, 1]
    other = replace(there, question=Question(id=99))
    assert given_queries.given(other, 1).seconded_elsewhere == 0


def test_a_hall_leads_to_what_it_gave_once_its_debate_has_closed(bound: Referendum) -> None:
    hall = db.session.scalars(db.select(Hall).order_by(Hall.id)).first()
    assert hall is not None
    assert f"/halls/{hall.id}/gave" in given_views.in_the_rail(actor(0), hall=hall)
    bound.question.closed_at = None
    bound.question.state = "debating"
    db.session.flush()
    assert given_views.in_the_rail(actor(0), hall=hall) == ""


def test_a_duty_of_another_question_s_mandate_is_not_answered_here(app: Flask, cast: Cast, now: datetime) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(), transaction(write=True):
        made = certify(make_counted(make_open(make_closed(cast, now=now)), {"A": 3, "B": 8}))
        other = make_undebated(cast, now=now)
        db.session.add(Mandate(vote_id=other.vote.id, question_id=other.question.id, state="due", at=now))
        numbers = other.question.number, made.question.number
        duty = mandate_of(made).duties[0].id
    officer = sign_in(app, cast.officer)
    filed = [
        officer.post(f"/q/{number}/mandate/duties/{duty}/file", data={"text": "Done."}).status_code
        for number in numbers
    ]  # fmt: skip
    assert filed == [404, 302]


def test_the_forms_of_acts_disputes_and_rulings_are_read_as_typed() -> None:
    act = forms.read_act({"text": " Done. ", "answer_2": "Yes.", "answer_3": " "}, [2, 3])
    assert act == NewAct("Done.", {2: "Yes."})
    assert forms.read_dispute({"dispute": "Too little."}) == "Too little."
    zone = ZoneInfo("UTC")
    plain = {"ruling": "dismissed", "reason": "It was.", "mend_by": "2026-12-01T10:00"}
    assert forms.read_dispute_ruling(plain, zone) == NewDisputeRuling(False, "It was.", None)
    mend_by = datetime(2026, 12, 1, 10, 0, tzinfo=UTC)
    upheld = plain | {"ruling": "upheld"}
    assert forms.read_dispute_ruling(upheld, zone) == NewDisputeRuling(True, "It was.", mend_by)
    with pytest.raises(Invalid) as refused:
        forms.read_dispute_ruling(upheld | {"mend_by": ""}, zone)
    assert [each.field for each in refused.value.problems] == ["mend_by"]
