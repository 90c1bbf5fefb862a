"""Stands in for PostgreSQL's driver: members in memory, which answer what a manifest asks and note what they are told."""

import time

GUARD_SECONDS = 0.5


class Error(Exception):
    pass


class Server:
    def __init__(self, standby, tables=(), replays=True):
        self.standby, self.replays = standby, replays
        self.paused = False
        self.lsn, self.timeline = 0x5000308, 1
        # (database, schema, name, file, size, columns) each, and what counting one does.
        self.tables = list(tables)
        self.measures = {}
        self.waits = False
        # Called when the position is asked for.
        self.meddle = lambda: None
        self.heard = []

    def told(self, start):
        return [statement for _, statement in self.heard if statement.startswith(start)]


SERVERS = {}


def connect(conninfo, dbname, options, application_name, client_encoding):
    if conninfo not in SERVERS:
        raise Error(f"connection to {conninfo} failed: timeout expired\nIs the server running?")
    return Connection(SERVERS[conninfo], dbname)


class Connection:
    server_version = 170000

    def __init__(self, server, database):
        self.server, self.database = server, database
        self.closed, self.cancelled, self.autocommit = 0, False, False

    def cursor(self):
        return Cursor(self)

    def cancel(self):
        self.cancelled = True

    def close(self):
        self.closed = 1


class Cursor:
    def __init__(self, connection):
        self.connection, self.server = connection, connection.server
        self.rows, self.description = [], None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def fetchall(self):
        return self.rows

    def execute(self, sql, values=None):
        self.server.heard.append((self.connection.database, sql))
        found = self.answer(sql, values)
        self.rows, self.description = found or [], None if found is None else []
        if found is not None:
            self.description = ["a column"]

    def answer(self, sql, values):
        server = self.server
        if sql.startswith("DO "):
            return self.guard()
        if "SELECT pg_wal_replay_resume()" in sql:
            server.paused = False
            return [("",)]
        if "pg_get_wal_replay_pause_state()" in sql:
            return [("paused" if server.paused else "not paused",)]
        if "backend_type = 'startup'" in sql:
            return [(server.standby, server.waits)]
        if "pg_last_wal_replay_lsn() >=" in sql:
            return [(server.replays, True)]
        if "pg_last_wal_replay_lsn()::text" in sql:
            server.meddle()
            return [(f"0/{server.lsn:X}", server.timeline)]
        if "pg_current_wal_lsn" in sql:
            return [("0/5000000",)]
        if "pg_is_in_recovery()" in sql:
            return [(server.standby,)]
        if sql.startswith("SHOW "):
            return [("100",)]
        if "FROM pg_database" in sql:
            return [(name,) for name in sorted({"postgres", *(each[0] for each in server.tables)})]
        if "FROM pg_class" in sql:
            return [each[1:] for each in server.tables if each[0] == self.connection.database]
        if "pg_relation_filenode" in sql:
            return [(each[3],) for each in server.tables if f'"{each[1]}"."{each[2]}"' == values[0]]
        if sql.startswith("SELECT count(*)"):
            return self.measure(sql)
        return [("1",)] if sql == "SELECT 1" else None

    def guard(self):
        server = self.server
        server.paused, until = True, time.monotonic() + GUARD_SECONDS
        while server.paused and time.monotonic() < until:
            time.sleep(0.005)
        server.paused = False

    def measure(self, sql):
        name = sql.split('"')[-2]
        found = self.server.measures.get(name, (3, "42"))
        return [found(self.connection) if callable(found) else found]
