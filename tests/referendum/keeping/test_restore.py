"""A backup holds everything; a restore overwrites nothing and never hides that the public record is newer (T17)."""

import io
import json
import sqlite3
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Thread

import pytest
from alembic import command
from click.testing import Result
from flask import Flask
from sqlalchemy import create_engine, make_url
from sqlalchemy.orm import Session

import wsgi
from forum.kernel import audit, migrate, signing
from forum.kernel.database import Base, db, transaction
from forum.kernel.mail import Outgoing
from forum.kernel.settings import Settings
from forum.signin.models import OneTimeCode
from referendum.casting.box_operations import write_batch
from referendum.casting.models import BoxedBallot
from referendum.electorate.models import Electorate
from referendum.keeping import cli, dump
from referendum.keeping.missing import Missing
from referendum.process.models import Vote
from tests.build_referendum import Referendum, make_closed, make_open, vote_for
from tests.conftest import make_settings
from tests.people import Cast, sign_in


@dataclass
class Place:
    """Where a test restores to: nothing is there yet."""

    settings: Settings

    def restore(self, backup: Path, *options: str | Path) -> Result:
        runner = wsgi.create_app(self.settings).test_cli_runner()
        return runner.invoke(cli.restore_backup, [str(backup), *map(str, options)])


@pytest.fixture
def place(tmp_path: Path, app: Flask) -> Iterator[Place]:
    url = make_url(app.config["HUSTINGS"].database)
    if url.get_backend_name() == "sqlite":
        yield Place(make_settings(tmp_path / "restored", database_url=""))
        return
    name, server = f"{url.database}_restored", create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    restored = url.set(database=name).render_as_string(hide_password=False)
    yield Place(make_settings(tmp_path / "restored", database_url=restored))
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    server.dispose()


@pytest.fixture(autouse=True)
def _structure(app: Flask) -> Iterator[None]:
    """The tests' database is made by the models; a real one says which revision it is at."""
    with app.app_context():
        command.stamp(migrate.configuration(), "head")
    yield
    with app.app_context(), db.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version")


@pytest.fixture
def made(app: Flask, cast: Cast, now: datetime) -> Referendum:
    with app.app_context(), app.test_request_context(), transaction(write=True) as session:
        found = make_open(make_closed(cast, now=now))
        session.flush()
        session.expunge(found.vote)
        return found


def publish(app: Flask, made: Referendum, voter: int) -> None:
    """One votes, and a batch is written."""
    with app.app_context(), app.test_request_context(), transaction(write=True) as session:
        made.vote = session.get_one(Vote, made.vote.id)
        vote_for(made, voter, "A")
        write_batch(made.vote, now=made.at, closing=True)
        session.expunge(made.vote)


def back_up(app: Flask, folder: Path) -> Path:
    path = folder / "monday.backup"
    done = app.test_cli_runner().invoke(cli.backup, [str(path)])
    assert done.exit_code == 0, done.output
    assert path.stat().st_mode & 0o077 == 0
    return path


def record(app: Flask, made: Referendum, folder: Path) -> list[Path]:
    """What a stranger has downloaded by now."""
    stranger, box = app.test_client(), f"/record/votes/{made.vote.public_id}/box-V.bel"
    files = [folder / "audit.jsonl", folder / "box.bel"]
    for path, address in zip(files, ("/record/audit.jsonl", box), strict=True):
        path.write_bytes(stranger.get(address).get_data())
    return files


def given(files: list[Path]) -> list[str | Path]:
    return [part for path in files for part in ("--record", path)]


def newest(session: Session) -> audit.AuditEntry:
    return session.scalars(db.select(audit.AuditEntry).order_by(audit.AuditEntry.height.desc()).limit(1)).one()


def rows(settings: Settings) -> dict[str, int]:
    """How many rows each table holds."""
    engine = create_engine(settings.database)
    with engine.connect() as connection:
        found = {
            table.name: connection.execute(db.select(db.func.count()).select_from(table)).scalar_one()
            for table in Base.metadata.sorted_tables
        }
    engine.dispose()
    return found


def test_everything_comes_back_but_open_sessions_and_the_log_goes_on(
    app: Flask, made: Referendum, place: Place, tmp_path: Path
) -> None:
    publish(app, made, 0)
    sign_in(app, made.cast.member)
    with app.app_context(), transaction(write=True) as session:
        waiting = {"key": "k", "code_hash": "h", "created_at": made.at, "expires_at": made.at}
        session.add(OneTimeCode(kind="mail", member_id=made.cast.member, **waiting))
        session.add(Outgoing(name="news", address="a@x.example", subject="S", text="T", html="", at=made.at))
        session.execute(db.update(Electorate).values(codes="making"))
    before, backup = rows(app.config["HUSTINGS"]), back_up(app, tmp_path)
    place.settings.instance.mkdir()
    (place.settings.instance / "hustings.sqlite3").touch()  # as a database that was opened once and never written
    done = place.restore(backup, *given(record(app, made, tmp_path)))
    assert done.exit_code == 0, done.output
    for words in ("Everybody is signed out.", "flask mail held lists it.", "until a teller lets them go on."):
        assert words in done.output
    there = [path for path in place.settings.instance.rglob("*") if path.suffix in (".key", ".sqlite3")]
    assert place.settings.instance / "signing.key" in there
    assert [path.name for path in there if path.stat().st_mode & 0o077] == []
    after = rows(place.settings)
    assert before["devices"] > 0 < before["one_time_codes"]
    assert after == {**before, "devices": 0, "one_time_codes": 0, "audit_entries": before["audit_entries"] + 1}
    restored = wsgi.create_app(place.settings)
    with restored.app_context(), transaction(write=False) as session:
        last = newest(session)
        assert (last.act, last.facts["compared"]) == ("restore_backup", True)
        assert last.facts["lost"] == {}
        assert all(session.scalars(db.select(Outgoing.held_at).where(Outgoing.sent_at.is_(None))))
        assert session.scalars(db.select(Electorate.halted)).all() == [True]
        assert audit.check(audit.export(with_bodies=True)) == []
        db.session.remove()
        db.engine.dispose()


def test_acts_and_ballots_that_the_backup_lacks_are_told_and_stop_the_restore(
    app: Flask, made: Referendum, place: Place, tmp_path: Path
) -> None:
    publish(app, made, 0)
    backup = back_up(app, tmp_path)
    publish(app, made, 1)
    publish(app, made, 2)
    newer = record(app, made, tmp_path)
    told = place.restore(backup, *given(newer))
    assert told.exit_code == 1
    assert "2 ballots of box.bel" in told.output
    assert told.output.count("write_batch, by box") == 2
    assert "Nothing was restored." in told.output
    assert not (place.settings.instance / "signing.key").exists()

    done = place.restore(backup, *given(newer), "--accept-loss")
    assert done.exit_code == 0, done.output
    with wsgi.create_app(place.settings).app_context(), transaction(write=False) as session:
        last = newest(session)
        lines = [json.loads(line) for line in newer[0].read_text().splitlines()]
        assert last.facts["lost"] == {"acts": 2, "head": lines[-2]["hash"], "ballots": {"box.bel": 2}}
        assert len(session.scalars(db.select(BoxedBallot).where(BoxedBallot.archive == "V")).all()) == 1
        db.session.remove()
        db.engine.dispose()


def test_of_many_acts_that_the_backup_lacks_the_first_are_told_and_the_rest_counted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    acts = [(height, "on Monday", "write_batch", "box" if height else "") for height in range(cli.MOST_TOLD)]
    cli._tell(Missing(acts=acts, archives=["V.bel"]), accepted=True)
    told, last = capsys.readouterr().err.splitlines(), cli.MOST_TOLD - 1
    assert [told[1], told[2], *told[-2:]] == [
        "  act 0 of the audit log: write_batch, by nobody, on Monday",
        "  act 1 of the audit log: write_batch, by box, on Monday",
        f"  act {last} of the audit log: write_batch, by box, on Monday", "  anything of V.bel",
    ]  # fmt: skip
    cli._tell(Missing(acts=[*acts, acts[-1], acts[-1]]), accepted=True)
    more = capsys.readouterr().err.splitlines()
    assert (len(more), more[-1]) == (len(told), "  and 2 later acts")


def test_a_record_that_parts_ways_with_the_backup_is_of_another_installation(
    app: Flask, made: Referendum, place: Place, tmp_path: Path
) -> None:
    backup = back_up(app, tmp_path)
    log = tmp_path / "audit.jsonl"
    log.write_bytes(app.test_client().get("/record/audit.jsonl").get_data())
    lines = [json.loads(line) for line in log.read_text().splitlines()][:-1]
    lines[0]["office"] = "teller"
    parent = audit.GENESIS
    for line in lines:
        line["parent"] = parent
        line["hash"] = parent = audit.sha256(audit.canonical({key: line[key] for key in line if key != "hash"}))
    log.write_text("".join(audit.canonical(line) + "\n" for line in lines))
    told = place.restore(backup, "--record", log, "--accept-loss")
    assert told.exit_code == 1
    assert "part ways at entry 0" in told.output


@pytest.mark.sqlite_alone
def test_nothing_is_restored_without_a_word_on_the_record_or_over_a_database(
    app: Flask, cast: Cast, place: Place, tmp_path: Path
) -> None:
    backup = back_up(app, tmp_path)
    assert place.restore(backup).exit_code == 2
    with sqlite3.connect(place.settings.instance / "hustings.sqlite3") as there:
        there.execute("CREATE TABLE members (id)")
    told = place.restore(backup, "--without-record")
    assert "there is a database already" in told.output
    assert told.exit_code == 1


@pytest.mark.sqlite_alone
def test_a_file_that_is_there_and_another_is_not_overwritten(
    app: Flask, cast: Cast, place: Place, tmp_path: Path
) -> None:
    with app.app_context():
        signing.fingerprint()
    backup = back_up(app, tmp_path)
    place.settings.instance.mkdir()
    (place.settings.instance / "signing.key").write_text("another")
    told = place.restore(backup, "--without-record")
    assert "signing.key exists already and is another file" in told.output
    assert told.exit_code == 1


def altered(backup: Path, name: str, *, to: bytes | None) -> Path:
    """The same tar with one part changed, or without it."""
    path = backup.with_name("altered.backup")
    with tarfile.open(backup) as old, tarfile.open(path, "w") as new:
        for part in old:
            body = old.extractfile(part).read()
            if part.name == name:
                if to is None:
                    continue
                body, part.size = to, len(to)
            new.addfile(part, io.BytesIO(body))
    return path


@pytest.mark.sqlite_alone
@pytest.mark.parametrize(
    ("name", "to", "said"),
    [
        ("audit.jsonl", b"{}", "audit.jsonl is not as its manifest says"),
        ("database", None, "database is not as its manifest says"),
        ("manifest.json", None, "this is no whole backup"),
        ("manifest.json", b'{"format":1,"parts":[]}', "this is no whole backup"),
        ("manifest.json", b'{"format":2,"parts":{}}', "another version"),
    ],
)
def test_a_backup_that_was_altered_is_refused(
    app: Flask, cast: Cast, place: Place, tmp_path: Path, name: str, to: bytes | None, said: str
) -> None:
    bad = altered(back_up(app, tmp_path), name, to=to)
    told = place.restore(bad, "--without-record")
    assert said in told.output
    assert told.exit_code == 1
    assert not (place.settings.instance / "hustings.sqlite3").exists()


@pytest.mark.sqlite_alone
def test_a_backup_leaves_out_what_is_nobodys_to_keep(app: Flask, cast: Cast, tmp_path: Path) -> None:
    instance: Path = app.config["HUSTINGS"].instance
    share = instance / "sealed" / "opening-1.json"
    share.parent.mkdir(exist_ok=True)
    share.write_text("{}")
    try:
        with tarfile.open(back_up(app, tmp_path)) as tar:
            names = tar.getnames()
    finally:
        share.unlink()
    assert not [name for name in names if "opening" in name or "sqlite3" in name or "backup-" in name]
    assert names[-1] == "manifest.json"


@pytest.mark.sqlite_alone
def test_a_backup_that_fails_leaves_nothing_and_two_do_not_write_one_file(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise dump.NotCopied("the disk is full")

    monkeypatch.setattr(dump, "dump", full)
    failed = app.test_cli_runner().invoke(cli.backup, [str(tmp_path / "monday.backup")])
    assert (failed.exit_code, "could not be copied: the disk is full" in failed.output) == (1, True)
    assert not list(tmp_path.glob("monday*"))
    assert "is a directory" in app.test_cli_runner().invoke(cli.backup, [str(tmp_path)]).output
    (tmp_path / "monday.backup.writing").touch()
    second = app.test_cli_runner().invoke(cli.backup, [str(tmp_path / "monday.backup")])
    assert (second.exit_code, "another backup is being written" in second.output) == (1, True)
    assert [path.name for path in tmp_path.glob("monday*")] == ["monday.backup.writing"]


@pytest.mark.sqlite_alone
def test_the_site_goes_on_while_a_backup_is_written(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied, written = dump.dump, []

    def write() -> None:
        with app.app_context(), transaction(write=True) as session:
            written.append(session.execute(db.delete(OneTimeCode)).rowcount)

    def meanwhile(settings: Settings, target: Path) -> None:
        thread = Thread(target=write)
        thread.start()
        thread.join(timeout=3)
        assert written == [0], "nobody waits for a backup"
        copied(settings, target)

    monkeypatch.setattr(dump, "dump", meanwhile)
    back_up(app, tmp_path)


@pytest.mark.sqlite_alone
def test_what_is_piped_to_the_next_program_is_the_tar_alone(app: Flask) -> None:
    done = app.test_cli_runner().invoke(cli.backup, ["-"])
    with tarfile.open(fileobj=io.BytesIO(done.stdout_bytes)) as tar:
        manifest = json.load(tar.extractfile("manifest.json"))
    size = sum(part["size"] for part in manifest["parts"].values())
    assert done.stderr == f"{len(manifest['parts'])} files, {size:,} bytes, as of {manifest['made_at']}.\n"
    assert done.stdout_bytes.endswith(b"\0")


@pytest.mark.sqlite_alone
@pytest.mark.parametrize("name", ["../signing.key", "/tmp/signing.key", "instance/a/../../../b", "audit.jsonl"])
def test_a_tar_that_reaches_outside_its_folder_or_says_a_thing_twice_is_refused(
    app: Flask, cast: Cast, place: Place, tmp_path: Path, name: str
) -> None:
    backup = back_up(app, tmp_path)
    with tarfile.open(backup, "a") as tar:
        tar.addfile(tarfile.TarInfo(name))
    told = place.restore(backup, "--without-record")
    assert told.exit_code == 1
    assert "has no place in a backup" in told.output or "no whole backup" in told.output


@pytest.mark.sqlite_alone
def test_a_link_in_a_tar_is_refused(app: Flask, cast: Cast, place: Place, tmp_path: Path) -> None:
    backup, link = back_up(app, tmp_path), tarfile.TarInfo("instance/link")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with tarfile.open(backup, "a") as tar:
        tar.addfile(link)
    assert "instance/link has no place in a backup" in place.restore(backup, "--without-record").output
