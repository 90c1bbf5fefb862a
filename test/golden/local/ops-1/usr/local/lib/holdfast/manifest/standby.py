"""One moment of the cluster, held in snapshots of all databases of a standby: exactly what its replay had come to."""

import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg2
import rows

# At most so long replay stands still, and so long a standby may need to come to the end of the backup.
PAUSE_SECONDS = 5
REACH_SECONDS = 60
ATTEMPTS = 5
LOOK_SECONDS = 0.02

# On the server, and by its own clock: it ends the pause whatever becomes of this program. Patroni would as well, once it
# looks, unless it is told to do nothing.
GUARD = f"""DO $$
DECLARE
  deadline timestamptz := clock_timestamp() + interval '{PAUSE_SECONDS} s';
BEGIN
  PERFORM pg_wal_replay_pause();
  WHILE pg_get_wal_replay_pause_state() <> 'not paused' AND clock_timestamp() < deadline LOOP
    PERFORM pg_sleep({LOOK_SECONDS});
  END LOOP;
  PERFORM pg_wal_replay_resume();
END $$"""

# A restored server that shall be read on its way must not have less than these.
LEAST = "max_connections max_locks_per_transaction max_prepared_transactions max_wal_senders max_worker_processes".split()


class NoStandby(Exception):
    """Nothing can be counted now: no fault of the backup."""


@dataclass(frozen=True)
class Member:
    name: str
    conninfo: str


@dataclass(frozen=True)
class Moment:
    member: Member
    timeline: int
    lsn: str
    settings: dict[str, int]
    # By database; each has a transaction open, which sees this moment.
    sessions: dict
    # Of databases that could not be opened.
    unseen: dict[str, str]


def hold(members: list[Member]) -> tuple[list, str | None]:
    """Transactions in all databases of the primary: it keeps what they might see, so no replay of its clean-up is in the
    way of the snapshots of a standby that has come to the position that is returned. None where no primary answers.
    """
    for member in members:
        try:
            control = rows.connect(member.conninfo, "postgres")
            if rows.ask(control, "SELECT pg_is_in_recovery()") == [(True,)]:
                control.close()
                continue
            sessions, _ = open_all(member, control)
            for session in sessions.values():
                begin(session)
            [(lsn,)] = rows.ask(control, "SELECT pg_current_wal_lsn()::text")
            control.close()
            return list(sessions.values()), lsn
        except psycopg2.Error:
            continue
    return [], None


def begin(session) -> None:
    """With a snapshot of now."""
    rows.ask(session, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    rows.ask(session, "SELECT 1")


def standby_at(members: list[Member], lsn: str):
    """A member that streams and has replayed as much, with a session on it."""
    deadline = time.monotonic() + REACH_SECONDS
    heard: dict[str, str] = {}
    while time.monotonic() < deadline:
        for member in members:
            try:
                session = rows.connect(member.conninfo, "postgres")
            except psycopg2.Error as error:
                heard[member.name] = first_line(error)
                continue
            [(recovers,)] = rows.ask(session, "SELECT pg_is_in_recovery()")
            if recovers:
                [(reached, streams)] = rows.ask(
                    session,
                    "SELECT pg_last_wal_replay_lsn() >= %s, EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming')",
                    lsn,
                )
                if reached and streams:
                    return member, session
            heard[member.name] = "it is behind" if recovers else "it is the primary"
            session.close()
        time.sleep(1)
    raise NoStandby(f"no standby has streamed up to {lsn}: {'; '.join(f'{name}: {why}' for name, why in heard.items())}")


@contextmanager
def paused(member: Member, control):
    """Replay stands still inside, for PAUSE_SECONDS at most."""
    guard = rows.connect(member.conninfo, "postgres")
    thread = threading.Thread(target=keep, args=(guard,))
    thread.start()
    try:
        while thread.is_alive() and not stands_still(control):
            time.sleep(LOOK_SECONDS / 4)
        yield
    finally:
        try:
            rows.ask(control, "SELECT pg_wal_replay_resume()")
        finally:
            thread.join()
            guard.close()


def keep(guard) -> None:
    try:
        rows.ask(guard, GUARD)
    except psycopg2.Error as error:
        # A promotion in the middle of it, for one; whoever asked for the pause sees that it is over.
        print(f"the guard of the pause: {first_line(error)}", file=sys.stderr)


def stands_still(control) -> bool:
    return rows.ask(control, "SELECT pg_get_wal_replay_pause_state()") == [("paused",)]


def position(control) -> tuple[str, int]:
    [(lsn, timeline)] = rows.ask(
        control, "SELECT pg_last_wal_replay_lsn()::text, (SELECT received_tli FROM pg_stat_wal_receiver WHERE status = 'streaming')"
    )
    return lsn, timeline


def take(member: Member, control) -> Moment:
    sessions, unseen = open_all(member, control)
    settings = {name: int(rows.ask(control, f"SHOW {name}")[0][0]) for name in LEAST}
    for _ in range(ATTEMPTS):
        with paused(member, control):
            lsn, timeline = position(control)
            for session in sessions.values():
                begin(session)
            # Patroni resumes what it finds paused: then these are several moments.
            if stands_still(control) and position(control) == (lsn, timeline) and timeline is not None:
                return Moment(member, timeline, lsn, settings, sessions, unseen)
        for session in sessions.values():
            rows.ask(session, "ROLLBACK")
    raise NoStandby(f"the replay of {member.name} did not stand still {ATTEMPTS} times")


def open_all(member: Member, control):
    """Before the pause, which is to be short."""
    sessions, unseen = {}, {}
    for database in rows.databases(control):
        try:
            sessions[database] = rows.connect(member.conninfo, database)
        except psycopg2.Error as error:
            unseen[database] = first_line(error)
    return sessions, unseen


def first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
