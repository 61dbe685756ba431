"""The fixed cast: one person of every kind, with their actors, and how to sign one of them in."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import date

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient

from forum.kernel import clock
from forum.kernel.database import db, transaction
from forum.kernel.doors import VISITOR, Actor
from forum.roll.models import Council, Local, Member
from forum.signin.models import Account, Device
from tests.scenes import remembered


@dataclass(frozen=True)
class Cast:
    """Member ids. `member`, `seconder`, `host`, `suspended`, `retired` are of local 88, `elsewhere` and `other_host`
    of 156. Four officers; three tellers, two trustees and one observer to be, named in no question yet.
    """

    local: int
    other_local: int
    council: int
    member: int
    seconder: int
    host: int
    elsewhere: int
    other_host: int
    suspended: int
    retired: int
    officers: tuple[int, ...]
    tellers: tuple[int, ...]
    trustees: tuple[int, ...]
    observer: int

    @property
    def officer(self) -> int:
        return self.officers[0]


def make_member(number: str, name: str, local: Local, *, standing: str = "good", office: str = "") -> int:
    member = Member(
        public_id=secrets.token_urlsafe(16)[:22], number=number, name=name, email=f"m{number}@example.org",
        local=local, standing=standing, since=date(2019, 5, 1), office=office,
    )  # fmt: skip
    db.session.add(member)
    db.session.flush()
    db.session.add(Account(member_id=member.id, activated_at=clock.now()))
    return member.id


@remembered
def make_cast() -> Cast:
    council = Council(name="Lakes District")
    here = Local(number="88", name="Ashby Rail Works", council=council, timezone="America/Chicago")
    there = Local(number="156", name="Meridian Freight", council=council, timezone="America/New_York")
    db.session.add_all([council, here, there])
    db.session.flush()
    return Cast(
        local=here.id, other_local=there.id, council=council.id,
        member=make_member("1001", "Marta Quill", here),
        seconder=make_member("1002", "Len Fairweather", here),
        host=make_member("1003", "Idris Bell", here, office="host"),
        elsewhere=make_member("1004", "Priya Nand", there),
        other_host=make_member("1005", "Grace Amadi", there, office="host"),
        suspended=make_member("1006", "Sam Stray", here, standing="suspended"),
        retired=make_member("1007", "Rosa Alt", here, standing="retired"),
        officers=tuple(make_member(f"20{n:02d}", f"Officer {n}", here, office="officer") for n in range(1, 5)),
        tellers=tuple(make_member(f"30{n:02d}", f"Teller {n}", there) for n in range(1, 4)),
        trustees=tuple(make_member(f"40{n:02d}", f"Trustee {n}", here) for n in range(1, 3)),
        observer=make_member("5001", "Olive Watcher", there),
    )  # fmt: skip


def actor(member_id: int, *, appointments: frozenset[tuple[str, int]] = frozenset(), fresh: bool = True) -> Actor:
    """The actor of a member, freshly signed in with a second factor, holding these appointments."""
    if not member_id:
        return VISITOR
    member = db.session.get_one(Member, member_id)
    return Actor(
        member_id=member.id, public_id=member.public_id, name=member.name, local_id=member.local_id,
        local_number=member.local.number, council_id=member.local.council_id, standing=member.standing,
        office=member.office, appointments=appointments, fresh=fresh, second_factor=True,
        timezone=member.local.timezone, language="en",
    )  # fmt: skip


def holding(person: Actor, role: str, question_id: int) -> Actor:
    """The same person, also holding an office for one question."""
    return replace(person, appointments=person.appointments | {(role, question_id)})


def sign_in(app: Flask, member_id: int, *, fresh: bool = True, second_factor: bool = True) -> FlaskClient:
    """A browser on which this member is signed in, by a real device row and cookie."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    with app.app_context(), transaction(write=True) as session:
        session.add(
            Device(
                member_id=member_id,
                token_hash=hashlib.sha256(token.encode()).hexdigest(),
                label="test browser",
                created_at=now,
                seen_at=now,
                fresh_at=now if fresh else now.replace(year=now.year - 1),
                second_factor_at=now if second_factor else None,
            )
        )
    client = app.test_client()
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer
    client.set_cookie(app.config["SESSION_COOKIE_NAME"], str(signer.dumps({"device": token})))
    return client
