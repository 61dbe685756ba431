"""The ceremony and the rehearsal over HTTP: each step's page, what it takes, and whom it keeps out."""

import re
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.kernel import clock
from forum.kernel.database import db, transaction
from referendum.crypto.ceremony import make_cert, new_seed
from referendum.process.models import Vote
from tests.people import Cast, sign_in
from tests.referendum.trustees.conftest import Group, make_group


class Served:
    """The group on the app, each trustee's browser, and the address of the vote."""

    def __init__(self, app: Flask, cast: Cast) -> None:
        app.config["WTF_CSRF_ENABLED"] = False
        self.app = app
        with app.app_context(), transaction(write=True):
            self.group: Group = make_group(cast, clock.now())
            self.vote_id, self.here = self.group.vote.id, f"/votes/{self.group.vote.public_id}"
        self.browsers: list[FlaskClient] = [sign_in(app, each) for each in self.group.members]

    def do(self, step: str, *places: int) -> None:
        with self.app.app_context(), transaction(write=True):
            self.group.vote = db.session.get_one(Vote, self.vote_id)
            getattr(self.group, step)(*places)

    def page(self, place: int, where: str = "/key") -> str:
        answer = self.browsers[place].get(self.here + where)
        assert answer.status_code == 200
        return answer.get_data(as_text=True)


def steps(page: str) -> list[str]:
    """How far each of the trustee's own steps is."""
    return re.findall(r'<li class="(done|now|next)"', page)


def ticks(page: str) -> list[str]:
    """The table of the trustees, a string a row: a letter for each thing asked (done, not yet, not asked of them)."""
    rows = re.findall(r'<tr><th scope="row">(.*?)</tr>', page, re.DOTALL)
    letters = {">done<": "d", ">not yet<": ".", ">not asked<": "-"}
    return ["".join(letters[each] for each in re.findall(r">done<|>not yet<|>not asked<", row)) for row in rows]


@pytest.fixture
def served(app: Flask, cast: Cast) -> Served:
    return Served(app, cast)


def test_each_step_s_page_says_what_to_do_and_whom_one_waits_for(served: Served) -> None:
    page = served.page(0)
    assert "Make my key and save the file" in page
    assert (steps(page), ticks(page)) == (["now", "next", "next", "next"], ["...."] * 3)
    served.do("join", 0)
    waiting = served.page(0)
    assert "You have done your step." in waiting
    assert "Waiting for: Trustee 1, Trustee 2." in waiting
    assert (steps(waiting), ticks(waiting)) == (["done", "next", "next", "next"], ["d...", "....", "...."])
    served.do("join", 1, 2)
    page = served.page(0)
    assert "Now: give every trustee a share" in page
    assert "--threshold 2" in page
    assert steps(page) == ["done", "now", "next", "next"]
    served.do("share", 0, 1)
    page = served.page(0)
    assert "Waiting for: Trustee 2." in page
    assert ticks(page) == ["dd..", "dd..", "d..."]
    served.do("share", 2)
    page = served.page(0)
    assert "Now: put your key together" in page
    assert steps(page) == ["done", "done", "now", "next"]
    served.do("finish", 0, 1, 2)
    page = served.page(0)
    assert "Now: open a test ballot" in page
    assert (steps(page), ticks(page)) == (["done", "done", "done", "now"], ["ddd."] * 3)
    assert "Rehearsal: open a test ballot" in served.page(0, "/rehearsal")
    assert "--dkey NAME.dkey" in served.page(0, "/rehearsal")
    desk = served.browsers[0].get("/desk").get_data(as_text=True)
    assert "Show that your key file can be read" in desk


def test_a_message_is_taken_from_the_page_and_a_wrong_one_refused_with_its_reason(served: Served) -> None:
    send = served.here + "/ceremony/certificate"
    text = make_cert(served.group.seeds[0]).text
    assert served.browsers[0].post(send, json={"message": text}).json == {"state": "recorded"}
    for body in ([], {}, {"message": 5}, {"message": "{}"}):
        answer = served.browsers[1].post(send, json=body)
        assert 400 <= answer.status_code < 500
        assert answer.json is not None
        assert answer.json["state"] == "refused"
    assert served.browsers[1].post(served.here + "/ceremony/nothing", json={"message": text}).status_code == 404
    wrong = served.browsers[1].post(send + "/file", data={"message": (BytesIO(b"{}"), "x.cert")})
    assert wrong.status_code == 403
    assert "This message is refused" in wrong.get_data(as_text=True)
    assert b"not a message of the ceremony" in served.browsers[1].post(
        send + "/file", data={"message": (BytesIO(b"\xff"), "x.cert")}
    ).data  # fmt: skip


def test_what_is_not_there_yet_and_what_is_somebody_else_s_is_not_found(served: Served, cast: Cast) -> None:
    served.do("join", 0)
    files = ("/ceremony/certs.jsons", "/ceremony/input.json", "/ceremony/key.dkey", "/rehearsal")
    for where in files:
        assert served.browsers[0].get(served.here + where).status_code == 404
        assert sign_in(served.app, cast.officer).get(served.here + where).status_code in (403, 404)
    text = make_cert(new_seed()).text
    stranger = sign_in(served.app, cast.member)
    assert stranger.post(served.here + "/ceremony/certificate", json={"message": text}).status_code in (403, 404)
    stale = sign_in(served.app, served.group.members[1], fresh=False)
    assert stale.post(served.here + "/ceremony/certificate", json={"message": text}).status_code == 403
    for where in ("/ceremony/certificate/file", "/ceremony/anew", "/ceremony/leave", "/rehearsal/file", "/key/file"):
        assert stale.post(served.here + where).headers["Location"].startswith("/confirm"), where


def test_beginning_anew_and_giving_the_office_back_ask_for_a_reason(served: Served) -> None:
    served.do("join", 0, 1, 2)
    served.do("share", 0)
    anew = served.browsers[1].post(served.here + "/ceremony/anew", data={"anew_reason": ""})
    assert anew.status_code == 422
    assert "Begin anew" in anew.get_data(as_text=True)
    sent = {"anew_reason": "A false share."}
    assert served.browsers[1].post(served.here + "/ceremony/anew", data=sent).status_code == 302
    assert "The ceremony has begun anew" in served.page(0)
    leave = served.browsers[2].post(served.here + "/ceremony/leave", data={"leave_reason": "No time."})
    assert leave.status_code == 302
    assert served.browsers[2].get(served.here + "/key").status_code in (403, 404)
    assert "Make my key and save the file" in served.page(0)
