"""Lets the demo's members vote: each takes the voting code out of the mail that lies in the demo's mailbox.

Nobody but a demo can do this, since nobody but a demo keeps its members' mail.
"""

import random
import re
from pathlib import Path

from flask import current_app

from forum.kernel import clock
from forum.kernel.database import transaction
from forum.kernel.errors import Refusal
from referendum.casting.forms import SentPair
from referendum.casting.jobs import check_waiting
from referendum.casting.operations import cast_pair
from referendum.crypto.election import read_election
from referendum.process.models import Vote
from referendum.process.queries import vote as vote_by_id
from referendum.process.queries import votes_in
from referendum.rehearsal.mailbox import Mailbox
from referendum.rehearsal.paper import BLANK, Marked, Sheet, seal_all

AT_ONCE = 110
FEW_BLANK = 0.04
CODE = re.compile(r"/booth/([\w-]+)#code=([\w-]+)")


def let_members_vote() -> None:
    """In every open vote so many members vote as they please; whoever has voted already is not asked again."""
    with transaction(write=False):
        open_now = [vote.id for vote in votes_in("open")]
    for vote_id in open_now:
        with transaction(write=False):
            sheets = _papers(vote_by_id(vote_id))
        for v, c in seal_all(sheets):
            _cast(vote_id, SentPair(v, c))
        check_waiting(vote_id)


def _papers(vote: Vote) -> list[Sheet]:
    draw = random.SystemRandom()
    box = Mailbox(Path(current_app.config["HUSTINGS"].instance) / "mailbox")
    found = {code for each in box for public_id, code in CODE.findall(each.text) if public_id == vote.public_id}
    letters = [each.split(" ", 1)[0] for each in read_election(vote.election_v.encode()).questions[0].answers]
    labels: list[str] = []
    if vote.election_c:
        answers = read_election(vote.election_c.encode()).questions[0].answers
        labels = list(dict.fromkeys(each.split(" ", 1)[0] for each in answers))
    codes = draw.sample(sorted(found), min(AT_ONCE, len(found)))
    return [Sheet(vote.election_v, vote.election_c, code, _mark(draw, letters, labels)) for code in codes]


def _mark(draw: random.Random, letters: list[str], labels: list[str]) -> Marked:
    if draw.random() < FEW_BLANK:
        return Marked(BLANK)
    cited = draw.sample(labels, min(len(labels), draw.randint(0, 3)))
    return Marked(draw.choice(letters), tuple(cited[:2]), tuple(cited[2:]), draw.randrange(3))


def _cast(vote_id: int, pair: SentPair) -> None:
    try:
        with transaction(write=True):
            cast_pair(vote_by_id(vote_id), pair, now=clock.now())
    except Refusal:  # this member has voted already
        return
