"""A member of the group who has belenios-tool and files, and nothing of ours: every step, by upload and download."""

import re
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.kernel import clock
from forum.kernel.database import db, transaction
from referendum.archive.verify import verify
from referendum.count import jobs, operations, queries
from referendum.process.models import Vote
from referendum.rehearsal.trusted import Trusted
from referendum.trustees.queries import keys_proved
from tests.people import Cast, sign_in
from tests.referendum.archive.outside import tool_accepts
from tests.referendum.trustees.conftest import Group, fill_box, make_group

pytestmark = pytest.mark.needs("belenios-tool")

MAKING = ("setup", "generate-trustee-key-threshold", "--group", "BELENIOS-2048")


class Outsider:
    """The trustee's folder, program and browser; the two other members of the group do their part with ours."""

    def __init__(self, folder: Path, app: Flask, cast: Cast) -> None:
        self.folder, self.app = folder, app
        self.trusted = Trusted()
        with app.app_context(), transaction(write=True):
            self.group: Group = make_group(cast, clock.now())
            self.vote_id, self.address = self.group.vote.id, f"/votes/{self.group.vote.public_id}"
        self.others()
        self.client: FlaskClient = sign_in(app, self.group.members[2])

    def tool(self, *arguments: str, given: bytes = b"") -> bytes:
        ran = subprocess.run(
            ["belenios-tool", *arguments], cwd=self.folder, input=given, capture_output=True, check=True, timeout=60
        )
        return ran.stdout

    def save(self, where: str, name: str = "") -> bytes:
        """Download a file, under its own name unless another is given."""
        answer = self.client.get(where)
        assert answer.status_code == 200
        named = answer.headers.get("Content-Disposition", "").partition("filename=")[2].strip('"')
        (self.folder / (name or named)).write_bytes(answer.data)
        return answer.data

    def hand_in(self, where: str, field: str, content: bytes) -> None:
        answer = self.client.post(where, data={field: (BytesIO(content), "file")})
        assert answer.status_code == 302, answer.data.decode()

    def others(self) -> None:
        """Whatever the two others can do now."""
        with self.app.app_context(), transaction(write=True):
            self.group.vote = db.session.get_one(Vote, self.vote_id)
            self.trusted.make_keys([self.group.trustee(place) for place in (0, 1)], self.group.vote, clock.now())

    @property
    def key(self) -> Path:
        return next(self.folder.glob("*.key"))

    def take_part_in_the_ceremony(self) -> None:
        self.tool(*MAKING, "--step", "1")
        own = ("--certs", "certs.jsons", "--key", self.key.name)
        ceremony = f"{self.address}/ceremony"
        self.hand_in(f"{ceremony}/certificate/file", "message", self.key.with_suffix(".cert").read_bytes())
        self.save(f"{ceremony}/certs.jsons")
        shares = self.tool(*MAKING, "--step", "3", *own, "--threshold", "2")
        self.hand_in(f"{ceremony}/shares/file", "message", shares)
        self.others()
        given = self.save(f"{ceremony}/input.json")
        self.hand_in(f"{ceremony}/key/file", "message", self.tool(*MAKING, "--step", "5", *own, given=given))
        self.others()

    def open_as_told(self, page: str, sealed: str, upload: str) -> None:
        """Do what the page tells: save the archive and the sealed key, run the command, hand in what it prints."""
        told = self.client.get(self.address + page).get_data(as_text=True)
        for each in (sealed, "/ceremony/key.dkey", upload):
            assert self.address + each in told
        self.save(self.address + sealed)
        self.save(f"{self.address}/ceremony/key.dkey")
        found = re.search(r"<code>belenios-tool (.*) &gt; part.json</code>", told)
        assert found is not None
        printed = self.tool(*found.group(1).replace("NAME", self.key.stem).split())
        self.hand_in(self.address + upload, "part", printed)

    def vote_and_close(self) -> None:
        with self.app.app_context(), transaction(write=True):
            self.group.vote = db.session.get_one(Vote, self.vote_id)
            fill_box(self.group.vote, clock.now())
        with self.app.app_context():
            jobs.compute_tallies(self.vote_id)

    def another_opens(self, place: int) -> None:
        with self.app.app_context():
            with transaction(write=True):
                vote, member = db.session.get_one(Vote, self.vote_id), self.group.members[place]
                tally = queries.tally_of(vote.id, "V")
                assert tally is not None
                product, election = operations.stored_product(vote, tally), queries.election_of(vote, "V")
                part = self.trusted.part(vote, member, election, [product.ciphertexts])
                self.group.vote = vote
                trustee = self.group.trustee(place)
                operations.accept_partial(trustee, vote, "V", part.owner, part.raw, clock.now(), part.second)
            jobs.go_on(self.vote_id, "V")


def test_belenios_tool_alone_takes_every_step_from_the_key_to_the_count(
    app: Flask, cast: Cast, tmp_path: Path
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    outsider = Outsider(tmp_path, app, cast)
    outsider.take_part_in_the_ceremony()
    outsider.open_as_told("/rehearsal", "/rehearsal/rehearsal.bel", "/rehearsal/file")
    with app.app_context(), transaction(write=False):
        assert outsider.group.members[2] in keys_proved(db.session.get_one(Vote, outsider.vote_id))
    next(tmp_path.glob("*.bel")).unlink()
    outsider.vote_and_close()
    outsider.open_as_told("/decrypt", "/V/sealed.bel", "/decrypt/V/file")
    outsider.another_opens(0)
    assert outsider.client.get(f"{outsider.address}/V.bel").status_code == 404, "one more is waited for"
    page = outsider.client.get(f"{outsider.address}/decrypt").text
    assert "It has no second proof" in page
    assert "Nothing is left for you" not in page
    outsider.another_opens(1)
    (tmp_path / "whole").mkdir()
    outsider.save(f"{outsider.address}/V.bel", "whole/vote.bel")
    report = verify(tmp_path / "whole" / "vote.bel")
    assert (report.problems, sorted(report.result or [])) == ([], [[0, 2, 1]])
    assert tool_accepts(tmp_path / "whole" / "vote.bel")
