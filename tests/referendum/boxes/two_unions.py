"""A forum whose tellers made the codes and signed the opening; and a box, with nobody on its roll."""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from threading import Thread
from typing import Any

from click.testing import Result
from flask import Flask
from werkzeug.serving import make_server

import wsgi
from forum.kernel import signing
from forum.kernel.database import db, transaction
from referendum.boxes.bundle import read_bundle, write_bundle
from referendum.boxes.cli import referendum
from referendum.boxes.rules import ANSWER, PACKAGE
from referendum.casting.models import BoxedBallot
from referendum.conduct import act_operations, clock_operations
from referendum.crypto.ballot import make_ballot
from referendum.crypto.election import read_election
from referendum.crypto.trustee import new_private_key, public_key_of
from referendum.electorate import operations, own_operations
from referendum.electorate.making import make
from referendum.electorate.models import PublicCredential
from referendum.process.models import Vote
from referendum.trustees.opening import open_part
from tests.build_questions import sign_all
from tests.build_referendum import call, make_closed
from tests.conftest import make_settings
from tests.people import Cast
from tests.referendum.electorate.own_machine import mailed_codes
from tests.referendum.electorate.test_own_codes import OWN, _hand_in, _own_order, sign_taking

Change = Callable[[dict[str, Any], dict[str, Path]], None]


@dataclass
class TwoUnions:
    """`question` is its number in the forum, `public_id` names the vote in both; `privates` are the trustees' keys, by
    number."""

    forum: Flask
    box: Flask
    folder: Path
    question: int
    public_id: str
    opens_at: datetime
    closes_at: datetime
    codes: list[str]
    privates: dict[int, int]
    urls: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def served(self) -> Iterator[None]:
        """Both on ports of this machine, at `urls`."""
        servers = {name: make_server("127.0.0.1", 0, getattr(self, name), threaded=True) for name in ("forum", "box")}
        threads = [Thread(target=each.serve_forever, daemon=True) for each in servers.values()]
        for thread in threads:
            thread.start()
        self.urls = {name: f"http://127.0.0.1:{each.server_port}" for name, each in servers.items()}
        yield
        for each in servers.values():
            each.shutdown()
        for thread in threads:
            thread.join()

    def key(self, app: Flask) -> Path:
        """An installation's public key as a file."""
        path = self.folder / f"{'forum' if app is self.forum else 'box'}.pem"
        with app.app_context():
            path.write_bytes(signing.public_pem())
        return path

    def fingerprint(self, app: Flask) -> str:
        return signing.fingerprint_of(self.key(app).read_bytes())

    def run(self, app: Flask, *arguments: object) -> Result:
        return app.test_cli_runner().invoke(referendum, [str(each) for each in arguments])

    def pack(self, file: Path, **changes: str) -> Result:
        options = {"--box": str(self.key(self.box)), "--url": self.urls["box"], **changes}
        return self.run(self.forum, "pack", self.public_id, file, *(each for pair in options.items() for each in pair))

    def unpack(self, file: Path, **changes: str) -> Result:
        options = {
            "--key": str(self.key(self.forum)), "--fingerprint": self.fingerprint(self.forum), **changes
        }  # fmt: skip
        return self.run(self.box, "unpack", file, *(each for pair in options.items() for each in pair))

    def vote(self) -> Vote:
        """The vote in whichever installation is asked."""
        return db.session.scalars(db.select(Vote).where(Vote.public_id == self.public_id)).one()

    def cast(self, app: Flask, voter: int, letter: str, cited: tuple[int, ...] = ()) -> tuple[int, str]:
        """A ballot sent as the booth sends it; the answer's status and text."""
        with app.app_context(), transaction(write=False):
            vote = self.vote()
            v, c = read_election(vote.election_v.encode()), read_election(vote.election_c.encode())
        marks = [int(place in cited) for place in range(len(c.questions[0].answers))]
        pair = {
            "v": make_ballot(v, self.codes[voter], [[int(a[0] == letter) for a in v.questions[0].answers]]).decode(),
            "c": make_ballot(c, self.codes[voter], [marks, [1, 0, 0]]).decode(),
        }  # fmt: skip
        answer = app.test_client().post(f"/booth/{self.public_id}/cast", json=pair)
        return answer.status_code, answer.get_data(as_text=True)

    def forged(self, file: Path, change: Change = lambda _facts, _parts: None, by: Flask | None = None) -> Path:
        """A package or an answer that says something else, signed all the same by who made it, or by another."""
        kind, maker = (PACKAGE, self.forum) if file.name == "package" else (ANSWER, self.box)
        out = self.folder / "forged"
        out.unlink(missing_ok=True)
        with tempfile.TemporaryDirectory(dir=self.folder) as folder, (by or maker).app_context():
            bundle = read_bundle(file, kind, self.key(maker).read_bytes(), Path(folder))
            parts = {name: bundle.path(name) for name in bundle.names}
            change(bundle.facts, parts)
            write_bundle(out, kind, bundle.facts, parts)
        return out

    @contextmanager
    def box_with_another_code(self) -> Iterator[None]:
        """Meanwhile the box says of a spare that it was given out, and of an absent member's code that it was not."""
        rows = db.select(PublicCredential).where(PublicCredential.archive == "V").order_by(PublicCredential.digest)
        with self.box.app_context(), transaction(write=True):
            spare = db.session.scalars(rows.where(PublicCredential.state == "spare")).all()[-1]
            unused = rows.where(PublicCredential.digest.not_in(db.select(BoxedBallot.credential)))
            issued = db.session.scalars(unused.where(PublicCredential.state == "issued")).all()[-1]
            given = issued.digest, spare.digest
            issued.state, spare.state = "spare", "issued"
        yield
        with self.box.app_context(), transaction(write=True):
            for digest, state in zip(given, ("issued", "spare"), strict=True):
                db.session.scalars(rows.where(PublicCredential.digest == digest)).one().state = state

    def part(self, owner: int, record: Path, out: Path) -> Path:
        """What a trustee's own program writes."""
        opened = open_part([record.read_bytes()], self.privates[owner], proofs=False, progress=lambda _d, _t: None)
        out.write_text(json.dumps(opened.as_json()))
        return out


def make_box(folder: Path, empty: Path) -> Flask:
    """Another installation, with an empty database: nobody is on its roll."""
    folder.mkdir()
    box = wsgi.create_app(make_settings(folder, union_name="Box Keepers", database_url=""))
    shutil.copy(empty, folder / "hustings.sqlite3")
    return box


def make_two_unions(
    forum: Flask, cast: Cast, now: datetime, folder: Path, empty: Path, set_clock: Callable[[datetime], None]
) -> TwoUnions:
    """A vote in the forum, ready to be opened: everything that comes before the package."""
    privates = [new_private_key() for _ in range(2)]
    with forum.app_context(), forum.test_request_context():
        with transaction(write=True):
            made = make_closed(cast, now=now, **OWN)
            set_clock(made.at)
            operations.freeze_due(made.at)
            for place, private in enumerate(privates):
                operations.upload_teller_key(made.teller(place), made.vote, public_key_of(private).as_json(), made.at)
            trustees = [made.trustee(place) for place in range(len(cast.trustees))]
            made.trusted.make_keys(trustees, made.vote, made.at)
            call(made)
            own_operations.propose_taking(made.teller(), made.vote, "To make the codes.", made.at)
            sign_taking(made.vote.id, made.question.id, cast.tellers[:2], made.at)
            vote_id, teller = made.vote.id, made.teller()
        order = replace(_own_order(forum, vote_id, privates[0], folder), box="https://box.example")
        make(order)
        _hand_in(forum, order, teller, made, vote_id)
        with transaction(write=True):
            vote = db.session.get_one(Vote, vote_id)
            own_operations.say_codes_out(teller, vote, made.at)
            clock_operations.freeze_ballots(made.at)
            act = act_operations.propose_opening(teller, vote, made.at)
            sign_all(cast.tellers, act, now=made.at)
            owners = {member: number for number, member in enumerate(cast.trustees, 1)}
            codes = list(mailed_codes(order.folder).values())
            known = made.question.number, vote.public_id, vote.opens_at, vote.closes_at, codes
            privates_of = {owner: made.trusted.private(vote, member) for member, owner in owners.items()}
    return TwoUnions(forum, make_box(folder / "box", empty), folder, *known, privates_of)
