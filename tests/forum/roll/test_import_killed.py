"""A roll written by a process that is killed at any call is as before or as the file says, never between (T2)."""

import pytest
from flask import Flask

from forum.kernel import audit, clock
from forum.kernel.database import transaction
from forum.roll import import_operations, importing
from tests.dying import deaths
from tests.forum.roll.files import GOOD, roll, row
from tests.forum.roll.test_import import one, snapshot


def test_the_roll_is_as_before_or_as_the_file_says(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = app.config["HUSTINGS"]
    monkeypatch.setattr(import_operations, "CHUNK", 1)

    def decided(raw: bytes) -> int:
        with app.app_context():
            with transaction(write=True):
                import_id = import_operations.receive_roll(None, "roll.csv", raw, now=clock.now()).id
            importing.look_over(import_id, settings)
            with transaction(write=True):
                import_operations.begin_apply(None, import_id, marks_absent=True, now=clock.now())
        return import_id

    def write(import_id: int) -> None:
        with app.app_context():
            importing.write(import_id, settings)

    write(decided(GOOD.encode()))
    before = snapshot(app)
    import_id = decided(roll(row("1001", standing="lapsed"), row("1004"), row("1005")))
    told = []
    for done in deaths(app, lambda: write(import_id), every=4):
        told.append(done)
        assert (snapshot(app) == before) is not done
        assert (one(app, import_id).state == "applied") is done
    assert len(told) > 8, "each statement and the commit were its last"
    after = snapshot(app)
    write(import_id)
    assert snapshot(app) == after, "a job that is taken up again does nothing twice"
    assert [line[0] for line in after if line[5] is None] == ["1001", "1004", "1005"]
    with app.app_context(), transaction(write=False):
        assert audit.check(audit.export(with_bodies=True)) == []
        assert sum('"act":"import_roll"' in line for line in audit.export(with_bodies=False)) == 2
