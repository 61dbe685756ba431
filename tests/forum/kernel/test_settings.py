"""Settings: everything wrong is told at once, and nothing secret has a fallback."""

from pathlib import Path

import pytest

from forum.kernel.settings import Misconfigured, documented, read_settings

GOOD = {
    "HUSTINGS_SECRET_KEY": "s" * 40, "HUSTINGS_UNION_NAME": "United", "HUSTINGS_BASE_URL": "https://vote.example",
}  # fmt: skip


def test_it_reads_a_sound_environment() -> None:
    settings = read_settings(GOOD)
    assert settings.union_name == "United"
    assert not settings.demo


def test_it_names_everything_that_is_wrong_at_once() -> None:
    with pytest.raises(Misconfigured) as refused:
        read_settings({"HUSTINGS_SECRET_KEY": "short", "HUSTINGS_MAIL_PORT": "x", "HUSTINGS_TIMEZONE": "Mars/North"})
    for name in ("SECRET_KEY", "UNION_NAME", "BASE_URL", "MAIL_PORT", "TIMEZONE"):
        assert f"HUSTINGS_{name}" in str(refused.value)


@pytest.mark.parametrize("address", ["bounce", "bounce+x@union.example", "Bounce <b@union.example>", "b@u\nx", "@u"])
def test_mail_comes_back_to_a_plain_address_alone(address: str) -> None:
    assert read_settings({**GOOD, "HUSTINGS_MAIL_BOUNCE": "bounce@union.example"}).mail_bounce == "bounce@union.example"
    with pytest.raises(Misconfigured, match="MAIL_BOUNCE"):
        read_settings({**GOOD, "HUSTINGS_MAIL_BOUNCE": address})


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("f" * 50 + "\n")
    environment = {**GOOD, "HUSTINGS_SECRET_KEY_FILE": str(file)}
    assert read_settings(environment).secret_key == "f" * 50


def test_no_environment_switches_the_demo_on() -> None:
    assert not read_settings({**GOOD, "HUSTINGS_DEMO": "1", "HUSTINGS_TESTING": "1"}).demo
    assert "HUSTINGS_DEMO" not in [name for name, _, _ in documented()]
