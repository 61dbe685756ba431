"""Reading one at a time and one's own readings, as a browser without script sees them; nobody else learns of it."""

import random
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.arguments import operations
from forum.arguments.forms import NewWording
from forum.arguments.models import Argument, Reading
from forum.arguments.rules import Answer
from forum.kernel import clock
from forum.kernel.audit import AuditEntry
from forum.kernel.database import db, transaction
from forum.kernel.mail import Outgoing
from forum.questions.models import Question
from tests.build_halls import make_argument, make_debate, make_reading
from tests.people import Cast, actor, sign_in

CLAIMS = ("The fund lasts nine weeks.", "Pensions are kept whole.", "Overtime comes with a day's notice.")


@pytest.fixture
def debate(app: Flask, cast: Cast) -> dict[str, int]:
    """A debate with three arguments to read; ids and numbers by name."""
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(), transaction(write=True):
        now = clock.now()
        question = make_debate(cast, now=now)
        made = [make_argument(question, cast.member, seconded_by=cast.seconder, claim=each, now=now) for each in CLAIMS]
        return {"number": question.number, "question": question.id, "first": made[0].id, "last": made[-1].id}


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)


def card(shown: str) -> int:
    """The id of the card that is seen without script."""
    found = re.search(r'data-card="(\d+)"', shown.partition("<template")[0])
    assert found, shown
    return int(found[1])


def test_without_script_each_card_comes_once_then_the_page_says_it_is_done(
    app: Flask, cast: Cast, debate: dict[str, int]
) -> None:
    browser, address = sign_in(app, cast.elsewhere), f"/q/{debate['number']}/read"
    met = []
    for left in (3, 2, 1):
        shown = page(browser, address)
        assert f"{3 - left} read, {left} left" in shown
        assert "You have read them all" in shown.partition("data-done")[2]
        met.append(card(shown))
        answer = browser.post(f"/a/{met[-1]}/reading", data={"value": "agree", "back": address})
        assert answer.headers["Location"] == address
    assert sorted(met) == list(range(debate["first"], debate["last"] + 1))
    done = page(browser, address)
    assert "data-card" not in done
    assert 'data-done tabindex="-1">' in done


def test_no_sum_is_told_before_the_reading(app: Flask, cast: Cast, debate: dict[str, int]) -> None:
    with app.test_request_context(), transaction(write=True):
        for reader in (cast.seconder, cast.retired, cast.host):
            make_reading(db.session.get_one(Argument, debate["first"]), reader)
    shown = page(sign_in(app, cast.elsewhere), f"/q/{debate['number']}/read?card=1")
    assert card(shown) == debate["first"]
    assert 'class="reading' not in shown


def test_the_last_reading_is_undone_and_its_card_comes_back(app: Flask, cast: Cast, debate: dict[str, int]) -> None:
    browser, address = sign_in(app, cast.elsewhere), f"/q/{debate['number']}/read"
    browser.post(f"/a/{debate['last']}/reading", data={"value": "disagree", "back": address})
    shown = page(browser, address)
    assert "A-03: You disagree." in shown
    undo = re.search(r'action="(/a/\d+/reading/back)".*?name="back" value="([^"]+)"', shown, re.DOTALL)
    assert undo
    answer = browser.post(undo[1], data={"back": undo[2]})
    assert card(page(browser, answer.headers["Location"])) == debate["last"]
    with app.app_context(), transaction(write=False):
        assert db.session.query(Reading).count() == 0


def test_the_script_is_told_how_far_one_is_and_gets_only_cards_it_lacks(
    app: Flask, cast: Cast, debate: dict[str, int]
) -> None:
    browser, ask = sign_in(app, cast.elsewhere), {"Accept": "application/json"}
    second = debate["first"] + 1
    answer = browser.post(f"/a/{debate['first']}/reading", data={"value": "pass", "held": str(second)}, headers=ask)
    told = answer.get_json()
    assert (told["read"], told["left"], told["refused"]) == (1, 2, "")
    assert [card(each) for each in told["cards"]] == [debate["last"]]
    back = browser.post(f"/a/{debate['first']}/reading/back", data={"held": "1,2,3,4"}, headers=ask).get_json()
    assert (back["read"], back["left"], back["cards"]) == (0, 3, [])
    for junk in ("x", "1,,2", "1;2", ",".join("123456789" * 1 for _ in range(11))):
        answer = browser.post(f"/a/{second}/reading", data={"value": "pass", "held": junk}, headers=ask)
        assert answer.status_code == 422, junk
    with app.app_context(), transaction(write=False):
        assert db.session.query(Reading).count() == 0


def test_an_argument_that_left_meanwhile_is_said_and_the_next_card_comes(
    app: Flask, cast: Cast, debate: dict[str, int]
) -> None:
    with app.test_request_context(), transaction(write=True):
        operations.withdraw_argument(actor(cast.member), debate["first"], now=clock.now())
    browser = sign_in(app, cast.elsewhere)
    answer = browser.post(
        f"/a/{debate['first']}/reading", data={"value": "agree"}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 200
    assert "withdrawn" in answer.get_json()["refused"]
    assert len(answer.get_json()["cards"]) == 2


def test_who_takes_no_part_gets_no_card(app: Flask, cast: Cast, debate: dict[str, int]) -> None:
    for person in (cast.tellers[0], cast.observer, cast.suspended):
        assert "data-card" not in page(sign_in(app, person), f"/q/{debate['number']}/read")


def test_a_member_sees_changes_and_takes_back_what_they_read(app: Flask, cast: Cast, debate: dict[str, int]) -> None:
    browser, address = sign_in(app, cast.elsewhere), f"/q/{debate['number']}/my-readings"
    assert "Nothing read yet" in page(browser, address)
    for argument, value in ((debate["first"], "agree"), (debate["last"], "pass")):
        browser.post(f"/a/{argument}/reading", data={"value": value})
    with app.test_request_context(), transaction(write=True):
        wording = NewWording("", "Table 6 says so.", "", 1)
        operations.word_argument(actor(cast.member), debate["first"], wording, now=clock.now())
    shown = page(browser, address)
    assert CLAIMS[0] in shown
    assert CLAIMS[1] not in shown
    assert shown.count("Revised since you read it") == 1
    browser.post(f"/a/{debate['first']}/reading", data={"value": "disagree", "back": address})
    browser.post(f"/a/{debate['last']}/reading/back", data={"back": address})
    shown = page(browser, address)
    assert CLAIMS[2] not in shown
    assert "Revised since" not in shown
    assert re.search(r'value="disagree" [^>]*aria-pressed="true"|value="disagree" aria-pressed="true"', shown)


def test_long_lists_of_own_readings_are_paged(app: Flask, cast: Cast, debate: dict[str, int]) -> None:
    with app.test_request_context(), transaction(write=True):
        question = db.session.get_one(Question, debate["question"])
        for number in range(25):
            made = make_argument(question, cast.member, seconded_by=cast.seconder, claim=f"Claim {number}.")
            make_reading(made, cast.elsewhere)
    browser = sign_in(app, cast.elsewhere)
    first, second, beyond = (page(browser, f"/q/{debate['number']}/my-readings?page={n}") for n in (1, 2, 99))
    assert (first.count("own-reading"), second.count("own-reading")) == (20, 5)
    assert "Page 2 of 2" in beyond


def everything(app: Flask, cast: Cast, debate: dict[str, int]) -> list[str]:
    """What everybody but the two readers can see of the debate, with what differs by chance taken out."""
    addresses = [
        f"/q/{debate['number']}{tail}" for tail in ("", "/arguments", "/read", "/my-readings", "/statements", "/halls")
    ] + [f"/a/{debate['first']}", f"/a/{debate['first']}/wordings", "/", "/record", "/desk", "/search?words=fund"]
    people = (0, cast.member, cast.seconder, cast.host, cast.officer, cast.tellers[0], cast.trustees[0], cast.observer)
    seen = []
    for person in people:
        browser = sign_in(app, person) if person else app.test_client()
        for address in addresses:
            shown = browser.get(address).get_data(as_text=True)
            shown = re.sub(r'(csrf[-_]token"?[^>]*?(content|value)=")[^"]*', r"\1", shown)
            seen.append(shown)
    return seen


def test_nobody_else_can_tell_who_read_an_argument(
    app: Flask, cast: Cast, debate: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two worlds in which two members of one local change places look the same to all others, on every page; the log
    and the mail know of neither."""
    moment = clock.now()
    monkeypatch.setattr("forum.kernel.clock.now", lambda: moment)
    worlds = []
    for reader, other in ((cast.elsewhere, cast.other_host), (cast.other_host, cast.elsewhere)):
        with app.test_request_context(), transaction(write=True):
            db.session.query(Reading).delete()
            argument = db.session.get_one(Argument, debate["first"])
            argument.agree_count = argument.disagree_count = argument.local_count = 0
            make_reading(argument, reader, Answer.AGREE, now=clock.now())
            make_reading(argument, other, Answer.DISAGREE, now=clock.now())
            assert set(db.session.scalars(db.select(Outgoing.name))) <= {"hall_charged", "new_device"}
            assert db.session.query(AuditEntry).count() == 0
        monkeypatch.setattr("forum.arguments.reading_views.CHANCE", random.Random(7))
        worlds.append(everything(app, cast, debate))
    for one, other in zip(*worlds, strict=True):
        assert one.splitlines() == other.splitlines()


def test_readings_are_announced_to_no_socket_and_leave_no_line_in_the_log(
    app: Flask, cast: Cast, debate: dict[str, int], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    announced: list[object] = []
    monkeypatch.setattr("forum.kernel.live.announce", lambda *facts, **_: announced.append(facts))
    browser = sign_in(app, cast.elsewhere)
    with caplog.at_level("DEBUG"):
        browser.post(f"/a/{debate['first']}/reading", data={"value": "agree"})
        browser.post(f"/a/{debate['first']}/reading/back")
    assert announced == []
    assert not [line for line in caplog.messages if "agree" in line or "Priya" in line]
