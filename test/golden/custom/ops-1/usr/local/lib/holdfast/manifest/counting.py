"""Counts the tables of a moment, the small ones first, as long as there is time and the standby is not held up by it."""

import threading
import time
from dataclasses import dataclass, field

import psycopg2
import rows
from standby import Moment, first_line

LOOK_SECONDS = 0.5

# Replay waits for whoever reads what it is to take away: the standby falls behind, and would be slow to take over.
STATE = """SELECT pg_is_in_recovery(), EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'startup'
    AND (wait_event LIKE 'RecoveryConflict%' OR wait_event_type = 'Lock'))"""

TIME_OVER = "the time for it was over"
PROMOTED = "the standby became the primary"
HELD_UP = "the replay of the standby waited for it"
CHANGED = "it was emptied or made anew meanwhile"


@dataclass
class Counted:
    tables: list[dict] = field(default_factory=list)
    left_out: list[dict] = field(default_factory=list)

    def leave_out(self, table: rows.Table, reason: str) -> None:
        self.left_out.append({**table.named, "reason": reason})

    def leave_database_out(self, database: str, reason: str) -> None:
        self.left_out.append({"database": database, "reason": reason})


class Watch:
    """Ends the counting from beside it: a query that runs can be stopped only from there."""

    def __init__(self, moment: Moment, control, deadline: float):
        self.moment, self.control, self.deadline = moment, control, deadline
        # Why nothing more is to be counted.
        self.over: str | None = None
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.work)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()

    def work(self) -> None:
        while not self.ended.wait(LOOK_SECONDS):
            self.over = self.over or self.reason()
            if self.over:
                for session in self.moment.sessions.values():
                    if not session.closed:
                        session.cancel()

    def reason(self) -> str | None:
        if time.monotonic() > self.deadline:
            return TIME_OVER
        try:
            [(standby, waits)] = rows.ask(self.control, STATE)
        except psycopg2.Error as error:
            return first_line(error)
        return (HELD_UP if waits else None) if standby else PROMOTED


def count(moment: Moment, control, seconds: float) -> Counted:
    counted = Counted()
    for database, reason in moment.unseen.items():
        counted.leave_database_out(database, reason)
    with Watch(moment, control, time.monotonic() + seconds) as watch:
        for table in sorted(listed(moment, counted), key=lambda each: each.size):
            if watch.over:
                counted.leave_out(table, watch.over)
                continue
            try:
                counted.tables.append({**table.named, **undisturbed(moment.sessions[table.database], table)})
            except (psycopg2.Error, Changed) as error:
                counted.leave_out(table, watch.over or first_line(error))
    return counted


def listed(moment: Moment, counted: Counted) -> list[rows.Table]:
    found = []
    for database, session in moment.sessions.items():
        try:
            found += rows.tables(session, database)
        except psycopg2.Error as error:
            counted.leave_database_out(database, first_line(error))
    return found


class Changed(Exception):
    """Not all changes of a table leave an older snapshot its rows."""


def undisturbed(session, table: rows.Table) -> dict:
    """Rolled back, so that no lock outlives the table; an error leaves the others of the database."""
    rows.ask(session, "SAVEPOINT one")
    try:
        measured = rows.measure(session, table)
        # By its name: what has it now may be another table, too.
        if rows.ask(session, "SELECT pg_relation_filenode(%s::regclass)", rows.place(table)) != [(table.file,)]:
            raise Changed(CHANGED)
        return measured
    finally:
        if not session.closed:
            rows.ask(session, "ROLLBACK TO one")
