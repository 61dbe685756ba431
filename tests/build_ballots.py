"""Ballots that are signed as they should be around answers that were encrypted for somebody else: no proof holds."""

import json
from dataclasses import dataclass

from referendum.casting.forms import SentPair
from referendum.crypto.credentials import secret_of
from referendum.crypto.election import Election
from referendum.crypto.group import draw_secret, power_of_g
from referendum.crypto.hashing import b64_hash
from referendum.crypto.proofs import prove_knowledge
from tests.build_votes import Ballots


@dataclass(frozen=True)
class Paper:
    """A ballot without its credential and its signature."""

    election: Election
    answers: str

    @classmethod
    def of(cls, election: Election, raw: bytes) -> "Paper":
        text = raw.decode()
        return cls(election, text[text.index(',"answers":') : text.rindex(',"signature":')])

    def signed_with(self, code: str) -> tuple[str, str]:
        """The public credential of this code, and the ballot under it."""
        uuid, secret = self.election.uuid, secret_of(code, self.election.uuid)
        credential = str(power_of_g(secret))
        head = {"election_uuid": uuid, "election_hash": self.election.fingerprint, "credential": credential}
        unsigned = json.dumps(head, separators=(",", ":"))[:-1] + self.answers
        mark = b64_hash(f"{unsigned}}}".encode())
        proof = prove_knowledge(f"sig|{mark}|", secret, draw_secret)
        signature = json.dumps({"hash": mark, "proof": proof.as_json()}, separators=(",", ":"))
        return credential, f'{unsigned},"signature":{signature}}}'


def pair_with_false_proofs(ballots: Ballots, voter: int, *, archives: str = "VC") -> SentPair:
    """A pair of this voter; in the archives named, the answers are another voter's."""
    own, other = ballots.pair(voter), ballots.pair((voter + 1) % len(ballots.codes))
    code = ballots.codes[voter]
    v, c = own.v, own.c
    if "V" in archives:
        v = Paper.of(ballots.v, other.v).signed_with(code)[1].encode()
    if c and "C" in archives:
        c = Paper.of(ballots.c, other.c).signed_with(code)[1].encode()
    return SentPair(v, c)
