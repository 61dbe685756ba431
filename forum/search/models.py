"""The full-text index, kept by the database: whoever writes words, by whichever way, writes the index in the same
transaction.

SQLite: an FTS5 table beside each table of words, kept by three triggers; it holds no text, only where words stand.
PostgreSQL: an index on an expression that takes marks off letters. All names begin with `search_`.
"""

from typing import Any

from sqlalchemy import Connection, MetaData, event, text

from forum.kernel.database import Base

INDEXED = {
    "posts": ("source",),
    "messages": ("source",),
    "arguments": ("claim",),
    "argument_revisions": ("grounds_source", "sources"),
}
_SIGNS = "-/.@_&=?#~+<>"  # by these PostgreSQL would take words together as an address, a path or a tag


def vector(table: str) -> str:
    """PostgreSQL's expression over the words of a table: without case and marks, as SQLite's tokenizer sees them."""
    words = " || ' ' || ".join(f"{table}.{column}" for column in INDEXED[table])
    plain = f"regexp_replace(normalize(lower({words}), NFKD), '[\\u0300-\\u036f]', '', 'g')"
    return f"to_tsvector(CAST('simple' AS regconfig), translate({plain}, '{_SIGNS}', '{' ' * len(_SIGNS)}'))"


def sqlite_statements(table: str) -> list[str]:
    """What makes the index of one table on SQLite."""
    columns = ", ".join(INDEXED[table])
    old, new = (", ".join(f"{row}.{column}" for column in INDEXED[table]) for row in ("old", "new"))
    index = f"search_{table}"
    add = f"INSERT INTO {index}(rowid, {columns}) VALUES (new.id, {new});"  # noqa: S608 - names of this module
    take = f"INSERT INTO {index}({index}, rowid, {columns}) VALUES ('delete', old.id, {old});"  # noqa: S608
    options = f"content='{table}', content_rowid='id', tokenize='unicode61 remove_diacritics 2'"
    moments = {"added": "INSERT", "taken": "DELETE", "worded": f"UPDATE OF {columns}"}
    acts = {"added": add, "taken": take, "worded": f"{take} {add}"}
    return [f"CREATE VIRTUAL TABLE IF NOT EXISTS {index} USING fts5({columns}, {options})"] + [
        f"CREATE TRIGGER IF NOT EXISTS {index}_{name} AFTER {moment} ON {table} BEGIN {acts[name]} END"
        for name, moment in moments.items()
    ]


@event.listens_for(Base.metadata, "after_create")
def _create(_metadata: MetaData, connection: Connection, **_facts: Any) -> None:
    """Whoever creates the tables from the models gets the index with them; the migrations create it too."""
    if connection.dialect.name == "sqlite":
        for table in INDEXED:
            for statement in sqlite_statements(table):
                connection.exec_driver_sql(statement)
        return
    for table in INDEXED:
        made = f"CREATE INDEX IF NOT EXISTS search_{table} ON {table} USING gin ({vector(table)})"
        connection.execute(text(made))


@event.listens_for(Base.metadata, "before_drop")
def _drop(_metadata: MetaData, connection: Connection, **_facts: Any) -> None:
    """On SQLite the index is a table of its own, which would outlive the words."""
    if connection.dialect.name == "sqlite":
        for table in INDEXED:
            connection.exec_driver_sql(f"DROP TABLE IF EXISTS search_{table}")
