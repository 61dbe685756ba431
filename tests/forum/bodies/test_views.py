"""The page of an act: the document in full with its hash, a fresh signature, and what is said when it is refused."""

import pytest
from flask import Flask

from forum.bodies import operations, queries
from forum.bodies.models import BodyAct
from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.questions import act_operations
from forum.roll.models import Member
from tests.build_questions import make_question
from tests.people import Cast, actor, sign_in


@pytest.fixture
def pledge_id(app: Flask, cast: Cast) -> int:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(), transaction(write=True):
        question = make_question(cast, state="published", now=clock.now())
        return act_operations.propose_pledge(actor(cast.officer), question, now=clock.now()).id


def document_hash(app: Flask, act_id: int) -> str:
    with app.app_context():
        return db.session.get_one(BodyAct, act_id).document_hash


def test_the_page_shows_the_whole_document_and_its_hash(app: Flask, cast: Cast, pledge_id: int) -> None:
    page = sign_in(app, cast.officer).get(f"/acts/{pledge_id}").text
    assert "# Pledge on question 1" in page
    assert document_hash(app, pledge_id) in page
    assert "I have read it, and I sign" in page


def test_rival_texts_are_listed_with_how_far_each_has_come(app: Flask, cast: Cast, pledge_id: int) -> None:
    with app.test_request_context(), transaction(write=True):
        pledge = db.session.get_one(BodyAct, pledge_id)
        operations.sign(actor(cast.officer), pledge.id, pledge.document_hash, clock.now())
        rival = operations.propose(
            actor(cast.officers[1]), pledge.question_id, "council", "pledge", "Another.", {}, clock.now()
        ).id
    browser = sign_in(app, cast.officers[1])
    page = browser.get(f"/acts/{rival}").text
    assert f'href="/acts/{pledge_id}"' in page
    assert "1 of 3 signatures needed. Put forward by <bdi>Officer 1</bdi>." in page
    listed = browser.get("/q/1/acts").text
    assert "0 of 3 signatures needed. Put forward by <bdi>Officer 2</bdi>." in listed
    assert browser.post(f"/acts/{pledge_id}/withdraw").status_code == 403
    assert browser.post(f"/acts/{rival}/withdraw").status_code == 302
    assert "1 of 3" not in browser.get(f"/acts/{rival}").text


def test_a_signature_is_taken_and_shown(app: Flask, cast: Cast, pledge_id: int) -> None:
    browser = sign_in(app, cast.officer)
    sent = {"document_hash": document_hash(app, pledge_id)}
    page = browser.post(f"/acts/{pledge_id}/sign", data=sent, follow_redirects=True)
    assert page.status_code == 200
    assert "Officer 1" in page.text
    assert "I have read it, and I sign" not in page.text


def test_a_stale_document_is_refused_on_the_same_page(app: Flask, cast: Cast, pledge_id: int) -> None:
    page = sign_in(app, cast.officer).post(f"/acts/{pledge_id}/sign", data={"document_hash": "0" * 64})
    assert page.status_code == 409
    assert "Your signature was not taken." in page.text


@pytest.mark.parametrize("sent", [{}, {"document_hash": "x" * 4000}, {"document_hash": "\x00"}])
def test_nonsense_in_place_of_a_hash_is_refused(app: Flask, cast: Cast, pledge_id: int, sent: dict[str, str]) -> None:
    answer = sign_in(app, cast.officer).post(f"/acts/{pledge_id}/sign", data=sent)
    assert answer.status_code in (409, 422)


def test_an_officer_without_a_fresh_sign_in_is_asked_for_one(app: Flask, cast: Cast, pledge_id: int) -> None:
    sent = {"document_hash": document_hash(app, pledge_id)}
    answer = sign_in(app, cast.officer, fresh=False).post(f"/acts/{pledge_id}/sign", data=sent)
    assert answer.status_code == 302
    with app.app_context():
        act = db.session.get_one(BodyAct, pledge_id)
        assert queries.signing_of(act).signed == frozenset()


def test_a_visitor_is_sent_to_sign_in_and_a_member_sees_nothing(app: Flask, cast: Cast, pledge_id: int) -> None:
    assert app.test_client().get(f"/acts/{pledge_id}").status_code == 302
    assert sign_in(app, cast.member).get(f"/acts/{pledge_id}").status_code == 404
    assert sign_in(app, cast.member).post(f"/acts/{pledge_id}/sign").status_code == 404


def test_hostile_text_in_a_document_is_shown_as_text(app: Flask, cast: Cast, pledge_id: int) -> None:
    with app.test_request_context(), transaction(write=True):
        db.session.get_one(BodyAct, pledge_id).document = "<script>alert(1)</script>"
    page = sign_in(app, cast.officer).get(f"/acts/{pledge_id}").text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page


def test_a_visitor_reads_what_took_effect_with_offices_and_without_names(
    app: Flask, cast: Cast, pledge_id: int
) -> None:
    visitor = app.test_client()
    assert "/sign-in" in visitor.get(f"/acts/{pledge_id}").headers["Location"]
    assert "/sign-in" in visitor.get("/acts/999").headers["Location"]
    with app.test_request_context(), transaction(write=True):
        pledge = db.session.get_one(BodyAct, pledge_id)
        for member_id in cast.officers[:3]:
            operations.sign(actor(member_id), pledge.id, pledge.document_hash, clock.now())
    page = visitor.get(f"/acts/{pledge_id}").text
    for words in ("Pledge on question 1", "Tellers: (a member); (a member); (a member)", document_hash(app, pledge_id)):
        assert words in page
    assert page.count("an officer, ") == 3
    for name in ("Officer 1", "Teller 1", "Trustee 1", "Olive Watcher", "Put forward by"):
        assert name not in page
    assert f'href="/acts/{pledge_id}"' in visitor.get("/q/1").text
    assert "Teller 1" in sign_in(app, cast.member).get(f"/acts/{pledge_id}").text


def test_a_name_that_was_changed_later_is_left_out_of_an_old_act_for_visitors(
    app: Flask, cast: Cast, pledge_id: int
) -> None:
    with app.test_request_context(), transaction(write=True):
        pledge = db.session.get_one(BodyAct, pledge_id)
        for member_id in cast.officers[:3]:
            operations.sign(actor(member_id), pledge.id, pledge.document_hash, clock.now())
        db.session.get_one(Member, cast.tellers[0]).name = "Tess Newname"
    page = app.test_client().get(f"/acts/{pledge_id}").text
    assert "Tellers: (a member); (a member); (a member)" in page
    assert "Teller 1" not in page
    assert "Teller 1" in sign_in(app, cast.member).get(f"/acts/{pledge_id}").text


def test_a_ruling_that_quotes_a_member_is_read_by_visitors_without_the_quotation(
    app: Flask, cast: Cast, pledge_id: int
) -> None:
    with app.test_request_context(), transaction(write=True):
        question_id = db.session.get_one(BodyAct, pledge_id).question_id
        for facts in ({}, {"public": "The challenge is dismissed."}):
            db.session.add(
                BodyAct(
                    question_id=question_id, body="tellers", act="rule_challenge", document="My own words, dismissed.",
                    document_hash="0" * 64, facts=facts, proposed_at=clock.now(), proposed_by_id=cast.tellers[0],
                    took_effect_at=clock.now(),
                )
            )  # fmt: skip
    visitor = app.test_client()
    assert "/sign-in" in visitor.get(f"/acts/{pledge_id + 1}").headers["Location"]
    page = visitor.get(f"/acts/{pledge_id + 2}").text
    assert "The challenge is dismissed." in page
    assert "My own words" not in page
    assert "My own words" in sign_in(app, cast.member).get(f"/acts/{pledge_id + 2}").text
