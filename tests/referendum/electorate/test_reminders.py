"""Reminders reach only those who have not voted, and nobody learns who they are."""

import logging
import smtplib
from datetime import datetime, timedelta
from typing import Any

import pytest
import structlog
from flask import Flask

from forum.kernel.audit import AuditEntry
from forum.kernel.database import Base, db, transaction
from forum.kernel.errors import Refused
from forum.kernel.mail import Outgoing
from referendum.casting.models import Arrival
from referendum.crypto.credentials import public_of
from referendum.electorate import (
    entry_queries,
    jobs,
    opening_jobs,
    opening_operations,
    opening_queries,
    post,
    queries,
    reminder_jobs,
    share_file,
)
from tests.referendum.electorate.conftest import Called, Sink, text_of
from tests.referendum.electorate.test_openings import Collected, give, vote_with


def ask(called: Called, now: datetime) -> int:
    return opening_operations.ask_opening(called.teller(), called.vote, "reminder", "Two days are left.", {}, now).id


def remind(app: Flask, called: Called, now: datetime) -> int:
    """Two tellers open the list, and the job runs."""
    with app.app_context():
        with transaction(write=True):
            opening_id = ask(called, now)
            opening = opening_queries.opening(opening_id)
            assert not give(app, called, opening, 0, now)
            assert give(app, called, opening, 1, now)
        opening_jobs.read_list(opening_id)
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
            numbers = {e: entry_queries.addressees(called.vote_id, [e])[e].number for e in codes.codes}
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
    with app.app_context(), transaction(write=True):
        why = "Two days are left."
        beside = opening_operations.ask_opening(called.teller(1), called.vote, "reminder", why, {}, now).id
    remind(app, called, now)
    with app.app_context(), transaction(write=True):
        assert not give(app, called, opening_queries.opening(beside), 0, now)
        with pytest.raises(Refused, match="last two days"):
            give(app, called, opening_queries.opening(beside), 1, now)
        for days in (1, 2):
            with pytest.raises(Refused, match="last two days"):
                ask(called, now + timedelta(days=days))
        called.vote.state = "counting"
        with pytest.raises(Refused, match="while voting is open"):
            ask(called, now + timedelta(days=5))
        called.vote.state = "open"
        assert ask(called, now + timedelta(days=2, minutes=1))


def test_a_run_that_the_mail_server_stopped_goes_on_and_reminds_nobody_twice(
    app: Flask, called: Called, voting: Collected, sink: Sink, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose_the_answer(server: smtplib.SMTP, person: entry_queries.Addressee, *rest: Any) -> bool:
        taken = post.remind(server, person, *rest)
        if len(sink.messages) == 9:
            raise ConnectionError("nobody knows what became of it")
        return taken

    sink.refuse_after = 5
    opening_id = remind(app, called, now)
    assert len(sink.messages) == 5
    sink.refuse_after = None
    with app.app_context():
        with transaction(write=False):
            opening = opening_queries.opening(opening_id)
            assert (opening.state, set(opening.facts)) == ("asked", {"teller", "paper", "taken", "seen"})
            assert opening_queries.is_being_read(opening, now)
        with monkeypatch.context() as losing:
            losing.setattr(reminder_jobs, "remind", lose_the_answer)
            opening_jobs.tend_openings()
        assert len(sink.messages) == 9
        opening_jobs.tend_openings()
        opening_jobs.read_list(opening_id)
        with transaction(write=False) as session:
            entry = session.scalars(db.select(AuditEntry).where(AuditEntry.act == "send_reminders")).one()
            assert entry.facts["finished"] is True
    reached = {str(message["To"]) for message in sink.messages}
    assert len(reached) == len(sink.messages) == 75 - 10


def test_after_a_crash_in_a_lot_nobody_is_reminded_twice(
    app: Flask, called: Called, voting: Collected, sink: Sink, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(server: smtplib.SMTP, person: entry_queries.Addressee, *rest: Any) -> bool:
        if len(sink.messages) == 7:
            raise RuntimeError("the power went")
        return post.remind(server, person, *rest)

    with monkeypatch.context() as crashing:
        crashing.setattr(reminder_jobs, "remind", crash)
        with pytest.raises(RuntimeError, match="power"):
            remind(app, called, now)
    with app.app_context():
        opening_jobs.tend_openings()
    reached = [str(message["To"]) for message in sink.messages]
    assert len(reached) == len(set(reached))
    assert 75 - 10 - reminder_jobs.LOT < len(reached) < 75 - 10


def test_a_run_ends_when_voting_is_over_and_the_log_says_so(
    app: Flask, called: Called, voting: Collected, sink: Sink, now: datetime
) -> None:
    with app.app_context():
        with transaction(write=True):
            opening_id = ask(called, now)
            for place in (0, 1):
                give(app, called, opening_queries.opening(opening_id), place, now)
            called.vote.state = "counting"
        opening_jobs.read_list(opening_id)
        with transaction(write=False) as session:
            entry = session.scalars(db.select(AuditEntry).where(AuditEntry.act == "send_reminders")).one()
            assert entry.facts["finished"] is False
    assert sink.messages == []


def test_a_job_without_shares_reads_nothing(
    app: Flask, called: Called, voting: Collected, sink: Sink, now: datetime
) -> None:
    with app.app_context():
        with transaction(write=True):
            opening_id = ask(called, now)
            opening_queries.opening(opening_id).given = {"1": now.isoformat(), "2": now.isoformat()}
        opening_jobs.read_list(opening_id)
    assert sink.messages == []
