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


def upgrade() -> None:
    """Bring the database to the newest structure."""
    command.upgrade(configuration(), "head")
