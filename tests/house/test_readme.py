"""The README stays true."""

import re
import tomllib

from forum.kernel.settings import documented
from tests.house.source import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_its_table_lists_every_setting_as_it_is() -> None:
    for name, default, meaning in documented():
        assert f"| `{name}` | {default} | {meaning} |" in README


def test_it_names_no_setting_that_does_not_exist() -> None:
    named = {word.strip("`|,. ") for word in README.split() if word.strip("`|,. ").startswith("HUSTINGS_")}
    assert named == {name for name, _, _ in documented()}


def test_the_continuous_run_calls_its_test_command_as_it_is_written() -> None:
    commands = [line for line in README.splitlines() if line.endswith("/pytest")]
    called = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert len(commands) == 1
    assert f'as_user "{commands[0]}"' in called


def test_its_two_commands_are_the_agreed_ones() -> None:
    assert "python3 -m venv .venv && .venv/bin/pip install -e . && .venv/bin/flask demo" in README
    assert "python3 -m venv .venv && .venv/bin/pip install -e '.[test]' && .venv/bin/pytest" in README


def test_every_command_that_it_names_is_there() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert set(re.findall(r"flask ([a-z]+)", README)) <= project["entry-points"]["flask.commands"].keys()
    for module in set(re.findall(r"python -m ([a-z_.]+)", README)):
        place = ROOT / module.replace(".", "/")
        assert place.with_suffix(".py").is_file() or (place / "__main__.py").is_file(), module
