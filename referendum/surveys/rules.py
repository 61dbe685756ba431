"""When a survey is held and when it is told. Pure."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from forum.kernel.errors import N_
from forum.questions.process import DebateStage, Process, SurveyItem, SurveyStage
from forum.questions.rules import letter_at
from referendum.crypto.canonical import canonical_bytes

LEAST_TOLD = 20
"""Below so many answers nothing is told of them, as with ballots."""
LEAST_WEIGHED = 10
"""A stratum with fewer answers is weighed together with others: plain and weighted shares side by side would else tell
who keeps the roll, and so knows who was drawn there, what the few said."""
NOT_OPEN = N_("This survey is not open.")
NOT_DRAWN = N_("You were not drawn for this survey. Who was drawn is chance, and can be checked.")
ANSWERED = N_("You have answered already. An answer cannot be changed: it stands apart from your name.")
FIXED = N_("What this survey asks is part of the process that was published.")
ASKED = N_("This survey has been drawn. What it asks stays as it is.")
DEFAULT = SurveyItem(N_("What do you lean to today?"))
"""What a survey asks if nobody wrote anything else; it is told in the reader's language."""
EVERYBODY = 10_000_000

BEFORE, AFTER = 1, 2


def survey_stages(process: Process) -> dict[int, SurveyStage]:
    """The surveys of a process by when they are held: before the debate, or after it (also where there is none)."""
    found: dict[int, SurveyStage] = {}
    for at, stage in enumerate(process.stages):
        if isinstance(stage, SurveyStage):
            before = any(isinstance(each, DebateStage) for each in process.stages[at + 1 :])
            found[BEFORE if before else AFTER] = stage
    return found


def is_open(state: str, closes_at: datetime | None, now: datetime) -> bool:
    """From the draw until the announced moment."""
    return state == "open" and closes_at is not None and now < closes_at


def lettered(answers: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Answers of an item's own, each with its letter."""
    return tuple((letter_at(place), words) for place, words in enumerate(answers))


def document_of(title: str, items: Sequence[tuple[str, Sequence[str]]]) -> bytes:
    """A questionnaire as it is hashed: JSON of its title, and of each item the question and the answers in words."""
    return canonical_bytes({"title": title, "items": [{"text": text, "answers": list(said)} for text, said in items]})


def hash_of(document: bytes) -> str:
    """The hash of a questionnaire in the record."""
    return sha256(document).hexdigest()
