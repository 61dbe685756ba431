"""How members leaned before the debate stands beside the result as two totals, each of thirty or more."""

import csv
import io
from datetime import datetime

import pytest
from flask import Flask

from forum.entry.models import EntryTotal
from forum.entry.rules import Totals
from forum.kernel.database import db, transaction
from forum.questions.models import Question
from referendum.results.leanings import leaning_rows, leanings
from referendum.results.models import PublishedResult
from tests.build_referendum import certify, make_closed, make_counted, make_open
from tests.people import Cast, sign_in

OPTIONS = [(7, "A", "Accept"), (9, "B", "Reject")]
ENTRY = Totals(True, {9: 21}, 12)


def test_both_totals_stand_in_the_order_of_the_ballot() -> None:
    found = leanings(OPTIONS, ENTRY, [20, 6, 4])
    assert found
    assert [(row.letter, row.count) for row in found.entry] == [("A", 0), ("B", 21), ("", 12)]
    assert (found.entry_count, found.booth_count, found.booth) == (33, 30, (20, 6, 4))
    assert len(list(leaning_rows(found))) == 6


def test_below_thirty_neither_is_told_but_that_it_was_asked() -> None:
    found = leanings(OPTIONS, Totals(False, {}, 0), [20, 6, 3])
    assert found
    assert (found.entry, found.booth, found.entry_asked, found.booth_asked) == ((), (), True, True)
    assert list(leaning_rows(found)) == []


@pytest.mark.parametrize(
    ("entry", "booth", "there"), [(None, None, False), (ENTRY, None, True), (None, [9, 9, 9], True)]
)
def test_without_either_there_is_nothing_to_show(entry: Totals | None, booth: list[int] | None, there: bool) -> None:
    assert (leanings(OPTIONS, entry, booth) is not None) is there


def with_totals(question: Question, now: datetime) -> int:
    counts = {str(option.id): 17 + option.position for option in question.options}
    db.session.add(EntryTotal(question_id=question.id, enough=True, counts=counts, undecided=4, at=now))
    return question.number


def test_nothing_of_it_is_told_before_the_count(app: Flask, cast: Cast, now: datetime) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        number = with_totals(make_open(make_closed(cast, now=now)).question, now)
    visitor = app.test_client()
    assert "came to the debate" not in visitor.get(f"/q/{number}/result").text
    assert visitor.get(f"/q/{number}/leanings.csv").status_code == 404


def test_the_result_shows_both_with_their_counts_to_anybody_and_as_csv(app: Flask, cast: Cast, now: datetime) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        made = make_open(make_closed(cast, now=now))
        number = with_totals(made.question, now)
        certify(make_counted(made, {"A": 3, "B": 8}, blanks=1, cited=(4, 1, 5, 2, 0, 3)))
        db.session.get_one(PublishedResult, made.vote.id).before_debate = [20, 6, 5]
    for client in (app.test_client(), sign_in(app, cast.member)):
        page = client.get(f"/q/{number}/result").text
        assert "39 members" in page
        assert "31 voters" in page
        assert "neither is a survey" in page
    answer = client.get(f"/q/{number}/leanings.csv")
    lines = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert lines[1:] == [
        ["before the debate", "A. Accept", "17"], ["before the debate", "B. Reject", "18"],
        ["before the debate", "had not decided", "4"], ["in the booth", "leaned this way before the debate", "20"],
        ["in the booth", "leaned another way", "6"], ["in the booth", "had not decided", "5"],
    ]  # fmt: skip
