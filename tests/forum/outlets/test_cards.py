"""Cards for other sites: what visitors may know, in a frame, without script or cookie."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.kernel.database import transaction
from forum.questions.models import Question
from tests.build_sittings import Ground
from tests.forum.outlets.conftest import PERSONS
from tests.people import Cast, sign_in


def test_a_card_shows_the_stage_sessions_and_claims(full: Ground, client: FlaskClient) -> None:
    page = client.get("/q/14/card").text
    for shown in ("Question 14", "Shall we accept the agreement?", "Debating", "2 arguments on the record",
                  "A-01, against option B", "Claim 1 &lt;b&gt;&amp;", "Local 88", "United Test Workers"):  # fmt: skip
        assert shown in page, shown
    assert 'href="http://localhost/a/1"' in page


def test_a_card_is_static_and_leaves_nothing_behind(full: Ground, client: FlaskClient) -> None:
    halls = (f"/halls/{full.hall}/card", f"/halls/{full.hall}/card/es")
    for path in ("/q/14/card", "/q/14/card/fr", "/q/14/label/card/es", *halls):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "<script" not in answer.text
        assert "<form" not in answer.text
        assert " style=" not in answer.text
        assert "Set-Cookie" not in answer.headers
        assert "script-src" not in answer.headers["Content-Security-Policy"]
        assert len(answer.data) < 6_000


def test_what_caches_may_keep_brings_no_cookie_along(app: Flask, cast: Cast, full: Ground) -> None:
    browser = sign_in(app, cast.member)
    with browser.session_transaction() as kept:
        kept.permanent = True  # as after a sign-in on one's own machine: sent anew with every answer
    for path in ("/q/14/card?lang=es", "/q/14/feed.atom", "/q/14/dates.ics"):
        answer = browser.get(path)
        assert answer.cache_control.public
        assert "Set-Cookie" not in answer.headers, path
    assert "Set-Cookie" in browser.get("/q/14").headers


def test_only_a_card_may_stand_in_a_frame(app: Flask, full: Ground, client: FlaskClient) -> None:
    app.config["RAISE_FAILURES"] = False
    assert "frame-ancestors *" in client.get("/q/14/card").headers["Content-Security-Policy"]
    for path in ("/", "/q/14", "/q/99/card", "/q/14/card/xx", f"/halls/{full.other_hall}/card", "/q/14/feed.atom"):
        assert "frame-ancestors 'none'" in client.get(path).headers["Content-Security-Policy"], path
    headers = client.get("/q/14/card").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Permissions-Policy"].startswith("camera=()")
    assert "default-src 'none'" in headers["Content-Security-Policy"]


def test_a_card_names_no_person_and_no_small_hall_also_to_a_member(
    app: Flask, cast: Cast, full: Ground, client: FlaskClient
) -> None:
    for browser in (client, sign_in(app, cast.elsewhere)):
        for path in ("/q/14/card", f"/halls/{full.hall}/card", f"/halls/{full.national_hall}/card"):
            page = browser.get(path).text
            for private in (*PERSONS, "156", "Meridian", "Own words", "Room 7", "I work nights", "A threat"):
                assert private not in page, (path, private)
    app.config["RAISE_FAILURES"] = False
    assert sign_in(app, cast.elsewhere).get(f"/halls/{full.other_hall}/card").status_code == 404


def test_a_hall_s_card_shows_what_came_from_it(full: Ground, client: FlaskClient) -> None:
    page = client.get(f"/halls/{full.hall}/card").text
    assert "A-01" in page
    assert "A-02" not in page
    assert f"/sittings/{full.sitting}" in page
    assert f"/sittings/{full.national}" not in page


@pytest.mark.parametrize(
    ("language", "words"),
    [("es", "A-01, en contra de la opción B"), ("fr", "A-01, contre l’option B"), ("en", "A-01, against option B")],
)
def test_a_card_speaks_the_language_of_its_address(
    language: str, words: str, full: Ground, client: FlaskClient
) -> None:
    page = client.get(f"/q/14/card/{language}", headers={"Accept-Language": "en"}).text
    assert words in page
    assert re.search(f'<html lang="{language}">', page)


def test_a_draft_has_no_card(app: Flask, full: Ground, client: FlaskClient) -> None:
    app.config["RAISE_FAILURES"] = False
    with app.app_context(), transaction(write=True) as session:
        session.get_one(Question, full.question).state = "drafted"
    assert client.get("/q/14/card").status_code == 404
    assert client.get(f"/halls/{full.hall}/card").status_code == 404


def test_a_card_carries_the_process_label(full: Ground, client: FlaskClient) -> None:
    page = client.get("/q/14/label/card/en").text
    assert "Is the leadership bound, and since when?" in page
    assert 'href="http://localhost/q/14/label#how"' in page
    assert client.get("/q/14/label/card/fr").text.startswith('<!doctype html>\n<html lang="fr">')


def test_who_has_the_card_gets_an_empty_answer(full: Ground, client: FlaskClient) -> None:
    first = client.get("/q/14/card")
    assert client.get("/q/14/card", headers={"If-None-Match": first.headers["ETag"]}).status_code == 304
