"""T9: whatever breaks behind a door, it stays shut: nothing is done, nothing is told, and there is a number to name."""

import importlib
import pkgutil
import random
import re
from collections.abc import Iterator
from types import FunctionType, ModuleType

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, text

import forum
import referendum
from forum.kernel import clock
from forum.kernel.database import Base, db, transaction
from forum.kernel.live import EVENTS
from tests.build_sittings import connect
from tests.build_town import Town, make_town
from tests.house.test_junk import LEFT_ALONE, sent
from tests.people import Cast, sign_in

SECRET = "secret of the house"
NUMBER = re.compile(r"\b[0-9a-f]{8}\b")


@pytest.fixture
def town(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Town:
    app.config["WTF_CSRF_ENABLED"] = False
    app.config["RAISE_FAILURES"] = False
    monkeypatch.setattr("forum.kernel.limits.hit", lambda *_: None)
    with app.test_request_context(), transaction(write=True):
        return make_town(cast, now=clock.now())


def operation_modules() -> Iterator[ModuleType]:
    for package in (forum, referendum):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if found.name.endswith("operations") and "crypto" not in found.name:
                yield importlib.import_module(found.name)


def fail(*_: object, **__: object) -> None:
    """What every operation does here, naming something that nobody may read."""
    raise ZeroDivisionError(SECRET)


def break_every_operation(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in operation_modules():
        for name, value in list(vars(module).items()):
            if isinstance(value, FunctionType) and value.__module__ == module.__name__ and not name.startswith("_"):
                monkeypatch.setattr(module, name, fail)


def counts(app: Flask) -> dict[str, int]:
    with app.app_context(), transaction(write=False) as session:
        return {
            name: session.scalar(db.select(func.count()).select_from(table)) or 0
            for name, table in Base.metadata.tables.items()
        }


def people(app: Flask, town: Town) -> list[FlaskClient]:
    cast = town.cast
    return [sign_in(app, each) for each in (cast.member, cast.host, cast.officer, cast.tellers[0], cast.trustees[0])]


def test_a_broken_operation_does_nothing_and_tells_nothing(
    app: Flask, town: Town, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    browsers = people(app, town)
    break_every_operation(monkeypatch)
    before, failed, wrong, dice = counts(app), set(), [], random.Random(9)
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.rule.startswith(LEFT_ALONE):
            continue
        for browser in browsers:
            form = {name: value.encode("utf-8", "replace").decode() for name, value in sent(dice, extreme=0).items()}
            answer = browser.post(next(town.addresses(rule)), data=form)
            page = answer.get_data(as_text=True)
            if SECRET in page or "Traceback" in page or "ZeroDivision" in page:
                wrong.append(f"{rule.rule} tells what broke")
            if answer.status_code == 500:
                failed.add(rule.rule)
                shown = NUMBER.findall(re.sub(r"<(?:link|script|meta)[^>]*>", "", page))
                if not any(f'"incident": "{each}"' in capsys.readouterr().out for each in shown):
                    wrong.append(f"{rule.rule} gives no number that the log has")
    assert not wrong
    assert len(failed) > 25, sorted(failed)
    assert counts(app) == before


def test_a_broken_operation_behind_a_socket_does_nothing_and_tells_nothing(
    app: Flask, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    socket = connect(app, sign_in(app, town.cast.host))
    break_every_operation(monkeypatch)
    before, dice, failed = counts(app), random.Random(9), set()
    for event in EVENTS:
        place = {"sitting": town.debate.sitting, "poll": 1, "choice": 0, "point": 1, "enquiry": 1, "after": 0}
        words = {"seen": 0, "text": "words", "decision": "We march.", "question": "Now?", "choices": ["a", "b"]}
        payload = {**sent(dice, extreme=0), **place, **words, "turn": "", "reply_to": "", "client_key": ""}
        answer = socket.emit(event, payload, callback=True)
        assert SECRET not in str(answer)
        if "Something went wrong" in str(answer):
            failed.add(event)
    assert {"say", "next_speaker", "open_poll", "attend"} <= failed
    assert counts(app) == before


@pytest.mark.parametrize("broken", ["forum.kernel.doors._find", "forum.kernel.limits.hit", "forum.kernel.slots.gather"])
def test_when_the_door_itself_breaks_nobody_comes_in(
    app: Flask, town: Town, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    browser = sign_in(app, town.cast.officer)
    before = counts(app)
    monkeypatch.setattr(broken, fail)
    dice = random.Random(3)
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if "POST" in (rule.methods or ()) and not getattr(view, "nobody", False):
            answer = browser.post(next(town.addresses(rule)), data=sent(dice, extreme=0))
            assert SECRET not in answer.get_data(as_text=True), rule.rule
    monkeypatch.undo()
    assert counts(app) == before


@pytest.mark.parametrize("table", ["posts", "questions", "members"])
def test_a_broken_database_is_said_on_a_page_with_every_header(app: Flask, town: Town, table: str) -> None:
    """A table that is gone may also be one that the frame of every page reads."""
    browser = sign_in(app, town.cast.member)
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {table} RENAME TO away"))
    answer = browser.get(f"/halls/{town.debate.hall}")
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE away RENAME TO {table}"))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert NUMBER.search(page)
    assert "SELECT" not in page
    assert "no such table" not in page
    assert "Content-Security-Policy" in answer.headers
