"""T1: every route and socket event, at real addresses, in each state of the question, crossed with the whole cast.

`rights.txt` holds what is expected, a line a route: who gets in, in which states. Getting in means that the page was
shown, that the act was done, or that only what was typed was in its way; kept out means refused, not found or sent to
sign in. Nothing that gets in is kept: every write is undone.

Where the table is wrong the test says each difference, and where it wrote the table as it would be now: hold that
against process.md, "Who may do what", before believing it.
"""

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

import wsgi
from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.kernel.live import EVENTS
from referendum.results.vote_file_jobs import tend_vote_files
from tests.build_sittings import connect
from tests.conftest import empty_postgresql, make_settings
from tests.house.build_states import KINDS, State, States, make_states
from tests.house.test_junk import PLAUSIBLE, fields
from tests.people import make_cast

pytestmark = pytest.mark.sqlite_alone

TABLE = Path(__file__).with_name("rights.txt")
COMMIT = Session.commit
SETS = {
    "everyone": frozenset(KINDS), "nobody": frozenset(), "members": frozenset(KINDS) - {"visitor"},
    "debaters": frozenset(KINDS) - {"visitor", "suspended", "observer", "teller"},
    "debaters-here": frozenset(KINDS) - {"visitor", "suspended", "observer", "teller", "elsewhere", "other_host"},
    "chairs": frozenset({"host", "other_host", "teller", "other_teller"}),
}  # fmt: skip
LEFT_ALONE = ("/sign-out", "/devices", "/static", "/demo")
FORM = {
    "text": "Some words.", "client_key": "k1", "codes": "", "seen": "0", "answers": "", "reply_to": "", "origin": "",
    "takes_up": "", "number": "1", "turn": "", "version": "1", "guest": "", "choice": "0", "turn_minutes": "3",
    "local": "156", "enquiry": "1", "names-A": "1002", "role-A": "observer", "number-A": "1002", "became": "kept",
}  # fmt: skip
DAYS = {"first_session_at": 1, "starts_at": 1, "opens_at": 20, "closes_at": 40, "extend_to": 30, "mend_by": 20}
OF_ITS_OWN = {  # a name in braces is the state's own value
    "argument_merges.propose_ruling": {"ruling": "merged"},
    "bodies.sign_act": {"document_hash": "{document_hash}"},
    "conduct.propose_dropping": {"trustee": "nobody", "trustee_reason": "Silent."},
    "conduct.propose_observer": {"member": "1002"},
    "hall_invitations.invite_officer": {"officer": "2002"},
    "hall_own.follow_hall": {"state": "follow"},
    "moderation.stop_member": {"hours": "1"},
    "openings.ask_opening": {"purpose": "spare", "numbers": "1002"},
    "question_acts.propose_withdrawal": {"ground": "impossible"},
    "reach.publish_favour": {"audience": "local", "council": ""},
    "sitting_host.count_person": {"guest": "Ann Bell"},
    "sitting_host.dismiss_point": {"point": "{point_id}"},
    "sitting_host.take_point": {"point": "{point_id}"},
    "sitting_room.tie_argument": {"turn": "{turn_id}"},
    "statements.publish_reply": {"answers": "{statement_id}"},
}  # fmt: skip

Cells = dict[str, dict[str, frozenset[str]]]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Flask]:
    """One app for every state; nothing that a test does in it lasts."""
    folder = tmp_path_factory.mktemp("rights")
    settings = make_settings(folder)
    if not settings.database_url:
        shutil.copy(empty_database, folder / "hustings.sqlite3")
    app = wsgi.create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        if db.engine.dialect.name == "postgresql":
            empty_postgresql(db.engine)
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="module")
def states(app: Flask) -> States:
    with app.app_context(), transaction(write=True):
        cast = make_cast()
    with app.test_request_context(), transaction(write=True):
        found = make_states(cast, clock.now())
    with app.app_context():
        tend_vote_files()
    return found


@pytest.fixture
def undone(app: Flask, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Nobody is slowed, no page is drawn, and every commit is a look at the rows that is then undone."""

    def look(session: Session) -> None:
        session.flush()
        session.info.pop("on_commit", None)
        session.rollback()

    monkeypatch.setattr("forum.kernel.limits.hit", lambda *_: None)
    monkeypatch.setattr("forum.signin.pace.refuse_hurry", lambda *_: None)
    monkeypatch.setattr("flask.templating._render", lambda *_: "a page")
    monkeypatch.setattr("forum.kernel.doors._show_again", lambda refusal, *_: Response("a page", refusal.status))
    monkeypatch.setattr(Session, "commit", look)
    return monkeypatch


def in_state(app: Flask, states: States, name: str, patch: pytest.MonkeyPatch) -> dict[str, FlaskClient]:
    """Everybody's browser, at the instant of this state."""
    at = states.by_name[name].at
    with pytest.MonkeyPatch.context() as lasting:
        lasting.setattr(Session, "commit", COMMIT)
        patch.setattr(clock, "now", lambda: at)
        return states.browsers(app)


def address(rule: Rule, state: State, name: str) -> str | None:
    """The route's address of things in this state; None where it names a thing that this state has not."""
    other_names = {"number": "post_no"} if rule.rule.startswith("/halls") else {}
    if "/mandate/" in rule.rule:
        other_names["act_id"] = "filed_id"
    names = [other_names.get(each, each) for each in re.findall(r"<(?:[^:>]+:)?(\w+)>", rule.rule)]
    if (not names and name != "debating") or not set(names) <= state.values.keys():
        return None
    return re.sub(r"<[^>]+>", "{}", rule.rule).format(*(state.values[each] for each in names))


def form(state: State, endpoint: str = "") -> dict[str, str]:
    """A form with every field there is, filled in so that as little as may be is wrong with it."""
    days = {name: (state.at + timedelta(days=days)).strftime("%Y-%m-%dT%H:%M") for name, days in DAYS.items()}
    of_state = {"option": "option", "hall": "hall", "into": "into"}
    own = {name: str(state.values.get(value, "")) for name, value in of_state.items()}
    words = {name: PLAUSIBLE.get(name, ("some words",))[0] for name in fields()}
    return {**words, **FORM, **days, **own, **of_its_own(state, endpoint)}


def of_its_own(state: State, endpoint: str) -> dict[str, str]:
    """What this route asks for that no other does; an event asks for the same as the form that it stands for."""
    values = {"point_id": 1, "turn_id": 1, "statement_id": 1, "document_hash": "", **state.values}
    asked = next((own for name, own in OF_ITS_OWN.items() if endpoint in (name, name.partition(".")[2])), {})
    return {name: value.format(**values) for name, value in asked.items()}


def got_in(browser: FlaskClient, path: str, sent: str | None) -> bool:
    method = "GET" if sent is None else "POST"
    answer = browser.open(path, method=method, data=sent, content_type="application/x-www-form-urlencoded")
    assert answer.status_code < 500, f"{method} {path}: {answer.status_code}"
    sent_away = answer.status_code == 302 and re.search("/(sign-in|second-factor|confirm)", answer.headers["Location"])
    return answer.status_code not in (403, 404) and not (sent_away and "sign-in" not in path)


def expected() -> Cells:
    """The table as it is written down: "METHOD endpoint | states: who; states: who"."""
    cells: Cells = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            route, _, rest = line.partition(" | ")
            cells[route] = {
                state: SETS[who.strip()] if who.strip() in SETS else frozenset(who.split())
                for names, _, who in (part.partition(":") for part in rest.split(";"))
                for state in names.split()
            }
    return cells


def written(cells: Cells) -> str:
    lines = []
    for route, by_state in sorted(cells.items(), key=lambda each: each[0].split()[::-1]):
        shared: dict[frozenset[str], list[str]] = {}
        for state, who in by_state.items():
            shared.setdefault(who, []).append(state)
        words = {who: next((name for name, same in SETS.items() if same == who), "") for who in shared}
        parts = [
            f"{' '.join(names)}: {words[who] or ' '.join(kind for kind in KINDS if kind in who)}"
            for who, names in shared.items()
        ]
        lines.append(f"{route} | {'; '.join(parts)}")
    return "\n".join(lines) + "\n"


def found_pages(app: Flask, states: States, patch: pytest.MonkeyPatch) -> Cells:
    cells: Cells = {}
    for name, state in states.by_name.items():
        browsers = in_state(app, states, name, patch)
        for rule in app.url_map.iter_rules():
            path = address(rule, state, name)
            if path is None or rule.rule.startswith(LEFT_ALONE):
                continue
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                sent = urlencode(form(state, rule.endpoint)) if method == "POST" else None
                let_in = {kind for kind, browser in browsers.items() if got_in(browser, path, sent)}
                cells.setdefault(f"{method} {rule.endpoint}", {})[name] = frozenset(let_in)
    return cells


def found_events(app: Flask, states: States, patch: pytest.MonkeyPatch) -> Cells:
    cells: Cells = {}
    for name, state in states.by_name.items():
        if "sitting_id" not in state.values or name in ("open", "counted", "certified"):
            continue
        browsers = in_state(app, states, name, patch)
        sockets = {kind: connect(app, browser) for kind, browser in browsers.items()}
        sent = {**form(state), "sitting": state.values["sitting_id"], "poll": 1, "choice": 0, "choices": ["a", "b"],
                "room": f"sitting:{state.values['sitting_id']}", "after": 0, "seen": 0}  # fmt: skip
        for event in EVENTS:
            own = {**sent, **of_its_own(state, event)}
            answers = {kind: socket.emit(event, own, callback=True) for kind, socket in sockets.items()}
            let_in = {kind for kind, answer in answers.items() if answer.get("status") not in (403, 404)}
            assert "went wrong" not in str(answers), f"{event}: {answers}"
            cells.setdefault(f"EVENT {event}", {})[name] = frozenset(let_in)
    return cells


def differences(found: Cells, written_down: Cells) -> list[str]:
    wrong = [f"{route} is not in the table" for route in found.keys() - written_down.keys()]
    for route in found.keys() & written_down.keys():
        for state in found[route].keys() | written_down[route].keys():
            is_so, should = found[route].get(state), written_down[route].get(state)
            if is_so is None or should is None:
                wrong.append(f"{route} in {state}: {'not tried' if is_so is None else 'not in the table'}")
            elif is_so != should:
                wrong.append(f"{route} in {state}: let in {sorted(is_so - should)}, kept out {sorted(should - is_so)}")
    return sorted(wrong)


def test_everybody_gets_in_where_the_table_says_and_nowhere_else(
    app: Flask, states: States, undone: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found, table = found_pages(app, states, undone) | found_events(app, states, undone), expected()
    wrong = differences(found, table) + [
        f"{route} is in the table only" for route in sorted(table.keys() - found.keys())
    ]
    (tmp_path / "rights.txt").write_text(written(found), encoding="utf-8")
    assert not wrong, "\n".join([*wrong, f"as it is now: {tmp_path / 'rights.txt'}"])
