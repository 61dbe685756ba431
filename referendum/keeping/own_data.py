"""Everything that is kept of one member, found by where the database refers to members, so that nothing is forgotten.

Of each row that is the member's own (wrote, moved, read, holds), the member gets every column but three kinds: secrets
and their hashes, what was only drawn from other columns, and references to other members. What a member did in an
office is the union's record, not the member's, and is left out by name.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, or_

from forum.kernel.database import Base, db

OWN = {
    "accounts": ("member_id",), "appointments": ("member_id",), "arguments": ("mover_id", "origin_member_id"),
    "attendances": ("member_id",), "board_looks": ("member_id",), "challenges": ("member_id",),
    "devices": ("member_id",), "disputes": ("member_id",), "drafts": ("member_id",), "enquiries": ("author_id",),
    "entry_readings": ("member_id",), "feed_keys": ("member_id",), "followings": ("member_id",),
    "hall_invitations": ("member_id",), "hidings": ("author_id",), "mail_choices": ("member_id",),
    "messages": ("author_id",), "mutings": ("member_id",), "option_namings": ("by_id",),
    "option_seconds": ("member_id",), "origin_consents": ("member_id",), "passkeys": ("member_id",),
    "points_of_order": ("member_id",), "posts": ("author_id",), "read_marks": ("member_id",),
    "readings": ("member_id",), "registrations": ("member_id",), "reports": ("by_id",), "restraints": ("member_id",),
    "roll_call_seats": ("member_id",), "roll_challenges": ("member_id",), "roll_entries": ("member_id",),
    "signatures": ("member_id",),
    "source_asks": ("member_id",), "statement_signatures": ("member_id",), "statements": ("author_id",),
    "stoppings": ("member_id",), "straw_answers": ("member_id",), "survey_seats": ("member_id",),
    "turns": ("member_id",), "withdrawal_requests": ("member_id",),
}  # fmt: skip
"""Tables with rows of a member's own, and the columns that make them so."""

OF_AN_OFFICE = {
    "body_acts", "ceremony_messages", "code_lists", "filed_acts", "halls", "merges", "questions", "reach_entries",
    "reach_offers", "roll_imports", "sealed_openings", "sittings", "teller_keys", "trustee_keys",
}  # fmt: skip
SECRET_TABLES = {"one_time_codes", "recovery_codes"}
SECRETS = {
    "password_hash", "totp_secret", "totp_last_step", "token_hash", "key_hash", "credential_id", "public_key", "entry",
}  # fmt: skip
"""`entry` is the pseudonym that stands in the sealed list of voting codes: nobody needs it, and nobody can be made to
show it."""
DRAWN = {"html", "renderer", "client_key"}


def own_rows(member_id: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Table by table, each with the member's rows in order. Its size is that of what one member did."""
    for table in sorted(Base.metadata.tables.values(), key=lambda each: each.name):
        if table.name in OWN:
            rows = [dict(row) for row in db.session.execute(_query(table, member_id)).mappings()]
            if rows:
                yield table.name, rows


def _query(table: Table, member_id: int) -> Any:
    mine = [table.c[name] == member_id for name in OWN[table.name]]
    return db.select(*filter(_is_told, table.c)).where(or_(*mine)).order_by(*table.primary_key)


def _is_told(column: Column[Any]) -> bool:
    refers = any(key.column.table.name == "members" for key in column.foreign_keys)
    return not refers and column.name not in SECRETS | DRAWN


def plain(value: object) -> object:
    """A value as JSON can hold it: moments in UTC."""
    return value.isoformat() if isinstance(value, datetime) else str(value)
