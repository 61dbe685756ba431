"""Pages of halls, as persons of the cast see them."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.halls.models import Hall, Post, PostRevision, ReadMark
from forum.halls.stopping_operations import stop
from forum.kernel import clock
from forum.kernel.database import db, transaction
from tests.build_halls import make_debate, make_hall, make_post
from tests.people import Cast, sign_in


@pytest.fixture
def halls(app: Flask, cast: Cast) -> dict[str, int]:
    """A debate with 45 posts in local 88's hall; ids of the halls and the question's number."""
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(), transaction(write=True):
        now = clock.now()
        question = make_debate(cast, now=now)
        here = make_hall(question, cast.local)
        for place in range(45):
            make_post(here, cast.member if place % 2 else cast.seconder, f"Word {place + 1}", now=now)
        return {
            "here": here.id, "there": make_hall(question, cast.other_local).id,
            "national": make_hall(question, None).id, "number": question.number, "question": question.id,
        }  # fmt: skip


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.get_data(as_text=True)[:2000]
    return answer.get_data(as_text=True)


def test_visitors_are_asked_to_sign_in(client: FlaskClient, halls: dict[str, int]) -> None:
    answer = client.get(f"/halls/{halls['here']}")
    assert answer.status_code == 302
    assert "/sign-in" in answer.location


@pytest.mark.parametrize("person", ["member", "elsewhere", "suspended", "retired", "officer", "observer", "host"])
def test_everybody_on_the_roll_reads_every_hall(app: Flask, cast: Cast, halls: dict[str, int], person: str) -> None:
    shown = page(sign_in(app, getattr(cast, person)), f"/halls/{halls['here']}")
    assert "Word 1<" in shown


@pytest.mark.parametrize(
    ("person", "writes"), [("member", True), ("elsewhere", False), ("suspended", False), ("retired", True)]
)
def test_the_composer_is_there_for_those_who_may_write(
    app: Flask, cast: Cast, halls: dict[str, int], person: str, writes: bool
) -> None:
    shown = page(sign_in(app, getattr(cast, person)), f"/halls/{halls['here']}")
    assert ('name="source"' in shown) is writes


def test_a_thread_is_read_twenty_posts_at_a_time(app: Flask, cast: Cast, halls: dict[str, int]) -> None:
    reader = sign_in(app, cast.member)
    first = page(reader, f"/halls/{halls['here']}?page=1")
    assert first.count('class="post-body"') == 20
    assert page(reader, f"/halls/{halls['here']}?page=3").count('class="post-body"') == 5
    assert "Page 3 of 3" in page(reader, f"/halls/{halls['here']}?page=99")


def test_a_member_comes_back_to_where_reading_stopped(app: Flask, cast: Cast, halls: dict[str, int]) -> None:
    reader = sign_in(app, cast.elsewhere)
    assert reader.post(f"/halls/{halls['here']}/read", data={"number": "22"}).status_code == 302
    shown = page(reader, f"/halls/{halls['here']}")
    assert "Page 2 of 3" in shown
    assert "First unread, No. 23" in shown
    assert 'id="new"' in shown
    answer = reader.post(f"/halls/{halls['here']}/read", data={"number": "30"}, headers={"Accept": "application/json"})
    assert answer.get_json() == {"number": 30}


def test_looking_at_a_page_writes_nothing(app: Flask, cast: Cast, halls: dict[str, int]) -> None:
    page(sign_in(app, cast.member), f"/halls/{halls['here']}")
    with app.app_context(), transaction(write=False):
        assert db.session.query(ReadMark).count() == 0


def test_a_post_is_written_and_shown_where_it_stands(app: Flask, cast: Cast, halls: dict[str, int]) -> None:
    writer = sign_in(app, cast.member)
    answer = writer.post(
        f"/halls/{halls['here']}/posts", data={"source": "**Mine**", "client_key": "k", "reply_to": "3"}
    )
    assert answer.location == f"/halls/{halls['here']}?page=3#p46"
    shown = page(writer, answer.location)
    assert "<strong>Mine</strong>" in shown
    assert "answers No. 3" in shown
    assert f'data-draft-clear="hall-{halls["here"]}"' in shown


@pytest.mark.parametrize("source", ["", "x" * 10_001, "[" * 500])
def test_a_post_that_cannot_be_taken_comes_back_as_typed(
    app: Flask, cast: Cast, halls: dict[str, int], source: str
) -> None:
    answer = sign_in(app, cast.member).post(f"/halls/{halls['here']}/posts", data={"source": source})
    assert answer.status_code == 422
    shown = answer.get_data(as_text=True)
    assert source in shown
    assert 'aria-invalid="true"' in shown


def test_without_script_the_browser_comes_to_why_a_post_was_not_taken(
    app: Flask, cast: Cast, halls: dict[str, int]
) -> None:
    browser, address = sign_in(app, cast.member), f"/halls/{halls['here']}/posts"
    refused = browser.post(address, data={"source": ""}).get_data(as_text=True)
    assert re.search(r'role="alert"[^>]* autofocus', refused)
    assert 'href="#f-source"' in refused


def test_a_guest_s_post_is_refused_and_kept(app: Flask, cast: Cast, halls: dict[str, int]) -> None:
    answer = sign_in(app, cast.elsewhere).post(
        f"/halls/{halls['here']}/posts", data={"source": "Let me in, please, friends."}
    )
    assert answer.status_code == 403
    assert "Let me in, please, friends.</textarea>" in answer.get_data(as_text=True)
    with app.app_context(), transaction(write=False):
        assert db.session.query(Post).count() == 45


def test_a_draft_can_still_be_read_once_its_member_may_not_write(app: Flask, cast: Cast, halls: dict[str, int]) -> None:
    browser = sign_in(app, cast.member)
    browser.post(f"/halls/{halls['here']}/draft", data={"source": "Half a thought"})
    with app.test_request_context(), transaction(write=True):
        stop(halls["here"], cast.member, clock.now() + timedelta(days=1))
    shown = page(browser, f"/halls/{halls['here']}")
    assert "You cannot write" in shown
    assert "Half a thought</textarea>" in shown


def test_a_quote_fills_the_composer(app: Flask, cast: Cast, halls: dict[str, int]) -> None:
    shown = page(sign_in(app, cast.member), f"/halls/{halls['here']}?quote=2")
    assert "Marta Quill, No. 2:\n\n&gt; Word 2" in shown
    assert '<input type="hidden" name="reply_to" value="2"' in shown


def test_a_draft_kept_by_its_button_stays_an_answer_and_only_to_a_post_that_is_there(
    app: Flask, cast: Cast, halls: dict[str, int]
) -> None:
    browser = sign_in(app, cast.member)
    kept = browser.post(f"/halls/{halls['here']}/draft", data={"source": "So?", "reply_to": "7"})
    assert "You answer No. 7." in page(browser, kept.location)
    assert "You answer" not in page(browser, f"/halls/{halls['here']}?reply=46")


def test_the_number_of_a_post_is_its_permalink(app: Flask, cast: Cast, halls: dict[str, int]) -> None:
    shown = page(sign_in(app, cast.member), f"/halls/{halls['here']}?page=2")
    assert f'class="post-no" href="/halls/{halls["here"]}/posts/21"' in shown


def test_a_permalink_leads_to_the_page_of_the_post(app: Flask, cast: Cast, halls: dict[str, int]) -> None:
    reader = sign_in(app, cast.member)
    assert reader.get(f"/halls/{halls['here']}/posts/21").location == f"/halls/{halls['here']}?page=2#p21"
    assert reader.get(f"/halls/{halls['here']}/posts/46").status_code == 404


def test_an_edit_is_public_with_what_it_changed(app: Flask, cast: Cast, halls: dict[str, int]) -> None:
    writer = sign_in(app, cast.member)
    address = f"/halls/{halls['here']}/posts/2"
    assert "Word 2" in page(writer, f"{address}/edit")
    assert writer.post(f"{address}/edit", data={"source": "Words two", "revision": "1"}).status_code == 302
    shown = page(sign_in(app, cast.elsewhere), f"{address}/history")
    assert "<del>Word</del>" in shown
    assert "<ins>Words</ins>" in shown
    assert "edited once" in page(writer, f"/halls/{halls['here']}?page=1")


def test_a_stale_edit_shows_both_wordings(app: Flask, cast: Cast, halls: dict[str, int]) -> None:
    writer = sign_in(app, cast.member)
    address = f"/halls/{halls['here']}/posts/2/edit"
    writer.post(address, data={"source": "First window", "revision": "1"})
    answer = writer.post(address, data={"source": "Second window", "revision": "1"})
    assert answer.status_code == 409
    shown = answer.get_data(as_text=True)
    assert "First window" in shown
    assert "Second window" in shown
    with app.app_context(), transaction(write=False):
        assert db.session.query(PostRevision).count() == 1


def test_nobody_sees_the_form_for_another_s_post(app: Flask, cast: Cast, halls: dict[str, int]) -> None:
    assert sign_in(app, cast.host).get(f"/halls/{halls['here']}/posts/2/edit").status_code == 404


def test_nothing_of_a_hidden_post_is_shown(app: Flask, cast: Cast, halls: dict[str, int]) -> None:
    with app.app_context(), transaction(write=True):
        post = db.session.scalars(db.select(Post).where(Post.number == 7)).one()
        post.source, post.html, post.hidden_at = "Unutterable", "<p>Unutterable</p>", clock.now()
    reader = sign_in(app, cast.member)
    for address in ("?page=1", "/posts/7/history", "?quote=7"):
        assert "Unutterable" not in page(reader, f"/halls/{halls['here']}{address}")
    assert "No. 7 was hidden" in page(reader, f"/halls/{halls['here']}?page=1")


def test_the_preview_shows_what_the_post_would_be(app: Flask, cast: Cast, halls: dict[str, int]) -> None:
    answer = sign_in(app, cast.member).post("/preview?of=source", data={"source": "**Bold** <script>alert(1)</script>"})
    shown = answer.get_data(as_text=True)
    assert "<strong>Bold</strong> &lt;script&gt;" in shown
    assert "data-preview-body" in shown


def test_a_host_opens_the_hall_and_sees_what_is_missing(app: Flask, cast: Cast, halls: dict[str, int]) -> None:
    with app.app_context(), transaction(write=True):
        hall = db.session.get_one(Hall, halls["here"])
        hall.opened_at, hall.opened_as = None, ""
    host = sign_in(app, cast.host)
    address = f"/halls/{halls['here']}/open"
    assert "Open this hall" in page(host, f"/halls/{halls['here']}")
    assert 'name="agenda"' in page(host, address)
    answer = host.post(address, data={"agenda": "Wages, then hours"})
    assert answer.status_code == 403
    assert "The first session has no date." in answer.get_data(as_text=True)
    assert "Wages, then hours" in answer.get_data(as_text=True)
    soon = (clock.now() + timedelta(days=3)).strftime("%Y-%m-%dT19:30")
    assert host.post(address, data={"agenda": "Wages, then hours", "first_session_at": soon}).status_code == 302
    assert "Wages, then hours" in page(host, f"/halls/{halls['here']}")


def test_opening_a_hall_needs_a_fresh_sign_in(app: Flask, cast: Cast, halls: dict[str, int]) -> None:
    answer = sign_in(app, cast.host, fresh=False).post(f"/halls/{halls['here']}/open", data={"agenda": "Wages"})
    assert answer.status_code == 302
    assert "/confirm" in answer.location


def test_the_charge_board_is_public_and_shows_every_local(client: FlaskClient, halls: dict[str, int]) -> None:
    shown = page(client, f"/q/{halls['number']}/halls")
    assert "Ashby Rail Works" in shown
    assert "Meridian Freight" in shown
    assert shown.count("cell-no") == 2


def test_the_board_holds_two_hundred_locals(app: Flask, cast: Cast, client: FlaskClient) -> None:
    from forum.roll.models import Local

    with app.test_request_context(), transaction(write=True):
        for number in range(1000, 1198):
            db.session.add(Local(number=str(number), name=f"Works {number}", council_id=cast.council))
        db.session.flush()
        number = make_debate(cast, open_halls=False).number
    shown = page(client, f"/q/{number}/halls")
    assert shown.count("cell-no") == 200
    assert "board-many" in shown


def test_who_is_stopped_from_writing_is_offered_no_way_to_write(app: Flask, cast: Cast) -> None:
    with app.test_request_context(), transaction(write=True):
        hall = make_hall(make_debate(cast, now=clock.now()), cast.local)
        make_post(hall, cast.member, "Boots, boots.", now=clock.now())
        hall_id, address = hall.id, f"/halls/{hall.id}"
    offers = (f'{address}/posts/1/edit"', "origin=post:", "data-quotes", "data-replies")
    writer = sign_in(app, cast.member)
    page = writer.get(address).text
    assert all(offer in page for offer in offers)
    with app.test_request_context(), transaction(write=True):
        stop(hall_id, cast.member, clock.now() + timedelta(days=1))
    page = writer.get(address).text
    assert not [offer for offer in offers if offer in page]
    assert "You cannot write in this hall" in page
    assert "You cannot write in this hall" in writer.get(f"{address}/posts/1/edit").text
