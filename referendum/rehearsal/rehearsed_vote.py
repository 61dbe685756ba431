"""A vote in a rehearsal: frozen roll, keys, call, codes, real ballots, count, certificate; nothing pretended.

Who acts, how the clock moves and what is marked, each rehearsal says itself. The voters' codes, and the private keys
of trustees and tellers, live in memory only, as long as it needs them.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from flask import current_app

from forum.bodies import operations as bodies
from forum.bodies.models import BodyAct
from forum.kernel.database import transaction
from forum.kernel.doors import Actor
from forum.questions.queries import question_by_id
from referendum.casting.forms import SentPair
from referendum.casting.jobs import check_waiting
from referendum.casting.operations import cast_pair
from referendum.conduct.act_operations import propose_opening
from referendum.conduct.call_operations import propose_call
from referendum.conduct.certificate_operations import propose_certificate
from referendum.conduct.forms import NewCall
from referendum.count import operations as count
from referendum.count import queries as counted
from referendum.count.jobs import go_on
from referendum.crypto.trustee import new_private_key, public_key_of
from referendum.electorate import opening_jobs, opening_operations, opening_queries
from referendum.electorate import operations as electorate
from referendum.electorate.entry_queries import Addressee
from referendum.electorate.jobs import make_codes_with
from referendum.electorate.post import Post
from referendum.electorate.queries import frozen_electorate, teller_key
from referendum.electorate.sealing import NEEDED, unseal
from referendum.process.models import Vote
from referendum.process.queries import current_vote
from referendum.rehearsal.trusted import Trusted
from referendum.trustees.forms import SentPart
from referendum.trustees.queries import key_of

TO_THE_CALL, TO_THE_OPENING = timedelta(hours=3), timedelta(hours=6)
TO_THE_PARTS, TO_THE_COUNT = timedelta(hours=2), timedelta(hours=3)
TO_THE_CERTIFICATE = timedelta(hours=14)

Tell = Callable[[str, int, int], None]
"""Told how far a step has come: its name, how many are done, how many there are."""


class RehearsedVote(ABC):
    """Lets the vote on one question happen. `codes` is what the post has handed to members, by member number."""

    def __init__(self, question_id: int, tie_break: str, tell: Tell = lambda *_: None) -> None:
        self.question_id, self._tie_break, self.tell = question_id, tie_break, tell
        self._trusted = Trusted()
        self._list_keys: dict[int, int] = {}
        self.codes: dict[str, str] = {}

    @abstractmethod
    def body(self, office: str, now: datetime) -> list[Actor]:
        """The "officer"s, "teller"s or "trustee"s, freshly signed in. Needs an open write."""

    @abstractmethod
    def at(self, instant: datetime) -> datetime:
        """Stand at this instant, and let the clock do what is due; gives the instant back."""

    @abstractmethod
    def cast(self, vote_id: int) -> None:
        """Members vote while voting is open."""

    def hold(self) -> None:
        """From the frozen roll to the certificate."""
        with transaction(write=False):
            record_at = question_by_id(self.question_id).record_at
        if record_at is None:
            raise RuntimeError("the question has no record date")
        self._prepare(self.at(record_at))
        vote_id = self._call(self.at(record_at + TO_THE_CALL))
        self.at(self._open(self.at(record_at + TO_THE_OPENING)))
        self.cast(vote_id)
        self._count()
        self._tell_turnout(self._certify())

    def vote(self) -> Vote:
        """The vote as it stands now. Needs an open transaction."""
        found = current_vote(self.question_id)
        if found is None:
            raise RuntimeError("the question has no vote")
        return found

    def take(self, vote_id: int, pairs: Iterable[tuple[bytes, bytes]], now: datetime) -> None:
        """Pairs of ballots come to the box, one by one; then their proofs are checked."""
        for v, c in pairs:
            with transaction(write=True):
                cast_pair(self.vote(), SentPair(v, c), now=now)
        check_waiting(vote_id)

    def _sign(self, act: BodyAct, office: str, now: datetime) -> None:
        for member in self.body(office, now):
            if act.took_effect_at is None:
                bodies.sign(member, act.id, act.document_hash, now)

    def _prepare(self, now: datetime) -> None:
        with transaction(write=True):
            tellers = self.body("teller", now)
            for teller in tellers:
                private = self._list_keys[teller.member_id] = new_private_key()
                electorate.upload_teller_key(teller, self.vote(), public_key_of(private).as_json(), now)
            self._trusted.make_keys(self.body("trustee", now), self.vote(), now)

    def _call(self, now: datetime) -> int:
        with transaction(write=True):
            vote_id = self.vote().id
            act = propose_call(self.body("officer", now)[0], self.vote(), NewCall(self._tie_break), now)
            self._sign(act, "officer", now)
        make_codes_with(vote_id, self._post)
        return vote_id

    @contextmanager
    def _post(self) -> Iterator[Post]:
        """The rehearsal's own post: a code stays with the one who will vote with it."""
        with transaction(write=False):
            size = frozen_electorate(self.vote().id).size

        def hand_over(person: Addressee, code: str) -> bool:
            self.codes[person.number] = code
            self.tell("voting codes", len(self.codes), size)
            return True

        yield hand_over

    def _open(self, now: datetime) -> datetime:
        with transaction(write=True):
            act = propose_opening(self.body("teller", now)[0], self.vote(), now)
            self._sign(act, "teller", now)
            return self.vote().opens_at

    def _count(self) -> None:
        with transaction(write=False):
            closes_at = self.vote().closes_at
        self.at(closes_at + timedelta(minutes=1))
        now = self.at(closes_at + TO_THE_PARTS)
        with transaction(write=True):
            trustees = self.body("trustee", now)
        for done, trustee in enumerate(trustees, 1):
            with transaction(write=False):
                parts = self._parts(self.vote(), trustee.member_id)
            for archive, part in parts.items():
                with transaction(write=True):
                    vote_id = self.vote().id
                    count.accept_partial(trustee, self.vote(), archive, part.owner, part.raw, now, part.second)
                go_on(vote_id, archive)
            self.tell("trustees", done, len(trustees))
        self.at(closes_at + TO_THE_COUNT)

    def _parts(self, vote: Vote, member_id: int) -> dict[str, SentPart]:
        """A trustee's part of each archive whose totals are opened, where it is needed."""
        parts: dict[str, SentPart] = {}
        key = key_of(vote.id, member_id)
        if key is None:
            return parts
        for tally in counted.tallies(vote.id):
            if not tally.withheld and counted.is_needed(vote, tally.archive, key):
                product = count.stored_product(vote, tally)
                election = counted.election_of(vote, tally.archive)
                parts[tally.archive] = self._trusted.part(vote, member_id, election, [product.ciphertexts])
        return parts

    def _certify(self) -> datetime:
        with transaction(write=False):
            ends_at = self.vote().challenges_end_at
        if ends_at is None:
            raise RuntimeError("the vote is not counted")
        now = self.at(ends_at + TO_THE_CERTIFICATE)
        with transaction(write=True):
            act = propose_certificate(self.body("teller", now)[0], self.vote(), now)
            self._sign(act, "teller", now)
        return now

    def _tell_turnout(self, now: datetime) -> None:
        """Two tellers open the sealed list, so that turnout by council and local can be told."""
        folder = current_app.config["HUSTINGS"].instance
        with transaction(write=True):
            tellers = self.body("teller", now)[:NEEDED]
            why = "Turnout by unit, for the published result."
            opening_id = opening_operations.ask_opening(tellers[0], self.vote(), "turnout", why, {}, now).id
        for teller in tellers:
            with transaction(write=True):
                vote, opening = self.vote(), opening_queries.opening(opening_id)
                key = teller_key(vote.id, teller.member_id)
                if key is None or key.share is None:
                    raise RuntimeError("a teller of the rehearsal holds no share of the sealed list")
                share = unseal(self._list_keys[teller.member_id], key.share["sealed"]).decode()
                opening_operations.give_share(teller, vote, opening, share, now, folder)
        opening_jobs.carry_out(opening_id, lambda: now)
