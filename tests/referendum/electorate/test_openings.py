"""Openings of the sealed list: two tellers, one purpose, spare codes that repair a crash, turnout by unit."""

import base64
import json
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from forum.kernel import jobs as kernel_jobs
from forum.kernel.audit import AuditEntry
from forum.kernel.database import Base, db, transaction
from forum.kernel.errors import Missing, Refused, Stale
from referendum.casting.models import BoxedBallot, BoxState
from referendum.crypto.credentials import public_of
from referendum.electorate import (
    answer_file,
    code_operations,
    credential_queries,
    entry_queries,
    jobs,
    letter_jobs,
    letter_operations,
    opening_jobs,
    opening_operations,
    opening_page_queries,
    opening_queries,
    operations,
    queries,
    sealed_file,
    share_file,
    spare_jobs,
    spare_operations,
)
from referendum.electorate.models import PublicCredential, SealedOpening
from referendum.electorate.reading import progress_key
from referendum.electorate.sealing import seal, unseal
from referendum.electorate.spare_operations import Given
from referendum.process.models import Vote
from tests.people import Cast, actor, holding
from tests.referendum.electorate.conftest import Called
from tests.trail import trail


class Collected:
    """A post that keeps every code, as the members' mailboxes together would. Crashes after `most`."""

    def __init__(self, most: int = 10**6) -> None:
        self.codes: dict[str, str] = {}
        self.most = most

    @contextmanager
    def open(self):  # type: ignore[no-untyped-def]
        def post(person: entry_queries.Addressee, code: str) -> bool:
            if len(self.codes) >= self.most:
                raise RuntimeError("the power went")
            self.codes[person.entry] = code
            return True

        yield post


def share_of(called: Called, place: int) -> str:
    key = queries.teller_key(called.vote_id, called.tellers[place])
    assert key is not None
    assert key.share is not None
    return unseal(called.private_keys[key.member_id], key.share["sealed"]).decode()


def give(app: Flask, called: Called, opening: SealedOpening, place: int, now: datetime) -> bool:
    folder = app.config["HUSTINGS"].instance
    return opening_operations.give_share(
        called.teller(place), called.vote, opening, share_of(called, place), now, folder
    )


def ask_and_give(app: Flask, called: Called, names: list[str], now: datetime) -> int:
    """A spare is asked for, and two tellers give their shares."""
    with app.app_context(), transaction(write=True):
        opening = opening_operations.ask_opening(
            called.teller(), called.vote, "spare", "Mail was lost.", {"entries": names}, now
        )
        assert not give(app, called, opening, 0, now)
        assert give(app, called, opening, 2, now)
        return opening.id


def spare_for(app: Flask, called: Called, names: list[str], now: datetime) -> Given:
    """What the job gives, before it hands it out."""
    opening_id = ask_and_give(app, called, names, now)
    with app.app_context():
        reading = opening_jobs.reading_of(opening_id, lambda: now)
        assert reading is not None
        return spare_jobs.give(reading, names)


def told(app: Flask, called: Called, opening_id: int, place: int, now: datetime) -> dict[str, Any] | None:
    """What an opening answers to a teller, opened with the teller's own key."""
    path = answer_file.path_of(app.config["HUSTINGS"].instance, opening_id)
    sealed = answer_file.sealed_for(path, called.tellers[place], now)
    return json.loads(unseal(called.private_keys[called.tellers[place]], sealed)) if sealed else None


@pytest.fixture
def mailed(app: Flask, called: Called) -> Collected:
    collected = Collected()
    with app.app_context():
        jobs.make_codes_with(called.vote_id, collected.open)
    return collected


def vote_with(app: Flask, called: Called, code: str) -> None:
    """A boxed ballot under this code; what it says does not matter here."""
    with app.app_context(), transaction(write=True) as session:
        digest = queries.digest_of(public_of(code, called.vote.uuid_v))
        session.add(
            BoxedBallot(
                id=digest[:22], vote_id=called.vote_id, archive="V", batch=1, hash=digest, tracker=digest[:43],
                credential=digest, body="{}",
            )
        )  # fmt: skip


def test_spares_repair_a_chunk_of_which_a_crash_left_everything_unknown(
    app: Flask, called: Called, now: datetime
) -> None:
    crashed, after = Collected(most=14), Collected()
    with app.app_context():
        with pytest.raises(RuntimeError):
            jobs.make_codes_with(called.vote_id, crashed.open)
        jobs.make_codes_with(called.vote_id, after.open)
        with transaction(write=False):
            names = entry_queries.unknown_entries(called.vote_id, 50)
            assert len(names) == 10
            assert credential_queries.credential_count(called.vote_id, "spare") == 20 + 10
    opened = spare_for(app, called, names, now)
    assert {person.entry for person, _ in opened.codes} == set(names)
    with app.app_context(), transaction(write=False):
        vote = called.vote
        assert entry_queries.delivery_counts(vote.id) == {"sent": 65, "spare": 10, "waiting": 3}
        assert credential_queries.credential_count(vote.id, "revoked") == 10
        for person, code in opened.codes:
            assert credential_queries.credential_state(vote.id, "V", public_of(code, vote.uuid_v)) == "issued"
            assert credential_queries.credential_state(vote.id, "C", public_of(code, vote.uuid_c)) == "issued"
            if person.entry in crashed.codes:
                old = public_of(crashed.codes[person.entry], vote.uuid_v)
                assert credential_queries.credential_state(vote.id, "V", old) == "revoked"
        assert queries.check_sealed_list(vote, app.config["HUSTINGS"].instance)


def test_a_second_spare_revokes_the_first(app: Flask, called: Called, mailed: Collected, now: datetime) -> None:
    name = next(iter(mailed.codes))
    ((_, first),) = spare_for(app, called, [name], now).codes
    ((_, second),) = spare_for(app, called, [name], now).codes
    assert first != second
    with app.app_context(), transaction(write=False):
        vote = called.vote
        states = [
            credential_queries.credential_state(vote.id, "V", public_of(code, vote.uuid_v))
            for code in (mailed.codes[name], first, second)
        ]
    assert states == ["revoked", "revoked", "issued"]
    with app.app_context(), transaction(write=False) as session:
        replacing = session.scalars(select(PublicCredential).where(PublicCredential.replaces != ""))
        told = {(row.archive, row.digest, row.replaces) for row in replacing}
        codes = (mailed.codes[name], first, second)
        public = [queries.digest_of(public_of(code, called.vote.uuid_v)) for code in codes]
    assert told == {("V", public[1], public[0]), ("V", public[2], public[1])}, "and nothing is told of C"


def test_who_has_voted_gets_no_second_code_and_the_roll_does_not_show_it(
    app: Flask, called: Called, mailed: Collected, now: datetime
) -> None:
    voted, lost = list(mailed.codes)[:2]
    vote_with(app, called, mailed.codes[voted])
    opened = spare_for(app, called, [voted, lost], now)
    assert [person.entry for person, _ in opened.codes] == [lost]
    with app.app_context(), transaction(write=False):
        vote = called.vote
        entries = entry_queries.entries(vote.id, [voted, lost])
        assert {each.delivery for each in entries.values()} == {"spare"}
        kept = public_of(mailed.codes[voted], vote.uuid_v)
        assert credential_queries.credential_state(vote.id, "V", kept) == "issued"
        assert opened.used == [entry_queries.addressees(vote.id, [voted])[voted].number]
        said = trail("ask_opening", "give_share", "open_sealed_list", "give_spares")
        assert [(act, office) for act, office, _ in said] == [
            (act, "teller") for act in ("ask_opening", "give_share", "give_share", "open_sealed_list", "give_spares")
        ]
        told = said[-2][2], said[-1][2]
        assert (told[0]["purpose"], told[0]["reason"], told[0]["entries"]) == ("spare", "Mail was lost.", 2)
        assert told[1]["spares"] == 1
        assert told[1]["sealed_list_hash"] == queries.frozen_electorate(vote.id).sealed_hash


def test_one_teller_s_share_opens_nothing_and_a_false_one_is_refused(
    app: Flask, called: Called, mailed: Collected, now: datetime, cast: Cast
) -> None:
    folder = app.config["HUSTINGS"].instance
    with app.app_context(), transaction(write=True):
        vote = called.vote
        opening = opening_operations.ask_opening(
            called.teller(), vote, "spare", "Lost.", {"entries": [next(iter(mailed.codes))]}, now
        )
        assert not give(app, called, opening, 0, now)
        assert not give(app, called, opening, 0, now)
        assert opening.state == "asked"
        for false in (share_of(called, 0), "0", "-1", "12x", 5, None, "9" * 200):
            with pytest.raises(Refused, match="not your share"):
                opening_operations.give_share(called.teller(1), vote, opening, false, now, folder)
        with pytest.raises(Refused, match="Only the tellers"):
            opening_operations.give_share(actor(cast.officer), vote, opening, share_of(called, 1), now, folder)
        stale = holding(actor(cast.tellers[1], fresh=False), "teller", vote.question_id)
        with pytest.raises(Refused, match="once more"):
            opening_operations.give_share(stale, vote, opening, share_of(called, 1), now, folder)
        opening_operations.drop_opening(called.teller(), vote, opening, now, folder)
        assert opening.given == {}
        assert not share_file.path_of(folder, opening.id).exists(), "the share that was handed in is forgotten"
        with pytest.raises(Refused, match="over already"):
            opening_operations.drop_opening(called.teller(), vote, opening, now, folder)
        with pytest.raises(Stale):
            give(app, called, opening, 1, now)
        asked = {"opening": opening.id, "purpose": "spare", "reason": "Lost.", "entries": 1}
        assert trail("ask_opening", "give_share", "drop_opening", "open_sealed_list") == [
            ("ask_opening", "teller", asked), ("give_share", "teller", {"opening": opening.id}),
            ("drop_opening", "teller", {"opening": opening.id}),
        ], "a share that was given twice is in the log once"  # fmt: skip


def test_a_changed_sealed_list_is_not_opened(app: Flask, called: Called, mailed: Collected, now: datetime) -> None:
    folder = app.config["HUSTINGS"].instance
    with app.app_context(), transaction(write=False):
        path = sealed_file.path_of(folder, called.vote.uuid_v)
        assert queries.check_sealed_list(called.vote, folder)
        assert queries.sealed_list_there(called.vote, folder)
    whole = path.read_text()
    path.write_text("".join(whole.splitlines(keepends=True)[:-1]))
    with pytest.raises(Refused, match="not as it was written"):
        spare_for(app, called, [next(iter(mailed.codes))], now)
    with app.app_context(), transaction(write=False):
        assert not queries.check_sealed_list(called.vote, folder)
        assert not queries.sealed_list_there(called.vote, folder), "pages say what was found, and do not read the file"
        path.write_text(whole)
        assert queries.check_sealed_list(called.vote, folder)
        assert queries.sealed_list_there(called.vote, folder)


@pytest.mark.parametrize(("module", "place"), [(spare_operations, "rewrite_sorted"), (spare_jobs, "mark_spares")])
def test_an_opening_that_a_crash_undid_after_the_file_was_written_is_done_again(
    app: Flask,
    called: Called,
    mailed: Collected,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    module: object,
    place: str,
) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("the power went")

    name = next(iter(mailed.codes))
    with monkeypatch.context() as crashing:
        crashing.setattr(module, place, crash)
        with pytest.raises(RuntimeError, match="power"):
            spare_for(app, called, [name], now)
    with app.app_context(), transaction(write=False) as session:
        assert queries.check_sealed_list(called.vote, app.config["HUSTINGS"].instance)
        assert entry_queries.entries(called.vote_id, [name])[name].delivery == "sent"
        logged = list(session.scalars(db.select(AuditEntry.act)))
        assert logged.count("open_sealed_list") == 1
    assert [person.entry for person, _ in spare_for(app, called, [name], now).codes] == [name]


def test_spares_are_given_in_one_commit_of_credentials_and_another_of_the_roll(
    app: Flask, called: Called, mailed: Collected, now: datetime
) -> None:
    commits: list[set[str]] = []
    written: set[str] = set()
    anew: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(connection: object, cursor: object, statement: str, _: object, context: Any, many: bool) -> None:
        verb, *rest = statement.split()
        if verb in ("INSERT", "UPDATE", "DELETE"):
            written.update(rest[:2])
        if statement.startswith("INSERT INTO public_credentials"):
            anew.append(statement)

    def commit(connection: object) -> None:
        commits.append(set(written))
        written.clear()

    event.listen(engine, "before_cursor_execute", note)
    event.listen(engine, "commit", commit)
    try:
        spare_for(app, called, list(mailed.codes)[:3], now)
    finally:
        event.remove(engine, "before_cursor_execute", note)
        event.remove(engine, "commit", commit)
    with_credentials = [each for each in commits if "public_credentials" in each]
    assert len(with_credentials) == 1
    assert not with_credentials[0] & {"roll_entries", "sealed_openings", "audit_entries", "members"}
    assert len(anew) == 1, "all are written anew, and nothing is written beside it"
    assert anew[0].rstrip().endswith("length(kept_credentials.value), kept_credentials.value")


def test_the_first_share_waits_outside_the_database_and_an_hour_only(
    app: Flask, called: Called, mailed: Collected, now: datetime
) -> None:
    folder = app.config["HUSTINGS"].instance
    with app.app_context(), transaction(write=True) as session:
        opening = opening_operations.ask_opening(
            called.teller(), called.vote, "spare", "Lost.", {"entries": [next(iter(mailed.codes))]}, now
        )
        assert not give(app, called, opening, 0, now)
        stored = "".join(str(row) for table in Base.metadata.sorted_tables for row in session.execute(db.select(table)))
        assert share_of(called, 0) not in stored
        path = share_file.path_of(folder, opening.id)
        assert share_of(called, 0) in path.read_text()
        assert path.stat().st_mode & 0o077 == 0
        later = now + share_file.LIFETIME
        assert not give(app, called, opening, 1, later)
        assert share_of(called, 0) not in path.read_text()
        assert share_file.forget_old(folder, later) == 0
        assert share_file.forget_old(folder, later + share_file.LIFETIME) == 1
        assert not path.exists()


def test_no_code_is_given_out_once_voting_is_over_though_it_was_asked_for_before(
    app: Flask, called: Called, mailed: Collected, now: datetime
) -> None:
    with app.app_context(), transaction(write=True):
        vote = called.vote
        opening = opening_operations.ask_opening(
            called.teller(), vote, "spare", "Lost.", {"entries": [next(iter(mailed.codes))]}, now
        )
        give(app, called, opening, 0, now)
        vote.state = "counting"
        with pytest.raises(Refused, match="is over"):
            give(app, called, opening, 1, now)


def test_turnout_is_not_told_while_the_last_ballots_are_on_their_way_into_the_box(
    app: Flask, called: Called, mailed: Collected, now: datetime
) -> None:
    with app.app_context(), transaction(write=True):
        vote = called.vote
        vote.state = "counting"
        opening = opening_operations.ask_opening(called.teller(), vote, "turnout", "To publish it.", {}, now)
        give(app, called, opening, 1, now)
        with pytest.raises(Refused, match="still being checked"):
            give(app, called, opening, 0, now)


def test_an_opening_is_asked_for_with_a_reason_a_purpose_and_people_of_this_roll(
    app: Flask, called: Called, mailed: Collected, now: datetime, cast: Cast
) -> None:
    name = next(iter(mailed.codes))
    with app.app_context(), transaction(write=True) as session:
        vote, teller = called.vote, called.teller()
        waiting = entry_queries.waiting(vote.id, with_email=False, most=1)[0].entry
        for who, purpose, reason, entries, said in (
            (actor(cast.officer), "spare", "Lost.", [name], "Only the tellers"),
            (teller, "spare", "  ", [name], "Say why"),
            (teller, "curiosity", "Lost.", [name], "not opened for this"),
            (teller, "spare", "Lost.", [], "Say for whom"),
            (teller, "spare", "Lost.", ["somebody"], "not on the frozen roll"),
            (teller, "spare", "Lost.", [waiting], "not gone out yet"),
            (teller, "spare", "Lost.", list(mailed.codes)[:21], "Only 20 spare codes"),
            (teller, "spare", "Lost.", list(mailed.codes)[:51], "At most 50 spare codes"),
            (teller, "turnout", "To publish it.", [], "after the close"),
            (teller, "reminder", "They forget.", [], "while voting is open"),
        ):
            with pytest.raises(Refused, match=said):
                opening_operations.ask_opening(who, vote, purpose, reason, {"entries": entries}, now)
        opening_operations.ask_opening(teller, vote, "spare", "Lost.", {"entries": [name]}, now)
        with pytest.raises(Refused, match="You have asked"):
            opening_operations.ask_opening(teller, vote, "spare", "Lost.", {"entries": [name]}, now)
        teller = called.teller(1)
        vote.state = "counting"
        with pytest.raises(Refused, match="is over"):
            opening_operations.ask_opening(teller, vote, "spare", "Lost.", {"entries": [name]}, now)
        asked = session.scalars(db.select(AuditEntry).where(AuditEntry.act == "ask_opening")).one()
        assert name not in asked.body


def test_one_teller_keeps_no_spare_code_from_being_given(
    app: Flask, called: Called, mailed: Collected, now: datetime
) -> None:
    first, second = list(mailed.codes)[:2]
    folder = app.config["HUSTINGS"].instance
    with app.app_context(), transaction(write=True):
        idle, wanted = (
            opening_operations.ask_opening(called.teller(who), called.vote, "spare", "Lost.", {"entries": [name]}, now)
            for who, name in ((1, first), (0, second))
        )
        give(app, called, idle, 2, now)
        give(app, called, wanted, 0, now)
        with pytest.raises(Refused, match="Only the teller who asked"):
            opening_operations.drop_opening(called.teller(1), called.vote, wanted, now, folder)
        opening_operations.drop_opening(called.teller(1), called.vote, idle, now, folder)
        assert opening_queries.openings(called.vote_id) == [wanted, idle], "what waits comes first"
        assert opening_page_queries.opening_of(called.vote, wanted.id) is wanted
        with pytest.raises(Missing):
            opening_page_queries.opening_of(Vote(id=called.vote_id + 1), wanted.id)
        assert (idle.state, wanted.state) == ("dropped", "asked")
        assert give(app, called, wanted, 2, now)


@pytest.mark.parametrize(
    ("state", "seconds", "read"), [("asked", 599, True), ("asked", 600, False), ("opened", 1, False)]
)
def test_a_run_counts_as_going_for_ten_minutes_after_its_last_sign(
    now: datetime, state: str, seconds: int, read: bool
) -> None:
    seen = {"seen": (now - timedelta(seconds=seconds)).isoformat()}
    assert opening_queries.is_being_read(SealedOpening(state=state, given={}, facts=seen), now) is read


def test_turnout_told_by_one_opening_is_not_told_again_by_another_that_waited(
    app: Flask, called: Called, mailed: Collected, now: datetime
) -> None:
    with app.app_context(), transaction(write=True):
        called.vote.state = "counting"
        db.session.add(BoxState(vote_id=called.vote_id, batch=1, hour="", sealed=True))
        openings = [
            opening_operations.ask_opening(called.teller(who), called.vote, "turnout", "To publish it.", {}, now)
            for who in (0, 1)
        ]
        for opening in openings:
            give(app, called, opening, 0, now)
        give(app, called, openings[0], 1, now)
        first, second = (each.id for each in openings)
    with app.app_context():
        opening_jobs.carry_out(first, lambda: now)
        with transaction(write=True), pytest.raises(Refused, match="published already"):
            give(app, called, opening_queries.opening(second), 1, now)


def test_turnout_by_unit_after_the_close_counts_ballots_and_names_nobody(
    app: Flask, called: Called, mailed: Collected, now: datetime
) -> None:
    for code in list(mailed.codes.values())[:7]:
        vote_with(app, called, code)
    with app.app_context(), transaction(write=True):
        vote = called.vote
        vote.state = "counting"
        db.session.add(BoxState(vote_id=vote.id, batch=1, hour="", sealed=True))
        opening = opening_operations.ask_opening(called.teller(), vote, "turnout", "To publish it.", {}, now)
        give(app, called, opening, 1, now)
        give(app, called, opening, 0, now)
        opening_id = opening.id
    with app.app_context():
        opening_jobs.carry_out(opening_id, lambda: now)
    with app.app_context(), transaction(write=True):
        vote = called.vote
        rows = opening_queries.turnout_by_unit(vote.id)
        assert sum(row.ballots for row in rows) == 7
        assert sum(row.eligible for row in rows) == queries.frozen_electorate(vote.id).size
        assert all(row.eligible >= 30 for row in rows)
        with pytest.raises(Refused, match="already"):
            opening_operations.ask_opening(called.teller(), vote, "turnout", "Again.", {}, now)


def test_after_letters_and_mails_the_codes_are_ready_for_the_opening(
    app: Flask, called: Called, mailed: Collected, now: datetime
) -> None:
    with app.app_context():
        with transaction(write=False):
            teller = called.teller()
        letter_jobs.print_letters(teller, called.vote_id)
        with transaction(write=True):
            letter_operations.settle_letters(teller, called.vote, printed=True, now=now)
        with transaction(write=True):
            code_operations.seal_credentials(called.vote, now + timedelta(hours=1))
            code_operations.seal_credentials(called.vote, now + timedelta(hours=2))
            assert entry_queries.codes_pending(called.vote_id) == 0
            sealed = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == operations.Act.SEAL_CREDENTIALS))
            assert len(list(sealed)) == 1


def test_what_came_of_spares_is_sealed_to_the_teller_of_the_last_share_and_kept_for_an_hour(
    app: Flask, called: Called, mailed: Collected, now: datetime
) -> None:
    voted, lost = list(mailed.codes)[:2]
    vote_with(app, called, mailed.codes[voted])
    opening_id = ask_and_give(app, called, [voted, lost], now)
    folder = app.config["HUSTINGS"].instance
    with app.app_context():
        opening_jobs.carry_out(opening_id, lambda: now)
        answer = told(app, called, opening_id, 2, now)
        assert answer is not None
        assert (answer["mailed"], answer["printed"]) == (0, 1)
        with transaction(write=False):
            assert answer["used"] == [entry_queries.addressees(called.vote_id, [voted])[voted].number]
            opening = opening_queries.opening(opening_id)
            assert (opening.state, opening.given, opening.facts) == ("opened", {}, {"count": 2})
    assert base64.b64decode(answer["letters"]).startswith(b"%PDF")
    assert told(app, called, opening_id, 0, now) is None, "another teller is told nothing"
    assert told(app, called, opening_id, 2, now + share_file.LIFETIME) is None
    path = answer_file.path_of(folder, opening_id)
    assert path.stat().st_mode & 0o077 == 0
    assert not share_file.path_of(folder, opening_id).exists()
    answer_file.forget_old(folder, now)
    assert path.exists()
    answer_file.forget_old(folder, now + share_file.LIFETIME)
    assert not path.exists()


def test_a_reading_that_was_stopped_goes_on_by_itself_while_its_shares_live(
    app: Flask, called: Called, mailed: Collected, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("the power went")

    name = next(iter(mailed.codes))
    opening_id = ask_and_give(app, called, [name], now)
    monkeypatch.setattr("forum.kernel.clock.now", lambda: now)
    with app.app_context():
        with monkeypatch.context() as crashing:
            crashing.setattr(opening_operations, "finish", crash)
            with pytest.raises(RuntimeError, match="power"):
                opening_jobs.read_list(opening_id)
        with transaction(write=False):
            opening = opening_queries.opening(opening_id)
            assert opening_queries.is_being_read(opening, now)
            assert not opening_queries.is_being_read(opening, now + share_file.LIFETIME), "the shares are too old"
            assert opening_queries.with_shares(now + share_file.LIFETIME) == []
        opening_jobs.tend_openings()
        with transaction(write=False):
            assert opening_queries.opening(opening_id).state == "opened"
            assert entry_queries.entries(called.vote_id, [name])[name].delivery == "spare"


def test_two_tellers_hand_in_their_shares_once_more_where_the_first_ones_grew_old(
    app: Flask, called: Called, mailed: Collected, now: datetime
) -> None:
    opening_id = ask_and_give(app, called, [next(iter(mailed.codes))], now)
    later = now + share_file.LIFETIME
    with app.app_context():
        opening_jobs.carry_out(opening_id, lambda: later)
        with transaction(write=True):
            opening = opening_queries.opening(opening_id)
            assert opening.state == "asked"
            assert not give(app, called, opening, 0, later)
            assert give(app, called, opening, 1, later)
            assert give(app, called, opening, 2, later), "enough are there"
        opening_jobs.carry_out(opening_id, lambda: later)
        assert told(app, called, opening_id, 1, later) is not None
        assert told(app, called, opening_id, 2, later) is None
        with transaction(write=False) as session:
            logged = list(session.scalars(db.select(AuditEntry.act)))
        assert logged.count("open_sealed_list") == 2


def test_an_opening_that_was_taken_back_while_the_list_is_read_gives_nothing(
    app: Flask, called: Called, mailed: Collected, now: datetime
) -> None:
    name = next(iter(mailed.codes))
    opening_id = ask_and_give(app, called, [name], now)
    folder = app.config["HUSTINGS"].instance
    with app.app_context():
        reading = opening_jobs.reading_of(opening_id, lambda: now)
        assert reading is not None
        with transaction(write=True):
            opening = opening_queries.opening(opening_id)
            opening_operations.drop_opening(called.teller(), called.vote, opening, now, folder)
        with pytest.raises(Stale):
            spare_jobs.give(reading, [name])
        opening_jobs.carry_out(opening_id, lambda: now)
        with transaction(write=False):
            assert credential_queries.credential_count(called.vote_id, "revoked") == 0


@pytest.mark.parametrize("wrong", ["gone", "foreign"])
def test_the_tellers_are_told_when_the_list_is_gone_or_makes_no_sense(
    app: Flask, called: Called, mailed: Collected, now: datetime, wrong: str
) -> None:
    opening_id = ask_and_give(app, called, [next(iter(mailed.codes))], now)
    with app.app_context():
        with transaction(write=True):
            path, roll = (
                sealed_file.path_of(app.config["HUSTINGS"].instance, called.vote.uuid_v),
                queries.frozen_electorate(called.vote_id),
            )
            if wrong == "gone":
                path.unlink()
            else:
                line = json.dumps(seal(int(roll.list_key), b'{"assigned": [["an entry"]]}')).encode() + b"\n"
                path.write_bytes(line)
                roll.sealed_hash = sha256(line).hexdigest()
        opening_jobs.carry_out(opening_id, lambda: now)
        with transaction(write=False):
            opening = opening_queries.opening(opening_id)
            assert (opening.state, opening.facts["problem"]) == ("dropped", sealed_file.ALTERED)


def test_a_list_is_read_a_chunk_at_a_time_and_a_page_can_see_how_far(
    app: Flask, called: Called, mailed: Collected, now: datetime
) -> None:
    opening_id = ask_and_give(app, called, [next(iter(mailed.codes))], now)
    with app.app_context():
        reading = opening_jobs.reading_of(opening_id, lambda: now)
        assert reading is not None
        assert "private" not in repr(reading)
        seen = []
        for chunk in reading.chunks():
            assert len(chunk.assigned) <= code_operations.LARGEST_CHUNK
            seen.append(kernel_jobs.progress(progress_key(opening_id)))
    assert seen == sorted(seen)
    assert len(set(seen)) > 3
    assert 0 < seen[-1] < 100
