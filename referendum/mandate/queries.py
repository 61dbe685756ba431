"""Reads of mandates: a question's, its facts for the rules, what of it is quoted, filed and disputed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam

from forum.arguments.list_queries import Tag, tag_of
from forum.arguments.models import Argument
from forum.kernel.database import db
from forum.kernel.errors import Missing
from forum.kernel.once import once_a_page
from forum.questions.matter_queries import earlier_on_the_matter, later_on_the_matter
from forum.questions.models import Option, Question
from forum.questions.queries import process_of, question_by_id
from referendum.mandate import rules
from referendum.mandate.models import Dispute, Duty, FiledAct, Mandate, Quotation
from referendum.mandate.rules import MandateFacts, MandateState
from referendum.process.queries import cited_vote
from referendum.results.queries import citations_awaited

PLAIN_DISPUTE_DAYS = 14


@dataclass(frozen=True)
class Quoted:
    """An argument that every act must answer, and why it is quoted: it moved most, or weighed with most."""

    argument: Argument
    option: Option
    kind: str

    @property
    def claim(self) -> str:
        """Its words; none once they were hidden."""
        return "" if self.argument.hidden_at else self.argument.claim

    @property
    def tag(self) -> Tag:
        return tag_of(self.argument, self.option.letter)


@dataclass(frozen=True)
class DutyRow:
    """One duty as the page shows it."""

    number: int
    duty: Duty
    state: str
    unanswered: tuple[int, ...]


_NEWEST = (
    db.select(Mandate).where(Mandate.question_id == bindparam("question_id")).order_by(Mandate.id.desc()).limit(1)
)


@once_a_page
def mandate_of(question_id: int) -> Mandate | None:
    """The newest mandate from a question."""
    return db.session.scalars(_NEWEST, {"question_id": question_id}).first()


def mandate_of_vote(vote_id: int) -> Mandate | None:
    """The mandate that a vote created."""
    return db.session.scalars(db.select(Mandate).where(Mandate.vote_id == vote_id)).first()


def duty(duty_id: int) -> Duty:
    """One duty. Raises `Missing`."""
    found = db.session.get(Duty, duty_id)
    if found is None:
        raise Missing
    return found


def filed_act(act_id: int) -> FiledAct:
    """One act of the leadership. Raises `Missing`."""
    found = db.session.get(FiledAct, act_id)
    if found is None:
        raise Missing
    return found


def due_mandates() -> list[Mandate]:
    """Every mandate that has not ended."""
    query = db.select(Mandate).where(Mandate.state == MandateState.DUE).order_by(Mandate.id)
    return list(db.session.scalars(query))


def due_on_the_same_matter(question: Question) -> list[Mandate]:
    """Mandates still due of the earlier questions that this one takes up again."""
    ids = [each.id for each in earlier_on_the_matter(question)]
    query = db.select(Mandate).where(Mandate.question_id.in_(ids), Mandate.state == MandateState.DUE)
    return list(db.session.scalars(query.order_by(Mandate.id).with_for_update()))


def replaced_by(mandate: Mandate) -> Question | None:
    """The later question whose mandate took the place of this one."""
    if mandate.state != MandateState.SUPERSEDED:
        return None
    later = later_on_the_matter(question_by_id(mandate.question_id))
    return next((each for each in later for other in _mandates(each) if other.at == mandate.ended_at), None)


def replaces(mandate: Mandate) -> list[Question]:
    """The earlier questions whose mandates this one took the place of."""
    earlier = earlier_on_the_matter(question_by_id(mandate.question_id))
    ended = MandateState.SUPERSEDED
    return [
        each for each in earlier
        if any(other.state == ended and other.ended_at == mandate.at for other in _mandates(each))
    ]  # fmt: skip


def _mandates(question: Question) -> list[Mandate]:
    return list(db.session.scalars(db.select(Mandate).where(Mandate.question_id == question.id).order_by(Mandate.id)))


def quoted(mandate: Mandate) -> list[Quoted]:
    """The arguments a mandate quotes, in the order of the rule."""
    query = (
        db.select(Quotation, Argument, Option)
        .join(Argument, Argument.id == Quotation.argument_id)
        .join(Option, Option.id == Argument.option_id)
        .where(Quotation.mandate_id == mandate.id)
        .order_by(Quotation.id)
    )
    return [Quoted(argument, option, each.kind) for each, argument, option in db.session.execute(query)]


def disputes(mandate: Mandate) -> list[Dispute]:
    """Every dispute of an act filed under a mandate, oldest first."""
    query = (
        db.select(Dispute)
        .join(FiledAct, FiledAct.id == Dispute.act_id)
        .join(Duty, Duty.id == FiledAct.duty_id)
        .where(Duty.mandate_id == mandate.id)
        .order_by(Dispute.id)
    )
    return list(db.session.scalars(query))


def dispute_days(question: Question) -> int:
    """How long an act may be disputed, by the question's process."""
    stage = process_of(question).mandate
    return stage.dispute_days if stage else PLAIN_DISPUTE_DAYS


def facts_of(mandate: Mandate) -> MandateFacts:
    """A mandate as the rules see it; obligations are numbered from 1 in the order of their days."""
    numbers = {each.argument.id: each.argument.number for each in quoted(mandate)}
    obligations = tuple(
        rules.Obligation(number, each.due_at, tuple(_act(act, numbers) for act in each.acts))
        for number, each in enumerate(mandate.duties, start=1)
    )
    cited = cited_vote(mandate.question_id)
    return MandateFacts(
        state=MandateState(mandate.state),
        obligations=obligations,
        quoted=frozenset(numbers.values()),
        dispute_days=dispute_days(question_by_id(mandate.question_id)),
        citations_sealed=cited is not None and citations_awaited(cited),
        disputes=tuple(
            rules.Dispute(each.id, each.at, None if not each.ruling else each.ruling == "upheld", each.mend_by,
                          each.mended_at)
            for each in disputes(mandate)
        ),
    )  # fmt: skip


def _act(act: FiledAct, numbers: dict[int, int]) -> rules.Act:
    answered = frozenset(numbers[int(id_)] for id_ in act.answers if int(id_) in numbers)
    return rules.Act(act.id, act.at, answered)


def duty_rows(mandate: Mandate, facts: MandateFacts, now: datetime) -> list[DutyRow]:
    """Every duty with how it stands: done, late, next, ahead."""
    rows: list[DutyRow] = []
    for each, obligation in zip(mandate.duties, facts.obligations, strict=True):
        done_at = rules.fulfilled_at(obligation, facts.quoted)
        if each.breached_at is not None or (now > each.due_at and (done_at is None or done_at > each.due_at)):
            state = "late"
        elif done_at is not None:
            state = "done"
        else:
            state = "ahead" if any(row.state == "next" for row in rows) else "next"
        rows.append(DutyRow(obligation.number, each, state, rules.unanswered(obligation, facts.quoted)))
    return rows


def quotations_of(argument_id: int) -> list[tuple[Mandate, Quotation]]:
    """In which mandates an argument is quoted."""
    query = (
        db.select(Mandate, Quotation)
        .join(Quotation, Quotation.mandate_id == Mandate.id)
        .where(Quotation.argument_id == argument_id)
        .order_by(Mandate.id)
    )
    return [(mandate, quotation) for mandate, quotation in db.session.execute(query)]


def open_disputes(question_ids: list[int]) -> list[tuple[Dispute, Mandate]]:
    """Disputes that wait for the tellers of these questions."""
    query = (
        db.select(Dispute, Mandate)
        .join(FiledAct, FiledAct.id == Dispute.act_id)
        .join(Duty, Duty.id == FiledAct.duty_id)
        .join(Mandate, Mandate.id == Duty.mandate_id)
        .where(Dispute.ruling == "", Mandate.question_id.in_(question_ids))
        .order_by(Dispute.id)
    )
    return [(dispute, mandate) for dispute, mandate in db.session.execute(query)]
