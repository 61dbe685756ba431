"""Alembic, called from the package: one history for both packages, one head, forward only."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from flask import current_app

FOLDER = Path(__file__).parent / "migrations"


def configuration() -> Config:
    """Alembic's configuration for the current app's database, without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("sqlalchemy.url", current_app.config["HUSTINGS"].database.replace("%", "%%"))
    return config


def compares(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
    """Whether Alembic holds this against the models: all but its own table and the full-text index, whose parts the
    database names itself."""
    return not (kind in ("table", "index") and str(name).startswith(("alembic_version", "search_")))


def upgrade() -> None:
    """Bring the database to the newest structure."""
    command.upgrade(configuration(), "head")
