"""The stage of the demo's stories: who acts, at what time, and what has been made so far.

A story is a list of acts, each with its instant. `Stage.play` lets them happen in order, each through the operation
that the pages call, with the rehearsal's clock standing at that day.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask

from forum.bodies import operations as bodies
from forum.bodies.models import BodyAct
from forum.kernel import clock, jobs, slots
from forum.kernel.database import db, transaction
from forum.kernel.doors import Actor
from forum.roll.models import Member
from referendum.rehearsal.reading_union import number_of, texts

Happening = tuple[datetime, Callable[[datetime], object]]


@dataclass
class Made:
    """What a story has made, by the names that its text gives them."""

    question_id: int = 0
    options: dict[str, int] = field(default_factory=dict)
    halls: dict[str, int] = field(default_factory=dict)
    posts: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    arguments: dict[str, int] = field(default_factory=dict)


class Stage:
    """Hands out actors, keeps the rehearsal's clock, and holds back jobs until somebody works them off."""

    def __init__(self, app: Flask, clock_file: Path) -> None:
        self._app = app
        self._clock_file = clock_file
        self._actors: dict[int, Actor] = {}
        self._waiting: dict[tuple[str, str], dict[str, Any]] = {}
        app.extensions["hustings_jobs"]["run"] = self._hold

    def _hold(self, name: str, payload: dict[str, Any]) -> None:
        self._waiting.setdefault((name, repr(sorted(payload.items()))), payload)

    def work_off(self, *, without: Iterable[str] = ()) -> None:
        """Run every job that was queued, and those that these queue, once each, but for those named in `without`."""
        while self._waiting:
            (name, _), payload = next(iter(self._waiting.items()))
            del self._waiting[name, repr(sorted(payload.items()))]
            if name not in without:
                jobs.run_now(self._app, name, payload)

    def stand_at(self, instant: datetime) -> None:
        """Set the rehearsal's clock. Stories lie in the past, so that it may run behind the world's."""
        self._clock_file.write_text(str((instant - datetime.now(UTC)).total_seconds()))
        clock.follow(self._clock_file)

    def play(self, happenings: Iterable[Happening]) -> None:
        """Let the acts happen in the order of their instants, all in one transaction."""
        ordered = sorted(enumerate(happenings), key=lambda each: (each[1][0], each[0]))
        day = None
        with transaction(write=True):
            for _, (instant, act) in ordered:
                at = instant.astimezone(UTC)
                if at.date() != day:  # acts are told their instant; the clock itself need only stand at their day
                    self.stand_at(at)
                    day = at.date()
                act(at)

    def person(self, key: str) -> Actor:
        """The actor whom the stories call by this key."""
        number = number_of(key)
        member_id = db.session.scalar(db.select(Member.id).where(Member.number == number))
        assert member_id is not None
        return self.actor(member_id)

    def host(self, local: str) -> Actor:
        """The host of a local by its number; of the national hall (""), a teller."""
        people: dict[str, list[Any]] = texts("people")["people"]
        keys = (key for key, entry in people.items() if entry[2] == local and entry[4] == "host")
        return self.person(next(keys) if local else "ferreira")

    def actor(self, member_id: int) -> Actor:
        """A member as somebody who has just signed in with a second factor."""
        if member_id not in self._actors:
            member = db.session.get_one(Member, member_id)
            held = slots.gather("signin.appointments", member.id)
            self._actors[member_id] = Actor(
                member_id=member.id, public_id=member.public_id, name=member.name, local_id=member.local_id,
                local_number=member.local.number, council_id=member.local.council_id,
                standing=member.standing,
                office=member.office, appointments=frozenset((role, question) for role, question in held), fresh=True,
                second_factor=True, timezone=member.local.timezone, language="en",
            )  # fmt: skip
        return self._actors[member_id]

    def forget_actors(self) -> None:
        """Look everybody up anew: offices have been handed out."""
        self._actors.clear()

    def sign(self, act: BodyAct, keys: Iterable[str], now: datetime) -> None:
        """Let these people sign an act of their body until it takes effect."""
        for key in keys:
            if act.took_effect_at is None:
                bodies.sign(self.person(key), act.id, act.document_hash, now)
