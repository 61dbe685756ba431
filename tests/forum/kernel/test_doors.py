"""Who comes in by which door with what shown; and a door's transaction: a page that shows what was refused only reads,
so it holds up nobody who writes.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import product

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from forum.kernel import doors
from forum.kernel.database import transaction
from forum.kernel.doors import VISITOR, Actor, Door, FreshFirst, SecondFactorFirst, SignInFirst
from forum.kernel.errors import Refusal, Refused
from tests.people import Cast, sign_in

ROLES = {role: frozenset({(role, 14)}) for role in ("teller", "trustee", "observer")}
OPENED_BY: dict[Door, set[str]] = {
    doors.members: {"member", "host", "officer", "teller", "trustee", "observer"}, doors.hosts: {"host"},
    doors.officers: {"officer"}, doors.tellers: {"teller"}, doors.trustees: {"trustee"}, doors.observers: {"observer"},
    doors.leaders: {"host", "officer"}, doors.chairs: {"host", "teller"},
    doors.signers: {"officer", "teller", "observer"},
}  # fmt: skip


def someone(kind: str, *, fresh: bool, second_factor: bool) -> Actor:
    office = kind if kind in ("host", "officer") else ""
    held = ROLES.get(kind, frozenset())
    return Actor(member_id=1, local_id=3, office=office, appointments=held, fresh=fresh, second_factor=second_factor)


def refusal(door: Door, actor: Actor, *, fresh: bool) -> type[Refusal] | None:
    try:
        door.refuse(actor, fresh=fresh)
    except Refusal as refused:
        return type(refused)
    return None


@pytest.mark.parametrize("door", OPENED_BY, ids=lambda door: door.name)
def test_a_door_asks_for_sign_in_then_office_then_second_factor_then_freshness(door: Door) -> None:
    for kind, asks, fresh, factor in product(("member", "host", "officer", *ROLES), *[(False, True)] * 3):
        leads = kind != "member"
        expected: type[Refusal] | None = None
        if kind not in OPENED_BY[door]:
            expected = Refused
        elif leads and not factor and (door is not doors.members or asks):
            expected = SecondFactorFirst
        elif asks and not fresh:
            expected = FreshFirst
        assert refusal(door, someone(kind, fresh=fresh, second_factor=factor), fresh=asks) is expected
        assert refusal(door, VISITOR, fresh=asks) is SignInFirst
        assert refusal(doors.anyone, VISITOR, fresh=False) is None


def test_every_door_of_an_office_asks_for_a_second_factor() -> None:
    named = {each.name: each.leads for each in vars(doors).values() if isinstance(each, Door)}
    assert {name for name, leads in named.items() if not leads} == {"anyone", "members"}
    assert len(named) == len(OPENED_BY) + 2, "with the door of everybody and that of serving tellers, tried below"


def test_a_serving_teller_is_a_teller_of_a_question_that_is_not_over(monkeypatch: pytest.MonkeyPatch) -> None:
    teller, member = (someone(kind, fresh=True, second_factor=True) for kind in ("teller", "member"))
    for serves in ([], [False], [False, True]):
        monkeypatch.setattr(doors.slots, "gather", lambda *_, serves=serves: serves)
        assert doors.serving_tellers.admits(teller) is any(serves)
        assert not doors.serving_tellers.admits(member)


def test_a_visitor_is_nobody_and_holds_nothing() -> None:
    assert not any((VISITOR.is_member, VISITOR.is_officer, VISITOR.leads, VISITOR.fresh, VISITOR.second_factor))
    assert (VISITOR.member_id, VISITOR.local_id, VISITOR.council_id, VISITOR.device_id) == (0, 0, 0, 0)
    assert not any(VISITOR.holds(role) or VISITOR.hosts(None) or VISITOR.hosts(0) for role in ROLES)


def test_an_office_is_held_for_its_own_local_or_question() -> None:
    host = someone("host", fresh=False, second_factor=False)
    assert host.hosts(3)
    assert not any((host.hosts(4), host.hosts(None), replace(host, office="").hosts(3)))
    for role in ROLES:
        holder = someone(role, fresh=False, second_factor=False)
        assert holder.leads
        assert [holder.holds(role), holder.holds(role, 14), holder.holds(role, 15)] == [True, True, False]
        assert not any(holder.holds(other) or holder.holds(other, 14) for other in ROLES if other != role)


def test_each_way_to_be_sent_back_says_what_to_do() -> None:
    said = [str(first()) for first in (SignInFirst, SecondFactorFirst, FreshFirst)]
    assert ["sign in first" in said[0], "one-time code" in said[1], "show once more" in said[2]] == [True] * 3
    assert FreshFirst().facts == {"first": "confirm"}


@pytest.mark.parametrize(
    ("came", "back"),
    [
        ("http://localhost/halls/7?page=2", "/halls/7?page=2"), ("/halls/7", "/halls/7"), ("", "/"),
        ("https://elsewhere.example/halls/7", "/"), ("//elsewhere.example", "/"), ("/\\elsewhere.example", "/"),
        ("http://localhost//elsewhere.example", "/"), ("http://localhost.elsewhere.example/", "/"),
        ("javascript:alert(1)", "/"),
    ],
)  # fmt: skip
def test_nobody_is_sent_to_another_site_after_signing_in(came: str, back: str) -> None:
    with Flask("bare").test_request_context(base_url="http://localhost"):
        assert doors._own_path(came) == back


def test_an_app_with_a_route_without_a_door_does_not_start() -> None:
    bare = Flask("bare")
    bare.add_url_rule("/open", "open", lambda: "open")
    with pytest.raises(RuntimeError, match="open has no door"):
        doors.check(bare)


def test_only_what_looks_at_no_cookie_does_without_a_form_s_token(app: Flask) -> None:
    without = {
        name for name, view in app.view_functions.items() if not getattr(view, "csrf", True)  # set by each door
    }
    assert without == {"casting.cast", "mail_choices.stop_kind"}
    assert all(app.view_functions[name].nobody for name in without)  # type: ignore[attr-defined]


def test_the_page_shown_again_after_a_refusal_is_a_read(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    officer = sign_in(app, cast.officer)
    opened: list[bool] = []

    @contextmanager
    def noted(*, write: bool) -> Iterator[Session]:
        opened.append(write)
        with transaction(write=write) as session:
            yield session

    monkeypatch.setattr(doors, "transaction", noted)
    answer = officer.post("/questions/new", data={"title": "", "template": "weiner"})
    assert answer.status_code == 422
    assert opened == [True, False]


def test_a_page_about_an_unknown_address_or_an_old_form_knows_who_reads_it(app: Flask, cast: Cast) -> None:
    member = sign_in(app, cast.member)
    for answer in (member.get("/nowhere"), member.post("/questions/new", data={"title": "Without the token"})):
        assert "<bdi>Marta Quill</bdi>, Local 88." in answer.text
    for answer in (app.test_client().get("/nowhere"), member.get("/booth/nowhere")):
        assert answer.status_code == 404
        assert "You are reading as a visitor." in answer.text
