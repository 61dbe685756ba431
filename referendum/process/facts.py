"""The states of a vote, its table of moves, and what its guards look at, as plain values."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class VoteState(StrEnum):
    SET_UP = "set_up"
    OPEN = "open"
    COUNTING = "counting"
    CHALLENGEABLE = "challengeable"
    CERTIFIED = "certified"
    ANNULLED = "annulled"


class VoteKind(StrEnum):
    """The members' vote, and a second one between those who lead where none has more than half."""

    MEMBERS = "members"
    RUN_OFF = "run_off"


class VoteMove(StrEnum):
    """ANNUL is the tellers'; LAPSE is the clock's, for a count that nobody opened within seven days."""

    OPEN = "open"
    EXTEND = "extend"
    CLOSE = "close"
    COUNT = "count"
    CERTIFY = "certify"
    ANNUL = "annul"
    LAPSE = "lapse"


S, M = VoteState, VoteMove
MOVES: dict[tuple[VoteState, VoteMove], VoteState] = {
    (S.SET_UP, M.OPEN): S.OPEN,
    (S.OPEN, M.EXTEND): S.OPEN,
    (S.OPEN, M.CLOSE): S.COUNTING,
    (S.COUNTING, M.COUNT): S.CHALLENGEABLE,
    (S.COUNTING, M.LAPSE): S.ANNULLED,
    (S.CHALLENGEABLE, M.CERTIFY): S.CERTIFIED,
    (S.CHALLENGEABLE, M.ANNUL): S.ANNULLED,
}


class Ruling(StrEnum):
    """How a challenge was ruled. Only one that could have changed the outcome annuls the vote."""

    DISMISSED = "dismissed"
    UPHELD = "upheld"
    UPHELD_CHANGES_OUTCOME = "upheld_changes_outcome"


@dataclass(frozen=True)
class ChallengeFacts:
    """One challenge. `ruling` is None while it is open."""

    number: int
    ruling: Ruling | None = None


@dataclass(frozen=True)
class VoteFacts:
    """Everything the guards of a vote look at. Persons are member ids; times are aware UTC.

    `keys_ready` are trustees whose public key is in, `keys_proved` those whose key file was read back in the
    rehearsal. `shares_given` are those whose proved partial decryption is in, by
    the keys that the ballot was made with: it counts also after its trustee has left the union. `shares_lost` are those
    who made such a key, hold the office no more and have not given their part, where it is needed: it cannot come.
    `shares_needed` are as many as suffice, and no more than those are taken.
    `codes_pending` counts roll entries that have neither a sent code, a letter, nor a spare given for them.
    `below_minimum` says that too few ballots came for the count to be opened: then no share is asked for.
    `digest_hash` stays empty for a process without a debate, and is not asked for then.
    """

    state: VoteState
    has_debate: bool = True
    question_closed: bool = False
    digest_hash: str = ""
    roll_hash: str = ""
    record_at: datetime | None = None
    roll_frozen_at: datetime | None = None
    eligible_count: int = 0
    ballot_hash: str = ""
    tie_break: str = ""
    officers: frozenset[int] = frozenset()
    tellers: frozenset[int] = frozenset()
    trustees: frozenset[int] = frozenset()
    call_signers: frozenset[int] = frozenset()
    call_issued: bool = False
    codes_pending: int = 0
    sealed_list_stored: bool = False
    keys_ready: frozenset[int] = frozenset()
    keys_proved: frozenset[int] = frozenset()
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    opening_signers: frozenset[int] = frozenset()
    extended_to: datetime | None = None
    extension_reason: str = ""
    extension_signers: frozenset[int] = frozenset()
    ballots_unchecked: int = 0
    closed_at: datetime | None = None
    below_minimum: bool = False
    shares_given: frozenset[int] = frozenset()
    shares_lost: frozenset[int] = frozenset()
    shares_needed: int = 0
    archive_verified: bool = False
    counted_at: datetime | None = None
    challenge_closes_at: datetime | None = None
    challenges: tuple[ChallengeFacts, ...] = ()
    certificate_signers: frozenset[int] = frozenset()
    annulment_signers: frozenset[int] = frozenset()
    annulment_reason: str = ""
    tie_open: bool = False
