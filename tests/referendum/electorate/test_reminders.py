"""Reminders reach only those who have not voted, and nobody learns who they are."""

import logging
from datetime import datetime, timedelta

import pytest
import structlog
from flask import Flask

from forum.kernel.audit import AuditEntry
from forum.kernel.database import Base, db, transaction
from forum.kernel.errors import Refused
from forum.kernel.mail import Outgoing
from referendum.casting.models import Arrival
from referendum.crypto.credentials import public_of
from referendum.electorate import jobs, opening_jobs, opening_operations, queries, reminder_jobs, share_file
from referendum.electorate.models import SealedOpening
from tests.referendum.electorate.conftest import Called, Sink, text_of
from tests.referendum.electorate.test_openings import Collected, give, share_of, vote_with


def ask(called: Called, now: datetime) -> int:
    return opening_operations.ask_opening(called.teller(), called.vote, "reminder", "Two days are left.", {}, now).id


def remind(app: Flask, called: Called, now: datetime) -> int:
    """Two tellers open the list; the job runs after the second share."""
    folder = app.config["HUSTINGS"].instance
    with app.app_context():
        with transaction(write=True):
            opening_id = ask(called, now)
            assert give(app, called, db.session.get_one(SealedOpening, opening_id), 0, now) is None
            share = share_of(called, 1)
            teller = called.teller(1)
            public_id = called.vote.public_id
        assert share_file.path_of(folder, opening_id).exists()
        answer = opening_jobs.hand_in_share(teller, public_id, opening_id, share)
    assert answer["reminding"] is True
    assert "reminded" not in answer
    return opening_id


@pytest.fixture
def voting(app: Flask, called: Called, now: datetime, monkeypatch: pytest.MonkeyPatch) -> Collected:
    """Codes are out, voting is open; members 7000 to 7009 have voted, one of them lies in no batch yet."""
    monkeypatch.setattr("forum.kernel.clock.now", lambda: now)
    codes = Collected()
    with app.app_context():
        jobs.make_codes_with(called.vote_id, codes.open)
        with transaction(write=True):
            called.vote.state = "open"
            numbers = {e: queries.addressees(called.vote_id, [e])[e].number for e in codes.codes}
    for entry, number in numbers.items():
        if 7000 < int(number) < 7010:
            vote_with(app, called, codes.codes[entry])
        elif number == "7000":
            with app.app_context(), transaction(write=True):
                digest = queries.digest_of(public_of(codes.codes[entry], called.vote.uuid_v))
                db.session.add(
                    Arrival(vote_id=called.vote_id, v_body="{}", v_tracker=digest[:43], v_credential=digest)
                )
    return codes


def test_a_reminder_goes_to_everybody_with_an_address_whose_code_is_unused(
    app: Flask, called: Called, voting: Collected, sink: Sink, now: datetime
) -> None:
    opening_id = remind(app, called, now)
    reached = {str(message["To"]) for message in sink.messages}
    assert len(reached) == len(sink.messages) == 75 - 10
    assert not reached & {f"m{number}@example.org" for number in range(7000, 7010)}
    body = text_of(sink.messages[0])
    assert "No ballot has come yet" in body
    assert "/sign-in" not in body
    assert not any(code in body for code in voting.codes.values())
    assert not share_file.path_of(app.config["HUSTINGS"].instance, opening_id).exists()


def test_nothing_stored_or_logged_says_who_was_reminded_or_how_many(
    app: Flask, called: Called, voting: Collected, sink: Sink, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    with app.app_context(), transaction(write=False) as session:
        before = {table.name: len(session.execute(db.select(table)).all()) for table in Base.metadata.sorted_tables}
    with caplog.at_level(logging.DEBUG), structlog.testing.capture_logs() as events:
        remind(app, called, now)
    ours = [record.getMessage() for record in caplog.records if record.name != "mail.log"]  # the sink's own log
    assert not [line for line in (*ours, str(events)) if "example.org" in line]
    with app.app_context(), transaction(write=False) as session:
        after = {table.name: len(session.execute(db.select(table)).all()) for table in Base.metadata.sorted_tables}
        changed = {name for name in after if after[name] != before[name]}
        assert changed == {"audit_entries", "sealed_openings"} | ({"audit_head"} & changed)
        assert session.scalars(db.select(Outgoing).where(Outgoing.name == "vote_reminder")).first() is None
        entry = session.scalars(db.select(AuditEntry).where(AuditEntry.act == "send_reminders")).one()
        assert set(entry.facts) == {"opening", "finished"}


def test_reminders_are_for_an_open_vote_and_not_every_day(
    app: Flask, called: Called, voting: Collected, sink: Sink, now: datetime
) -> None:
    remind(app, called, now)
    with app.app_context(), transaction(write=True):
        with pytest.raises(Refused, match="last two days"):
            ask(called, now + timedelta(days=1))
        called.vote.state = "counting"
        with pytest.raises(Refused, match="while voting is open"):
            ask(called, now + timedelta(days=5))
        called.vote.state = "open"
        assert ask(called, now + timedelta(days=2, minutes=1))


def test_a_mail_server_that_goes_away_ends_the_run_and_the_log_says_so(
    app: Flask, called: Called, voting: Collected, sink: Sink, now: datetime
) -> None:
    sink.refuse_after = 5
    remind(app, called, now)
    assert len(sink.messages) == 5
    with app.app_context(), transaction(write=False) as session:
        entry = session.scalars(db.select(AuditEntry).where(AuditEntry.act == "send_reminders")).one()
        assert entry.facts["finished"] is False


def test_a_job_without_shares_reads_nothing(app: Flask, called: Called, voting: Collected, sink: Sink) -> None:
    with app.app_context():
        with transaction(write=True):
            opening_id = ask(called, datetime.now().astimezone())
            db.session.get_one(SealedOpening, opening_id).state = "opened"
        reminder_jobs.send_reminders(opening_id)
    assert sink.messages == []
