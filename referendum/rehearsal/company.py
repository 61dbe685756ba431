"""The people of a replay: a roll written as a CSV and imported as any other, and each person's actor when needed.

Places on the roll, from 1: officers, tellers, trustees, one observer, then a host for each local, then everybody else.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import accumulate, pairwise

from forum.kernel import doors
from forum.kernel.database import db, transaction
from forum.kernel.doors import Actor
from forum.kernel.errors import Refused
from forum.kernel.settings import Settings
from forum.roll import import_operations, import_queries, importing
from forum.roll.models import Member
from forum.signin.device_operations import open_device

OFFICERS, TELLERS, TRUSTEES, OBSERVERS = 3, 3, 3, 1
COUNCILS = 3
Tell = Callable[[str, int, int], object]
"""Told how far a step has come: its name, how many are done, how many there are."""


class People(ABC):
    """Persons of a rehearsal by their places, from 1; each one's actor when needed."""

    officers: range
    tellers: range
    trustees: range
    observers: range

    def __init__(self) -> None:
        self._actors: dict[int, Actor] = {}

    @abstractmethod
    def number(self, place: int) -> str:
        """The member number of a place."""

    @abstractmethod
    def host_of(self, local: str) -> int | None:
        """The place of the host of a local; None where it has none."""

    def actor(self, place: int, now: datetime) -> Actor:
        """This person, signed in on a device of their own and fresh. Needs an open write."""
        if place not in self._actors:
            member = db.session.scalars(db.select(Member).where(Member.number == self.number(place))).one()
            token = open_device(member.id, "replay", now=now, second_factor=True)
            self._actors[place] = doors.actor_of(token, now)
        return replace(self._actors[place], fresh=True)

    def forget(self) -> None:
        """Look everybody up anew: appointments have changed."""
        self._actors.clear()


class Company(People):
    """Everybody on the roll of one replay, by place. Of three trustees any two open the count, of two both."""

    def __init__(self, members: int, locals_: int, trustees: int = TRUSTEES, councils: int = COUNCILS) -> None:
        super().__init__()
        ends = list(accumulate((OFFICERS, TELLERS, trustees, OBSERVERS)))
        self.officers, self.tellers, self.trustees, self.observers = (
            range(first + 1, last + 1) for first, last in pairwise((0, *ends))
        )
        self._leading = ends[-1]
        if members < self._leading + locals_ + 20:
            raise ValueError(f"a replay with {locals_} locals needs at least {self._leading + locals_ + 20} members")
        self.members, self.locals, self.councils = members, locals_, councils

    @property
    def ordinary(self) -> range:
        """Everybody who holds no office."""
        return range(self._leading + self.locals + 1, self.members + 1)

    def host_of(self, local: str | int) -> int:
        """The place of the host of a local; they are numbered from 1."""
        return self._leading + int(local)

    def local_of(self, place: int) -> int:
        """The local, from 1, to which this place belongs."""
        return place - self._leading if self._hosts(place) else (place - 1) % self.locals + 1

    def _hosts(self, place: int) -> bool:
        return self._leading < place <= self._leading + self.locals

    def number(self, place: int) -> str:
        """The member number of a place."""
        return f"{place:06d}"

    def email(self, place: int) -> str:
        """The address of a place; the replay's own mail sink receives for it."""
        return f"m{place}@replay.invalid"

    def as_csv(self) -> bytes:
        """The roll as a file of the form that `flask roll import` reads."""
        lines = ["member number,name,e-mail,local,council,country,standing,since,office"]
        for place in range(1, self.members + 1):
            local = self.local_of(place)
            office = "officer" if place in self.officers else "host" if self._hosts(place) else ""
            council = f"Council {(local - 1) % self.councils + 1}"
            person = f"{self.number(place)},Member {place},{self.email(place)}"
            lines.append(f"{person},{local},{council},US,good,2010-01-01,{office}")
        return ("\n".join(lines) + "\n").encode()

    def import_roll(self, settings: Settings, now: datetime, tell: Tell = lambda *_: None) -> None:
        """Bring the roll in by the same steps as the command."""
        with transaction(write=True):
            number = import_operations.receive_roll(None, "replay.csv", self.as_csv(), now=now).id
        importing.look_over(number, settings, lambda line: tell("roll read", line - 1, self.members))
        with transaction(write=False):
            found = import_queries.an_import(number)
            if found.state != "ready":
                raise Refused(f"the roll of the replay was refused: {found.problems[:3]}")
        with transaction(write=True):
            import_operations.begin_apply(None, number, marks_absent=False, now=now)
        importing.write(number, settings, lambda done: tell("roll written", done, self.members))
