"""New posts while one reads: the room says the number to members alone, and the words come by the page's way."""

import pytest
from flask import Flask

from forum.kernel import clock
from forum.kernel.database import transaction
from tests.build_halls import make_debate, make_hall, make_post
from tests.build_sittings import connect, heard
from tests.people import Cast, sign_in


@pytest.fixture
def hall_id(app: Flask, cast: Cast) -> int:
    """Local 88's hall with 25 posts."""
    app.config["WTF_CSRF_ENABLED"] = False
    with app.test_request_context(), transaction(write=True):
        hall = make_hall(make_debate(cast, now=clock.now()), cast.local)
        for place in range(25):
            make_post(hall, cast.seconder, f"Word {place + 1}", now=clock.now())
        return hall.id


def test_a_reader_hears_the_number_of_a_new_post_and_not_its_words(app: Flask, cast: Cast, hall_id: int) -> None:
    reader = connect(app, sign_in(app, cast.elsewhere))
    assert reader.emit("join", {"room": f"hall:{hall_id}"}, callback=True)["last"] == 25
    sign_in(app, cast.member).post(f"/halls/{hall_id}/posts", data={"source": "Fresh"})
    assert heard(reader, "post") == [{"hall": hall_id, "number": 26}]


def test_a_refused_post_is_not_announced(app: Flask, cast: Cast, hall_id: int) -> None:
    reader = connect(app, sign_in(app, cast.elsewhere))
    reader.emit("join", {"room": f"hall:{hall_id}"}, callback=True)
    assert sign_in(app, cast.suspended).post(f"/halls/{hall_id}/posts", data={"source": "Fresh"}).status_code == 403
    assert heard(reader, "post") == []


def test_a_visitor_does_not_enter_the_room_and_no_room_is_there_without_a_hall(
    app: Flask, cast: Cast, hall_id: int
) -> None:
    assert "refused" in connect(app, app.test_client()).emit("join", {"room": f"hall:{hall_id}"}, callback=True)
    assert "refused" in connect(app, sign_in(app, cast.member)).emit("join", {"room": "hall:9999"}, callback=True)


def test_what_is_newer_comes_twenty_at_a_time_in_order(app: Flask, cast: Cast, hall_id: int) -> None:
    reader = sign_in(app, cast.elsewhere)
    first = reader.get(f"/halls/{hall_id}/newer?after=3").get_data(as_text=True)
    assert first.count('class="post-body"') == 20
    assert first.index("Word 4<") < first.index("Word 23<")
    assert "Word 3<" not in first
    assert reader.get(f"/halls/{hall_id}/newer?after=23").get_data(as_text=True).count('class="post-body"') == 2
    assert reader.get(f"/halls/{hall_id}/newer?after=zz").status_code == 200
    assert app.test_client().get(f"/halls/{hall_id}/newer?after=3").status_code == 302
