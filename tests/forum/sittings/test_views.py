"""The pages of sittings: they work as forms without script, and say no without losing what was typed."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.kernel.mail import Outgoing
from forum.sittings import chat_operations, chat_queries, closing_operations, page_queries, queries
from forum.sittings.forms import NewMessage
from forum.sittings.models import Attendance, Message, Sitting, Turn
from tests.build_sittings import Ground, make_debate, make_sitting
from tests.forum.signin.test_enumeration import counted
from tests.people import Cast, actor, sign_in


@pytest.fixture
def debate(app: Flask, cast: Cast) -> Ground:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context(), transaction(write=True):
        return make_debate(cast, now=clock.now())


def words(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.fixture
def marta(app: Flask, cast: Cast) -> FlaskClient:
    return sign_in(app, cast.member)


@pytest.fixture
def host(app: Flask, cast: Cast) -> FlaskClient:
    return sign_in(app, cast.host)


def say(app: Flask, debate: Ground, who: int, text: str) -> int:
    with app.test_request_context(), transaction(write=True):
        return chat_operations.say(actor(who), debate.sitting, NewMessage(text), now=clock.now()).id


def test_the_list_says_what_is_live_and_what_comes(marta: FlaskClient, debate: Ground) -> None:
    page = words(marta.get("/sittings").text)
    assert "Live now" in page
    assert "Session of Local 88" in page
    assert "Session of Local 156" in page


def test_a_visitor_s_list_names_no_small_hall_and_no_place(client: FlaskClient, debate: Ground, app: Flask) -> None:
    with app.app_context(), transaction(write=True) as session:
        session.get_one(Sitting, debate.national).place = "Secret room 7"
        session.get_one(Sitting, debate.national).title = "At the house of Ann Smith"
    page = words(client.get("/sittings").text)
    assert "National session" in page
    assert "Local 88" not in page
    assert "Secret room" not in page
    assert "Ann Smith" not in page


@pytest.mark.parametrize("path", ["", "/wall", "/transcript", "/minutes", "/session.ics"])
def test_a_visitor_is_asked_to_sign_in(path: str, client: FlaskClient, debate: Ground) -> None:
    answer = client.get(f"/sittings/{debate.sitting}{path}")
    assert answer.status_code == 302
    assert "/sign-in" in answer.location


@pytest.mark.parametrize("path", ["", "/wall", "/transcript", "/minutes", "/session.ics"])
def test_a_session_that_does_not_exist_is_not_found(path: str, marta: FlaskClient, debate: Ground) -> None:
    assert marta.get(f"/sittings/999{path}").status_code == 404


def test_chat_and_the_list_of_speakers_work_without_script(marta: FlaskClient, debate: Ground, app: Flask) -> None:
    room = f"/sittings/{debate.sitting}"
    assert marta.post(f"{room}/messages", data={"text": "By **form**", "client_key": "k"}).status_code == 302
    assert marta.post(f"{room}/messages", data={"text": "By **form**", "client_key": "k"}).status_code == 302
    marta.post(f"{room}/turns", data={"option": debate.options[1], "where": "here"})
    marta.post(f"{room}/attendance")
    page = marta.get(room).text
    assert page.count("<p>By <strong>form</strong></p>") == 1
    assert "Step back" in page
    with app.app_context():
        assert db.session.scalars(db.select(Turn.remote)).all() == [False]
        assert len(db.session.scalars(db.select(Attendance)).all()) == 1
    marta.post(f"{room}/turns/withdraw")
    with app.app_context():
        assert db.session.scalars(db.select(Turn.state)).all() == ["withdrawn"]


def test_a_refused_line_is_given_back(app: Flask, cast: Cast, debate: Ground) -> None:
    suspended = sign_in(app, cast.suspended)
    answer = suspended.post(f"/sittings/{debate.sitting}/messages", data={"text": "let me speak"})
    assert answer.status_code == 403
    assert "Your standing lets you read, not write" in answer.text


def test_a_line_too_long_keeps_its_words_on_the_page(marta: FlaskClient, debate: Ground) -> None:
    answer = marta.post(f"/sittings/{debate.sitting}/messages", data={"text": "long " * 500})
    assert answer.status_code == 422
    assert "long long long" in answer.text
    assert "2000 characters" in words(answer.text)


def test_the_host_runs_the_floor_by_form(host: FlaskClient, marta: FlaskClient, debate: Ground) -> None:
    room = f"/sittings/{debate.sitting}"
    marta.post(f"{room}/turns", data={"option": ""})
    for seen, act in enumerate(("next", "extend", "pause")):
        assert host.post(f"{room}/floor/{act}", data={"seen": seen}).status_code == 302
    page = host.get(room).text
    assert re.search(r"data-speaker><bdi>Marta Quill</bdi>", page)
    assert "Go on" in page
    assert host.post(f"{room}/floor/end", data={"seen": 3}).status_code == 302
    answer = host.post(f"{room}/floor/end", data={"seen": 4})
    assert answer.status_code == 403
    assert "Nobody has the floor" in answer.text


def test_a_member_sees_no_console(marta: FlaskClient, host: FlaskClient, debate: Ground) -> None:
    assert "data-console" not in marta.get(f"/sittings/{debate.sitting}").text
    assert "data-console" in host.get(f"/sittings/{debate.sitting}").text


@pytest.mark.parametrize(
    "path", ["floor/next", "floor/extend", "floor/pause", "floor/end", "polls", "close", "minutes/sign"]
)
def test_a_member_does_not_run_a_session(path: str, marta: FlaskClient, debate: Ground) -> None:
    assert marta.post(f"/sittings/{debate.sitting}/{path}").status_code == 403


@pytest.mark.parametrize("path", ["floor/next", "polls", "close"])
def test_another_local_s_host_does_not_run_it_either(path: str, app: Flask, cast: Cast, debate: Ground) -> None:
    other = sign_in(app, cast.other_host)
    data = {"question": "?", "choices": "a\nb", "seen": 0}
    assert other.post(f"/sittings/{debate.sitting}/{path}", data=data).status_code == 403


def test_a_straw_poll_says_that_it_is_not_a_vote(host: FlaskClient, marta: FlaskClient, debate: Ground) -> None:
    room = f"/sittings/{debate.sitting}"
    host.post(f"{room}/polls", data={"question": "Answered?", "choices": "Yes\nNo\n", "seen": 0})
    assert "Not a vote" in words(marta.get(room).text)
    marta.post(f"{room}/polls/1/answers", data={"choice": "1"})
    assert "You answered: No" in words(marta.get(room).text)
    host.post(f"{room}/polls/1/close", data={"seen": 1})
    assert "Yes 0 , No 1" in words(marta.get(room).text)


def test_a_poll_with_one_answer_is_mended_at_its_field(host: FlaskClient, debate: Ground) -> None:
    answer = host.post(f"/sittings/{debate.sitting}/polls", data={"question": "Sure?", "choices": "Yes"})
    assert answer.status_code == 422
    assert "Give 2 to 5 answers" in words(answer.text)
    assert 'value="Sure?"' in answer.text


def test_the_host_sets_a_session_in_the_hall_s_own_time_and_members_get_a_mail(
    host: FlaskClient, debate: Ground, app: Flask
) -> None:
    day = (clock.now() + timedelta(days=3)).strftime("%Y-%m-%d")
    sent = {"title": "Third session", "starts_at": f"{day}T19:00", "turn_minutes": "2", "agenda": "1. Pay"}
    answer = host.post(f"/halls/{debate.hall}/sittings", data=sent)
    assert answer.status_code == 302
    with app.app_context():
        sitting = db.session.scalars(db.select(Sitting).where(Sitting.title == "Third session")).one()
        assert sitting.starts_at.strftime("%H") in ("00", "01")  # seven in the evening in Chicago
        assert sitting.turn_seconds == 120
        mails = db.session.scalars(db.select(Outgoing).where(Outgoing.name == "sitting_scheduled")).all()
        assert {each.address for each in mails} >= {"m1001@example.org", "m1007@example.org"}
        assert "m1006@example.org" not in {each.address for each in mails}, "the suspended get none"
        assert "m1004@example.org" not in {each.address for each in mails}, "other locals get none"
        assert f"/sittings/{sitting.id}" in mails[0].text
        assert "19:00" in mails[0].subject


def test_a_date_gone_by_is_mended_at_its_field_and_nothing_typed_is_lost(host: FlaskClient, debate: Ground) -> None:
    sent = {"title": "Third session", "starts_at": "2020-01-01T19:00", "agenda": "1. My long agenda"}
    answer = host.post(f"/halls/{debate.hall}/sittings", data=sent)
    assert answer.status_code == 422
    assert "That time is over" in answer.text
    assert "1. My long agenda" in answer.text


def test_opening_needs_a_fresh_sign_in(app: Flask, cast: Cast, debate: Ground) -> None:
    stale = sign_in(app, cast.other_host, fresh=False)
    answer = stale.post(f"/sittings/{debate.scheduled}/open")
    assert answer.status_code == 302
    assert "/confirm" in answer.location
    with app.app_context(), transaction(write=True) as session:
        session.get_one(Sitting, debate.scheduled).starts_at = clock.now()
    fresh = sign_in(app, cast.other_host)
    assert fresh.post(f"/sittings/{debate.scheduled}/open").location == f"/sittings/{debate.scheduled}"


def test_a_session_to_come_shows_its_time_there_and_here(marta: FlaskClient, debate: Ground) -> None:
    page = words(marta.get(f"/sittings/{debate.scheduled}").text)
    assert "Coming" in page
    assert "there:" in page


def test_the_wall_shows_a_code_with_the_address(marta: FlaskClient, debate: Ground) -> None:
    page = marta.get(f"/sittings/{debate.sitting}/wall").text
    assert 'src="data:image/svg+xml' in page
    assert f"localhost/sittings/{debate.sitting}" in page


def test_minutes_are_drafted_from_what_happened_then_signed(
    host: FlaskClient, marta: FlaskClient, debate: Ground, app: Flask
) -> None:
    room = f"/sittings/{debate.sitting}"
    marta.post(f"{room}/attendance")
    marta.post(f"{room}/turns", data={"option": debate.options[1]})
    host.post(f"{room}/floor/next", data={"seen": 0})
    host.post(f"{room}/polls", data={"question": "Answered?", "choices": "Yes\nNo", "seen": 1})
    assert host.post(f"{room}/close", data={"seen": 2}).location == f"{room}/minutes"
    draft = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", host.get(f"{room}/minutes").text, re.DOTALL)
    assert draft
    for fact in ("Idris Bell", "One person came", "Marta Quill, on option B", "Answered? Yes: 0, No: 0"):
        assert fact in draft[1]
    assert "Not signed yet" in marta.get(f"{room}/minutes").text
    version = re.search(r'name="version" value="(\d+)"', host.get(f"{room}/minutes").text)
    assert version
    signed = {"minutes": "## All was said", "version": version[1]}
    assert host.post(f"{room}/minutes/sign", data=signed).status_code == 302
    page = marta.get(f"{room}/minutes").text
    assert '<h4 aria-level="2">All was said</h4>' in page
    with app.app_context():
        assert db.session.get_one(Sitting, debate.sitting).minutes_hash in page


def test_the_transcript_keeps_numbers_and_tells_of_hidden_lines(
    app: Flask, cast: Cast, marta: FlaskClient, debate: Ground
) -> None:
    say(app, debate, cast.member, "first")
    hidden = say(app, debate, cast.seconder, "a home address")
    with app.app_context(), transaction(write=True):
        chat_operations.hide_message(hidden, now=clock.now())
    page = marta.get(f"/sittings/{debate.sitting}/transcript").text
    assert 'id="m1"' in page
    assert "No. 2 was hidden" in page
    assert "a home address" not in page
    assert "a home address" not in marta.get(f"/sittings/{debate.sitting}").text


def test_a_long_transcript_is_read_page_by_page(app: Flask, cast: Cast, marta: FlaskClient, debate: Ground) -> None:
    with app.app_context(), transaction(write=True) as session:
        session.add_all(
            Message(hall_id=debate.hall, sitting_id=debate.sitting, number=n, author_id=cast.member, source="x",
                    html="<p>x</p>", at=clock.now())
            for n in range(1, 151)
        )  # fmt: skip
    first = marta.get(f"/sittings/{debate.sitting}/transcript").text
    assert 'id="m100"' in first
    assert 'id="m101"' not in first
    assert 'id="m150"' in marta.get(f"/sittings/{debate.sitting}/transcript?after=100").text


def test_a_transcript_asks_the_database_as_often_for_many_lines_as_for_two(
    app: Flask, cast: Cast, marta: FlaskClient, debate: Ground
) -> None:
    asked = []
    for _ in range(3):
        for _ in range(2):
            say(app, debate, cast.seconder, "one more")
        with counted(app) as statements:
            marta.get(f"/sittings/{debate.sitting}/transcript")
        asked.append(len([each for each in statements if each.startswith("SELECT")]))
    assert asked[2] == asked[1]


def test_a_session_that_was_never_opened_stands_among_the_past_ones_once_its_hour_is_over(
    app: Flask, marta: FlaskClient, debate: Ground
) -> None:
    with app.app_context(), transaction(write=True) as session:
        session.get_one(Sitting, debate.scheduled).starts_at = clock.now() - timedelta(days=2)
    coming, past = words(marta.get("/sittings").text).split(" Past ")
    assert "Session of Local 156" not in coming
    assert "It did not take place." in past


def test_a_line_said_while_the_page_is_made_is_fetched_afterwards(
    app: Flask, cast: Cast, debate: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = chat_queries.last_lines

    def read_slowly(sitting_id: int) -> list[chat_queries.Line]:
        lines = read(sitting_id)
        chat_operations.say(actor(cast.seconder), sitting_id, NewMessage("meanwhile"), now=clock.now())
        return lines

    with app.test_request_context(), transaction(write=True):
        chat_operations.say(actor(cast.member), debate.sitting, NewMessage("first"), now=clock.now())
        monkeypatch.setattr(chat_queries, "last_lines", read_slowly)
        page = page_queries.session_page(actor(cast.member), queries.room(debate.sitting), clock.now())
    assert [each.number for each in page["lines"]] == [page["last"]] == [1]


def test_what_members_write_stays_text(app: Flask, cast: Cast, marta: FlaskClient, debate: Ground) -> None:
    say(app, debate, cast.member, "<script>alert(1)</script> <img src=x onerror=alert(1)> [x](javascript:alert(1))")
    for path in ("", "/transcript"):
        page = marta.get(f"/sittings/{debate.sitting}{path}").text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "javascript:alert" not in page


def test_the_live_flag_stands_in_the_navigation_while_a_session_is_open(
    app: Flask, cast: Cast, marta: FlaskClient, debate: Ground
) -> None:
    live = re.compile(r'<a href="/sittings"[^>]*class="live"')
    assert live.search(marta.get("/sittings").text)
    with app.test_request_context(), transaction(write=True):
        closing_operations.close_sitting(actor(cast.host), debate.sitting, now=clock.now())
        db.session.get_one(Sitting, debate.national).state = "closed"
    assert not live.search(marta.get("/sittings").text)


def test_put_on_the_record_is_offered_to_those_who_may(
    app: Flask, cast: Cast, marta: FlaskClient, debate: Ground
) -> None:
    number = say(app, debate, cast.seconder, "Article 12 says posted")
    link = f"/q/14/arguments/new?origin=message:{number}"
    assert link in marta.get(f"/sittings/{debate.sitting}").text
    assert link not in sign_in(app, cast.elsewhere).get(f"/sittings/{debate.sitting}").text


def test_the_list_has_pages(app: Flask, marta: FlaskClient, debate: Ground) -> None:
    with app.app_context(), transaction(write=True):
        for n in range(25):
            make_sitting(debate.hall, now=clock.now() + timedelta(days=2, hours=n), state="scheduled", title=f"No. {n}")
    first = marta.get("/sittings").text
    assert "Next page" in first
    assert "No. 24" not in first
    assert "No. 24" in marta.get("/sittings?page=2").text
