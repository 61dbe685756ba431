"""The steps of a threshold group's key ceremony: certificate, shares, key. What cannot be right is refused, and named.

The group is whoever is trustee and not needed on their own; when that changes before the ballot's text is fixed, or a
member makes another key, the ceremony begins anew with those who remain, and the audit log says why.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from forum.kernel import audit
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, Refused, refuse_unless
from forum.questions.operations import give_office_back
from forum.questions.queries import appointments, question_by_id
from referendum.crypto.canonical import Malformed
from referendum.crypto.ceremony import Output, check_cert, check_certs, check_output, check_polynomial
from referendum.electorate.queries import digest_of
from referendum.process.facts import VoteState
from referendum.process.models import Vote
from referendum.process.queries import locked, subject_of
from referendum.trustees import queries
from referendum.trustees.models import Ceremony, CeremonyMessage, TrusteeKey
from referendum.trustees.notices import tell_next_step
from referendum.trustees.rehearsal_operations import make_rehearsal
from referendum.trustees.told import told

LONGEST_MESSAGE = 600_000
Checked = TypeVar("Checked")


class Act(audit.Act):
    """Acts of power over a group's key."""

    BEGIN_CEREMONY = "begin_ceremony"
    SEND_CERTIFICATE = "send_certificate"
    SEND_SHARES = "send_shares"
    SEND_KEY = "send_key"


CHANGED = "the trustees have changed"
ANOTHER_KEY = "a trustee made another key"
NOT_NOW = N_("The ballot’s text is frozen with the keys that were there then. A key can no longer be changed.")
OTHER_WAY = N_("You are not one of the trustees who make a key together. Your own page asks you for a key of its own.")
TOO_EARLY = N_("Not everybody has finished the step before this one. Your desk will say when it is your turn.")


def keep_in_step(vote: Vote, now: datetime) -> Ceremony | None:
    """The ceremony as the present trustees ask for it: begun where there is none, begun anew where they changed."""
    ceremony = queries.ceremony_of(vote.id)
    if vote.state != VoteState.SET_UP or vote.election_v:
        return ceremony
    wanted = queries.division(vote)
    _drop_keys(vote, lambda key: (key.place is None) == (key.member_id in wanted.group))
    if not wanted.group:
        if ceremony is not None:
            _forget(vote, ceremony)
        return None
    if queries.is_in_step(vote):
        return ceremony
    if ceremony is None:
        ceremony = Ceremony(vote_id=vote.id, round=0, threshold=0, members=[], begun_at=now)
        db.session.add(ceremony)
    ceremony.members, ceremony.threshold = list(wanted.group), wanted.threshold
    begin_anew(vote, ceremony, CHANGED if ceremony.round else "", now)
    return ceremony


def begin_anew(vote: Vote, ceremony: Ceremony, reason: str, now: datetime) -> None:
    """Drop what was done in this round but for the certificates of those who are still there, and say so in the log."""
    ceremony.round, ceremony.begun_at = ceremony.round + 1, now
    _drop_keys(vote, lambda key: key.place is not None)
    for member, message in queries.messages(vote.id).items():
        message.shares = ""
        if member not in ceremony.members:
            db.session.delete(message)
    db.session.flush()
    audit.record(
        None, Act.BEGIN_CEREMONY, subject_of(vote), now=now, office="trustee", round=ceremony.round,
        trustees=len(ceremony.members), threshold=ceremony.threshold, reason=reason,
    )  # fmt: skip
    _tell_if_all(vote, ceremony, queries.certificates(ceremony), now)


def _tell_if_all(vote: Vote, ceremony: Ceremony, sent: Sequence[str], now: datetime) -> None:
    """Once every member has sent a step's message, the next step is everybody's."""
    if len(sent) == len(ceremony.members):
        tell_next_step(vote, ceremony.members, now)


def _drop_keys(vote: Vote, which: Callable[[TrusteeKey], bool]) -> None:
    for key in queries.all_keys(vote.id):
        if which(key):
            db.session.delete(key)
    db.session.flush()


def _forget(vote: Vote, ceremony: Ceremony) -> None:
    for message in queries.messages(vote.id).values():
        db.session.delete(message)
    db.session.delete(ceremony)
    db.session.flush()


def begin_anew_for(actor: Actor, vote: Vote, reason: str, now: datetime) -> None:
    """A member of the group has a reason to begin anew, such as a false share. It is public."""
    ceremony = _entered(actor, vote, now)
    started = any(message.shares for message in queries.messages(vote.id).values())
    refuse_unless(started, N_("Nobody has given a share yet; there is nothing to begin anew."))
    begin_anew(vote, ceremony, reason, now)


def step_down(actor: Actor, vote: Vote, reason: str, now: datetime) -> None:
    """A trustee gives the office back before the ballot's text is fixed; those who remain go on, anew where need be."""
    refuse_unless(actor.holds("trustee", vote.question_id), N_("Only the trustees of this question do this."))
    locked(vote)
    refuse_unless(vote.state == VoteState.SET_UP and not vote.election_v, NOT_NOW)
    others = set(appointments(vote.question_id, "trustee")) - {actor.member_id}
    refuse_unless(others, N_("You are the only trustee. Without one, nothing can be counted."))
    give_office_back(actor, question_by_id(vote.question_id), "trustee", reason, now)
    keep_up(vote, now)


def keep_up(vote: Vote, now: datetime) -> None:
    """Bring ceremony and rehearsal in step with the present trustees."""
    keep_in_step(vote, now)
    if vote.state == VoteState.SET_UP and not vote.election_v:
        make_rehearsal(vote, now)


def send_certificate(actor: Actor, vote: Vote, text: str, now: datetime) -> None:
    """Keep a member's certificate. The same keys again change nothing; others, once shares were given, begin the
    ceremony anew."""
    cert = _checked(lambda: check_cert(text), text)
    ceremony = _entered(actor, vote, now)
    sent = queries.messages(vote.id)
    known = {member: check_cert(message.certificate).verification for member, message in sent.items()}
    if known.get(actor.member_id) == cert.verification:
        return
    refuse_unless(
        cert.verification not in known.values(),
        N_("Another trustee handed in this very key. Each trustee makes one of their own."),
    )
    mine = sent.get(actor.member_id)
    if mine is None:
        db.session.add(CeremonyMessage(vote_id=vote.id, member_id=actor.member_id, certificate=cert.text, shares=""))
    else:
        mine.certificate = cert.text
    _log(actor, Act.SEND_CERTIFICATE, vote, ceremony, cert.text, now)
    if any(message.shares for message in sent.values()):
        begin_anew(vote, ceremony, ANOTHER_KEY, now)
    elif mine is None:
        _tell_if_all(vote, ceremony, queries.certificates(ceremony), now)


def send_shares(actor: Actor, vote: Vote, text: str, now: datetime) -> None:
    """Keep what a member gives each of the others. Sent once a round: the others go on from it."""
    ceremony = _entered(actor, vote, now)
    certs = check_certs(queries.certificates(ceremony))
    refuse_unless(len(certs) == len(ceremony.members), TOO_EARLY)
    mine = queries.messages(vote.id)[actor.member_id]
    if mine.shares:
        return
    place = ceremony.members.index(actor.member_id) + 1
    mine.shares = _checked(lambda: check_polynomial(certs, ceremony.threshold, place, text), text).text
    _log(actor, Act.SEND_SHARES, vote, ceremony, mine.shares, now)
    _tell_if_all(vote, ceremony, queries.shares(ceremony), now)


def send_key(actor: Actor, vote: Vote, text: str, now: datetime) -> None:
    """Keep the public half of a member's key to the count, and the private half sealed to the member."""
    ceremony = _entered(actor, vote, now)
    given = queries.shares(ceremony)
    refuse_unless(len(given) == len(ceremony.members), TOO_EARLY)
    if queries.key_of(vote.id, actor.member_id) is not None:
        return
    place = ceremony.members.index(actor.member_id) + 1
    output = _checked(lambda: _output(ceremony, given, place, text), text)
    db.session.add(
        TrusteeKey(
            vote_id=vote.id, member_id=actor.member_id, owner=None, place=place, public_key=output.key.as_json(),
            sealed=output.decryption_key, at=now,
        )
    )  # fmt: skip
    _log(actor, Act.SEND_KEY, vote, ceremony, str(output.key.public), now)
    make_rehearsal(vote, now)


def _output(ceremony: Ceremony, given: list[str], place: int, text: str) -> Output:
    certs = check_certs(queries.certificates(ceremony))
    polynomials = [
        check_polynomial(certs, ceremony.threshold, number, each) for number, each in enumerate(given, start=1)
    ]
    return check_output(polynomials, place, text)


def _entered(actor: Actor, vote: Vote, now: datetime) -> Ceremony:
    """The ceremony, for one of its members; nobody else writes to it until this write ends."""
    refuse_unless(actor.holds("trustee", vote.question_id), N_("Only the trustees of this question do this."))
    locked(vote)
    refuse_unless(vote.state == VoteState.SET_UP and not vote.election_v, NOT_NOW)
    ceremony = keep_in_step(vote, now)
    if ceremony is None or actor.member_id not in ceremony.members:
        raise Refused(OTHER_WAY)
    return ceremony


def _checked(read: Callable[[], Checked], text: str) -> Checked:
    """What was read of a message. Raises Refused, with the trustee and what fails."""
    refuse_unless(len(text) <= LONGEST_MESSAGE, N_("This is too long for a message of the ceremony."))
    try:
        return read()
    except Malformed as problem:
        raise Refused(N_("This message is refused: %(problem)s. Nothing was stored."), problem=told(problem)) from None


def _log(actor: Actor, act: Act, vote: Vote, ceremony: Ceremony, text: str, now: datetime) -> None:
    db.session.flush()
    audit.record(
        actor, act, subject_of(vote), now=now, office="trustee", round=ceremony.round,
        message_hash=digest_of(text),
    )  # fmt: skip
