"""The page of a mandate: what it quotes, what is not answered, and what is said where nothing can be quoted."""

from datetime import datetime

import pytest
from flask import Flask

from forum.arguments.models import Argument
from forum.kernel.database import db, transaction
from referendum.count.models import Tally
from referendum.mandate import queries
from referendum.mandate.forms import NewAct
from referendum.mandate.operations import file_act
from tests.build_referendum import certify, make_closed, make_counted, make_open
from tests.people import Cast, actor

MARKS = (4, 1, 4, 2, 4, 2)


def bind(app: Flask, cast: Cast, now: datetime, cited: tuple[int, ...] | None = MARKS) -> int:
    """A mandate for B; A-02 speaks for it, A-01 and A-03 for A."""
    with app.app_context(), app.test_request_context(), transaction(write=True):
        made = make_open(make_closed(cast, now=now))
        return certify(make_counted(made, {"A": 3, "B": 8}, cited=cited)).question.number


def page_of(app: Flask, number: int) -> str:
    return app.test_client().get(f"/q/{number}/mandate").get_data(as_text=True)


def answer(app: Flask, cast: Cast, now: datetime, numbers: tuple[int, ...]) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        mandate = queries.due_mandates()[0]
        file_act(
            actor(cast.officer), mandate.duties[0].id, NewAct("Done.", dict.fromkeys(numbers, "Heard.")), now=now
        )


def test_what_is_quoted_stands_in_red_ink_until_an_act_answers_it_by_its_number(
    app: Flask, cast: Cast, now: datetime
) -> None:
    number = bind(app, cast, now)
    assert page_of(app, number).count('<li class="unanswered">') == 3
    assert "3 arguments are not answered." in page_of(app, number)
    answer(app, cast, now, (2, 3))
    assert page_of(app, number).count('<li class="unanswered">') == 1
    assert "One argument is not answered." in page_of(app, number)
    answer(app, cast, now, (1,))
    page = page_of(app, number)
    assert "red-ink" not in page
    assert "All are answered." in page
    assert "Answered in" in page


def test_each_stands_with_its_ballots_under_the_reason_for_which_it_is_quoted(
    app: Flask, cast: Cast, now: datetime
) -> None:
    page = page_of(app, bind(app, cast, now))
    moved, weighed = page.partition("They spoke for Reject")[2].split("They spoke otherwise")
    assert "Two-tier pay stays until 2030" in moved
    assert "The strike fund lasts nine weeks" in weighed
    assert "Overtime needs a day of notice" in weighed.partition("</section>")[0]
    assert "Marta Quill" not in page


@pytest.mark.parametrize(("withheld", "said"), [("too_few", "Citations are opened only from"), ("", "still being")])
def test_where_nothing_is_quoted_the_page_says_why(
    app: Flask, cast: Cast, now: datetime, withheld: str, said: str
) -> None:
    number = bind(app, cast, now, None)
    with app.app_context(), transaction(write=True):
        db.session.scalars(db.select(Tally).where(Tally.archive == "C")).one().withheld = withheld
    page = page_of(app, number)
    assert "No argument is quoted." in page
    assert said in page


def test_where_nobody_marked_an_argument_the_page_says_so(app: Flask, cast: Cast, now: datetime) -> None:
    assert "Nobody marked an argument" in page_of(app, bind(app, cast, now, (0,) * 6))


def test_hidden_words_stay_hidden_where_they_are_quoted(app: Flask, cast: Cast, now: datetime) -> None:
    number = bind(app, cast, now)
    with app.app_context(), transaction(write=True):
        db.session.scalars(db.select(Argument).where(Argument.number == 2)).one().hidden_at = now
    for page in ("mandate", "result"):
        told = app.test_client().get(f"/q/{number}/{page}").get_data(as_text=True)
        assert "Two-tier pay" not in told
        assert "The words of this argument were hidden" in told


