"""The second half of a replay: frozen roll, keys, call, codes, real ballots, count, certificate.

Codes stay with the simulated voters and private keys with the simulated trustees, in memory, as long as they need them.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from forum.kernel import clock
from forum.kernel.database import transaction
from forum.questions.queries import question_by_id
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
from referendum.electorate import operations as electorate
from referendum.electorate.jobs import make_codes_with
from referendum.electorate.post import Post
from referendum.electorate.queries import Addressee
from referendum.process.models import Vote
from referendum.process.queries import current_vote
from referendum.rehearsal.company import Company
from referendum.rehearsal.paper import Marked, Sheet, seal_all
from referendum.rehearsal.replay_debate import Tell, sign_by_all
from referendum.trustees.operations import upload_trustee_key
from referendum.trustees.queries import trustee_keys

TIE_BREAK = "Nobody: a tie leaves the question undecided."
AT_ONCE = 500


class ReplayVote:
    """The vote on one question. `marks` gives each voter's paper by place on the roll, once the digest stands."""

    def __init__(self, question_id: int, company: Company, tell: Tell) -> None:
        self.question_id, self.company, self._tell = question_id, company, tell
        self._keys = {place: new_private_key() for place in company.trustees}
        self._codes: dict[int, str] = {}

    def hold(self, marks: Callable[[Vote], Mapping[int, Marked]]) -> None:
        """From the frozen roll to the certificate."""
        self._prepare()
        self._call()
        self._open()
        self._cast(marks)
        self._count()
        self._certify()

    def vote(self) -> Vote:
        """The vote as it stands now. Needs an open transaction."""
        found = current_vote(self.question_id)
        if found is None:
            raise RuntimeError("the question has no vote")
        return found

    def _at(self, instant: datetime | None) -> datetime:
        """Stand at this instant, at the earliest, and let the clock do what is due."""
        if instant is not None and instant > clock.now():
            clock.move_to(instant)
        tend(clock.now())
        return clock.now()

    def _prepare(self) -> None:
        with transaction(write=False):
            record_at = question_by_id(self.question_id).record_at
        now = self._at(record_at)
        with transaction(write=True):
            electorate.freeze_roll(self.company.actor(self.company.tellers[0], now), self.vote(), now=now)
            for place in self.company.tellers:
                public = public_key_of(new_private_key()).as_json()
                electorate.upload_teller_key(self.company.actor(place, now), self.vote(), public, now)
            for place, private in self._keys.items():
                public = public_key_of(private).as_json()
                upload_trustee_key(self.company.actor(place, now), self.vote(), public, now)

    def _call(self) -> None:
        now = self._at(clock.now() + timedelta(hours=3))
        with transaction(write=True):
            officer = self.company.actor(self.company.officers[0], now)
            act = propose_call(officer, self.vote(), NewCall(TIE_BREAK), now)
            sign_by_all(self.company, self.company.officers, act, now)
            vote_id = self.vote().id
        make_codes_with(vote_id, self._post)

    @contextmanager
    def _post(self) -> Iterator[Post]:
        """The replay's own post: the code goes to the simulated voter and nowhere else."""

        def hand_over(person: Addressee, code: str) -> bool:
            self._codes[int(person.number)] = code
            self._tell("voting codes", len(self._codes), self.company.members)
            return True

        yield hand_over

    def _open(self) -> None:
        now = self._at(clock.now() + timedelta(hours=3))
        with transaction(write=True):
            act = propose_opening(self.company.actor(self.company.tellers[0], now), self.vote(), now)
            sign_by_all(self.company, self.company.tellers, act, now)
            opens_at = self.vote().opens_at
        self._at(opens_at)

    def _cast(self, marks: Callable[[Vote], Mapping[int, Marked]]) -> None:
        with transaction(write=False):
            vote = self.vote()
            vote_id, elections = vote.id, (vote.election_v, vote.election_c)
            papers = marks(vote)
        sheets = [Sheet(*elections, self._codes.pop(place), paper) for place, paper in papers.items()]
        for start in range(0, len(sheets), AT_ONCE):
            for v, c in seal_all(sheets[start : start + AT_ONCE]):
                with transaction(write=True):
                    cast_pair(self.vote(), SentPair(v, c), now=clock.now())
            check_waiting(vote_id)
            self._tell("ballots", min(start + AT_ONCE, len(sheets)), len(sheets))

    def _count(self) -> None:
        with transaction(write=False):
            closes_at = self.vote().closes_at
        now = self._at(closes_at)
        for done, (place, private) in enumerate(self._keys.items(), 1):
            with transaction(write=False):
                vote = self.vote()
                actor = self.company.actor(place, now)
                owner = next(key.owner for key in trustee_keys(vote) if key.member_id == actor.member_id)
                parts = [(archive, self._part(vote, archive, private)) for archive in _opened(vote)]
            for archive, part in parts:
                with transaction(write=True):
                    count.accept_partial(actor, self.vote(), archive, owner, part, now)
                go_on(vote.id, archive)
            self._tell("trustees", done, len(self._keys))
        self._at(clock.now() + timedelta(minutes=1))

    def _part(self, vote: Vote, archive: str, private: int) -> bytes:
        tally = counted.tally_of(vote.id, archive)
        if tally is None:
            raise RuntimeError(f"the ballots of archive {archive} were not multiplied")
        product = count.stored_product(vote, tally)
        return decrypt(counted.election_of(vote, archive), product.ciphertexts, private).raw

    def _certify(self) -> None:
        with transaction(write=False):
            ends_at = self.vote().challenges_end_at
        now = self._at(ends_at + timedelta(hours=1) if ends_at else None)
        with transaction(write=True):
            teller = self.company.actor(self.company.tellers[0], now)
            act = propose_certificate(teller, self.vote(), NewCertificate(), now)
            sign_by_all(self.company, self.company.tellers, act, now)


def _opened(vote: Vote) -> list[str]:
    """The archives whose totals the trustees open; the others are withheld by the rule."""
    tallies = {archive: counted.tally_of(vote.id, archive) for archive in counted.archives_of(vote)}
    return [archive for archive, tally in tallies.items() if tally is not None and not tally.withheld]
