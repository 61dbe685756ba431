"""A record in several parts, from the sealed box to archives that strangers accept. The limit is lowered for it."""

import json
from collections import Counter
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask

from forum.kernel import clock
from forum.kernel.database import transaction
from referendum.archive import splitting
from referendum.archive.record import verify_together
from referendum.count import jobs, operations, part_operations, part_queries, queries
from referendum.crypto.credentials import new_code
from referendum.crypto.election import new_uuid
from referendum.crypto.group import seeded_draw
from referendum.crypto.hashing import hex_hash
from referendum.trustees.opening import open_part
from tests import build_votes
from tests.people import Cast, sign_in
from tests.referendum.archive.outside import tool_accepts
from tests.referendum.count.counting import Counting

VOTERS, MOST, PARTS = 8, 5, 2


@pytest.fixture
def counting(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Counting:
    draw = seeded_draw("the same credentials each time, and so the same parts")
    monkeypatch.setattr(build_votes, "new_code", lambda: new_code(draw))
    monkeypatch.setattr(build_votes, "new_uuid", lambda: new_uuid(draw))
    monkeypatch.setattr(splitting, "LARGEST_PART", MOST)
    app.config["WTF_CSRF_ENABLED"] = False
    return Counting(app, cast, clock.now(), voters=VOTERS, min_ballots=1)


def hand_in(counting: Counting, place: int) -> int:
    """A trustee saves every part of the record, opens them in one sitting and hands the file in; how many there are."""
    with counting.app.app_context(), transaction(write=False):
        here, parts = f"/votes/{counting.vote.public_id}", part_queries.parts_of(counting.vote, "V")
    client = sign_in(counting.app, counting.cast.trustees[place])
    page = client.get(here + "/decrypt").text
    assert f"part={parts}" in page
    assert "data-form" not in page, "no form for a browser, which could not hold the record"
    records = [client.get(f"{here}/record.json?archive=V&part={number}").data for number in range(1, parts + 1)]
    private = counting.private_keys[counting.cast.trustees[place]]
    part = open_part(records, private, parts=parts, proofs=False, progress=lambda _done, _total: None)
    assert part.ballots == VOTERS
    file = (BytesIO(json.dumps(part.as_json()).encode()), "part.json")
    assert client.post(here + "/decrypt/V/file", data={"part": file}).status_code == 302
    return parts


def test_a_record_in_parts_is_counted_opened_and_given_out_part_by_part(counting: Counting, tmp_path: Path) -> None:
    counting.compute()
    count = hand_in(counting, 0)
    public = counting.app.test_client()
    assert f"0 of {count} parts are written and checked" in public.get("/record").text
    hand_in(counting, 1)
    assert f"In {count} parts" in public.get("/record").text
    with counting.app.app_context(), transaction(write=False):
        vote, whole = counting.vote, queries.tally_of(counting.vote_id, "V")
        parts = part_queries.record_parts(counting.vote_id, "V")
        assert whole is not None
        assert len(parts) == count == PARTS
        assert whole.result == [[counting.choices.count(each) for each in (2, 0, 1)]]
        assert sum(part.ballot_count for part in parts) == whole.ballot_count == VOTERS
        assert max(part.ballot_count for part in parts) <= MOST
        assert whole.archive_hash == hex_hash("".join(part.archive_hash for part in parts).encode())
        assert whole.encrypted == operations.product_of(vote, "V").encrypted_bytes.decode()
        here, hashes, result = f"/votes/{vote.public_id}/V.bel", [part.archive_hash for part in parts], whole.result
        uuid = vote.uuid_v
        assert [part_queries.part_hash(vote, "V", place) for place in range(PARTS)] == hashes
    files = []
    for number, digest in enumerate(hashes, start=1):
        answer = public.get(f"{here}?part={number}")
        assert hex_hash(answer.data) == digest
        folder = tmp_path / str(number)
        folder.mkdir()
        files.append(folder / answer.headers["Content-Disposition"].split("filename=")[1])
        files[-1].write_bytes(answer.data)
    assert [each.name for each in files] == [f"{uuid}-{number}-of-2.bel" for number in (1, 2)]
    reports = verify_together(files)
    assert all(report.ok for report in reports), [report.lines() for report in reports]
    assert [report.result for report in reports][-1] == result
    assert public.get(f"{here}?part={len(hashes) + 1}").status_code == 404
    assert f"The whole archive, in {count} parts" in public.get(f"/record{here.removesuffix('/V.bel')}").text


@pytest.mark.needs("belenios-tool")
def test_the_outside_tool_accepts_each_part(counting: Counting, tmp_path: Path) -> None:
    counting.compute()
    for place in (0, 1):
        hand_in(counting, place)
    with counting.app.app_context(), transaction(write=False):
        parts, folder = part_queries.parts_of(counting.vote, "V"), counting.app.config["HUSTINGS"].instance
        for place in range(parts):
            written = queries.path_of(folder, counting.vote, "V", place, parts)
            alone = tmp_path / str(place) / written.name
            alone.parent.mkdir()
            alone.write_bytes(written.read_bytes())
            assert tool_accepts(alone)


def test_a_false_part_of_one_part_of_the_record_is_refused_whole(counting: Counting) -> None:
    counting.compute()
    with counting.app.app_context(), transaction(write=False):
        here, parts = f"/votes/{counting.vote.public_id}", part_queries.parts_of(counting.vote, "V")
    client = sign_in(counting.app, counting.cast.trustees[0])
    records = [client.get(f"{here}/record.json?archive=V&part={number}").data for number in range(1, parts + 1)]
    private = counting.private_keys[counting.cast.trustees[0]]
    part = open_part(records, private, parts=parts, proofs=False, progress=lambda _done, _total: None)
    for texts in (part.texts[:1] * parts, part.texts[::-1], part.texts[:-1], part.texts[0]):
        answer = client.post(here + "/decrypt/V", json={"owner": 1, "partial_decryption": texts})
        assert (answer.status_code, answer.json and answer.json["state"]) == (403, "refused")
    with counting.app.app_context(), transaction(write=False):
        assert queries.parts(counting.vote_id, "V") == []


def test_the_parts_hold_every_ballot_and_every_credential_once(
    counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(part_queries, "AT_ONCE", 1)
    with counting.app.app_context(), transaction(write=False):
        vote = counting.vote
        whole = Counter(ballot.body for ballot in part_queries.part_ballots(vote.id, "V", 0, 1))
        everybody = json.loads(part_queries.part_credentials(vote, "V", 0))
        split = [list(part_queries.part_ballots(vote.id, "V", place, 2)) for place in range(2)]
        credentials = [json.loads(part_queries.part_credentials(vote, "V", place, 2)) for place in range(2)]
    assert Counter(ballot.body for part in split for ballot in part) == whole
    assert sorted(each for part in credentials for each in part) == sorted(everybody)
    for place, part in enumerate(split):
        assert [hex_hash(ballot.body.encode()) for ballot in part] == sorted(
            hex_hash(ballot.body.encode()) for ballot in part
        )
        assert all(int(ballot.credential, 16) % 2 == place for ballot in part)


def test_a_part_that_a_worker_is_at_is_left_to_it_and_taken_over_when_it_is_gone(
    counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    with counting.app.app_context():
        with transaction(write=True):
            part_operations.make_parts(counting.vote, "V", 2)
            monkeypatch.setattr(splitting, "LARGEST_PART", 1)  # the number of parts stays, whatever the limit becomes
            assert part_operations.take_part(counting.vote_id, "V", 0, now)
            assert not part_operations.take_part(counting.vote_id, "V", 0, now)
        jobs.compute_tallies(counting.vote_id)
        assert products(counting) == [False, True]
        with transaction(write=True):
            part_operations.keep_part(counting.vote_id, "V", 0, now - part_operations.HOLD - timedelta(seconds=1))
        jobs.tend_counts()
        assert products(counting) == [True, True]
        with transaction(write=False):
            assert queries.tally_of(counting.vote_id, "V") is not None


def products(counting: Counting) -> list[bool]:
    with transaction(write=False):
        return [bool(part.encrypted) for part in part_queries.record_parts(counting.vote_id, "V")]
