"""The example files for an installation are ones that would run."""

import shlex
import subprocess
from configparser import ConfigParser
from importlib.metadata import entry_points
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

from forum.kernel import deploy_cli
from forum.kernel.settings import documented, read_settings

UNITS = [name for name in deploy_cli.NAMES if name.endswith((".service", ".timer"))]


def shown(name: str) -> str:
    done = CliRunner().invoke(deploy_cli.deploy, ["show", name])
    assert done.exit_code == 0
    return done.output


def test_every_file_is_named_and_says_where_it_goes() -> None:
    listed = CliRunner().invoke(deploy_cli.deploy, ["show"]).output
    for name in deploy_cli.NAMES:
        assert f"\n{name}\n" in f"{listed}\n"
        assert shown(name).startswith(f"# /etc/{'nginx' if name == 'nginx.conf' else ''}")
    assert CliRunner().invoke(deploy_cli.deploy, ["show", "apache.conf"]).exit_code == 2


def test_the_settings_start_an_installation_behind_one_proxy(tmp_path: Path) -> None:
    lines = [line for line in shown("hustings.env").splitlines() if line and not line.startswith("#")]
    given = dict(line.split("=", 1) for line in lines)
    secret = tmp_path / "secret"
    secret.write_text("s" * 64)
    settings = read_settings({**given, "HUSTINGS_SECRET_KEY_FILE": str(secret)})
    assert (settings.proxies, settings.instance) == (1, Path("/var/lib/hustings"))
    for name, _, meaning in documented():
        assert f"# {meaning}\n" in shown("hustings.env")
        assert name in shown("hustings.env")


@pytest.mark.parametrize("name", UNITS)
def test_a_unit_starts_what_there_is(name: str) -> None:
    unit = ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str  # type: ignore[assignment]
    unit.read_string(shown(name))
    commands = {each.name for each in entry_points(group="flask.commands")}
    for key in ("ExecStartPre", "ExecStart"):
        words = unit.get("Service", key, fallback="").replace("'", " ").split()
        for program, argument in pairwise(words):
            if program.endswith("/flask"):
                assert argument in commands
    if name.endswith(".service"):
        assert unit["Service"]["EnvironmentFile"] == "/etc/hustings.env"
        assert unit["Service"]["UMask"] == "0077"
    else:
        assert unit["Timer"]["OnCalendar"]


@pytest.mark.parametrize("works", [True, False])
def test_a_backup_that_failed_half_way_does_not_lie_there_like_a_whole_one(tmp_path: Path, works: bool) -> None:
    unit = ConfigParser(interpolation=None)
    unit.read_string(shown("hustings-backup.service"))
    flask, gpg, backups = tmp_path / "flask", tmp_path / "gpg", tmp_path / "backups"
    flask.write_text(f"#!/bin/sh\necho half; exit {0 if works else 1}\n")
    gpg.write_text("#!/bin/sh\ncat\n")
    for each in (flask, gpg):
        each.chmod(0o700)
    backups.mkdir()
    command = unit["Service"]["ExecStart"].replace("%%", "%").replace("/var/lib/hustings-backups", str(backups))
    command = command.replace("/opt/hustings/.venv/bin/flask", str(flask)).replace("| gpg", f"| {gpg}")
    done = subprocess.run(shlex.split(command), check=False)
    assert (done.returncode == 0) is works
    assert len(list(backups.glob("*.gpg"))) == works


def test_nginx_passes_on_who_asks_and_writes_down_no_address() -> None:
    text = shown("nginx.conf")
    passed = ("Host $http_host", "X-Forwarded-For $remote_addr", "X-Forwarded-Proto $scheme", "Upgrade $http_upgrade")
    for header in passed:
        assert f"proxy_set_header {header};" in text
    assert "access_log off;" in text
    assert "X-Forwarded-For $proxy_add_x_forwarded_for" not in text  # a visitor's own words would count
