"""Reads a process template from TOML. Every fault of a file is listed with its key, not only the first.

Shipped templates lie beside this file in `templates/`; a union's own has the same format.
"""

import tomllib
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from forum.kernel.errors import N_, Invalid, Problem, Verbatim
from forum.questions import process as p
from forum.questions.process import Process, Stage, StageKind
from forum.questions.questionnaire import as_plain, read_items
from forum.questions.toml_table import TomlTable, exact_number

FOLDER = Path(__file__).with_name("templates")
LARGEST_FILE = 64_000
STANDINGS = frozenset({"good", "lapsed", "suspended", "retired"})
ORDER = {kind: place for place, kind in enumerate(StageKind)}
LONGEST = 3650
MOST_TRUSTEES = 50
NO_RANKS = N_(
    "The archive of encrypted ballots cannot carry ranked choice: totals of marks are opened, never one ballot’s order."
    " Nearest to it are majority_run_off and approval."
)


def shipped_names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def shipped_text(name: str) -> str:
    """The TOML of a template of the house. Unknown names raise KeyError; no path is ever built from one."""
    if name not in shipped_names():
        raise KeyError(name)
    return (FOLDER / f"{name}.toml").read_text(encoding="utf-8")


def load_shipped(name: str) -> Process:
    return read_template(shipped_text(name), union_size=0)


def read_template(text: str, *, union_size: int) -> Process:
    """The process that a template describes; raises `Invalid` with every problem, each at its dotted key.

    `union_size` is the number of members: only a union of under 400 may open citations below 100 ballots.
    """
    if len(text) > LARGEST_FILE:
        raise Invalid([Problem("", N_("The file is too large for a template."))])
    try:
        raw = tomllib.loads(text, parse_float=exact_number)
    except (ValueError, RecursionError) as error:
        fault = Problem("", N_("This cannot be read as TOML: %(error)s"), {"error": str(error)[:200]})
        raise Invalid([fault]) from None
    return read_tables(raw, union_size=union_size)


def read_tables(raw: dict[str, Any], *, union_size: int) -> Process:
    """The same from tables already parsed, as `as_tables` writes them for storage."""
    problems: list[Problem] = []
    process = _process(TomlTable("", raw, problems), union_size)
    if problems:
        raise Invalid(problems)
    return _as_written(process)


def _as_written(process: Process) -> Process:
    """Title and bodies of a template of the house are said in the reader's language, those of a union's own never."""
    ours = _words_of_the_house(process.name)
    stages = (
        replace(each, body=_word(each.body, ours))
        if isinstance(each, p.RollCallStage | p.CouncilDecisionStage) else each
        for each in process.stages
    )  # fmt: skip
    return replace(process, title=_word(process.title, ours), stages=tuple(stages))


def _word(text: str, ours: frozenset[str]) -> str:
    return text if text in ours else Verbatim(text)


@cache
def _words_of_the_house(name: str) -> frozenset[str]:
    """What members read of a shipped template; nothing of an unknown one. The catalogues take the same keys."""
    if name not in shipped_names():
        return frozenset()
    raw = tomllib.loads(shipped_text(name))
    return frozenset({raw["title"], *(stage["body"] for stage in raw["stages"] if "body" in stage)})


def stored_process(raw: dict[str, Any]) -> Process:
    """A process as `as_tables` stored it; the size of the union was looked at when it was published."""
    return read_tables(raw, union_size=1)


def as_tables(process: Process) -> dict[str, Any]:
    """A process as plain JSON-able tables in the template's own keys; shares are written exactly, like
    "1/50".
    """
    electorate = {name: sorted(value) for name, value in vars(process.electorate).items()}
    stages = [{"kind": stage.kind.value, **_plain(vars(stage))} for stage in process.stages]
    return {"name": process.name, "title": process.title, "electorate": electorate, "stages": stages}


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Keys with their values as TOML could hold them; None is left out."""
    plain: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, p.Reporting):
            plain[name] = _plain(vars(value))
        elif isinstance(value, tuple):
            plain |= {name: as_plain(value)} if value else {}
        elif isinstance(value, StrEnum | Fraction):
            plain[name] = str(value)
        elif value is not None:
            plain[name] = value
    return plain


def _process(top: TomlTable, union_size: int) -> Process:
    name, title = top.text("name"), top.text("title")
    electorate = _electorate(top.table("electorate"))
    rows = top.left.pop("stages", None)
    top.finish()
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        top.fault("stages", N_("Give at least one stage, each as its own [[stages]] table."))
        return Process(name, title, (), electorate)
    stages = [(place, _stage(f"stages.{place}", row, top.problems, union_size)) for place, row in enumerate(rows, 1)]
    known = [(place, stage) for place, stage in stages if stage is not None]
    _check_order(known, top)
    return Process(name, title, tuple(stage for _, stage in known), electorate)


def _electorate(table: TomlTable | None) -> p.Electorate:
    if table is None:
        return p.Electorate()
    electorate = p.Electorate(
        standings=table.names("standings", frozenset({"good"}), STANDINGS),
        countries=table.names("countries", frozenset()),
        councils=table.names("councils", frozenset()),
        locals=table.names("locals", frozenset()),
    )
    if not electorate.standings:
        table.fault("standings", N_("Name at least one standing, or nobody may vote."))
    table.finish()
    return electorate


def _stage(key: str, raw: dict[str, Any], problems: list[Problem], union_size: int) -> Stage | None:
    table = TomlTable(key, raw, problems)
    kind = table.left.pop("kind", None)
    reader = READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        table.fault("kind", N_("Choose one of: %(names)s."), names=", ".join(StageKind))
        return None
    stage = reader(table, union_size)
    table.finish()
    return stage


def _registration(table: TomlTable, _: int) -> Stage:
    return p.RegistrationStage(days=table.whole("days", 14, 1, LONGEST))


def _debate(table: TomlTable, _: int) -> Stage:
    return p.DebateStage(
        min_days=table.whole("min_days", 14, 1, LONGEST),
        min_sessions=table.whole("min_sessions", 1, 0, 100),
        town_halls=table.whole("town_halls", 0, 0, 100),
        share_of_locals=table.share("share_of_locals", Fraction(1)),
        digest_size=table.whole("digest_size", p.LARGEST_DIGEST_WITH_WEIGHED, 1, p.HIGHEST_DIGEST_SIZE),
        reach_limit=table.share("reach_limit", Fraction(1, 5)),
        entry_reading=table.truth("entry_reading", False),
    )


def _survey(table: TomlTable, _: int) -> Stage:
    sample = table.whole("sample", 1, 1, 10_000_000) if "sample" in table.left else None
    title = table.text("title") if "title" in table.left else None
    return p.SurveyStage(
        days=table.whole("days", 7, 1, LONGEST), sample=sample, title=title, questionnaire=read_items(table)
    )


def _members_vote(table: TomlTable, union_size: int) -> Stage:
    small = 0 < union_size < p.SMALL_UNION
    codes = table.choice("codes", p.CodesBy.HOST)
    _refuse_votes_by_unit(table)
    floor = p.LOWEST_CITATION_FLOOR_SMALL_UNION if small else p.LOWEST_CITATION_FLOOR
    return p.MembersVoteStage(
        days=table.whole("days", 10, 1, LONGEST),
        rule=_rule(table),
        blank=table.truth("blank", True),
        quorum=table.share("quorum", Fraction(0)),
        codes=codes,
        revote=_revote(table, codes),
        min_ballots=table.whole("min_ballots", 20, p.LOWEST_MINIMUM_BALLOTS, 10_000_000),
        citations_min=table.whole("citations_min", p.LOWEST_CITATION_FLOOR, floor, 10_000_000),
        weighed=table.truth("weighed", True),
        challenge_days=table.whole("challenge_days", 7, 1, LONGEST),
        opening=_opening(table),
        reporting=_reporting(table.table("reporting")),
    )


def _rule(table: TomlTable) -> p.VotingRule:
    """Ranked choice is what a union may well look for, so its refusal says why."""
    if str(table.left.get("rule")).lower() in ("ranked", "ranked_choice", "instant_runoff", "stv"):
        del table.left["rule"]
        table.fault("rule", NO_RANKS)
        return p.VotingRule.PLURALITY
    return table.choice("rule", p.VotingRule.PLURALITY)


def _revote(table: TomlTable, codes: p.CodesBy) -> bool:
    """Voting again needs codes made apart from the host, who could otherwise vote last in a member's place."""
    revote = table.truth("revote", False)
    if revote and codes is not p.CodesBy.TELLERS:
        text = N_(
            "The operator of this site makes the codes, so a ballot is final. Write false, or codes = \"tellers\"."
        )
        table.fault("revote", text)
    return revote


def _refuse_votes_by_unit(table: TomlTable) -> None:
    """A unit's total would need a list that says of each ballot which unit it is of. Whoever makes the codes could put
    one member among others whose votes they know, and nobody could tell: not the trustees, not a verifier."""
    for name in ("votes_by_unit", "publish_each_local"):
        if table.left.pop(name, False) is not False:
            table.fault(name, N_("Votes are opened for the whole union only, never by local. Leave this key out."))


def _opening(table: TomlTable) -> str:
    """How many trustees open the count. One alone could look into single ballots, so it is two at least."""
    value = table.left.pop("opening", "majority")
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if text in ("majority", "all") or (text.isdecimal() and 2 <= int(text) <= MOST_TRUSTEES):
        return text
    table.fault("opening", N_("Write majority, all, or the number of trustees who open the count: two or more."))
    return "majority"


def _reporting(table: TomlTable | None) -> p.Reporting:
    if table is None:
        return p.Reporting()
    reporting = p.Reporting(
        above=table.share("above", Fraction(0)) if "above" in table.left else None,
        rounding=table.choice("rounding", p.Rounding.PLAIN),
        decimals=table.whole("decimals", 0, 0, 4),
        candidates=table.truth("candidates", False),
    )
    table.finish()
    return reporting


def _run_off(table: TomlTable, _: int) -> Stage:
    source = table.choice("options_from", p.OptionSource.LEADING_TWO)
    if source is not p.OptionSource.LEADING_TWO:
        table.fault("options_from", N_("A run-off is between the two that lead. Write leading_two, or nothing."))
    return p.RunOffStage(
        days=table.whole("days", 7, 1, LONGEST),
        challenge_days=table.whole("challenge_days", 7, 1, LONGEST),
    )


def _roll_call(table: TomlTable, _: int) -> Stage:
    return p.RollCallStage(
        body=table.text("body"),
        days=table.whole("days", 1, 1, LONGEST),
        options_from=table.choice("options_from", p.OptionSource.ALL_OPTIONS),
        quorum=table.share("quorum", Fraction(0)),
    )


def _council_decision(table: TomlTable, _: int) -> Stage:
    return p.CouncilDecisionStage(body=table.text("body"))


def _mandate(table: TomlTable, _: int) -> Stage:
    return p.MandateStage(
        due_days=table.whole("due_days", 60, 1, LONGEST),
        dispute_days=table.whole("dispute_days", 14, 1, LONGEST),
    )


READERS: dict[str, Callable[[TomlTable, int], Stage]] = {
    StageKind.REGISTRATION: _registration,
    StageKind.DEBATE: _debate,
    StageKind.SURVEY: _survey,
    StageKind.MEMBERS_VOTE: _members_vote,
    StageKind.RUN_OFF: _run_off,
    StageKind.ROLL_CALL: _roll_call,
    StageKind.COUNCIL_DECISION: _council_decision,
    StageKind.MANDATE: _mandate,
}


Placed = tuple[int, Stage]


def _check_order(stages: list[Placed], top: TomlTable) -> None:
    """The fixed order, each stage once; a survey may stand both before and after the debate. Each fault is told at the
    stage that is in the wrong place, or too many, or lacks another."""
    kinds = [stage.kind for _, stage in stages]
    latest = -1
    for at, (place, stage) in enumerate(stages):
        allowed = 2 if stage.kind is StageKind.SURVEY and StageKind.DEBATE in kinds else 1
        if kinds[: at + 1].count(stage.kind) == allowed + 1:
            _fault(top, place, N_("The stage %(stage)s is there more often than it may be."), stage=stage.kind.value)
        if _is_survey_before_debate(kinds, at):
            continue
        if ORDER[stage.kind] < latest:
            _fault(top, place, N_("Put the stages in this order: %(order)s."), order=", ".join(StageKind))
        latest = max(latest, ORDER[stage.kind])
        if stage.kind in (StageKind.RUN_OFF, StageKind.MANDATE) and StageKind.MEMBERS_VOTE not in kinds:
            text = N_("A stage %(stage)s needs a members’ vote before it.")
            _fault(top, place, text, stage=stage.kind.value)
    decides = {StageKind.MEMBERS_VOTE, StageKind.ROLL_CALL, StageKind.COUNCIL_DECISION}
    if not decides & set(kinds):
        top.fault("stages", N_("Nothing decides: add a members’ vote, a roll call or a council’s decision."))
    _check_fit(stages, top)


def _is_survey_before_debate(kinds: list[StageKind], at: int) -> bool:
    return kinds[at] is StageKind.SURVEY and StageKind.DEBATE in kinds[at + 1 : at + 2]


def _check_fit(stages: list[Placed], top: TomlTable) -> None:
    """Parameters of one stage that another one's rule out."""
    debate = next((stage for _, stage in stages if isinstance(stage, p.DebateStage)), None)
    place, vote = next(((at, each) for at, each in stages if isinstance(each, p.MembersVoteStage)), (0, None))
    if debate and vote and vote.weighed and debate.digest_size > p.LARGEST_DIGEST_WITH_WEIGHED:
        _fault(top, place, N_("A digest of more than 12 arguments needs weighed = false in the vote."))
    run_off = any(isinstance(stage, p.RunOffStage) for _, stage in stages)
    if vote and run_off != (vote.rule is p.VotingRule.MAJORITY_RUN_OFF):
        _fault(top, place, N_("A run-off stage and the rule majority_run_off belong together."))


def _fault(top: TomlTable, place: int, text: str, **facts: object) -> None:
    """A fault of the stage in this place, counted from 1."""
    top.fault(f"stages.{place}", text, **facts)
