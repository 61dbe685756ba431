"""Pages of moderation, as persons of the cast and visitors see them."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.arguments import merge_operations
from forum.arguments.forms import NewMergeRuling
from forum.arguments.models import Argument
from forum.arguments.ruling_operations import propose_ruling
from forum.bodies import operations as bodies
from forum.bodies.public_queries import HIDDEN
from forum.halls.models import Hall, Post
from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.questions.models import Question
from forum.sittings.models import Message
from tests.build_halls import make_argument, make_debate, make_hall, make_post
from tests.build_sittings import make_debate as make_sitting_debate
from tests.people import Cast, actor, holding, sign_in

WORDS = "The crane driver drinks."
CLAIM = "The crane is run by a drunk."


@pytest.fixture
def hall(app: Flask, cast: Cast) -> dict[str, int]:
    """A post and an argument in local 88's hall, and one post in the national hall; ids by name."""
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(), transaction(write=True):
        now = clock.now()
        question = make_debate(cast, now=now)
        here, national = make_hall(question, cast.local), make_hall(question, None)
        return {
            "here": here.id, "national": national.id, "post": make_post(here, cast.member, WORDS, now=now).id,
            "there": make_post(national, cast.member, WORDS, now=now).id,
            "argument": make_argument(question, cast.member, seconded_by=cast.seconder, claim=CLAIM, now=now).id,
        }  # fmt: skip


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)


def hide(client: FlaskClient, kind: str, subject: int, **changes: str) -> str:
    sent = {"ground": "personal_data", "reason": "It tells an illness", **changes}
    answer = client.post(f"/moderation/{kind}/{subject}/hide", data=sent)
    assert answer.status_code == 302, answer.get_data(as_text=True)[-2000:]
    return str(answer.location)


def test_a_hidden_post_is_a_tombstone_with_its_reason_and_its_log(app: Flask, cast: Cast, hall: dict[str, int]) -> None:
    host, reader = sign_in(app, cast.host), sign_in(app, cast.elsewhere)
    where = hide(host, "post", hall["post"])
    shown = page(reader, f"/halls/{hall['here']}")
    assert "No. 1 was hidden" in shown
    assert "it gives away what is private to a person" in shown
    assert "It tells an illness" in shown
    assert where in shown
    for address in (f"/halls/{hall['here']}", where, f"/moderation/{hall['here']}"):
        assert WORDS not in page(reader, address)


def test_the_words_are_kept_for_author_host_tellers_and_observers_alone(
    app: Flask, cast: Cast, hall: dict[str, int]
) -> None:
    where = hide(sign_in(app, cast.host), "post", hall["post"])
    for person in (cast.member, cast.host, cast.tellers[0], cast.observer):
        assert WORDS in page(sign_in(app, person), where)
    for person in (cast.seconder, cast.officer, cast.other_host, cast.trustees[0]):
        assert WORDS not in page(sign_in(app, person), where)


def test_a_claim_hidden_after_a_ruling_on_its_merge_is_left_out_of_that_act(
    app: Flask, cast: Cast, hall: dict[str, int], client: FlaskClient
) -> None:
    now = clock.now()
    with app.test_request_context(), transaction(write=True):
        argument = db.session.get_one(Argument, hall["argument"])
        question = db.session.get_one(Question, argument.question_id)
        twin = make_argument(question, cast.elsewhere, seconded_by=cast.seconder, claim="It is unsafe.", now=now)
        merge = merge_operations.propose_merge(actor(cast.elsewhere), twin.id, argument.number, now=now)
        merge_operations.answer_merge(actor(cast.member), merge.id, False, now=now)
        tellers = [holding(actor(each), "teller", question.id) for each in cast.tellers[:2]]
        act = propose_ruling(tellers[0], merge.id, NewMergeRuling(merged=False, reason="Two things."), now=now)
        for each in tellers:
            bodies.sign(each, act.id, act.document_hash, now)
        where, digest = f"/acts/{act.id}", act.document_hash
    assert CLAIM in page(client, where)
    hide(sign_in(app, cast.host), "argument", hall["argument"])
    for reader in (client, sign_in(app, cast.seconder), sign_in(app, cast.officer)):
        shown = page(reader, where)
        assert CLAIM not in shown
        for words in (f"A-01: {HIDDEN}", "A-02: It is unsafe.", digest, "Words that were hidden later are left out"):
            assert words in shown
    for reader in (cast.member, cast.host, cast.tellers[2], cast.observer):
        assert CLAIM in page(sign_in(app, reader), where)


def test_an_argument_s_page_says_why_it_was_hidden(
    app: Flask, cast: Cast, hall: dict[str, int], client: FlaskClient
) -> None:
    hide(sign_in(app, cast.host), "argument", hall["argument"])
    member, visitor = (
        page(sign_in(app, cast.elsewhere), f"/a/{hall['argument']}"),
        page(client, f"/a/{hall['argument']}"),
    )
    for shown in (member, visitor):
        assert "This argument was hidden" in shown
        assert "it gives away what is private to a person" in shown
        assert CLAIM not in shown
    assert "Idris Bell" in member
    assert "Idris Bell" not in visitor
    assert "It tells an illness" not in visitor


def test_hiding_needs_a_ground_of_the_list_and_a_reason(app: Flask, cast: Cast, hall: dict[str, int]) -> None:
    host = sign_in(app, cast.host)
    answer = host.post(f"/moderation/post/{hall['post']}/hide", data={"ground": "disagrees", "reason": ""})
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert shown.count('class="err"') == 2
    with app.app_context(), transaction(write=False):
        assert db.session.get_one(Post, hall["post"]).hidden_at is None


@pytest.mark.parametrize("person", ["member", "officer", "other_host", "seconder"])
def test_others_get_neither_the_form_nor_the_act(app: Flask, cast: Cast, hall: dict[str, int], person: str) -> None:
    client = sign_in(app, getattr(cast, person))
    assert client.get(f"/moderation/post/{hall['post']}/hide").status_code == 403
    sent = {"ground": "spam", "reason": "I do not like it"}
    assert client.post(f"/moderation/post/{hall['post']}/hide", data=sent).status_code in (302, 403)
    with app.app_context(), transaction(write=False):
        assert db.session.get_one(Post, hall["post"]).hidden_at is None


def test_hiding_needs_a_fresh_sign_in(app: Flask, cast: Cast, hall: dict[str, int]) -> None:
    stale = sign_in(app, cast.host, fresh=False)
    answer = stale.post(f"/moderation/post/{hall['post']}/hide", data={"ground": "spam", "reason": "x"})
    assert "/confirm" in answer.location


def test_an_appeal_is_ruled_on_and_the_words_come_back(app: Flask, cast: Cast, hall: dict[str, int]) -> None:
    where = hide(sign_in(app, cast.host), "post", hall["post"])
    author = sign_in(app, cast.member)
    assert author.post(f"{where}/appeal", data={"appeal": ""}).status_code == 422
    assert author.post(f"{where}/appeal", data={"appeal": "He said it himself"}).status_code == 302
    assert "has appealed" in page(author, f"/halls/{hall['here']}")
    first, second = (sign_in(app, each) for each in cast.tellers[:2])
    assert "He said it himself" in page(first, where)
    act = first.post(f"{where}/ruling", data={"ruling": "restored", "reason": "It was public"}).location
    for signer in (first, second):
        digest = re.search(r'name="document_hash" value="([0-9a-f]{64})"', page(signer, act))
        assert digest is not None
        assert signer.post(f"{act}/sign", data={"document_hash": digest[1]}).status_code == 302
    assert WORDS in page(author, f"/halls/{hall['here']}")
    assert "Shown again" in page(author, where)


def test_members_report_without_their_name_and_hear_that_the_words_stand(
    app: Flask, cast: Cast, hall: dict[str, int]
) -> None:
    reader, host = sign_in(app, cast.elsewhere), sign_in(app, cast.host)
    assert "Report" in page(reader, f"/halls/{hall['here']}")
    assert reader.post(f"/moderation/post/{hall['post']}/report", data={"ground": "spam"}).status_code == 302
    shown = page(host, "/moderation/reports")
    assert WORDS in shown
    assert "Priya Nand" not in shown
    assert WORDS not in page(sign_in(app, cast.other_host), "/moderation/reports")
    assert "Nobody has ruled on it yet" in page(reader, "/me/reports")
    where = re.search(r"/moderation/reports/\d+/dismiss", shown)
    assert where is not None
    assert host.post(where[0], data={"answer": ""}).status_code == 422
    assert host.post(where[0], data={"answer": "It was said in public"}).status_code == 302
    assert "No open reports" in page(host, "/moderation/reports")
    assert "It was said in public" in page(reader, "/me/reports")
    assert "It was said in public" not in page(sign_in(app, cast.member), "/me/reports")


def test_visitors_read_the_national_log_without_names_and_no_small_hall_s(
    app: Flask, cast: Cast, hall: dict[str, int], client: FlaskClient
) -> None:
    hide(sign_in(app, cast.tellers[0]), "post", hall["there"])
    shown = page(client, f"/moderation/{hall['national']}")
    assert "it gives away what is private to a person" in shown
    assert not [name for name in ("Marta Quill", "Teller 1", "It tells an illness") if name in shown]
    page(client, f"/moderation/{hall['here']}", 404)
    assert "Nothing was hidden here" in page(sign_in(app, cast.member), f"/moderation/{hall['here']}")


def test_a_line_of_a_transcript_is_reported_hidden_and_shown_as_hidden(app: Flask, cast: Cast) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(), transaction(write=True):
        debate = make_sitting_debate(cast, now=clock.now())
        db.session.get_one(Hall, debate.hall).message_count = 1
        message = Message(
            hall_id=debate.hall, sitting_id=debate.sitting, number=1, author_id=cast.member, source=WORDS,
            html=f"<p>{WORDS}</p>", at=clock.now(),
        )  # fmt: skip
        db.session.add(message)
        db.session.flush()
        number = message.id
    transcript = f"/sittings/{debate.sitting}/transcript"
    reader, host = sign_in(app, cast.seconder), sign_in(app, cast.host)
    assert f"/moderation/message/{number}/report" in page(reader, transcript)
    assert f"/moderation/message/{number}/hide" in page(host, transcript)
    sent = {"option": str(debate.options[0]), "side": "for", "claim": "Mind the crane.", "grounds": "It was said."}
    sent["origin"] = f"message:{number}"
    argument = reader.post(f"/q/{debate.number}/arguments", data=sent).location
    assert WORDS in page(reader, argument)
    where = hide(host, "message", number)
    for address in (transcript, argument, where):
        assert WORDS not in page(reader, address)
    assert "Hiding 1" in page(host, where)
    assert "it gives away what is private to a person" in page(reader, transcript)
