"""The table of a replay as text: first what the opened ballots say, then what the source published. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from referendum.rehearsal.replay_part import Part
from referendum.rehearsal.replay_stages import ByName
from referendum.rehearsal.scenario import Scenario
from referendum.results.queries import CitedLine
from referendum.results.rules import Table

NOT_PUBLISHED = "not published"


@dataclass(frozen=True, slots=True)
class Run:
    """What was run: `frozen_size` of all may vote by the frozen roll, `part.real` have cast a real ballot; so many
    `mails` to many were written, and none was sent."""

    scenario: Scenario
    part: Part
    seed: int
    frozen_size: int
    by_name: ByName | None = None
    mails: int = 0


def printed(run: Run, table: Table, cited: Sequence[CitedLine]) -> list[str]:
    """Every figure of the simulation under a head that says so; the source's own under another."""
    scenario, by_name = run.scenario, run.by_name
    lines = [*([run.part.heading] if run.part.heading else []), scenario.title, ""]
    if scenario.kind == "debate":
        lines.append("The debate is real, the vote is not.")
    lines += [f"Opened: {table.ballots:,} ballots (simulation, seed {run.seed})", *opened_lines(scenario, table)]
    if scenario.kind == "shares":
        lines += ["", "As published", *published_lines(scenario, table), *_rest(scenario), *scenario.published]
        lines += not_published_lines(scenario.not_published)
        lines.append(SAME if comes_out(scenario, table) else OTHER)
    if by_name and scenario.roll_call:
        lines += ["", f"Second vote, by name: {by_name.body}, between {' and '.join(by_name.between)}"]
        lines += [scenario.roll_call.published, *not_published_lines(scenario.roll_call.not_published)]
    lines += ["", f"This simulation (seed {run.seed})", *_counted(run, table)]
    lines += _scaled(run.part, table)
    if by_name:
        lines += ["", f"{by_name.body} in this simulation, one seat for each council of the made-up union"]
        lines += [*(f"{seat}: {voted}" for seat, voted in by_name.votes), f"Elected: {by_name.elected}"]
    if cited:
        lines += ["", "Arguments of the digest: on how many ballots each moved, and with how many it weighed"]
        lines += [_cited_line(line) for line in cited]
    return lines


SAME = "The opened ballots give the published table, line for line."
OTHER = "With so many ballots the published shares do not come out: what was opened stands above."


def _counted(run: Run, table: Table) -> list[str]:
    lines = [f"Eligible: {table.eligible:,}"]
    if run.scenario.label.get("registration"):
        lines.append(f"Registered: {table.eligible:,}")
    lines += [f"Mails to members, written and not sent: {run.mails:,}"]
    lines += [f"Ballots: {table.ballots:,}", f"Blank: {table.blanks:,}"]
    return lines + [f"{row.option}: {row.count:,}, {row.unrounded}" for row in table.rows]


def _scaled(part: Part, table: Table) -> list[str]:
    """The same as of all members, where only some of their ballots are real."""
    if not part.heading:
        return []
    counts = part.scaled([*(row.count for row in table.rows), table.blanks])
    rows = zip([*(row.option for row in table.rows), "Blank"], counts, strict=True)
    return ["", part.heading, f"The opened ballots as of {part.members:,}, by largest remainder",
            *(f"{option}: {count:,}" for option, count in rows)]  # fmt: skip


def not_published_lines(names: Iterable[str]) -> list[str]:
    """What the source keeps to itself."""
    return [f"{name.capitalize()}: {NOT_PUBLISHED}" for name in names]


def published_lines(scenario: Scenario, table: Table) -> list[str]:
    """The table as its source published it, whatever the simulation gave, with its notes. Where nothing was ever
    published, the simulation's own."""
    if scenario.kind != "shares":
        return table.lines()
    notes = [] if scenario.rest_is_one else [str(note) for note in table.notes]  # one figure alone came without any
    with_share = [option for option in scenario.options if option.share is not None]
    with_share.sort(key=lambda option: -(option.share or 0))
    return [f"{option.title} – {option.share}%" for option in with_share] + notes


def _rest(scenario: Scenario) -> list[str]:
    """What the published shares leave to options that were told only together."""
    if scenario.rest_is_one or not scenario.published_remainder:
        return []
    return [f"{scenario.published_remainder} % went to candidates with at most {scenario.remainder_at_most} % each."]


def opened_lines(scenario: Scenario, table: Table) -> list[str]:
    """The table of the opened ballots; what the source did not tell apart, and a note to it, are left aside."""
    if not scenario.rest_is_one:
        return table.lines()
    told = [option.title for option in scenario.options if option.share is not None]
    return replace(table, rows=tuple(row for row in table.rows if row.option in told), notes=()).lines()


def comes_out(scenario: Scenario, table: Table) -> bool:
    """Whether this table reads as its source published it."""
    return opened_lines(scenario, table) == published_lines(scenario, table)


def _cited_line(line: CitedLine) -> str:
    argument = line.argument
    return f"{argument.label} ({argument.side} {line.option.letter}): moved {line.moved}, weighed {line.weighed or 0}"
