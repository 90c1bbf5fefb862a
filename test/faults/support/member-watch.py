"""Runs on a member as postgres, for as long as standard input is open: member-watch.py DATABASE WRITER.

Two connections by the socket, past all proxies, each at work five times a second on the clock's own grid:

  state TICK primary|standby|down
      whether a transaction that began now could write. An answer that took longer than its tick says nothing about
      when it held (the host may have been frozen meanwhile), so it is left out: that tick stays silent.
  ack ROW TIMELINE BEGUN ACKNOWLEDGED
      the server acknowledged a row in the ledger, as it would to any client, synchronous standbys included. While it
      waits for them, nothing is printed; when it ends the wait by ending the session, the row is given up.
"""

import itertools
import os
import sys
import threading
import time

import psycopg2

TICK = 0.2
DATABASE, WRITER = sys.argv[1:]
printing = threading.Lock()


def say(*words):
    with printing:
        print(*words, flush=True)


def ticks():
    number = 0
    while True:
        number = max(number, int(time.time() / TICK)) + 1
        time.sleep(max(0, number * TICK - time.time()))
        yield number


def query(cursor, text, *values):
    cursor.execute(text, values)
    return cursor.fetchone()[0]


def every_tick(work, lost):
    """One kept session; a new one after the server ended it."""
    cursor = None
    for tick in ticks():
        try:
            if cursor is None:
                session = psycopg2.connect(dbname=DATABASE, connect_timeout=2, application_name="fault-watch")
                session.autocommit = True
                cursor = session.cursor()
            work(cursor, tick)
        except psycopg2.Error:
            cursor = None
            lost(tick)


def writable(cursor):
    # In recovery it is "on" whatever the configuration says.
    return query(cursor, "SHOW transaction_read_only") == "off"


def tell_state(cursor, tick):
    state = "primary" if writable(cursor) else "standby"
    if time.time() < (tick + 1) * TICK:
        say("state", tick, state)


rows = itertools.count()


def write_row(cursor, _):
    if not writable(cursor):
        return
    row = f"{WRITER}-{next(rows)}"
    begun = time.time()
    timeline = query(
        cursor,
        "INSERT INTO ledger VALUES (%s)"
        " RETURNING ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int",
        row,
    )
    say("ack", row, timeline, int(begun * 1000), int(time.time() * 1000))


threading.Thread(target=every_tick, args=(write_row, lambda tick: None), daemon=True).start()
threading.Thread(
    target=every_tick, args=(tell_state, lambda tick: say("state", tick, "down")), daemon=True
).start()
sys.stdin.read()
os._exit(0)
