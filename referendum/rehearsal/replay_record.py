"""What a replay leaves behind: the printed table, the result as JSON, the archives, the audit log, the roll's hash."""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from forum.kernel import audit
from forum.questions.queries import question_by_id
from referendum.count.queries import path_of
from referendum.electorate.queries import frozen_electorate
from referendum.process.models import Vote
from referendum.process.params import read_params
from referendum.rehearsal.replay_label import label_lines
from referendum.rehearsal.replay_stages import ByName
from referendum.rehearsal.scenario import Scenario
from referendum.results.queries import CitedLine, cited_lines, totals_of
from referendum.results.rules import Table, publish

NOT_PUBLISHED = "not published"


def write_record(
    out: Path, folder: Path, scenario: Scenario, vote: Vote, seed: int, by_name: ByName | None = None
) -> None:
    """Write every file of the replay into `out`. `folder` is the installation's. Needs an open read."""
    table = _table(vote, scenario)
    cited = sorted(cited_lines(vote), key=lambda line: line.argument.number)
    (out / "table.txt").write_text("\n".join(printed(scenario, table, cited, seed, by_name)) + "\n", encoding="utf-8")
    result = _result(scenario, vote, table, cited, seed) | _by_name_told(scenario, by_name)
    write_json(out / "result.json", result)
    write_label(out, scenario)
    shutil.copy(path_of(folder, vote, "V"), out / "vote.bel")
    if vote.election_c:
        shutil.copy(path_of(folder, vote, "C"), out / "citations.bel")
    with (out / "audit.jsonl").open("w", encoding="utf-8") as stream:
        stream.writelines(line + "\n" for line in audit.export(with_bodies=True))
    (out / "roll.sha256").write_text(frozen_electorate(vote.id).roll_hash + "\n", encoding="utf-8")


def write_json(path: Path, told: dict[str, Any]) -> None:
    """Facts as JSON for people and programs."""
    path.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def write_label(out: Path, scenario: Scenario) -> None:
    """The source's label, where its record tells anything of one."""
    if scenario.label:
        (out / "label.txt").write_text("\n".join(label_lines(scenario)) + "\n", encoding="utf-8")


def _table(vote: Vote, scenario: Scenario) -> Table:
    totals = totals_of(vote)
    if totals is None or totals.counts is None or totals.blanks is None:
        raise RuntimeError("the vote was not opened")
    counts = {choice.letter: count for choice, count in zip(totals.choices, totals.counts, strict=True)}
    in_order = [chr(ord("A") + place) for place in range(len(scenario.options))]
    return publish(
        [option.title for option in scenario.options],
        [counts[letter] for letter in in_order],
        read_params(vote.params).reporting,
        ballots=totals.ballots,
        blanks=totals.blanks,
        eligible=frozen_electorate(vote.id).size,
    )


def printed(
    scenario: Scenario, table: Table, cited: list[CitedLine], seed: int, by_name: ByName | None = None
) -> list[str]:
    """The table as text: what is published, what never was, and this simulation's own figures under its own head."""
    lines = [scenario.title, ""]
    if scenario.kind == "debate":
        lines = [scenario.title, f"Simulated vote (seed {seed}): the debate is real, the vote is not.", ""]
    lines += published_lines(scenario, table)
    if scenario.not_published:
        lines += ["", *not_published_lines(scenario.not_published)]
    if by_name and scenario.roll_call:
        lines += ["", f"Second vote, by name: {by_name.body}, between {' and '.join(by_name.between)}"]
        lines += [scenario.roll_call.published, *not_published_lines(scenario.roll_call.not_published)]
    lines += ["", f"This simulation (seed {seed})", f"Eligible: {table.eligible:,}"]
    if scenario.kind == "shares":
        lines.append(f"Registered: {table.eligible:,}")
    lines += [f"Ballots: {table.ballots:,}", f"Blank: {table.blanks:,}"]
    lines += [f"{row.option}: {row.count:,}, {row.unrounded}" for row in table.rows]
    if table.lines() != published_lines(scenario, table):
        lines += ["", "With so many ballots the published shares do not come out. As published, these would read:"]
        lines += table.lines()
    if by_name:
        lines += ["", f"{by_name.body} in this simulation, one seat for each council of the made-up union"]
        lines += [*(f"{seat}: {voted}" for seat, voted in by_name.votes), f"Elected: {by_name.elected}"]
    if cited:
        lines += ["", "Arguments of the digest: on how many ballots each moved, and with how many it weighed"]
        lines += [_cited_line(line) for line in cited]
    return lines


def not_published_lines(names: Iterable[str]) -> list[str]:
    """What the source keeps to itself."""
    return [f"{name.capitalize()}: {NOT_PUBLISHED}" for name in names]


def _by_name_told(scenario: Scenario, by_name: ByName | None) -> dict[str, Any]:
    if by_name is None or scenario.roll_call is None:
        return {}
    told = scenario.roll_call
    return {
        "by_name": {
            "body": by_name.body,
            "between": list(by_name.between),
            "published": {"text": told.published, **dict.fromkeys(told.not_published)},
            "simulated": {"votes": [{"seat": seat, "option": voted} for seat, voted in by_name.votes],
                          "elected": by_name.elected},
        }
    }  # fmt: skip


def published_lines(scenario: Scenario, table: Table) -> list[str]:
    """The table as its source published it, whatever the simulation gave, with the notes of its process. Where nothing
    was ever published, the simulation's own."""
    if scenario.kind != "shares":
        return table.lines()
    with_share = [option for option in scenario.options if option.share is not None]
    with_share.sort(key=lambda option: -(option.share or 0))
    return [f"{option.title} – {option.share}%" for option in with_share] + [str(note) for note in table.notes]


def _cited_line(line: CitedLine) -> str:
    argument = line.argument
    return f"{argument.label} ({argument.side} {line.option.letter}): moved {line.moved}, weighed {line.weighed or 0}"


def _result(scenario: Scenario, vote: Vote, table: Table, cited: list[CitedLine], seed: int) -> dict[str, Any]:
    question = question_by_id(vote.question_id)
    return {
        "scenario": scenario.name,
        "simulation": True,
        "seed": seed,
        "question": question.title,
        "published": {
            "lines": published_lines(scenario, table),
            **dict.fromkeys(scenario.not_published),
        },
        "simulated": {
            "eligible": table.eligible,
            "gives_the_published_table": table.lines() == published_lines(scenario, table),
            "ballots": table.ballots,
            "blanks": table.blanks,
            "options": [
                {"option": row.option, "count": row.count, "share": row.unrounded, "listed": row.listed}
                for row in table.rows
            ],
        },
        "outcome": {"state": vote.outcome, "reason": vote.outcome_reason},
        "citations": [
            {"argument": line.argument.label, "option": line.option.letter, "side": line.argument.side,
             "moved": line.moved, "weighed": line.weighed}
            for line in cited
        ],
        "no_citations_because": scenario.no_debate or None,
    }  # fmt: skip
