"""The laws of the house: who may import whom, and what stands where."""

import ast

import pytest

import forum.register
import referendum.register
from forum.kernel.live import EVENTS
from tests.house.source import ROOT, imports, modules, tracked

SLICES = [f"forum.{name}" for name in ("kernel", *forum.register.SLICES)] + [
    f"referendum.{name}" for name in ("crypto", "archive", *referendum.register.SLICES)
]
ORDER = {name: place for place, name in enumerate(SLICES)}
LEVELS = {
    "rules": 0, "forms": 1, "models": 1, "queries": 2, "operations": 3, "views": 4, "live": 4, "jobs": 4, "cli": 4,
}  # fmt: skip
TREES = list(modules())


def slice_of(name: str) -> str:
    return ".".join(name.split(".")[:2])


def level_of(name: str) -> int | None:
    if name.count(".") < 2:
        return None
    last = name.split(".")[2].rpartition("_")[2]
    return LEVELS.get(last)


@pytest.mark.parametrize(("name", "tree"), TREES, ids=[name for name, _ in TREES])
def test_the_forum_never_imports_the_referendum(name: str, tree: ast.Module) -> None:
    if name.startswith("forum."):
        assert not [each for each in imports(tree) if each.startswith("referendum")]


@pytest.mark.parametrize(("name", "tree"), TREES, ids=[name for name, _ in TREES])
def test_no_slice_imports_a_later_one(name: str, tree: ast.Module) -> None:
    own = ORDER.get(slice_of(name))
    if own is None:
        return
    later = [each for each in imports(tree) if ORDER.get(slice_of(each), -1) > own]
    assert not later, f"{name} imports {later}"


@pytest.mark.parametrize(("name", "tree"), TREES, ids=[name for name, _ in TREES])
def test_no_lower_file_imports_a_higher_one_of_its_slice(name: str, tree: ast.Module) -> None:
    own = level_of(name)
    if own is None:
        return
    higher = [
        each for each in imports(tree)
        if slice_of(each) == slice_of(name) and (level_of(each) or 0) > own and each.count(".") >= 2
    ]  # fmt: skip
    assert not higher, f"{name} imports {higher}"


@pytest.mark.parametrize(("name", "tree"), TREES, ids=[name for name, _ in TREES])
def test_pure_files_know_neither_flask_nor_the_database(name: str, tree: ast.Module) -> None:
    pure = level_of(name) in (0, 1) and not name.endswith("models")
    if not pure and slice_of(name) not in ("referendum.crypto", "referendum.archive"):
        return
    heavy = ("flask", "sqlalchemy", "forum.kernel.database", "forum.kernel.web", "flask_babel")
    assert not [each for each in imports(tree) if each.split(".")[0] in heavy or each in heavy]


@pytest.mark.parametrize(("name", "tree"), TREES, ids=[name for name, _ in TREES])
def test_the_stranger_s_tools_need_neither_forum_nor_flask(name: str, tree: ast.Module) -> None:
    if slice_of(name) in ("referendum.crypto", "referendum.archive"):
        allowed = ("referendum.crypto", "referendum.archive")
        assert not [
            each for each in imports(tree) if each.startswith(("forum", "referendum.")) and not each.startswith(allowed)
        ]


@pytest.mark.parametrize(("name", "tree"), TREES, ids=[name for name, _ in TREES])
def test_only_the_live_kernel_emits_to_sockets(name: str, tree: ast.Module) -> None:
    if name == "forum.kernel.live":
        return
    emitting = {"flask_socketio.emit", "flask_socketio.send", "flask_socketio.SocketIO", "forum.kernel.live.socketio"}
    assert not imports(tree) & emitting


def test_every_route_and_every_event_has_a_door(app) -> None:  # type: ignore[no-untyped-def]
    doors = {
        endpoint: getattr(view, "door", None) for endpoint, view in app.view_functions.items() if endpoint != "static"
    }
    assert doors
    assert not [endpoint for endpoint, door in doors.items() if door is None]
    assert EVENTS
    assert all(EVENTS.values())


def test_no_table_of_the_ballot_box_points_at_a_person_or_a_local() -> None:
    from forum.kernel.database import Base

    walled = [table for table in Base.metadata.tables.values() if table.name in BALLOT_BOX]
    assert len(walled) == len(BALLOT_BOX)
    reached = {key.column.table.name for table in walled for key in table.foreign_keys}
    assert reached <= {"votes"}
    forbidden = ("member", "local", "council", "device", "address", "name", "email")
    assert not [
        column for table in walled for column in table.columns if any(word in column.name for word in forbidden)
    ]
    assert not [column for table in walled for column in table.columns if "DATETIME" in str(column.type).upper()]


BALLOT_BOX = {"arrivals", "boxed_ballots", "set_aside_ballots", "box_batches", "box_states", "public_credentials"}


def test_only_the_agreed_things_stand_at_the_top() -> None:
    files = tracked()
    if not files:
        pytest.skip("not a git checkout")
    agreed = {"wsgi.py", "forum", "referendum", "templates", "static", "tests", "pyproject.toml", "README.md"}
    top = {path.split("/")[0] for path in files}
    assert not {name for name in top if not name.startswith(".")} - agreed


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "service", "services"}
    assert not [name for name, _ in TREES if set(name.split(".")) & empty]


def test_every_slice_has_a_map() -> None:
    for name in SLICES:
        tree = ast.parse((ROOT / name.replace(".", "/") / "__init__.py").read_text(encoding="utf-8"))
        assert ast.get_docstring(tree), f"{name}/__init__.py says nothing of the slice"
