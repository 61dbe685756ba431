from pathlib import Path

import pytest
from click.testing import CliRunner

from referendum.rehearsal.cli import demo
from referendum.rehearsal.instance import (
    Instance,
    NotLoopback,
    demo_settings,
    free_port,
    from_arguments,
    is_taken,
    listener_on,
)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.7", "::", "example.org", "localhost", "", "8.8.8.8"])
def test_a_demo_is_refused_on_anything_but_loopback(host: str, tmp_path: Path) -> None:
    with pytest.raises(NotLoopback):
        Instance(tmp_path, host)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1"])
def test_a_demo_is_taken_on_loopback(host: str, tmp_path: Path) -> None:
    assert Instance(tmp_path, host).host == host


def test_the_command_says_why_it_refuses_a_public_address_and_makes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(demo, ["--host", "0.0.0.0"])
    assert result.exit_code == 1
    assert "loopback only" in result.output
    assert list(tmp_path.iterdir()) == []


def test_the_command_says_that_its_port_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    port = free_port("127.0.0.1")
    with listener_on("127.0.0.1", port):
        result = CliRunner().invoke(demo, ["--port", str(port)])
    assert result.exit_code == 1
    assert f"port {port}" in result.output


def test_a_child_reads_back_the_instance_its_parent_wrote(tmp_path: Path) -> None:
    instance = Instance(tmp_path, "::1", 5001, 2525)
    assert from_arguments(instance.arguments()) == instance
    assert instance.address == "http://[::1]:5001"


def test_the_secret_is_drawn_once_kept_and_for_no_other_eyes(tmp_path: Path) -> None:
    first = demo_settings(Instance(tmp_path / "a")).secret_key
    assert demo_settings(Instance(tmp_path / "a")).secret_key == first
    assert demo_settings(Instance(tmp_path / "b")).secret_key != first
    assert (tmp_path / "a" / "secret").stat().st_mode & 0o077 == 0


def test_a_free_port_is_not_taken() -> None:
    assert not is_taken("127.0.0.1", free_port("127.0.0.1"))
