"""Assumptions of a union's own, from a TOML file: what it names replaces ours, every fault is told at once. Pure."""

import tomllib
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from forum.kernel.errors import Problem
from forum.questions.toml_table import TomlTable, as_share, exact_number
from referendum.rehearsal.comparison.assumptions import GROUPS, Assumptions, Group, SeatsFollow

MOST_COUNCILS, MOST_LOCALS, MOST_OFFICERS = 300, 5000, 500
LEAST_FACTOR, MOST_FACTOR = Fraction(1, 20), Fraction(20)


class BadAssumptions(Exception):
    """The file does not say what may be assumed; lists every fault."""


def read_assumptions(text: str, letters: Sequence[str]) -> Assumptions:
    """Ours with what the file replaces, for a question with options of these letters. Raises `BadAssumptions`."""
    try:
        raw = tomllib.loads(text, parse_float=exact_number)
    except (ValueError, RecursionError) as error:
        raise BadAssumptions(f"not TOML: {error}") from None
    problems: list[Problem] = []
    found = _read(TomlTable("", raw, problems), letters)
    if problems:
        raise BadAssumptions("; ".join(f"{each.field}: {each.text % each.facts}" for each in problems))
    return found


def _read(table: TomlTable, letters: Sequence[str]) -> Assumptions:
    ours = Assumptions()
    groups = {name: _group(table.table(name), getattr(ours, name)) for name in GROUPS}
    if sum(each.members for each in groups.values()) != 1:
        table.fault("keen", "The three groups’ “members” must add up to 1.")
    councils = table.whole("councils", ours.councils, 1, MOST_COUNCILS)
    found = Assumptions(
        councils=councils,
        locals=table.whole("locals", max(ours.locals, councils), councils, MOST_LOCALS),
        size_spread=_factor(table, "size_spread", ours.size_spread, least=Fraction(1)),
        retired=table.share("retired", ours.retired),
        abroad=table.share("abroad", ours.abroad),
        **groups,
        lean=_factor(table, "lean", ours.lean, least=Fraction(1)),
        lean_of_councils=_factor(table, "lean_of_councils", ours.lean_of_councils, least=Fraction(1)),
        lean_of_retired=_factor(table, "lean_of_retired", ours.lean_of_retired, least=Fraction(1)),
        roll_call=table.choice("roll_call", ours.roll_call),
        council=table.choice("council", ours.council),
        officers=table.whole("officers", ours.officers, 1, MOST_OFFICERS),
        leans=_leans(table.table("leans"), letters),
        opinions=_opinions(table.table("opinions"), letters),
    )
    if found.council is SeatsFollow.OWN_COUNCIL:
        table.fault("council", "Officers sit for no council. Write members or own_mind.")
    table.finish()
    return found


def _group(table: TomlTable | None, ours: Group) -> Group:
    if table is None:
        return ours
    names = ("members", "votes", "registers", "votes_registered", "answers")
    found = Group(**{name: table.share(name, getattr(ours, name)) for name in names})
    table.finish()
    return found


def _factor(table: TomlTable, name: str, ours: Fraction, least: Fraction = LEAST_FACTOR) -> Fraction:
    value = as_share(table.left.pop(name, ours))
    if value is None or not least <= value <= MOST_FACTOR:
        table.fault(name, f"Give a factor from {float(least):g} to {float(MOST_FACTOR):g}, like 1.5.")
        return ours
    return value


def _leans(table: TomlTable | None, letters: Sequence[str]) -> Mapping[str, Mapping[str, Fraction]]:
    """Of each group named, the factors by letter; an option that is not named keeps its drawn one."""
    if table is None:
        return {}
    found: dict[str, dict[str, Fraction]] = {}
    for name in GROUPS:
        inside = table.table(name)
        if inside is not None:
            found[name] = {each: _factor(inside, each, Fraction(1)) for each in letters if each in inside.left}
            inside.finish()
    table.finish()
    return found


def _opinions(table: TomlTable | None, letters: Sequence[str]) -> Mapping[str, Fraction]:
    """What part of all members is for each option."""
    if table is None:
        return {}
    found: dict[str, Any] = {each: table.share(each, Fraction(0)) for each in letters}
    table.finish()
    if sum(found.values()) != 1:
        table.fault("", f"The opinions of {', '.join(letters)} must add up to 1.")
    return found
