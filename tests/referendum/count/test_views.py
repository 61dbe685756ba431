"""The count over HTTP: the trustee's pages, the public record, parts from page and file, the archives for everybody."""

import json
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.kernel import clock
from forum.kernel.database import transaction
from referendum.count import queries
from referendum.trustees.opening import open_part
from tests.people import Cast, sign_in
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
    file = (BytesIO(json.dumps(part_from(other, counting, 1)).encode()), "part.json")
    assert other.post(here + "/decrypt/V/file", data={"part": file}).status_code == 302
    sealed = trustee.get(here + "/V/sealed.bel")
    archive = app.test_client().get(here + "/V.bel")
    assert archive.data.startswith(sealed.data)
    assert len(sealed.data) > 10_000
    assert app.test_client().get(here + "/V/sealed.bel").status_code != 200
    assert archive.status_code == 200
    assert archive.data[:8] == b"BELENIOS"
    assert app.test_client().get(here + "/C.bel").status_code == 200
    with app.app_context(), transaction(write=False):
        tally = queries.tally_of(counting.vote_id, "V")
        assert tally is not None
        assert tally.result == [[1, 1, 1]]


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
    for path in ("/record.json", "/record.json?archive=X"):
        assert trustee.get(here + path).status_code == 404
    assert trustee.get("/votes/nothing/decrypt").status_code == 404
    assert app.test_client().get(here + "/X.bel").status_code == 404
