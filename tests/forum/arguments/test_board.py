"""The board: by option, for and against; what changed since the last look; sources asked for; good answers marked."""

import re
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from forum.arguments import (
    board_queries,
    look_operations,
    look_queries,
    merge_operations,
    operations,
    source_operations,
)
from forum.arguments.board_queries import Card, Filters
from forum.arguments.forms import NewArgument, NewWording
from forum.arguments.models import Argument, BoardLook, SourceAsk
from forum.arguments.rules import Side
from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.kernel.errors import Refused
from forum.kernel.mail import Outgoing
from forum.questions.models import Question
from tests.build_halls import NOW, make_argument, make_debate, make_hall, make_reading
from tests.people import Cast, actor, sign_in

LATER = NOW + timedelta(hours=5)


def board(question: Question, reader: int = 0, since: datetime | None = None, **asked: object) -> list[Card]:
    columns, _pages = board_queries.columns(actor(reader), question, Filters(**asked), since)  # type: ignore[arg-type]
    return [card for column in columns for half in column.halves for card in half.cards]


def answer(cast: Cast, question: Question, target: Argument, *, now: datetime = NOW) -> Argument:
    hall = make_hall(question, cast.other_local).id
    option = question.options[1].id
    new = NewArgument(option, Side.FOR, "It pays from week one.", "See.", hall_id=hall, answers=target.number)
    return operations.move_argument(actor(cast.elsewhere), question.id, new, now=now)


def test_each_option_has_its_arguments_for_and_against(cast: Cast, ground: Flask) -> None:
    question = make_debate(cast, options=3)
    for option, side in ((0, Side.FOR), (0, Side.AGAINST), (2, Side.AGAINST), (0, Side.AGAINST)):
        make_argument(question, cast.member, option=option, side=side)
    columns, pages = board_queries.columns(actor(0), question, Filters())
    halves = [[[card.argument.number for card in half.cards] for half in column.halves] for column in columns]
    assert (halves, pages) == ([[[1], [2, 4]], [[], []], [[], [3]]], 1)
    assert [each.argument.number for each in board(question, option=question.options[2].id)] == [3]


@pytest.mark.parametrize("count", [0, 1, 60])
def test_a_page_holds_few_cards_and_asks_the_same_number_of_times(cast: Cast, ground: Flask, count: int) -> None:
    question = make_debate(cast)
    for number in range(count):
        made = make_argument(question, cast.member, seconded_by=cast.seconder, claim=f"Claim {number}.")
        make_reading(made, cast.elsewhere)
    statements: list[str] = []
    reader, note = actor(cast.elsewhere), lambda *facts: statements.append(facts[2])
    event.listen(db.engine, "before_cursor_execute", note)
    columns, pages = board_queries.columns(reader, question, Filters(), NOW)
    event.remove(db.engine, "before_cursor_execute", note)
    assert (len(columns[0].halves[0].cards), columns[0].total, pages) == (min(count, 6), count, max(1, count // 6))
    assert len(statements) <= 12
    assert board_queries.columns(actor(cast.elsewhere), question, Filters(page=99))[0][0].halves[0].cards == []


def test_a_card_counts_readers_and_the_locals_they_are_from(
    app: Flask, cast: Cast
) -> None:
    with app.test_request_context(), transaction(write=True):
        argument = make_argument(make_debate(cast), cast.member, seconded_by=cast.seconder)
        for reader in (cast.elsewhere, cast.other_host, cast.retired):
            make_reading(argument, reader)
        address = f"/q/{db.session.get_one(Question, argument.question_id).number}/arguments"
    shown = app.test_client().get(address).get_data(as_text=True)
    assert "3 readers, from 2 locals" in shown


def test_what_changed_since_the_last_look_is_named(cast: Cast, ground: Flask) -> None:
    question = make_debate(cast)
    old = [make_argument(question, cast.member, seconded_by=cast.seconder) for _ in range(5)]
    waits = make_argument(question, cast.member)
    answer(cast, question, old[0], now=LATER)
    operations.word_argument(actor(cast.member), old[1].id, NewWording("", "New grounds.", "", 1), now=LATER)
    merge_operations.propose_merge(actor(cast.member), old[3].id, old[2].number, now=LATER)
    operations.second_argument(actor(cast.seconder), waits.id, now=LATER)
    since = NOW + timedelta(hours=1)
    named = {card.argument.number: card.changes for card in board(question, cast.elsewhere, since)}
    expected = {1: ["answered"], 2: ["revised"], 3: ["merged"], 5: [], 6: ["seconded"], 7: ["new"]}
    assert named == expected
    changed = [each.argument.number for each in board(question, cast.elsewhere, since, new=True)]
    assert sorted(changed) == [number for number, changes in expected.items() if changes]
    assert board_queries.changed_count(question.id, since) == 5
    assert board_queries.changed_count(question.id, None) == 0


def test_what_was_new_stays_new_for_the_visit_and_is_old_in_the_next(cast: Cast, ground: Flask) -> None:
    question = make_debate(cast)
    member = actor(cast.elsewhere)

    def since(at: datetime) -> datetime | None:
        return look_queries.unseen_since(member, question.id, at)

    assert since(NOW) is None
    assert look_queries.look_due(member, question.id, NOW)
    look_operations.note_look(member, question.id, now=NOW)
    assert since(NOW + timedelta(minutes=9)) is None
    assert not look_queries.look_due(member, question.id, NOW + timedelta(seconds=30))
    assert since(LATER) == NOW
    look_operations.note_look(member, question.id, now=LATER)
    look_operations.note_look(member, question.id, now=LATER + timedelta(minutes=20))
    assert since(LATER + timedelta(minutes=25)) == NOW
    assert since(LATER + timedelta(hours=2)) == LATER + timedelta(minutes=20)
    look_operations.note_look(member, question.id, now=LATER + timedelta(minutes=26), all_seen=True)
    assert since(LATER + timedelta(minutes=27)) == LATER + timedelta(minutes=26)
    assert look_queries.unseen_since(actor(cast.member), question.id, LATER) is None


def test_only_a_reader_of_the_old_wording_is_told_that_it_changed(cast: Cast, ground: Flask) -> None:
    question = make_debate(cast)
    argument, twin = (make_argument(question, cast.member, seconded_by=cast.seconder) for _ in range(2))
    make_reading(argument, cast.elsewhere)
    make_reading(twin, cast.retired)
    merge_operations.propose_merge(actor(cast.member), twin.id, argument.number, now=NOW)
    operations.word_argument(actor(cast.member), argument.id, NewWording("", "New grounds.", "", 1), now=LATER)
    make_reading(argument, cast.host, now=LATER)
    for reader, revised in ((cast.elsewhere, True), (cast.host, False), (cast.retired, False), (cast.officer, False)):
        assert board(question, reader)[0].revised is revised, reader


def test_sources_are_asked_for_once_and_answered_by_new_ones(cast: Cast, ground: Flask) -> None:
    question = make_debate(cast)
    argument = make_argument(question, cast.member, seconded_by=cast.seconder)
    for asker in (cast.elsewhere, cast.retired):
        source_operations.ask_for_sources(actor(asker), argument.id, now=NOW)
    told = db.session.scalars(db.select(Outgoing.address).where(Outgoing.name == "sources_asked"))
    assert told.all() == ["m1001@example.org"]
    for barred in (cast.elsewhere, cast.member, cast.suspended):
        with pytest.raises(Refused):
            source_operations.ask_for_sources(actor(barred), argument.id, now=NOW)
    assert board(question, cast.host)[0].asks == 2
    assert board(question)[0].asks == 0
    operations.word_argument(actor(cast.member), argument.id, NewWording("", "Better grounds.", "", 1), now=LATER)
    assert board(question, cast.host)[0].asks == 2
    operations.word_argument(actor(cast.member), argument.id, NewWording("", "Better.", "Table 6", 2), now=LATER)
    assert board(question, cast.host)[0].asks == 0
    asks = db.session.execute(db.select(SourceAsk.answered_at, SourceAsk.answered_revision)).all()
    assert asks == [(LATER, 3), (LATER, 3)]


def test_nobody_asks_for_the_sources_of_what_is_not_seconded(cast: Cast, ground: Flask) -> None:
    argument = make_argument(make_debate(cast), cast.member)
    with pytest.raises(Refused):
        source_operations.ask_for_sources(actor(cast.elsewhere), argument.id, now=NOW)


def test_only_the_mover_marks_an_answer_as_good_and_may_take_it_back(cast: Cast, ground: Flask) -> None:
    question = make_debate(cast)
    argument = make_argument(question, cast.member, seconded_by=cast.seconder)
    reply = answer(cast, question, argument)
    for person in (cast.elsewhere, cast.seconder, cast.host, cast.officer):
        with pytest.raises(Refused):
            source_operations.mark_answer(actor(person), reply.id, True, now=NOW)
    source_operations.mark_answer(actor(cast.member), reply.id, True, now=NOW)
    for reader in (0, cast.host):
        assert [each.well for each in board(question, reader)[0].answers] == [True]
    source_operations.mark_answer(actor(cast.member), reply.id, False, now=LATER)
    assert reply.answers_well_at is None
    reply.withdrawn_at = LATER
    for target in (reply.id, argument.id):
        with pytest.raises(Refused):
            source_operations.mark_answer(actor(cast.member), target, True, now=LATER)


@pytest.fixture
def debate(app: Flask, cast: Cast) -> dict[str, int]:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(), transaction(write=True):
        now = clock.now()
        question = make_debate(cast, now=now - timedelta(days=1))
        first = make_argument(question, cast.member, seconded_by=cast.seconder, now=now - timedelta(hours=9))
        reply = answer(cast, question, first, now=now - timedelta(hours=1))
        db.session.add(BoardLook(question_id=question.id, member_id=cast.host, at=now - timedelta(hours=5)))
        return {"number": question.number, "question": question.id, "first": first.id, "reply": reply.id}


def page(client: FlaskClient, address: str) -> str:
    answered = client.get(address)
    assert answered.status_code == 200, answered.get_data(as_text=True)[:2000]
    return answered.get_data(as_text=True)


def test_the_page_says_what_is_new_and_the_button_without_script_ends_that(
    app: Flask, cast: Cast, debate: dict[str, int]
) -> None:
    browser, address = sign_in(app, cast.host), f"/q/{debate['number']}/arguments"
    shown = page(browser, address)
    assert "2 have changed since you last looked" in shown
    assert "Answered since" in shown
    assert "2 have changed" in page(browser, address)  # to look writes nothing
    with app.app_context(), transaction(write=False):
        assert db.session.query(BoardLook).count() == 1
    browser.post(f"{address}/looked")
    assert "2 have changed" in page(browser, f"{address}?new=1")
    browser.post(f"{address}/looked", data={"all": "1"})
    shown = page(browser, address)
    assert "have changed" not in shown
    assert "Answered since" not in shown
    assert "None like that" in page(browser, f"{address}?new=1")
    assert "since I last looked" not in page(sign_in(app, cast.member), address)


def test_visitors_see_who_marked_nothing_and_how_many_asked_nothing(
    app: Flask, cast: Cast, debate: dict[str, int]
) -> None:
    sign_in(app, cast.retired).post(f"/a/{debate['first']}/sources")
    sign_in(app, cast.member).post(f"/a/{debate['reply']}/answers-well", data={"agreed": "yes"})
    address = f"/q/{debate['number']}/arguments"
    visitor, member = page(app.test_client(), address), page(sign_in(app, cast.seconder), address)
    assert "Answers it well, says its mover" in visitor
    assert "answered well" in visitor
    assert "sources" not in visitor.partition("<main")[2].partition("<footer")[0]
    assert "One member asks for sources." in member
    assert "Give sources" in page(sign_in(app, cast.member), address)
    assert not [name for name in ("Marta", "Rosa", "Priya") if name in visitor]


def test_filters_stay_while_one_turns_the_pages(app: Flask, cast: Cast, debate: dict[str, int]) -> None:
    with app.test_request_context(), transaction(write=True):
        question = db.session.get_one(Question, debate["question"])
        option = question.options[0].id
        for number in range(14):
            make_argument(question, cast.member, claim=f"Claim {number}.")
    shown = page(app.test_client(), f"/q/{debate['number']}/arguments?option={option}&unanswered=1")
    assert re.search(r'rel="next" href="[^"]*page=2[^"]*option=\d+[^"]*unanswered=1', shown.replace("&amp;", "&"))
    assert "14 arguments found" in shown
    assert 'class="board board-one"' in shown


def test_a_visitor_does_not_learn_by_the_filter_what_came_from_a_small_hall(
    app: Flask, cast: Cast, debate: dict[str, int]
) -> None:
    addresses = [f"/q/{debate['number']}/arguments?hall={local}" for local in (cast.local, cast.other_local)]
    visitor, member = app.test_client(), sign_in(app, cast.member)
    assert ['id="a1"' in page(member, each) for each in addresses] == [True, False]
    assert ['id="a1"' in page(visitor, each) for each in addresses] == [True, True]
