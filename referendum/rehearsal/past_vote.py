"""The vote on the demo's past question: frozen roll, keys, call, codes, ballots, count, certificate; nothing pretended.

The voters' codes and the trustees' private keys live in memory only, as long as the story needs them.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from forum.arguments.models import Argument
from forum.kernel.database import db, transaction
from referendum.casting.forms import SentPair
from referendum.casting.jobs import check_waiting
from referendum.casting.operations import cast_pair
from referendum.conduct.act_operations import propose_opening
from referendum.conduct.call_operations import propose_call
from referendum.conduct.certificate_operations import propose_certificate
from referendum.conduct.forms import NewCall, NewCertificate
from referendum.conduct.jobs import tend
from referendum.count import operations as count
from referendum.count import queries as counted
from referendum.count.jobs import go_on
from referendum.crypto.tally import decrypt
from referendum.crypto.trustee import new_private_key, public_key_of
from referendum.digest.queries import frozen_lines
from referendum.electorate import operations as electorate
from referendum.electorate.jobs import make_codes_with
from referendum.electorate.post import Post
from referendum.electorate.queries import Addressee
from referendum.process.models import Vote
from referendum.process.queries import current_vote
from referendum.rehearsal.charging import OFFICERS, PEOPLE
from referendum.rehearsal.paper import Sheet, mark_papers, seal_all
from referendum.rehearsal.past_debate import question_of
from referendum.rehearsal.reading_union import texts
from referendum.rehearsal.stage import Made, Stage
from referendum.trustees.operations import upload_trustee_key
from referendum.trustees.queries import trustee_keys

SEED = 411926
AT_ONCE = 40
SOON = timedelta(minutes=2)


class PastVote:
    """Lets the vote happen; `keys` are the trustees' private ones, `codes` what the post has handed to members."""

    def __init__(self, stage: Stage, made: Made) -> None:
        self._stage, self._made = stage, made
        self._question = question_of(made)
        self.keys = {key: new_private_key() for key in PEOPLE["trustee"]}
        self.codes: list[str] = []

    def hold(self) -> None:
        """From the frozen roll to the certificate."""
        self._prepare()
        self._call()
        self._open()
        self._cast()
        self._count()
        self._certify()

    def _vote(self) -> Vote:
        vote = current_vote(self._made.question_id)
        assert vote is not None
        return vote

    def _at(self, instant: datetime | None) -> datetime:
        """Stand at this instant, and let the clock do what is due."""
        assert instant is not None
        now = instant.astimezone(UTC)
        self._stage.stand_at(now)
        tend(now)
        return now

    def _prepare(self) -> None:
        now = self._at(self._question.record_at) + SOON
        with transaction(write=True):
            electorate.freeze_roll(self._stage.person(PEOPLE["teller"][0]), self._vote(), now=now)
            for key in PEOPLE["teller"]:
                public = public_key_of(new_private_key()).as_json()
                electorate.upload_teller_key(self._stage.person(key), self._vote(), public, now)
            for key, private in self.keys.items():
                upload_trustee_key(self._stage.person(key), self._vote(), public_key_of(private).as_json(), now)

    def _call(self) -> None:
        now = self._at(self._question.record_at) + timedelta(hours=3)
        with transaction(write=True):
            wanted = NewCall(texts("past")["vote"]["tie_break"])
            act = propose_call(self._stage.person(OFFICERS[0]), self._vote(), wanted, now)
            self._stage.sign(act, OFFICERS, now)
            vote_id = self._vote().id
        make_codes_with(vote_id, self._post)

    @contextmanager
    def _post(self) -> Iterator[Post]:
        """The rehearsal's own post: the code stays with the one who will vote with it."""

        def hand_over(_person: Addressee, code: str) -> bool:
            self.codes.append(code)
            return True

        yield hand_over

    def _open(self) -> None:
        now = self._at(self._question.record_at) + timedelta(hours=20)
        tend(now)
        with transaction(write=True):
            act = propose_opening(self._stage.person(PEOPLE["teller"][0]), self._vote(), now)
            self._stage.sign(act, PEOPLE["teller"], now)
        self._at(self._question.vote_opens_at)

    def _cast(self) -> None:
        """Members vote in a few bursts, each followed by the check of its proofs and a batch."""
        with transaction(write=False):
            vote = self._vote()
            vote_id, texts_of = vote.id, (vote.election_v, vote.election_c)
            label_of = self._labels()
        papers = mark_papers(texts("past")["vote"], label_of, SEED)
        voters = random.Random(SEED).sample(self.codes, len(papers))  # noqa: S311 - who voted, in a rehearsal
        sheets = [Sheet(*texts_of, code, marked) for code, marked in zip(voters, papers, strict=True)]
        opened = self._question.vote_opens_at
        assert opened is not None
        pairs = list(seal_all(sheets))
        for place, start in enumerate(range(0, len(pairs), AT_ONCE)):
            now = (opened + timedelta(hours=5 + 31 * place)).astimezone(UTC)
            self._stage.stand_at(now)
            for v, c in pairs[start : start + AT_ONCE]:
                with transaction(write=True):
                    cast_pair(self._vote(), SentPair(v, c), now=now)
            check_waiting(vote_id)

    def _labels(self) -> dict[str, str]:
        """A-numbers of the digest's arguments by the names that the story gives them."""
        chosen = {each.argument.id for each in frozen_lines(self._made.question_id)}
        return {
            name: db.session.get_one(Argument, number).label
            for name, number in self._made.arguments.items()
            if number in chosen
        }

    def _count(self) -> None:
        closes_at = self._question.vote_closes_at
        assert closes_at is not None
        self._at(closes_at + timedelta(minutes=1))
        now = (closes_at + timedelta(hours=2)).astimezone(UTC)
        self._stage.stand_at(now)
        for key, private in self.keys.items():
            with transaction(write=False):
                vote = self._vote()
                archives = counted.archives_of(vote)
                owner = next(
                    each.owner for each in trustee_keys(vote) if each.member_id == self._stage.person(key).member_id
                )
                parts = [(archive, self._part(vote, archive, private)) for archive in archives]
            for archive, part in parts:
                with transaction(write=True):
                    vote = self._vote()
                    vote_id = vote.id
                    count.accept_partial(self._stage.person(key), vote, archive, owner, part, now)
                go_on(vote_id, archive)
        self._at(closes_at + timedelta(hours=3))

    def _part(self, vote: Vote, archive: str, private: int) -> bytes:
        tally = counted.tally_of(vote.id, archive)
        assert tally is not None
        product = count.stored_product(vote, tally)
        return decrypt(counted.election_of(vote, archive), product.ciphertexts, private).raw

    def _certify(self) -> None:
        with transaction(write=False):
            ends_at = self._vote().challenges_end_at
        assert ends_at is not None
        now = self._at(ends_at + timedelta(hours=14))
        with transaction(write=True):
            act = propose_certificate(self._stage.person(PEOPLE["teller"][0]), self._vote(), NewCertificate(), now)
            self._stage.sign(act, PEOPLE["teller"], now)
