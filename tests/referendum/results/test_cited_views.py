"""Arguments and votes on the page of a result: what is said, what is withheld, and what visitors never learn."""

import csv
import io
from datetime import datetime

import pytest
from flask import Flask

from forum.arguments.models import Argument
from forum.kernel.database import db, transaction
from forum.questions.models import Option
from forum.roll.models import Local
from referendum.count.models import Tally
from referendum.electorate.models import Turnout
from referendum.electorate.queries import frozen_electorate
from referendum.process.models import Vote
from referendum.process.params import read_params
from referendum.results.models import CitedArgument
from tests.build_referendum import certify, make_closed, make_counted, make_open
from tests.people import Cast, make_member, sign_in

NAMES = ("Marta Quill", "Anselm Roe")


@pytest.fixture
def number(app: Flask, cast: Cast, now: datetime) -> int:
    """B elected with 8 to 3; A-01 and A-03 speak for A, A-02 for B. The digest's order is the lot's."""
    with app.app_context(), app.test_request_context(), transaction(write=True):
        made = make_open(make_closed(cast, now=now))
        certify(make_counted(made, {"A": 3, "B": 8}, cited=(1, 1, 1, 1, 1, 1)))
        for each in db.session.scalars(db.select(CitedArgument)):
            number = db.session.get_one(Argument, each.argument_id).number
            each.moved, each.weighed = {1: (4, 1), 2: (5, 2), 3: (0, 3)}[number]
        return made.question.number


def page_of(app: Flask, number: int) -> str:
    return app.test_client().get(f"/q/{number}/result").get_data(as_text=True)


def sheet_of(answer: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.removeprefix("\ufeff"))))


def grow(app: Flask, cast: Cast) -> None:
    """Give Local 88 thirty members."""
    with app.app_context(), transaction(write=True):
        for place in range(30):
            make_member(f"8{place:03}", f"Member {place}", db.session.get_one(Local, cast.local))


def test_the_headline_says_the_rule_in_the_published_figures(app: Flask, number: int) -> None:
    page = page_of(app, number)
    assert "73% of the ballots that name an option, 8 of 11: more than half." in page


def test_arguments_stand_under_the_option_argued_and_the_page_says_what_it_cannot_know(
    app: Flask, number: int
) -> None:
    page = page_of(app, number)
    under_b = page.partition('id="marks-B-for"')[2].partition("</section>")[0]
    assert "Two-tier pay stays until 2030" in under_b
    assert "The strike fund lasts nine weeks" not in under_b
    for words in ("No figure is given by option voted", "It does not prove what moved them", "From under"):
        assert words in page


def test_what_weighed_most_with_the_other_side_comes_first_among_the_bridges(app: Flask, number: int) -> None:
    bridges = page_of(app, number).partition('class="bridges"')[2].partition("</ol>")[0]
    places = [bridges.index(f"A-{each:02}") for each in (3, 2, 1)]
    assert places == sorted(places)


def test_readings_at_the_close_stand_beside_the_marks(app: Flask, number: int) -> None:
    row = next(each for each in sheet_of(csv_of(app, number)) if each["argument"] == "A-02")
    assert (row["moved"], row["weighed"], row["agree"], row["score"] != "") == ("5", "2", "9", True)
    assert "What the debate foresaw" in page_of(app, number)


def csv_of(app: Flask, number: int) -> str:
    return app.test_client().get(f"/q/{number}/citations.csv").get_data(as_text=True)


def test_a_visitor_learns_of_no_person_and_no_small_hall_on_page_or_sheet(
    app: Flask, cast: Cast, number: int
) -> None:
    for told in (page_of(app, number), csv_of(app, number)):
        assert "Local 88" not in told
        assert "small local" in told or "Locals under 30" in told
        assert not [name for name in NAMES if name in told]
    assert "Locals under 30 members, together" in page_of(app, number)
    grow(app, cast)
    halls = page_of(app, number).partition('class="halls"')[2]
    assert '/gave">Local 88</a>' in halls
    assert [each["from"] for each in sheet_of(csv_of(app, number))] == ["88"] * 3


def test_a_claim_that_a_spreadsheet_would_run_is_text_in_the_sheet(app: Flask, number: int) -> None:
    with app.app_context(), transaction(write=True):
        db.session.scalars(db.select(Argument)).first().claim = "=HYPERLINK(1)"  # type: ignore[union-attr]
    assert "'=HYPERLINK(1)" in csv_of(app, number)


@pytest.mark.parametrize("why", ["sealed", "few", "annulled"])
def test_no_mark_is_shown_while_they_are_sealed_or_too_few_or_of_an_annulled_vote(
    app: Flask, number: int, why: str
) -> None:
    with app.app_context(), transaction(write=True):
        vote = db.session.scalars(db.select(Vote)).one()
        counted = db.session.get_one(Tally, (vote.id, "C"))
        if why == "annulled":
            vote.state, vote.annulled_reason, vote.certified_at = "annulled", "The roll was wrong.", None
        else:
            counted.result, counted.withheld = None, "too_few" if why == "few" else ""
    page = page_of(app, number)
    said = {
        "sealed": "The citations are still being counted", "few": "Citations are opened only from",
        "annulled": "Its marks count for nothing",
    }  # fmt: skip
    assert said[why] in page
    assert "marks-B-for" not in page
    assert "leaned this way before" not in page
    assert sheet_of(csv_of(app, number)) == []


def test_where_weighing_was_not_asked_the_page_says_so_and_draws_one_side(app: Flask, number: int) -> None:
    with app.app_context(), transaction(write=True):
        vote = db.session.scalars(db.select(Vote)).one()
        vote.params = {**vote.params, "digest_size": 24, "weighed": False}
        assert not read_params(vote.params).weighed
        db.session.execute(db.text("UPDATE cited_arguments SET weighed = NULL"))
    page = page_of(app, number)
    assert "it was not asked which ones weighed" in page
    assert "Left: it weighed" not in page
    assert "Bridging on the ballot" not in page


def test_turnout_is_told_by_council_and_by_units_of_thirty_and_more(app: Flask, cast: Cast, number: int) -> None:
    with app.app_context(), transaction(write=True):
        vote = db.session.scalars(db.select(Vote)).one()
        frozen_electorate(vote.id).units = [
            {"name": "88 +1", "locals": ["88", "44"], "eligible": 64}, {"name": "9", "locals": ["9"], "eligible": 12}
        ]  # fmt: skip
        db.session.add(Turnout(vote_id=vote.id, unit="88 +1", eligible=64, ballots=40))
        db.session.add(Turnout(vote_id=vote.id, unit="9", eligible=12, ballots=11))
    turnout = page_of(app, number).partition('id="turnout"')[2].partition("</section>")[0]
    assert "62.5%" in turnout
    assert "11" not in turnout
    assert "Locals under 30 members, together" in turnout
    small = "a small local"
    for browser, locals_ in ((app.test_client(), f"{small}, {small}"), (sign_in(app, cast.member), "44, 88")):
        rows = sheet_of(browser.get(f"/q/{number}/turnout.csv").get_data(as_text=True))
        assert [(each["locals"], each["eligible"], each["ballots"]) for each in rows] == [(locals_, "64", "40")]


def test_the_titles_of_options_stand_as_they_were_voted_on(app: Flask, number: int) -> None:
    with app.app_context():
        titles = list(db.session.scalars(db.select(Option.title)))
    assert all(title in page_of(app, number) for title in titles)


def test_a_member_is_told_of_small_halls_by_name(app: Flask, cast: Cast, number: int) -> None:
    answer = sign_in(app, cast.elsewhere).get(f"/q/{number}/citations.csv").get_data(as_text=True)
    assert [each["from"] for each in sheet_of(answer)] == ["88"] * 3
