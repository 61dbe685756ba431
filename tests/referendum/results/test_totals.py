"""From opened totals to the table that is kept, to batches and units as shown, and to what the debate had foreseen."""

from datetime import datetime
from fractions import Fraction

import pytest
from flask import Flask

from forum.arguments.models import Argument
from forum.kernel.database import db
from forum.questions.models import Option, Question
from referendum.casting.models import BoxBatch, BoxState
from referendum.crypto.election import Election
from referendum.crypto.election import Question as Asked
from referendum.electorate.models import Turnout
from referendum.process.params import read_params
from referendum.results import foresight_queries, record_queries, turnout_queries
from referendum.results.cited_queries import Origins
from referendum.results.queries import CitedLine
from referendum.results.totals import Choice, Cited, Totals, notes_of, read_citations, read_votes, table_as_json
from tests.build_referendum import make_closed, make_open
from tests.build_votes import make_vote
from tests.people import Cast
from tests.referendum.crypto.strategies import election_of

OPTIONS = {"A": Choice("A", "Accept it", "Red"), "B": Choice("B", "Reject")}


def paper(blank: bool) -> Election:
    return election_of((Asked("?", ("B Reject", "A Accept it"), 1, 1, blank),))


@pytest.mark.parametrize(
    ("blank", "row", "counts", "blanks"),
    [(True, [2, 5, 3], (5, 3), 2), (False, [5, 3], (5, 3), 0), (True, None, None, None)],
)
def test_the_row_is_read_in_the_order_of_the_paper_its_blanks_first(
    blank: bool, row: list[int] | None, counts: tuple[int, ...] | None, blanks: int | None
) -> None:
    totals = read_votes(paper(blank), row, 10, OPTIONS)
    assert [each.letter for each in totals.choices] == ["B", "A"]
    assert (totals.counts, totals.blanks, totals.ballots) == (counts, blanks, 10)
    tally = totals.tally(4)
    assert (tally.counts, tally.blanks, tally.ballots) == (counts or (0, 0), blanks or 0, 10)
    assert (tally.eligible, tally.slates) == (10, ("", "Red"))
    assert totals.tally(40).eligible == 40


def test_citations_are_pairs_of_moved_and_weighed_or_moved_alone() -> None:
    assert read_citations([4, 1, 3, 0], weighed=True) == [Cited(4, 1), Cited(3, 0)]
    assert read_citations([4, 3], weighed=False) == [Cited(4, None), Cited(3, None)]


def test_the_kept_table_has_exact_shares_and_says_whether_it_was_opened(
    cast: Cast, ground: Flask, now: datetime
) -> None:
    params = read_params(make_closed(cast, now=now, minimum=7).vote.params)
    closed = table_as_json(Totals(tuple(OPTIONS.values()), 3), params, 40)
    assert closed == {
        "eligible": 40, "registered": None, "ballots": 3, "blanks": None, "opened": False, "least": 7, "rows": [],
        "notes": [],
    }  # fmt: skip
    opened = table_as_json(Totals(tuple(OPTIONS.values()), 10, (3, 6), 1), params, 40, 20)
    assert (opened["opened"], opened["registered"], opened["blanks"]) == (True, 20, 1)
    assert [(row["letter"], row["title"], row["count"], Fraction(row["share"])) for row in opened["rows"]] == [
        ("B", "Reject", 6, Fraction(2, 3)), ("A", "Accept it", 3, Fraction(1, 3)),
    ]  # fmt: skip
    assert [str(each) for each in notes_of(opened)]


def test_turnout_is_told_of_units_of_thirty_and_of_none_smaller(cast: Cast, ground: Flask, now: datetime) -> None:
    made = make_open(make_closed(cast, now=now))
    for unit, eligible, ballots in (("88", 30, 12), ("156", 29, 12)):
        db.session.add(Turnout(vote_id=made.vote.id, unit=unit, eligible=eligible, ballots=ballots))
    db.session.flush()
    for for_members in (True, False):
        (council,) = turnout_queries.turnout_of(made.vote, for_members=for_members)
        (unit,) = council.units
        assert (unit.locals, unit.small, unit.eligible, unit.share) == (["88"], 0, 30, "40.0 %")


@pytest.mark.parametrize(
    ("before", "first", "last", "more"),
    [(None, 61, 12, True), (12, 11, 1, False), (52, 51, 2, True), (51, 50, 1, False)],
)
def test_batches_are_shown_fifty_numbers_a_page_and_none_that_is_still_written(
    cast: Cast, ground: Flask, now: datetime, before: int | None, first: int, last: int, more: bool
) -> None:
    vote = make_vote(cast, now=now, voters=1).vote
    db.session.add(BoxState(vote_id=vote.id, batch=61, hour="", sealed=False, upto=0, clear_to=0))
    for number in range(1, 63):
        db.session.add(BoxBatch(vote_id=vote.id, number=number, archive="V", ballots=30, hash=f"{number:064}"))
    db.session.flush()
    rows, older = record_queries.batches_page(vote.id, before)
    assert (rows[0].number, rows[-1].number, len(rows), older) == (first, last, first - last + 1, more)


def line(number: int, moved: int, weighed: int | None, *, agree: int = 0, passed: int = 0) -> CitedLine:
    argument = Argument(
        id=number, number=number, claim=f"Claim {number}", agree_count=agree, pass_count=passed, disagree_count=0,
        side="for",
    )  # fmt: skip
    return CitedLine(argument, Option(position=0, title="Accept"), None, moved, weighed)  # type: ignore[arg-type]


def test_what_weighed_with_most_comes_first_and_what_weighed_with_nobody_not_at_all() -> None:
    lines = [line(1, 6, 2), line(2, 0, 4), line(3, 9, 0), line(4, 9, None)]
    found = foresight_queries.bridges_of(Question(close_lot="lot"), lines)
    assert [(each.claim, each.weighed, each.moved, each.share) for each in found] == [
        ("Claim 2", 4, 0, "100.0 %"), ("Claim 1", 2, 6, "25.0 %"),
    ]  # fmt: skip


def test_what_the_debate_foresaw_stands_beside_what_the_ballots_say(monkeypatch: pytest.MonkeyPatch) -> None:
    scores = {1: 500_000_000, 2: 900_000_000, 3: 900_000_000}
    monkeypatch.setattr(foresight_queries, "scores_of", lambda _: scores)
    lines = [line(1, 4, 2, agree=3, passed=1), line(2, 1, None), line(3, 6, 0), line(4, 0, None)]
    found = foresight_queries.foreseen_of(Question(id=1), lines)
    assert [(each.claim, each.score, each.place_read, each.place_cited, each.cited) for each in found] == [
        ("Claim 2", "0.900", 1, 3, 1), ("Claim 3", "0.900", 1, 1, 6), ("Claim 1", "0.500", 3, 1, 6),
        ("Claim 4", "", 4, 4, 0),
    ]  # fmt: skip
    assert [each.agreed for each in found] == ["", "", "75.0 %", ""]
    assert found[2].counts == {"agree": 3, "passed": 1, "disagree": 0}
    assert foresight_queries.agreeing(found) == (1, 2)


def test_halls_of_small_locals_are_told_together_and_last(ground: Flask, cast: Cast) -> None:
    origins = {
        1: Origins([(7, None, "")], set()), 2: Origins([(8, cast.local, "88"), (9, cast.other_local, "156")], set()),
    }  # fmt: skip
    rows = foresight_queries.halls_of([line(1, 2, 1), line(2, 9, None), line(3, 5, 5)], origins)
    assert [(row.local, row.hall_id, row.arguments, row.moved, row.weighed) for row in rows] == [
        ("", 7, 1, 2, 1), (None, None, 1, 9, 0),
    ]  # fmt: skip
