"""Reads the texts of the demo's union: its people and its four questions, from TOML files beside this module."""

import tomllib
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

FOLDER = Path(__file__).parent / "union"
ZONE = ZoneInfo("America/Chicago")


@cache
def texts(name: str) -> dict[str, Any]:
    """One of the files: people, past, current, charged, asked."""
    with (FOLDER / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def number_of(key: str) -> str:
    """The member number of somebody whom the stories name."""
    return str(texts("people")["people"][key][0])


def midnight(now: datetime, days_ago: int) -> datetime:
    """The beginning of the day so many days before today, in the union's zone."""
    return (now.astimezone(ZONE) - timedelta(days=days_ago)).replace(hour=0, minute=0, second=0, microsecond=0)


def moment(first_day: datetime, told: str) -> datetime:
    """The instant of "day hour:minute" as the stories tell it; day 1 begins at `first_day`."""
    day, _, time = told.partition(" ")
    hour, _, minute = time.partition(":")
    at = first_day + timedelta(days=int(day) - 1)
    return at.replace(hour=int(hour), minute=int(minute))
