"""Codes that the tellers make themselves, from the roll that they take to the ballot that is counted."""

import io
import json
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from flask import Flask

from forum.bodies import queries as bodies_queries
from forum.kernel import clock
from forum.kernel import jobs as kernel_jobs
from forum.kernel.audit import AuditEntry
from forum.kernel.database import Base, db, transaction
from forum.kernel.errors import Refused
from forum.questions.models import Appointment
from referendum.archive.verify import verify
from referendum.conduct import act_operations, clock_operations
from referendum.conduct.jobs import tend
from referendum.count.jobs import go_on
from referendum.count.queries import path_of
from referendum.crypto.canonical import Malformed
from referendum.crypto.credentials import public_of
from referendum.crypto.keyfile import write_key_file
from referendum.crypto.trustee import new_private_key, public_key_of
from referendum.electorate import __main__ as program
from referendum.electorate import (
    credential_queries,
    entry_queries,
    jobs,
    operations,
    own_jobs,
    own_operations,
    own_queries,
    queries,
)
from referendum.electorate.code_list import PartFile
from referendum.electorate.giving import Gift, give
from referendum.electorate.making import Order, make
from referendum.electorate.sealing import unseal
from referendum.process.models import Vote
from referendum.results.models import PublishedResult
from tests.build_questions import sign_all
from tests.build_referendum import Referendum, call, make_undebated, vote_for
from tests.people import Cast, actor, holding, sign_in
from tests.referendum.conduct.test_jobs import give_parts
from tests.referendum.electorate.conftest import make_set_up_vote
from tests.referendum.electorate.own_machine import SENDER, mailed_codes
from tests.trail import trail

OWN = {"codes_by": "tellers", "revote": True}


def sign_taking(vote_id: int, question_id: int, tellers: tuple[int, ...], now: datetime) -> None:
    (act,) = [each for each in bodies_queries.acts_of(question_id) if each.act == own_queries.TAKE]
    sign_all(tellers, act, now=now)


class Tellers:
    """Three tellers with keys, signed in at the site, and their machine's folder."""

    def __init__(self, app: Flask, cast: Cast, folder: Path) -> None:
        app.config["WTF_CSRF_ENABLED"] = False
        self.app, self.cast, self.folder = app, cast, folder
        self.privates = [new_private_key() for _ in cast.tellers]
        with app.app_context(), transaction(write=True):
            vote = make_set_up_vote(cast, clock.now(), params=OWN)
            for member in cast.tellers:
                db.session.add(
                    Appointment(question_id=vote.question_id, member_id=member, role="teller", named_at=clock.now())
                )
            operations.freeze_due(clock.now())
            self.vote_id, self.public_id, self.question_id = vote.id, vote.public_id, vote.question_id
        self.clients = [sign_in(app, member) for member in cast.tellers]
        for client, private in zip(self.clients, self.privates, strict=True):
            client.post(self.url("list-key"), json={"public_key": public_key_of(private).as_json()})

    def url(self, path: str) -> str:
        return f"/votes/{self.public_id}/{path}"

    def page(self, place: int = 0) -> str:
        return self.clients[place].get(self.url("electorate")).get_data(as_text=True)

    def take(self) -> Order:
        """Sign, save both files, and go to the machine."""
        where = self.clients[0].post(self.url("electorate/take"), data={"reason": "To make the codes."})
        assert where.status_code == 302
        with self.app.test_request_context(), transaction(write=True):
            sign_taking(self.vote_id, self.question_id, self.cast.tellers[:2], clock.now())
        for which, name in own_queries.FILES.items():
            answer = self.clients[1].post(self.url(f"electorate/files/{which}"))
            assert answer.status_code == 200, answer.get_data(as_text=True)
            (self.folder / name).write_bytes(answer.data)
        return Order(
            self.folder / "roll.jsonl", self.folder / "addresses.jsonl", self.privates[2], self.folder / "out", SENDER,
            chunk=5,
        )  # fmt: skip

    def upload(self, *paths: Path, place: int = 0) -> tuple[int, str]:
        files = [(io.BytesIO(path.read_bytes()), path.name) for path in paths]
        answer = self.clients[place].post(
            self.url("electorate/list"), data={"parts": files}, content_type="multipart/form-data"
        )
        return answer.status_code, answer.get_data(as_text=True)


@pytest.fixture
def tellers(app: Flask, cast: Cast, tmp_path: Path) -> Tellers:
    return Tellers(app, cast, tmp_path)


def parts_of(order: Order) -> list[Path]:
    return sorted((order.folder / "upload").iterdir())


def test_the_list_is_taken_and_neither_database_nor_instance_folder_holds_a_code(tellers: Tellers) -> None:
    order = tellers.take()
    made = make(order)
    codes = mailed_codes(order.folder)
    assert tellers.upload(*parts_of(order))[0] == 302
    page = tellers.page()
    assert made.list_id in page
    assert made.sealed_hash in page
    assert "Accepted." in page
    app = tellers.app
    with app.app_context(), transaction(write=False) as session:
        vote = db.session.get_one(Vote, tellers.vote_id)
        assert len(codes) == queries.frozen_electorate(vote.id).size == entry_queries.codes_pending(vote.id)
        for code in codes.values():
            assert credential_queries.credential_state(vote.id, "V", public_of(code, vote.uuid_v)) == "issued"
            assert credential_queries.credential_state(vote.id, "C", public_of(code, vote.uuid_c)) == "issued"
        assert credential_queries.credential_count(vote.id, "spare") == made.spares
        assert queries.check_sealed_list(vote, app.config["HUSTINGS"].instance)
        stored = "".join(
            str(row) for table in Base.metadata.sorted_tables for row in session.execute(db.select(table))
        )
    files = [path.read_bytes() for path in app.config["HUSTINGS"].instance.rglob("*") if path.is_file()]
    for code in codes.values():
        assert code not in stored
        assert not any(code.encode() in content for content in files)
    assert tellers.clients[1].post(tellers.url("electorate/out")).status_code == 302
    with app.app_context(), transaction(write=False):
        assert entry_queries.codes_out(tellers.vote_id)
        size, sealed = len(codes), {"sealed_list_hash": made.sealed_hash}
        whole = {"list_id": made.list_id, "codes": size, "spares": made.spares, **sealed}
        assert trail("take_addresses", "take_file", "receive_list", "accept_list", "codes_out") == [
            ("take_addresses", "teller", {"members": size, "reason": "To make the codes."}),
            ("take_file", "teller", {"file": "roll"}), ("take_file", "teller", {"file": "addresses"}),
            ("receive_list", "teller", whole), ("accept_list", "clock", whole),
            ("codes_out", "teller", {"codes": size, **sealed}),
        ]  # fmt: skip
    assert tellers.clients[1].post(tellers.url("electorate/out")).status_code == 403


def test_addresses_leave_only_sealed_and_by_more_than_half_of_the_tellers(tellers: Tellers) -> None:
    early = tellers.clients[0].post(tellers.url("electorate/files/addresses"))
    assert early.status_code == 403
    assert "More than half of the tellers sign first" in early.get_data(as_text=True)
    assert tellers.clients[0].post(tellers.url("electorate/take"), data={"reason": ""}).status_code == 422
    order = tellers.take()
    for path in (order.roll, order.addresses):
        assert b"@example.org" not in path.read_bytes()
    assert b"1001" not in order.roll.read_bytes().split(b"\n", 1)[1].replace(b'"', b" ").split()
    with tellers.app.app_context(), transaction(write=False):
        acts = list(db.session.scalars(db.select(AuditEntry.act).order_by(AuditEntry.height)))
    assert acts.count("take_addresses") == 1
    assert acts.count("take_file") == 2
    member = sign_in(tellers.app, tellers.cast.member)
    own = member.get(tellers.url("my-code")).get_data(as_text=True)
    assert "took names and addresses" in own
    assert "on a machine of their own" in own


def test_the_site_makes_no_code_where_the_tellers_do(tellers: Tellers) -> None:
    for path in ("electorate/codes", "electorate/letters"):
        assert tellers.clients[0].post(tellers.url(path)).status_code == 403
    with tellers.app.app_context():
        jobs.tend_codes()
        jobs.make_codes(tellers.vote_id)
        with transaction(write=False):
            assert credential_queries.credential_count(tellers.vote_id, "issued") == 0
            roll = queries.frozen_electorate(tellers.vote_id)
            assert (roll.list_key, roll.codes) == ("", "none")


def test_the_tellers_make_codes_between_the_call_and_the_opening_and_with_two_keys(tellers: Tellers) -> None:
    with tellers.app.app_context(), transaction(write=True) as session:
        vote = db.session.get_one(Vote, tellers.vote_id)
        teller = holding(actor(tellers.cast.tellers[0]), "teller", vote.question_id)
        own_operations.refuse_unless_ready(teller, vote)
        with pytest.raises(Refused, match="Only the tellers"):
            own_operations.refuse_unless_ready(actor(tellers.cast.tellers[0]), vote)
        for changed, said in (({"called_at": None}, "issued the call"), ({"state": "open"}, "Voting has opened")):
            as_it_was = {name: getattr(vote, name) for name in changed}
            for values, refused in ((changed, pytest.raises(Refused, match=said)), (as_it_was, nullcontext())):
                for name, value in values.items():
                    setattr(vote, name, value)
                with refused:
                    own_operations.refuse_unless_ready(teller, vote)
        for key in queries.teller_keys(vote.id)[:2]:
            own_operations.refuse_unless_ready(teller, vote)
            session.delete(key)
            session.flush()
        with pytest.raises(Refused, match="at least two tellers"):
            own_operations.refuse_unless_ready(teller, vote)


def test_a_list_comes_part_by_part_and_a_check_that_was_stopped_is_gone_on_with(
    tellers: Tellers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("referendum.electorate.list_writing.CODES_IN_A_PART", 10)
    monkeypatch.setattr(own_jobs, "ROWS_AT_ONCE", 7)
    order, folder = tellers.take(), tellers.app.config["HUSTINGS"].instance
    made = make(order)
    *first, last = parts_of(order)
    assert len(first) > 1
    for _ in range(2):
        assert tellers.upload(*first)[0] == 302
    with tellers.app.app_context(), transaction(write=False):
        vote = db.session.get_one(Vote, tellers.vote_id)
        page, size = own_queries.own_page(vote, folder), queries.frozen_electorate(vote.id).size
        assert page.held is not None
        assert (page.missing, page.held.state, page.held.received) == (1, "receiving", [*range(1, made.parts)])
        own_jobs.tend_lists()
        assert credential_queries.credential_count(vote.id, "issued") == 0
    with monkeypatch.context() as stopped:
        stopped.setattr(own_jobs, "_judge", lambda *_: 1 / 0)
        assert tellers.upload(last)[0] == 302
    with tellers.app.app_context():
        own_jobs.tend_lists()
        with transaction(write=True):
            vote, held = db.session.get_one(Vote, tellers.vote_id), own_queries.code_list(tellers.vote_id)
            assert held is not None
            assert held.state == "accepted"
            counts = [credential_queries.credential_count(vote.id, state) for state in ("issued", "spare")]
            assert counts == [size, made.spares]
            assert queries.check_sealed_list(vote, folder)
            assert not own_jobs.parts_folder(folder, vote.uuid_v).exists()
    status, page_again = tellers.upload(last)
    assert (status, "This list is complete already." in page_again) == (403, True)
    for state, kept in (("set_up", True), ("open", False)):
        with tellers.app.app_context():
            with transaction(write=True):
                db.session.get_one(Vote, tellers.vote_id).state = state
            own_jobs.forget_addresses()
            with transaction(write=False):
                vote = db.session.get_one(Vote, tellers.vote_id)
                files = [own_queries.own_file(folder, vote, which).exists() for which in own_queries.FILES]
        assert files == [kept, kept]


def test_what_is_no_part_and_what_is_another_vote_s_is_refused_in_words(tellers: Tellers, tmp_path: Path) -> None:
    junk = tmp_path / "junk.gz"
    for content in (b"", b"junk", b"\x1f\x8b\x08junk"):
        junk.write_bytes(content)
        status, page = tellers.upload(junk)
        assert status == 403
        assert "not a part of a list" in page
    order = tellers.take()
    text = order.roll.read_text()
    order.roll.write_text(text.replace(f'"uuid_v":"{_uuid_of(text)}"', '"uuid_v":"abcdefghijkmnp"'))
    make(order)
    status, page = tellers.upload(*parts_of(order))
    assert status == 403
    assert "made for another vote" in page
    folder = tellers.app.config["HUSTINGS"].instance / "sealed"
    assert not [path for path in folder.rglob("*") if path.suffix in (".tmp", ".gz")]


def _uuid_of(roll: str) -> str:
    return roll.split('"uuid_v":"')[1].split('"')[0]


def test_a_list_for_keys_that_were_replaced_meanwhile_is_refused_and_the_files_are_written_anew(
    tellers: Tellers,
) -> None:
    order = tellers.take()
    make(order)
    other = new_private_key()
    tellers.clients[1].post(tellers.url("list-key"), json={"public_key": public_key_of(other).as_json()})
    status, page = tellers.upload(*parts_of(order))
    assert status == 403
    assert "other tellers’ keys" in page
    answer = tellers.clients[1].post(tellers.url("electorate/files/roll"))
    assert str(public_key_of(other).public) in answer.get_data(as_text=True)


def test_a_list_that_the_check_refuses_is_named_and_another_one_takes_its_place(
    tellers: Tellers, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = tellers.take()
    make(order)
    with monkeypatch.context() as strict:
        strict.setattr(own_jobs, "all_members", lambda _: False)
        assert tellers.upload(*parts_of(order))[0] == 302
    assert "not an element of the group" in tellers.page()
    with tellers.app.app_context(), transaction(write=False):
        assert credential_queries.credential_count(tellers.vote_id, "issued") == 0
        ((act, office, facts),) = trail("refuse_list", "accept_list")
        assert (act, office) == ("refuse_list", "clock")
        assert "not an element of the group" in facts["reason"]
    with tellers.app.app_context(), transaction(write=True):
        vote, held = db.session.get_one(Vote, tellers.vote_id), own_queries.code_list(tellers.vote_id)
        assert held is not None
        kernel_jobs.note_progress(f"codes:{vote.id}", 11)
        told = []
        for state in ("checking", "refused"):
            held.state = state
            page = own_queries.own_page(vote, tellers.app.config["HUSTINGS"].instance)
            told.append((page.ready, page.checked, page.missing))
        assert told == [(True, 11, 0), (True, 0, 0)]
        assert page.total == 2 * (held.header["size"] + held.header["spares"])
    assert tellers.upload(*parts_of(order))[0] == 302
    assert "not an element" not in tellers.page()


def hand_in(tellers: Tellers, where: str, place: int) -> None:
    with tellers.app.app_context(), transaction(write=False):
        key = queries.teller_key(tellers.vote_id, tellers.cast.tellers[place])
        assert key is not None
        assert key.share is not None
        share = unseal(tellers.privates[place], key.share["sealed"]).decode()
    assert tellers.clients[place].post(where + "/share", json={"share": share}).status_code == 200


def test_a_lost_code_is_replaced_on_the_tellers_machine_and_the_site_does_not_see_the_new_one_either(
    tellers: Tellers, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    order = tellers.take()
    make(order)
    tellers.upload(*parts_of(order))
    tellers.clients[0].post(tellers.url("electorate/out"))
    asked = {"purpose": "spare", "numbers": "1001 1002", "reason": "Two mails were lost."}
    where = tellers.clients[0].post(tellers.url("openings"), data=asked).headers["Location"]
    hand_in(tellers, where, 0)
    hand_in(tellers, where, 2)
    told = tellers.clients[2].get(where + "/progress").json
    assert told is not None
    answer = json.loads(unseal(tellers.privates[2], told["answer"]))
    assert (answer["mailed"], answer["printed"], answer["letters"]) == (0, 0, "")
    (tellers.folder / "given.json").write_text(answer["given"])
    gift = Gift(
        tellers.folder / "given.json", order.folder / "spares.jsonl", order.roll, order.addresses,
        [tellers.privates[1], tellers.privates[0]], tellers.folder / "new", SENDER,
    )  # fmt: skip
    words = ["spare", str(gift.given), str(gift.spares), str(gift.roll), str(gift.addresses), "--from", SENDER]
    monkeypatch.setattr("referendum.crypto.keyfile.ITERATIONS", 1_000)
    for place, private in enumerate(gift.privates):
        (tellers.folder / f"key-{place}.json").write_text(write_key_file(private, "four plain words here"))
        words += ["--key", str(tellers.folder / f"key-{place}.json")]
    monkeypatch.setattr(program, "_secret", lambda _prompt: "four plain words here")
    assert program.main([*words, "--out", str(gift.folder)]) == program.DONE
    assert capsys.readouterr().out == f"2 messages in {gift.folder / 'mail'}, 0 letters in {gift.folder / 'letters'}.\n"
    first, second = mailed_codes(order.folder), mailed_codes(tellers.folder / "new")
    assert set(second) == {"m1001@example.org", "m1002@example.org"}
    with tellers.app.app_context(), transaction(write=False):
        vote = db.session.get_one(Vote, tellers.vote_id)
        for address, code in second.items():
            for archive, uuid in (("V", vote.uuid_v), ("C", vote.uuid_c)):
                state = partial(credential_queries.credential_state, vote.id, archive)
                assert state(public_of(code, uuid)) == "issued"
                assert state(public_of(first[address], uuid)) == "revoked"
            assert code not in answer["given"]
    with pytest.raises(Malformed, match="key files of two tellers"):
        give(replace(gift, privates=[tellers.privates[1]]))
    with pytest.raises(Malformed, match="does not say who gets"):
        give(replace(gift, given=order.roll))


def test_members_vote_and_vote_again_with_the_tellers_codes_and_are_counted(
    app: Flask, cast: Cast, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    privates = [new_private_key() for _ in range(2)]
    with app.app_context(), app.test_request_context():
        with transaction(write=True):
            made = make_undebated(cast, now=now, **OWN)
            operations.freeze_due(made.at)
            for place, private in enumerate(privates):
                key = public_key_of(private).as_json()
                operations.upload_teller_key(made.teller(place), made.vote, key, made.at)
            made.trusted.make_keys([made.trustee(place) for place in range(len(cast.trustees))], made.vote, made.at)
            call(made)
            own_operations.propose_taking(made.teller(), made.vote, "To make the codes.", made.at)
            sign_taking(made.vote.id, made.question.id, cast.tellers[:2], made.at)
            vote_id, teller = made.vote.id, made.teller()
        order = _own_order(app, vote_id, privates[0], tmp_path)
        assert make(order).mails > 5
        _hand_in(app, order, teller, made, vote_id)
        with transaction(write=True):
            made.vote = db.session.get_one(Vote, vote_id)
            own_operations.say_codes_out(teller, made.vote, made.at)
            clock_operations.freeze_ballots(made.at)
            sign_all(cast.tellers, act_operations.propose_opening(teller, made.vote, made.at), now=made.at)
            made.at = made.vote.opens_at
            clock_operations.open_votes(made.at)
            assert made.vote.state == "open"
            made.codes = list(mailed_codes(order.folder).values())
            for voter, letter in enumerate("ABB"):
                vote_for(made, voter, letter)
            vote_for(made, 0, "B")
            closes_at = made.vote.closes_at
        monkeypatch.setattr(clock, "now", lambda: closes_at + timedelta(minutes=1))
        tend(closes_at)
        tend(closes_at + timedelta(minutes=1))
        with transaction(write=True):
            give_parts(made, db.session.get_one(Vote, vote_id), "V", closes_at)
        go_on(vote_id, "V")
        rows = db.session.get_one(PublishedResult, vote_id).table["rows"]
        assert [(row["letter"], row["count"]) for row in rows] == [("B", 3), ("A", 0)]
        vote = db.session.get_one(Vote, vote_id)
        assert verify(path_of(app.config["HUSTINGS"].instance, vote, "V")).ok


def _own_order(app: Flask, vote_id: int, private: int, folder: Path) -> Order:
    own_jobs.write_own_files(vote_id)
    with transaction(write=False):
        vote = db.session.get_one(Vote, vote_id)
        roll, addresses = (
            own_queries.own_file(app.config["HUSTINGS"].instance, vote, which) for which in ("roll", "addresses")
        )
    return Order(roll, addresses, private, folder / "out", SENDER, chunk=5)


def _hand_in(app: Flask, order: Order, teller, made: Referendum, vote_id: int) -> None:  # type: ignore[no-untyped-def]
    (path,) = parts_of(order)
    part = PartFile(path)
    with transaction(write=True):
        vote = db.session.get_one(Vote, vote_id)
        folder = own_jobs.parts_folder(app.config["HUSTINGS"].instance, vote.uuid_v)
        own_operations.receive_part(teller, vote, part, made.at)
    folder.mkdir(parents=True)
    own_jobs.part_path(folder, part.header.list_id, 1).write_bytes(path.read_bytes())
    own_jobs.check_list(vote_id)
