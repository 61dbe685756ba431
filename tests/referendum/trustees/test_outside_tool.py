"""A member of the group who has belenios-tool and files, and nothing of ours: every step, by upload and download."""

import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.kernel import clock
from forum.kernel.database import db, transaction
from referendum.process.models import Vote
from referendum.trustees import queries
from tests.people import Cast, sign_in
from tests.referendum.trustees.conftest import Group, make_group

pytestmark = pytest.mark.needs("belenios-tool")


class Outsider:
    """The trustee's folder, program and browser."""

    def __init__(self, folder: Path, client: FlaskClient, address: str) -> None:
        self.folder, self.client, self.address = folder, client, address

    def tool(self, *arguments: str, given: bytes = b"") -> bytes:
        ran = subprocess.run(
            ["belenios-tool", *arguments], cwd=self.folder, input=given, capture_output=True, check=True, timeout=60
        )
        return ran.stdout

    def save(self, where: str, name: str) -> bytes:
        answer = self.client.get(self.address + where)
        assert answer.status_code == 200
        (self.folder / name).write_bytes(answer.data)
        return answer.data

    def hand_in(self, where: str, field: str, content: bytes) -> None:
        answer = self.client.post(self.address + where, data={field: (BytesIO(content), "file")})
        assert answer.status_code == 302, answer.data.decode()


def test_belenios_tool_alone_takes_every_step_up_to_the_rehearsal(app: Flask, cast: Cast, tmp_path: Path) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context(), transaction(write=True):
        group = make_group(cast, clock.now())
        vote_id, address = group.vote.id, f"/votes/{group.vote.public_id}"
        group.join(0, 1)
    outsider = Outsider(tmp_path, sign_in(app, group.members[2]), address)
    making = ("setup", "generate-trustee-key-threshold", "--group", "BELENIOS-2048")
    outsider.tool(*making, "--step", "1")
    key = next(tmp_path.glob("*.key"))
    outsider.hand_in("/ceremony/certificate/file", "message", key.with_suffix(".cert").read_bytes())
    outsider.save("/ceremony/certs.jsons", "certs.jsons")
    shares = outsider.tool(*making, "--step", "3", "--certs", "certs.jsons", "--key", key.name, "--threshold", "2")
    outsider.hand_in("/ceremony/shares/file", "message", shares)
    take_part(app, group, vote_id, "share")
    given = outsider.save("/ceremony/input.json", "input.json")
    made = outsider.tool(*making, "--step", "5", "--certs", "certs.jsons", "--key", key.name, given=given)
    outsider.hand_in("/ceremony/key/file", "message", made)
    take_part(app, group, vote_id, "finish")
    outsider.save("/ceremony/key.dkey", "key.dkey")
    name = outsider.client.get(address + "/rehearsal/rehearsal.bel").headers["Content-Disposition"].split("=")[1]
    outsider.save("/rehearsal/rehearsal.bel", name.strip('"'))
    opening = ("election", "decrypt-threshold", "--key", key.name, "--decryption-key", "key.dkey", "--trustee-id", "3")
    outsider.hand_in("/rehearsal/file", "part", outsider.tool(*opening))
    with app.app_context(), transaction(write=False):
        assert queries.keys_proved(db.session.get_one(Vote, vote_id)) == {group.members[2]}


def take_part(app: Flask, group: Group, vote_id: int, step: str) -> None:
    """The two others take the same step."""
    with app.app_context(), transaction(write=True):
        group.vote = db.session.get_one(Vote, vote_id)
        getattr(group, step)(0, 1)
