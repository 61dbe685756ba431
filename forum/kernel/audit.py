"""The audit log: one hash-chained entry for every act of power, never updated.

An entry is public in its act, office and time; its body (who, on what, with which facts) stands behind a salted
hash, so that visitors can check the chain and observers can open it. `check` verifies an export of either kind.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from forum.kernel.database import Base, db

GENESIS = "0" * 64
HASHED = ("height", "at", "act", "office", "body_hash", "parent")
"""The fields of an entry that its hash covers."""


class Act(StrEnum):
    """Base of each slice's acts of power; a slice lists its own verbs as `class Act(audit.Act)`."""


class AuditEntry(Base):
    """One act of power. `hash` covers height, at, act, office, body_hash and the parent's hash."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_subject", "subject", "height"),)

    height: Mapped[int] = mapped_column(
        BigInteger().with_variant(db.Integer(), "sqlite"), primary_key=True, autoincrement=False
    )
    at: Mapped[datetime]
    act: Mapped[str] = mapped_column(String(60), index=True)
    office: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80))
    body: Mapped[str] = mapped_column(Text)
    body_hash: Mapped[str] = mapped_column(String(64))
    parent: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64), unique=True)

    @property
    def facts(self) -> dict[str, Any]:
        """The facts of the body, for those who may see them."""
        facts: dict[str, Any] = json.loads(self.body)["facts"]
        return facts


class AuditHead(Base):
    """The newest entry; locked by whoever appends, so that the chain has no forks."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    height: Mapped[int] = mapped_column(BigInteger().with_variant(db.Integer(), "sqlite"))
    hash: Mapped[str] = mapped_column(String(64))


def canonical(value: object) -> str:
    """The one JSON text of a value: sorted keys, no blanks, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(text: str) -> str:
    """Lower-case hex SHA-256 of a text's UTF-8 bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


def record(
    actor: Any, act: Act, subject: str, *, now: datetime, office: str | None = None, **facts: object
) -> AuditEntry:
    """Append one entry. `actor` has a public id and an office (a `doors.Actor`, a member), or is None where no person
    may be named; `subject` is like "hall:7".

    `office` overrides the office in which the person acts. Facts must be JSON values and hold no secret.
    """
    head = db.session.get(AuditHead, 1, with_for_update=True)
    if head is None:
        head = AuditHead(id=1, height=-1, hash=GENESIS)
        db.session.add(head)
    body = canonical(
        {
            "subject": subject,
            "actor": actor.public_id if actor else None,
            "facts": facts,
            "salt": secrets.token_hex(16),
        }
    )
    height = head.height + 1
    worn = office or (actor.office if actor else "") or ("member" if actor else "clock")
    body_hash = sha256(body)
    entry = AuditEntry(
        height=height, at=now, act=str(act), office=worn, subject=subject, body=body,
        body_hash=body_hash, parent=head.hash,
        hash=sha256(canonical(_hashed(height, now, str(act), worn, body_hash, head.hash))),
    )  # fmt: skip
    db.session.add(entry)
    head.height, head.hash = height, entry.hash
    db.session.flush()
    return entry


def head_hash() -> str:
    """The newest entry's hash, which pins everything before it."""
    head = db.session.get(AuditHead, 1)
    return head.hash if head else GENESIS


def _hashed(height: int, at: datetime, act: str, office: str, body_hash: str, parent: str) -> dict[str, object]:
    return {
        "height": height, "at": at.isoformat(timespec="microseconds"), "act": act, "office": office,
        "body_hash": body_hash, "parent": parent,
    }  # fmt: skip


def export(*, with_bodies: bool, after: int = -1, most: int | None = None) -> Iterator[str]:
    """The chain as JSON lines, oldest first; bodies only for those who may see them."""
    query = db.select(AuditEntry).where(AuditEntry.height > after).order_by(AuditEntry.height).limit(most)
    for entry in db.session.scalars(query.execution_options(yield_per=500)):
        line: dict[str, object] = _hashed(
            entry.height, entry.at, entry.act, entry.office, entry.body_hash, entry.parent
        )
        line["hash"] = entry.hash
        if with_bodies:
            line["body"] = entry.body
        yield canonical(line)


def check(lines: Iterable[str]) -> list[str]:
    """Every fault of an exported chain, in words; an empty list means that it holds. Needs no database."""
    faults: list[str] = []
    parent, expected = GENESIS, 0
    for number, line in enumerate(lines, 1):
        try:
            entry = _entry(line)
            hashed = {key: entry[key] for key in HASHED}
            stated, computed = entry["hash"], sha256(canonical(hashed))
            body_hash = sha256(str(entry["body"])) if "body" in entry else hashed["body_hash"]
        except (ValueError, KeyError, TypeError, RecursionError):
            faults.append(f"line {number} is not an audit entry")
            continue
        if hashed["height"] != expected:
            faults.append(
                f"line {number} has height {hashed['height']}, not {expected}: entries are missing or out of order"
            )
        if hashed["parent"] != parent:
            faults.append(f"line {number} does not follow from the entry before it")
        if computed != stated:
            faults.append(f"line {number} was altered: its hash does not match")
        if body_hash != hashed["body_hash"]:
            faults.append(f"line {number} has another body than the one that was hashed")
        parent, expected = stated, expected + 1
    return faults


def _entry(line: str) -> dict[str, Any]:
    """The fields of an exported line. Raises ValueError where there is another, or one is there twice: what no hash
    covers must not be read as part of the log.
    """
    entry: dict[str, Any] = json.loads(line)
    if {*entry} - {"body"} != {*HASHED, "hash"} or canonical(entry) != line.rstrip("\n"):
        raise ValueError("not written as the log writes it")
    return entry
