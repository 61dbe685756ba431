"""What every test may ask for: an app on its own database, the fixed cast, and loud skips for missing programs."""

import gc
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as strategies
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import Engine, create_engine

import wsgi
from forum.kernel import clock, limits, live
from forum.kernel.database import Base, db, transaction
from forum.kernel.settings import Settings
from tests import scenes
from tests.people import Cast, make_cast

NOW = datetime(2026, 11, 10, 12, 0, tzinfo=UTC)

strategies.register_profile("steady", deadline=None)  # nothing here is timed: two busy cores would decide
strategies.load_profile("steady")


def _available(program: str) -> bool:
    if program == "data":
        return Path(os.environ.get("HUSTINGS_DATA") or "/nowhere").is_dir()
    if program == "postgresql":
        return bool(os.environ.get("HUSTINGS_TEST_POSTGRESQL"))
    if program == "redis":
        return shutil.which("redis-server") is not None
    return shutil.which(program) is not None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "app" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.database)
        for marker in item.iter_markers("needs"):
            program = marker.args[0]
            if not _available(program):
                if os.environ.get("CI") == "true" and program != "data":  # a checkout alone has no data folder
                    pytest.exit(f"CI must have {program}, which {item.nodeid} needs", returncode=3)
                item.add_marker(pytest.mark.skip(reason=f"needs {program}"))


def pytest_collection_finish() -> None:
    """What is imported stays until the end: no search for garbage need go through it, and some code asks for many."""
    gc.collect()
    gc.freeze()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    skipped = len(terminalreporter.stats.get("skipped", []))
    if skipped:
        terminalreporter.section("NOT RUN")
        terminalreporter.write_line(f"{skipped} tests were skipped: they need a program or folder this machine lacks.")


def make_settings(folder: Path, **changes: object) -> Settings:
    """Settings of a test installation in its own folder."""
    values: dict[str, object] = {
        "secret_key": "t" * 40, "union_name": "United Test Workers", "base_url": "http://localhost", "instance": folder,
        "mail_host": "", "socket_mode": "threading", "testing": True, "timezone": "America/Chicago",
    }  # fmt: skip
    if url := os.environ.get("HUSTINGS_TEST_POSTGRESQL"):
        values["database_url"] = url.replace("{worker}", os.environ.get("PYTEST_XDIST_WORKER", "gw0"))
    return Settings(**{**values, **changes})  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with every table and no row, made once a worker and copied for each test."""
    folder = tmp_path_factory.mktemp("empty")
    wsgi.create_app(make_settings(folder, database_url=""))
    file = folder / "empty.sqlite3"
    engine = create_engine(f"sqlite:///{file}")
    Base.metadata.create_all(engine)
    engine.dispose()
    return file


class House:
    """One app a worker, used again by every test that does not change how it is built: its routes, its templates and
    its SQL stay compiled. Built anew where another app has taken the sockets, of which a process has one set.
    """

    def __init__(self, folder: Path) -> None:
        self.settings = make_settings(folder / "instance")
        self.build()

    def build(self) -> None:
        """A new app in the same folder."""
        self.app = wsgi.create_app(self.settings)
        self.config, self.extensions = dict(self.app.config), dict(self.app.extensions)
        self.jobs = dict(self.app.extensions["hustings_jobs"])
        self.sockets = live.socketio.server

    def ready(self, empty: Path) -> Flask:
        """The app with an empty database, an empty instance folder and nothing counted or queued."""
        if live.socketio.server is not self.sockets:
            self.build()
        with self.app.app_context():
            db.session.remove()
            db.engine.dispose()
            shutil.rmtree(self.settings.instance)
            self.settings.instance.mkdir()
            if not self.settings.database_url:
                shutil.copy(empty, self.settings.instance / "hustings.sqlite3")
            else:
                empty_postgresql(db.engine)
        self.app.config.clear()
        self.app.config.update(self.config, RAISE_FAILURES=True)
        self.app.extensions.clear()
        self.app.extensions.update(self.extensions, hustings_jobs=dict(self.jobs))
        self.jobs["queue"].storage.flush_all()
        limits.init(self.settings.redis_url)
        return self.app


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """This worker's app, for the fixture `app`."""
    return House(tmp_path_factory.mktemp("house"))


@pytest.fixture
def app(house: House, empty_database: Path) -> Iterator[Flask]:
    """An app with an empty database."""
    app = house.ready(empty_database)
    with app.app_context():
        scenes.begin(app, db.engine)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def empty_postgresql(engine: Engine) -> None:
    """Every table there and empty, ids from one again. Deleting next to nothing is far quicker than TRUNCATE, which
    makes new files for each table; without their triggers the rows may go in any order, which takes a superuser.
    """
    with engine.connect() as connection:
        there = connection.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").scalars()
        if not Base.metadata.tables.keys() <= set(there):
            Base.metadata.create_all(engine)
    emptied = "; ".join(f'DELETE FROM "{table.name}"' for table in Base.metadata.sorted_tables)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"SET LOCAL session_replication_role = replica; {emptied}")
        connection.exec_driver_sql("SELECT setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S'")


@pytest.fixture
def ground(app: Flask, cast: Cast) -> Iterator[Flask]:
    """The app, with the cast in it, inside one open write: `db.session` is ready for operations and queries."""
    with app.test_request_context(), transaction(write=True):
        yield app


@pytest.fixture
def now() -> datetime:
    """A fixed present for operations."""
    return NOW


@pytest.fixture
def cast(app: Flask) -> Cast:
    """The fixed cast in the database: see `tests.people`."""
    with app.app_context(), transaction(write=True):
        return make_cast()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor's browser."""
    return app.test_client()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One Chromium a worker; two at once in one process would clash."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@pytest.fixture
def monkeypatch() -> Iterator[pytest.MonkeyPatch]:
    """Pytest's own, which scenes mind: what a patched function builds is not put back elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        scenes.mind(patch)
        yield patch
    scenes.mind(None)


@pytest.fixture(autouse=True)
def _true_clock() -> Iterator[None]:
    yield
    clock.follow(None)
