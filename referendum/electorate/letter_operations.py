"""Letters with voting codes, lot by lot, and a teller's word on what came of them; mails that go on again."""

from datetime import datetime

from forum.kernel import audit
from forum.kernel.database import db
from forum.kernel.doors import Actor
from forum.kernel.errors import N_, refuse_unless
from referendum.electorate import entry_queries, queries
from referendum.electorate.code_operations import finish_codes, mark, remark
from referendum.electorate.operations import ONLY_TELLERS, Act
from referendum.process.models import Vote
from referendum.process.queries import subject_of


def check_no_lot_is_open(vote: Vote) -> None:
    """One lot at a time: of the last one it must be known whether it is on paper."""
    refuse_unless(
        not entry_queries.count_in(vote.id, "printing"),
        N_("Say first what came of the letters that you were given last: printed, or lost."),
    )


def note_letters(actor: Actor, vote: Vote, names: list[str], *, now: datetime) -> None:
    """The letters of these entries were made and are about to be streamed; nothing of them is kept."""
    mark(vote, dict.fromkeys(names, "printing"))
    audit.record(actor, Act.PRINT_LETTERS, subject_of(vote), now=now, office="teller", letters=len(names))


def settle_letters(actor: Actor, vote: Vote, *, printed: bool, now: datetime) -> int:
    """What came of the last lot: on paper, or lost, so that its members need spare codes. Gives how many they are."""
    refuse_unless(actor.holds("teller", vote.question_id), ONLY_TELLERS)
    lot = remark(vote, "printing", "letter" if printed else "unknown")
    refuse_unless(lot, N_("No letters wait for you to say that they are printed."))
    audit.record(actor, Act.SETTLE_LETTERS, subject_of(vote), now=now, office="teller", letters=lot, printed=printed)
    finish_codes(vote, now=now)
    return lot


def go_on(actor: Actor, vote: Vote, *, refused: bool, now: datetime) -> None:
    """Let the mails go on that were halted; with `refused`, those that the mail server refused are tried once more."""
    refuse_unless(actor.holds("teller", vote.question_id), ONLY_TELLERS)
    roll = queries.frozen_electorate(vote.id)
    again = remark(vote, "refused", "waiting") if refused else 0
    roll.halted = False
    db.session.flush()
    audit.record(actor, Act.GO_ON_WITH_CODES, subject_of(vote), now=now, office="teller", again=again)
