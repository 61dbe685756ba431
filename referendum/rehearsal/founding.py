"""Founds the demo's union: councils, locals, and members with standing of every kind, the named and the drawn."""

import random
import secrets
import unicodedata
from datetime import UTC, date, datetime
from itertools import cycle
from typing import Any

from sqlalchemy import insert

from forum.kernel.database import db
from forum.roll.models import Council, Local, Member
from forum.signin.models import Account
from referendum.rehearsal.reading_union import texts

DRAWN_STANDINGS = (("good", 82), ("retired", 8), ("lapsed", 6), ("suspended", 4))
OFFICES = ("host", "officer")
FIRST_DRAWN_NUMBER = 5001
POST = "members.invalid"
ACTIVATED = datetime(2024, 3, 1, 15, tzinfo=UTC)
SEED = 1926


def found_union() -> None:
    """Fill an empty roll, with the same people each time."""
    told = texts("people")
    draw = random.Random(SEED)  # noqa: S311 - names, not secrets
    locals_ = _found_locals(told)
    rows = [_named(key, entry, locals_) for key, entry in told["people"].items()]
    rows += _drawn(told, draw, locals_, told["size"] - len(rows))
    db.session.execute(insert(Member), rows)
    members = db.session.scalars(db.select(Member.id).order_by(Member.id))
    accounts = [{"member_id": each, "activated_at": ACTIVATED, "totp_last_step": 0, "language": ""} for each in members]
    db.session.execute(insert(Account), accounts)
    db.session.flush()


def _found_locals(told: dict[str, Any]) -> dict[str, int]:
    councils = {each["name"]: Council(name=each["name"]) for each in told["council"]}
    found = [
        Local(number=each["number"], name=each["name"], council=councils[each["council"]], timezone=each["zone"])
        for each in told["local"]
    ]
    db.session.add_all([*councils.values(), *found])
    db.session.flush()
    return {each.number: each.id for each in found}


def _named(key: str, entry: list[Any], locals_: dict[str, int]) -> dict[str, Any]:
    number, name, local, since, office = entry
    standing = "good" if not office or office in OFFICES else office
    return _row(
        number, name, locals_[local], since, office=office if office in OFFICES else "", standing=standing, address=key
    )


def _drawn(told: dict[str, Any], draw: random.Random, locals_: dict[str, int], count: int) -> list[dict[str, Any]]:
    given, family = told["names"]["given"].split(), told["names"]["family"].split()
    standings, weights = [each for each, _ in DRAWN_STANDINGS], [share for _, share in DRAWN_STANDINGS]
    home = cycle(locals_.values())
    taken: set[str] = set()
    rows = []
    for number in range(FIRST_DRAWN_NUMBER, FIRST_DRAWN_NUMBER + count):
        while (name := f"{draw.choice(given)} {draw.choice(family)}") in taken:
            pass
        taken.add(name)
        standing = draw.choices(standings, weights)[0]
        address = "" if standing in ("retired", "lapsed") and draw.random() < 0.4 else f"{_plain(name)}.{number}"
        local = next(home) if draw.random() < 0.7 else draw.choice(list(locals_.values()))
        since = draw.randint(1975, 1990) if standing == "retired" else draw.randint(1992, 2025)
        rows.append(_row(str(number), name, local, since, standing=standing, address=address))
    return rows


def _row(
    number: str, name: str, local_id: int, since: int, *, address: str, standing: str = "good", office: str = ""
) -> dict[str, Any]:
    return {
        "public_id": secrets.token_urlsafe(16)[:22], "number": number, "name": name, "local_id": local_id,
        "country": "US", "email": f"{address}@{POST}" if address else "", "standing": standing,
        "since": date(since, 5, 1), "office": office,
    }  # fmt: skip


def _plain(name: str) -> str:
    """A name as it stands in an address: no accents, dots for blanks."""
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return letters.lower().replace(" ", ".")
