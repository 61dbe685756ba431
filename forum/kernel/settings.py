"""Configuration: one frozen dataclass, read once from the environment, all problems told together.

Every variable is `HUSTINGS_<NAME>`; `HUSTINGS_<NAME>_FILE` names a file holding the value instead (for secrets).
"""

import os
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

_HERE = Path("instance")
BOUNCE = re.compile(r"[a-z0-9._-]{1,30}@[a-z0-9.-]{1,190}", re.ASCII | re.IGNORECASE)


class Misconfigured(Exception):
    """The environment does not describe a runnable installation; lists every problem."""


def _of(help_text: str, default: object = MISSING) -> Any:
    if default is MISSING:
        return field(metadata={"help": help_text})
    return field(default=default, metadata={"help": help_text})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What an installation must decide. `demo` and `replay` are never read from the environment: only a
    rehearsal sets them."""

    secret_key: str = _of("Signs cookies. At least 32 characters, random, kept secret.")
    union_name: str = _of("The union's name, as on its letterhead.")
    base_url: str = _of("The address members type, with https.")
    instance: Path = _of("Folder for the database, sealed lists and archives.", _HERE)  # noqa: RUF009 - a constant
    database_url: str = _of("SQLAlchemy URL. Empty: SQLite in the instance folder.", "")
    redis_url: str = _of("Redis for several machines. Empty: one machine, no Redis.", "")
    mail_host: str = _of("SMTP server.", "127.0.0.1")
    mail_port: int = _of("SMTP port.", 25)
    mail_user: str = _of("SMTP user. Empty: no sign-in to the server.", "")
    mail_password: str = _of("SMTP password.", "")
    mail_from: str = _of("Sender of every mail.", "hustings@localhost")
    mail_bounce: str = _of("Address for mail that comes back; `flask mail bounce --help` says how.", "")
    timezone: str = _of("The union's own time zone.", "UTC")
    help_line: str = _of("Where a member finds a person who helps, shown on every page.", "")
    proxies: int = _of("How many reverse proxies stand in front.", 0)
    socket_mode: str = _of("Server model of the sockets: gevent, or threading for tests.", "gevent")
    demo: bool = False
    replay: bool = False
    testing: bool = False

    @property
    def database(self) -> str:
        """The URL of the database, SQLite in the instance folder unless another was named."""
        return self.database_url or f"sqlite:///{self.instance.resolve() / 'hustings.sqlite3'}"


def documented() -> list[tuple[str, str, str]]:
    """Every variable with its default and meaning, as README lists them."""
    rows = []
    for each in fields(Settings):
        if "help" in each.metadata:
            default = "required" if each.default is MISSING else str(each.default) or "empty"
            rows.append((f"HUSTINGS_{each.name.upper()}", default, each.metadata["help"]))
    return rows


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Settings from the environment. Raises `Misconfigured` naming everything that is wrong at once."""
    values: dict[str, object] = {}
    problems: list[str] = []
    for each in fields(Settings):
        if "help" not in each.metadata:
            continue
        name = f"HUSTINGS_{each.name.upper()}"
        try:
            raw = _raw(environment, name)
            if raw is None:
                if each.default is MISSING:
                    problems.append(f"{name} is not set: {each.metadata['help']}")
                continue
            values[each.name] = _typed(each.type, raw)
        except (OSError, ValueError) as error:
            problems.append(f"{name}: {error}")
    problems += _inconsistent(values)
    if problems:
        raise Misconfigured("Hustings cannot start:\n- " + "\n- ".join(problems))
    return Settings(**values)  # type: ignore[arg-type]


def _raw(environment: Mapping[str, str], name: str) -> str | None:
    if f"{name}_FILE" in environment:
        return Path(environment[f"{name}_FILE"]).read_text(encoding="utf-8").strip()
    return environment.get(name)


def _typed(kind: object, raw: str) -> object:
    if kind is int:
        return int(raw)
    return Path(raw) if kind is Path else raw


def _inconsistent(values: Mapping[str, object]) -> list[str]:
    problems = []
    secret = str(values.get("secret_key", "x" * 32))
    if len(secret) < 32:
        problems.append("HUSTINGS_SECRET_KEY is shorter than 32 characters")
    url = str(values.get("base_url", "https://x"))
    if not url.startswith(("https://", "http://")) or url.endswith("/"):
        problems.append("HUSTINGS_BASE_URL must start with https:// (or http://) and have no slash at its end")
    if (bounce := str(values.get("mail_bounce", ""))) and not BOUNCE.fullmatch(bounce):
        problems.append("HUSTINGS_MAIL_BOUNCE is no plain address without a +, such as bounce@union.example")
    if str(values.get("timezone", "UTC")) not in available_timezones():
        problems.append("HUSTINGS_TIMEZONE is no time zone this machine knows, such as America/Chicago")
    if str(values.get("socket_mode", "gevent")) not in {"gevent", "threading"}:
        problems.append("HUSTINGS_SOCKET_MODE is neither gevent nor threading")
    return problems


def zone(settings: Settings) -> ZoneInfo:
    """The union's time zone."""
    return ZoneInfo(settings.timezone)
