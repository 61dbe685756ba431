"""The count over HTTP: the trustee's pages, the public record, parts from page and file, the archives for everybody."""

import json
import re
from datetime import datetime
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.kernel.doors import Actor
from forum.questions.models import Appointment
from referendum.count import operations, page_queries, queries, views
from referendum.trustees import forms
from referendum.trustees.opening import open_part
from tests.people import Cast, actor, holding, sign_in
from tests.referendum.count.counting import Counting


@pytest.fixture
def counting(app: Flask, cast: Cast) -> Counting:
    app.config["WTF_CSRF_ENABLED"] = False
    made = Counting(app, cast, clock.now(), voters=3, min_ballots=2)
    made.compute()
    return made


@pytest.fixture
def trustee(app: Flask, cast: Cast, counting: Counting) -> FlaskClient:
    return sign_in(app, cast.trustees[0])


def address(counting: Counting) -> str:
    with counting.app.app_context(), transaction(write=False):
        return f"/votes/{counting.vote.public_id}"


def part_from(client: FlaskClient, counting: Counting, place: int) -> dict[str, object]:
    """What the trustee's own program makes of the record as the site gives it."""
    record = client.get(address(counting) + "/record.json?archive=V")
    assert record.status_code == 200
    private = counting.private_keys[counting.cast.trustees[place]]
    part = open_part([record.data], private, proofs=True, progress=lambda _done, _total: None)
    assert part.ballots == 3
    return part.as_json()


def test_two_trustees_open_the_count_by_page_and_by_file(
    app: Flask, cast: Cast, counting: Counting, trustee: FlaskClient
) -> None:
    here = address(counting)
    page = trustee.get(here + "/decrypt")
    assert b"3 ballots." in page.data
    assert b"It is not opened: citations are counted from 100 ballots on" in page.data
    assert trustee.post(here + "/decrypt/V", json=part_from(trustee, counting, 0)).json == {"state": "recorded"}
    assert b"Your part is handed in." in trustee.get(here + "/decrypt").data
    assert app.test_client().get(here + "/V.bel").status_code == 404
    other = sign_in(app, cast.trustees[1])
    made = json.dumps(part_from(other, counting, 1)).encode().ljust(forms.LARGEST_FILE)
    assert other.post(here + "/decrypt/V/file", data={"part": (BytesIO(made + b" "), "part.json")}).status_code == 422
    assert other.post(here + "/decrypt/V/file", data={"part": (BytesIO(made), "part.json")}).status_code == 302
    sealed = trustee.get(here + "/V/sealed.bel")
    archive = app.test_client().get(here + "/V.bel")
    assert archive.data.startswith(sealed.data)
    for answer in (sealed, archive):
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
        assert re.fullmatch(r"\w+\.bel", answer.headers["Content-Disposition"].partition("=")[2])
    assert len(sealed.data) > 10_000
    assert app.test_client().get(here + "/V/sealed.bel").status_code != 200
    assert archive.status_code == 200
    assert archive.data[:8] == b"BELENIOS"
    assert app.test_client().get(here + "/C.bel").status_code == 200
    record = app.test_client().get("/record").text
    assert "V.bel" in record
    assert "1 part" not in record, "one file is no part of anything"
    with app.app_context(), transaction(write=False):
        tally = queries.tally_of(counting.vote_id, "V")
        assert tally is not None
        assert tally.result == [[1, 1, 1]]
        queries.path_of(app.config["HUSTINGS"].instance, counting.vote, "V").unlink()
    with capture_logs() as logged:
        assert app.test_client().get(here + "/V.bel").status_code == 404
    gone = {"event": "an archive that was written is gone", "log_level": "error", "archive": "V"}
    assert [each.items() >= gone.items() for each in logged] == [True]


@pytest.mark.parametrize("body", [0, [], {}, {"owner": 1}, {"owner": 1, "partial_decryption": "{}"}])
def test_a_bad_part_is_refused_in_words_and_not_stored(
    counting: Counting, trustee: FlaskClient, body: object
) -> None:
    answer = trustee.post(address(counting) + "/decrypt/V", json=body)
    assert 400 <= answer.status_code < 500
    assert answer.json is not None
    assert answer.json["state"] == "refused"
    shown = trustee.post(address(counting) + "/decrypt/V/file", data={"part": (BytesIO(b"{{{"), "part.json")})
    assert shown.status_code == 422
    assert b"not a part of the count" in shown.data


def test_a_part_is_opened_after_a_fresh_sign_in(app: Flask, cast: Cast, counting: Counting) -> None:
    stale = sign_in(app, cast.trustees[0], fresh=False)
    for answer in (stale.get(address(counting) + "/decrypt"), stale.post(address(counting) + "/decrypt/V/file")):
        assert answer.status_code == 302
        assert "/confirm" in answer.headers["Location"]
    refused = stale.post(address(counting) + "/decrypt/V", json=part_from(stale, counting, 0))
    assert refused.status_code == 403
    assert refused.json is not None
    assert (refused.json["state"], refused.json["first"]) == ("refused", "confirm")


def test_pages_and_record_are_for_the_trustees_of_this_question(
    app: Flask, cast: Cast, counting: Counting, trustee: FlaskClient
) -> None:
    here = address(counting)
    for path in ("/decrypt", "/record.json?archive=V"):
        assert sign_in(app, cast.officer).get(here + path).status_code == 403
        assert app.test_client().get(here + path).status_code == 302
    missing = ("/record.json", "/record.json?archive=X", "/record.json?archive=V&part=2", "/V/sealed.bel?part=2")
    for path in (*missing, "/X/sealed.bel", "/V.bel?part=2"):
        assert trustee.get(here + path).status_code == 404
    assert trustee.get("/votes/nothing/decrypt").status_code == 404
    assert app.test_client().get(here + "/X.bel").status_code == 404


def test_a_trustee_reads_until_when_parts_come_and_that_one_cannot(
    app: Flask, cast: Cast, counting: Counting, trustee: FlaskClient
) -> None:
    here = address(counting) + "/decrypt"
    page = trustee.get(here).text
    assert "If too few parts are in on" in page
    assert "cannot come" not in page
    with app.app_context(), transaction(write=True):
        db.session.execute(db.delete(Appointment).where(Appointment.member_id == cast.trustees[1]))
    assert "1 of the parts cannot come" in trustee.get(here).text
    with app.app_context(), transaction(write=True):
        counting.vote.state = "challengeable"
    page = trustee.get(here).text
    assert "If too few parts are in on" not in page
    assert "cannot come" not in page


def test_the_desk_asks_each_trustee_until_nothing_more_is_needed_and_nobody_else(
    app: Flask, cast: Cast, counting: Counting, now: datetime
) -> None:
    def desk(who: Actor) -> list[tuple[str, int, bool]]:
        return [(each["what"], each["order"], each["done"]) for each in views.on_the_desk(who)]

    with app.test_request_context(), transaction(write=True):
        stranger = holding(actor(cast.member), "trustee", counting.question_id)
        teller = holding(actor(cast.trustees[0]), "teller", counting.question_id)
        asked = "Open your part of the count"
        assert [desk(each) for each in (stranger, teller)] == [[], []]
        assert queries.shares_needed(counting.vote) == 2
        assert desk(counting.trustee(0)) == [(asked, 11, False)]
        operations.accept_partial(counting.trustee(0), counting.vote, "V", 1, counting.part(0), now)
        assert [desk(counting.trustee(place)) for place in (0, 1)] == [[(asked, 11, True)], [(asked, 11, False)]]
        pages = [page_queries.count_page(each, counting.vote, lambda *_: "") for each in
                 (counting.trustee(0), counting.trustee(1), stranger)]  # fmt: skip
        shown = [(v["number"], v["done"], v["unneeded"]) for v in (page["archives"][0] for page in pages)]
        assert shown == [(1, True, False), (2, False, False), (0, False, False)]
        assert [(page["sealed"], page["dkey_url"]) for page in pages] == [("", "")] * 3
        assert [views.part_is_given(counting.vote, each) for each in cast.trustees] == [True, False]
        counting.vote.state = "open"
        assert desk(counting.trustee(1)) == []
        assert not views.part_is_given(counting.vote, cast.trustees[0])
