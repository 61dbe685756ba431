"""The trustees of a rehearsal: each takes every step of the ceremony, reads the key back and opens its part.

They do what a trustee's browser does, with the same messages; what a trustee would keep in a file is kept in memory.
"""

from collections.abc import Sequence
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
from referendum.crypto.election import read_election
from referendum.crypto.tally import decrypt, read_encrypted_tally
from referendum.crypto.trustee import new_private_key, public_key_of
from referendum.process.models import Vote
from referendum.trustees import ceremony_operations, queries, rehearsal_operations
from referendum.trustees.models import Ceremony
from referendum.trustees.operations import upload_trustee_key


class Trusted:
    """What the trustees of one vote keep secret, by member id."""

    def __init__(self) -> None:
        self._seeds: dict[int, str] = {}
        self._alone: dict[int, int] = {}

    def make_keys(self, trustees: Sequence[Actor], vote: Vote, now: datetime) -> None:
        """Every trustee's key, and the rehearsal. Needs an open write."""
        group = set(queries.division(vote).group)
        together = [each for each in trustees if each.member_id in group]
        for each in trustees:
            if each.member_id not in group:
                private = self._alone[each.member_id] = new_private_key()
                upload_trustee_key(each, vote, public_key_of(private).as_json(), now)
        for each in together:
            seed = self._seeds[each.member_id] = new_seed()
            ceremony_operations.send_certificate(each, vote, make_cert(seed).text, now)
        for each in together:
            ceremony_operations.send_shares(each, vote, self._shares(each, vote), now)
        for each in together:
            ceremony_operations.send_key(each, vote, self._output(each, vote), now)
        for each in trustees:
            rehearsal_operations.prove_key(each, vote, *self._rehearsed(each, vote), now)

    def _ceremony(self, vote: Vote) -> Ceremony:
        found = queries.ceremony_of(vote.id)
        if found is None:
            raise RuntimeError("there is no ceremony")
        return found

    def _shares(self, trustee: Actor, vote: Vote) -> str:
        ceremony = self._ceremony(vote)
        certs = check_certs(queries.certificates(ceremony))
        return make_polynomial(self._seeds[trustee.member_id], certs, ceremony.threshold).text

    def _output(self, trustee: Actor, vote: Vote) -> str:
        ceremony = self._ceremony(vote)
        certs = check_certs(queries.certificates(ceremony))
        given = [
            check_polynomial(certs, ceremony.threshold, number, text)
            for number, text in enumerate(queries.shares(ceremony), start=1)
        ]
        place = ceremony.members.index(trustee.member_id) + 1
        return make_output(self._seeds[trustee.member_id], certs, input_of(given, place)).text

    def _rehearsed(self, trustee: Actor, vote: Vote) -> tuple[int, bytes]:
        made = queries.rehearsal_of(vote.id)
        if made is None:
            raise RuntimeError("there is no rehearsal")
        election = read_election(made.election.encode())
        ciphertexts = read_encrypted_tally(election, made.encrypted.encode())
        part = decrypt(election, ciphertexts, self.private(vote, trustee.member_id))
        return queries.numbers_of(vote)[trustee.member_id], part.raw

    def private(self, vote: Vote, member_id: int) -> int:
        """A trustee's private exponent: their own, or, in a group, out of what the member sealed to itself."""
        if member_id in self._alone:
            return self._alone[member_id]
        key = queries.key_of(vote.id, member_id)
        if key is None:
            raise RuntimeError("this trustee has no key")
        return private_part(self._seeds[member_id], key.sealed)
