"""Ways into a thread: from a day on, and all of it on one page."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from forum.halls.models import Post
from forum.kernel import clock
from forum.kernel.database import db, transaction
from tests.build_halls import make_debate, make_hall, make_post
from tests.people import Cast, sign_in

NOON = datetime(2026, 11, 10, 12, 0, tzinfo=ZoneInfo("America/Chicago"))


@pytest.fixture
def hall_id(app: Flask, cast: Cast) -> int:
    """45 posts in local 88's hall, ten a day, the second day's from 21 on one minute after midnight there."""
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(), transaction(write=True):
        hall = make_hall(make_debate(cast, now=clock.now()), cast.local)
        for place in range(45):
            post = make_post(hall, cast.member, f"Word {place + 1}", now=clock.now())
            post.at = NOON if place < 20 else NOON.replace(hour=0, minute=1) + timedelta(days=1)
        return hall.id


@pytest.mark.parametrize(
    ("day", "place"),
    [("2026-11-01", "page=1#p1"), ("2026-11-10", "page=1#p1"), ("2026-11-11", "page=2#p21")],
)
def test_a_day_leads_to_its_first_post_in_the_hall_s_zone(
    app: Flask, cast: Cast, hall_id: int, day: str, place: str
) -> None:
    reader = sign_in(app, cast.elsewhere)
    answer = reader.get(reader.get(f"/halls/{hall_id}/day?day={day}").location)
    assert answer.location == f"/halls/{hall_id}?{place}"


@pytest.mark.parametrize("day", ["2026-11-12", "soon", "", "9999-12-31", "0001-01-01x"])
def test_a_day_without_posts_is_said(app: Flask, cast: Cast, hall_id: int, day: str) -> None:
    answer = sign_in(app, cast.member).get(f"/halls/{hall_id}/day?day={day}", follow_redirects=True)
    assert answer.status_code == 200
    assert "notice-late" in answer.get_data(as_text=True)


def test_the_whole_thread_stands_on_one_page_without_buttons_and_without_hidden_words(
    app: Flask, cast: Cast, hall_id: int
) -> None:
    with app.app_context(), transaction(write=True):
        db.session.scalars(db.select(Post).where(Post.number == 7)).one().hidden_at = clock.now()
    page = sign_in(app, cast.suspended).get(f"/halls/{hall_id}/print").get_data(as_text=True)
    assert page.count('class="post-body"') == 44
    assert "Word 45<" in page
    assert "Word 7<" not in page
    assert "quote=" not in page
    assert app.test_client().get(f"/halls/{hall_id}/print").status_code == 302


def test_what_is_new_since_the_last_visit_is_one_link_away(app: Flask, cast: Cast, hall_id: int) -> None:
    reader = sign_in(app, cast.member)
    reader.post(f"/halls/{hall_id}/read", data={"number": "22"})
    page = reader.get(f"/halls/{hall_id}?page=1").get_data(as_text=True)
    assert f'href="/halls/{hall_id}/posts/23">First unread, No. 23' in page
