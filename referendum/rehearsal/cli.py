"""`flask demo`: a small union on this machine, to walk through everything in a browser.

`flask replay`: a scenario run headless, from the roll to the certificate.
"""

from pathlib import Path

import click

from referendum.rehearsal import scenario as scenarios
from referendum.rehearsal.bars import bars
from referendum.rehearsal.demo import PortTaken, run_demo
from referendum.rehearsal.instance import FOLDER, Instance, NotLoopback
from referendum.rehearsal.polis_export import BadExport, read_export
from referendum.rehearsal.replay import Replay
from referendum.rehearsal.replay_told import write_told
from referendum.rehearsal.scenario import Scenario
from referendum.rehearsal.scenario_faults import RUN
from referendum.rehearsal.supervisor import GaveUp


@click.command("demo")
@click.option("--fresh", is_flag=True, help="Throw the demo’s union away and make it anew.")
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--host", default="127.0.0.1", show_default=True, help="A loopback address; any other is refused.")
def demo(*, fresh: bool, port: int, host: str) -> None:
    """Serve a made-up union in which anybody may become anybody and move the clock. Makes it on the first start."""
    try:
        run_demo(Instance(FOLDER.resolve(), host, port), fresh=fresh, say=click.echo)
    except (NotLoopback, PortTaken, GaveUp) as problem:
        raise click.ClickException(str(problem)) from problem


@click.command("replay")
@click.argument("scenario")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder for the record.")
@click.option("--members", default=2000, show_default=True, type=click.IntRange(60, 1_000_000), help="The roll’s size.")
@click.option(
    "--ballots", type=click.IntRange(60, 20_000), help="How many members vote.  [default: all, but at most 2000]"
)
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0), help="The same seed, the same table.")
@click.option(
    "--polis", type=click.Path(exists=True, file_okay=False, path_type=Path), help="A Polis export’s folder."
)
def replay(scenario: str, *, out: Path, members: int, ballots: int | None, seed: int, polis: Path | None) -> None:
    """Run SCENARIO with real ballots, and write table, result, label, archives, audit log, digest and pages into --out.

    With fewer --ballots than --members the roll, its freeze, registration, debate and mails’ addressees are of all
    members; every figure of the vote comes from the opened ballots alone, and every sheet is headed “simulation, N of M
    ballots real”. Mails are written and counted, never sent.

    iam-2015 was a survey: it is drawn, answered and decided on, without ballots. Of iam-2007, aft-2015 and weiner-2015
    nothing is simulated: what the record tells, what follows from it, and the label.

    A replay that was stopped goes on from its roll, or from before its vote, when the same command is given again.
    """
    try:
        told = scenarios.load(scenario)
        _refuse_what_does_not_fit(told, members, ballots, polis)
        if told.kind in RUN:
            with bars() as tell:
                Replay(told, out, members, seed, read_export(polis) if polis else None, ballots).run(tell)
        else:
            write_told(out, told)
    except (scenarios.BadScenario, BadExport, ValueError) as problem:
        raise click.ClickException(str(problem)) from problem
    for name in ("table.txt", "label.txt"):
        if (out / name).exists():
            click.echo((out / name).read_text(encoding="utf-8"))


def _refuse_what_does_not_fit(told: Scenario, members: int, ballots: int | None, polis: Path | None) -> None:
    """Raises `click.UsageError` in plain words."""
    if told.kind == "debate" and polis is None:
        raise click.UsageError("this scenario needs a debate as input: give --polis DIR")
    if told.kind != "debate" and polis is not None:
        raise click.UsageError("this scenario has no debate that a conversation could be: leave out --polis")
    if ballots is not None and not told.is_voted:
        raise click.UsageError("there were no ballots in this scenario: leave out --ballots")
    if ballots is not None and ballots > members:
        raise click.UsageError(f"there are only {members:,} members: give at most as many --ballots")
