"""Freezing the digest from a real debate, and checking the published file with the command."""

import hashlib
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from forum.kernel.database import db, transaction
from forum.kernel.errors import Refused
from forum.moderation.models import Hiding
from forum.questions.queries import question_by_id
from referendum.conduct.clock_operations import freeze_digests
from referendum.digest.cli import digest as command
from referendum.digest.models import Digest, DigestLine
from referendum.digest.operations import freeze_digest
from referendum.digest.queries import digest_of, document_of, pending_appeals
from tests.build_digest import close, make_debated
from tests.build_questions import make_question
from tests.people import Cast, sign_in


@pytest.mark.usefixtures("ground")
def test_a_digest_is_frozen_once_with_its_lines_and_hash(cast: Cast, now: datetime) -> None:
    question, arguments = make_debated(cast, now=now)
    at = close(question, now)
    digest = freeze_digest(question, at)
    lines = db.session.scalars(db.select(DigestLine).order_by(DigestLine.position)).all()
    assert {line.argument_id for line in lines} == {argument.id for argument in arguments}
    assert all(len(line.revision_hash) == 64 for line in lines)
    assert digest.hash == hashlib.sha256(digest.document.encode()).hexdigest()
    assert document_of(digest)["question"]["title"] == question.title
    assert freeze_digest(question, at + timedelta(days=1)) is digest


@pytest.mark.usefixtures("ground")
def test_nothing_is_frozen_before_the_close_or_without_a_debate(cast: Cast, now: datetime) -> None:
    question, _ = make_debated(cast, now=now)
    with pytest.raises(Refused, match="not closed"):
        freeze_digest(question, now)
    plain = make_question(cast, state="published", template="plain", now=now)
    with pytest.raises(Refused, match="no digest"):
        freeze_digest(plain, now)


@pytest.mark.usefixtures("ground")
def test_no_person_stands_in_the_public_record(cast: Cast, now: datetime) -> None:
    question, _ = make_debated(cast, now=now)
    digest = freeze_digest(question, close(question, now))
    assert "Marta" not in digest.record
    assert "member" not in digest.record


@pytest.mark.usefixtures("ground")
def test_an_argument_under_appeal_stays_in_and_one_hidden_by_ruling_does_not(cast: Cast, now: datetime) -> None:
    question, arguments = make_debated(cast, now=now)
    for argument, appealed in ((arguments[0], now), (arguments[1], None)):
        argument.hidden_at = now
        db.session.add(
            Hiding(
                question_id=question.id, hall_id=argument.hall_id, kind="argument", subject_id=argument.id,
                author_id=cast.member, ground="spam", reason="Twice.", content_hash="0" * 64, salt="0" * 32,
                by_id=cast.host, at=now, appealed_at=appealed,
            )
        )  # fmt: skip
    db.session.flush()
    at = close(question, now)
    assert pending_appeals(question) == 1
    digest = freeze_digest(question, at)
    taken = {line.argument_id for line in db.session.scalars(db.select(DigestLine))}
    assert arguments[0].id in taken
    assert arguments[1].id not in taken
    assert arguments[1].claim not in digest.record
    reasons = {row["number"]: row["reason"] for row in json.loads(digest.record)["selection"]["left_out"]}
    assert reasons == {arguments[1].number: "hidden"}


@pytest.mark.usefixtures("ground")
@pytest.mark.parametrize(
    ("hours", "appealed", "ruling", "stays"),
    [
        (1, False, "", True),
        (1, True, "upheld", True),
        (-1, False, "", True),
        (-47, True, "", True),
        (-47, True, "upheld", False),
        (-49, False, "", False),
        (-49, True, "", True),
    ],
)
def test_what_is_hidden_after_the_close_or_too_late_for_an_appeal_stays_in_the_digest(
    cast: Cast, now: datetime, hours: int, appealed: bool, ruling: str, stays: bool
) -> None:
    question, arguments = make_debated(cast, now=now)
    at = close(question, now)
    moment = at + timedelta(hours=hours)
    arguments[0].hidden_at = moment
    db.session.add(
        Hiding(
            question_id=question.id, hall_id=arguments[0].hall_id, kind="argument", subject_id=arguments[0].id,
            author_id=cast.member, ground="spam", reason="Twice.", content_hash="0" * 64, salt="0" * 32,
            by_id=cast.host, at=moment, appealed_at=moment if appealed else None, ruling=ruling,
        )
    )  # fmt: skip
    db.session.flush()
    assert pending_appeals(question) == (appealed and not ruling and hours < 0)
    freeze_digest(question, at + timedelta(hours=2))
    assert (arguments[0].id in {line.argument_id for line in db.session.scalars(db.select(DigestLine))}) == stays


@pytest.mark.usefixtures("ground")
def test_a_hiding_that_was_lifted_takes_nothing_out_of_the_digest(cast: Cast, now: datetime) -> None:
    question, arguments = make_debated(cast, now=now)
    at = close(question, now)
    early, late = at - timedelta(days=9), at - timedelta(days=5)
    arguments[0].hidden_at = late
    for hidden, lifted, appealed in ((early, early, None), (late, None, late)):
        db.session.add(
            Hiding(
                question_id=question.id, hall_id=arguments[0].hall_id, kind="argument", subject_id=arguments[0].id,
                author_id=cast.member, ground="spam", reason="Twice.", content_hash="0" * 64, salt="0" * 32,
                by_id=cast.host, at=hidden, lifted_at=lifted, appealed_at=appealed,
            )
        )  # fmt: skip
    db.session.flush()
    assert pending_appeals(question) == 1
    freeze_digest(question, at + timedelta(hours=2))
    assert arguments[0].id in {line.argument_id for line in db.session.scalars(db.select(DigestLine))}


@pytest.mark.usefixtures("ground")
def test_the_clock_waits_until_the_author_of_what_was_hidden_last_has_had_two_days(cast: Cast, now: datetime) -> None:
    question, arguments = make_debated(cast, now=now)
    at = close(question, now)
    moment = at - timedelta(hours=30)
    arguments[0].hidden_at = moment
    db.session.add(
        Hiding(
            question_id=question.id, hall_id=arguments[0].hall_id, kind="argument", subject_id=arguments[0].id,
            author_id=cast.member, ground="personal_data", reason="A home address.", content_hash="0" * 64,
            salt="0" * 32, by_id=cast.host, at=moment,
        )
    )  # fmt: skip
    db.session.flush()
    freeze_digests(at + timedelta(hours=17))
    assert digest_of(question.id) is None
    freeze_digests(at + timedelta(hours=18))
    digest = digest_of(question.id)
    assert digest is not None
    assert arguments[0].claim not in digest.document + digest.record
    assert arguments[0].id not in {line.argument_id for line in db.session.scalars(db.select(DigestLine))}


@pytest.fixture
def frozen(app: Flask, cast: Cast, now: datetime) -> int:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        question, _ = make_debated(cast, now=now)
        freeze_digest(question, close(question, now))
        return question.number


def test_the_downloaded_file_is_accepted_and_an_altered_one_refused(app: Flask, frozen: int, tmp_path: Path) -> None:
    answer = app.test_client().get(f"/q/{frozen}/digest.json")
    assert answer.status_code == 200
    file = tmp_path / "digest.json"
    file.write_bytes(answer.data)
    good = CliRunner().invoke(command, ["check", str(file)])
    assert good.exit_code == 0, good.output
    assert "follows from the record" in good.output
    value = json.loads(answer.data)
    value["selection"]["sections"][0]["lines"] = []
    file.write_text(json.dumps(value))
    bad = CliRunner().invoke(command, ["check", str(file)])
    assert bad.exit_code != 0


def test_the_guide_is_shown_to_anyone_its_grounds_to_members(app: Flask, cast: Cast, frozen: int) -> None:
    client = app.test_client()
    page = client.get(f"/q/{frozen}/digest").get_data(as_text=True)
    assert "The strike fund lasts nine weeks" in page
    assert "Marta Quill" not in page
    assert "$61 a head" not in page
    assert "$61 a head" not in client.get(f"/q/{frozen}/bulletin").get_data(as_text=True)
    assert "$61 a head" in sign_in(app, cast.member).get(f"/q/{frozen}/digest").get_data(as_text=True)
    sheet = client.get(f"/q/{frozen}/bulletin")
    assert sheet.status_code == 200
    assert b"<svg" in sheet.data
    assert client.get(f"/q/{frozen}").status_code == 200


def test_before_the_freeze_the_page_says_what_is_awaited(app: Flask, cast: Cast, now: datetime) -> None:
    with app.app_context(), app.test_request_context(), transaction(write=True):
        number = make_question(cast, state="debating", now=now).number
    answer = app.test_client().get(f"/q/{number}/digest")
    assert answer.status_code == 404
    assert b"not frozen yet" in answer.data


def test_the_record_names_the_question_it_belongs_to(app: Flask, frozen: int) -> None:
    with app.app_context():
        digest = db.session.scalars(db.select(Digest)).one()
        assert json.loads(digest.record)["record"]["question"] == question_by_id(digest.question_id).public_id
