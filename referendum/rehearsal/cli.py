"""`flask demo`: a small union on this machine, to walk through everything in a browser."""

from pathlib import Path

import click

from referendum.rehearsal.demo import PortTaken, run_demo
from referendum.rehearsal.instance import Instance, NotLoopback
from referendum.rehearsal.supervisor import GaveUp

FOLDER = Path("instance") / "demo"


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
