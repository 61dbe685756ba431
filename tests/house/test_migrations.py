"""The database's history: one head, and from empty to head gives exactly the tables of the models."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import wsgi
from forum.kernel import migrate
from forum.kernel.database import Base, db
from tests.conftest import make_settings


def test_from_empty_to_head_gives_the_tables_of_the_models(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, database_url=f"sqlite:///{tmp_path / 'new.sqlite3'}")
    app = wsgi.create_app(settings)
    with app.app_context():
        migrate.upgrade()
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
            assert compare_metadata(context, Base.metadata) == []


def test_there_is_one_head(tmp_path: Path) -> None:
    app = wsgi.create_app(make_settings(tmp_path))
    with app.app_context():
        assert len(ScriptDirectory.from_config(migrate.configuration()).get_heads()) == 1
