"""What the frozen guide and its pages say of each argument, and what a closed debate waits for before there is one."""

import re
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask

from forum.arguments.models import Argument
from forum.kernel import jobs, slots
from forum.kernel.audit import AuditEntry
from forum.kernel.database import db, transaction
from forum.kernel.doors import VISITOR
from forum.moderation.models import Hiding
from forum.questions.models import Question
from referendum.digest import close_queries, matrix_queries, page_queries, queries
from referendum.digest.bulletin_text import how_to_vote, paragraphs, whose
from referendum.digest.models import DebateRecord, DigestLine
from referendum.digest.operations import freeze_digest
from referendum.digest.page_queries import DigestPage, StatementRow
from tests.build_digest import close, make_debated
from tests.build_halls import make_argument
from tests.build_referendum import make_undebated
from tests.people import Cast
from tests.referendum.digest.build_camps import make_camps


def page_of(question: Question) -> DigestPage:
    digest = queries.digest_of(question.id)
    assert digest is not None
    return page_queries.digest_page(question, digest, for_members=False)


@pytest.mark.usefixtures("ground")
def test_the_freeze_stands_in_the_log_with_the_guide_s_hash_and_how_many_it_took(cast: Cast, now: datetime) -> None:
    question, arguments = make_camps(cast, now=now)
    arguments[4].withdrawn_at = now
    digest = freeze_digest(question, close(question, now))
    entry = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "freeze_digest")).one()
    assert entry.subject == f"question:{question.id}"
    assert entry.facts == {"hash": digest.hash, "arguments": 4}


@pytest.mark.usefixtures("ground")
def test_every_argument_s_outcome_has_its_reason_its_score_its_readers_and_its_place(cast: Cast, now: datetime) -> None:
    question, arguments = make_camps(cast, now=now)
    arguments[4].withdrawn_at = now
    freeze_digest(question, close(question, now))
    assert queries.line_count(question.id) == 4
    found = [queries.outcome_of(each.id) for each in arguments]
    assert [each and (each.taken, each.reason, each.readers) for each in found] == [
        *[(True, "score", 14)] * 4, (False, "withdrawn", 14),
    ]  # fmt: skip
    assert [each and each.billionths is None for each in found] == [False] * 4 + [True]
    lines = [line.argument_id for line in db.session.scalars(db.select(DigestLine).order_by(DigestLine.position))]
    sides = page_of(question).sides
    assert [side.option.id for side in sides] == [
        arguments[row.tag.number - 1].option_id for side in sides for row in side.arguments[:1]
    ]
    assert [arguments[row.tag.number - 1].id for side in sides for row in side.arguments] == lines
    assert {each: queries.place_in_guide(each) for each in lines} == dict(zip(lines, [(1, 2), (2, 2)] * 2, strict=True))
    assert queries.place_in_guide(arguments[4].id) is None


@pytest.mark.usefixtures("ground")
def test_beside_an_argument_stand_its_first_two_answers_seconded_and_in_view(cast: Cast, now: datetime) -> None:
    question, arguments = make_camps(cast, now=now)

    def answer(words: str, *, seconded: bool = True) -> Argument:
        made = make_argument(
            question, cast.member, seconded_by=cast.seconder if seconded else None, claim=words, option=1, now=now
        )
        made.answers_id = arguments[0].id
        return made

    answer("They have been put to a third use")
    answer("The fund has grown since").hidden_at = now
    answer("Nine weeks are more than any other", seconded=False)
    answer("A week more is a week more")
    answer("Nobody has asked the bank")
    db.session.flush()
    freeze_digest(question, close(question, now))
    rows = [row for side in page_of(question).sides for row in side.arguments]
    assert {row.tag.number: [each.claim for each in row.answers] for row in rows if row.answers} == {
        1: ["They have been put to a third use", "A week more is a week more"]
    }


def test_a_closed_debate_says_how_far_it_is_added_up_and_then_for_whom_it_waits(
    app: Flask, cast: Cast, now: datetime
) -> None:
    with app.test_request_context(), transaction(write=True):
        question, _ = make_camps(cast, now=now)
        close(question, now)
        id_, address = question.id, f"/q/{question.number}/digest"
    with app.app_context(), transaction(write=True):
        kept = close_queries.debate_record(id_)
        assert kept is not None
        record = kept.record
        db.session.delete(kept)
    page = app.test_client().get(address)
    assert page.status_code == 200
    assert "The readings of the debate are still being added up." in page.text
    with app.app_context():
        jobs.note_progress(close_queries.progress_key(id_, "of"), 70)
        jobs.note_progress(close_queries.progress_key(id_, "done"), 30)
    assert "30 of 70 readings are added up" in app.test_client().get(address).text
    with app.app_context(), transaction(write=True):
        db.session.add(DebateRecord(question_id=id_, record=record, taken_at=now))
    assert "may still appeal" in app.test_client().get(address).text


@pytest.mark.usefixtures("ground")
def test_nothing_is_added_up_of_an_open_debate_nor_where_there_was_none(cast: Cast, now: datetime) -> None:
    make_debated(cast, now=now)
    closed = make_undebated(cast, now=now).question
    closed.closed_at = now
    db.session.flush()
    assert close_queries.unrecorded() == []


def test_in_an_argument_s_life_stands_whether_it_was_taken_and_where(app: Flask, cast: Cast, now: datetime) -> None:
    def of(argument_id: int) -> str:
        argument = db.session.get_one(Argument, argument_id)
        return "".join(map(str, slots.gather("argument.after", VISITOR, argument=argument)))

    with app.test_request_context(), transaction(write=True):
        question, arguments = make_camps(cast, now=now)
        arguments[4].withdrawn_at = now
        at = close(question, now)
        ids = [each.id for each in arguments]
        assert "the ballot" not in of(ids[0])
        freeze_digest(question, at)
    with app.test_request_context(), transaction(write=False):
        assert "Selected for the ballot" in of(ids[0])
        places = re.findall(r"place (\d) of (\d) under its option", "".join(map(of, ids)))
        assert sorted(places) == [("1", "2")] * 2 + [("2", "2")] * 2
        out = of(ids[4])
        assert "Not selected for the ballot" in out
        assert "Not in the digest: withdrawn by its mover." in out
        assert "Its score" not in out


@pytest.mark.usefixtures("ground")
def test_whoever_waits_is_told_of_the_readings_as_they_are_added_up(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    question, _ = make_camps(cast, now=now)
    close(question, now)
    monkeypatch.setattr(close_queries, "AT_ONCE", 20)
    told: list[int] = []
    close_queries.read_close(question, told.append)
    assert told == [20, 40, 60]
    assert close_queries.readings_count(question.id) == 70


@pytest.mark.usefixtures("ground")
def test_with_a_question_that_is_withdrawn_its_readers_are_forgotten(cast: Cast, now: datetime) -> None:
    question, _ = make_camps(cast, now=now)
    close(question, now)
    slots.gather("question.moved", question, None, now)
    assert matrix_queries.part_count(question.id) == 2
    question.state = "withdrawn"
    slots.gather("question.moved", question, None, now)
    assert matrix_queries.part_count(question.id) == 0


@pytest.mark.usefixtures("ground")
def test_the_author_of_what_was_hidden_has_two_days_to_the_second(cast: Cast, now: datetime) -> None:
    question, arguments = make_camps(cast, now=now)
    at = close(question, now)
    hidden = at - timedelta(hours=5)
    arguments[0].hidden_at = hidden
    db.session.add(
        Hiding(
            question_id=question.id, hall_id=arguments[0].hall_id, kind="argument", subject_id=arguments[0].id,
            author_id=cast.member, ground="spam", reason="Twice.", content_hash="0" * 64, salt="0" * 32,
            by_id=cast.host, at=hidden,
        )
    )  # fmt: skip
    db.session.flush()
    over, second = hidden + timedelta(days=2), timedelta(seconds=1)
    assert queries.appeals_to_come(question, over - second) == 1
    assert queries.hidden_at_the_close(question, over - second) == {}
    assert queries.appeals_to_come(question, over) == 0
    assert queries.hidden_at_the_close(question, over) == {arguments[0].id: 1}


def test_the_sheet_says_how_to_vote_until_voting_closes(app: Flask, now: datetime) -> None:
    until = SimpleNamespace(vote_closes_at=now)
    with app.test_request_context():
        assert len(how_to_vote(until, now - timedelta(seconds=1))) == 2  # type: ignore[arg-type]
        assert how_to_vote(until, now) == []  # type: ignore[arg-type]


def test_a_statement_says_whose_it_is_on_which_option_and_how_long(app: Flask) -> None:
    with app.test_request_context():
        reply = StatementRow("reply", "What we think", "B", "", 1)
        assert whose(reply, 3000) == "Reply of a minority on option B, One character of 3000."
        assert whose(StatementRow("leadership", "", "", "", 2990), 3000) == "Leadership, 2990 characters of 3000."


def test_our_own_html_s_signs_breaks_and_tables_become_plain_text() -> None:
    assert paragraphs("<h2>A&nbsp;&lt; B</h2><p>one<br>two</p><table><tr><td>x</td></tr></table>z") == [
        "A < B", "one two", "x", "z",
    ]  # fmt: skip
