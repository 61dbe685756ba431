from pathlib import Path

from flask import Flask

from forum.kernel import clock
from forum.kernel.database import db, transaction
from referendum.casting.models import Arrival
from referendum.rehearsal.demo_voters import let_members_vote
from referendum.rehearsal.mailbox import Mailbox
from tests.build_votes import make_vote
from tests.people import Cast


def post_codes(app: Flask, public_id: str, codes: list[str]) -> None:
    box = Mailbox(Path(app.config["HUSTINGS"].instance) / "mailbox")
    for code in codes:
        box.put(
            "m@members.invalid",
            "Your code",
            f"Go to http://x/booth/{public_id}#code={code} now",
            clock.now().isoformat(),
        )


def checked(app: Flask) -> int:
    with app.app_context(), transaction(write=False):
        return len(list(db.session.scalars(db.select(Arrival).where(Arrival.state == "checked"))))


def test_members_vote_with_the_codes_of_their_mail_once_each_and_for_this_vote_only(app: Flask, cast: Cast) -> None:
    with app.test_request_context(), transaction(write=True):
        ballots = make_vote(cast, now=clock.now(), voters=3, trustees=1)
        public_id = ballots.vote.public_id
    post_codes(app, public_id, ballots.codes[:2])
    post_codes(app, "another-vote", ballots.codes[2:])
    with app.app_context():
        let_members_vote()
        let_members_vote()
    assert checked(app) == 2


def test_nobody_votes_where_no_vote_is_open(app: Flask, cast: Cast) -> None:
    with app.test_request_context(), transaction(write=True):
        ballots = make_vote(cast, now=clock.now(), voters=1, trustees=1, state="counting")
        public_id = ballots.vote.public_id
    post_codes(app, public_id, ballots.codes)
    with app.app_context():
        let_members_vote()
    assert checked(app) == 0
