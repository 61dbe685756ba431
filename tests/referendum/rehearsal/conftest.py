"""A demo with its founded union, and the story of the question in mid-debate told once for all tests of this folder."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

import wsgi
from forum.kernel import clock
from forum.kernel.database import Base, db, transaction
from referendum.rehearsal import founding, stories
from referendum.rehearsal.instance import Instance, demo_settings, free_port
from referendum.rehearsal.stage import Made, Stage


def founded(folder: Path) -> tuple[Flask, Instance]:
    """A demo on a free port whose union has members and no questions."""
    instance = Instance(folder, "127.0.0.1", free_port("127.0.0.1"), mail_port=1)
    app = wsgi.create_app(demo_settings(instance, socket_mode="threading"))
    app.config["RAISE_FAILURES"] = True
    with app.app_context():
        Base.metadata.create_all(db.engine)
        with transaction(write=True):
            founding.found_union()
    return app, instance


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Instance, Made]]:
    """The demo with its question in mid-debate, as of now."""
    app, instance = founded(tmp_path_factory.mktemp("demo"))
    stage = Stage(app, instance.clock)
    with app.test_request_context():
        made = stories.tell_current(stage, datetime.now(UTC))
    instance.clock.unlink()
    clock.follow(None)
    yield app, instance, made
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[tuple[Flask, Instance]]:
    """A demo with members and no questions."""
    app, instance = founded(tmp_path / "demo")
    clock.follow(instance.clock)
    yield app, instance
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
