"""The mandate machine: due → discharged or breached, or superseded. The clock moves it, on what was filed.

Discharge needs acts for every obligation that answer every argument quoted, the dispute window over, and
every dispute ruled on. While the citations are still sealed nobody knows what is quoted, so it waits for
them. Breach needs one obligation past its day without such an act, or a dispute upheld and not mended.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from forum.arguments.rules import label_of
from forum.kernel.errors import N_, Obstacle


class MandateState(StrEnum):
    DUE = "due"
    DISCHARGED = "discharged"
    BREACHED = "breached"
    SUPERSEDED = "superseded"


class MandateMove(StrEnum):
    DISCHARGE = "discharge"
    BREACH = "breach"
    SUPERSEDE = "supersede"


S, M = MandateState, MandateMove
MOVES: dict[tuple[MandateState, MandateMove], MandateState] = {
    (S.DUE, M.DISCHARGE): S.DISCHARGED,
    (S.DUE, M.BREACH): S.BREACHED,
    (S.DUE, M.SUPERSEDE): S.SUPERSEDED,
}


@dataclass(frozen=True)
class Act:
    """What the leadership filed for one obligation, with the numbers of the arguments it answers."""

    number: int
    filed_at: datetime
    answers: frozenset[int]


@dataclass(frozen=True)
class Obligation:
    """One thing to do by a day, with the acts filed for it."""

    number: int
    due_at: datetime
    acts: tuple[Act, ...] = ()


@dataclass(frozen=True)
class Dispute:
    """A member's objection to an act. `upheld` is None until the tellers rule; `mend_by` is their day if
    upheld.
    """

    number: int
    raised_at: datetime
    upheld: bool | None = None
    mend_by: datetime | None = None
    mended_at: datetime | None = None


@dataclass(frozen=True)
class MandateFacts:
    """`quoted` are the numbers of the arguments quoted; each obligation's acts together must answer all of
    them. `citations_sealed`: the citations will be opened and are not yet, so that `quoted` is not known.
    """

    state: MandateState
    obligations: tuple[Obligation, ...]
    quoted: frozenset[int]
    dispute_days: int
    disputes: tuple[Dispute, ...] = ()
    superseded_by_certified: bool = False
    citations_sealed: bool = False


def next_state(state: MandateState, move: MandateMove) -> MandateState | None:
    """Where a move leads, or None when it does not exist from here."""
    return MOVES.get((state, move))


def due_at(certified_at: datetime, days: int) -> datetime:
    """When an obligation falls due, counted from the certificate."""
    return certified_at + timedelta(days=days)


def unanswered(obligation: Obligation, quoted: frozenset[int]) -> tuple[int, ...]:
    """Quoted arguments that no act of this obligation answers yet, in order."""
    answered = frozenset[int]().union(*(act.answers for act in obligation.acts))
    return tuple(sorted(quoted - answered))


def fulfilled_at(obligation: Obligation, quoted: frozenset[int]) -> datetime | None:
    """When an act had been filed and every quoted argument answered; None while that is not so."""
    answered: frozenset[int] = frozenset()
    for act in sorted(obligation.acts, key=lambda act: (act.filed_at, act.number)):
        answered |= act.answers
        if quoted <= answered:
            return act.filed_at
    return None


def dispute_closes_at(facts: MandateFacts) -> datetime | None:
    """The end of the dispute window: it runs from the act that completed the last obligation."""
    done = [fulfilled_at(obligation, facts.quoted) for obligation in facts.obligations]
    if not done or None in done:
        return None
    return max(at for at in done if at is not None) + timedelta(days=facts.dispute_days)


def obstacles_to(move: MandateMove, facts: MandateFacts, now: datetime) -> list[Obstacle]:
    """Everything that keeps this move from happening now; empty when it may happen."""
    if next_state(facts.state, move) is None:
        text, remedy = N_("This mandate has already ended."), N_("Look at how it ended.")
        return [Obstacle("wrong_state", text, remedy, {"state": facts.state.value})]
    if move is M.DISCHARGE:
        return _to_discharge(facts, now)
    if move is M.BREACH:
        return _to_breach(facts, now)
    if facts.superseded_by_certified:
        return []
    text = N_("No later question on this matter has been certified.")
    remedy = N_("Only a later certified vote of the members replaces a mandate.")
    return [Obstacle("no_later_vote", text, remedy)]


def awaited_citations(facts: MandateFacts) -> list[Obstacle]:
    """Whether discharge waits for the citations. It has no end of its own: else who holds them back would let the acts
    off the arguments. The days of the obligations run on meanwhile.
    """
    if facts.state is not S.DUE or not facts.citations_sealed:
        return []
    text = N_("The trustees have not opened the citations yet.")
    remedy = N_("Until then nobody knows which arguments the acts must answer, and the mandate is not discharged.")
    return [Obstacle("citations_sealed", text, remedy)]


def _to_discharge(facts: MandateFacts, now: datetime) -> list[Obstacle]:
    obstacles = _unfinished(facts) + awaited_citations(facts)
    if any(breaches(facts, now)):
        text, remedy = (
            N_("A day has passed unfulfilled."),
            N_("What is late stays late: the mandate is breached."),
        )
        obstacles.append(Obstacle("breached", text, remedy))
    closes_at = dispute_closes_at(facts)
    if closes_at is not None and now < closes_at:
        text, remedy = N_("The dispute window is still open."), N_("Wait until it has closed.")
        obstacles.append(Obstacle("disputable", text, remedy, {"at": closes_at}))
    pending = [dispute.number for dispute in facts.disputes if dispute.upheld is None]
    if pending:
        text, remedy = N_("%(count)s disputes are not ruled on."), N_("The tellers rule on each dispute.")
        obstacles.append(Obstacle("disputes", text, remedy, {"count": len(pending), "numbers": pending}))
    unmended = [dispute.number for dispute in facts.disputes if dispute.upheld and dispute.mended_at is None]
    if unmended:
        text = N_("%(count)s disputes were upheld and are not mended.")
        remedy = N_("File an act that mends what was found, by the day the tellers set.")
        obstacles.append(Obstacle("unmended", text, remedy, {"count": len(unmended), "numbers": unmended}))
    return obstacles


def _unfinished(facts: MandateFacts) -> list[Obstacle]:
    """One obstacle for each obligation without an act, and for each whose acts leave an argument
    unanswered.
    """
    obstacles = []
    for obligation in facts.obligations:
        left = unanswered(obligation, facts.quoted)
        number: dict[str, object] = {"number": obligation.number}
        if not obligation.acts:
            text, remedy = N_("No act is filed for obligation %(number)s."), N_("File an act for it.")
            obstacles.append(Obstacle("no_act", text, remedy, number))
        elif left:
            text = N_("The acts for obligation %(number)s leave arguments unanswered: %(arguments)s.")
            remedy = N_("Answer each argument by its number.")
            named = {**number, "arguments": ", ".join(label_of(argument) for argument in left)}
            obstacles.append(Obstacle("unanswered", text, remedy, named))
    return obstacles


def breaches(facts: MandateFacts, now: datetime) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Numbers of the obligations that passed their day unfulfilled, and of the disputes not mended in
    time.
    """
    overdue = tuple(o.number for o in facts.obligations if now > o.due_at and _was_late(o, facts.quoted))
    unmended = tuple(
        d.number for d in facts.disputes if d.upheld and d.mend_by and now > d.mend_by and _unmended(d)
    )
    return overdue, unmended


def _was_late(obligation: Obligation, quoted: frozenset[int]) -> bool:
    at = fulfilled_at(obligation, quoted)
    return at is None or at > obligation.due_at


def _unmended(dispute: Dispute) -> bool:
    assert dispute.mend_by is not None
    return dispute.mended_at is None or dispute.mended_at > dispute.mend_by


def _to_breach(facts: MandateFacts, now: datetime) -> list[Obstacle]:
    if any(breaches(facts, now)):
        return []
    text = N_("No obligation is overdue, and no upheld dispute is left unmended.")
    return [Obstacle("nothing_breached", text, N_("Nothing needs to be done."))]


def may_dispute(facts: MandateFacts, now: datetime) -> bool:
    """Any member may dispute from the first act until the window closes; before the last act it has no end
    yet.
    """
    any_act = any(obligation.acts for obligation in facts.obligations)
    closes_at = dispute_closes_at(facts)
    return facts.state is S.DUE and any_act and (closes_at is None or now < closes_at)
