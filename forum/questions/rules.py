"""The question machine: drafted → charged → debating → closed, or withdrawn. One table of moves, one list of
guards.

`obstacles_to` returns everything that is missing at once, each with its remedy. Facts are values gathered by
the caller; facts about the vote come from above and are handed down. Who may ask for a move is at the end of
the file.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from forum.bodies.rules import Signing
from forum.kernel.errors import N_, Obstacle
from forum.questions.floor import HOST_HAS, FloorProof, LocalFacts, Opener, floor_proof
from forum.questions.process import Process
from forum.questions.timetable import Timetable, problems_with

FEWEST_OPTIONS = 2
MOST_OPTIONS = 12
FEWEST_TELLERS = 3
SPEAKING = frozenset({"good", "retired"})
REPLY_MEMBERS = 10
REPLY_LOCALS = 2
LAST_DAY = timedelta(days=1)


class QuestionState(StrEnum):
    DRAFTED = "drafted"
    CHARGED = "charged"
    DEBATING = "debating"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class QuestionMove(StrEnum):
    """PUBLISH is the way of a process without a debate; CLOSE_ANYWAY and EXTEND are the tellers' on the last
    day.
    """

    CHARGE = "charge"
    PUBLISH = "publish"
    BEGIN = "begin"
    CLOSE = "close"
    CLOSE_ANYWAY = "close_anyway"
    EXTEND = "extend"
    WITHDRAW = "withdraw"


class WithdrawalGround(StrEnum):
    """Why the tellers may withdraw a charged question; before the charge the council needs only a public
    reason.
    """

    IMPOSSIBLE = "impossible"
    ASKED = "asked"


S, M = QuestionState, QuestionMove
MOVES: dict[tuple[QuestionState, QuestionMove], QuestionState] = {
    (S.DRAFTED, M.CHARGE): S.CHARGED,
    (S.DRAFTED, M.PUBLISH): S.CLOSED,
    (S.DRAFTED, M.WITHDRAW): S.WITHDRAWN,
    (S.CHARGED, M.BEGIN): S.DEBATING,
    (S.CHARGED, M.WITHDRAW): S.WITHDRAWN,
    (S.DEBATING, M.CLOSE): S.CLOSED,
    (S.DEBATING, M.CLOSE_ANYWAY): S.CLOSED,
    (S.DEBATING, M.EXTEND): S.DEBATING,
    (S.DEBATING, M.WITHDRAW): S.WITHDRAWN,
    (S.CLOSED, M.WITHDRAW): S.WITHDRAWN,
}


@dataclass(frozen=True)
class QuestionFacts:
    """Everything the guards of a question look at. Persons are member ids.

    `*_signers` are those who signed the present version of that document; signatures of people outside the
    body are ignored. `unanswered_reach` counts imbalances of the equal-reach ledger that block the close.
    `voting_opened` comes from above: once members vote, the question can no longer be withdrawn.
    """

    state: QuestionState
    process: Process
    timetable: Timetable | None = None
    option_count: int = 0
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
    unanswered_reach: int = 0
    extended: bool = False
    override_reason: str = ""
    override_signers: frozenset[int] = frozenset()
    withdrawal_reason: str = ""
    withdrawal_signers: frozenset[int] = frozenset()
    withdrawal_ground: WithdrawalGround | None = None
    every_option_asks: bool = False
    voting_opened: bool = False

    @property
    def has_debate(self) -> bool:
        return self.process.debate is not None


def next_state(state: QuestionState, move: QuestionMove) -> QuestionState | None:
    """Where a move leads, or None when it does not exist from here."""
    return MOVES.get((state, move))


def obstacles_to(move: QuestionMove, facts: QuestionFacts, now: datetime) -> list[Obstacle]:
    """Everything that keeps this move from happening now; empty when it may happen."""
    if next_state(facts.state, move) is None:
        return [_wrong_state(facts.state, move)]
    match move:
        case M.CHARGE:
            return _to_charge(facts)
        case M.PUBLISH:
            return _to_publish(facts)
        case M.BEGIN:
            return _to_begin(facts, now)
        case M.CLOSE:
            return _to_close(facts, now)
        case M.CLOSE_ANYWAY:
            return _to_override(facts, now)
        case M.EXTEND:
            return _to_extend(facts, now)
        case M.WITHDRAW:
            return _to_withdraw(facts)


def _wrong_state(state: QuestionState, move: QuestionMove) -> Obstacle:
    return Obstacle(
        "wrong_state",
        N_("The question does not stand where this step can be taken."),
        N_("Look at the stages above for what comes next."),
        {"state": state.value, "move": move.value},
    )


def _to_charge(facts: QuestionFacts) -> list[Obstacle]:
    obstacles = _unpublished(facts)
    if not facts.has_debate:
        text = N_("This process has no debate, so there is nothing to charge the locals with.")
        obstacles.append(Obstacle("no_debate", text, N_("Publish the process and the timetable instead.")))
    if facts.has_debate and facts.option_count > MOST_OPTIONS:
        text = N_("A question with a debate has at most %(most)s options.")
        obstacles.append(
            Obstacle("too_many_options", text, N_("Remove or join options."), {"most": MOST_OPTIONS})
        )
    if not facts.obligations_published:
        text = N_("The obligations that each outcome creates are not published.")
        remedy = N_("Write for each option what the council must do, and by when.")
        obstacles.append(Obstacle("obligations", text, remedy))
    obstacles += _unsigned(
        "pledge",
        N_("The pledge is not signed by more than half of the officers."),
        Signing(facts.officers, facts.pledge_signers),
    )
    obstacles += _unsigned(
        "charge",
        N_("The charge is not signed by more than half of the officers."),
        Signing(facts.officers, facts.charge_signers),
    )
    return obstacles + _committees(facts)


def _to_publish(facts: QuestionFacts) -> list[Obstacle]:
    obstacles = _unpublished(facts)
    if facts.has_debate:
        text = N_("This process has a debate, so the question cannot skip it.")
        obstacles.append(Obstacle("has_debate", text, N_("Sign the pledge and issue the charge.")))
    return obstacles


def _unpublished(facts: QuestionFacts) -> list[Obstacle]:
    """What every question needs before it leaves the drawer, with or without a debate."""
    obstacles = []
    if facts.option_count < FEWEST_OPTIONS:
        text = N_("There are fewer than two options.")
        remedy = N_("Add the options members will choose between.")
        obstacles.append(Obstacle("options", text, remedy, {"count": facts.option_count}))
    if not facts.process_published:
        text, remedy = N_("The process is not published."), N_("Choose a process and publish it.")
        obstacles.append(Obstacle("process", text, remedy))
    if facts.timetable is None or not facts.timetable_published:
        text, remedy = N_("The timetable is not published."), N_("Set the dates and publish them.")
        obstacles.append(Obstacle("timetable", text, remedy))
    elif problems_with(facts.timetable, facts.process):
        text = N_("The timetable does not fit the process.")
        remedy = N_("Mend the dates marked in the timetable.")
        obstacles.append(Obstacle("timetable_faults", text, remedy))
    if facts.roll_count == 0:
        text, remedy = N_("There is no roll."), N_("Import the roll of members.")
        obstacles.append(Obstacle("roll", text, remedy))
    return obstacles


def _unsigned(code: str, text: str, signing: Signing) -> list[Obstacle]:
    if signing.takes_effect:
        return []
    numbers: dict[str, object] = {"signed": len(signing.counted), "missing": signing.missing_count}
    remedy = N_("Signed by %(signed)s so far; %(missing)s more must sign.")
    return [Obstacle(f"{code}_unsigned", text, remedy, numbers)]


def _committees(facts: QuestionFacts) -> list[Obstacle]:
    obstacles = []
    if len(facts.tellers) < FEWEST_TELLERS:
        text, remedy = N_("There are fewer than three tellers."), N_("Name at least three tellers.")
        obstacles.append(Obstacle("tellers", text, remedy, {"count": len(facts.tellers)}))
    if not facts.trustees:
        text, remedy = N_("No trustee is named."), N_("Name at least one trustee.")
        obstacles.append(Obstacle("trustees", text, remedy))
    if not facts.observers:
        text, remedy = N_("No observer is named."), N_("Name at least one observer.")
        obstacles.append(Obstacle("observers", text, remedy))
    both = facts.officers & (facts.tellers | facts.trustees | facts.observers)
    if both:
        text = N_("An officer is named as teller, trustee or observer.")
        remedy = N_("Name members who hold no office in the executive council.")
        obstacles.append(Obstacle("officer_in_committee", text, remedy, {"members": sorted(both)}))
    return obstacles


def _to_begin(facts: QuestionFacts, now: datetime) -> list[Obstacle]:
    opens_at = facts.timetable.debate_opens_at if facts.timetable else None
    if opens_at is not None and now >= opens_at:
        return []
    text, remedy = N_("The debate has not come yet."), N_("It begins by itself at the published date.")
    return [Obstacle("too_early", text, remedy, {"at": opens_at})]


def proof_of_floor(facts: QuestionFacts, now: datetime) -> FloorProof | None:
    """The debate's floor as it stands; None where the process has no debate."""
    stage = facts.process.debate
    return floor_proof(stage, facts.locals, facts.began_at, now) if stage else None


def _to_close(facts: QuestionFacts, now: datetime) -> list[Obstacle]:
    obstacles = []
    closes_at = facts.timetable.debate_closes_at if facts.timetable else None
    if closes_at is None or now < closes_at:
        text = N_("The debate has not reached its last moment.")
        remedy = N_("It closes by itself at the published date.")
        obstacles.append(Obstacle("too_early", text, remedy, {"at": closes_at}))
    return obstacles + _floor_obstacles(facts, now)


def _floor_obstacles(facts: QuestionFacts, now: datetime) -> list[Obstacle]:
    proof = proof_of_floor(facts, now)
    if proof is None:
        return []
    obstacles = []
    if not proof.days_met:
        text = N_("The debate has run %(held)s of at least %(needed)s days.")
        days: dict[str, object] = {"held": proof.days_held, "needed": proof.days_required}
        obstacles.append(
            Obstacle("floor_days", text, N_("Let the debate run, or have the tellers extend it."), days)
        )
    if not proof.locals_met:
        text = N_("%(honoured)s of %(counted)s locals have honoured the charge; that is too few.")
        counted = len(proof.locals) - len(proof.exempt)
        names = [row.local.name for row in proof.wanting]
        locals_: dict[str, object] = {"honoured": len(proof.honoured), "counted": counted, "names": names}
        remedy = N_(
            "Open the halls and hold the sessions that are missing, or ask the tellers for an exemption."
        )
        obstacles.append(Obstacle("floor_locals", text, remedy, locals_))
    if facts.unanswered_reach:
        text = N_("%(count)s favours to one option were not offered to the others.")
        remedy = N_("Offer the other options’ spokespersons the same. Three days without an answer is a no.")
        obstacles.append(Obstacle("reach", text, remedy, {"count": facts.unanswered_reach}))
    return obstacles


def _to_override(facts: QuestionFacts, now: datetime) -> list[Obstacle]:
    """Closing below the floor, or extending: only on the last day or after, signed, with a public reason."""
    obstacles = []
    closes_at = facts.timetable.debate_closes_at if facts.timetable else None
    if closes_at is None or now < closes_at - LAST_DAY:
        text = N_("This can be decided only on the debate’s last day.")
        remedy = N_("Come back on the last day.")
        obstacles.append(Obstacle("too_early", text, remedy, {"at": closes_at}))
    if not _floor_obstacles(facts, max(now, closes_at) if closes_at else now):
        text = N_("The debate’s floor is met, so it closes by itself.")
        remedy = N_("Nothing needs to be done.")
        obstacles.append(Obstacle("floor_met", text, remedy))
    if not facts.override_reason.strip():
        text, remedy = N_("No public reason is given."), N_("Write the reason; everyone will read it.")
        obstacles.append(Obstacle("reason", text, remedy))
    signing = Signing(facts.tellers, facts.override_signers)
    return obstacles + _unsigned("override", N_("More than half of the tellers must sign this."), signing)


def _to_extend(facts: QuestionFacts, now: datetime) -> list[Obstacle]:
    obstacles = _to_override(facts, now)
    if facts.extended:
        text, remedy = N_("The debate was already extended once."), N_("Close it with a public reason.")
        obstacles.append(Obstacle("extended", text, remedy))
    return obstacles


def _to_withdraw(facts: QuestionFacts) -> list[Obstacle]:
    obstacles = []
    if facts.voting_opened:
        text, remedy = N_("Members are already voting or have voted."), N_("The vote must run to its end.")
        obstacles.append(Obstacle("voting_opened", text, remedy))
    if not facts.withdrawal_reason.strip():
        text, remedy = N_("No public reason is given."), N_("Write the reason; everyone will read it.")
        obstacles.append(Obstacle("reason", text, remedy))
    if facts.state is S.DRAFTED:
        signing = Signing(facts.officers, facts.withdrawal_signers)
        text = N_("More than half of the officers must sign the withdrawal.")
    else:
        signing = Signing(facts.tellers, facts.withdrawal_signers)
        text = N_("After the charge, more than half of the tellers must sign the withdrawal.")
        obstacles += _without_ground(facts)
    return obstacles + _unsigned("withdrawal", text, signing)


def _without_ground(facts: QuestionFacts) -> list[Obstacle]:
    ground = facts.withdrawal_ground
    if ground is WithdrawalGround.IMPOSSIBLE or (
        ground is WithdrawalGround.ASKED and facts.every_option_asks
    ):
        return []
    text = N_(
        "After the charge a question is withdrawn only when it has become impossible or every option asks."
    )
    remedy = N_("Name the ground, or wait until the spokespersons of every option have asked.")
    return [Obstacle("ground", text, remedy)]


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


def obstacles_to_open_hall(facts: HallFacts, now: datetime) -> list[Obstacle]:
    """Everything that keeps a hall from opening: the host's act, or after seven days the tellers' in their
    stead.
    """
    obstacles = []
    if facts.state not in (S.CHARGED, S.DEBATING):
        text, remedy = N_("Halls open between the charge and the close."), N_("Wait for the charge.")
        obstacles.append(Obstacle("wrong_state", text, remedy))
    if facts.already_open:
        obstacles.append(Obstacle("open", N_("This hall is already open."), N_("Go to the hall.")))
    if not facts.agenda.strip():
        text = N_("The agenda is missing.")
        remedy = N_("Write what the local will talk about, and in what order.")
        obstacles.append(Obstacle("agenda", text, remedy))
    closes_at = facts.timetable.debate_closes_at
    if facts.first_session_at is None:
        text, remedy = N_("The first session has no date."), N_("Set a date before the debate closes.")
        obstacles.append(Obstacle("first_session", text, remedy))
    elif facts.first_session_at < now or (closes_at is not None and facts.first_session_at >= closes_at):
        text = N_("The first session lies outside the debate.")
        remedy = N_("Set a date before the debate closes.")
        obstacles.append(Obstacle("first_session_outside", text, remedy, {"closes": closes_at}))
    if facts.by is Opener.TELLERS and (facts.charged_at is None or now < facts.charged_at + HOST_HAS):
        text = N_("The host still has time to open this hall.")
        remedy = N_("The tellers may open it seven days after the charge.")
        obstacles.append(Obstacle("host_has_time", text, remedy))
    return obstacles


class Person(Protocol):
    """The part of an acting member that these rules look at; appointments are (role, question id)."""

    @property
    def local_id(self) -> int: ...
    @property
    def standing(self) -> str: ...
    @property
    def office(self) -> str: ...
    @property
    def appointments(self) -> frozenset[tuple[str, int]]: ...


def holds(person: Person, role: str, question_id: int) -> bool:
    """Whether this person is a teller, trustee or observer of this question."""
    return (role, question_id) in person.appointments


def may_draft(person: Person) -> bool:
    return person.office == "officer"


def may_second_option(person: Person, question_id: int, state: QuestionState) -> bool:
    """Members in good standing and retired ones, from the charge to the close; no teller or observer of
    it.
    """
    impartial = holds(person, "teller", question_id) or holds(person, "observer", question_id)
    return person.standing in SPEAKING and not impartial and state in (S.CHARGED, S.DEBATING)


def may_open_hall(person: Person, question_id: int, local_id: int) -> Opener | None:
    """As what this person may open the local's hall, or None."""
    if person.office == "host" and person.local_id == local_id:
        return Opener.HOST
    return Opener.TELLERS if holds(person, "teller", question_id) else None


def may_state(person: Person) -> bool:
    """The leadership's marked statements come from officers."""
    return person.office == "officer"


def reply_signatures_needed(roll_count: int) -> int:
    """How many members a minority's reply needs: ten, or 1 % of the roll (rounded up) where that is less.

    Two at least, since they must come from two locals.
    """
    return max(REPLY_LOCALS, min(REPLY_MEMBERS, -(-roll_count // 100)))


def reply_has_standing(signer_locals: list[int], roll_count: int) -> bool:
    """Enough signers, from at least two locals. One entry per signer: the signer's local."""
    enough = len(signer_locals) >= reply_signatures_needed(roll_count)
    return enough and len(set(signer_locals)) >= REPLY_LOCALS
