"""Locals and councils as an import names them: made, moved to another council, put back."""

from collections.abc import Mapping
from typing import Any

from forum.kernel.database import db
from forum.roll import import_queries
from forum.roll.models import Council, Local


def set_places(places: Mapping[str, Mapping[str, Any]], timezone: str) -> dict[str, int]:
    """Make or change the locals an import names; new ones keep `timezone` unless the file says another.
    Returns the ids of all locals by number."""
    councils = {council.name: council for council in db.session.scalars(db.select(Council))}
    for number, place in places.items():
        _set(number, place["becomes"], councils, timezone)
    db.session.flush()
    return import_queries.local_ids()


def put_places_back(places: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
    """Give the locals that an import changed back what they were. Returns the ids of all locals by number."""
    councils = {council.name: council for council in db.session.scalars(db.select(Council))}
    for number, place in places.items():
        if place["was"]:
            _set(number, place["was"], councils, "")
    db.session.flush()
    return import_queries.local_ids()


def remove_empty_places(places: Mapping[str, Mapping[str, Any]]) -> None:
    """Remove the locals that an import made, and councils without locals, where nothing holds on to them."""
    unused = import_queries.empty_ids(Local.__table__)
    for local in db.session.scalars(db.select(Local)):
        if local.id in unused and local.number in places and not places[local.number]["was"]:
            db.session.delete(local)
    db.session.flush()
    unused = import_queries.empty_ids(Council.__table__)
    for council in db.session.scalars(db.select(Council)):
        if council.id in unused:
            db.session.delete(council)
    db.session.flush()


def _set(number: str, becomes: list[str], councils: dict[str, Council], timezone: str) -> None:
    council_name, name, zone = becomes
    if council_name not in councils:
        councils[council_name] = Council(name=council_name)
        db.session.add(councils[council_name])
    local = db.session.scalar(db.select(Local).where(Local.number == number))
    if local is None:
        local = Local(number=number, timezone=timezone)
        db.session.add(local)
    local.council, local.name = councils[council_name], name
    if zone:
        local.timezone = zone
