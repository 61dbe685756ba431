"""The pages of equal reach: the public balance, what an office says, the spokespersons' answer, banners and pins."""

import csv
from datetime import timedelta
from functools import partial
from io import StringIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from forum.halls.models import Post
from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.questions.models import Option, Question
from forum.reach import pin_queries
from forum.reach.forms import Words
from forum.reach.models import LedgerEntry, Offer
from forum.reach.rules import Audience, Kind
from forum.roll.models import Local
from tests.build_halls import make_argument, make_hall, make_post
from tests.build_reach import favour, make_sides
from tests.people import Cast, make_member, sign_in


@pytest.fixture
def number(app: Flask, cast: Cast) -> int:
    """A debate of now, with a mail of the leadership for the first option, a day old, so that another may follow."""
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(), transaction(write=True):
        question = make_sides(cast)
        question.debate_closes_at = clock.now() + timedelta(days=9)
        favour(cast, question, now=clock.now() - timedelta(days=1))
        return question.number


def question_of(number: int) -> Question:
    found: Question = db.session.scalars(db.select(Question).where(Question.number == number)).one()
    return found


def option_id(app: Flask, number: int, position: int) -> int:
    with app.app_context():
        query = db.select(Option.id).join(Question, Question.id == Option.question_id)
        found: int = db.session.scalars(query.where(Question.number == number, Option.position == position)).one()
        return found


def offer_id(app: Flask) -> int:
    with app.app_context():
        found: int = db.session.scalars(db.select(Offer.id)).one()
        return found


def page(browser: FlaskClient, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def test_everybody_reads_the_balance_and_visitors_no_person_and_no_letter(app: Flask, cast: Cast, number: int) -> None:
    own, other = page(sign_in(app, cast.elsewhere), f"/q/{number}/reach"), page(app.test_client(), f"/q/{number}/reach")
    for words in (own, other):
        assert "A is 100% ahead of B." in words
        assert "One mail" in words
        assert "waits" in words
    assert "Officer 1" in own
    assert "<strong>fair</strong>" in own
    assert "Officer" not in other
    assert "fair" not in other


def test_visitors_are_told_of_small_locals_only_as_a_number(app: Flask, cast: Cast, number: int) -> None:
    with app.test_request_context(), transaction(write=True):
        question = question_of(number)
        local = Words("Come to the shed", "Shed at six.")
        favour(cast, question, by=cast.host, audience=Audience.LOCAL, words=local, now=clock.now())
        big = db.session.get_one(Local, cast.other_local)
        for each in range(25):
            make_member(f"70{each:02d}", f"Member {each}", big)
        favour(cast, question, audience=Audience.LOCAL, local="156", words=Words("Freight", "All."), now=clock.now())
    own, other = page(sign_in(app, cast.member), f"/q/{number}/reach"), page(app.test_client(), f"/q/{number}/reach")
    assert "Come to the shed" in own
    assert "To Local 88, 11 members" in own
    assert "Local 88" not in other
    assert "Come to the shed" not in other
    assert "Local 156" in other
    assert "One more entry reached locals under 30 members." in other
    assert "3 mails" in other


def test_the_sums_leave_as_csv_with_formulas_made_harmless(app: Flask, cast: Cast, number: int) -> None:
    with app.app_context(), transaction(write=True):
        question_of(number).options[1].title = "=HYPERLINK(1)"
    rows = list(csv.DictReader(StringIO(page(app.test_client(), f"/q/{number}/reach.csv").lstrip("\ufeff"))))
    assert len(rows) == 10
    mail = [row for row in rows if row["kind"] == "mail"]
    assert [(row["option"], row["entries"], row["member_units"], row["behind"]) for row in mail] == [
        ("A", "1", "17", "0.0000"), ("B", "0", "0", "1.0000"),
    ]  # fmt: skip
    assert mail[1]["title"] == "'=HYPERLINK(1)"


def test_an_officer_sends_a_mail_by_the_form_and_sees_it_entered(app: Flask, cast: Cast, number: int) -> None:
    browser = sign_in(app, cast.officer)
    assert "Send it and offer the same" in page(browser, f"/q/{number}/reach/mail")
    sent = {"option": option_id(app, number, 1), "audience": "local", "local": "156", "title": "T", "source": "<b>"}
    answer = browser.post(f"/q/{number}/reach/mail", data=sent)
    assert answer.status_code == 302
    assert "To Local 156" in page(browser, f"/q/{number}/reach")
    wrong = browser.post(f"/q/{number}/reach/mail", data={**sent, "local": "none", "title": "Kept title"})
    assert wrong.status_code == 422
    assert "Kept title" in wrong.get_data(as_text=True)
    too_soon = browser.post(f"/q/{number}/reach/mail", data=sent)
    assert too_soon.status_code == 403
    assert browser.get(f"/q/{number}/reach/floor").status_code == 404


def test_the_form_warns_when_the_debate_would_wait_for_the_others(app: Flask, cast: Cast, number: int) -> None:
    browser = sign_in(app, cast.officer)
    assert "stay open for it" not in page(browser, f"/q/{number}/reach/banner")
    with app.app_context(), transaction(write=True):
        question_of(number).debate_closes_at = clock.now() + timedelta(days=2)
    assert "stay open for it" in page(browser, f"/q/{number}/reach/banner")


def test_a_spokesperson_finds_the_offer_on_the_docket_and_takes_it_in_own_words(
    app: Flask, cast: Cast, number: int
) -> None:
    browser, made = sign_in(app, cast.member), offer_id(app)
    assert f"/reach/offers/{made}" in page(browser, f"/q/{number}")
    assert f"/reach/offers/{made}" not in page(sign_in(app, cast.seconder), f"/q/{number}")
    assert f"At most {len('It is **fair**.')} characters." in page(browser, f"/reach/offers/{made}")
    long = browser.post(f"/reach/offers/{made}/take", data={"title": "No", "source": "x" * 16})
    assert long.status_code == 422
    assert browser.post(f"/reach/offers/{made}/take", data={"title": "No", "source": "x" * 15}).status_code == 302
    assert "From the spokespersons of option B, <bdi>Marta Quill</bdi>." in page(browser, f"/q/{number}/reach")
    assert browser.post(f"/reach/offers/{made}/decline").status_code == 403


def test_others_read_an_offer_and_cannot_answer_it(app: Flask, cast: Cast, number: int) -> None:
    browser, made = sign_in(app, cast.host), offer_id(app)
    assert "Only the spokespersons of the option answer this offer." in page(browser, f"/reach/offers/{made}")
    assert browser.post(f"/reach/offers/{made}/decline").status_code == 403
    assert browser.get("/reach/offers/999").status_code == 404


def test_banners_of_both_sides_stand_on_the_front_page_and_the_question_until_they_end(
    app: Flask, cast: Cast, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.test_request_context(), transaction(write=True):
        question = question_of(number)
        short = Words(source="Take **it** <script>alert(1)</script>")
        favour(cast, question, Kind.BANNER, words=short, days=2, now=clock.now())
        favour(cast, question, Kind.BANNER, option=1, words=Words(source="Leave it"), days=5, now=clock.now())
    for path in ("/", f"/q/{number}"):
        words = page(app.test_client(), path)
        assert "Take <strong>it</strong>" in words
        assert "Leave it" in words
        assert "<script>alert" not in words
    later = clock.now() + timedelta(days=3)
    monkeypatch.setattr(clock, "now", lambda: later)
    words = page(app.test_client(), f"/q/{number}")
    assert "Take <strong>it</strong>" not in words
    assert "Leave it" in words


def test_pins_stand_in_their_hall_by_one_statement_and_leave_what_was_hidden_out(
    app: Flask, cast: Cast, number: int
) -> None:
    with app.test_request_context(), transaction(write=True):
        question, now = question_of(number), clock.now()
        hall = make_hall(question, cast.local)
        post = make_post(hall, cast.member, "Nights are **long** here.", now=now)
        argument = make_argument(question, cast.member, seconded_by=cast.seconder, now=now)
        favour(cast, question, Kind.PIN, words=Words(pinned=f"post:{post.number}"), by=cast.host, days=2, now=now)
        favour(cast, question, Kind.PIN, words=Words(pinned=f"argument:{argument.number}"), now=now)
        hall_id, post_id, national = hall.id, post.id, make_hall(question, None).id
    browser = sign_in(app, cast.member)
    words = page(browser, f"/halls/{hall_id}")
    assert 'class="pins"' in words
    assert "Nights are long here." in words.partition('class="pins"')[2].partition("</section>")[0]
    assert "The strike fund lasts nine weeks." in page(browser, f"/halls/{national}").partition('class="pins"')[2]
    with app.app_context(), transaction(write=True):
        said: list[str] = []
        note = partial(_note, said)
        event.listen(db.engine, "before_cursor_execute", note)
        assert len(pin_queries.pins_up(hall_id, clock.now())) == 1
        event.remove(db.engine, "before_cursor_execute", note)
        assert [each.split()[0] for each in said if not each.startswith("BEGIN")] == ["SELECT"]
        entry = db.session.scalars(db.select(LedgerEntry).where(LedgerEntry.post_id == post_id)).one()
        assert entry.small
        db.session.get_one(Post, post_id).hidden_at = clock.now()
    assert 'class="pins"' not in page(browser, f"/halls/{hall_id}")
    way = f"/q/{number}/reach/pin"
    may = [(cast.member, hall_id, False), (cast.host, hall_id, True), (cast.host, national, False)]
    for who, where, offered in [*may, (cast.officer, national, True)]:
        assert (way in page(sign_in(app, who), f"/halls/{where}")) == offered


def _note(said: list[str], _connection: object, _cursor: object, statement: str, *_: object) -> None:
    said.append(statement)


def test_a_question_without_a_debate_has_no_ledger(app: Flask, cast: Cast, number: int) -> None:
    with app.app_context(), transaction(write=True):
        question = question_of(number)
        question.process = {**question.process, "stages": question.process["stages"][1:]}
    assert app.test_client().get(f"/q/{number}/reach").status_code == 404


def test_the_ledger_is_read_page_by_page(app: Flask, cast: Cast, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("forum.reach.page_queries.ROWS_A_PAGE", 2)
    with app.test_request_context(), transaction(write=True):
        for days in range(1, 5):
            words = Words(f"Letter {days}", "Again.")
            favour(cast, question_of(number), words=words, now=clock.now() + timedelta(days=days))
    first = page(sign_in(app, cast.member), f"/q/{number}/reach")
    assert "Letter 4" in first
    assert "Letter 2" not in first
    second = page(sign_in(app, cast.member), f"/q/{number}/reach?before=4")
    assert "Letter 2" in second
    assert "Letter 3" not in second
