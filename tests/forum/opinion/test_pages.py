"""The page of what is common, as visitors and members see it, and what nobody is ever told there."""

import csv
import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.arguments.models import Argument
from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.opinion import current_queries, operations, queries
from forum.questions.models import Question
from tests.forum.opinion.build import make_read_debate
from tests.people import Cast, sign_in

Made = tuple[int, list[list[int]], list[int]]


@pytest.fixture
def made(app: Flask, cast: Cast) -> Made:
    """Question number, the readers of both camps, and the arguments' ids, added up."""
    with app.test_request_context(), transaction(write=True):
        debate = make_read_debate(cast, 24, 16)
        operations.add_up(debate.question, clock.now())
        return debate.question.number, debate.camps, [each.id for each in debate.arguments]


def change(app: Flask, number: int, act: Callable[[Question], object], *, anew: bool = True) -> None:
    """Do something to the question, and add it up anew."""
    with app.test_request_context(), transaction(write=True):
        question = db.session.query(Question).filter_by(number=number).one()
        act(question)
        db.session.flush()
        if anew:
            operations.add_up(question, clock.now())


def page(browser: FlaskClient, number: int, query: str = "") -> str:
    answer = browser.get(f"/q/{number}/opinions{query}")
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def table(browser: FlaskClient, number: int) -> list[dict[str, str]]:
    text = browser.get(f"/q/{number}/opinions.csv").get_data(as_text=True)
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def test_what_is_common_stands_before_what_parts_and_the_map_last(app: Flask, made: Made) -> None:
    text = page(app.test_client(), made[0])
    common, parting, drawn = (text.index(f'id="{name}-h"') for name in ("common", "part", "map"))
    assert common < text.index("Claim number 0") < parting < text.index("Claim number 2") < drawn
    assert "Group 1" in text
    assert re.search(r"24\s+members", text)


def test_a_visitor_is_told_sums_and_no_person_and_no_small_local(app: Flask, made: Made) -> None:
    for text in (page(app.test_client(), made[0]), app.test_client().get(f"/q/{made[0]}/opinions.csv").text):
        assert "Reader Number" not in text
        assert "Marta Quill" not in text
        assert not re.search(r"Local 9\d", text)  # none of these has thirty members
    assert "you</text>" not in page(app.test_client(), made[0])


def test_locals_of_thirty_are_named_and_smaller_ones_told_together(app: Flask, cast: Cast) -> None:
    with app.test_request_context(), transaction(write=True):
        debate = make_read_debate(cast, 64, 40, arguments=4)
        operations.add_up(debate.question, clock.now())
        number, small = debate.question.number, debate.small.number
    rows = table(app.test_client(), number)
    named = {row["lowest local"] for row in rows}
    assert named & {f"{small[:-1]}{n}" for n in range(3)}
    assert small not in named
    assert {row["locals counted"] for row in rows} == {"3"}  # the small one is counted with the smallest of these
    assert f"Local {small}" not in page(app.test_client(), number)


def test_a_reader_sees_their_own_place_and_nobody_else_does(app: Flask, made: Made, cast: Cast) -> None:
    number, camps, _ = made
    own = page(sign_in(app, camps[1][0]), number)
    assert "you</text>" in own
    assert "You stand nearest to group 2." in own
    assert "You stand nearest to group 1." in page(sign_in(app, camps[0][0]), number)
    for other in (app.test_client(), *(sign_in(app, each) for each in (cast.officer, cast.tellers[0], cast.host))):
        assert "You stand" not in page(other, number)
        assert 'class="me"' not in page(other, number)


def test_no_address_gives_another_member_s_place(app: Flask, made: Made, cast: Cast) -> None:
    number, camps, _ = made
    browser = sign_in(app, cast.officer)
    for query in (f"member={camps[0][0]}", f"reader={camps[0][0]}", f"member_id={camps[0][0]}"):
        assert "You stand" not in page(browser, number, f"?all=1&{query}")
    paths = [rule.rule for rule in app.url_map.iter_rules() if str(rule.endpoint).startswith("opinion.")]
    assert sorted(paths) == ["/q/<int:number>/opinions", "/q/<int:number>/opinions.csv"]


def test_a_member_is_shown_no_sums_of_what_they_have_not_read(app: Flask, made: Made, cast: Cast) -> None:
    number, camps, arguments = made
    browser = sign_in(app, cast.elsewhere)
    assert "8 arguments are left out here" in page(browser, number)
    assert "Claim number" not in page(browser, number)
    assert "Claim number 0" in page(browser, number, "?all=1")
    with app.test_request_context(), transaction(write=True):
        db.session.execute(db.text("UPDATE readings SET member_id = NULL WHERE member_id = :m AND argument_id = :a"),
                           {"m": camps[0][0], "a": arguments[0]})  # fmt: skip
    text = page(sign_in(app, camps[0][0]), number)
    assert "One argument is left out here" in text
    assert "Claim number 0" not in text
    assert "Claim number 2" in text


def test_once_the_debate_is_closed_nothing_is_left_out(app: Flask, made: Made, cast: Cast) -> None:
    change(app, made[0], lambda question: setattr(question, "state", "closed"))
    text = page(sign_in(app, cast.elsewhere), made[0])
    assert "left out" not in text
    assert "Claim number 0" in text


def test_a_group_under_five_is_never_told(app: Flask, cast: Cast) -> None:
    with app.test_request_context(), transaction(write=True):
        debate = make_read_debate(cast, 20, 4, noise=0)
        operations.add_up(debate.question, clock.now())
        number = debate.question.number
    text = page(app.test_client(), number)
    assert "Group 1" not in text
    assert "Readers do not part into groups" in text
    assert not [key for key in table(app.test_client(), number)[0] if key.startswith("group 1")]


def test_before_anybody_has_read_the_page_says_what_it_is_for(app: Flask, cast: Cast) -> None:
    with app.test_request_context(), transaction(write=True):
        debate = make_read_debate(cast, 3)
        number = debate.question.number
    assert "Nobody has read an argument yet" in page(app.test_client(), number)
    change(app, number, lambda _: None)
    assert "7 more members must read first" in page(app.test_client(), number)


def test_the_table_holds_every_argument_by_group_and_no_cell_is_a_formula(app: Flask, made: Made) -> None:
    number, _, arguments = made

    def rename(_: Question) -> None:
        db.session.get_one(Argument, arguments[0]).claim = "=HYPERLINK(A1)"

    change(app, number, rename)
    rows = table(app.test_client(), number)
    assert [row["argument"] for row in rows] == [f"A-{n:02d}" for n in range(1, 9)]
    assert rows[0]["claim"] == "'=HYPERLINK(A1)"
    for row in rows:
        in_groups = [int(value) for key, value in row.items() if key.startswith("group ")]
        assert sum(in_groups) == int(row["agree"]) + int(row["disagree"]) + int(row["pass"]) == 40


def test_what_was_hidden_is_gone_at_once_from_page_and_table(app: Flask, made: Made) -> None:
    number, _, arguments = made

    def hide(_: Question) -> None:
        db.session.get_one(Argument, arguments[0]).hidden_at = clock.now()

    change(app, number, hide, anew=False)
    assert "Claim number 0" not in page(app.test_client(), number)
    assert "Claim number 0" not in str(table(app.test_client(), number))


def test_from_certification_on_nobody_has_a_place_and_the_page_stays(app: Flask, made: Made) -> None:
    number, camps, _ = made

    def certify(question: Question) -> None:
        question.state = "closed"
        operations.add_up(question, clock.now())
        db.session.execute(db.text("UPDATE readings SET member_id = NULL"))

    change(app, number, certify)
    text = page(sign_in(app, camps[0][0]), number)
    assert "You stand" not in text
    assert re.search(r"24\s+members", text)


def test_the_board_and_the_question_lead_to_the_page(app: Flask, made: Made) -> None:
    number = made[0]
    for address in (f"/q/{number}/arguments", f"/q/{number}"):
        assert f"/q/{number}/opinions" in app.test_client().get(address).text


def test_the_number_of_reads_does_not_grow_with_the_readers(app: Flask, made: Made, cast: Cast) -> None:
    from sqlalchemy import event

    with app.test_request_context(), transaction(write=True):
        few_read = make_read_debate(cast, 6, 5)
        operations.add_up(few_read.question, clock.now())
        few = few_read.question.number
    counts = []
    for number in (few, made[0]):
        statements: list[str] = []
        with app.app_context():
            engine = db.engine
        event.listen(engine, "before_cursor_execute", lambda *a, s=statements: s.append(a[2]))
        page(app.test_client(), number)
        counts.append(len([each for each in statements if "opinion_maps" in each or "readings" in each]))
    assert counts[0] == counts[1] <= 2


def test_a_map_is_found_by_nobody_before_it_is_stored(app: Flask, cast: Cast, ground: Flask) -> None:
    debate = make_read_debate(cast, 6, 5)
    assert queries.stored_map(debate.question.id) is None
    assert current_queries.extremities(debate.question.id) == {}
