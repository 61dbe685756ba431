"""The database's history: one head, and from empty to head gives exactly the tables of the models."""

import json
import sqlite3
from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

import wsgi
from forum.kernel import migrate
from forum.kernel.database import Base, db
from referendum.casting.models import BoxBatch
from referendum.casting.rules import batch_hash
from tests.conftest import make_settings


def test_from_empty_to_head_gives_the_tables_of_the_models(tmp_path: Path) -> None:
    settings = make_settings(tmp_path, database_url=f"sqlite:///{tmp_path / 'new.sqlite3'}")
    app = wsgi.create_app(settings)
    with app.app_context():
        migrate.upgrade()
        with db.engine.connect() as connection:
            opts = {"compare_type": True, "render_as_batch": True, "include_object": migrate.compares}
            context = MigrationContext.configure(connection, opts=opts)
            assert compare_metadata(context, Base.metadata) == []
            found = inspect(connection).get_multi_pk_constraint()
            keys = {name: set(each["constrained_columns"]) for (_, name), each in found.items()}
            for table in Base.metadata.tables.values():  # Alembic does not compare them
                assert keys[table.name] == {column.name for column in table.primary_key}, table.name


def kept_by_the_database(url: str) -> dict[str, str]:
    """The full-text tables and every trigger, by name: Alembic does not compare them, and a table made anew in a
    revision would lose its triggers."""
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
            " OR (type = 'table' AND substr(name, 1, 7) = 'search_')"
        ).all()
    engine.dispose()
    return {name: " ".join(sql.split()) for name, sql in rows}


def test_the_full_text_index_is_at_head_as_the_models_make_it(tmp_path: Path, empty_database: Path) -> None:
    settings = make_settings(tmp_path, database_url=f"sqlite:///{tmp_path / 'new.sqlite3'}")
    app = wsgi.create_app(settings)
    with app.app_context():
        migrate.upgrade()
    made = kept_by_the_database(settings.database_url)
    assert len([name for name in made if name.endswith(("_added", "_taken", "_worded"))]) == 12
    assert made == kept_by_the_database(f"sqlite:///{empty_database}")


def test_there_is_one_head(tmp_path: Path) -> None:
    app = wsgi.create_app(make_settings(tmp_path))
    with app.app_context():
        assert len(ScriptDirectory.from_config(migrate.configuration()).get_heads()) == 1


def test_a_box_that_was_filled_before_gets_what_the_record_says_of_its_batches(tmp_path: Path) -> None:
    app = wsgi.create_app(make_settings(tmp_path, database_url=f"sqlite:///{tmp_path / 'old.sqlite3'}"))
    ballots = [("V", 1, "bb"), ("V", 1, "aa"), ("C", 1, "cc"), ("V", 2, "dd")]
    with app.app_context():
        command.upgrade(migrate.configuration(), "0014-1")
        with sqlite3.connect(tmp_path / "old.sqlite3") as old:
            row = "INSERT INTO boxed_ballots VALUES (:hash, 7, :archive, :batch, :hash, :hash, :hash, '{}')"
            old.executemany(row, [{"archive": each[0], "batch": each[1], "hash": each[2]} for each in ballots])
        old.close()
        migrate.upgrade()
        query = db.select(BoxBatch).order_by(BoxBatch.number, BoxBatch.archive.desc())
        made = [(each.archive, each.number, each.ballots, each.hash) for each in db.session.scalars(query)]
    assert made == [
        ("V", 1, 2, batch_hash(["aa", "bb"])), ("C", 1, 1, batch_hash(["cc"])), ("V", 2, 1, batch_hash(["dd"])),
    ]  # fmt: skip


def test_the_locals_of_those_who_read_before_are_counted_through_merges(tmp_path: Path) -> None:
    app = wsgi.create_app(make_settings(tmp_path, database_url=f"sqlite:///{tmp_path / 'old.sqlite3'}"))
    with app.app_context():
        command.upgrade(migrate.configuration(), "0015")
        with sqlite3.connect(tmp_path / "old.sqlite3") as old:
            columns = [row for row in old.execute("PRAGMA table_info(arguments)") if row[3] and row[4] is None]
            argument = {row[1]: 1 for row in columns} | {"side": "for", "claim": "", "office": ""}
            for each, into in ((1, None), (2, 1), (3, None)):
                row = argument | {"id": each, "number": each, "moved_at": "2026-11-10", "merged_into_id": into}
                names = ", ".join(row)
                old.execute(f"INSERT INTO arguments ({names}) VALUES (:{', :'.join(row)})", row)
            reading = "INSERT INTO readings VALUES (NULL, ?, ?, ?, 1, 1, ?)"
            old.executemany(reading, [(1, 1, 7, "2026"), (1, 2, 7, "2026"), (2, 3, 8, "2026"), (2, 1, 7, "2026")])
        old.close()
        migrate.upgrade()
        counted = db.session.execute(db.text("SELECT id, local_count FROM arguments ORDER BY id")).all()
    assert [tuple(row) for row in counted] == [(1, 2), (2, 2), (3, 0)]


def test_the_reasons_of_a_digest_and_what_was_elected_before_are_found_one_by_one(tmp_path: Path) -> None:
    app = wsgi.create_app(make_settings(tmp_path, database_url=f"sqlite:///{tmp_path / 'old.sqlite3'}"))
    published = {
        "record": {"arguments": [{"number": 7, "readers": 12}, {"number": 9, "readers": 3}]},
        "selection": {
            "sections": [{"lines": [{"number": 7, "reason": "score", "billionths": 5, "group": None}]}],
            "left_out": [{"number": 9, "reason": "merged", "other": 7, "billionths": None}],
        },
    }
    with app.app_context():
        command.upgrade(migrate.configuration(), "0016")
        with sqlite3.connect(tmp_path / "old.sqlite3") as old:
            columns = [row[1] for row in old.execute("PRAGMA table_info(arguments)") if row[3] and row[4] is None]
            for id_, number in ((41, 7), (42, 9)):
                row = dict.fromkeys(columns, 1) | {"id": id_, "number": number, "side": "for", "moved_at": "2026-11-10"}
                names = ", ".join(row)
                old.execute(f"INSERT INTO arguments ({names}) VALUES (:{', :'.join(row)})", row)
            old.execute("INSERT INTO digests VALUES (1, ?, '{}', 'aa', '2026')", [json.dumps(published)])
            decided = {"id": 3, "state": "certified", "certified_at": "2026", "outcome": "elected"}
            decided["elected_option_id"] = 7
            for table, given in (("votes", decided), ("mandates", {"id": 5, "state": "due", "option_id": 7})):
                needed = [each[1] for each in old.execute(f"PRAGMA table_info({table})") if each[3] and each[4] is None]
                row = dict.fromkeys(needed, 1) | given
                old.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES (:{', :'.join(row)})", row)
        old.close()
        migrate.upgrade()
        made = db.session.execute(db.text(
            "SELECT argument_id, number, taken, reason, other, billionths, readers FROM digest_outcomes ORDER BY number"
        )).all()  # fmt: skip
        elected, carried = (
            [tuple(each) for each in db.session.execute(db.text(f"SELECT * FROM {table}")).all()]
            for table in ("elected_options", "mandate_options")
        )
    assert [tuple(row) for row in made] == [(41, 7, 1, "score", None, 5, 12), (42, 9, 0, "merged", 7, None, 3)]
    assert (elected, carried) == ([(3, 7)], [(5, 7)])
