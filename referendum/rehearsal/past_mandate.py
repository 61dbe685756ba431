"""How the demo's past question was carried out: an act for each obligation, a dispute and its ruling, discharge."""

from datetime import UTC, datetime, timedelta

from forum.arguments.models import Argument
from forum.kernel.database import transaction
from referendum.conduct.jobs import tend
from referendum.mandate import operations, queries
from referendum.mandate.forms import NewAct, NewDisputeRuling
from referendum.mandate.models import Mandate
from referendum.process.queries import current_vote
from referendum.rehearsal.charging import PEOPLE
from referendum.rehearsal.reading_union import texts
from referendum.rehearsal.stage import Made, Stage

RULED_AFTER = timedelta(days=5)
QUIET = timedelta(days=15)


def carry_out(stage: Stage, made: Made) -> None:
    """Every act answers every argument that the mandate quotes; after the dispute window the clock discharges it."""
    told = texts("past")
    with transaction(write=False):
        certified_at = _mandate(made).at
    last = certified_at
    filed: list[int] = []
    for place, (day, author, words) in enumerate(told["mandate"]["acts"]):
        last = certified_at + timedelta(days=int(day), hours=3)
        stage.stand_at(last)
        with transaction(write=True):
            mandate = _mandate(made)
            answers = _answers(made, mandate, place)
            new = NewAct(words, answers)
            filed.append(operations.file_act(stage.person(author), mandate.duties[place].id, new, now=last).id)
    for each in told["dispute"]:
        last = _dispute(stage, each, filed, last)
    ends_at = (last + QUIET).astimezone(UTC)
    stage.stand_at(ends_at)
    tend(ends_at)


def _mandate(made: Made) -> Mandate:
    vote = current_vote(made.question_id)
    assert vote is not None
    mandate = queries.mandate_of_vote(vote.id)
    assert mandate is not None
    return mandate


def _answers(made: Made, mandate: Mandate, place: int) -> dict[int, str]:
    """The story's answers, in its act at this place, to the arguments that are quoted, by their numbers."""
    told = texts("past")["mandate"]["answers"]
    name_of = {number: name for name, number in made.arguments.items()}
    quoted: list[Argument] = [each.argument for each in queries.quoted(mandate)]
    return {each.number: told[name_of[each.id]][place] for each in quoted}


def _dispute(stage: Stage, told: dict[str, str], filed: list[int], last: datetime) -> datetime:
    """A member disputes an act, and the tellers rule."""
    raised_at = last + timedelta(days=int(told["days_after"]))
    stage.stand_at(raised_at)
    with transaction(write=True):
        found = operations.dispute(stage.person(told["by"]), filed[int(told["act"])], told["text"], now=raised_at)
        dispute_id = found.id
    ruled_at = raised_at + RULED_AFTER
    stage.stand_at(ruled_at)
    with transaction(write=True):
        ruling = NewDisputeRuling(upheld=False, reason=told["ruling"])
        act = operations.propose_dispute_ruling(stage.person(PEOPLE["teller"][0]), dispute_id, ruling, now=ruled_at)
        stage.sign(act, PEOPLE["teller"], ruled_at)
    return ruled_at
