"""A change after the freeze shows beside the line it touches, and changes no word of the digest."""

from collections.abc import Callable
from datetime import datetime

import pytest
from flask import Flask

from forum.arguments.models import Argument, ArgumentRevision
from forum.kernel.database import db, transaction
from forum.moderation.models import Hiding
from forum.questions.models import Question
from referendum.digest import page_queries, queries
from referendum.digest.models import Digest
from referendum.digest.operations import freeze_digest
from tests.build_digest import close
from tests.people import Cast
from tests.referendum.digest.build_camps import CLAIMS, make_camps


def hide(argument: Argument, cast: Cast, now: datetime) -> None:
    argument.hidden_at = now
    db.session.add(
        Hiding(
            question_id=argument.question_id, hall_id=argument.hall_id, kind="argument", subject_id=argument.id,
            author_id=cast.member, ground="spam", reason="Twice.", content_hash="0" * 64, salt="0" * 32,
            by_id=cast.host, at=now,
        )
    )  # fmt: skip


def word_anew(argument: Argument, now: datetime) -> None:
    argument.revision = 2
    db.session.add(
        ArgumentRevision(argument_id=argument.id, number=2, grounds_source="Ten weeks.", grounds_html="", at=now)
    )


Change = Callable[[Argument, Argument, Cast, datetime], object]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda one, _other, cast, now: hide(one, cast, now), "Now hidden, by ruling 1."),
        (lambda one, other, _cast, _now: setattr(one, "merged_into_id", other.id), "Merged into A-02 since."),
        (lambda one, _other, _cast, now: setattr(one, "withdrawn_at", now), "Withdrawn by its mover since."),
        (
            lambda one, _other, _cast, _now: setattr(one, "agree_count", one.agree_count - 1),
            "It had 14 readings when the digest was frozen; 13 of them stand now.",
        ),
        (lambda one, _other, _cast, now: word_anew(one, now), "Its grounds have been reworded since."),
        (
            lambda one, _other, _cast, _now: setattr(one, "claim", "The strike fund lasts a day"),
            "Its words are no longer those that were frozen.",
        ),
    ],
)
def test_a_later_change_is_a_visible_difference_and_no_changed_digest(
    app: Flask, cast: Cast, now: datetime, change: Change, told: str
) -> None:
    with app.test_request_context(), transaction(write=True):
        question, arguments = make_camps(cast, now=now)
        at = close(question, now)
        number, before = question.number, freeze_digest(question, at).document
        first, second = arguments[0], arguments[1]
        clean = app.test_client()
    assert "Since then:" not in clean.get(f"/q/{number}/digest").get_data(as_text=True)
    file = clean.get(f"/q/{number}/digest.json").data
    with app.test_request_context(), transaction(write=True):
        change(db.session.merge(first), db.session.merge(second), cast, at)
    page = clean.get(f"/q/{number}/digest").get_data(as_text=True)
    assert page.count("Since then:") == 1
    assert told in page
    assert CLAIMS[0] in page
    assert clean.get(f"/q/{number}/digest.json").data == file
    with app.app_context(), transaction(write=False):
        digest = queries.digest_of(1)
        assert digest is not None
        assert digest.document == before


@pytest.mark.usefixtures("ground")
def test_what_was_left_out_stands_a_page_at_a_time_and_a_hidden_claim_is_not_shown(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    question, arguments = make_camps(cast, now=now)
    for argument in arguments[1:]:
        argument.withdrawn_at = now
    digest = freeze_digest(question, close(question, now))
    hide(arguments[2], cast, now)
    db.session.flush()
    monkeypatch.setattr(page_queries, "LEFT_OUT_A_PAGE", 3)
    first = page_queries.digest_page(question, digest, for_members=False)
    assert [row.tag.number for row in first.left_out] == [2, 3, 4]
    assert (first.before, first.after) == (None, 4)
    assert [row.claim for row in first.left_out] == [CLAIMS[1], "", CLAIMS[3]]
    assert [str(note) for note in first.left_out[1].later] == ["Now hidden, by ruling 1."]
    second = page_queries.digest_page(question, digest, for_members=False, left_out_after=4)
    assert [row.tag.number for row in second.left_out] == [5]
    assert (second.before, second.after) == (1, None)


@pytest.mark.usefixtures("ground")
def test_what_was_already_so_at_the_freeze_is_no_later_change(cast: Cast, now: datetime) -> None:
    question, arguments = make_camps(cast, now=now)
    one, merged, withdrawn, hidden, _ = arguments
    merged.merged_into_id, withdrawn.withdrawn_at = one.id, now
    hide(hidden, cast, now)
    digest = freeze_digest(question, close(question, now))
    rows = page_queries.digest_page(question, digest, for_members=False).left_out
    assert [(row.tag.number, str(row.reason), row.later) for row in rows] == [
        (2, "Not in the digest: merged into A-01.", []),
        (3, "Not in the digest: withdrawn by its mover.", []),
        (4, "Not in the digest: hidden by ruling 1.", []),
    ]


def notes(question: Question, digest: Digest, number: int) -> list[str]:
    """What the digest's page says of an argument beside its line."""
    page = page_queries.digest_page(question, digest, for_members=False)
    told = [(row.tag.number, row.later) for row in page.left_out]
    told += [(row.tag.number, row.later) for side in page.sides for row in side.arguments]
    return [str(note) for note in dict(told)[number]]


@pytest.mark.usefixtures("ground")
def test_what_a_ruling_shows_again_is_said_to_be_shown_again(cast: Cast, now: datetime) -> None:
    question, arguments = make_camps(cast, now=now)
    hide(arguments[3], cast, now)
    digest = freeze_digest(question, close(question, now))
    arguments[3].hidden_at = None
    db.session.flush()
    assert notes(question, digest, 4) == ["Shown again since."]


@pytest.mark.usefixtures("ground")
def test_the_ruling_named_is_the_newest_that_still_stands(cast: Cast, now: datetime) -> None:
    question, arguments = make_camps(cast, now=now)
    digest = freeze_digest(question, close(question, now))
    for _ in range(4):
        hide(arguments[0], cast, now)
    db.session.flush()
    rulings = db.session.scalars(db.select(Hiding).order_by(Hiding.id)).all()
    rulings[3].ruling, rulings[2].lifted_at = "restored", now
    db.session.flush()
    assert notes(question, digest, 1) == ["Now hidden, by ruling 2."]
    for each in rulings:
        each.lifted_at = now
    db.session.flush()
    assert notes(question, digest, 1) == ["Now hidden."]


@pytest.mark.usefixtures("ground")
def test_of_what_was_merged_since_it_is_said_into_what_and_not_that_its_readings_went_along(
    cast: Cast, now: datetime
) -> None:
    question, arguments = make_camps(cast, now=now)
    digest = freeze_digest(question, close(question, now))
    arguments[0].merged_into_id, arguments[0].agree_count = arguments[2].id, 0
    db.session.flush()
    assert notes(question, digest, 1) == ["Merged into A-03 since."]
    assert notes(question, digest, 3) == []
