"""What a hall gave, and where one's own arguments went: figures of the whole union, and none that is not opened."""

from datetime import datetime

import pytest
from flask import Flask

from forum.arguments.models import Argument
from forum.halls.models import Hall
from forum.kernel.database import db, transaction
from forum.roll.models import Local
from referendum.digest.models import DigestOutcome
from referendum.mandate import queries
from referendum.mandate.forms import NewAct
from referendum.mandate.operations import file_act
from referendum.results.models import CitedArgument
from tests.build_referendum import certify, make_closed, make_counted, make_open
from tests.people import Cast, actor, make_member, sign_in

MARKS = (2, 1, 2, 1, 2, 1)


def settle(app: Flask, cast: Cast, now: datetime, cited: tuple[int, ...] | None = MARKS) -> int:
    """A certified question; the id of the hall of Local 88, where all three arguments were moved."""
    with app.app_context(), app.test_request_context(), transaction(write=True):
        made = certify(make_counted(make_open(make_closed(cast, now=now)), {"A": 3, "B": 8}, cited=cited))
        query = db.select(Hall.id).where(Hall.question_id == made.question.id, Hall.local_id == cast.local)
        return db.session.scalars(query).one()


def gave(app: Flask, hall_id: int, member: int | None = None) -> str:
    client = sign_in(app, member) if member else app.test_client()
    answer = client.get(f"/halls/{hall_id}/gave")
    return answer.get_data(as_text=True) if answer.status_code == 200 else str(answer.status_code)


def test_a_hall_is_told_its_arguments_and_their_marks_of_the_whole_union(
    app: Flask, cast: Cast, now: datetime
) -> None:
    page = gave(app, settle(app, cast, now), cast.elsewhere)
    ledger = page.partition('<dl class="gave">')[2].partition("</dl>")[0]
    figures = [each.partition("</dd>")[0] for each in ledger.split("<dd>")[1:]]
    assert figures == ["3", "3", "0", "3", "6", "3", "3"]
    assert "It moved 2 ballots, and weighed with one that voted the other way" in page
    assert "Not answered yet" in page
    assert "Marta Quill" not in page.partition("<main")[2]


@pytest.mark.parametrize("cited", [None, MARKS])
def test_no_mark_is_told_where_none_was_opened(
    app: Flask, cast: Cast, now: datetime, cited: tuple[int, ...] | None
) -> None:
    page = gave(app, settle(app, cast, now, cited), cast.elsewhere)
    assert ("Its marks are not opened" in page) == (cited is None)
    assert ("It moved" in page) == (cited is not None)


def test_a_small_hall_s_page_does_not_exist_for_visitors(app: Flask, cast: Cast, now: datetime) -> None:
    hall_id = settle(app, cast, now)
    assert gave(app, hall_id) == "404"
    with app.app_context(), transaction(write=True):
        for place in range(30):
            make_member(f"8{place:03}", f"Member {place}", db.session.get_one(Local, cast.local))
    page = gave(app, hall_id)
    assert "What Local 88 gave to the decision" in page
    assert "Marta Quill" not in page


def test_the_national_hall_s_page_is_open_and_says_when_nothing_came_from_it(
    app: Flask, cast: Cast, now: datetime
) -> None:
    settle(app, cast, now)
    with app.app_context():
        hall_id = db.session.scalars(db.select(Hall.id).where(Hall.local_id.is_(None))).one()
    assert "No argument came from this hall" in gave(app, hall_id)


def test_a_reason_stands_where_one_was_left_out_and_marks_of_an_annulled_vote_are_gone(
    app: Flask, cast: Cast, now: datetime
) -> None:
    hall_id = settle(app, cast, now)
    with app.app_context(), transaction(write=True):
        third = db.session.scalars(db.select(Argument).where(Argument.number == 3)).one().id
        outcome = db.session.scalars(db.select(DigestOutcome).where(DigestOutcome.argument_id == third)).one()
        outcome.taken, outcome.reason = False, "outscored"
        db.session.execute(db.delete(CitedArgument))
    page = gave(app, hall_id, cast.elsewhere)
    assert "Not in the digest: others had a higher score." in page
    assert "It moved" not in page


def test_one_s_own_page_tells_where_one_s_arguments_went(app: Flask, cast: Cast, now: datetime) -> None:
    settle(app, cast, now)
    own = sign_in(app, cast.member).get("/me/words").get_data(as_text=True)
    assert own.count("On the ballot") == 3
    assert "It moved 2 ballots" in own
    with app.app_context(), app.test_request_context(), transaction(write=True):
        mandate = queries.due_mandates()[0]
        file_act(actor(cast.officer), mandate.duties[0].id, NewAct("Done.", {2: "Heard."}), now=now)
    assert "Answered in one act" in sign_in(app, cast.member).get("/me/words").get_data(as_text=True)


def test_one_s_own_page_tells_no_marks_below_the_floor(app: Flask, cast: Cast, now: datetime) -> None:
    settle(app, cast, now, None)
    own = sign_in(app, cast.member).get("/me/words").get_data(as_text=True)
    assert "Its marks are not opened" in own
    assert "It moved" not in own
