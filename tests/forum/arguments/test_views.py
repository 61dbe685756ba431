"""Pages of arguments, as persons of the cast and visitors see them."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.arguments.models import Argument, OriginConsent, Reading
from forum.halls.models import Post
from forum.kernel import clock
from forum.kernel.database import db, transaction
from tests.build_halls import make_argument, make_debate, make_hall, make_post, make_reading
from tests.people import Cast, sign_in


@pytest.fixture
def debate(app: Flask, cast: Cast) -> dict[str, int]:
    """A debate with a seconded argument, one that waits, one that answers, and a post; ids by name."""
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(), transaction(write=True):
        now = clock.now()
        question = make_debate(cast, now=now)
        hall = make_hall(question, cast.local)
        post = make_post(hall, cast.member, "He stands two metres from me.", now=now)
        first = make_argument(question, cast.member, seconded_by=cast.elsewhere, now=now)
        waits = make_argument(question, cast.seconder, option=1, claim="Today it ends never.", now=now)
        make_reading(first, cast.seconder, now=now)
        return {
            "number": question.number, "hall": hall.id, "post": post.id, "first": first.id, "waits": waits.id,
            "option": question.options[0].id, "question": question.id,
        }  # fmt: skip


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)


def fields(debate: dict[str, int], **changes: str) -> dict[str, str]:
    return {
        "option": str(debate["option"]), "side": "for", "claim": "24 hours is not notice.", "grounds": "Posted at six.",
        "hall": str(debate["hall"]), "client_key": "k", **changes,
    }  # fmt: skip


def test_visitors_see_claims_numbers_and_counts_but_never_a_person(client: FlaskClient, debate: dict[str, int]) -> None:
    for address in (f"/q/{debate['number']}/arguments", f"/a/{debate['first']}"):
        shown = page(client, address)
        assert "The strike fund lasts nine weeks." in shown
        assert "A-01" in shown
        assert not [name for name in ("Marta Quill", "Priya Nand", "Len Fairweather", "$61 a head") if name in shown]
        assert "Local 88" not in shown


def test_members_see_who_moved_and_seconded(app: Flask, cast: Cast, debate: dict[str, int]) -> None:
    for address in (f"/q/{debate['number']}/arguments", f"/a/{debate['first']}"):
        shown = page(sign_in(app, cast.retired), address)
        assert "Marta Quill" in shown
        assert "Priya Nand" in shown


def test_the_words_an_argument_is_moved_from_look_as_they_do_in_the_hall(
    app: Flask, cast: Cast, debate: dict[str, int]
) -> None:
    with app.app_context(), transaction(write=True):
        db.session.get_one(Post, debate["post"]).source = "*Two* metres <b>from</b> me."
    shown = page(sign_in(app, cast.member), f"/q/{debate['number']}/arguments/new?origin=post:{debate['post']}")
    assert "<em>Two</em> metres &lt;b&gt;from&lt;/b&gt; me." in shown


def test_sums_show_once_a_member_has_read(app: Flask, cast: Cast, debate: dict[str, int]) -> None:
    reader = sign_in(app, cast.retired)
    assert "<b>1</b> agree" not in page(reader, f"/a/{debate['first']}")
    assert reader.post(f"/a/{debate['first']}/reading", data={"value": "disagree"}).status_code == 302
    shown = page(reader, f"/a/{debate['first']}")
    assert "<b>1</b> agree" in shown
    assert "<b>1</b> disagree" in shown
    assert "You disagree." in shown


def test_members_are_told_beforehand_who_knows_of_a_reading_and_until_when(
    app: Flask, cast: Cast, debate: dict[str, int], client: FlaskClient
) -> None:
    reader = sign_in(app, cast.retired)
    for path in (f"/a/{debate['first']}", f"/q/{debate['number']}/arguments"):
        shown = page(reader, path)
        assert "until the result is certified" in shown
        assert "lose your name" in shown
        assert "lose your name" not in page(client, path)


def test_nobody_sees_another_s_reading(app: Flask, cast: Cast, debate: dict[str, int]) -> None:
    for person in (cast.member, cast.officer, cast.host, cast.tellers[0], cast.observer):
        shown = page(sign_in(app, person), f"/a/{debate['first']}")
        assert not re.search(r"Len Fairweather[^<]*(agree|read)", shown)


def test_tellers_and_observers_get_no_buttons(app: Flask, cast: Cast, debate: dict[str, int]) -> None:
    for person in (cast.tellers[0], cast.observer, cast.suspended):
        client = sign_in(app, person)
        assert 'name="value"' not in page(client, f"/a/{debate['first']}")
        assert "Move an argument" not in page(client, f"/q/{debate['number']}/arguments")
        assert client.post(f"/a/{debate['first']}/reading", data={"value": "agree"}).status_code == 403
        assert client.post(f"/a/{debate['waits']}/second").status_code == 403


def test_an_argument_is_moved_from_the_form(app: Flask, cast: Cast, debate: dict[str, int]) -> None:
    mover = sign_in(app, cast.member)
    assert "your name does not" in page(mover, f"/q/{debate['number']}/arguments/new").lower()
    answer = mover.post(f"/q/{debate['number']}/arguments", data=fields(debate, answers="A-01", sources="Table 6"))
    assert answer.status_code == 302
    shown = page(mover, answer.location)
    assert "24 hours is not notice." in shown
    assert "Table 6" in shown
    assert "Needs a seconder" in shown
    assert "Answered" in page(mover, f"/a/{debate['first']}")


def test_what_cannot_be_moved_comes_back_as_typed(app: Flask, cast: Cast, debate: dict[str, int]) -> None:
    typed = fields(debate, claim="x" * 201, grounds="Because of the nights", answers="the other one", side="sideways")
    answer = sign_in(app, cast.member).post(f"/q/{debate['number']}/arguments", data=typed)
    shown = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "x" * 201 in shown
    assert "Because of the nights" in shown
    assert "the other one" in shown
    assert shown.count('class="err"') == 3


def test_words_of_another_are_asked_for_before_a_name_is_shown(app: Flask, cast: Cast, debate: dict[str, int]) -> None:
    mover = sign_in(app, cast.seconder)
    origin = f"post:{debate['post']}"
    shown = page(mover, f"/q/{debate['number']}/arguments/new?origin={origin}")
    assert "He stands two metres from me." in shown
    assert "named as the origin only after agreeing" in shown
    typed = {key: value for key, value in fields(debate).items() if key != "hall"}
    where = mover.post(f"/q/{debate['number']}/arguments", data={**typed, "origin": origin}).location
    assert "Marta Quill" not in page(mover, where)
    author = sign_in(app, cast.member)
    assert "Name me" in page(author, where)
    with app.app_context(), transaction(write=False):
        consent = db.session.scalars(db.select(OriginConsent)).one().id
    assert author.post(f"{where}/origin/{consent}", data={"agreed": "yes"}).status_code == 302
    assert "Marta Quill" in page(mover, where)
    assert "A-03" in page(mover, f"/halls/{debate['hall']}")


def test_seconding_from_the_list_leads_back_to_it(app: Flask, cast: Cast, debate: dict[str, int]) -> None:
    back = f"/q/{debate['number']}/arguments?unanswered=1#a2"
    answer = sign_in(app, cast.elsewhere).post(f"/a/{debate['waits']}/second", data={"back": back})
    assert answer.location == back
    evil = sign_in(app, cast.retired).post(
        f"/a/{debate['waits']}/reading", data={"value": "pass", "back": "//evil.example"}
    )
    assert evil.location == f"/a/{debate['waits']}"


def test_a_reading_twice_is_still_one_reader(app: Flask, cast: Cast, debate: dict[str, int]) -> None:
    reader = sign_in(app, cast.retired)
    for value in ("agree", "agree", "pass"):
        reader.post(f"/a/{debate['first']}/reading", data={"value": value})
    assert reader.post(f"/a/{debate['first']}/reading", data={"value": "shout"}).status_code == 422
    with app.app_context(), transaction(write=False):
        argument = db.session.get_one(Argument, debate["first"])
        assert (argument.agree_count, argument.pass_count) == (1, 1)
        assert db.session.query(Reading).count() == 2


def test_words_are_changed_by_the_mover_and_all_wordings_stay(app: Flask, cast: Cast, debate: dict[str, int]) -> None:
    mover = sign_in(app, cast.member)
    address = f"/a/{debate['first']}/word"
    assert "its claim is fixed" in page(mover, address)
    assert mover.post(address, data={"grounds": "$5.2 million now.", "revision": "1"}).status_code == 302
    assert mover.post(address, data={"grounds": "Old window", "revision": "1"}).status_code == 409
    shown = page(sign_in(app, cast.elsewhere), f"/a/{debate['first']}/wordings")
    assert "$5.1 million" in shown
    assert "$5.2 million" in shown
    assert sign_in(app, cast.host).get(address).status_code == 403


def test_a_merged_argument_points_to_where_it_went(app: Flask, cast: Cast, debate: dict[str, int]) -> None:
    with app.test_request_context(), transaction(write=True):
        question = db.session.get_one(Argument, debate["first"]).question_id
        from forum.questions.models import Question

        twin = make_argument(db.session.get_one(Question, question), cast.retired, claim="Nine weeks, no more.").id
    mover, other = sign_in(app, cast.retired), sign_in(app, cast.member)
    assert mover.post(f"/a/{twin}/merge", data={"into": "A-77"}).status_code == 422
    assert mover.post(f"/a/{twin}/merge", data={"into": "a1"}).status_code == 302
    shown = page(other, f"/a/{debate['first']}")
    assert "A merge is proposed" in shown
    merge = re.search(r"/merges/(\d+)", shown)
    assert merge is not None
    other.post(f"/a/{debate['first']}/merges/{merge[1]}", data={"agreed": "yes"})
    assert "Merged into A-01" in page(mover, f"/a/{twin}")
    assert "Nine weeks, no more." in page(other, f"/a/{debate['first']}")
    assert f'href="/a/{twin}"' not in page(other, f"/q/{debate['number']}/arguments")


def test_the_list_filters_by_hall_and_by_what_is_unanswered(app: Flask, cast: Cast, debate: dict[str, int]) -> None:
    member = sign_in(app, cast.member)
    member.post(f"/q/{debate['number']}/arguments", data=fields(debate, answers="1", claim="An answer"))
    unanswered = page(member, f"/q/{debate['number']}/arguments?unanswered=1")
    assert 'id="a1"' not in unanswered
    assert 'id="a3"' in unanswered
    assert 'id="a1"' not in page(member, f"/q/{debate['number']}/arguments?hall=0")
    assert 'id="a1"' in page(member, f"/q/{debate['number']}/arguments?hall={cast.local}")
    for odd in ("?hall=x", "?page=-3", "?page=99999999999999999999", "?hall=-1&unanswered=2"):
        page(member, f"/q/{debate['number']}/arguments{odd}")


def test_a_hidden_argument_keeps_its_number_and_loses_its_words(
    app: Flask, cast: Cast, debate: dict[str, int], client: FlaskClient
) -> None:
    with app.app_context(), transaction(write=True):
        db.session.get_one(Argument, debate["first"]).hidden_at = clock.now()
    for reader in (client, sign_in(app, cast.elsewhere)):
        for address in (f"/a/{debate['first']}", f"/q/{debate['number']}/arguments", f"/halls/{debate['hall']}", "/"):
            shown = reader.get(address).get_data(as_text=True)
            assert "strike fund lasts" not in shown
            assert "$61 a head" not in shown
    assert "A-01" in page(client, f"/a/{debate['first']}")


def test_statements_are_marked_and_replied_to(
    app: Flask, cast: Cast, debate: dict[str, int], client: FlaskClient
) -> None:
    officer = sign_in(app, cast.officer)
    address = f"/q/{debate['number']}/statements"
    assert "The leadership has said nothing about this option." in page(client, address)
    words = {"option": str(debate["option"]), "title": "Take it", "source": "It is **fair**."}
    assert officer.post(address, data=words).status_code == 422
    words["side"] = "for"
    assert officer.post(address, data=words).status_code == 302
    assert "<strong>fair</strong>" in page(client, address)
    assert "for it" in page(client, address)
    again = officer.post(address, data=words)
    assert again.status_code == 403
    assert "Take it" in again.get_data(as_text=True)
    statement = re.search(r'id="s(\d+)"', page(client, address))
    assert statement is not None
    writer = sign_in(app, cast.member)
    reply = {"answers": statement[1], "title": "It is not", "source": "Ask the nights."}
    assert writer.post(f"/q/{debate['number']}/replies", data={**reply, "title": ""}).status_code == 422
    assert writer.post(f"/q/{debate['number']}/replies", data=reply).status_code == 302
    assert "Ask the nights." not in page(client, address)
    signer = sign_in(app, cast.elsewhere)
    where = re.search(r"/statements/\d+/sign", page(signer, address))
    assert where is not None
    assert signer.post(where[0]).status_code == 302
    assert "Ask the nights." in page(client, address)


def test_only_officers_state_for_the_leadership(app: Flask, cast: Cast, debate: dict[str, int]) -> None:
    answer = sign_in(app, cast.host).post(f"/q/{debate['number']}/statements", data={"title": "Mine"})
    assert answer.status_code == 403
