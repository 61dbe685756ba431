"""Made-up members who stand for the participants of an imported conversation; none is anybody, none has a way in."""

import random
import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from forum.kernel.database import db
from forum.roll.models import Council, Local, Member
from forum.roll.rules import SPEAKING
from referendum.rehearsal.company import OBSERVERS, OFFICERS, TELLERS, TRUSTEES, People

SEED = 1
NUMBER = "polis-{:05d}"


class Occupied(RuntimeError):
    """There is somebody already; made-up people are not mixed with them."""


class Crowd(People):
    """The people of an imported debate: who holds its offices, hosts by their local's number, and the participants."""

    def __init__(
        self, officers: Sequence[str], others: Sequence[str], hosts: dict[str, str], participants: Sequence[str]
    ) -> None:
        super().__init__()
        self._numbers = [*officers, *others, *hosts.values(), *participants]
        self._hosts = list(hosts)
        first = len(officers) + 1
        self.officers = range(1, first)
        self.tellers = range(first, first + TELLERS)
        self.trustees = range(first + TELLERS, first + TELLERS + TRUSTEES)
        self.observers = range(first + TELLERS + TRUSTEES, first + TELLERS + TRUSTEES + OBSERVERS)
        self.participants = range(len(self._numbers) - len(participants) + 1, len(self._numbers) + 1)

    def number(self, place: int) -> str:
        """The member number of a place."""
        return self._numbers[place - 1]

    def host_of(self, local: str) -> int | None:
        """The place of the host of a local; None where it has none."""
        return self.observers.stop + self._hosts.index(local) if local in self._hosts else None


def found_crowd(participants: int, locals_: int, now: datetime) -> Crowd:
    """Locals, officers, hosts and participants for an installation that has nobody yet."""
    if db.session.scalar(db.select(Member.id).limit(1)) is not None:
        raise Occupied("this installation has members: a conversation is brought into an empty one, or into the demo")
    council = Council(name="Council 1")
    places = [Local(number=str(place), name=f"Local {place}", council=council) for place in range(1, locals_ + 1)]
    db.session.add_all([council, *places])
    db.session.flush()
    ids = [each.id for each in places]
    officers = _add("Officer", "officer-{:02d}", _dealt(OFFICERS, ids), now, office="officer")
    others = _add("Office holder", "holder-{:02d}", _dealt(TELLERS + TRUSTEES + OBSERVERS, ids), now)
    hosts = _add("Host", "host-{:02d}", ids, now, office="host")
    return Crowd(
        officers,
        others,
        dict(zip((each.number for each in places), hosts, strict=True)),
        _add("Participant", NUMBER, _dealt(participants, ids, shuffled=True), now),
    )


def join_demo(participants: int, now: datetime) -> Crowd:
    """Participants beside the members of the demo, in its locals; its own officers and hosts serve. Once only."""
    if db.session.scalar(db.select(Member.id).where(Member.number == NUMBER.format(1))) is not None:
        raise Occupied("a conversation was brought in already: flask demo --fresh makes the demo anew")
    able = db.select(Member.number, Member.local_id).where(Member.standing.in_(SPEAKING), Member.left_at.is_(None))
    officers = [number for number, _ in db.session.execute(able.where(Member.office == "officer").order_by(Member.id))]
    hosts = {local: number for number, local in db.session.execute(able.where(Member.office == "host"))}
    wanted = TELLERS + TRUSTEES + OBSERVERS
    others = db.session.execute(able.where(Member.office == "").order_by(Member.id.desc()).limit(wanted))
    found = db.session.scalars(db.select(Local).order_by(Local.id)).all()
    return Crowd(
        officers,
        [number for number, _ in others],
        {each.number: hosts[each.id] for each in found if each.id in hosts},
        _add("Participant", NUMBER, _dealt(participants, [each.id for each in found], shuffled=True), now),
    )


def _dealt(count: int, local_ids: list[int], *, shuffled: bool = False) -> list[int]:
    """A local for each of so many people, as many in each; shuffled by a fixed seed, so that it can be repeated."""
    dealt = [local_ids[place % len(local_ids)] for place in range(count)]
    if shuffled:
        random.Random(SEED).shuffle(dealt)  # noqa: S311 - made-up people
    return dealt


def _add(name: str, number: str, local_ids: list[int], now: datetime, office: str = "") -> list[str]:
    rows: list[dict[str, Any]] = [
        {
            "public_id": secrets.token_urlsafe(16)[:22], "number": number.format(place), "name": f"{name} {place}",
            "local_id": local_id, "country": "US", "email": "", "standing": "good", "since": now.date(),
            "office": office,
        }
        for place, local_id in enumerate(local_ids, 1)
    ]  # fmt: skip
    db.session.execute(insert(Member), rows)
    return [row["number"] for row in rows]
