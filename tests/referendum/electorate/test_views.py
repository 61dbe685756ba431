"""The tellers' pages over HTTP: who may come in, freezing, keys, letters, openings; and a member's own page."""

import base64
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.kernel import clock, slots
from forum.kernel.database import db, transaction
from forum.kernel.doors import Actor
from forum.questions.models import Appointment
from referendum.crypto.trustee import new_private_key, public_key_of
from referendum.electorate import entry_queries, jobs, key_page, queries
from referendum.electorate.models import Turnout
from referendum.electorate.sealing import unseal
from referendum.process.models import Vote
from tests.people import Cast, sign_in
from tests.referendum.electorate.conftest import Sink, make_members, make_set_up_vote


class Site:
    """A vote at its record date whose tellers are signed in, and their keys."""

    def __init__(self, app: Flask, cast: Cast) -> None:
        app.config["WTF_CSRF_ENABLED"] = False
        self.app, self.cast = app, cast
        with app.app_context(), transaction(write=True):
            make_members(2, cast.local)
            make_members(2, cast.local, email=False, first=8000)
            vote = make_set_up_vote(cast, clock.now())
            for member in cast.tellers:
                db.session.add(
                    Appointment(
                        question_id=vote.question_id, member_id=member, role="teller", named_at=clock.now()
                    )
                )  # fmt: skip
            self.vote_id, self.public_id = vote.id, vote.public_id
        self.clients = [sign_in(app, member) for member in cast.tellers]
        self.private_keys = [new_private_key() for _ in cast.tellers]

    def url(self, path: str) -> str:
        return f"/votes/{self.public_id}/{path}"

    def prepare(self) -> None:
        """Roll frozen, keys in, codes mailed, letters not printed."""
        assert self.clients[0].post(self.url("electorate/freeze")).status_code == 302
        self.prepare_from(0)

    def prepare_from(self, place: int) -> None:
        """The keys of the tellers from this one on, and the codes."""
        for client, private in zip(self.clients[place:], self.private_keys[place:], strict=True):
            answer = client.post(self.url("list-key"), json={"public_key": public_key_of(private).as_json()})
            assert answer.json == {"state": "recorded"}
        assert self.clients[0].post(self.url("electorate/codes")).status_code == 302

    def counts(self) -> dict[str, int]:
        with self.app.app_context(), transaction(write=False):
            return entry_queries.delivery_counts(self.vote_id)

    def set_state(self, state: str) -> None:
        with self.app.app_context(), transaction(write=True):
            db.session.get_one(Vote, self.vote_id).state = state

    def share(self, place: int) -> str:
        """As the page does: the sealed share out of the page's facts, opened with the teller's key."""
        with self.app.app_context(), transaction(write=False):
            key = queries.teller_key(self.vote_id, self.cast.tellers[place])
            assert key is not None
            assert key.share is not None
            return unseal(self.private_keys[place], key.share["sealed"]).decode()

    def facts(self, where: str, place: int) -> dict[str, Any]:
        """What the page of an opening says to a teller."""
        page = self.clients[place].get(where).get_data(as_text=True)
        found: dict[str, Any] = json.loads(re.findall(r'id="share-facts"[^>]*>(.*?)</script>', page, re.DOTALL)[0])
        return found

    def told(self, where: str, place: int) -> dict[str, Any]:
        """What an opening answered, opened with the teller's key as the page does."""
        told = self.clients[place].get(where + "/progress").json
        assert told is not None
        answer: dict[str, Any] = json.loads(unseal(self.private_keys[place], told["answer"]))
        return answer


@pytest.fixture
def site(app: Flask, cast: Cast) -> Site:
    return Site(app, cast)


def test_a_teller_freezes_the_roll_and_sees_codes_go_out(site: Site, sink: Sink) -> None:
    page = site.clients[0].get(site.url("electorate"))
    assert b"Freeze the roll" in page.data
    site.prepare()
    assert site.counts() == {"sent": len(sink.messages), "waiting": 2}
    page = site.clients[1].get(site.url("electorate"))
    assert b"Print 2 letters" in page.data
    assert f"{len(sink.messages)} of {len(sink.messages) + 2} codes are out".encode() in page.data
    again = site.clients[1].post(site.url("electorate/freeze"))
    assert again.status_code == 409
    assert b"frozen already" in again.data


def test_once_the_list_is_set_up_the_page_says_what_became_of_the_key(site: Site, sink: Sink) -> None:
    assert "Make my key" in site.clients[0].get(site.url("list-key")).get_data(as_text=True)
    site.prepare()
    told = site.clients[0].get(site.url("list-key")).get_data(as_text=True)
    assert "The sealed list was set up with it" in told
    assert "Make my key" not in told


@pytest.mark.parametrize("path", ["electorate", "openings", "list-key"])
def test_the_pages_are_for_the_tellers_of_this_question(site: Site, path: str) -> None:
    assert site.clients[0].get(site.url(path)).status_code == 200
    assert sign_in(site.app, site.cast.officer).get(site.url(path)).status_code == 403
    assert site.app.test_client().get(site.url(path)).status_code == 302
    assert site.clients[0].get(f"/votes/nothing/{path}").status_code == 404


def test_a_teller_without_a_fresh_sign_in_prints_and_freezes_nothing(site: Site, sink: Sink) -> None:
    site.prepare()
    stale = sign_in(site.app, site.cast.tellers[0], fresh=False)
    answer = stale.post(site.url("electorate/letters"))
    assert answer.status_code == 302
    assert "confirm" in answer.headers["Location"]
    assert site.counts()["waiting"] == 2


def test_letters_are_streamed_once(site: Site, sink: Sink) -> None:
    site.prepare()
    answer = site.clients[0].post(site.url("electorate/letters"))
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.data.startswith(b"%PDF")
    assert site.counts()["printing"] == 2
    assert site.clients[0].post(site.url("electorate/letters")).status_code == 403
    page = site.clients[1].get(site.url("electorate")).get_data(as_text=True)
    assert "I have printed them" in page
    assert "Print 2 letters" not in page
    settle = site.url("electorate/letters/settle")
    assert site.clients[1].post(settle, data={"became": "eaten"}).status_code in (400, 422)
    assert site.clients[1].post(settle, data={"became": "printed"}).status_code == 302
    assert site.counts()["letter"] == 2
    assert site.clients[1].post(settle, data={"became": "lost"}).status_code == 403


def test_a_lost_code_is_replaced_by_two_tellers_and_mailed(site: Site, sink: Sink) -> None:
    site.prepare()
    mailed = len(sink.messages)
    asked = site.clients[0].post(
        site.url("openings"), data={"purpose": "spare", "numbers": "1001", "reason": "The mail was deleted."}
    )
    assert asked.status_code == 302
    where = asked.headers["Location"]
    assert b"share-facts" in site.clients[0].get(where).data
    assert site.clients[0].get(where + "/progress").json == {"state": "waiting", "done": 0}
    first = site.clients[0].post(where + "/share", json={"share": site.share(0)})
    assert first.json == {"state": "recorded", "opened": False}
    seen = [site.facts(where, place) for place in (0, 1)]
    assert [(each["given"], each["needed"], each["yours"], each["begun"]) for each in seen] == [
        (1, 2, True, False), (1, 2, False, False),
    ]  # fmt: skip
    assert (seen[1]["reason"], seen[1]["letters"], seen[1]["state"]) == ("The mail was deleted.", True, "waiting")
    assert seen[0]["sealed"] != seen[1]["sealed"]
    false = site.clients[1].post(where + "/share", json={"share": site.share(2)})
    assert false.status_code == 403
    assert false.json is not None
    assert false.json["state"] == "refused"
    second = site.clients[1].post(where + "/share", json={"share": site.share(1)})
    assert second.json == {"state": "recorded", "opened": True}
    assert site.told(where, 1) == {"mailed": 1, "printed": 0, "used": [], "letters": "", "given": ""}
    assert site.clients[0].get(where + "/progress").json == {"state": "over", "answer": None, "problem": ""}
    assert b"This opening is over." in site.clients[0].get(where).data
    assert b"sealed to your key" in site.clients[1].get(where).data
    assert len(sink.messages) == mailed + 1
    assert "new voting code" in str(sink.messages[-1].get_body(("plain",)).get_content())  # type: ignore[union-attr]
    assert site.clients[1].post(where + "/share", json={"share": site.share(1)}).status_code == 409


def test_only_who_asked_for_an_opening_takes_it_back(site: Site, sink: Sink) -> None:
    site.prepare()
    asked = site.clients[0].post(
        site.url("openings"), data={"purpose": "spare", "numbers": "1001", "reason": "The mail was deleted."}
    )
    back = asked.headers["Location"] + "/drop"
    assert [back.encode() in each.get(site.url("openings")).data for each in site.clients[:2]] == [True, False]
    assert site.clients[1].post(back).status_code == 403
    assert site.clients[0].post(back).status_code == 302
    assert b"Taken back." in site.clients[1].get(site.url("openings")).data


def test_a_spare_for_somebody_without_e_mail_is_a_letter_shown_once(site: Site, sink: Sink) -> None:
    site.prepare()
    site.clients[0].post(site.url("electorate/letters"))
    site.clients[0].post(site.url("electorate/letters/settle"), data={"became": "printed"})
    asked = site.clients[0].post(
        site.url("openings"), data={"purpose": "spare", "numbers": "8000", "reason": "The letter came back."}
    )
    where = asked.headers["Location"]
    site.clients[0].post(where + "/share", json={"share": site.share(0)})
    site.clients[2].post(where + "/share", json={"share": site.share(2), "paper": "Letter"})
    answer = site.told(where, 2)
    assert (answer["mailed"], answer["printed"]) == (0, 1)
    assert re.search(rb"/MediaBox \[0 0 612(\.0+)? 792(\.0+)?\]", base64.b64decode(answer["letters"]))


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"purpose": "spare", "reason": "x", "numbers": ""},
        {"purpose": "spare", "reason": "x", "numbers": "99999"},
        {"purpose": "spare", "reason": "", "numbers": "1001"},
        {"purpose": "unknown", "reason": "x"},
        {"purpose": "turnout", "reason": "x"},
        {"purpose": "everything", "reason": "x"},
    ],
)
def test_a_bad_request_for_an_opening_is_shown_again_with_what_was_typed(
    site: Site, sink: Sink, sent: dict[str, str]
) -> None:
    site.prepare()
    answer = site.clients[0].post(site.url("openings"), data=sent)
    assert 400 <= answer.status_code < 500
    assert b"Ask for an opening" in answer.data
    if sent.get("numbers"):
        assert sent["numbers"].encode() in answer.data


@pytest.mark.parametrize("body", [0, [], "x", {}, {"public_key": 1}, {"public_key": {"pok": {}, "public_key": "2"}}])
def test_a_bad_key_is_refused_in_words(site: Site, body: object) -> None:
    answer = site.clients[0].post(site.url("list-key"), json=body)
    assert answer.status_code == 403
    assert answer.json is not None
    assert answer.json["state"] == "refused"


def own_page(client: FlaskClient, site: Site) -> str:
    return client.get(site.url("my-code")).get_data(as_text=True)


def test_a_member_sees_whether_the_code_is_out_and_nothing_more(site: Site, sink: Sink) -> None:
    member = sign_in(site.app, site.cast.member)
    assert "not frozen yet" in own_page(member, site)
    site.prepare()
    told = own_page(member, site)
    assert "handed to the mail server" in told
    assert "A new one can be given" in told
    assert "Voting ended" not in told
    barred = own_page(sign_in(site.app, site.cast.suspended), site)
    assert "not on the frozen roll" in barred
    assert 'href="/q/14#people-h"' in barred, "whom to tell"
    assert site.app.test_client().get(site.url("my-code")).status_code == 302
    with site.app.app_context(), transaction(write=True):
        db.session.get_one(Vote, site.vote_id).state = "counting"
    told = own_page(member, site)
    assert "Voting ended" in told
    assert "A new one can be given" not in told


def test_the_desk_of_a_teller_lists_what_is_to_be_done(site: Site, sink: Sink) -> None:
    def desk(role: str = "teller") -> list[tuple[str, str, int, bool]]:
        with site.app.test_request_context(), transaction(write=False):
            question_id = db.session.scalars(db.select(Appointment.question_id)).first()
            held = Actor(member_id=site.cast.tellers[0], appointments=frozenset({(role, question_id or 0)}))
            items = [each for each in slots.gather("desk", held) if site.public_id in each["url"]]
            return [(each["what"], each["why"], each["order"], each["done"]) for each in items]

    frozen = ("Freeze the roll", "The clock could not write down who may vote; one teller does it.", 20, False)
    key = ("Make your key to the sealed list", "Any two tellers together can open the list, never one alone.", 21)
    assert desk() == [frozen, (*key, False)]
    assert desk("host") == []
    site.clients[0].post(site.url("electorate/freeze"))
    public = json.dumps({"public_key": public_key_of(site.private_keys[0]).as_json()}).encode()
    for length, status in ((key_page.LONGEST + 1, 403), (10_000, 200)):
        sent = {"data": public.ljust(length), "content_type": "application/json"}
        assert site.clients[0].post(site.url("list-key"), **sent).status_code == status  # type: ignore[arg-type]
    refused = site.clients[0].post(site.url("electorate/codes"))
    assert (refused.status_code, b"at least two tellers" in refused.data) == (403, True)
    assert desk() == [(*key, True), ("Voting codes", f"{sum(site.counts().values())} are not out yet.", 22, False)]
    site.prepare_from(1)
    assert desk() == [("Voting codes", "2 are not out yet.", 22, False)]
    site.clients[0].post(site.url("electorate/letters"))
    site.clients[0].post(site.url("electorate/letters/settle"), data={"became": "printed"})
    site.clients[1].post(site.url("openings"), data={"purpose": "spare", "numbers": "1001", "reason": "Lost."})
    codes = ("Voting codes", "0 are not out yet.", 22, True)
    assert desk() == [codes, ("Hand in your share", "Lost.", 12, False)]


def test_the_docket_leads_members_to_their_code_from_the_call_to_the_close(site: Site, sink: Sink) -> None:
    def docket(client: FlaskClient) -> bool:
        return site.url("my-code") in client.get("/q/14").get_data(as_text=True)

    member, visitor = sign_in(site.app, site.cast.member), site.app.test_client()
    assert [docket(each) for each in (member, visitor)] == [True, False]
    for changed in ({"called_at": None}, {"state": "counting", "called_at": clock.now()}):
        with site.app.app_context(), transaction(write=True):
            for name, value in changed.items():
                setattr(db.session.get_one(Vote, site.vote_id), name, value)
        assert not docket(member)


def test_the_periodic_job_goes_on_with_what_waits(site: Site, sink: Sink) -> None:
    settings = site.app.config["HUSTINGS"]
    site.app.config["HUSTINGS"] = replace(settings, mail_host="")
    site.prepare()
    assert site.counts()["waiting"] > 2
    site.app.config["HUSTINGS"] = settings
    with site.app.app_context():
        jobs.tend_codes()
    assert site.counts()["waiting"] == 2


def test_mails_that_were_halted_go_on_when_a_teller_says_so(site: Site, sink: Sink) -> None:
    sink.refuse_after = 3
    site.prepare()
    sink.refuse_after = None
    page = site.clients[0].get(site.url("electorate")).get_data(as_text=True)
    assert "The mails have stopped" in page
    assert site.clients[0].post(site.url("electorate/codes")).status_code == 302
    assert site.counts()["waiting"] == 2
    assert "have stopped" not in site.clients[0].get(site.url("electorate")).get_data(as_text=True)


@pytest.mark.parametrize(
    ("state", "purposes"),
    [("set_up", {"spare", "unknown"}), ("open", {"spare", "unknown", "reminder"}), ("counting", {"turnout"})],
)
def test_an_opening_is_offered_only_for_what_it_can_be_asked_for_now(
    site: Site, state: str, purposes: set[str]
) -> None:
    site.prepare()
    site.set_state(state)
    page = site.clients[0].get(site.url("openings")).text
    assert set(re.findall(r'name="purpose"[^>]* value="(\w+)"', page)) == purposes
    assert ('name="numbers"' in page) == ("spare" in purposes)


def test_no_opening_is_offered_once_the_turnout_is_told(site: Site) -> None:
    site.prepare()
    site.set_state("counting")
    with site.app.app_context(), transaction(write=True):
        db.session.add(Turnout(vote_id=site.vote_id, unit="12", eligible=40, ballots=30))
    page = site.clients[0].get(site.url("openings")).text
    assert "Ask for an opening" not in page
