"""What has become of an argument since the digest was frozen. The digest stays; the page says what is different."""

from forum.arguments.models import Argument
from forum.kernel.database import db
from forum.kernel.errors import N_
from forum.moderation.models import Hiding
from forum.questions.phrase import Phrase
from referendum.digest import queries
from referendum.digest.document import revision_hash
from referendum.digest.models import DigestOutcome
from referendum.digest.rules import Reason

HIDDEN = N_("Now hidden.")
HIDDEN_BY = N_("Now hidden, by ruling %(number)s.")
SHOWN = N_("Shown again since.")
MERGED = N_("Merged into A-%(number)s since.")
WITHDRAWN = N_("Withdrawn by its mover since.")
WORDED = N_("Its grounds have been reworded since.")
REWRITTEN = N_("Its words are no longer those that were frozen.")
READINGS = N_("It had %(before)s readings when the digest was frozen; %(now)s of them stand now.")


def later(outcomes: list[DigestOutcome], arguments: dict[int, Argument]) -> dict[int, list[Phrase]]:
    """The differences by argument number, for the few arguments of one page."""
    targets = _numbers([each.merged_into_id for each in arguments.values() if each.merged_into_id])
    rulings = _rulings([each.id for each in arguments.values() if each.hidden_at])
    found = {}
    for outcome in outcomes:
        argument = arguments[outcome.number]
        notes = _standing(outcome, argument, rulings.get(argument.id, 0), targets)
        now = argument.agree_count + argument.disagree_count + argument.pass_count
        if now != outcome.readers and argument.merged_into_id is None:
            notes.append(Phrase(READINGS, {"before": outcome.readers, "now": now}))
        found[outcome.number] = notes
    return found


def _standing(outcome: DigestOutcome, argument: Argument, ruling: int, targets: dict[int, int]) -> list[Phrase]:
    notes = []
    was_hidden = outcome.reason == Reason.HIDDEN
    if argument.hidden_at and not was_hidden:
        notes.append(Phrase(HIDDEN_BY, {"number": ruling}) if ruling else Phrase(HIDDEN))
    if was_hidden and not argument.hidden_at:
        notes.append(Phrase(SHOWN))
    if argument.merged_into_id and outcome.reason not in (Reason.MERGED, Reason.HIDDEN):
        notes.append(Phrase(MERGED, {"number": f"{targets[argument.merged_into_id]:02d}"}))
    if argument.withdrawn_at and outcome.reason not in (Reason.WITHDRAWN, Reason.HIDDEN, Reason.MERGED):
        notes.append(Phrase(WITHDRAWN))
    return notes


def worded_since(frozen: queries.Frozen) -> list[Phrase]:
    """Whether the words of a line are still those that were frozen: an older wording may be rewritten by nobody."""
    notes = [Phrase(WORDED)] if frozen.argument.revision > frozen.revision.number else []
    words = revision_hash(frozen.argument.claim, frozen.revision.grounds_source, frozen.revision.sources)
    return notes if words == frozen.line.revision_hash else [*notes, Phrase(REWRITTEN)]


def _numbers(ids: list[int]) -> dict[int, int]:
    rows = db.session.execute(db.select(Argument.id, Argument.number).where(Argument.id.in_(ids)))
    return dict(rows.all())


def _rulings(ids: list[int]) -> dict[int, int]:
    """The newest measure that hides each of these arguments and still stands."""
    query = (
        db.select(Hiding.subject_id, Hiding.id)
        .where(Hiding.kind == "argument", Hiding.subject_id.in_(ids), Hiding.lifted_at.is_(None))
        .where(Hiding.ruling != "restored")
        .order_by(Hiding.id)
    )
    return dict(db.session.execute(query).all())
