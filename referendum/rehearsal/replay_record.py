"""What a replay leaves behind: the printed table, the result as JSON, the archives, the audit log, the roll's hash."""

import json
import shutil
from pathlib import Path
from typing import Any

from forum.kernel import audit
from forum.questions.queries import question_by_id
from referendum.count.queries import path_of
from referendum.electorate.queries import frozen_electorate
from referendum.process.models import Vote
from referendum.process.params import read_params
from referendum.rehearsal.scenario import Scenario
from referendum.results.queries import CitedLine, cited_lines, totals_of
from referendum.results.rules import Table, publish

NOT_PUBLISHED = "not published"


def write_record(out: Path, folder: Path, scenario: Scenario, vote: Vote, seed: int) -> None:
    """Write every file of the replay into `out`. `folder` is the installation's. Needs an open read."""
    table = _table(vote, scenario)
    cited = sorted(cited_lines(vote), key=lambda line: line.argument.number)
    (out / "table.txt").write_text("\n".join(printed(scenario, table, cited, seed)) + "\n", encoding="utf-8")
    result = json.dumps(_result(scenario, vote, table, cited, seed), ensure_ascii=False, indent=2)
    (out / "result.json").write_text(result + "\n", encoding="utf-8")
    shutil.copy(path_of(folder, vote, "V"), out / "vote.bel")
    if vote.election_c:
        shutil.copy(path_of(folder, vote, "C"), out / "citations.bel")
    with (out / "audit.jsonl").open("w", encoding="utf-8") as stream:
        stream.writelines(line + "\n" for line in audit.export(with_bodies=True))
    (out / "roll.sha256").write_text(frozen_electorate(vote.id).roll_hash + "\n", encoding="utf-8")


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


def printed(scenario: Scenario, table: Table, cited: list[CitedLine], seed: int) -> list[str]:
    """The table as text: what is published, what never was, and this simulation's own figures under its own head."""
    lines = [scenario.title, ""]
    if scenario.kind == "debate":
        lines = [scenario.title, f"Simulated vote (seed {seed}): the debate is real, the vote is not.", ""]
    lines += published_lines(scenario, table)
    if scenario.not_published:
        lines += ["", *(f"{name.capitalize()}: {NOT_PUBLISHED}" for name in scenario.not_published)]
    lines += ["", f"This simulation (seed {seed})", f"Eligible: {table.eligible:,}"]
    if scenario.kind == "shares":
        lines.append(f"Registered: {table.eligible:,}")
    lines += [f"Ballots: {table.ballots:,}", f"Blank: {table.blanks:,}"]
    lines += [f"{row.option}: {row.count:,}, {row.unrounded}" for row in table.rows]
    if table.lines() != published_lines(scenario, table):
        lines += ["", "With so many ballots the published shares do not come out. As published, these would read:"]
        lines += table.lines()
    if cited:
        lines += ["", "Arguments of the digest: on how many ballots each moved, and with how many it weighed"]
        lines += [_cited_line(line) for line in cited]
    return lines


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
