"""The texts the executive council signs. The same question gives the same text, byte for byte; times are UTC.

They are Markdown that reads as plain text. Nothing here is translated: what was signed is signed in one
wording.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Protocol

from forum.questions.process import Process
from forum.questions.process_words import electorate_in_words, stage_in_words
from forum.questions.timetable import Timetable


class AQuestion(Protocol):
    """What the documents say of a question."""

    @property
    def id(self) -> int: ...
    @property
    def number(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def background_source(self) -> str: ...


class AnOption(Protocol):
    """What the documents say of an option."""

    @property
    def id(self) -> int: ...
    @property
    def letter(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def slate(self) -> str: ...


class AnObligation(Protocol):
    """What the documents say of an obligation."""

    @property
    def option_id(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def due_days(self) -> int: ...


DATE_NAMES = {
    "registration_closes_at": "Registration closes",
    "debate_opens_at": "The debate opens",
    "debate_closes_at": "The debate closes",
    "record_at": "The roll is frozen",
    "voting_opens_at": "Voting opens",
    "voting_closes_at": "Voting closes",
    "challenge_closes_at": "The challenge window closes",
}
PROMISE = (
    "The executive council will carry out the result of question %(number)s as the members decide it, within the days "
    "written below, whichever option is elected."
)
ORDER = (
    "The executive council charges every local with providing space and place for its members to air their opinions "
    "on this question: a thread open to every member, and live sessions."
)
SAME_MATTER = (
    "This question is on the same matter as question %(number)s: %(title)s. Once an option of this question is elected "
    "and certified, its mandate takes the place of that question's, if that is still due."
)
ROLE_NAMES = {"teller": "Tellers", "trustee": "Trustees", "observer": "Observers"}


def pledge_document(
    question: AQuestion,
    options: Sequence[AnOption],
    obligations: Sequence[AnObligation],
    people: Iterable[tuple[str, str]],
    process: Process,
    timetable: Timetable,
    earlier: AQuestion | None = None,
) -> str:
    """The pledge with everything it promises. `people` are (role, name) as the council named them; `earlier` is the
    question on the same matter whose mandate this one may replace.
    """
    named = list(people)
    parts = [
        f"# Pledge on question {question.number}",
        PROMISE % {"number": question.number},
        f"## The question\n\n{question.title}",
        *([question.background_source] if question.background_source else []),
        *([SAME_MATTER % {"number": earlier.number, "title": earlier.title}] if earlier else []),
        "## The options and what each obliges the council to do",
        *(_option(option, obligations) for option in options),
        f"## The process\n\n{process.title}\n\n{_stages(process)}",
        f"## The timetable\n\n{_dates(timetable)}",
        "## Who runs it",
        *(_people(role, named) for role in ROLE_NAMES),
    ]
    return "\n\n".join(parts) + "\n"


def charge_document(question: AQuestion, pledge: str, process: Process, timetable: Timetable) -> str:
    """The charge: the council's order to every local to provide space and place. It contains the pledge's
    text.
    """
    stage = process.debate
    floor = "" if stage is None else (
        f"The debate runs for at least {stage.min_days} days. Each local holds at least {stage.min_sessions} live "
        "session(s) in a hall opened by its own host."
    )  # fmt: skip
    parts = [
        f"# Charge on question {question.number}",
        ORDER,
        floor,
        f"## The debate\n\n{_dates(timetable)}",
        "## The pledge on which this charge rests",
        pledge.replace("\n## ", "\n### ").removeprefix(f"# Pledge on question {question.number}\n\n").strip(),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _option(option: AnOption, obligations: Sequence[AnObligation]) -> str:
    slate = f" (slate: {option.slate})" if option.slate else ""
    lines = [f"### {option.letter}. {option.title}{slate}"]
    if option.text:
        lines.append(option.text)
    duties = [each for each in obligations if each.option_id == option.id]
    lines.append(
        "\n".join(f"- within {each.due_days} days of the certificate: {each.text}" for each in duties)
        or "No obligation follows from this option."
    )
    return "\n\n".join(lines)


def _stages(process: Process) -> str:
    lines = [f"{place}. {stage_in_words(stage)}" for place, stage in enumerate(process.stages, 1)]
    return "\n".join([*lines, "", f"Who may vote: {electorate_in_words(process.electorate)}"])


def _dates(timetable: Timetable) -> str:
    return "\n".join(f"- {DATE_NAMES[name]}: {instant(at)}" for name, at in timetable.in_order())


def instant(at: datetime) -> str:
    """A time as signed documents write it."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")


def _people(role: str, people: Sequence[tuple[str, str]]) -> str:
    """Names only: a member number opens the way to a sign-in, so it stands on no page that others read."""
    named = sorted(name for held, name in people if held == role)
    return f"{ROLE_NAMES[role]}: " + ("; ".join(named) or "none named")
