"""What a process is: its stages from one fixed list, in one fixed order, each with its parameters.

Values only. `templates.py` reads them from TOML; a template sets parameters and defines no new guards.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from forum.kernel.errors import N_

HIGHEST_DIGEST_SIZE = 24
LARGEST_DIGEST_WITH_WEIGHED = 12
LOWEST_MINIMUM_BALLOTS = 10
LOWEST_CITATION_FLOOR = 100
LOWEST_CITATION_FLOOR_SMALL_UNION = 30
SMALL_UNION = 400


class StageKind(StrEnum):
    """The fixed list, in the fixed order. A sample survey may also stand before the debate."""

    REGISTRATION = "registration"
    DEBATE = "debate"
    SURVEY = "survey"
    MEMBERS_VOTE = "members_vote"
    RUN_OFF = "run_off"
    ROLL_CALL = "roll_call"
    COUNCIL_DECISION = "council_decision"
    MANDATE = "mandate"


STAGE_NAMES: dict[StageKind, str] = {
    StageKind.REGISTRATION: N_("Registration"),
    StageKind.DEBATE: N_("Charge and debate"),
    StageKind.SURVEY: N_("Sample survey"),
    StageKind.MEMBERS_VOTE: N_("Members’ vote"),
    StageKind.RUN_OFF: N_("Run-off"),
    StageKind.ROLL_CALL: N_("Roll-call vote"),
    StageKind.COUNCIL_DECISION: N_("Council’s decision"),
    StageKind.MANDATE: N_("Mandate"),
}


class VotingRule(StrEnum):
    """How a winner is found. Ranked choice is absent: the archive format cannot carry it."""

    PLURALITY = "plurality"
    MAJORITY = "majority"
    TWO_THIRDS = "two_thirds"
    MAJORITY_RUN_OFF = "majority_run_off"
    YES_NO = "yes_no"
    APPROVAL = "approval"
    DUAL = "dual"


class Rounding(StrEnum):
    PLAIN = "plain"
    LARGEST_REMAINDER = "largest_remainder"


class CodesBy(StrEnum):
    """Who makes the voting codes, and how they reach members: the operator of the site by mail (with letters for those
    without e-mail), the host by letters alone, or the tellers on a machine of their own. Only the tellers' codes are
    unknown to the host, who could otherwise vote in a member's place."""

    HOST = "host"
    LETTERS = "letters"
    TELLERS = "tellers"


class OptionSource(StrEnum):
    """Where a later stage's options come from: always a rule over an earlier result, never a hand."""

    ALL_OPTIONS = "all_options"
    LEADING_TWO = "leading_two"
    LEADING_OF_EACH_SLATE = "leading_of_each_slate"


@dataclass(frozen=True)
class Reporting:
    """How the published table is made. `above` is a share; an option is listed when strictly above it.

    `candidates` says that the options are persons, for the table's notes.
    """

    above: Fraction | None = None
    rounding: Rounding = Rounding.PLAIN
    decimals: int = 0
    candidates: bool = False


@dataclass(frozen=True)
class Electorate:
    """Who may vote. An empty set means no restriction by it; standings are never empty."""

    standings: frozenset[str] = frozenset({"good"})
    countries: frozenset[str] = frozenset()
    councils: frozenset[str] = frozenset()
    locals: frozenset[str] = frozenset()


@dataclass(frozen=True)
class RegistrationStage:
    kind = StageKind.REGISTRATION
    days: int = 14


@dataclass(frozen=True)
class DebateStage:
    """The debate's floor: what must have happened before anyone can vote. `reach_limit`: of what reached members for
    two options by mail, pins, banners, the bulletin or the floor, the share by which one may be ahead unanswered.
    `entry_reading`: members say where they stand before they read anything. `town_halls`: live sessions of the national
    hall, open to every local, that must have been held."""

    kind = StageKind.DEBATE
    min_days: int = 14
    min_sessions: int = 1
    town_halls: int = 0
    share_of_locals: Fraction = Fraction(1)
    digest_size: int = LARGEST_DIGEST_WITH_WEIGHED
    reach_limit: Fraction = Fraction(1, 5)
    entry_reading: bool = False


@dataclass(frozen=True)
class SurveyItem:
    """One question of a survey; without answers of its own it has the options of the question that is decided."""

    text: str
    answers: tuple[str, ...] = ()


@dataclass(frozen=True)
class SurveyStage:
    """`questionnaire` is fixed with the process; where it is empty an officer may write one before the draw."""

    kind = StageKind.SURVEY
    days: int = 7
    sample: int | None = None
    title: str | None = None
    questionnaire: tuple[SurveyItem, ...] = ()


@dataclass(frozen=True)
class MembersVoteStage:
    """`opening` says how many trustees open the count together: "majority", "all", or a number of them."""

    kind = StageKind.MEMBERS_VOTE
    days: int = 10
    rule: VotingRule = VotingRule.PLURALITY
    blank: bool = True
    quorum: Fraction = Fraction(0)
    codes: CodesBy = CodesBy.HOST
    revote: bool = False
    min_ballots: int = 20
    citations_min: int = LOWEST_CITATION_FLOOR
    weighed: bool = True
    challenge_days: int = 7
    opening: str = "majority"
    reporting: Reporting = field(default_factory=Reporting)


@dataclass(frozen=True)
class RunOffStage:
    kind = StageKind.RUN_OFF
    days: int = 7
    options_from: OptionSource = OptionSource.LEADING_TWO
    challenge_days: int = 7


@dataclass(frozen=True)
class RollCallStage:
    kind = StageKind.ROLL_CALL
    body: str = ""
    days: int = 1
    options_from: OptionSource = OptionSource.ALL_OPTIONS
    quorum: Fraction = Fraction(0)


@dataclass(frozen=True)
class CouncilDecisionStage:
    kind = StageKind.COUNCIL_DECISION
    body: str = ""


ByNameStage = RollCallStage | CouncilDecisionStage
"""A stage in which a body votes in the open."""


@dataclass(frozen=True)
class MandateStage:
    kind = StageKind.MANDATE
    due_days: int = 60
    dispute_days: int = 14


Stage = (
    RegistrationStage
    | DebateStage
    | SurveyStage
    | MembersVoteStage
    | RunOffStage
    | RollCallStage
    | CouncilDecisionStage
    | MandateStage
)


@dataclass(frozen=True)
class Process:
    """One ordered process, published before the debate."""

    name: str
    title: str
    stages: tuple[Stage, ...]
    electorate: Electorate = field(default_factory=Electorate)

    def stage(self, kind: StageKind) -> Stage | None:
        """The first stage of this kind."""
        return next((stage for stage in self.stages if stage.kind is kind), None)

    @property
    def debate(self) -> DebateStage | None:
        return next((stage for stage in self.stages if isinstance(stage, DebateStage)), None)

    @property
    def members_vote(self) -> MembersVoteStage | None:
        return next((stage for stage in self.stages if isinstance(stage, MembersVoteStage)), None)

    @property
    def mandate(self) -> MandateStage | None:
        return next((stage for stage in self.stages if isinstance(stage, MandateStage)), None)


def by_slate(process: Process) -> bool:
    """Whether some stage takes the leading option of each slate."""
    vote = process.members_vote
    sources = [stage.options_from for stage in process.stages if isinstance(stage, RollCallStage)]
    dual = vote is not None and vote.rule is VotingRule.DUAL
    return dual or OptionSource.LEADING_OF_EACH_SLATE in sources
