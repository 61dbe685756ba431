"""Full-text search: an index beside every table of words, kept by the database itself; what stands there already is
indexed at once"""

from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None

INDEXED = {
    'posts': ('source',),
    'messages': ('source',),
    'arguments': ('claim',),
    'argument_revisions': ('grounds_source', 'sources'),
}
SIGNS = '-/.@_&=?#~+<>'


def upgrade() -> None:
    make = _sqlite if op.get_bind().dialect.name == 'sqlite' else _postgresql
    for table, columns in INDEXED.items():
        make(table, columns)


def _sqlite(table: str, columns: tuple[str, ...]) -> None:
    names = ', '.join(columns)
    old, new = (', '.join(f'{row}.{column}' for column in columns) for row in ('old', 'new'))
    add = f'INSERT INTO search_{table}(rowid, {names}) VALUES (new.id, {new});'
    take = f"INSERT INTO search_{table}(search_{table}, rowid, {names}) VALUES ('delete', old.id, {old});"
    run = op.get_bind().exec_driver_sql
    run(
        f"CREATE VIRTUAL TABLE IF NOT EXISTS search_{table} USING fts5({names}, content='{table}', "
        "content_rowid='id', tokenize='unicode61 remove_diacritics 2')"
    )
    run(f'CREATE TRIGGER IF NOT EXISTS search_{table}_added AFTER INSERT ON {table} BEGIN {add} END')
    run(f'CREATE TRIGGER IF NOT EXISTS search_{table}_taken AFTER DELETE ON {table} BEGIN {take} END')
    run(
        f'CREATE TRIGGER IF NOT EXISTS search_{table}_worded AFTER UPDATE OF {names} ON {table} '
        f'BEGIN {take} {add} END'
    )
    run(f"INSERT INTO search_{table}(search_{table}) VALUES ('rebuild')")


def _postgresql(table: str, columns: tuple[str, ...]) -> None:
    words = " || ' ' || ".join(f'{table}.{column}' for column in columns)
    plain = f"regexp_replace(normalize(lower({words}), NFKD), '[\\u0300-\\u036f]', '', 'g')"
    spaced = f"translate({plain}, '{SIGNS}', '{' ' * len(SIGNS)}')"
    vector = f"to_tsvector(CAST('simple' AS regconfig), {spaced})"
    op.execute(f'CREATE INDEX IF NOT EXISTS search_{table} ON {table} USING gin ({vector})')
