"""Making the codes over a real SMTP server: chunks, crashes, silence, letters, and what is left behind."""

import json
import logging
import re
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO

import pytest
import structlog
from flask import Flask
from sqlalchemy import text

from forum.kernel.database import Base, db, transaction
from forum.kernel.errors import Refused
from forum.kernel.mail import Outgoing
from forum.roll.models import Member
from referendum.crypto.credentials import public_of
from referendum.electorate import (
    code_operations,
    credential_queries,
    entry_queries,
    jobs,
    letter_jobs,
    letter_operations,
    queries,
    rules,
    sealed_file,
)
from referendum.electorate.models import PublicCredential
from referendum.electorate.sealed_file import OpenedList
from referendum.electorate.sealing import join, unseal
from tests.people import Cast, actor, holding
from tests.referendum.electorate.conftest import Called, Sink, text_of, whole_list
from tests.trail import trail


def counts(app: Flask, called: Called) -> dict[str, int]:
    with app.app_context(), transaction(write=False):
        return entry_queries.delivery_counts(called.vote_id)


def run(app: Flask, called: Called) -> None:
    with app.app_context():
        jobs.make_codes(called.vote_id)


def opened_list(app: Flask, called: Called) -> OpenedList:
    with app.app_context(), transaction(write=False):
        shares = {}
        for key in queries.teller_keys(called.vote_id)[:2]:
            assert key.share is not None
            shares[key.share["place"]] = int(unseal(called.private_keys[key.member_id], key.share["sealed"]))
        path = sealed_file.path_of(app.config["HUSTINGS"].instance, called.vote.uuid_v)
        written = queries.frozen_electorate(called.vote_id).sealed_hash
        return whole_list(path, written, join(shares))


def credential_states(app: Flask, called: Called) -> dict[str, int]:
    with app.app_context(), transaction(write=False):
        states = ("issued", "spare", "revoked")
        return {state: credential_queries.credential_count(called.vote_id, state) for state in states}


def test_every_member_with_e_mail_gets_one_code_and_the_list_knows_whose(
    app: Flask, called: Called, sink: Sink
) -> None:
    run(app, called)
    assert counts(app, called) == {"sent": 75, "waiting": 3}
    codes = sink.codes()
    assert len(set(codes)) == len(codes) == 75
    assert credential_states(app, called) == {"issued": 75, "spare": 20, "revoked": 0}
    the_list = opened_list(app, called)
    assert (len(the_list.assigned), len(the_list.spares)) == (75, 20)
    with app.app_context(), transaction(write=False):
        vote = called.vote
        assert queries.check_sealed_list(vote, app.config["HUSTINGS"].instance)
        by_v = {each.v: each for each in the_list.assigned}
        for message in sink.messages:
            code = sink.codes()[sink.messages.index(message)]
            value = public_of(code, vote.uuid_v)
            assert credential_queries.credential_state(vote.id, "V", value) == "issued"
            assert credential_queries.credential_state(vote.id, "C", public_of(code, vote.uuid_c)) == "issued"
            person = entry_queries.addressees(vote.id, [by_v[queries.digest_of(value)].entry])
            assert next(iter(person.values())).email == message["To"]
        for spare in the_list.spares:
            assert credential_queries.credential_state(vote.id, "V", public_of(spare.code, vote.uuid_v)) == "spare"


def test_the_mail_links_to_the_booth_and_to_no_sign_in(app: Flask, called: Called, sink: Sink) -> None:
    run(app, called)
    body = text_of(sink.messages[0])
    assert f"http://localhost/booth/{'pub'}" in body
    assert "sign-in form" not in body
    assert "/sign-in" not in body
    assert sink.codes()[0] in body


def test_a_second_run_sends_nothing_twice(app: Flask, called: Called, sink: Sink) -> None:
    run(app, called)
    run(app, called)
    assert len(sink.messages) == 75


def test_no_code_is_made_before_the_call(app: Flask, called: Called, sink: Sink) -> None:
    with app.app_context(), transaction(write=True):
        called.vote.called_at = None
    with pytest.raises(Refused, match="issued the call"):
        run(app, called)
    assert sink.messages == []


def test_a_crash_leaves_one_chunk_unknown_and_the_next_run_goes_on(app: Flask, called: Called, sink: Sink) -> None:
    class Crash(RuntimeError):
        pass

    taken: list[str] = []

    @contextmanager
    def crashing():  # type: ignore[no-untyped-def]
        def post(person: entry_queries.Addressee, code: str) -> bool:
            if len(taken) == 14:
                raise Crash
            taken.append(code)
            return True

        yield post

    with app.app_context(), pytest.raises(Crash):
        jobs.make_codes_with(called.vote_id, crashing)
    assert counts(app, called) == {"sent": 10, "sending": 10, "waiting": 58}
    run(app, called)
    assert counts(app, called) == {"sent": 65, "unknown": 10, "waiting": 3}
    with app.app_context(), transaction(write=False):
        assert entry_queries.codes_pending(called.vote_id) == 13
        with pytest.raises(Refused, match="Not every voting code"):
            code_operations.seal_credentials(called.vote, datetime.now().astimezone())


def test_a_silent_mail_server_costs_nothing(app: Flask, called: Called) -> None:
    run(app, called)
    assert counts(app, called) == {"waiting": 78}
    assert credential_states(app, called) == {"issued": 0, "spare": 20, "revoked": 0}


def tend(app: Flask) -> None:
    with app.app_context():
        jobs.tend_codes()


def go_on(app: Flask, called: Called, *, refused: bool = False) -> None:
    with app.app_context():
        with transaction(write=True):
            letter_operations.go_on(called.teller(), called.vote, refused=refused, now=datetime.now(UTC))
        jobs.make_codes(called.vote_id)


def test_a_mail_server_that_goes_away_loses_nothing_and_is_not_tried_again_before_a_teller_says_so(
    app: Flask, called: Called, sink: Sink
) -> None:
    sink.refuse_after = 20
    run(app, called)
    assert counts(app, called) == {"sent": 20, "waiting": 58}
    assert credential_states(app, called) == {"issued": 20, "spare": 20, "revoked": 10}
    sink.refuse_after = None
    tend(app)
    assert len(sink.messages) == 20
    go_on(app, called)
    assert counts(app, called) == {"sent": 75, "waiting": 3}
    assert len(set(sink.codes())) == 75
    assert credential_states(app, called)["issued"] == 75


def test_of_a_connection_that_breaks_only_the_mail_under_way_is_unknown_however_often_the_job_runs(
    app: Flask, called: Called
) -> None:
    @contextmanager
    def breaking():  # type: ignore[no-untyped-def]
        taken: list[str] = []

        def post(person: entry_queries.Addressee, code: str) -> bool:
            if taken:
                raise ConnectionError("gone")
            taken.append(code)
            return True

        yield post

    with app.app_context():
        jobs.make_codes_with(called.vote_id, breaking)
    for _ in range(3):
        tend(app)
        with app.app_context():
            jobs.make_codes_with(called.vote_id, breaking)
    assert counts(app, called) == {"sent": 1, "unknown": 1, "waiting": 76}
    assert credential_states(app, called) == {"issued": 2, "spare": 21, "revoked": 8}


def test_an_address_that_the_server_refuses_gets_a_letter_and_uses_no_spare(
    app: Flask, called: Called, sink: Sink
) -> None:
    sink.refuse = set(range(7000, 7060, 5))
    run(app, called)
    assert counts(app, called) == {"sent": 63, "refused": 12, "waiting": 3}
    assert credential_states(app, called) == {"issued": 63, "spare": 20, "revoked": 12}
    with app.app_context():
        with transaction(write=False):
            teller = called.teller()
        for _ in range(2):
            letter_jobs.print_letters(teller, called.vote_id)
            with transaction(write=True):
                letter_operations.settle_letters(teller, called.vote, printed=True, now=datetime.now(UTC))
        with transaction(write=False):
            assert entry_queries.delivery_counts(called.vote_id) == {"sent": 63, "letter": 15}
            assert entry_queries.codes_pending(called.vote_id) == 0


def test_what_was_refused_is_mailed_once_more_when_a_teller_asks_for_it(
    app: Flask, called: Called, sink: Sink
) -> None:
    sink.refuse = {7001, 7002}
    run(app, called)
    sink.refuse = set()
    with app.app_context(), transaction(write=True), pytest.raises(Refused, match="Only the tellers"):
        letter_operations.go_on(actor(called.tellers[0]), called.vote, refused=True, now=datetime.now(UTC))
    go_on(app, called)
    assert counts(app, called)["refused"] == 2
    go_on(app, called, refused=True)
    assert counts(app, called) == {"sent": 75, "waiting": 3}
    with app.app_context(), transaction(write=False):
        said = [(act, office, facts["again"]) for act, office, facts in trail("go_on_with_codes")]
    assert said == [("go_on_with_codes", "teller", 0), ("go_on_with_codes", "teller", 2)]


def test_a_server_that_refuses_most_of_a_chunk_halts_the_mails(app: Flask, called: Called, sink: Sink) -> None:
    sink.refuse = set(range(10000))
    run(app, called)
    tend(app)
    assert counts(app, called) == {"refused": 10, "waiting": 68}


def test_a_second_crash_before_the_first_is_mended_halts_the_mails(app: Flask, called: Called) -> None:
    @contextmanager
    def crashing():  # type: ignore[no-untyped-def]
        def post(person: entry_queries.Addressee, code: str) -> bool:
            raise RuntimeError

        yield post

    with app.app_context():
        for _ in range(2):
            with pytest.raises(RuntimeError):
                jobs.make_codes_with(called.vote_id, crashing)
        for _ in range(2):
            jobs.make_codes_with(called.vote_id, crashing)
    assert counts(app, called) == {"unknown": 20, "waiting": 58}
    assert credential_states(app, called)["spare"] == 40


def test_letters_are_made_once_for_those_without_e_mail_and_kept_nowhere(
    app: Flask, called: Called, sink: Sink
) -> None:
    run(app, called)
    with app.app_context():
        with transaction(write=False):
            teller = called.teller()
        pdf = letter_jobs.print_letters(teller, called.vote_id)
        assert pdf.startswith(b"%PDF")
        assert BytesIO(pdf).read().count(b"/Type /Page\n") == 3
        with pytest.raises(Refused, match="Say first what came"):
            letter_jobs.print_letters(teller, called.vote_id)
        with transaction(write=False):
            assert entry_queries.delivery_counts(called.vote_id) == {"sent": 75, "printing": 3}
            assert entry_queries.codes_pending(called.vote_id) == 3
        with transaction(write=True):
            assert letter_operations.settle_letters(teller, called.vote, printed=True, now=datetime.now(UTC)) == 3
            assert entry_queries.delivery_counts(called.vote_id) == {"sent": 75, "letter": 3}
            assert queries.frozen_electorate(called.vote_id).codes == "sent"
    held = [path for path in app.config["HUSTINGS"].instance.rglob("*") if path.suffix == ".pdf"]
    assert held == []


def test_a_lot_of_letters_is_half_of_the_spares_and_a_lost_one_is_repaired(
    app: Flask, called: Called, sink: Sink, cast: Cast
) -> None:
    with app.app_context(), transaction(write=True):
        for number in range(7000, 7060):
            db.session.scalars(db.select(Member).where(Member.number == str(number))).one().email = ""
    run(app, called)
    with app.app_context():
        with transaction(write=False):
            teller = called.teller()
            officer = actor(cast.officer)
        assert letter_jobs.print_letters(teller, called.vote_id).count(b"/Type /Page\n") == 10
        with transaction(write=True):
            with pytest.raises(Refused, match="Only the tellers"):
                letter_operations.settle_letters(officer, called.vote, printed=True, now=datetime.now(UTC))
            assert letter_operations.settle_letters(teller, called.vote, printed=False, now=datetime.now(UTC)) == 10
            with pytest.raises(Refused, match="No letters wait"):
                letter_operations.settle_letters(teller, called.vote, printed=True, now=datetime.now(UTC))
        with transaction(write=False):
            assert len(entry_queries.unknown_entries(called.vote_id, 50)) == 10
            assert trail("print_letters", "settle_letters") == [
                ("print_letters", "teller", {"letters": 10}),
                ("settle_letters", "teller", {"letters": 10, "printed": False}),
            ]
        assert letter_jobs.print_letters(teller, called.vote_id).count(b"/Type /Page\n") == 10
    assert credential_states(app, called)["spare"] == 30


def test_where_everybody_gets_a_letter_nobody_is_mailed_and_a_lot_has_an_end(
    app: Flask, called: Called, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "LARGEST_LOT", 7)
    with app.app_context(), transaction(write=True):
        called.vote.params = {"codes_by": "letters"}
    run(app, called)
    assert sink.messages == []
    assert counts(app, called) == {"waiting": 78}
    with app.app_context():
        with transaction(write=False):
            teller = called.teller()
            assert entry_queries.waiting_count(called.vote_id, with_email=True) == 0
        pdf = letter_jobs.print_letters(teller, called.vote_id, "Letter")
    assert pdf.count(b"/Type /Page\n") == 7
    assert re.search(rb"/MediaBox \[0 0 612(\.0+)? 792(\.0+)?\]", pdf)
    assert counts(app, called) == {"waiting": 71, "printing": 7}


@pytest.mark.parametrize("who", ["officer", "member", "stale"])
def test_letters_are_for_a_freshly_signed_in_teller(app: Flask, called: Called, cast, who: str) -> None:  # type: ignore[no-untyped-def]
    with app.app_context():
        with transaction(write=False):
            people = {
                "officer": actor(cast.officer),
                "member": actor(cast.member),
                "stale": holding(actor(cast.tellers[0], fresh=False), "teller", called.question_id),
            }
        with pytest.raises(Refused):
            letter_jobs.print_letters(people[who], called.vote_id)


@pytest.mark.sqlite_alone  # a PostgreSQL server puts rows wherever a page has room
def test_sealed_credentials_lie_in_the_order_of_their_value(app: Flask, called: Called, sink: Sink) -> None:
    run(app, called)
    with app.app_context():
        with transaction(write=False):
            teller = called.teller()
        letter_jobs.print_letters(teller, called.vote_id)
        with transaction(write=True):
            letter_operations.settle_letters(teller, called.vote, printed=True, now=datetime.now(UTC))
        with transaction(write=True):
            code_operations.seal_credentials(called.vote, datetime.now().astimezone())
        with transaction(write=False) as session:
            rows = list(session.scalars(db.select(PublicCredential)))
            lie = [row[0] for row in session.execute(text("SELECT value FROM public_credentials WHERE archive = 'V'"))]
            assert lie == sorted(lie, key=int)
            assert len(rows) == 2 * (78 + 20)
            assert queries.frozen_electorate(called.vote_id).codes == "ready"


def test_neither_outbox_nor_log_nor_database_holds_a_code(
    app: Flask, called: Called, sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    sink.refuse_after = 30
    with caplog.at_level(logging.DEBUG), structlog.testing.capture_logs() as events:
        run(app, called)
    codes = sink.codes()
    ours = [record.getMessage() for record in caplog.records if record.name != "mail.log"]  # the sink's own log
    logged = json.dumps(events, default=str) + "".join(ours)
    with app.app_context(), transaction(write=False) as session:
        addresses = list(session.scalars(db.select(Member.email).where(Member.email != "")))
        assert session.scalars(db.select(Outgoing).where(Outgoing.name == "voting_code")).first() is None
        stored = "".join(
            str(row) for table in Base.metadata.sorted_tables for row in session.execute(db.select(table))
        )
    for code in codes:
        assert code not in logged
        assert code not in stored
    assert not [address for address in addresses if address in logged]


def test_no_table_of_credentials_leads_to_an_entry_and_no_digest_stands_beside_one(
    app: Flask, called: Called, sink: Sink
) -> None:
    run(app, called)
    assert {column.name for column in PublicCredential.__table__.columns} == {
        "vote_id", "archive", "digest", "value", "state", "replaces",
    }  # fmt: skip
    assert {key.column.table.name for key in PublicCredential.__table__.foreign_keys} == {"votes"}
    pointing = [
        table.name
        for table in Base.metadata.sorted_tables
        if any(key.column.table.name == "public_credentials" for key in table.foreign_keys)
    ]
    assert pointing == []
    with app.app_context(), transaction(write=False) as session:
        digests = set(session.scalars(db.select(PublicCredential.digest)))
        for table in Base.metadata.sorted_tables:
            if table.name != "public_credentials":
                held = "".join(str(row) for row in session.execute(db.select(table)))
                assert not [digest for digest in digests if digest in held], table.name
