"""What the rows of a table are: their number, and a sum of their hashes, which is the same in whatever order they lie.

The manifest of a backup is made with it on a standby, and compared on a restored server: both ask in the very same way.
"""

from dataclasses import dataclass

import psycopg2

# What a value looks like as text must not depend on the server's settings, nor a name on anybody's schema. Nothing ends
# a session that waits while another one is read, or whose client is gone before the server has cleaned up behind it; and
# rows that a policy hides are an error, not fewer rows.
SETTINGS = {
    "search_path": "pg_catalog",
    "TimeZone": "UTC",
    "DateStyle": "ISO,YMD",
    "IntervalStyle": "postgres",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "lc_monetary": "C",
    "row_security": "off",
    "statement_timeout": "0",
    "lock_timeout": "0",
    "client_connection_check_interval": "0",
    "idle_session_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
}
# From this version of the server on.
SINCE = {"transaction_timeout": ("0", 170000)}

# A foreign table's rows are elsewhere, an unlogged one's are in no backup. Each partition has its own. All of it as the
# session's snapshot sees it, but for the size.
TABLES = """
    SELECT n.nspname, c.relname, c.relfilenode, coalesce(pg_table_size(c.oid), 0), ARRAY(
        SELECT a.attname::text FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND c.relpersistence = 'p' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    ORDER BY 1, 2
"""


@dataclass(frozen=True)
class Table:
    database: str
    schema: str
    name: str
    # Its file on disk: another one after all that changes rows behind a snapshot's back.
    file: int
    size: int
    columns: tuple[str, ...]

    @property
    def named(self) -> dict:
        return {"database": self.database, "schema": self.schema, "table": self.name}


def connect(conninfo: str, database: str):
    """In no transaction until one is begun."""
    options = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
    connection = psycopg2.connect(
        conninfo, dbname=database, options=options, application_name="holdfast manifest", client_encoding="UTF8"
    )
    connection.autocommit = True
    for name, (value, version) in SINCE.items():
        if connection.server_version >= version:
            ask(connection, f"SET {name} = {value}")
    return connection


def ask(connection, sql: str, *values) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return cursor.fetchall() if cursor.description else []


def databases(connection) -> list[str]:
    return [name for (name,) in ask(connection, "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate ORDER BY 1")]


def tables(connection, database: str) -> list[Table]:
    return [
        Table(database, schema, name, file, size, tuple(columns))
        for schema, name, file, size, columns in ask(connection, TABLES)
    ]


def quoted(name: str) -> str:
    return '"{}"'.format(name.replace('"', '""'))


def place(table: Table) -> str:
    return f"{quoted(table.schema)}.{quoted(table.name)}"


def measure_sql(table: Table) -> str:
    """By its columns, one by one: the row as a whole would go through a cast that the owner of the table has made for it."""
    columns = ", ".join(f"r.{quoted(name)}" for name in table.columns)
    return (
        f'SELECT count(*), coalesce(sum(hashtextextended(ROW({columns})::text COLLATE "C", 0)), 0)::text '
        f"FROM ONLY {place(table)} AS r"
    )


def measure(connection, table: Table) -> dict:
    [(count, checksum)] = ask(connection, measure_sql(table))
    return {"rows": count, "checksum": checksum}
