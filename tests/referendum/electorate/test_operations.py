"""Freezing the roll, the tellers' keys, the sealed list's key."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from structlog.testing import capture_logs

from forum.kernel.audit import AuditEntry
from forum.kernel.database import db, transaction
from forum.kernel.errors import Refused, Stale
from forum.questions.models import Question
from forum.roll import import_operations, importing
from forum.roll.models import Member, RollImport
from referendum.crypto.group import power_of_g
from referendum.crypto.trustee import new_private_key, public_key_of
from referendum.electorate import entry_queries, operations, queries, rules
from referendum.electorate.models import Electorate, RollEntry, TellerKey
from referendum.electorate.rules import Voter, hash_of, line_of, record_instant
from referendum.electorate.sealing import join, unseal
from referendum.process.models import Vote
from tests.elsewhere import wrote_elsewhere
from tests.forum.roll.files import roll, row
from tests.people import Cast, actor, holding
from tests.referendum.electorate.conftest import call, make_members, make_set_up_vote
from tests.trail import trail


def teller_of(cast: Cast, vote: Vote, place: int = 0):  # type: ignore[no-untyped-def]
    return holding(actor(cast.tellers[place]), "teller", vote.question_id)


def test_the_frozen_roll_holds_the_entitled_with_hash_size_and_units(
    ground: Flask, cast: Cast, now: datetime
) -> None:
    vote = make_set_up_vote(cast, now)
    db.session.get_one(Member, cast.elsewhere).left_at = now
    frozen = operations.freeze_roll(teller_of(cast, vote), vote, now=now)
    entries = list(db.session.scalars(db.select(RollEntry)))
    on_it = {each.member_id for each in entries}
    assert not on_it & {cast.suspended, cast.retired, cast.elsewhere}
    assert {cast.member, *cast.officers, *cast.tellers} <= on_it
    assert frozen.size == len(entries) == len({each.entry for each in entries})
    members = [db.session.get_one(Member, each) for each in on_it]
    assert frozen.roll_hash == hash_of(
        line_of(Voter(m.number, m.standing, m.country, "Lakes District", m.local.number)) for m in members
    )
    assert sum(unit["eligible"] for unit in frozen.units) == frozen.size
    assert frozen.rule["standings"] == ["good"]
    entry = db.session.scalars(db.select(AuditEntry)).one()
    assert (entry.act, entry.office, entry.facts["size"]) == ("freeze_roll", "teller", frozen.size)


def test_the_roll_is_frozen_once_by_a_teller_of_this_question_from_the_record_date_on(
    ground: Flask, cast: Cast, now: datetime
) -> None:
    vote = make_set_up_vote(cast, now)
    question = db.session.get_one(Question, vote.question_id)
    teller = teller_of(cast, vote)
    for stranger in (actor(cast.officer), holding(actor(cast.member), "teller", vote.question_id + 1)):
        with pytest.raises(Refused, match="Only the tellers"):
            operations.freeze_roll(stranger, vote, now=now)
    for record_at in (now + timedelta(seconds=1), None, now, now - rules.CLOCK_HAS + timedelta(seconds=1)):
        question.record_at = record_at
        with pytest.raises(Refused, match="The clock freezes"):
            operations.freeze_roll(teller, vote, now=now)
    question.record_at = now
    now += rules.CLOCK_HAS
    vote.state = "open"
    with pytest.raises(Refused, match="no longer be frozen"):
        operations.freeze_roll(teller, vote, now=now)
    vote.state = "set_up"
    operations.freeze_roll(teller, vote, now=now)
    with pytest.raises(Stale, match="frozen already"):
        operations.freeze_roll(teller, vote, now=now)


def test_the_clock_freezes_the_roll_at_the_record_date_and_both_instants_are_told(
    ground: Flask, cast: Cast, now: datetime
) -> None:
    vote = make_set_up_vote(cast, now)
    question = db.session.get_one(Question, vote.question_id)
    question.record_at = now
    assert operations.freeze_due(now - timedelta(seconds=1)) == 0
    assert operations.freeze_due(now + timedelta(seconds=40)) == 1
    assert operations.freeze_due(now + timedelta(minutes=2)) == 0
    frozen = queries.frozen_electorate(vote.id)
    assert (frozen.record_at, frozen.frozen_at) == (now, now + timedelta(seconds=40))
    everybody = db.session.scalar(db.select(db.func.count()).select_from(Member))
    assert frozen.size < (frozen.roll_count or 0) == everybody
    entry = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "freeze_roll")).one()
    assert entry.office == "clock"
    assert (entry.facts["record_at"], entry.facts["frozen_at"]) == (
        now.isoformat(), (now + timedelta(seconds=40)).isoformat(),
    )  # fmt: skip


def import_row(now: datetime, **values: Any) -> RollImport:
    row = RollImport(filename="roll.csv", content="", at=now, touched_at=now, **values)
    db.session.add(row)
    db.session.flush()
    return row


def test_a_roll_that_an_import_changed_after_the_record_date_is_frozen_by_nobody_until_it_is_undone(
    ground: Flask, cast: Cast, now: datetime
) -> None:
    vote = make_set_up_vote(cast, now)
    late = import_row(now, state="applied", applied_at=now - timedelta(minutes=30))
    with capture_logs() as logged:
        assert operations.freeze_due(now) == 0
    ((event, said),) = [(each["event"], each["reason"]) for each in logged if each.get("vote") == vote.id]
    assert event == "a roll was not frozen at its record date"
    assert "by an import" in said
    with pytest.raises(Refused, match="by an import"):
        operations.freeze_roll(teller_of(cast, vote), vote, now=now)
    late.state = "undone"
    db.session.flush()
    assert operations.freeze_roll(teller_of(cast, vote), vote, now=now).record_at == now - timedelta(hours=1)


def test_an_import_that_stood_at_the_record_date_and_was_undone_since_keeps_the_roll_from_being_frozen(
    ground: Flask, cast: Cast, now: datetime
) -> None:
    make_set_up_vote(cast, now)
    import_row(now, state="undone", applied_at=now - timedelta(hours=2))
    assert operations.freeze_due(now) == 0


def test_an_import_after_the_record_date_finds_the_roll_frozen_as_it_was_before(
    app: Flask, cast: Cast, now: datetime
) -> None:
    with app.app_context():
        with transaction(write=True):
            vote_id = make_set_up_vote(cast, now).id
            import_id = import_operations.receive_roll(None, "roll.csv", roll(row("7001"), row("7002")), now=now).id
        importing.look_over(import_id, app.config["HUSTINGS"])
        with transaction(write=True):
            import_operations.begin_apply(None, import_id, marks_absent=True, now=now)
        importing.write(import_id, app.config["HUSTINGS"])
        with transaction(write=False):
            newcomer = db.session.scalars(db.select(Member).where(Member.number == "7001")).one()
            assert entry_queries.entry_of(vote_id, newcomer.id) is None
            assert entry_queries.entry_of(vote_id, cast.member) is not None


@pytest.mark.parametrize(
    ("number", "closed", "expected"),
    [(1, -5, 0), (1, 2, 2), (1, None, 0), (2, -5, 8)],
)  # fmt: skip
def test_the_record_instant_is_the_published_date_or_the_close_and_two_days_before_a_vote_held_again(
    now: datetime, number: int, closed: int | None, expected: int
) -> None:
    closed_at = None if closed is None else now + timedelta(days=closed)
    instant = record_instant(number, now, closed_at, now + timedelta(days=10))
    assert instant == now + timedelta(days=expected)
    assert record_instant(number, None, closed_at, now) is None


def test_a_member_who_joins_later_is_not_on_the_frozen_roll(ground: Flask, cast: Cast, now: datetime) -> None:
    vote = make_set_up_vote(cast, now)
    frozen = operations.freeze_roll(teller_of(cast, vote), vote, now=now)
    make_members(1, cast.local)
    newcomer = db.session.scalars(db.select(Member).where(Member.number == "7000")).one()
    assert entry_queries.entry_of(vote.id, newcomer.id) is None
    assert entry_queries.entry_of(vote.id, cast.member) is not None
    assert frozen.size == sum(entry_queries.delivery_counts(vote.id).values())


def test_a_teller_key_needs_its_proof_its_teller_and_its_time(ground: Flask, cast: Cast, now: datetime) -> None:
    vote = make_set_up_vote(cast, now)
    good = public_key_of(new_private_key()).as_json()
    other = public_key_of(new_private_key()).as_json()
    with pytest.raises(Refused, match="Only the tellers"):
        operations.upload_teller_key(actor(cast.member), vote, good, now)
    for bad in (None, [], {}, good | {"pok": other["pok"]}, good | {"public_key": "4"}):
        with pytest.raises(Refused, match="Nothing was stored"):
            operations.upload_teller_key(teller_of(cast, vote), vote, bad, now)
    for at in (now, now + timedelta(hours=1)):
        assert operations.upload_teller_key(teller_of(cast, vote), vote, good, at).at == now, "it is the same key"
    with pytest.raises(Refused, match="Another teller"):
        operations.upload_teller_key(teller_of(cast, vote, 1), vote, good, now)
    later = now + timedelta(hours=2)
    assert operations.upload_teller_key(teller_of(cast, vote), vote, other, later).at == later
    assert [facts["key_hash"] for _, _, facts in trail("upload_teller_key")] == [
        queries.digest_of(each["public_key"]) for each in (good, other)
    ]
    assert [each.public_key["public_key"] for each in queries.teller_keys(vote.id)] == [other["public_key"]]


def test_any_two_tellers_hold_the_key_of_the_list_and_nobody_else_does(
    ground: Flask, cast: Cast, now: datetime
) -> None:
    called = call(cast, now)
    roll = operations.set_up_sealed_list(called.vote, now)
    assert operations.set_up_sealed_list(called.vote, now).list_key == roll.list_key
    shares = {}
    for key in queries.teller_keys(called.vote_id):
        assert key.share is not None
        shares[key.share["place"]] = int(unseal(called.private_keys[key.member_id], key.share["sealed"]))
    for two in ((1, 2), (1, 3), (2, 3)):
        assert str(power_of_g(join({place: shares[place] for place in two}))) == roll.list_key
    late = public_key_of(new_private_key()).as_json()
    with pytest.raises(Refused, match="set up already"):
        operations.upload_teller_key(called.teller(), called.vote, late, now)


def test_a_sealed_list_for_one_teller_alone_is_not_set_up(ground: Flask, cast: Cast, now: datetime) -> None:
    vote = make_set_up_vote(cast, now)
    operations.freeze_roll(teller_of(cast, vote), vote, now=now)
    operations.upload_teller_key(teller_of(cast, vote), vote, public_key_of(new_private_key()).as_json(), now)
    with pytest.raises(Refused, match="at least two"):
        operations.set_up_sealed_list(vote, now)


def test_a_second_click_on_the_freeze_is_told_that_the_roll_is_frozen(app: Flask, cast: Cast, now: datetime) -> None:
    with app.test_request_context():
        with transaction(write=True):
            vote_id = make_set_up_vote(cast, now).id
        first = db.insert(Electorate).values(
            vote_id=vote_id, frozen_at=now, size=1, roll_count=1, spare_count=0, roll_hash="0" * 64, codes="none"
        )
        with wrote_elsewhere(vote_id, first), transaction(write=True) as session:
            vote = session.get_one(Vote, vote_id)
            with pytest.raises(Stale, match="frozen"):
                operations.freeze_roll(teller_of(cast, vote), vote, now=now)


def test_the_clock_passes_over_a_roll_that_a_teller_is_freezing(app: Flask, cast: Cast, now: datetime) -> None:
    with app.test_request_context():
        with transaction(write=True):
            vote_id = make_set_up_vote(cast, now).id
        first = db.insert(Electorate).values(
            vote_id=vote_id, frozen_at=now, size=1, roll_count=1, spare_count=0, roll_hash="0" * 64, codes="none"
        )
        with wrote_elsewhere(vote_id, first), transaction(write=True):
            assert operations.freeze_due(now) == 0


def test_a_tellers_key_sent_twice_at_once_is_kept_once(app: Flask, cast: Cast, now: datetime) -> None:
    key = public_key_of(new_private_key()).as_json()
    with app.test_request_context():
        with transaction(write=True):
            vote_id = make_set_up_vote(cast, now).id
        first = db.insert(TellerKey).values(vote_id=vote_id, member_id=cast.tellers[0], public_key=key, at=now)
        with wrote_elsewhere(vote_id, first), transaction(write=True) as session:
            vote = session.get_one(Vote, vote_id)
            held = operations.upload_teller_key(teller_of(cast, vote), vote, key, now + timedelta(seconds=1))
            assert held.at == now
