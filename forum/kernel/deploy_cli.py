"""`flask deploy show [NAME]`: the files of an installation that serves a real union. Needs no settings, no database."""

from pathlib import Path

import click

from forum.kernel.settings import documented

FOLDER = Path(__file__).parent / "deploy"
SURROUNDINGS = "hustings.env"
NAMES = (SURROUNDINGS, *sorted(path.name for path in FOLDER.iterdir()))
GIVEN = {
    "HUSTINGS_UNION_NAME": "United Workers of Example",
    "HUSTINGS_BASE_URL": "https://vote.example.org",
    "HUSTINGS_SECRET_KEY_FILE": "/etc/hustings.secret",
    "HUSTINGS_INSTANCE": "/var/lib/hustings",
    "HUSTINGS_DATABASE_URL": "postgresql+psycopg://hustings@/hustings?host=/run/postgresql",
    "HUSTINGS_REDIS_URL": "redis://127.0.0.1:6379/0",
    "HUSTINGS_PROXIES": "1",
}


@click.group("deploy")
def deploy() -> None:
    """Example files for nginx, systemd and the settings."""


@deploy.command("show")
@click.argument("name", type=click.Choice(NAMES), required=False)
def show(name: str | None) -> None:
    """Print one of the files, or say which there are."""
    if name is None:
        click.echo("flask deploy show NAME > its place, which its first line tells. There are:\n" + "\n".join(NAMES))
    else:
        click.echo(surroundings() if name == SURROUNDINGS else (FOLDER / name).read_text(encoding="utf-8").rstrip())


def surroundings() -> str:
    """Every variable with its meaning; those with a default that serves are commented out."""
    lines = ["# /etc/hustings.env, to be read by root and hustings alone; openssl rand -hex 32 > /etc/hustings.secret"]
    for name, default, meaning in documented():
        given = next((each for each in GIVEN if each in (name, f"{name}_FILE")), "")
        value = "" if default in ("empty", "required") else default
        lines += ["", f"# {meaning}", f"{given}={GIVEN[given]}" if given else f"# {name}={value}"]
    return "\n".join(lines)
