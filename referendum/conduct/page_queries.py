"""Page-shaped reads for the desks: one vote with its steps, its guards, its turnout and what may be done now."""

from dataclasses import dataclass, field
from datetime import datetime

from forum.bodies.models import BodyAct
from forum.kernel.errors import N_, Obstacle
from forum.questions.facts_queries import gather_facts as question_facts
from forum.questions.models import Question
from forum.questions.page_queries import current_questions
from forum.questions.phrase import Phrase
from forum.questions.queries import named_people, question_by_id
from forum.questions.rules import obstacles_to as obstacles_to_close
from forum.questions.states import QuestionMove
from referendum.casting.queries import boxed_count
from referendum.conduct.facts_queries import (
    acts_on,
    fixed_tie_break,
    gather_facts,
    obstacles_to_call,
    running_votes,
)
from referendum.count.page_queries import waiting
from referendum.count.proof_queries import Proved, proved_by
from referendum.count.queries import archives_of
from referendum.process import rules
from referendum.process.box_rules import box_of
from referendum.process.facts import VoteFacts, VoteMove, VoteState
from referendum.process.models import Challenge, Vote
from referendum.process.queries import challenges
from referendum.process.voting import Reason
from referendum.results.queries import letters_of, outcome_of
from referendum.results.rules import share_of
from referendum.trustees.queries import numbers_of

BOX_AWAY = Obstacle(
    "box_away", N_("The ballot box has not come back yet."),
    N_("The trustees open the totals where it is kept. The operator of this site then takes back what was counted."),
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One step of a vote. `state` is done, now or next."""

    what: str
    state: str
    note: Phrase | None = None
    at: datetime | None = None


@dataclass(frozen=True)
class VotePage:
    """Everything the desk shows of one vote. `heading` says what comes next, `missing` what keeps it from happening;
    `may_call` whether a call may be issued now, `tie_break` the way to break a tie that it may no longer change.
    `unproved` are the archives of which a trustee opened a part without a second proof (`trustee_names` by number),
    `waiting` those that wait for one more part, and until when.
    """

    question: Question
    vote: Vote
    facts: VoteFacts
    steps: list[Step]
    heading: str
    missing: list[Obstacle]
    turnout: int
    share: str
    acts: list[BodyAct]
    challenges: list[Challenge]
    tied: list[str] = field(default_factory=list)
    may_call: bool = False
    tie_break: str = ""
    unproved: list[Proved] = field(default_factory=list)
    trustee_names: dict[int, str] = field(default_factory=dict)
    waiting: dict[str, datetime] = field(default_factory=dict)

    @property
    def tie_until(self) -> datetime | None:
        """Until when a tie may be broken."""
        return self.vote.counted_at + rules.TIE_DAYS if self.vote.counted_at else None


def vote_page(vote: Vote, now: datetime) -> VotePage:
    """One vote as its desk shows it."""
    question = question_by_id(vote.question_id)
    facts = gather_facts(vote)
    heading, missing = _next_move(vote, facts, now)
    boxed = boxed_count(vote.id) if vote.opened_at else 0
    outcome = outcome_of(vote) if vote.state == VoteState.CHALLENGEABLE else None
    open_tie = outcome is not None and outcome.reason is Reason.TIE and rules.may_break_tie(vote.counted_at or now, now)
    tied = letters_of(vote, outcome.tied) if outcome and open_tie else []
    unproved = [each for each in proved_by(vote, archives_of(vote)) if each.unproved]
    return VotePage(
        question, vote, facts, steps_of(vote, facts), heading, missing, boxed, share_of(boxed, facts.eligible_count),
        acts_on(vote), challenges(vote.id), tied, may_be_called(vote, now), fixed_tie_break(vote),
        unproved, _trustee_names(vote) if unproved else {}, waiting(vote),
    )  # fmt: skip


def _trustee_names(vote: Vote) -> dict[int, str]:
    """By their numbers in the archive, as far as they hold the office."""
    names = {member.id: member.name for named, member in named_people(vote.question_id) if named.role == "trustee"}
    return {number: names[member] for member, number in numbers_of(vote).items() if member in names}


def may_be_called(vote: Vote, now: datetime) -> bool:
    """Whether this vote waits for a call: none was issued, or its opening was missed."""
    return vote.state == VoteState.SET_UP and not rules.call_stands(vote.called_at, vote.closes_at, now)


def _next_move(vote: Vote, facts: VoteFacts, now: datetime) -> tuple[str, list[Obstacle]]:
    """What comes next, and everything that keeps it from happening."""
    match VoteState(vote.state):
        case VoteState.SET_UP if may_be_called(vote, now):
            apart = [each for each in obstacles_to_call(vote, facts, now) if each.code != "tie_break"]
            if vote.called_at is not None:
                return N_("Voting was not opened in time. Before another call can be issued"), apart
            return N_("Before the call can be issued"), apart
        case VoteState.SET_UP:
            return N_("Before voting can open"), rules.obstacles_to(VoteMove.OPEN, facts, now)
        case VoteState.OPEN:
            return N_("Before voting closes"), rules.obstacles_to(VoteMove.CLOSE, facts, now)
        case VoteState.COUNTING if box_of(vote.params) and not facts.archive_verified:
            return N_("Before the count can be published"), [BOX_AWAY]
        case VoteState.COUNTING:
            return N_("Before the count can be published"), rules.obstacles_to(VoteMove.COUNT, facts, now)
        case VoteState.CHALLENGEABLE:
            return N_("Before the result can be certified"), rules.obstacles_to(VoteMove.CERTIFY, facts, now)
    return "", []


def steps_of(vote: Vote, facts: VoteFacts) -> list[Step]:
    """The whole referendum from the close of the debate on, each step done, running or ahead."""
    keys: dict[str, object] = {"ready": len(facts.keys_ready), "all": len(facts.trustees)}
    proved: dict[str, object] = {"ready": len(facts.keys_proved), "all": len(facts.trustees)}
    codes: dict[str, object] = {"count": facts.codes_pending}
    rows: list[tuple[str, bool, Phrase | None, datetime | None]] = []
    if facts.has_debate:
        rows.append((N_("The digest is frozen"), bool(facts.digest_hash), None, None))
    rows += [
        (N_("The record date has come"), bool(facts.roll_hash), None, facts.record_at),
        (N_("The roll is frozen"), bool(facts.roll_hash), _roll_note(facts), facts.roll_frozen_at),
        (N_("The call is issued"), vote.called_at is not None, None, vote.called_at),
        (N_("Every trustee has made a key"), facts.trustees <= facts.keys_ready,
         Phrase(N_("%(ready)s of %(all)s"), keys), None),
        (N_("Every trustee’s key file was read back"), facts.trustees <= facts.keys_proved,
         Phrase(N_("%(ready)s of %(all)s"), proved), None),
        (N_("The voting codes are out"), facts.sealed_list_stored and not facts.codes_pending,
         Phrase(N_("%(count)s members have none yet."), codes) if facts.codes_pending else None, None),
        (N_("The ballot’s text is fixed"), bool(facts.ballot_hash), None, None),
        (N_("Voting is open"), vote.opened_at is not None, None, vote.opened_at or vote.opens_at),
        (N_("Voting is closed"), vote.closed_at is not None, None, vote.closed_at or vote.closes_at),
        (N_("The count is published"), vote.counted_at is not None, None, vote.counted_at),
        (N_("The result is certified"), vote.certified_at is not None, None,
         vote.certified_at or vote.challenges_end_at),
    ]  # fmt: skip
    steps: list[Step] = []
    for what, done, note, at in rows:
        running = not done and not any(step.state == "now" for step in steps)
        steps.append(Step(what, "done" if done else "now" if running else "next", note, at))
    return steps


def _roll_note(facts: VoteFacts) -> Phrase | None:
    numbers: dict[str, object] = {"count": facts.eligible_count}
    return Phrase(N_("%(count)s members may vote."), numbers) if facts.roll_hash else None


def desk_votes() -> list[tuple[Question, Vote]]:
    """The votes that are under way, with their questions."""
    return [(question_by_id(vote.question_id), vote) for vote in running_votes()]


@dataclass(frozen=True)
class DebateRow:
    """A question that is charged or in debate, with everything that keeps its debate from closing."""

    question: Question
    missing: list[Obstacle]


def desk_debates(now: datetime) -> list[DebateRow]:
    """The debates under way, as the desk of those who lead them shows them."""
    return [
        DebateRow(question, obstacles_to_close(QuestionMove.CLOSE, question_facts(question), now))
        for question in current_questions()
    ]
