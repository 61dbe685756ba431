"""The demo's past question went all the way by the real operations: told once here, then looked at."""

import re
import subprocess
import sys
import zipfile
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask

from forum.arguments.models import Reading
from forum.entry import queries as entry
from forum.entry.models import EntryReading
from forum.halls.models import Post
from forum.kernel import clock, signed_log, signing
from forum.kernel.database import db, transaction
from forum.questions.models import Question
from forum.roll.models import Member
from referendum.casting.models import Arrival, SetAside
from referendum.electorate.models import Turnout
from referendum.keeping.folder import write_folder
from referendum.mandate.models import Dispute, Mandate
from referendum.process.models import Vote
from referendum.rehearsal.demo import tell_past
from referendum.rehearsal.instance import Instance
from referendum.rehearsal.reading_union import texts
from referendum.rehearsal.stage import Stage
from referendum.results.models import CitedArgument, PublishedResult
from tests.referendum.rehearsal.conftest import founded

Past = tuple[Flask, Instance]


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Past]:
    app, instance = founded(tmp_path_factory.mktemp("past"))
    with app.test_request_context():
        tell_past(Stage(app, instance.clock), datetime.now(UTC))
        clock.follow(None)
        with transaction(write=False):
            yield app, instance
    with app.app_context():
        db.engine.dispose()


def only(model):  # type: ignore[no-untyped-def]
    return db.session.scalars(db.select(model)).one()


def test_the_debate_met_its_floor_in_every_local(past: Past) -> None:
    question = only(Question)
    assert question.state == "closed"
    assert question.floor_proof["met"]
    assert all(each["honoured"] for each in question.floor_proof["locals"])


def test_the_published_table_is_the_count_of_the_ballots_that_were_cast(past: Past) -> None:
    told, table = texts("past")["vote"]["ballots"], only(PublishedResult).table
    assert table["ballots"] == sum(told.values())
    assert table["blanks"] == told["blank"]
    assert {row["letter"]: row["count"] for row in table["rows"]} == {k: v for k, v in told.items() if k != "blank"}


def test_turnout_by_unit_was_told_and_adds_up_to_the_ballots(past: Past) -> None:
    units = db.session.scalars(db.select(Turnout)).all()
    assert sum(each.ballots for each in units) == only(PublishedResult).table["ballots"]
    assert min(each.eligible for each in units) >= 30


def test_the_kept_folder_is_checked_by_a_stranger_with_what_is_in_it(past: Past, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    write_folder(folder, past[0].config["HUSTINGS"], now=clock.now(), tell=lambda _words: None)
    sums = dict(reversed(line.split("  ", 1)) for line in (folder / "SHA256SUMS").read_text().splitlines())
    found = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    assert sums == {
        name: sha256(path.read_bytes()).hexdigest() for name, path in found.items() if name != "SHA256SUMS"
    }
    key, (vote,) = (folder / "public" / "key.pem").read_bytes(), folder.glob("public/question-*/vote-1")
    assert signed_log.check((folder / "public" / "audit.jsonl").read_text().splitlines(), key) == []
    for name in ("vote", "result"):
        signature = b64encode((vote / f"{name}.sig").read_bytes()).decode()
        assert signing.holds(key, (vote / f"{name}.json").read_bytes(), signature)
    with zipfile.ZipFile(folder / "public" / "verifier.zip") as program:
        program.extractall(vote)
    told = re.search(r"python3 (-m referendum.archive verify .*) \*\.bel", (folder / "READ-ME-FIRST.txt").read_text())
    assert told
    checked = subprocess.run(
        [sys.executable, *told[1].split(), "--jobs", "2", *map(str, vote.glob("*.bel"))],
        cwd=vote, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert checked.stdout.count(": accepted") == 3  # both archives, and with them what is published about the vote
    assert "  signed; " in checked.stdout
    assert "there is no key.pem" not in checked.stdout


def test_the_public_half_of_the_kept_folder_names_nobody(past: Past, tmp_path: Path) -> None:
    write_folder(tmp_path / "kept", past[0].config["HUSTINGS"], now=clock.now(), tell=lambda _words: None)
    files = [path for path in (tmp_path / "kept" / "public").rglob("*") if path.suffix in (".json", ".jsonl", ".txt")]
    public = "".join(path.read_text() for path in files)
    for name, number, email in db.session.execute(db.select(Member.name, Member.number, Member.email)):
        for canary in (name, email, f'"{number}"'):
            assert not canary or canary not in public, canary
    (debate,) = (tmp_path / "kept" / "members").glob("question-*/debate.txt")
    said = db.session.scalars(db.select(Post.source).order_by(Post.id).limit(1)).one()
    assert said.splitlines()[0] in debate.read_text()
    assert list(debate.parent.glob("acts/*-pledge.txt"))


def test_no_ballot_waits_or_was_set_aside(past: Past) -> None:
    assert db.session.scalars(db.select(Arrival)).first() is None
    assert db.session.scalars(db.select(SetAside)).first() is None


def test_the_vote_is_certified_and_readings_have_lost_their_members(past: Past) -> None:
    vote = only(Vote)
    assert (vote.state, vote.outcome) == ("certified", "elected")
    assert set(db.session.scalars(db.select(Reading.member_id).distinct())) == {None}
    assert sum(each.moved for each in db.session.scalars(db.select(CitedArgument))) > 100


def test_every_act_answered_every_quoted_argument_and_the_mandate_is_discharged(past: Past) -> None:
    mandate = only(Mandate)
    assert mandate.state == "discharged"
    quoted = {str(each.argument_id) for each in mandate.quotations}
    assert len(quoted) >= 3
    assert all(set(act.answers) == quoted for duty in mandate.duties for act in duty.acts)
    assert only(Dispute).ruling == "dismissed"


def test_members_said_where_they_stood_and_only_a_total_of_it_is_left(past: Past) -> None:
    totals = entry.totals(only(Question).id)
    assert totals
    assert totals.enough
    assert all(count > 0 for count in (*totals.counts.values(), totals.undecided))
    assert len(totals.counts) == len(only(Question).options)
    assert db.session.query(EntryReading).count() == 0
