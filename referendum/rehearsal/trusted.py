"""The trustees of a rehearsal: each takes every step of the ceremony, reads the key back and opens its part.

They do what a trustee's browser does, with the same messages; what a trustee would keep in a file is kept in memory.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from forum.kernel.doors import Actor
from referendum.crypto.ceremony import (
    check_certs,
    check_polynomial,
    input_of,
    make_cert,
    make_output,
    make_polynomial,
    new_seed,
    private_part,
)
from referendum.crypto.election import Election, read_election
from referendum.crypto.tally import Ciphertexts, read_encrypted_tally
from referendum.crypto.trustee import new_private_key, public_key_of
from referendum.process.models import Vote
from referendum.trustees import ceremony_operations, queries, rehearsal_operations
from referendum.trustees.forms import SentPart, read_part
from referendum.trustees.holder import Holder
from referendum.trustees.models import Ceremony
from referendum.trustees.opening import make_part
from referendum.trustees.operations import upload_trustee_key
from referendum.trustees.rules import Step, step_of


class Trusted:
    """What the trustees of one vote keep secret, by member id: a seed in a group, else a private key."""

    def __init__(self, seeds: Mapping[int, str] | None = None, alone: Mapping[int, int] | None = None) -> None:
        self.seeds: dict[int, str] = dict(seeds or {})
        self.alone: dict[int, int] = dict(alone or {})

    def make_keys(self, trustees: Sequence[Actor], vote: Vote, now: datetime) -> None:
        """Every step that can be taken, up to the end of the rehearsal. Who has begun with a key of their own elsewhere
        is waited for. Needs an open write."""
        while sum(self._take_step(each, vote, now) for each in trustees):
            pass

    def _take_step(self, trustee: Actor, vote: Vote, now: datetime) -> bool:
        """Whether this trustee had something to do, and did it."""
        wanted, member = queries.division(vote), trustee.member_id
        step = step_of(member, wanted.group, (*wanted.needed, *wanted.group), queries.progress(vote))
        known = member in (self.seeds if member in wanted.group else self.alone)
        if step is Step.JOIN:
            self._join(trustee, vote, now, alone=member in wanted.needed)
        elif step is Step.SHARES and known:
            ceremony_operations.send_shares(trustee, vote, self._shares(trustee, vote), now)
        elif step is Step.KEY and known:
            ceremony_operations.send_key(trustee, vote, self._output(trustee, vote), now)
        elif step is Step.PROVE and known:
            part = self._rehearsed(trustee, vote)
            rehearsal_operations.prove_key(trustee, vote, part.owner, part.raw, now, part.second)
        else:
            return False
        return True

    def _join(self, trustee: Actor, vote: Vote, now: datetime, *, alone: bool) -> None:
        if alone:
            private = self.alone[trustee.member_id] = new_private_key()
            upload_trustee_key(trustee, vote, public_key_of(private).as_json(), now)
        else:
            seed = self.seeds[trustee.member_id] = new_seed()
            ceremony_operations.send_certificate(trustee, vote, make_cert(seed).text, now)

    def _ceremony(self, vote: Vote) -> Ceremony:
        found = queries.ceremony_of(vote.id)
        if found is None:
            raise RuntimeError("there is no ceremony")
        return found

    def _shares(self, trustee: Actor, vote: Vote) -> str:
        ceremony = self._ceremony(vote)
        certs = check_certs(queries.certificates(ceremony))
        return make_polynomial(self.seeds[trustee.member_id], certs, ceremony.threshold).text

    def _output(self, trustee: Actor, vote: Vote) -> str:
        ceremony = self._ceremony(vote)
        certs = check_certs(queries.certificates(ceremony))
        given = [
            check_polynomial(certs, ceremony.threshold, number, text)
            for number, text in enumerate(queries.shares(ceremony), start=1)
        ]
        place = ceremony.members.index(trustee.member_id) + 1
        return make_output(self.seeds[trustee.member_id], certs, input_of(given, place)).text

    def _rehearsed(self, trustee: Actor, vote: Vote) -> SentPart:
        made = queries.rehearsal_of(vote.id)
        if made is None:
            raise RuntimeError("there is no rehearsal")
        election = read_election(made.election.encode())
        ciphertexts = read_encrypted_tally(election, made.encrypted.encode())
        return self.part(vote, trustee.member_id, election, [ciphertexts])

    def part(self, vote: Vote, member_id: int, election: Election, products: Sequence[Ciphertexts]) -> SentPart:
        """A trustee's part of these products, with its second proof, as their program hands it in."""
        holder = Holder(queries.numbers_of(vote)[member_id], self.private(vote, member_id))
        return read_part(make_part(election, products, holder).as_json())

    def private(self, vote: Vote, member_id: int) -> int:
        """A trustee's private exponent: their own, or, in a group, out of what the member sealed to itself."""
        key = queries.key_of(vote.id, member_id)
        if key is None:
            raise RuntimeError("this trustee has no key")
        return self.alone[member_id] if key.place is None else private_part(self.seeds[member_id], key.sealed)
