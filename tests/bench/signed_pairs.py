"""Thousands of ballots in a moment: each signed with a voting code of its own, all around the same encrypted answers.

The proofs belong to one of the codes only, so the later check sets the others aside; until then nothing tells them from
ballots that took a second each.
"""

import json
from dataclasses import dataclass
from datetime import datetime

from forum.kernel.database import db
from referendum.crypto.ballot import make_ballot
from referendum.crypto.credentials import new_code
from referendum.electorate.models import PublicCredential
from referendum.electorate.queries import digest_of
from tests.build_ballots import Paper
from tests.build_votes import make_vote
from tests.people import Cast

OPTIONS = ("Accept it", "Reject it", "Bargain on", "Put it off")
DIGEST = tuple((f"A-{place:02d}", f"What argument {place} says in a line of some length") for place in range(1, 13))


@dataclass(frozen=True)
class SignedPairs:
    """Where the pairs go, and the body of each request."""

    path: str
    bodies: list[bytes]

    @classmethod
    def make(cls, cast: Cast, most: int, *, now: datetime) -> "SignedPairs":
        """An open vote with that many voters, and a pair from each."""
        made = make_vote(cast, now=now, voters=1, options=OPTIONS, digest=DIGEST)
        first = made.codes[0]
        width = len(made.c.questions[0].answers)
        v = Paper.of(made.v, make_ballot(made.v, first, [[1, 0, 0, 0]]))
        c = Paper.of(made.c, make_ballot(made.c, first, [[0] * width, [0, 0, 0]]))
        bodies, issued = [], []
        for place in range(most):
            code = new_code()
            sent = {"voter": f"voter {place}"}
            for archive, paper in (("V", v), ("C", c)):
                credential, raw = paper.signed_with(code)
                sent[archive.lower()] = raw
                issued.append(
                    {"vote_id": made.vote.id, "archive": archive, "value": credential, "digest": digest_of(credential),
                     "state": "issued"}
                )  # fmt: skip
            bodies.append(json.dumps(sent).encode())
        db.session.execute(db.insert(PublicCredential), issued)
        return cls(f"/booth/{made.vote.public_id}/cast", bodies)
