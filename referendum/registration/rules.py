"""When members register. Pure."""

from datetime import datetime

from forum.kernel.errors import N_
from forum.questions.states import QuestionState

OPEN_IN = frozenset({QuestionState.CHARGED, QuestionState.DEBATING, QuestionState.CLOSED})
NOT_OPEN = N_("Registration is not open.")
NOT_YOURS = N_("This is not the number on your card. Look at it again; nothing was changed.")


def is_open(state: str, closes_at: datetime | None, now: datetime) -> bool:
    """From when the question leaves the drawer until the published moment."""
    return state in OPEN_IN and closes_at is not None and now < closes_at
