"""An argument's life after the vote: marked, on the ballot unopened, or left out; what a shared link and paper show."""

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask

from forum.arguments.models import Argument, SourceAsk
from forum.kernel.database import db, transaction
from forum.kernel.doors import VISITOR
from forum.opinion.models import StoredMap
from forum.sittings.models import Message, Sitting
from referendum.count.models import Tally
from referendum.digest.models import DigestLine
from referendum.results import life_views
from referendum.results.models import CitedArgument
from tests.build_referendum import certify, make_closed, make_counted, make_open
from tests.people import Cast, sign_in


@pytest.fixture
def lives(app: Flask, cast: Cast, now: datetime) -> dict[int, int]:
    """Ids of A-01 to A-03 by number, certified for B; A-02 moved five and weighed with two."""
    with app.app_context(), app.test_request_context(), transaction(write=True):
        certify(make_counted(make_open(make_closed(cast, now=now)), {"A": 3, "B": 8}, cited=(1, 1, 1, 1, 1, 1)))
        ids = {each.number: each.id for each in db.session.scalars(db.select(Argument))}
        for each in db.session.scalars(db.select(CitedArgument)):
            each.moved, each.weighed = {ids[1]: (4, 1), ids[2]: (5, 2), ids[3]: (0, 0)}[each.argument_id]
        return ids


def life_of(app: Flask, argument_id: int) -> str:
    return app.test_client().get(f"/a/{argument_id}").get_data(as_text=True)


def test_the_lead_tells_the_whole_life_and_the_step_its_place(app: Flask, lives: dict[int, int]) -> None:
    page = life_of(app, lives[2])
    assert "7 ballots bear its mark. It moved 5, and weighed with 2 that voted the other way." in page
    assert "Place 1 of 3 on the ballot." in page
    assert "Place 2 of 3 on the ballot." in life_of(app, lives[1])
    assert "It stood on the ballot, and nobody marked it." in life_of(app, lives[3])


def test_one_that_was_left_out_has_its_life_too(app: Flask, lives: dict[int, int]) -> None:
    with app.app_context(), transaction(write=True):
        for table in (CitedArgument, DigestLine):
            db.session.execute(db.delete(table).where(table.argument_id == lives[3]))
    page = life_of(app, lives[3])
    assert "It was not on the ballot. Here is why." in page
    assert "so nobody could mark it" in page
    assert "<h3>Cited</h3>" not in page


def test_while_marks_are_not_opened_the_life_says_why(app: Flask, lives: dict[int, int]) -> None:
    with app.app_context(), transaction(write=True):
        counted = db.session.scalars(db.select(Tally).where(Tally.archive == "C")).one()
        counted.result, counted.withheld = None, "too_few"
    page = life_of(app, lives[2])
    assert "Its marks are not opened" in page
    assert "Citations are opened only from" in page
    assert "<h3>Cited</h3>" not in page


def test_a_shared_link_shows_claim_and_figures_and_no_person_and_no_hall(app: Flask, lives: dict[int, int]) -> None:
    head = life_of(app, lives[2]).partition("</head>")[0]
    assert 'property="og:title" content="Two-tier pay stays until 2030"' in head
    assert "A-02 for B Reject." in head
    assert re.search(rf'rel="canonical" href="[^"]+/a/{lives[2]}"', head)
    for name in ("Marta", "Quill", "Anselm", "Local 88"):
        assert name not in head


def test_paper_bears_the_address_and_its_qr(app: Flask, lives: dict[int, int]) -> None:
    foot = life_of(app, lives[2]).partition('class="life-keep"')[2]
    assert f"/a/{lives[2]}</p>" in foot
    assert 'class="qr"' in foot


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_visitor_learns_of_no_person_and_no_small_hall_from_a_life(
    app: Flask, cast: Cast, lives: dict[int, int], number: int
) -> None:
    page = life_of(app, lives[number])
    assert "Marta Quill" not in page
    assert "Local 88" not in page
    assert "Moved by" not in page
    assert "Moved by" in sign_in(app, cast.elsewhere).get(f"/a/{lives[number]}").get_data(as_text=True)


def test_a_life_tells_in_how_many_locals_it_was_agreed_and_where_least(
    app: Flask, cast: Cast, lives: dict[int, int], now: datetime
) -> None:
    alone = {"units": 1, "above": 1, "lowest": {"local": cast.local, "joined": 1, "share": 0.7}}
    told = {
        lives[1]: {"units": 2, "above": 1, "lowest": {"local": cast.other_local, "joined": 1, "share": 0.3333}},
        lives[2]: {"units": 41, "above": 17, "lowest": {"local": 0, "joined": 3, "share": 0.25}},
        lives[3]: alone,
    }
    with app.test_request_context(), transaction(write=True):
        arguments = [db.session.get_one(Argument, lives[number]) for number in (1, 2, 3)]
        assert life_views.where_it_was_read(VISITOR, argument=arguments[0]) == "", "nothing is added up yet"
        db.session.add(
            StoredMap(
                question_id=arguments[0].question_id, computed_at=now, state="", took_ms=1, reader_count=1,
                reading_count=1, document={"arguments": {str(key): value for key, value in told.items()}}, weights={},
            )
        )  # fmt: skip
        shown = [life_views.where_it_was_read(VISITOR, argument=each) for each in arguments]
    assert "Above one half in 1 of 2. Lowest: Local 156, 33%." in re.sub(r"<.*?>", "", shown[0])
    assert "Above one half in 17 of 41. Lowest: the small locals together, 25%." in re.sub(r"<.*?>", "", shown[1])
    assert shown[2] == "", "one unit is no spread"


def test_hidden_words_do_not_leave_by_a_shared_link(app: Flask, lives: dict[int, int], now: datetime) -> None:
    with app.app_context(), transaction(write=True):
        db.session.get_one(Argument, lives[2]).hidden_at = now
    assert "Two-tier" not in life_of(app, lives[2])


def test_an_unanswered_quotation_stands_in_red_ink_at_the_end_of_the_line(app: Flask, lives: dict[int, int]) -> None:
    assert '<h3 class="red-ink">Not answered yet</h3>' in life_of(app, lives[2])


def test_sources_asked_for_and_given_are_steps_of_the_line(
    app: Flask, cast: Cast, lives: dict[int, int], now: datetime
) -> None:
    with app.app_context(), transaction(write=True):
        asked = [SourceAsk(argument_id=lives[1], member_id=each, at=now) for each in (cast.host, cast.elsewhere)]
        db.session.add_all(asked)
    assert "2 members asked." in life_of(app, lives[1])
    assert "2 still wait for them." in life_of(app, lives[1])
    with app.app_context(), transaction(write=True):
        for each in db.session.scalars(db.select(SourceAsk)):
            each.answered_at, each.answered_revision = now, 2
    assert "Its mover gave them" in life_of(app, lives[1])


def test_an_answer_that_its_mover_finds_good_says_so(app: Flask, lives: dict[int, int], now: datetime) -> None:
    with app.app_context(), transaction(write=True):
        answer = db.session.get_one(Argument, lives[2])
        answer.answers_id, answer.answers_well_at = lives[1], now
    assert "Answered well" in life_of(app, lives[1])


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ("seconder", "Nobody seconded it, so it was not on the ballot."),
        ("withdrawn", "Its mover withdrew it, so it was not on the ballot."),
        ("merged", "It says the same as another, and went on with that one."),
    ],
)
def test_every_argument_has_its_life_told_whatever_ended_it(
    app: Flask, lives: dict[int, int], now: datetime, column: str, said: str
) -> None:
    with app.app_context(), transaction(write=True):
        for table in (CitedArgument, DigestLine):
            db.session.execute(db.delete(table).where(table.argument_id == lives[3]))
        argument = db.session.get_one(Argument, lives[3])
        if column == "seconder":
            argument.seconder_id = argument.seconded_at = None
        elif column == "withdrawn":
            argument.withdrawn_at = now
        else:
            argument.merged_into_id, argument.merged_at = lives[1], now
    page = life_of(app, lives[3])
    assert said in page
    assert "It waits for another member" not in page


def test_a_visitor_is_not_told_the_minute_of_a_small_local_s_session(
    app: Flask, cast: Cast, lives: dict[int, int], now: datetime
) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        argument = db.session.get_one(Argument, lives[2])
        sitting = Sitting(hall_id=argument.hall_id, state="closed", title="Yard", starts_at=now, opened_at=now)
        db.session.add(sitting)
        db.session.flush()
        message = Message(
            hall_id=argument.hall_id, sitting_id=sitting.id, number=1, author_id=cast.member, kind="chat",
            source="Two tiers.", html="<p>Two tiers.</p>", at=now + timedelta(minutes=13),
        )  # fmt: skip
        db.session.add(message)
        db.session.flush()
        argument.message_id = message.id
    assert "Minute 14 of the session" not in life_of(app, lives[2])
    assert "Two tiers." not in life_of(app, lives[2])
    told = sign_in(app, cast.elsewhere).get(f"/a/{lives[2]}").get_data(as_text=True)
    assert "Minute 14 of the session" in told
