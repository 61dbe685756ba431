"""U6, whatever is done in whatever order: nothing is hidden without log entry, ground, reason and a way to appeal."""

import os
import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from forum.arguments.models import Argument
from forum.bodies import operations as bodies
from forum.halls.models import Post
from forum.kernel import audit
from forum.kernel.audit import AuditEntry
from forum.kernel.database import attempt, db
from forum.kernel.errors import Refusal
from forum.moderation import appeal_operations, operations, queries, report_operations, restraint_operations
from forum.moderation.forms import Cause, NewRuling, NewStop
from forum.moderation.models import Hiding, Restraint
from forum.moderation.rules import STOPS, Ground, Ruling
from forum.questions.models import Question
from tests.build_halls import make_argument, make_debate, make_hall, make_post
from tests.people import Cast, actor, holding

pytestmark = pytest.mark.sqlite_alone
STEPS = 40
few = settings(
    max_examples=int(os.environ.get("HUSTINGS_MODERATION", "6")),  # more by hand
    deadline=None, database=None, derandomize=True, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


class House:
    """A hall and the national hall with some words in them, and everybody who may, or may not, act on them."""

    def __init__(self, cast: Cast, question: Question, dice: random.Random, now: datetime) -> None:
        self.question, self.dice, self.now = question, dice, now
        halls = (make_hall(question, cast.local), make_hall(question, None))
        authors = (cast.member, cast.seconder, cast.host)
        self.words = [("post", make_post(hall, who, now=now).id) for hall in halls for who in authors]
        self.words.append(("argument", make_argument(question, cast.member, now=now).id))
        tellers = [holding(actor(each), "teller", question.id) for each in cast.tellers]
        self.people = [*(actor(each) for each in (*authors, cast.other_host, cast.officer)), *tellers]
        self.tellers = tellers

    def cause(self) -> Cause:
        return Cause(self.dice.choice(list(Ground)), "A reason.")

    def step(self) -> None:
        """One person tries one thing; what the rules forbid is refused and leaves nothing behind."""
        who, (kind, subject) = self.dice.choice(self.people), self.dice.choice(self.words)
        deeds: list[Callable[[], object]] = [
            lambda: operations.hide_words(who, kind, subject, self.cause(), now=self.now),
            lambda: operations.unhide_words(who, self.any_hiding().id, "It may stand.", now=self.now),
            lambda: report_operations.report_words(who, kind, subject, self.cause(), now=self.now),
            lambda: appeal_operations.appeal_measure(who, self.any_hiding(), "Mine or not.", now=self.now),
            self.appeal,
            lambda: restraint_operations.stop_member(
                who, kind, subject, NewStop(self.dice.choice(STOPS), self.cause()), now=self.now
            ),
            self.rule,
            self.rule,
        ]
        self.now += timedelta(minutes=self.dice.randrange(200))
        try:
            with attempt():
                self.dice.choice(deeds)()
        except (Refusal, LookupError):
            pass

    def any_hiding(self, *, waiting: bool = False) -> Hiding:
        query = db.select(Hiding).where(Hiding.question_id == self.question.id).order_by(Hiding.id)
        return self.dice.choice([each for each in db.session.scalars(query) if each.waits_for_ruling or not waiting])

    def appeal(self) -> None:
        hiding = self.any_hiding()
        author = next((each for each in self.people if each.member_id == hiding.author_id), self.people[0])
        appeal_operations.appeal_measure(author, hiding, "It should stand.", now=self.now)

    def rule(self) -> None:
        hiding, (first, second) = self.any_hiding(waiting=True), self.dice.sample(self.tellers, 2)
        new = NewRuling(self.dice.choice(list(Ruling)), "We have read it.")
        act = appeal_operations.propose_ruling(first, hiding, new, now=self.now)
        for each in (first, second):
            bodies.sign(each, act.id, act.document_hash, self.now)


@few
@given(seed=st.integers(0, 2**32))
def test_nothing_is_hidden_without_entry_ground_reason_and_appeal(
    seed: int, cast: Cast, ground: Flask, now: datetime
) -> None:
    house = House(cast, make_debate(cast, now=now), random.Random(seed), now)
    for _ in range(STEPS):
        house.step()
    hidden = [
        (kind, each.id)
        for kind, table in (("post", Post), ("argument", Argument))
        for each in db.session.scalars(db.select(table).where(table.hidden_at.is_not(None)))
    ]
    for kind, subject in hidden:
        hiding = queries.latest(kind, subject)
        assert hiding is not None
        assert hiding.lifted_at is None
        assert hiding.ruling != Ruling.RESTORED
        assert hiding.ground in list(Ground)
        assert hiding.reason
        assert queries.reasons(kind, [subject])[0]["url"] == hiding.path
        entry = logged("hide_words", hiding, hiding.reason)
        assert entry.facts["content_hash"] == hiding.content_hash
        author = next(each for each in house.people if each.member_id == hiding.author_id)
        assert hiding.appealed_at or not appeal_operations.why_not_appeal(author, hiding)
    nobody_judged_own_words()
    assert audit.check(audit.export(with_bodies=True)) == []


def logged(act: str, hiding: Hiding, reason: str) -> AuditEntry:
    """The one entry of this act on this hiding; it tells ground and reason as the table does."""
    entries = db.session.scalars(db.select(AuditEntry).where(AuditEntry.act == act))
    (found,) = [each for each in entries if each.facts.get("hiding") == hiding.id]
    assert (found.facts["ground"], found.facts["reason"]) == (hiding.ground, reason)
    return found


def nobody_judged_own_words() -> None:
    for each in db.session.scalars(db.select(Hiding)):
        assert each.author_id not in (each.by_id, each.lifted_by_id)
        if each.lifted_at is not None:
            logged("unhide_words", each, each.lifted_reason)
    for stop in db.session.scalars(db.select(Restraint)):
        assert stop.member_id != stop.by_id
