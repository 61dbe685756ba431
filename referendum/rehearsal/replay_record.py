"""What a replay leaves behind: the printed table, the result as JSON, the archives, the audit log, the roll's hash."""

import json
import shutil
from pathlib import Path
from typing import Any

from forum.kernel import audit
from forum.questions.queries import question_by_id
from forum.questions.rules import letter_at
from referendum.count.queries import path_of
from referendum.electorate.queries import frozen_electorate
from referendum.process.models import Vote
from referendum.process.params import read_params
from referendum.rehearsal.replay_label import label_lines
from referendum.rehearsal.replay_table import Run, comes_out, printed, published_lines
from referendum.rehearsal.scenario import Scenario
from referendum.results.queries import CitedLine, cited_lines, totals_of
from referendum.results.rules import Table, publish


def write_record(out: Path, folder: Path, run: Run, vote: Vote) -> None:
    """Write every file of the replay into `out`. `folder` is the installation's. Needs an open read."""
    table = _table(vote, run)
    cited = sorted(cited_lines(vote), key=lambda line: line.argument.number)
    (out / "table.txt").write_text("\n".join(printed(run, table, cited)) + "\n", encoding="utf-8")
    write_json(out / "result.json", _result(run, vote, table, cited) | _by_name_told(run))
    write_label(out, run.scenario, run.part.heading)
    shutil.copy(path_of(folder, vote, "V"), out / "vote.bel")
    if vote.election_c:
        shutil.copy(path_of(folder, vote, "C"), out / "citations.bel")
    write_audit(out)
    (out / "roll.sha256").write_text(frozen_electorate(vote.id).roll_hash + "\n", encoding="utf-8")


def write_audit(out: Path) -> None:
    """The audit log, opened. Needs an open read."""
    with (out / "audit.jsonl").open("w", encoding="utf-8") as stream:
        stream.writelines(line + "\n" for line in audit.export(with_bodies=True))


def write_json(path: Path, told: dict[str, Any]) -> None:
    """Facts as JSON for people and programs."""
    path.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def write_label(out: Path, scenario: Scenario, heading: str = "") -> None:
    """The source's label; where a debate was the source, there is no process to label."""
    if scenario.kind != "debate":
        (out / "label.txt").write_text("\n".join(label_lines(scenario, heading)) + "\n", encoding="utf-8")


def _table(vote: Vote, run: Run) -> Table:
    totals = totals_of(vote)
    if totals is None or totals.counts is None or totals.blanks is None:
        raise RuntimeError("the vote was not opened")
    counts = {choice.letter: count for choice, count in zip(totals.choices, totals.counts, strict=True)}
    return publish(
        [option.title for option in run.scenario.options],
        [counts[letter_at(place)] for place in range(len(run.scenario.options))],
        read_params(vote.params).reporting,
        ballots=totals.ballots,
        blanks=totals.blanks,
        eligible=run.frozen_size,
    )


def _by_name_told(run: Run) -> dict[str, Any]:
    told, by_name = run.scenario.roll_call, run.by_name
    if by_name is None or told is None:
        return {}
    return {
        "by_name": {
            "body": by_name.body,
            "between": list(by_name.between),
            "published": {"text": told.published, **dict.fromkeys(told.not_published)},
            "simulated": {"votes": [{"seat": seat, "option": voted} for seat, voted in by_name.votes],
                          "elected": by_name.elected},
        }
    }  # fmt: skip


def _result(run: Run, vote: Vote, table: Table, cited: list[CitedLine]) -> dict[str, Any]:
    scenario = run.scenario
    return {
        "scenario": scenario.name,
        "simulation": True,
        "heading": run.part.heading or None,
        "seed": run.seed,
        "question": question_by_id(vote.question_id).title,
        "published": {
            "lines": [*published_lines(scenario, table), *scenario.published],
            **dict.fromkeys(scenario.not_published),
        },
        "simulated": {
            "eligible": table.eligible,
            "mails_written_and_not_sent": run.mails,
            "ballots_real": run.part.real,
            "gives_the_published_table": comes_out(scenario, table),
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
