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
@click.option("--members", default=2000, show_default=True, type=click.IntRange(60, 20_000))
@click.option("--seed", default=1, show_default=True, type=click.IntRange(0))
@click.option("--polis", type=click.Path(exists=True, file_okay=False, path_type=Path), help="A Polis export's folder.")
def replay(scenario: str, *, out: Path, members: int, seed: int, polis: Path | None) -> None:
    """Run SCENARIO with real ballots, and write table, result, archives, audit log, digest and pages into --out."""
    try:
        told = scenarios.load(scenario)
        if told.kind == "debate" and polis is None:
            raise click.UsageError("this scenario needs a debate as input: give --polis DIR")
        export = read_export(polis) if polis and told.kind == "debate" else None
        with bars() as tell:
            Replay(told, out, members, seed, export).run(tell)
    except (scenarios.BadScenario, BadExport, ValueError) as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo((out / "table.txt").read_text(encoding="utf-8"), nl=False)
    if (out / "label.txt").exists():
        click.echo("\n" + (out / "label.txt").read_text(encoding="utf-8"), nl=False)
