"""How Alembic runs here: online only, in batch mode for SQLite, against the one metadata of both packages."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import create_engine

from forum.kernel.database import Base, UTCDateTime
from forum.kernel.migrate import compares


def _render(kind: str, thing: Any, _context: AutogenContext) -> str | Literal[False]:
    """How a revision writes our own types: by what the database makes of them."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, UTCDateTime) else False


def run() -> None:
    """Run the wanted revisions on one connection."""
    engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "")
    with engine.connect() as connection:
        context.configure(
            connection=connection, target_metadata=Base.metadata, render_as_batch=True, include_object=compares,
            compare_type=True, render_item=_render,
        )  # fmt: skip
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
