"""The count: products, refused and accepted parts, what is withheld, and archives that strangers accept."""

import hashlib
import json
import subprocess
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from flask import Flask

from forum.kernel import clock, database, slots
from forum.kernel.database import db, transaction
from forum.kernel.errors import Refused
from referendum.archive.reader import ArchiveReader
from referendum.archive.report import Report
from referendum.archive.verify import verify
from referendum.casting.models import BoxedBallot
from referendum.count import archiving, jobs, operations, part_operations, part_queries, queries, views
from referendum.count.archiving import NotVerified
from referendum.count.models import PartialDecryption
from referendum.crypto.group import G, P
from referendum.crypto.hashing import hex_hash
from referendum.process.models import Vote
from tests.elsewhere import wrote_elsewhere
from tests.locks import holding_rows
from tests.people import Cast, actor, holding
from tests.referendum.count.counting import Counting
from tests.trail import trail

OPEN = {"min_ballots": 10, "citations_min": 20}


@pytest.fixture
def counting(app: Flask, cast: Cast, now: datetime) -> Counting:
    made = Counting(app, cast, now, voters=3, min_ballots=1, citations_min=1)
    made.compute()
    return made


def test_a_whole_count_of_25_ballots_and_2_trustees(app: Flask, cast: Cast, now: datetime) -> None:
    made = Counting(app, cast, now, **OPEN)
    opened = now - timedelta(days=3)
    with app.app_context(), transaction(write=True):
        made.vote.opened_at = opened
    made.compute()
    for archive in ("V", "C"):
        made.open(archive, now)
    folder: Path = app.config["HUSTINGS"].instance
    with app.app_context(), transaction(write=False):
        v, c = queries.tally_of(made.vote_id, "V"), queries.tally_of(made.vote_id, "C")
        assert v is not None
        assert c is not None
        assert v.result == [[made.choices.count(each) for each in (2, 0, 1)]]
        assert c.result is not None
        assert c.result[0] == [5, 0, 0, 5]
        assert queries.shares_given(made.vote) == set(cast.trustees)
        assert queries.archive_verified(made.vote)
        for tally in (v, c):
            path = queries.path_of(folder, made.vote, tally.archive)
            assert verify(path).ok
            assert hashlib.sha256(path.read_bytes()).hexdigest() == tally.archive_hash
            with path.open("rb") as file:
                assert ArchiveReader(file).container.timestamp == int(opened.timestamp()), "of the opening, as the box"


def test_product_parts_opening_and_file_of_a_count_stand_in_the_log(
    app: Flask, counting: Counting, now: datetime
) -> None:
    counting.open("V", now)
    with app.app_context(), transaction(write=False):
        tally, given = queries.tally_of(counting.vote_id, "V"), queries.parts(counting.vote_id, "V")
        assert tally is not None
        of_v = [each for each in trail() if each[2].get("archive") == "V"]
        assert of_v == [
            ("store_tally", "clock", {"archive": "V", "ballots": 3, "withheld": "",
                                      "tally_hash": hex_hash(tally.encrypted.encode())}),
            *(("accept_partial", "trustee", {"archive": "V", "owner": part.owner,
                                             "partial_hash": hex_hash(part.body.encode()),
                                             "second_proof": bool(part.second_proof)}) for part in given),
            ("open_tally", "trustee", {"archive": "V", "ballots": 3}),
            ("write_archive", "clock", {"archive": "V", "archive_hash": tally.archive_hash}),
        ]  # fmt: skip


@pytest.mark.parametrize(("state", "refused"), [("annulled", "VC"), ("challengeable", "V")])
def test_after_the_count_no_part_is_taken_but_one_of_the_citations(
    app: Flask, counting: Counting, now: datetime, state: str, refused: str
) -> None:
    with app.app_context(), transaction(write=True):
        counting.vote.state = state
        for archive in "VC":
            def hand_in(archive: str = archive) -> bool:
                part = counting.part(0, archive)
                return operations.accept_partial(counting.trustee(0), counting.vote, archive, 1, part, now)

            if archive in refused:
                with pytest.raises(Refused, match="The count is over"):
                    hand_in()
            else:
                assert hand_in() is False
            assert len(queries.parts(counting.vote_id, archive)) == (archive not in refused)


@pytest.mark.parametrize(("length", "said"), [(600_000, "is refused"), (600_001, "too long")])
def test_what_is_too_long_for_a_part_is_not_even_read(
    app: Flask, counting: Counting, now: datetime, length: int, said: str
) -> None:
    with app.app_context(), transaction(write=True), pytest.raises(Refused, match=said):
        operations.accept_partial(counting.trustee(0), counting.vote, "V", 1, b"x" * length, now)


def test_who_stores_a_part_a_product_or_a_file_holds_the_vote(app: Flask, counting: Counting, now: datetime) -> None:
    with app.app_context(), transaction(write=True):
        vote = counting.vote
        for act in (
            lambda: operations.accept_partial(counting.trustee(0), vote, "V", 1, counting.part(0), now),
            lambda: part_operations.make_parts(vote, "V", 1),
            lambda: part_operations.store_product(vote, "V", 0, operations.product_of(vote, "V"), now),
            lambda: part_operations.store_file(vote, "V", 0, "ab" * 32, now),
        ):
            with holding_rows() as held:
                act()
            assert "votes" in held


@pytest.mark.needs("belenios-tool")
def test_the_outside_tool_accepts_the_archives(app: Flask, cast: Cast, now: datetime, tmp_path: Path) -> None:
    made = Counting(app, cast, now, voters=5, min_ballots=1, citations_min=1)
    made.compute()
    for archive in ("V", "C"):
        made.open(archive, now)
    for archive in ("V", "C"):
        with app.app_context(), transaction(write=False):
            path = queries.path_of(app.config["HUSTINGS"].instance, made.vote, archive)
        alone = tmp_path / archive
        alone.mkdir()
        (alone / path.name).write_bytes(path.read_bytes())
        told = subprocess.run(
            ["belenios-tool", "election", "verify", "--dir", str(alone)], capture_output=True, text=True, check=False
        )
        assert told.returncode == 0, told.stderr
        assert "no result" not in told.stdout + told.stderr


def test_a_part_with_a_wrong_factor_is_refused_and_named_before_anything_is_stored(
    app: Flask, counting: Counting, now: datetime
) -> None:
    with app.app_context(), transaction(write=True):
        part = json.loads(counting.part(0))
        factor = int(part["decryption_factors"][0][1])
        part["decryption_factors"][0][1] = str(factor * int(G) % int(P))
        with pytest.raises(Refused) as refused:
            operations.accept_partial(
                counting.trustee(0), counting.vote, "V", 1, json.dumps(part, separators=(",", ":")).encode(), now
            )
        assert refused.value.facts["owner"] == 1
        assert "factor 2" in str(refused.value)
        assert queries.parts(counting.vote_id, "V") == []


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"{}", b"\xff", b'{"decryption_factors":[],"decryption_proofs":[]}', b"x" * 700_000]
)
def test_nonsense_is_refused_in_words(app: Flask, counting: Counting, now: datetime, raw: bytes) -> None:
    with app.app_context(), transaction(write=True), pytest.raises(Refused, match="Nothing was stored"):
        operations.accept_partial(counting.trustee(0), counting.vote, "V", 1, raw, now)


def test_a_part_counts_only_from_its_own_trustee(app: Flask, cast: Cast, counting: Counting, now: datetime) -> None:
    with app.app_context(), transaction(write=True):
        vote, part = counting.vote, counting.part(0)
        for stranger in (actor(cast.officer), holding(actor(cast.member), "trustee", vote.question_id + 1)):
            with pytest.raises(Refused, match="Only the trustees"):
                operations.accept_partial(stranger, vote, "V", 1, part, now)
        with pytest.raises(Refused, match="hold no key"):
            operations.accept_partial(
                holding(actor(cast.member), "trustee", vote.question_id), vote, "V", 1, part, now
            )
        for owner in (2, "1", True, None):
            with pytest.raises(Refused, match="another trustee"):
                operations.accept_partial(counting.trustee(0), vote, "V", owner, part, now)
        with pytest.raises(Refused, match="is refused"):
            operations.accept_partial(counting.trustee(0), vote, "V", 1, counting.part(1), now)
        assert operations.accept_partial(counting.trustee(0), vote, "V", 1, part, now) is False
        assert operations.accept_partial(counting.trustee(0), vote, "V", 1, counting.part(0), now) is False
        assert len(queries.parts(vote.id, "V")) == 1
        assert operations.accept_partial(counting.trustee(1), vote, "V", 2, counting.part(1), now) is True


def test_a_part_sent_twice_at_once_is_kept_once_and_of_two_last_parts_one_is_the_last(
    app: Flask, counting: Counting, now: datetime
) -> None:
    with app.test_request_context():
        with transaction(write=False):
            parts = [counting.part(place) for place in (0, 1)]
        same, other = (
            db.insert(PartialDecryption).values(
                vote_id=counting.vote_id, archive="V", owner=place + 1, body=part.decode(), at=now
            )
            for place, part in enumerate(parts)
        )
        with wrote_elsewhere(counting.vote_id, same, other), transaction(write=True):
            assert operations.accept_partial(counting.trustee(0), counting.vote, "V", 1, parts[0], now) is True
        with transaction(write=False):
            assert len(queries.parts(counting.vote_id, "V")) == 2


def test_citations_below_their_minimum_stay_closed_and_the_vote_is_opened_all_the_same(
    app: Flask, cast: Cast, now: datetime
) -> None:
    made = Counting(app, cast, now, voters=4, min_ballots=4)
    made.compute()
    with app.app_context(), transaction(write=True):
        c = queries.tally_of(made.vote_id, "C")
        assert c is not None
        assert c.withheld == "too_few"
        with pytest.raises(Refused, match="too few"):
            operations.accept_partial(made.trustee(0), made.vote, "C", 1, made.part(0, "C"), now)
    made.open("V", now)
    with app.app_context(), transaction(write=False):
        c = queries.tally_of(made.vote_id, "C")
        assert c is not None
        assert c.result is None
        assert queries.archive_verified(made.vote)
        assert queries.shares_given(made.vote) == set(cast.trustees)
        assert verify(queries.path_of(app.config["HUSTINGS"].instance, made.vote, "C"), unfinished=True).ok


def test_a_vote_below_its_minimum_is_never_opened(app: Flask, cast: Cast, now: datetime) -> None:
    made = Counting(app, cast, now, voters=2)
    made.compute()
    with app.app_context(), transaction(write=False):
        tally = queries.tally_of(made.vote_id, "V")
        assert tally is not None
        assert (tally.ballot_count, tally.withheld, tally.result) == (2, "too_few", None)
        assert queries.archive_verified(made.vote)


def test_a_vote_without_a_single_ballot_ends_with_archives_that_hold(app: Flask, cast: Cast, now: datetime) -> None:
    made = Counting(app, cast, now, voters=0, min_ballots=0, citations_min=0)
    made.compute()
    with app.app_context(), transaction(write=False):
        assert [each.withheld for each in queries.tallies(made.vote_id)] == ["too_few", "too_few"]
        assert queries.archive_verified(made.vote)


def test_nothing_is_computed_before_the_box_is_sealed(app: Flask, cast: Cast, now: datetime) -> None:
    made = Counting(app, cast, now, voters=2)
    with app.app_context(), transaction(write=True):
        vote = made.vote
        vote.state = "open"
        with pytest.raises(Refused, match="not sealed"):
            operations.store_tally(vote, "V", operations.product_of(vote, "V"), now)


def test_an_altered_ballot_row_is_found_before_an_archive_is_put_out(
    app: Flask, counting: Counting, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context(), transaction(write=True) as session:
        first, second = session.scalars(db.select(BoxedBallot).where(BoxedBallot.archive == "V").limit(2))
        first.body = second.body
    with pytest.raises(NotVerified):
        counting.open("V", now)
    with app.app_context(), transaction(write=False):
        tally = queries.tally_of(counting.vote_id, "V")
        assert tally is not None
        assert tally.archive_hash == ""
        path = queries.path_of(app.config["HUSTINGS"].instance, counting.vote, "V")
        assert not path.exists()
    monkeypatch.setattr(archiving, "write_sealed", lambda *_: 1 / 0)
    with app.app_context(), pytest.raises(ZeroDivisionError):
        jobs.write_part(counting.vote_id, "V", 0)
    assert list(path.parent.iterdir()) == [], "nor is anything left of one that could not be written"


def test_before_its_product_is_there_nothing_of_an_archive_is_opened(
    app: Flask, cast: Cast, now: datetime
) -> None:
    made = Counting(app, cast, now, voters=1, min_ballots=1)
    with app.app_context():
        jobs.go_on(made.vote_id, "V")
        with transaction(write=True):
            assert queries.tallies(made.vote_id) == []
            assert part_queries.part_hash(made.vote, "V", 0) == ""
            part_operations.make_parts(made.vote, "V", 1)
            assert part_operations.take_part(made.vote_id, "V", 0, now)
            part_operations.keep_part(made.vote_id, "V", 0, now)
            soon, late = (now + part_operations.HOLD + timedelta(seconds=each) for each in (-1, 1))
            assert [part_operations.take_part(made.vote_id, "V", 0, each) for each in (soon, late)] == [False, True]


def test_whoever_checks_a_part_says_now_and_then_that_nobody_else_need_begin(
    app: Flask, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Counting(app, cast, now, voters=1, min_ballots=1)
    long_ago, later = now - timedelta(days=1), now + timedelta(minutes=1)
    monkeypatch.setattr(clock, "now", lambda: now)
    with app.app_context():
        with transaction(write=True):
            part_operations.make_parts(made.vote, "V", 1)
            assert part_operations.take_part(made.vote_id, "V", 0, long_ago)
        for seconds, free in ((60, True), (-1, False)):
            monkeypatch.setattr(jobs, "SIGN_OF_LIFE", seconds)
            jobs._keeping(made.vote_id, "V", 0)(1, 2)
            with transaction(write=True) as session:
                assert part_operations.take_part(made.vote_id, "V", 0, later) is free
                session.rollback()


def test_a_job_that_runs_twice_changes_nothing_and_keeps_nobody_from_writing(
    app: Flask, counting: Counting, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def of_reading(*, write: bool) -> Any:
        assert not write
        return transaction(write=write)

    counting.open("V", now)
    with app.app_context():
        with transaction(write=False):
            before, noted = [(each.encrypted, each.archive_hash) for each in queries.tallies(counting.vote_id)], trail()
        with monkeypatch.context() as watched:
            watched.setattr(jobs, "transaction", of_reading)
            jobs.tend_counts()
            jobs.go_on(counting.vote_id, "V")
            jobs.multiply_part(counting.vote_id, "V", 0)
            jobs.write_part(counting.vote_id, "V", 0)
        with transaction(write=True):
            part, vote = part_queries.record_part(counting.vote_id, "V", 0), counting.vote
            assert part is not None
            again = operations.stored_product(vote, part)
            part_operations.store_product(vote, "V", 0, again, now)  # two were at it; the other was first
            part_operations.store_file(vote, "V", 0, part.archive_hash, now)
            assert [(each.encrypted, each.archive_hash) for each in queries.tallies(counting.vote_id)] == before
            assert trail() == noted


def test_while_a_count_multiplies_opens_writes_and_checks_others_may_write(
    app: Flask, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def beside(module: ModuleType, name: str) -> None:
        work = getattr(module, name)

        def watched(*args: Any) -> Any:
            assert not database._writing.get()
            done.append(name)
            return work(*args)

        monkeypatch.setattr(module, name, watched)

    long = {part_operations: ["parts_for"], operations: ["product_of", "opened_totals"]}
    long |= {archiving: ["draft_archive", "finish_archive"]}
    for module, names in long.items():
        for name in names:
            beside(module, name)
    def follow(_vote: Vote, _now: datetime) -> None:
        done.append("told" if database._writing.get() else "told for nothing")

    monkeypatch.setitem(slots._filled, "count.finished", [follow])
    made = Counting(app, cast, now, voters=1, min_ballots=1)
    made.compute()
    multiplied, written = ["parts_for", "product_of"], ["draft_archive", "finish_archive"]
    assert done == [*multiplied, *multiplied, *written], "of the citations there are too few"
    done.clear()
    made.open("V", now)
    assert done == ["opened_totals", *written, "told"]
    with app.app_context():
        for _ in views._stream(made.vote_id, "V", 0):
            assert not database._writing.get(), "however long a trustee takes to save the record"


def test_two_jobs_that_write_an_archive_at_once_do_not_disturb_each_other(
    app: Flask, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    counting = Counting(app, cast, now, voters=3, min_ballots=10)
    counting.compute()
    folder = app.config["HUSTINGS"].instance
    others: list[str] = []

    def write() -> str:
        with transaction(write=False):
            tally = queries.tally_of(counting.vote_id, "V")
            [part] = part_queries.record_parts(counting.vote_id, "V")
            assert tally is not None
            draft = archiving.draft_archive(counting.vote, tally, part, 1, folder)
        return archiving.finish_archive(draft)

    def interrupted(path: Path, **how: Any) -> Report:
        monkeypatch.setattr(archiving, "verify", verify)
        others.append(write())
        return verify(path, **how)

    with app.app_context():
        monkeypatch.setattr(archiving, "verify", interrupted)
        digest = write()
        with transaction(write=False):
            file = queries.path_of(folder, counting.vote, "V")
    assert [digest] == others
    assert hashlib.sha256(file.read_bytes()).hexdigest() == digest
    assert {each.suffix for each in file.parent.iterdir()} == {".bel"}
