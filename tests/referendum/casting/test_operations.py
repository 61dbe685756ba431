"""The ballot box: what it takes, what it refuses and in which words, and what it forgets."""

from datetime import datetime, timedelta
from threading import Timer

import pytest
from flask import Flask
from sqlalchemy import event, func

from forum.kernel.database import db, transaction
from forum.kernel.errors import Refused
from referendum.casting import box_operations, operations, queries
from referendum.casting.arrival_rules import LATEST, may_seal
from referendum.casting.checking import Waiting, check_pair, fault_of
from referendum.casting.envelope import open_pair
from referendum.casting.forms import SentPair
from referendum.casting.models import Arrival, BoxBatch, BoxedBallot, SetAside
from referendum.casting.rules import Found, batch_hash
from referendum.casting.voted_queries import voted_among
from referendum.process.models import Vote
from tests.build_ballots import Paper, pair_with_false_proofs
from tests.build_votes import Ballots, make_vote
from tests.people import Cast
from tests.trail import trail


def count(table: type) -> int:
    return db.session.scalar(db.select(func.count()).select_from(table)) or 0


def check_all(ballots: Ballots) -> None:
    elections = ballots.vote.election_v, ballots.vote.election_c
    for arrival in db.session.scalars(db.select(Arrival)).all():
        found = check_pair(Waiting(arrival.sequence, arrival.v_tracker, *elections, arrival.v_body, arrival.c_body))
        operations.settle_arrival(arrival, v_fault=found.v_fault, c_fault=found.c_fault)


def test_a_pair_is_recorded_checked_and_boxed(ground: Flask, cast: Cast, now: datetime) -> None:
    ballots = make_vote(cast, now=now)
    receipt = operations.cast_pair(ballots.vote, ballots.pair(0, 1, (0, 3)), now=now)
    assert queries.whereabouts(receipt.v).found is Found.RECORDED
    check_all(ballots)
    assert queries.whereabouts(receipt.v).found is Found.CHECKED
    box_operations.seal_box(ballots.vote, now=now)
    found = queries.whereabouts(receipt.v)
    assert (found.found, found.archive, found.batch) == (Found.BOXED, "V", 1)
    assert queries.whereabouts(receipt.c or "").archive == "C"
    assert count(Arrival) == 0
    hashes = db.session.scalars(db.select(BoxedBallot.hash).where(BoxedBallot.archive == "V"))
    said = db.session.get_one(BoxBatch, (ballots.vote.id, 1, "V"))
    assert (said.ballots, said.hash) == (1, batch_hash(hashes))
    assert trail("write_batch") == [("write_batch", "box", {"batch": 1, "votes": 1})]


def test_each_tracker_leads_to_its_own_ballot_among_all_that_wait(ground: Flask, cast: Cast, now: datetime) -> None:
    ballots = make_vote(cast, now=now)
    pairs = [ballots.pair(voter, voter) for voter in (0, 1)]
    receipts = [operations.cast_pair(ballots.vote, pair, now=now) for pair in pairs]
    for pair, receipt in zip(pairs, receipts, strict=True):
        for archive, tracker, body in (("V", receipt.v, pair.v), ("C", receipt.c, pair.c)):
            found = queries.whereabouts(tracker or "")
            assert (found.archive, found.body, found.vote_id) == (archive, body.decode(), ballots.vote.id)


def test_who_has_voted_is_known_by_the_votes_that_wait_or_are_boxed_and_by_nothing_else(
    ground: Flask, cast: Cast, now: datetime
) -> None:
    ballots = make_vote(cast, now=now)
    vote_id = ballots.vote.id
    operations.cast_pair(ballots.vote, ballots.pair(0), now=now)
    arrival = db.session.scalars(db.select(Arrival)).one()
    v, c = arrival.v_credential, arrival.c_credential
    assert queries.waiting_count(vote_id) == 1
    for sealed in (False, True):
        assert queries.is_sealed(vote_id) is sealed
        assert voted_among(vote_id, [v, c, "0" * 64]) == {v}
        assert queries.has_voted(vote_id, v)
        assert not queries.has_voted(vote_id, c)
        if not sealed:
            check_all(ballots)
            box_operations.write_batch(ballots.vote, now=now, closing=True)
            assert not queries.is_sealed(vote_id)
            box_operations.seal_box(ballots.vote, now=now)
            assert queries.waiting_count(vote_id) == 0


def test_looking_up_a_tracker_does_not_read_the_whole_box(ground: Flask) -> None:
    if db.engine.dialect.name != "sqlite":
        return  # PostgreSQL reads a small table whole whatever its indexes
    asked: list[tuple[str, object]] = []
    note = lambda _c, _cursor, sql, values, *_: asked.append((sql, values))  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", note)
    queries.whereabouts("x" * 43)
    event.remove(db.engine, "before_cursor_execute", note)
    reads = [(sql, values) for sql, values in asked if "FROM boxed_ballots" in sql]
    plans = [db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values) for sql, values in reads]
    steps = [row[3] for plan in plans for row in plan]
    assert steps
    assert not [step for step in steps if step.startswith("SCAN")]


def test_the_same_bytes_again_get_the_same_answer_even_after_the_close(
    ground: Flask, cast: Cast, now: datetime
) -> None:
    ballots = make_vote(cast, now=now)
    pair = ballots.pair(0)
    first = operations.cast_pair(ballots.vote, pair, now=now)
    assert operations.cast_pair(ballots.vote, pair, now=now + timedelta(days=2)) == first
    assert count(Arrival) == 1


def test_the_same_vote_with_other_citations_gets_no_receipt_for_them(ground: Flask, cast: Cast, now: datetime) -> None:
    ballots = make_vote(cast, now=now)
    first, second = ballots.pair(0, 0, (0,)), ballots.pair(0, 0, (3,))
    operations.cast_pair(ballots.vote, first, now=now)
    with pytest.raises(Refused) as refused:
        operations.cast_pair(ballots.vote, SentPair(first.v, second.c), now=now)
    assert refused.value.facts["standing"] is True


def test_citations_of_the_record_sent_again_with_a_new_vote_do_not_stop_the_box(
    ground: Flask, cast: Cast, now: datetime
) -> None:
    ballots = make_vote(cast, now=now, revote=True)
    first, second = ballots.pair(0, 0), ballots.pair(0, 1)
    operations.cast_pair(ballots.vote, first, now=now)
    check_all(ballots)
    box_operations.write_batch(ballots.vote, now=now, closing=True)
    with pytest.raises(Refused):
        operations.cast_pair(ballots.vote, SentPair(second.v, first.c), now=now)
    operations.cast_pair(ballots.vote, second, now=now)
    check_all(ballots)
    box_operations.seal_box(ballots.vote, now=now)
    assert queries.boxed_count(ballots.vote.id) == 1


def test_a_ballot_that_meets_the_close_is_in_the_box_before_it_or_refused(
    app: Flask, cast: Cast, now: datetime
) -> None:
    with app.app_context():
        with transaction(write=True):
            ballots = make_vote(cast, now=now)
            vote_id, pair = ballots.vote.id, ballots.pair(0)
        with db.engine.connect() as clock_at_work:
            clock_at_work.execute(db.update(Vote).where(Vote.id == vote_id).values(state="counting", closes_at=now))
            commit = Timer(0.4, clock_at_work.commit)
            commit.start()
            with transaction(write=True) as session, pytest.raises(Refused, match="closed"):
                operations.cast_pair(session.get_one(Vote, vote_id), pair, now=now)
            commit.join()
            assert count(Arrival) == 0


def test_a_second_ballot_is_refused_where_the_first_is_final(
    ground: Flask, cast: Cast, now: datetime
) -> None:
    ballots = make_vote(cast, now=now)
    operations.cast_pair(ballots.vote, ballots.pair(0, 0), now=now)
    with pytest.raises(Refused) as refused:
        operations.cast_pair(ballots.vote, ballots.pair(0, 1), now=now)
    assert refused.value.facts["standing"] is True
    assert count(Arrival) == 1


def test_with_revoting_the_last_received_counts_and_an_old_copy_does_not_undo_it(
    ground: Flask, cast: Cast, now: datetime
) -> None:
    ballots = make_vote(cast, now=now, revote=True)
    old = ballots.pair(0, 0)
    first = operations.cast_pair(ballots.vote, old, now=now)
    second = operations.cast_pair(ballots.vote, ballots.pair(0, 1), now=now)
    operations.cast_pair(ballots.vote, old, now=now)
    check_all(ballots)
    box_operations.seal_box(ballots.vote, now=now)
    assert queries.whereabouts(first.v).found is Found.REPLACED
    assert queries.whereabouts(second.v).found is Found.BOXED
    assert queries.boxed_count(ballots.vote.id) == 1


@pytest.mark.parametrize("spare", [True, False])
def test_a_code_that_was_not_issued_is_refused(ground: Flask, cast: Cast, now: datetime, spare: bool) -> None:
    ballots = make_vote(cast, now=now)
    code = ballots.spare if spare else "111-111-111-111-11o"
    if not spare:
        from referendum.crypto.credentials import new_code

        code = new_code()
    with pytest.raises(Refused):
        operations.cast_pair(ballots.vote, ballots.pair(0, code=code), now=now)
    assert count(Arrival) == 0


def test_a_pair_is_stored_whole_or_not_at_all(ground: Flask, cast: Cast, now: datetime) -> None:
    ballots = make_vote(cast, now=now)
    pair = ballots.pair(0)
    with pytest.raises(Refused):
        operations.cast_pair(ballots.vote, SentPair(pair.v, b""), now=now)
    with pytest.raises(Refused):
        operations.cast_pair(ballots.vote, SentPair(pair.v, pair.v), now=now)
    assert count(Arrival) == 0


@pytest.mark.parametrize(("state", "shift"), [("set_up", 0), ("open", 2), ("open", -2), ("counting", 2)])
def test_nothing_is_taken_before_the_opening_or_after_the_close(
    ground: Flask, cast: Cast, now: datetime, state: str, shift: int
) -> None:
    ballots = make_vote(cast, now=now, state=state)
    with pytest.raises(Refused):
        operations.cast_pair(ballots.vote, ballots.pair(0), now=now + timedelta(days=shift))
    assert count(Arrival) == 0


def came(ballots: Ballots, voter: int, at: datetime) -> operations.Came:
    return operations.Came(open_pair(ballots.pair(voter)), at)


def test_a_pair_that_was_here_before_the_close_is_taken_after_it_until_the_box_is_sealed(
    ground: Flask, cast: Cast, now: datetime
) -> None:
    ballots = make_vote(cast, now=now, state="counting")
    vote, after = ballots.vote, now + timedelta(seconds=5)
    vote.closes_at = now
    early, late = came(ballots, 0, now - timedelta(seconds=1)), came(ballots, 1, now)
    answers = operations.cast_pairs(vote, [late, early], now=after)
    assert [isinstance(each, Refused) for each in answers] == [True, False]
    check_all(ballots)
    box_operations.seal_box(vote, now=after)
    (again,) = operations.cast_pairs(vote, [came(ballots, 2, early.at)], now=after)
    assert isinstance(again, Refused)
    assert queries.boxed_count(vote.id) == 1


def test_a_pair_that_waited_too_long_is_refused_rather_than_stored_late(
    ground: Flask, cast: Cast, now: datetime
) -> None:
    ballots = make_vote(cast, now=now)
    (answer,) = operations.cast_pairs(ballots.vote, [came(ballots, 0, now)], now=now + LATEST + timedelta(seconds=1))
    assert isinstance(answer, Refused)
    assert "send it again" in answer.reason
    assert not may_seal(now, now + LATEST - timedelta(seconds=1))
    assert may_seal(now, now + LATEST)


def test_a_ballot_for_another_election_is_refused_as_such(ground: Flask, cast: Cast, now: datetime) -> None:
    ballots, other = make_vote(cast, now=now), make_vote(cast, now=now)
    with pytest.raises(Refused) as refused:
        operations.cast_pair(ballots.vote, other.pair(0), now=now)
    assert refused.value.reason == operations.ANOTHER_VOTE


def test_a_set_aside_vote_frees_the_code_and_drops_its_citations(
    ground: Flask, cast: Cast, now: datetime
) -> None:
    ballots = make_vote(cast, now=now)
    receipt = operations.cast_pair(ballots.vote, ballots.pair(0, 0), now=now)
    operations.settle_arrival(db.session.scalars(db.select(Arrival)).one(), v_fault="proof")
    assert queries.whereabouts(receipt.v).found is Found.SET_ASIDE
    assert queries.whereabouts(receipt.c or "").found is Found.DROPPED
    assert [queries.set_aside_count(ballots.vote.id, archive) for archive in ("V", "C")] == [1, 0]
    operations.cast_pair(ballots.vote, ballots.pair(0, 1), now=now)
    assert count(Arrival) == 1


def test_set_aside_citations_leave_the_vote_standing_and_free_nothing(
    ground: Flask, cast: Cast, now: datetime
) -> None:
    ballots = make_vote(cast, now=now)
    receipt = operations.cast_pair(ballots.vote, ballots.pair(0, 0), now=now)
    operations.settle_arrival(db.session.scalars(db.select(Arrival)).one(), c_fault="proof")
    with pytest.raises(Refused):
        operations.cast_pair(ballots.vote, ballots.pair(0, 1), now=now)
    box_operations.seal_box(ballots.vote, now=now)
    assert queries.whereabouts(receipt.v).found is Found.BOXED
    assert (queries.boxed_count(ballots.vote.id, "V"), queries.boxed_count(ballots.vote.id, "C")) == (1, 0)
    assert queries.set_aside_count(ballots.vote.id, "C") == 1


def test_citations_under_a_stranger_s_code_keep_nobody_from_voting(ground: Flask, cast: Cast, now: datetime) -> None:
    ballots = make_vote(cast, now=now)
    own, attacked = ballots.pair(0), ballots.pair(1, 0, (0,))
    forged = Paper.of(ballots.c, ballots.pair(1).c).signed_with(ballots.codes[1])[1]
    place = forged.rindex('"response":"') + len('"response":"')
    forged = f"{forged[:place]}{(int(forged[place]) + 1) % 10 or 1}{forged[place + 1 :]}"
    operations.cast_pair(ballots.vote, SentPair(own.v, forged.encode()), now=now)
    operations.cast_pair(ballots.vote, attacked, now=now)
    check_all(ballots)
    box_operations.seal_box(ballots.vote, now=now)
    assert [queries.boxed_count(ballots.vote.id, archive) for archive in ("V", "C")] == [2, 1]
    aside = db.session.scalars(db.select(SetAside)).one()
    assert (aside.archive, aside.reason) == ("C", "signature")


def test_own_citations_that_were_set_aside_are_the_code_s_only_ones(ground: Flask, cast: Cast, now: datetime) -> None:
    ballots = make_vote(cast, now=now)
    operations.cast_pair(ballots.vote, pair_with_false_proofs(ballots, 0, archives="C"), now=now)
    own, other = ballots.pair(0), ballots.pair(1)
    for _ in ("waiting", "checked"):
        with pytest.raises(Refused) as refused:
            operations.cast_pair(ballots.vote, SentPair(other.v, own.c), now=now)
        assert refused.value.facts["standing"] is True
        check_all(ballots)


def test_a_bad_later_ballot_never_displaces_an_earlier_good_one(
    ground: Flask, cast: Cast, now: datetime
) -> None:
    ballots = make_vote(cast, now=now, revote=True)
    good = operations.cast_pair(ballots.vote, ballots.pair(0, 0), now=now)
    check_all(ballots)
    operations.cast_pair(ballots.vote, ballots.pair(0, 1), now=now)
    latest = db.session.scalars(db.select(Arrival).order_by(Arrival.sequence.desc())).first()
    assert latest is not None
    operations.settle_arrival(latest, v_fault="proof")
    box_operations.seal_box(ballots.vote, now=now)
    assert queries.whereabouts(good.v).found is Found.BOXED


def test_a_ballot_with_a_false_proof_does_not_hold(ground: Flask, cast: Cast, now: datetime) -> None:
    ballots = make_vote(cast, now=now)
    pair = ballots.pair(0)
    assert fault_of(ballots.vote.election_v, pair.v.decode()) == ""
    assert fault_of(ballots.vote.election_v, pair_with_false_proofs(ballots, 0).v.decode()) == "proof"


@pytest.mark.sqlite_alone  # a PostgreSQL server puts rows wherever a page has room
def test_batches_wait_for_thirty_and_lie_in_the_order_of_their_hashes(
    ground: Flask, cast: Cast, now: datetime
) -> None:
    ballots = make_vote(cast, now=now, voters=31, citations=False)
    for voter in range(29):
        operations.cast_pair(ballots.vote, ballots.pair(voter, voter % 2), now=now)
    for arrival in db.session.scalars(db.select(Arrival)).all():
        operations.settle_arrival(arrival, c_fault="proof")
    assert box_operations.write_batch(ballots.vote, now=now) == 0
    for voter in (29, 30):
        operations.cast_pair(ballots.vote, ballots.pair(voter), now=now)
    for arrival in db.session.scalars(db.select(Arrival)).all():
        operations.settle_arrival(arrival, c_fault="proof")
    assert box_operations.write_batch(ballots.vote, now=now) == 31
    rows = list(db.session.scalars(db.select(BoxedBallot)))
    assert [row.hash for row in rows] == sorted(row.hash for row in rows)
    assert count(Arrival) == 0


def test_set_aside_rows_keep_a_tracker_and_a_reason_and_nothing_else(
    ground: Flask, cast: Cast, now: datetime
) -> None:
    ballots = make_vote(cast, now=now)
    operations.cast_pair(ballots.vote, ballots.pair(0), now=now)
    operations.settle_arrival(db.session.scalars(db.select(Arrival)).one(), v_fault="proof")
    assert {column.name for column in SetAside.__table__.columns} == {
        "id",
        "vote_id",
        "archive",
        "tracker",
        "reason",
    }


@pytest.mark.parametrize("revote", [False, True])
def test_the_turnout_counts_each_voter_once_and_reads_the_box_only_where_members_may_vote_again(
    ground: Flask, cast: Cast, now: datetime, revote: bool
) -> None:
    ballots = make_vote(cast, now=now, revote=revote)
    assert queries.boxed_count(ballots.vote.id) == 0
    for voter, choice in ((0, 0), (0 if revote else 1, 1)):
        operations.cast_pair(ballots.vote, ballots.pair(voter, choice), now=now)
        check_all(ballots)
        box_operations.write_batch(ballots.vote, now=now, closing=True)
    asked: list[str] = []
    note = lambda _c, _cursor, sql, *_: asked.append(sql)  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", note)
    found = queries.boxed_count(ballots.vote.id)
    event.remove(db.engine, "before_cursor_execute", note)
    assert found == (1 if revote else 2)
    assert any("boxed_ballots" in sql for sql in asked) == revote
