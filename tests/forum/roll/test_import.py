"""Importing the roll: nothing before the word, all or nothing, undone while newest, standing lost closes devices."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from forum.kernel import audit, clock
from forum.kernel.database import db, transaction
from forum.kernel.errors import Missing, Refused, Stale
from forum.roll import import_operations, import_queries, importing, queries
from forum.roll.models import Council, Local, Member, RollImport, RollImportLine
from forum.roll.size import members_of
from forum.signin.models import Account, Device
from tests.conftest import NOW
from tests.forum.roll.files import GOOD, roll, row
from tests.people import Cast, sign_in


@pytest.fixture
def take(app: Flask) -> Callable[..., int]:
    """Receive and look over a file; returns the import's id."""

    def receive(raw: bytes, *, at: datetime | None = None) -> int:
        with app.app_context():
            with transaction(write=True):
                import_id = import_operations.receive_roll(None, "roll.csv", raw, now=at or clock.now()).id
            importing.look_over(import_id, app.config["HUSTINGS"])
            return import_id

    return receive


@pytest.fixture
def put(app: Flask, take: Callable[..., int]) -> Callable[..., int]:
    """Receive, look over and apply a file."""

    def apply(raw: bytes, *, mark_left: bool = False) -> int:
        import_id = take(raw)
        with app.app_context():
            with transaction(write=True):
                import_operations.begin_apply(None, import_id, marks_absent=mark_left, now=clock.now())
            importing.write(import_id, app.config["HUSTINGS"])
        return import_id

    return apply


def snapshot(app: Flask) -> list[Any]:
    with app.app_context(), transaction(write=False):
        rows = db.session.execute(
            db.select(Member.number, Member.name, Member.email, Member.standing, Member.office, Member.left_at,
                      Local.number, Council.name)
            .join(Local, Local.id == Member.local_id).join(Council).order_by(Member.number)
        )  # fmt: skip
        return [tuple(each) for each in rows]


def one(app: Flask, import_id: int) -> RollImport:
    with app.app_context(), transaction(write=False) as session:
        found = import_queries.an_import(import_id)
        session.refresh(found)
        session.expunge(found)
        return found


def test_a_dry_run_changes_nothing_and_says_what_it_would_do(app: Flask, take: Callable[..., int]) -> None:
    looked = one(app, take(GOOD.encode()))
    assert looked.state == "ready"
    assert looked.summary["counts"] == {"new": 3, "absent": 0}
    assert looked.content == ""
    assert snapshot(app) == []


def test_a_file_is_applied_with_its_locals_and_councils(app: Flask, put: Callable[..., int]) -> None:
    put(GOOD.encode())
    assert [(each[0], each[3], each[4], each[6], each[7]) for each in snapshot(app)] == [
        ("1001", "good", "", "88", "Lakes District"), ("1002", "retired", "host", "88", "Lakes District"),
        ("1003", "good", "officer", "156", "Harbour District"),
    ]  # fmt: skip
    with app.app_context(), transaction(write=False):
        assert set(db.session.scalars(db.select(Local.timezone))) == {"America/Chicago"}
        assert len(queries.officer_ids()) == 1


def test_one_bad_line_keeps_everything_out(app: Flask, take: Callable[..., int]) -> None:
    looked = one(app, take(roll(row("1"), row("2", standing="odd"), row("3"))))
    assert (looked.state, looked.problem_count, looked.content) == ("refused", 1, "")
    with app.app_context(), transaction(write=True):
        assert db.session.scalar(db.select(db.func.count(RollImportLine.id))) == 0
        with pytest.raises(Refused):
            import_operations.begin_apply(None, looked.id, marks_absent=False, now=NOW)


def test_importing_again_updates_by_number_and_says_so(app: Flask, put: Callable[..., int]) -> None:
    put(GOOD.encode())
    again = put(GOOD.replace("Marta Quill", "Marta Quill-Ortiz").replace("Lakes", "Great Lakes").encode())
    assert one(app, again).summary["counts"] == {"changed": 1, "same": 2, "absent": 0}
    assert snapshot(app)[0][1] == "Marta Quill-Ortiz"
    assert snapshot(app)[0][7] == "Great Lakes District"


def test_members_missing_from_a_file_stay_unless_ticked(app: Flask, put: Callable[..., int]) -> None:
    put(roll(row("1"), row("2")))
    put(roll(row("1")))
    assert [each[5] for each in snapshot(app)] == [None, None]
    put(roll(row("1")), mark_left=True)
    assert [each[5] is None for each in snapshot(app)] == [True, False]
    with app.app_context(), transaction(write=False):
        assert queries.roll_size() == 1
        assert queries.by_number("2") is None
    put(roll(row("1"), row("2")))
    assert [each[5] for each in snapshot(app)] == [None, None]


def test_undoing_restores_the_roll_exactly(app: Flask, put: Callable[..., int], now: datetime) -> None:
    put(GOOD.encode())
    before = snapshot(app)
    second = put(
        roll(row("1001", name="New Name", local="9", council="Far"), row("77", local="12", council="Far")),
        mark_left=True,
    )
    assert snapshot(app) != before
    with app.app_context(), transaction(write=True):
        import_operations.undo_import(None, second, now=now)
    assert snapshot(app) == before
    with app.app_context(), transaction(write=False):
        assert set(db.session.scalars(db.select(Local.number))) == {"88", "156"}
        assert set(db.session.scalars(db.select(Council.name))) == {"Lakes District", "Harbour District"}


def test_undoing_keeps_new_members_who_have_acted_as_having_left(
    app: Flask, put: Callable[..., int], now: datetime
) -> None:
    first = put(roll(row("1"), row("2")))
    with app.app_context(), transaction(write=True):
        member = queries.by_number("1")
        assert member is not None
        db.session.add(Account(member_id=member.id, activated_at=now))
    with app.app_context(), transaction(write=True):
        import_operations.undo_import(None, first, now=now)
    assert [(each[0], each[5] is None) for each in snapshot(app)] == [("1", False)]


def test_only_the_newest_import_can_be_undone(app: Flask, put: Callable[..., int], now: datetime) -> None:
    first = put(roll(row("1")))
    put(roll(row("1"), row("2")))
    with app.app_context(), transaction(write=True), pytest.raises(Refused):
        import_operations.undo_import(None, first, now=now)


def test_an_import_overtaken_by_another_is_stale(app: Flask, take: Callable[..., int], put: Callable[..., int]) -> None:
    waiting = take(roll(row("1")))
    put(roll(row("1", name="Other Name")))
    with app.app_context(), transaction(write=True), pytest.raises(Stale):
        import_operations.begin_apply(None, waiting, marks_absent=False, now=clock.now())


def test_applying_twice_is_applying_once(app: Flask, put: Callable[..., int]) -> None:
    done = put(roll(row("1")))
    with app.app_context():
        importing.write(done, app.config["HUSTINGS"])
        with transaction(write=True), pytest.raises(Refused):
            import_operations.begin_apply(None, done, marks_absent=False, now=clock.now())
    assert len(snapshot(app)) == 1


def test_a_failure_while_writing_leaves_nothing_written(
    app: Flask, take: Callable[..., int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_operations, "CHUNK", 1)
    import_id = take(roll(row("1"), row("2"), row("3")))

    def tell(done: int) -> None:
        if done == 2:
            raise OSError("the disk is full")

    with app.app_context():
        with transaction(write=True):
            import_operations.begin_apply(None, import_id, marks_absent=False, now=clock.now())
        with pytest.raises(OSError, match="full"):
            importing.write(import_id, app.config["HUSTINGS"], tell)
        assert snapshot(app) == []
        importing.write(import_id, app.config["HUSTINGS"])
    assert len(snapshot(app)) == 3


def test_a_killed_dry_run_is_taken_up_and_counts_nobody_twice(app: Flask) -> None:
    with app.app_context():
        with transaction(write=True):
            import_id = import_operations.receive_roll(None, "roll.csv", roll(row("1"), row("2")), now=clock.now()).id
        with transaction(write=True):
            look = import_operations.begin_look(import_id, today=NOW.date(), now=clock.now())
        assert look is not None
        with transaction(write=True):
            import_operations.note_chunk(import_id, look, next(look.chunks()), {}, now=clock.now())
        importing.look_over(import_id, app.config["HUSTINGS"])
        assert one(app, import_id).summary["counts"]["new"] == 2
        with transaction(write=False):
            assert len(import_queries.sample(import_id, "new")) == 2


def test_losing_standing_signs_a_member_out_everywhere(app: Flask, cast: Cast, put: Callable[..., int]) -> None:
    client, other = sign_in(app, cast.member), sign_in(app, cast.seconder)
    put(roll(row("1001", standing="suspended"), row("1002")))
    assert client.get("/me").status_code == 302
    assert other.get("/me").status_code == 200


def test_marking_as_left_signs_a_member_out_everywhere(app: Flask, cast: Cast, put: Callable[..., int]) -> None:
    client = sign_in(app, cast.seconder)
    put(roll(row("1001")), mark_left=True)
    assert client.get("/me").status_code == 302
    with app.app_context(), transaction(write=False):
        assert db.session.scalar(db.select(Device).where(Device.member_id == cast.seconder)).revoked_at is not None


def test_an_import_and_its_undoing_stand_in_the_audit_log(app: Flask, put: Callable[..., int], now: datetime) -> None:
    done = put(roll(row("1")))
    with app.app_context(), transaction(write=True):
        import_operations.undo_import(None, done, now=now)
    with app.app_context(), transaction(write=False):
        entries = list(db.session.scalars(db.select(audit.AuditEntry).order_by(audit.AuditEntry.height)))
        assert [(each.act, each.office) for each in entries] == [
            ("import_roll", "operator"),
            ("undo_import", "operator"),
        ]
        assert entries[0].facts["counts"]["new"] == 1


@pytest.mark.parametrize("raw", [b"", b"  \n", b"PK\x03\x04"])
def test_what_is_no_roll_is_refused_at_the_door(ground: Flask, raw: bytes) -> None:
    with pytest.raises(Refused):
        import_operations.receive_roll(None, "roll.csv", raw, now=NOW)


def test_a_dropped_import_forgets_what_was_in_it(app: Flask, take: Callable[..., int]) -> None:
    import_id = take(roll(row("1")))
    with app.app_context(), transaction(write=True):
        import_operations.drop_import(import_id, now=NOW)
        assert import_queries.sample(import_id, "new") == []
        with pytest.raises(Refused):
            import_operations.drop_import(import_id, now=NOW + timedelta(seconds=1))


def test_after_a_month_only_the_import_that_can_be_undone_keeps_names_and_addresses(
    app: Flask, cast: Cast, take: Callable[..., int], put: Callable[..., int]
) -> None:
    first, undecided, wrong = put(GOOD.encode()), take(roll(row("7"))), take(roll(row("8", since="never")))
    second = put(roll(row("9")))
    with app.app_context(), transaction(write=True):
        import_operations.forget_lines(clock.now() + timedelta(days=29))
        assert len(set(db.session.scalars(db.select(RollImportLine.import_id)))) == 3
        import_operations.forget_lines(clock.now() + timedelta(days=31))
        assert set(db.session.scalars(db.select(RollImportLine.import_id))) == {second}
    assert [one(app, each).state for each in (first, undecided, wrong)] == ["applied", "dropped", "dropped"]
    with app.app_context(), transaction(write=True):
        import_operations.undo_import(None, second, now=clock.now())
        with pytest.raises(Refused, match="no longer kept"):
            import_operations.undo_import(None, first, now=clock.now())


def test_there_is_nothing_under_a_number_that_is_no_import(ground: Flask) -> None:
    for act in (import_operations.drop_import, lambda at, now: import_operations.undo_import(None, at, now=now)):
        with pytest.raises(Missing):
            act(99, now=NOW)


def test_members_are_counted_again_only_when_an_import_has_moved(
    app: Flask, put: Callable[..., int], now: datetime
) -> None:
    asked: list[str] = []
    note = lambda _c, _cursor, sql, *_: asked.append(sql)  # noqa: E731

    def size() -> tuple[int, int]:
        with app.app_context(), transaction(write=False):
            local = db.session.scalars(db.select(Local.id).where(Local.number == "88")).one()
            event.listen(db.engine, "before_cursor_execute", note)
            found = queries.roll_size(), members_of(local)
            event.remove(db.engine, "before_cursor_execute", note)
        return found

    put(roll(row("1"), row("2")))
    assert size() == (2, 2)
    asked.clear()
    assert size() == (2, 2)
    assert not [sql for sql in asked if "members" in sql]
    second = put(roll(row("1"), row("2"), row("3"), row("4", local="156")))
    assert size() == (4, 3)
    with app.app_context(), transaction(write=True):
        import_operations.undo_import(None, second, now=now)
    assert size() == (2, 2)
