"""A referendum brought by the real operations from its debate to an open box, a count, a certificate."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import current_app

from forum.arguments.models import Argument
from forum.bodies.models import BodyAct
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.questions.models import Question
from referendum.casting import operations as casting
from referendum.casting.forms import SentPair
from referendum.casting.models import Arrival
from referendum.conduct import act_operations, call_operations, certificate_operations, clock_operations, tie_operations
from referendum.conduct.forms import NewCall, NewTieBreak
from referendum.count.models import PartialDecryption, Tally
from referendum.crypto.ballot import make_ballot
from referendum.crypto.election import read_election
from referendum.crypto.trustee import new_private_key, public_key_of
from referendum.electorate import code_operations
from referendum.electorate import operations as electorate
from referendum.process.models import Vote
from referendum.process.queries import current_vote
from referendum.rehearsal.trusted import Trusted
from referendum.trustees.models import TrusteeKey
from tests.build_digest import close, make_debated
from tests.build_questions import make_question, sign_all
from tests.people import Cast, actor, holding
from tests.scenes import remembered

TIE_BREAK = "The tellers draw a lot in public."


@dataclass
class Referendum:
    """A question with its newest vote; `codes` are the voters' codes, `trusted` is what its trustees keep."""

    cast: Cast
    question: Question
    vote: Vote
    at: datetime
    arguments: list[Argument] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    trusted: Trusted = field(default_factory=Trusted)

    def teller(self, place: int = 0) -> Actor:
        return holding(actor(self.cast.tellers[place]), "teller", self.question.id)

    def trustee(self, place: int = 0) -> Actor:
        return holding(actor(self.cast.trustees[place]), "trustee", self.question.id)

    def observer(self) -> Actor:
        return holding(actor(self.cast.observer), "observer", self.question.id)


@remembered
def make_closed(
    cast: Cast, *, now: datetime, minimum: int = 2, citations: int = 2, own: str = "",
    options: tuple[str, ...] = ("Accept", "Reject"), **changes: object,
) -> Referendum:  # fmt: skip
    """The debate has closed, the digest is frozen and the vote set up; minimums as small as the cast."""
    question, arguments, at = _make_digest(cast, now=now, options=options, own=own)
    return _with_vote(cast, question, at, {"min_ballots": minimum, "citations_min": citations, **changes}, arguments)


@remembered
def _make_digest(
    cast: Cast, *, now: datetime, options: tuple[str, ...], own: str
) -> tuple[Question, list[Argument], datetime]:
    question, arguments = make_debated(cast, now=now, options=options, own=own)
    at = close(question, now)
    clock_operations.freeze_digests(at)
    return question, arguments, at


@remembered
def make_undebated(
    cast: Cast, *, now: datetime, own: str = "", options: tuple[str, ...] = ("Accept", "Reject"), **changes: object
) -> Referendum:
    """A vote on a question without a debate: published, and so closed."""
    question = make_question(cast, state="published", template="plain", own=own, options=options, now=now)
    at = question.record_at or now
    return _with_vote(cast, question, at, {"min_ballots": 2, **changes}, [])


def _with_vote(
    cast: Cast, question: Question, at: datetime, changes: dict[str, object], arguments: list[Argument]
) -> Referendum:
    vote = current_vote(question.id)
    assert vote is not None
    vote.params = {**vote.params, **changes}
    db.session.flush()
    return Referendum(cast, question, vote, at, arguments)


@remembered
def prepare(made: Referendum) -> Referendum:
    """Roll, tellers' keys and trustees' keys: everything that the call waits for."""
    electorate.freeze_due(made.at)
    for place in range(2):
        key = public_key_of(new_private_key()).as_json()
        electorate.upload_teller_key(made.teller(place), made.vote, key, made.at)
    made.trusted.make_keys([made.trustee(place) for place in range(len(made.cast.trustees))], made.vote, made.at)
    return made


@remembered
def call(made: Referendum, new: NewCall | None = None) -> BodyAct:
    """The council proposes and signs the call; codes are made here by hand, in the same transaction."""
    officer = actor(made.cast.officer)
    act = call_operations.propose_call(officer, made.vote, new or NewCall(TIE_BREAK), made.at)
    sign_all(made.cast.officers, act, now=made.at)
    db.session.info.pop("on_commit", None)
    return act


@remembered
def make_codes(made: Referendum) -> Referendum:
    """Every code drawn and handed out, spares sealed, the ballot's text fixed."""
    folder = current_app.config["HUSTINGS"].instance
    code_operations.settle_leftovers(made.vote)
    electorate.set_up_sealed_list(made.vote, made.at)
    code_operations.store_spares(made.vote, folder, made.at)
    chunk = code_operations.take_chunk(made.vote, with_email=True, most=500)
    handed = code_operations.store_codes(made.vote, chunk, folder)
    code_operations.mark(made.vote, {person.entry: "sent" for person, _ in handed})
    made.codes = [code for _, code in handed]
    assert code_operations.finish_codes(made.vote, now=made.at)
    clock_operations.freeze_ballots(made.at)
    return made


@remembered
def make_open(made: Referendum) -> Referendum:
    """Called, coded, signed by the tellers, and opened by the clock at the published moment."""
    call(prepare(made))
    make_codes(made)
    act = act_operations.propose_opening(made.teller(), made.vote, made.at)
    sign_all(made.cast.tellers, act, now=made.at)
    made.at = made.vote.opens_at
    clock_operations.open_votes(made.at)
    assert made.vote.state == "open"
    return made


def vote_for(made: Referendum, voter: int, letter: str | None, cited: tuple[int, ...] = ()) -> None:
    """One voter's pair of ballots, checked; `letter` None is blank, several are approved together, `cited` are places
    among C's answers."""
    v = read_election(made.vote.election_v.encode())
    chosen = None if letter is None else [int(answer[0] in letter) for answer in v.questions[0].answers]
    c = b""
    if made.vote.election_c:
        election = read_election(made.vote.election_c.encode())
        marks = [int(place in cited) for place in range(len(election.questions[0].answers))]
        c = make_ballot(election, made.codes[voter], [marks, [1, 0, 0]])
    pair = SentPair(make_ballot(v, made.codes[voter], [chosen]), c)
    casting.cast_pair(made.vote, pair, now=made.at)
    for arrival in db.session.scalars(db.select(Arrival).where(Arrival.state == "recorded")):
        casting.settle_arrival(arrival)


@remembered
def make_counted(
    made: Referendum,
    counts: dict[str, int],
    *,
    blanks: int = 0,
    cited: tuple[int, ...] | None = None,
    withheld: str = "",
) -> Referendum:
    """The count of an open vote as if these totals had come out of a real one (one is counted for real elsewhere)."""
    vote = made.vote
    made.at = vote.closes_at + timedelta(minutes=1)
    clock_operations.close_votes(made.at)
    clock_operations.seal_boxes(made.at)
    election = read_election(vote.election_v.encode())
    row = [counts.get(answer[0], 0) for answer in election.questions[0].answers]
    row = [blanks, *row] if election.questions[0].blank else row
    _tally(vote, "V", sum(counts.values()) + blanks, None if withheld else [row], withheld, made.at)
    if vote.election_c:
        totals = None if cited is None else [list(cited), [1, 0, 0]]
        _tally(vote, "C", sum(counts.values()) + blanks, totals, "" if totals else "too_few", made.at)
    for key in db.session.scalars(db.select(TrusteeKey).where(TrusteeKey.vote_id == vote.id)):
        for archive in ("V", "C"):
            db.session.add(
                PartialDecryption(vote_id=vote.id, archive=archive, owner=key.owner, body="", at=made.at)
            )
    db.session.flush()
    made.at += timedelta(hours=1)
    clock_operations.finish_counts(made.at)
    return made


def _tally(vote: Vote, archive: str, ballots: int, result: list[list[int]] | None, withheld: str, at: datetime) -> None:
    db.session.add(
        Tally(
            vote_id=vote.id, archive=archive, encrypted="", ballot_count=ballots, result=result, withheld=withheld,
            opened_at=at if result else None, archive_hash="ab" * 32,
        )
    )  # fmt: skip


def open_citations(made: Referendum, cited: tuple[int, ...]) -> Referendum:
    """The last trustee opens C after the vote itself was published."""
    counted = db.session.get_one(Tally, (made.vote.id, "C"))
    counted.withheld, counted.result, counted.opened_at = "", [list(cited), [1, 0, 0]], made.at
    db.session.flush()
    clock_operations.publish_late_citations(made.at)
    return made


@remembered
def break_tie(made: Referendum, *letters: str, how: str = "A lot was drawn in public.") -> Referendum:
    """The tellers sign what the call's way chose."""
    act = tie_operations.propose_tie_break(made.teller(), made.vote, NewTieBreak(letters, how), made.at)
    sign_all(made.cast.tellers, act, now=made.at)
    return made


@remembered
def certify(made: Referendum) -> Referendum:
    """The window ends and the tellers certify."""
    assert made.vote.challenges_end_at is not None
    made.at = max(made.at, made.vote.challenges_end_at)
    act = certificate_operations.propose_certificate(made.teller(), made.vote, made.at)
    sign_all(made.cast.tellers, act, now=made.at)
    return made
