"""How Alembic runs here: online only, in batch mode for SQLite, against the one metadata of both packages."""

from alembic import context
from sqlalchemy import create_engine

from forum.kernel.database import Base


def _include(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    return not (kind == "table" and name == "alembic_version")


def run() -> None:
    """Run the wanted revisions on one connection."""
    engine = create_engine(context.config.get_main_option("sqlalchemy.url") or "")
    with engine.connect() as connection:
        context.configure(
            connection=connection, target_metadata=Base.metadata, render_as_batch=True, include_object=_include,
            compare_type=True,
        )  # fmt: skip
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
