"""What the draft of the minutes says, in which clock, and that it always fits."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.arguments import operations as arguments
from forum.arguments.forms import NewArgument
from forum.arguments.models import Argument
from forum.arguments.rules import Side
from forum.kernel import clock, text
from forum.kernel.database import transaction
from forum.roll.models import Member
from forum.sittings import closing_operations, enquiry_operations, minutes_queries
from forum.sittings.enquiry_forms import NewEnquiry
from forum.sittings.forms import Minutes
from forum.sittings.models import Sitting, Turn
from tests.build_sittings import Ground, make_debate
from tests.people import Cast, actor, sign_in


@pytest.fixture
def debate(app: Flask, cast: Cast) -> Ground:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context(), transaction(write=True):
        return make_debate(cast, now=clock.now())


def draft(browser: FlaskClient, sitting: int) -> str:
    found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", browser.get(f"/sittings/{sitting}/minutes").text, re.DOTALL)
    assert found
    return unescape(found[1])


def test_the_draft_says_what_became_of_each_question(app: Flask, cast: Cast, debate: Ground) -> None:
    now = clock.now()
    with app.test_request_context(), transaction(write=True):
        marta, idris = actor(cast.member), actor(cast.host)
        said = ("Who *pays*?", "When is it?", "May I go?", "Is Ann ill?")
        asked = [enquiry_operations.ask(marta, debate.sitting, NewEnquiry(each), now=now).id for each in said]
        enquiry_operations.answer(idris, debate.sitting, asked[0], "The union.", now=now)
        enquiry_operations.take_up(idris, debate.sitting, asked[1], now=now)
        enquiry_operations.defer(idris, debate.sitting, asked[2], now=now)
        enquiry_operations.hide_enquiry(asked[3], now=now)
        closing_operations.close_sitting(idris, debate.sitting, now=now)
    words = draft(sign_in(app, cast.host), debate.sitting)
    assert r"- Marta Quill: Who \*pays\*? (Answered: The union.)" in words
    assert "- Marta Quill: When is it? (Taken up in the session)" in words
    assert "- Marta Quill: May I go? (Left open)" in words
    assert "Ann" not in words


@pytest.mark.parametrize(
    "words",
    ["We *send* it <b>back</b>", "<https://x.example>", "a & b &amp; c", "~so~ `code` [x](http://y.eu)", r"a \ b"],
)
def test_a_draft_shows_exactly_the_words_of_a_name_or_a_decision(words: str) -> None:
    html = text.render(f"- 19:04 {minutes_queries.plain(words)}")
    assert unescape(re.sub(r"</?(ul|li)>", "", html)).strip() == f"19:04 {words}"


def test_the_national_hall_s_minutes_keep_the_union_s_clock_whoever_writes_them(
    app: Flask, cast: Cast, debate: Ground
) -> None:
    opened = clock.now().replace(hour=17, minute=30)  # 11:30 or 12:30 in Chicago, an hour more where the teller is
    with app.test_request_context(), transaction(write=True) as session:
        sitting = session.get_one(Sitting, debate.national)
        sitting.opened_at, sitting.closed_at, sitting.state = opened, opened + timedelta(hours=1), "closed"
        session.add(
            Turn(sitting_id=debate.national, member_id=cast.member, state="done", asked_at=opened, started_at=opened,
                 ended_at=opened + timedelta(minutes=2))
        )  # fmt: skip
    words = draft(sign_in(app, cast.tellers[0]), debate.national)
    start, end = re.findall(r"from (\d\d):30 to (\d\d:30 C[SD]T)\.", words)[0]
    assert start in ("11", "12")
    assert end.startswith(str(int(start) + 1))
    assert f"- {start}:30 Marta Quill, 2:00" in words


def test_a_draft_of_a_long_session_still_fits_and_can_be_signed(app: Flask, cast: Cast, debate: Ground) -> None:
    now = clock.now()
    with app.test_request_context(), transaction(write=True) as session:
        session.get_one(Member, cast.member).name = "Wolkenstein_Featherstonehaugh* " * 3
        session.get_one(Sitting, debate.sitting).agenda_source = "A point of the agenda. " * 400
        for minute in range(100):
            started_at = now + timedelta(minutes=minute)
            turn = {"member_id": cast.member, "option_id": debate.options[0], "asked_at": now, "out_of_order": True}
            ended_at = started_at + timedelta(seconds=50)
            session.add(
                Turn(sitting_id=debate.sitting, state="done", started_at=started_at, ended_at=ended_at, **turn)
            )
    with app.test_request_context(), transaction(write=True):
        for _ in range(10):
            enquiry_operations.ask(actor(cast.member), debate.sitting, NewEnquiry("Who pays? " * 45), now=now)
        version = closing_operations.close_sitting(actor(cast.host), debate.sitting, now=now).version
    host = sign_in(app, cast.host)
    words = draft(host, debate.sitting)
    assert not text.too_much(words)
    assert "Wolkenstein" in words
    assert "more turns" in words
    signed = host.post(f"/sittings/{debate.sitting}/minutes/sign", data={"minutes": words, "version": version})
    assert signed.status_code == 302


def test_words_hidden_after_the_minutes_were_signed_are_read_there_no_more(
    app: Flask, cast: Cast, debate: Ground
) -> None:
    now, page = clock.now(), f"/sittings/{debate.sitting}/minutes"
    browser, host = sign_in(app, cast.seconder), sign_in(app, cast.host)
    with app.test_request_context(), transaction(write=True):
        marta = actor(cast.member)
        asked = enquiry_operations.ask(marta, debate.sitting, NewEnquiry("Is Ann *ill*?"), now=now).id
        enquiry_operations.ask(marta, debate.sitting, NewEnquiry("Who pays?"), now=now)
        enquiry_operations.answer(actor(cast.host), debate.sitting, asked, "Ann has the flu.", now=now)
        new = NewArgument(debate.options[0], Side.FOR, "Ann lives in *Elm* Street 4.", "She does.", hall_id=debate.hall)
        argument = arguments.move_argument(marta, debate.question, new, now=now).id
        closing_operations.close_sitting(actor(cast.host), debate.sitting, now=now)
    words = draft(host, debate.sitting)
    assert "Ann has the flu" in words
    assert "Elm" in words
    with app.test_request_context(), transaction(write=True) as session:
        version = session.get_one(Sitting, debate.sitting).version
        closing_operations.sign_minutes(actor(cast.host), debate.sitting, Minutes(words, version), now=now)
        enquiry_operations.hide_enquiry(asked, now=now)
        session.get_one(Argument, argument).hidden_at = now
    for path in (page, f"{page}/sheet"):
        shown = browser.get(path).text
        assert "Ann" not in shown
        assert "Elm" not in shown
        for kept in ("Who pays?", "The words were hidden.", "Words that were hidden later are left out."):
            assert kept in shown
