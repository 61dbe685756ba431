"""The audit log as it leaves the installation: the chain, and after it its head with the installation's signature.

The last line of an export is {"height", "hash", "kind", "key", "signature"}; what is signed are the first three as
canonical JSON, which is also what /record/heads/<height>.json gives, for a check with openssl alone. Whoever has an
export asks for what came after its last entry, and appends that: a log may hold several heads.
"""

import json
from collections.abc import Iterable, Iterator, Sequence

from forum.kernel import audit, signing
from forum.kernel.database import db, transaction

KIND = "hustings audit head"


def head(height: int | None = None) -> bytes | None:
    """What is signed of the chain up to a height (the newest, if none is named); None where there is no entry."""
    query = db.select(audit.AuditEntry).order_by(audit.AuditEntry.height.desc()).limit(1)
    if height is not None:
        query = query.where(audit.AuditEntry.height == height)
    entry = db.session.scalar(query)
    return None if entry is None else _signed_bytes(entry.height, entry.hash)


def _signed_bytes(height: object, digest: object) -> bytes:
    return audit.canonical({"height": height, "hash": digest, "kind": KIND}).encode()


def export(*, with_bodies: bool) -> Iterator[str]:
    """The chain as JSON lines, and its signed head as the last of them."""
    yield from audit.export(with_bodies=with_bodies)
    yield from _signed_head(None)


def _signed_head(height: int | None) -> Iterator[str]:
    said = head(height)
    if said is not None:
        signature = {"key": signing.fingerprint(), "signature": signing.sign(said)}
        yield audit.canonical({**json.loads(said), **signature})


def pages(*, with_bodies: bool, after: int = -1, most: int = 500) -> Iterator[str]:
    """The same, of what came after a height: so many entries at a time, each time in a transaction of its own, so that
    a slow reader holds up nobody."""
    while True:
        with transaction(write=False):
            lines = list(audit.export(with_bodies=with_bodies, after=after, most=most))
            after += len(lines)
            over = len(lines) < most
            last = list(_signed_head(after)) if over else []
        yield "".join(f"{line}\n" for line in (*lines, *last))
        if over:
            return


def check(lines: Iterable[str], key: bytes = b"") -> list[str]:
    """Every fault of an export, in words. With a public key (PEM) it must end with a head, and each be signed with
    it."""
    entries: list[str] = []
    faults: list[str] = []
    stated = None
    for line in lines:
        stated = _head_of(line)
        if stated is None:
            entries.append(line)
        else:
            faults += _faults_of(stated, entries, key)
    unsigned = ["the last line is no signed head"] if key and stated is None else []
    return [*audit.check(entries), *faults, *unsigned]


def _head_of(line: str) -> dict[str, object] | None:
    if KIND not in line:
        return None
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) and value.get("kind") == KIND else None


def _faults_of(stated: dict[str, object], entries: Sequence[str], key: bytes) -> list[str]:
    faults = []
    try:
        newest = json.loads(entries[-1])
        matches = (newest["height"], newest["hash"]) == (stated.get("height"), stated.get("hash"))
    except (ValueError, KeyError, TypeError, IndexError, RecursionError):
        matches = False
    if not matches:
        faults.append("the signed head is not that of the last entry: entries are missing, or it was altered")
    said, named = _signed_bytes(stated.get("height"), stated.get("hash")), stated.get("key")
    if key and not (named == signing.fingerprint_of(key) and signing.holds(key, said, str(stated.get("signature")))):
        faults.append("the head was not signed with this key")
    return faults
