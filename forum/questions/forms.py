"""Reads what officers and members send about a question. A draft may be incomplete; what is there must be
readable.

`read_draft` and `as_typed` are each other's reverse, so that the page shows a stored draft and a refused one
alike.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from forum.kernel.errors import N_
from forum.kernel.reading import Reader
from forum.questions.process import Process
from forum.questions.states import WithdrawalGround
from forum.questions.template_faults import read_with_lines
from forum.questions.templates import load_shipped, shipped_names
from forum.questions.timetable import FIELDS, Timetable

OWN = "own"
MOST_ROWS = 26  # options are called by one letter each, A to Z
MOST_DUTIES = 6
MOST_DAYS = 3650
MOST_REASON = 4000
ROLES = ("teller", "trustee", "observer")
NUMBERS = re.compile(r"[\s,;]+")


@dataclass(frozen=True)
class Duty:
    """What the council must do if the option is elected, within so many days of the certificate."""

    text: str
    due_days: int


@dataclass(frozen=True)
class DraftOption:
    """One option as drafted."""

    title: str
    text: str = ""
    slate: str = ""
    duties: tuple[Duty, ...] = ()


@dataclass(frozen=True)
class Draft:
    """Everything an officer writes of a question. People are member numbers; `version` is that of the page shown;
    `takes_up` is the number of the earlier question on the same matter; `needed` are those of the trustees without whom
    nothing is opened.
    """

    title: str
    template: str
    process: Process
    background: str = ""
    process_source: str = ""
    timetable: Timetable = field(default_factory=Timetable)
    propose_dates: bool = False
    options: tuple[DraftOption, ...] = ()
    people: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    needed: tuple[str, ...] = ()
    version: int = 0
    takes_up: int | None = None


def read_new(sent: Mapping[str, Any], *, union_size: int) -> tuple[str, str, str, Process]:
    """Title, template, the text of a process of one's own, and the process of a new question."""
    form = Reader(sent)
    title = form.line("title", most=300)
    template, source, process = _process(form, union_size)
    form.done()
    return title, template, source, _surely(process)


def read_draft(sent: Mapping[str, Any], zone: ZoneInfo, *, union_size: int) -> Draft:
    """A draft, or `Invalid` with every problem at its field."""
    form = Reader(sent)
    title = form.line("title", most=300)
    background = form.text("background", required=False)
    template, source, process = _process(form, union_size)
    dates = {name: form.instant(name, zone, required=False) for name in FIELDS}
    rows = [_option(form, sent, place) for place in range(MOST_ROWS) if _is_filled(sent, f"option-{place}-")]
    people = {role: _numbers(form, f"{role}s") for role in ROLES}
    needed = _numbers(form, "needed")
    if set(needed) - set(people["trustee"]):
        form.problem("needed", N_("Write only numbers that are among the trustees."))
    version, takes_up = form.number("version") or 0, form.number("takes_up", lowest=1, required=False)
    form.done()
    return Draft(
        title=title, template=template, process=_surely(process), background=background, process_source=source,
        timetable=Timetable(**dates), propose_dates=form.ticked("propose_dates"), options=tuple(rows), people=people,
        needed=needed, version=version, takes_up=takes_up,
    )  # fmt: skip


def _surely(process: Process | None) -> Process:
    if process is None:
        raise RuntimeError("a process that could not be read was not noted as a problem")
    return process


def _process(form: Reader, union_size: int) -> tuple[str, str, Process | None]:
    template = form.choice("template", [*shipped_names(), OWN])
    source = form.text("process_source", required=template == OWN)
    if template != OWN:
        return template, "", load_shipped(template) if template else None
    process, faults = read_with_lines(source, union_size=union_size)
    for fault in faults:
        text = N_("Line %(line)s, %(key)s: %(fault)s") if fault.problem.field else N_("Line %(line)s: %(fault)s")
        form.problem("process_source", text, line=fault.line, key=fault.problem.field, fault=fault.problem)
    return template, source, process


def read_source(sent: Mapping[str, Any]) -> str:
    """A process as TOML, to be looked at; whatever it holds, its reader tells what is wrong with it."""
    form = Reader(sent)
    source = form.text("process_source", required=True)
    form.done()
    return source


def _is_filled(sent: Mapping[str, Any], prefix: str) -> bool:
    return any(str(value).strip() for name, value in sent.items() if name.startswith(prefix))


def _option(form: Reader, sent: Mapping[str, Any], place: int) -> DraftOption:
    start = f"option-{place}-"
    duties = []
    for at in range(MOST_DUTIES):
        if _is_filled(sent, f"{start}duty-{at}-"):
            text = form.text(f"{start}duty-{at}-text", most=2000)
            days = form.number(f"{start}duty-{at}-days", lowest=1, highest=MOST_DAYS)
            duties.append(Duty(text, days or 1))
    return DraftOption(
        title=form.line(f"{start}title"),
        text=form.text(f"{start}text", required=False),
        slate=form.line(f"{start}slate", required=False),
        duties=tuple(duties),
    )


def _numbers(form: Reader, name: str) -> tuple[str, ...]:
    raw = form.text(name, required=False)
    return tuple(dict.fromkeys(number for number in NUMBERS.split(raw) if number))


def as_typed(draft: Draft, zone: ZoneInfo) -> dict[str, str]:
    """The form's fields as they would have to be typed to give this draft."""
    values = {
        "title": draft.title,
        "background": draft.background,
        "template": draft.template,
        "process_source": draft.process_source,
        "version": str(draft.version),
        "takes_up": str(draft.takes_up or ""),
    }
    for name, at in draft.timetable.in_order():
        values[name] = at.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
    for place, option in enumerate(draft.options):
        start = f"option-{place}-"
        values |= {f"{start}title": option.title, f"{start}text": option.text, f"{start}slate": option.slate}
        for line, duty in enumerate(option.duties):
            values |= {f"{start}duty-{line}-text": duty.text, f"{start}duty-{line}-days": str(duty.due_days)}
    for role in ROLES:
        values[f"{role}s"] = "\n".join(draft.people.get(role, ()))
    values["needed"] = "\n".join(draft.needed)
    return values


@dataclass(frozen=True)
class Rows:
    """How many rows the page shows: the filled ones and some blank ones."""

    options: int
    duties: tuple[int, ...]


def rows_for(values: Mapping[str, str]) -> Rows:
    """Rows for what is filled in, with two blank options and one blank duty beneath each, within the
    limits.
    """
    filled = [place for place in range(MOST_ROWS) if _is_filled(values, f"option-{place}-")]
    shown = min(MOST_ROWS, (filled[-1] + 1 if filled else 0) + 2)
    duties = []
    for place in range(shown):
        used = [at for at in range(MOST_DUTIES) if _is_filled(values, f"option-{place}-duty-{at}-")]
        duties.append(min(MOST_DUTIES, (used[-1] + 1 if used else 0) + 1))
    return Rows(shown, tuple(duties))


def read_close_anyway(sent: Mapping[str, Any]) -> str:
    """The public reason for closing below the floor."""
    form = Reader(sent)
    reason = form.text("close_reason", most=MOST_REASON)
    form.done()
    return reason


def read_withdrawal(sent: Mapping[str, Any]) -> tuple[str, WithdrawalGround | None]:
    """The public reason and, after the charge, the ground."""
    form = Reader(sent)
    reason = form.text("withdraw_reason", most=MOST_REASON)
    ground = form.choice("ground", list(WithdrawalGround), required=False)
    form.done()
    return reason, WithdrawalGround(ground) if ground else None


def read_extension(sent: Mapping[str, Any]) -> tuple[int, str]:
    """Days and public reason of an extension."""
    form = Reader(sent)
    days = form.number("days", lowest=1, highest=60)
    reason = form.text("extend_reason", most=MOST_REASON)
    form.done()
    return days or 0, reason


def read_exemption(sent: Mapping[str, Any]) -> tuple[str, str]:
    """The local's number and the public reason."""
    form = Reader(sent)
    number, reason = form.line("local", most=40), form.text("exempt_reason", most=MOST_REASON)
    form.done()
    return number, reason


def read_named(sent: Mapping[str, Any], letter: str, *, required: bool) -> str:
    """Number or name of the member named as spokesperson of the option with this letter, or ""."""
    form = Reader(sent)
    named = form.line(f"names-{letter}", required=required)
    form.done()
    return named


def read_addition(sent: Mapping[str, Any], letter: str) -> tuple[str, str]:
    """Role and member number of the person whom the spokespersons of this option add."""
    form = Reader(sent)
    role = form.choice(f"role-{letter}", ["trustee", "observer"])
    number = form.line(f"number-{letter}")
    form.done()
    return role, number
