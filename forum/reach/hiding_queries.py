"""Reads of hidden entries: one entry, how it stands with the rules, and the appeals that wait for observers."""

from dataclasses import dataclass

from forum.bodies import queries as bodies
from forum.bodies.models import BodyAct
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import Missing
from forum.moderation.rules import may_see_hidden
from forum.questions.models import Option, Question
from forum.reach import rules
from forum.reach.models import LedgerEntry
from forum.reach.rules import HiddenEntry, Kind
from forum.roll.models import Member

ACT = "rule_reach"
MOST_ON_A_DESK = 20


@dataclass(frozen=True, slots=True)
class HidingPage:
    """An entry that was hidden: `by` and `hidden_by` are names, empty for visitors; `sees` says that this reader may
    still read the words, the rest what this reader may do."""

    entry: LedgerEntry
    option: Option
    by: str
    hidden_by: str
    sees: bool
    appeals: bool
    rules: bool
    acts: list[BodyAct]


def entry_of(question_id: int, entry_id: int, *, lock: bool = False) -> LedgerEntry:
    """An entry of this question's ledger. Raises `Missing`."""
    found = db.session.get(LedgerEntry, entry_id, with_for_update=lock or None, populate_existing=lock)
    if found is None or found.question_id != question_id:
        raise Missing
    return found


def facts_of(entry: LedgerEntry) -> HiddenEntry:
    """An entry as the rules of hiding see it."""
    return HiddenEntry(
        entry.question_id, Kind(entry.kind), entry.by_id, entry.hidden_at is not None, entry.hidden_by_id,
        entry.appealed_at is not None, entry.ruling,
    )  # fmt: skip


def matter(entry: LedgerEntry) -> bodies.Matter:
    """What a ruling on an appeal is about."""
    return ACT, f"entry:{entry.id}"


def page(actor: Actor, question: Question, entry_id: int) -> HidingPage:
    """The page of an entry that is hidden, or was. Raises `Missing` for one that never was, and to visitors for one
    that reached a small local alone."""
    entry = entry_of(question.id, entry_id)
    if not entry.ground or (entry.small and not actor.is_member):
        raise Missing
    facts = facts_of(entry)
    sees = not facts.hidden or may_see_hidden(actor, question.id, entry.hidden_by_id or 0, entry.by_id or 0)
    names = _names(actor, entry)
    return HidingPage(
        entry, db.session.get_one(Option, entry.option_id), names.get(entry.by_id, ""),
        names.get(entry.hidden_by_id, ""), sees and actor.is_member, not rules.why_not_appeal(actor, facts),
        not rules.why_not_rule(actor, facts), _rulings(actor, entry),
    )  # fmt: skip


def _names(actor: Actor, entry: LedgerEntry) -> dict[int | None, str]:
    if not actor.is_member:
        return {}
    query = db.select(Member.id, Member.name).where(Member.id.in_([entry.by_id or 0, entry.hidden_by_id or 0]))
    return dict(db.session.execute(query).all())


def _rulings(actor: Actor, entry: LedgerEntry) -> list[BodyAct]:
    """Rulings that this reader may open and that were not replaced."""
    mine = bodies.visible_acts(actor, entry.question_id)
    return [each for each in mine if (each.act, each.facts.get("about")) == matter(entry)]


def appeals_for(actor: Actor) -> list[LedgerEntry]:
    """Appeals that wait for a ruling of this observer's body, oldest first."""
    watched = [question_id for role, question_id in actor.appointments if role == "observer"]
    query = db.select(LedgerEntry).where(
        LedgerEntry.question_id.in_(watched), LedgerEntry.appealed_at.is_not(None), LedgerEntry.ruling == "",
        LedgerEntry.by_id != actor.member_id,
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(LedgerEntry.appealed_at, LedgerEntry.id).limit(MOST_ON_A_DESK)))
