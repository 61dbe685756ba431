"""What the guards of a question look at, as plain values."""

from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from forum.questions.floor import LocalFacts, Opener
from forum.questions.process import Process
from forum.questions.states import QuestionState, WithdrawalGround
from forum.questions.timetable import Timetable


@dataclass(frozen=True)
class UnansweredReach:
    """One option is behind another in what reached members by one kind, further than the template lets it, and has not
    answered yet. `kind` is mail, pin, banner, bulletin or floor; the options by letter; `until` is when the offer
    lapses."""

    kind: str
    option: str
    ahead: str
    share: Fraction
    until: datetime


@dataclass(frozen=True)
class QuestionFacts:
    """Everything the guards of a question look at. Persons are member ids.

    `*_signers` are those who signed the present version of that document; signatures of people outside the
    body are ignored. `unanswered_reach` are the imbalances of the equal-reach ledger.
    `voting_opened` comes from above: once members vote, the question can no longer be withdrawn. `replayed` is a
    past vote that is read from its record: its options need not all have a slate.
    """

    state: QuestionState
    process: Process
    timetable: Timetable | None = None
    option_count: int = 0
    slates: tuple[str, ...] = ()
    process_published: bool = False
    timetable_published: bool = False
    obligations_published: bool = False
    roll_count: int = 0
    officers: frozenset[int] = frozenset()
    tellers: frozenset[int] = frozenset()
    trustees: frozenset[int] = frozenset()
    observers: frozenset[int] = frozenset()
    pledge_signers: frozenset[int] = frozenset()
    charge_signers: frozenset[int] = frozenset()
    began_at: datetime | None = None
    locals: tuple[LocalFacts, ...] = ()
    town_halls: int = 0
    unanswered_reach: tuple[UnansweredReach, ...] = ()
    extended: bool = False
    override_reason: str = ""
    override_signers: frozenset[int] = frozenset()
    withdrawal_reason: str = ""
    withdrawal_signers: frozenset[int] = frozenset()
    withdrawal_ground: WithdrawalGround | None = None
    every_option_asks: bool = False
    voting_opened: bool = False
    replayed: bool = False

    @property
    def has_debate(self) -> bool:
        return self.process.debate is not None


@dataclass(frozen=True)
class HallFacts:
    """What opening one local's hall looks at. `by` is who opens it."""

    state: QuestionState
    charged_at: datetime | None
    by: Opener
    already_open: bool = False
    agenda: str = ""
    first_session_at: datetime | None = None
    timetable: Timetable = field(default_factory=Timetable)
