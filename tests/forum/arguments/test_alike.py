"""Claims that say nearly the same: shown to the mover before moving, to hosts and movers after; a hint, never a bar."""

import random
import re
import time
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.arguments import (
    likeness_operations,
    likeness_queries,
    merge_operations,
    operations,
    source_operations,
    waiting_queries,
)
from forum.arguments.likeness import LIKE, Likeness, nearest_of
from forum.arguments.models import Argument, ArgumentLikeness
from forum.arguments.parts_views import what_to_do_now
from forum.arguments.rules import Side
from forum.kernel import clock, slots
from forum.kernel.audit import AuditEntry
from forum.kernel.database import db, transaction
from forum.kernel.errors import Missing, Refused
from forum.kernel.mail import Outgoing
from forum.questions.models import Question
from tests.build_halls import NOW, make_argument, make_debate, make_hall
from tests.people import Cast, actor, holding, sign_in

FUND = "The strike fund lasts nine weeks."
SAME = "Our strike fund lasts only nine weeks."
OTHER = "Pensions are kept whole."


def test_the_nearest_are_found_as_comparing_each_would_find_them() -> None:
    lot = random.Random(5)
    words = [f"word{number}" for number in range(60)]
    claims = {number: " ".join(lot.choices(words, k=6)) for number in range(80)}
    likeness = Likeness(claims)
    for number, claim in claims.items():
        near = dict(likeness.nearest(claim, 80))
        each = {other: likeness.similarity(number, other) for other in claims}
        assert near == pytest.approx({other: value for other, value in each.items() if value >= LIKE})
    assert Likeness({}).nearest(FUND, 3) == []
    assert Likeness({1: FUND}).nearest("?", 3) == []


def test_among_six_hundred_claims_a_new_one_is_compared_in_milliseconds_also_while_they_grow() -> None:
    lot = random.Random(5)
    claims = tuple((number, " ".join(f"w{lot.randrange(900)}" for _ in range(25))) for number in range(640))
    nearest_of(claims[:600], claims[0][1], 3)
    began = time.process_time()
    for held in range(600, 640):
        found = nearest_of(claims[:held], claims[held - 1][1], 3)
        assert found[0][0] == held - 1, "the newest is compared with like the rest"
        assert found[0][1] == pytest.approx(1)
    assert (time.process_time() - began) / 40 < 0.01


def pairs(question: Question, reader: int) -> list[tuple[int, int, bool]]:
    found = likeness_queries.pairs(actor(reader), question)
    return [(each.later.number, each.earlier.number, each.may_propose) for each in found]


def test_a_pair_is_noted_when_the_later_one_is_seconded(cast: Cast, ground: Flask) -> None:
    question = make_debate(cast)
    make_argument(question, cast.member, seconded_by=cast.seconder, claim=FUND)
    make_argument(question, cast.member, seconded_by=cast.seconder, claim=OTHER)
    make_argument(question, cast.member, seconded_by=cast.seconder, claim=SAME, option=1)  # argues the other way
    same_way = make_argument(question, cast.elsewhere, claim=SAME, option=1, side=Side.AGAINST)
    assert pairs(question, cast.host) == []
    operations.second_argument(actor(cast.seconder), same_way.id, now=NOW)
    for person, may in ((cast.host, True), (cast.member, True), (cast.elsewhere, True), (cast.retired, False)):
        assert pairs(question, person) == [(4, 1, may)]
    outside = likeness_queries.pairs_of(actor(cast.other_host), same_way, question)
    assert [(each.may_propose, each.keeps_order) for each in outside] == [(True, True)]
    assert [each.keeps_order for each in likeness_queries.pairs(actor(cast.member), question)] == [False]


def alike(cast: Cast) -> tuple[Question, Argument, Argument]:
    question = make_debate(cast)
    first = make_argument(question, cast.member, seconded_by=cast.seconder, claim=FUND)
    return question, first, make_argument(question, cast.seconder, seconded_by=cast.member, claim=SAME)


@pytest.mark.parametrize("end", ["withdrawn_at", "hidden_at", "declined", "merged"])
def test_nobody_is_asked_about_a_pair_that_is_settled(cast: Cast, ground: Flask, end: str) -> None:
    question, first, second = alike(cast)
    assert len(pairs(question, cast.host)) == 1
    if end in ("declined", "merged"):
        merge = merge_operations.propose_merge(actor(cast.host), second.id, first.number, now=NOW)
        assert pairs(question, cast.host) == []
        for person in (cast.member, cast.seconder)[: 1 if end == "declined" else 2]:
            merge_operations.answer_merge(actor(person), merge.id, end == "merged", now=NOW)
    else:
        setattr(first, end, NOW)
    assert pairs(question, cast.host) == []


def test_only_a_host_of_one_of_the_halls_sets_a_pair_aside(cast: Cast, ground: Flask) -> None:
    question, first, second = alike(cast)
    for person in (cast.member, cast.other_host, cast.officer):
        with pytest.raises(Refused):
            likeness_operations.set_aside(actor(person), second.id, first.id, now=NOW)
    with pytest.raises(Missing):
        likeness_operations.set_aside(actor(cast.host), first.id, second.id, now=NOW)
    likeness_operations.set_aside(actor(cast.host), second.id, first.id, now=NOW)
    likeness_operations.set_aside(actor(cast.host), second.id, first.id, now=NOW)
    entry = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == "set_aside_likeness")).one()
    assert (entry.office, entry.subject, entry.facts["other"]) == ("host", f"argument:{second.id}", first.id)
    assert pairs(question, cast.host) == []
    merge_operations.propose_merge(actor(cast.host), second.id, first.number, now=NOW + timedelta(days=1))


def test_the_desks_of_those_who_keep_order_there_say_so(cast: Cast, ground: Flask) -> None:
    question, _first, _second = alike(cast)
    teller = holding(actor(cast.tellers[0]), "teller", question.id)
    assert [count for _, count in likeness_queries.for_hosts(actor(cast.host))] == [1]
    for person in (actor(cast.other_host), actor(cast.member), teller):
        assert likeness_queries.for_hosts(person) == []
    national = make_hall(question, None).id
    make_argument(question, cast.elsewhere, seconded_by=cast.member, claim=SAME, hall_id=national)
    assert [count for _, count in likeness_queries.for_hosts(teller)] == [2]
    question.state = "closed"
    assert likeness_queries.for_hosts(actor(cast.host)) == []


def test_movers_whose_consent_is_wanting_are_told_and_their_docket_asks(cast: Cast, ground: Flask) -> None:
    question, first, second = alike(cast)
    merge_operations.propose_merge(actor(cast.member), second.id, first.number, now=NOW)
    told = db.session.scalars(db.select(Outgoing.address).where(Outgoing.name == "merge_proposed"))
    assert told.all() == ["m1002@example.org"]
    asked = {who: waiting_queries.merges_to_answer(who, question.id) for who in (cast.member, cast.seconder)}
    assert {who: [(each.argument.id, each.into.id) for each in found] for who, found in asked.items()} == {
        cast.member: [], cast.seconder: [(second.id, first.id)],
    }  # fmt: skip
    source_operations.ask_for_sources(actor(cast.elsewhere), first.id, now=NOW)
    assert [each.id for each in waiting_queries.sources_to_give(cast.member, question.id)] == [first.id]
    lines = [each["what"] for each in what_to_do_now(actor(cast.member), question)]
    assert lines[0] == "Give the sources of A-01"
    lines = [each["what"] for each in what_to_do_now(actor(cast.seconder), question)]
    assert lines[0] == "Do A-02 and A-01 say the same?"


@pytest.fixture
def debate(app: Flask, cast: Cast) -> dict[str, int]:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(), transaction(write=True):
        now = clock.now()
        question = make_debate(cast, now=now)
        waits = make_argument(question, cast.member, claim=FUND, now=now)
        hall = make_hall(question, cast.local).id
        option = question.options[0].id
        return {"number": question.number, "waits": waits.id, "hall": hall, "option": option, "question": question.id}


def fields(debate: dict[str, int], **changes: str) -> dict[str, str]:
    return {
        "option": str(debate["option"]), "side": "for", "claim": SAME, "grounds": "It stands in the accounts.",
        "sources": "Accounts, page 4", "hall": str(debate["hall"]), "client_key": "k", **changes,
    }  # fmt: skip


def claims(app: Flask) -> list[str]:
    with app.app_context(), transaction(write=False):
        return list(db.session.scalars(db.select(Argument.claim).order_by(Argument.number)))


def test_a_mover_is_shown_what_says_nearly_the_same_and_moves_all_the_same(
    app: Flask, cast: Cast, debate: dict[str, int]
) -> None:
    browser, address = sign_in(app, cast.seconder), f"/q/{debate['number']}/arguments"
    shown = browser.post(address, data=fields(debate)).get_data(as_text=True)
    assert "One says nearly the same" in shown
    assert "Second that one instead" in shown
    for typed in (SAME, "It stands in the accounts.", "Accounts, page 4"):
        assert typed in shown
    assert 'name="compared" value="1"' in shown
    assert claims(app) == [FUND]
    assert browser.post(address, data=fields(debate, compared="1")).status_code == 302
    assert claims(app) == [FUND, SAME]


@pytest.mark.parametrize("change", [{"claim": OTHER}, {"side": "against"}, {"claim": "", "side": "x"}])
def test_what_differs_is_moved_at_once_and_what_is_wrong_comes_back_first(
    app: Flask, cast: Cast, debate: dict[str, int], change: dict[str, str]
) -> None:
    answer = sign_in(app, cast.seconder).post(f"/q/{debate['number']}/arguments", data=fields(debate, **change))
    assert answer.status_code == (422 if change.get("side") == "x" else 302)
    assert "nearly the same" not in answer.get_data(as_text=True)


def page(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)


def test_a_host_proposes_the_merge_from_the_list_with_one_press(
    app: Flask, cast: Cast, debate: dict[str, int]
) -> None:
    address = f"/q/{debate['number']}/alike"
    with app.test_request_context(), transaction(write=True):
        operations.second_argument(actor(cast.seconder), debate["waits"], now=clock.now())
        question = db.session.get_one(Question, debate["question"])
        make_argument(question, cast.seconder, seconded_by=cast.elsewhere, claim=SAME)
    host = sign_in(app, cast.host)
    assert "Two arguments may say the same" in page(host, "/desk")
    assert "propose a merge" not in page(sign_in(app, cast.retired), address)
    press = re.search(r'action="(/a/\d+/merge)".*?name="into" value="(A-\d+)"', page(host, address), re.DOTALL)
    assert press
    answer = host.post(press[1], data={"into": press[2], "back": address})
    assert answer.headers["Location"] == address
    assert "No two alike" in page(host, address)
    assert "may say the same" not in page(host, "/desk")


def test_a_host_who_finds_that_two_differ_is_not_asked_again(app: Flask, cast: Cast, debate: dict[str, int]) -> None:
    with app.test_request_context(), transaction(write=True):
        operations.second_argument(actor(cast.seconder), debate["waits"], now=clock.now())
        question = db.session.get_one(Question, debate["question"])
        later = make_argument(question, cast.seconder, seconded_by=cast.elsewhere, claim=SAME).id
    address = f"/q/{debate['number']}/alike"
    host = sign_in(app, cast.host)
    assert "They differ" in page(host, address)
    for browser, told in ((host, True), (sign_in(app, cast.member), True), (sign_in(app, cast.retired), False)):
        assert ("Another may say the same" in page(browser, f"/a/{later}")) is told
    with app.test_request_context(), transaction(write=False):
        argument = db.session.get_one(Argument, later)
        part = slots.render("argument.alike", actor(cast.host), argument=argument)
        assert "They say the same: propose a merge" in part
        assert not slots.render("argument.alike", actor(cast.retired), argument=argument)
        assert not slots.render("argument.alike", actor(0), argument=argument)
    assert "They differ" not in page(sign_in(app, cast.member), address)
    host.post(f"/a/{later}/differs/{debate['waits']}", data={"back": address})
    assert "No two alike" in page(host, address)
    with app.app_context(), transaction(write=False):
        assert db.session.query(ArgumentLikeness).count() == 1
