"""Voting codes: drawn at random, a chunk of the roll at a time, their credentials stored, the codes handed out.

Each function is one transaction of its caller. No function writes both a roll entry and a credential: what joins
the two is only the sealed list. Codes are returned, never stored, never logged.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Column, CursorResult, MetaData, Table, func

from forum.kernel import audit
from forum.kernel.database import db
from forum.kernel.errors import N_, refuse_unless
from referendum.crypto.credentials import new_code, public_of
from referendum.electorate import credential_queries, entry_queries, queries, rules, sealed_file
from referendum.electorate.entry_queries import Addressee
from referendum.electorate.models import PublicCredential, RollEntry
from referendum.electorate.operations import Act
from referendum.electorate.sealed_file import Assigned, Spare
from referendum.electorate.way_rules import refuse_own_way
from referendum.process.models import Vote
from referendum.process.queries import subject_of

LARGEST_CHUNK = 50
UNDER_WAY = ("waiting", "sending", "refused", "printing")


def settle_leftovers(vote: Vote) -> int:
    """After a crash: of a chunk that was under way nobody knows what arrived. Gives how many entries that is. A second
    crash before the first one's entries have their spares halts the mails, or a fault would use up one chunk a run."""
    refuse_unless(
        vote.called_at is not None, N_("Voting codes are made when the executive council has issued the call.")
    )
    refuse_unless(vote.state in ("set_up", "open"), N_("Voting is over. No code is made any more."))
    refuse_own_way(vote.params)
    roll = queries.frozen_electorate(vote.id)
    before = entry_queries.count_in(vote.id, "unknown")
    left = remark(vote, "sending", "unknown")
    if left and before:
        roll.halted = True
    if roll.codes == "none":
        roll.codes = "making"
    db.session.flush()
    return left


def store_spares(vote: Vote, folder: Path, now: datetime) -> int:
    """Make the spare codes that are missing: sealed with their codes to the tellers, in the list of credentials as
    spares. Until the ballot's text says how many there are, enough are left beside those that entries of unknown fate
    will need."""
    roll = queries.locked_electorate(vote.id)
    wanted = rules.usual_spares(roll.size) + entry_queries.unsure_count(vote.id)
    count = wanted - credential_queries.credential_count(vote.id, "spare")
    if count <= 0 or vote.state != "set_up" or vote.election_v:
        return 0
    spares = []
    for _ in range(count):
        code = new_code()
        spares.append((code, public_of(code, vote.uuid_v), public_of(code, vote.uuid_c)))
    _store_credentials(vote, [(v, c) for _, v, c in spares], "spare")
    sealed = [Spare(code, queries.digest_of(v), queries.digest_of(c)) for code, v, c in spares]
    path = sealed_file.path_of(folder, vote.uuid_v)
    roll.sealed_hash = sealed_file.append_spares(path, roll.sealed_hash, int(roll.list_key), sealed)
    roll.spare_count += count
    db.session.flush()
    audit.record(None, Act.STORE_SPARES, subject_of(vote), now=now, office="clock", spares=count)
    return count


def take_chunk(vote: Vote, *, with_email: bool, most: int = 0) -> list[Addressee]:
    """Mark the next entries as under way; nobody else will touch them. What is lost on the way, be it a chunk of mails
    or a lot of letters, uses up at most half of the spares that nobody needs yet."""
    free = credential_queries.credential_count(vote.id, "spare") - entry_queries.unsure_count(vote.id)
    half = max(1, free // 2)
    size = most or min(LARGEST_CHUNK if with_email else rules.LARGEST_LOT, half)
    chunk = entry_queries.waiting(vote.id, with_email=with_email, most=size)
    mark(vote, {each.entry: "sending" for each in chunk})
    return chunk


def store_codes(vote: Vote, chunk: list[Addressee], folder: Path) -> list[tuple[Addressee, str]]:
    """Draw a code for each of a chunk, store the credentials, append the sealed chunk; gives the codes to hand out."""
    roll = queries.locked_electorate(vote.id)
    units = queries.unit_of_local(roll)
    handed: list[tuple[Addressee, str]] = []
    pairs: list[tuple[str, str]] = []
    assigned: list[Assigned] = []
    for each in chunk:
        code = new_code()
        v, c = public_of(code, vote.uuid_v), public_of(code, vote.uuid_c)
        handed.append((each, code))
        pairs.append((v, c))
        assigned.append(Assigned(each.entry, units[each.local], queries.digest_of(v), queries.digest_of(c)))
    _store_credentials(vote, pairs, "issued")
    path = sealed_file.path_of(folder, vote.uuid_v)
    roll.sealed_hash = sealed_file.append_assigned(path, roll.sealed_hash, int(roll.list_key), assigned)
    db.session.flush()
    return handed


def _store_credentials(vote: Vote, pairs: list[tuple[str, str]], state: str) -> None:
    """In the order of their hashes, which says nothing of the roll's."""
    rows = [
        {"vote_id": vote.id, "archive": archive, "digest": queries.digest_of(value), "value": value, "state": state}
        for archive, values in (("V", [v for v, _ in pairs]), ("C", [c for _, c in pairs]))
        for value in values
    ]
    db.session.execute(db.insert(PublicCredential), sorted(rows, key=lambda row: str(row["digest"])))


def mark(vote: Vote, deliveries: Mapping[str, str]) -> None:
    """Note how far the codes of some entries are."""
    for name, entry in entry_queries.entries(vote.id, list(deliveries)).items():
        entry.delivery = deliveries[name]
    db.session.flush()


def remark(vote: Vote, delivery: str, becomes: str) -> int:
    """The same for every entry in a state, however many there are. Gives how many that was."""
    here = RollEntry.vote_id == vote.id, RollEntry.delivery == delivery
    done = db.session.execute(db.update(RollEntry).where(*here).values(delivery=becomes))
    return cast("CursorResult[Any]", done).rowcount


def finish_codes(vote: Vote, *, now: datetime) -> bool:
    """When nobody waits any more, say so once. Entries of which it is unknown still need a spare."""
    roll = queries.frozen_electorate(vote.id)
    counts = entry_queries.delivery_counts(vote.id)
    if roll.codes != "making" or any(counts.get(each, 0) for each in UNDER_WAY):
        return False
    roll.codes = "sent"
    audit.record(
        None, Act.FINISH_CODES, subject_of(vote), now=now, office="clock",
        deliveries=counts, spares=roll.spare_count, sealed_list_hash=roll.sealed_hash,
    )  # fmt: skip
    return True


def seal_credentials(vote: Vote, now: datetime) -> None:
    """Before voting opens: every credential is written anew in the order of its value, so that no row remembers when
    it was made. Refused while a code is still to go out."""
    roll = queries.frozen_electorate(vote.id)
    if roll.codes == "ready":
        return
    refuse_unless(
        roll.codes == "sent" and entry_queries.codes_pending(vote.id) == 0,
        N_("Not every voting code is out. Finish the mails and letters, and give spare codes for those unknown."),
    )
    rewrite_sorted(vote)
    roll = queries.frozen_electorate(vote.id)
    roll.codes = "ready"
    audit.record(
        None, Act.SEAL_CREDENTIALS, subject_of(vote), now=now, office="clock",
        credentials=roll.size + credential_queries.codes_beyond(roll), sealed_list_hash=roll.sealed_hash,
    )  # fmt: skip


def rewrite_sorted(vote: Vote) -> None:
    """Write every credential anew in the order of its value, so that no row remembers when it was made or changed, nor
    with which others."""
    db.session.flush()
    table: Any = PublicCredential.__table__
    kept = Table("kept_credentials", MetaData(), *(Column(each.name, each.type) for each in table.columns),
                 prefixes=["TEMPORARY"])  # fmt: skip
    mine, names = table.c.vote_id == vote.id, [each.name for each in table.columns]
    connection = db.session.connection()  # the database does it by itself: a large list is never in memory here
    kept.create(connection)
    connection.execute(kept.insert().from_select(names, db.select(*table.columns).where(mine)))
    connection.execute(table.delete().where(mine))
    sorted_rows = db.select(*kept.columns).order_by(kept.c.archive, func.length(kept.c.value), kept.c.value)
    connection.execute(table.insert().from_select(names, sorted_rows))
    kept.drop(connection)
    db.session.expire_all()


def revoke_codes(vote: Vote, codes: Iterable[str]) -> None:
    """Make codes void that nobody received: the mail server refused them, or was gone before they were sent."""
    digests = {
        queries.digest_of(public_of(code, uuid)) for code in codes for uuid in (vote.uuid_v, vote.uuid_c)
    }  # fmt: skip
    queries.locked_electorate(vote.id)  # nobody writes the credentials anew meanwhile
    set_state(vote, digests, "revoked")


def set_state(vote: Vote, digests: set[str], state: str) -> None:
    """Give these credentials, of both archives, another state."""
    for row in credential_queries.credentials_by_digest(vote.id, digests):
        row.state = state
    db.session.flush()
