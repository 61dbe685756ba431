"""A question with everything in place, for tests that take one thing away."""

from datetime import UTC, datetime, timedelta

from forum.questions.floor import LocalFacts, Opener
from forum.questions.rules import QuestionFacts, QuestionState
from forum.questions.templates import load_shipped
from forum.questions.timetable import propose

START = datetime(2026, 2, 2, 9, tzinfo=UTC)
PROCESS = load_shipped("weiner")
TIMETABLE = propose(PROCESS, START)
CLOSES = START + timedelta(days=28)

HONOURED = tuple(LocalFacts(n, f"Local {n}", Opener.HOST, sessions_held=1) for n in range(1, 5))

READY = QuestionFacts(
    state=QuestionState.DRAFTED,
    process=PROCESS,
    timetable=TIMETABLE,
    option_count=2,
    process_published=True,
    timetable_published=True,
    obligations_published=True,
    roll_count=400,
    officers=frozenset({1, 2, 3, 4, 5}),
    tellers=frozenset({11, 12, 13}),
    trustees=frozenset({21, 22}),
    observers=frozenset({31}),
    pledge_signers=frozenset({1, 2, 3}),
    charge_signers=frozenset({1, 2, 4}),
    began_at=START,
    locals=HONOURED,
    override_reason="The hall of Local 4 burnt down.",
    override_signers=frozenset({11, 12}),
    withdrawal_reason="The employer withdrew its offer.",
    withdrawal_signers=frozenset({1, 2, 3, 11, 12}),
    withdrawal_ground=None,
)
