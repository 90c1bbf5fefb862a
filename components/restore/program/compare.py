"""The rows of a restored server beside those of the backup's manifest, which were counted on a standby at one moment."""

from dataclasses import dataclass, field

import psycopg2
import rows
import wal
from instance import Instance
from plan import Plan
from scratch import Report, Stop

# So many tables are named; of the others only the number is said.
NAMED = 3
# A restored server must not have less of these than that one had, or nobody may read it on its way.
LEAST = (
    "max_connections",
    "max_locks_per_transaction",
    "max_prepared_transactions",
    "max_wal_senders",
    "max_worker_processes",
)


@dataclass
class Compared:
    tables: int = 0
    # Those that were not counted at that moment.
    left_out: int = 0
    lsn: str | None = None
    # Why nothing was compared.
    note: str | None = None
    problems: list[str] = field(default_factory=list)

    def as_record(self) -> dict:
        return {"compared": self.tables, "leftOut": self.left_out, "lsn": self.lsn, "note": self.note}


def moment(manifest: dict | None, plan: Plan) -> tuple[int | None, str | None]:
    """Where the recovery has to stand still for a comparison; or why it cannot."""
    if manifest is None:
        return None, "the backup has no manifest"
    lsn, size = wal.lsn(manifest["lsn"]), plan.backup.segment_size
    if not plan.timelines.leads_through(manifest["timeline"], lsn):
        return None, f"its manifest is of {manifest['lsn']} on timeline {manifest['timeline']}, which is not on the way"
    if lsn // size > wal.number_of(plan.reach.last, size):
        return None, f"the WAL ends before {manifest['lsn']}, the moment of its manifest"
    return lsn, None


def stop(manifest: dict, lsn: int, compared: Compared, report: Report) -> Stop:
    def look(instance: Instance) -> None:
        compared.lsn, compared.left_out = manifest["lsn"], len(manifest["leftOut"])
        compared.tables = len(manifest["tables"])
        compared.problems = summary(differences(instance, manifest["tables"], report))

    return Stop(lsn, {name: int(manifest["settings"][name]) for name in LEAST}, look)


def differences(instance: Instance, recorded: list[dict], report: Report) -> list[str]:
    found = []
    by_database: dict[str, list[dict]] = {}
    for each in recorded:
        by_database.setdefault(each["database"], []).append(each)
    done = 0
    for database, tables in by_database.items():
        try:
            session = rows.connect(instance.conninfo, database)
        except psycopg2.Error as error:
            found.append(f"database {database}: {error}".strip())
            continue
        there = {(table.schema, table.name): table for table in rows.tables(session, database)}
        for each in tables:
            report("rows of tables", (done, len(recorded)))
            done += 1
            said = difference(each, measured(session, there.get((each["schema"], each["table"]))))
            if said:
                found.append(f"table {each['schema']}.{each['table']} of database {database}: {said}")
        session.close()
    return found


def measured(session, table: rows.Table | None) -> dict | str:
    if table is None:
        return "it is not there"
    try:
        return rows.measure(session, table)
    except psycopg2.Error as error:
        return f"it cannot be read: {str(error).strip().splitlines()[0]}"


def difference(recorded: dict, found: dict | str) -> str | None:
    if isinstance(found, str):
        return found
    if found["rows"] != recorded["rows"]:
        return f"{found['rows']} rows instead of {recorded['rows']}"
    if found["checksum"] != recorded["checksum"]:
        return f"its {found['rows']} rows are not those of the manifest"
    return None


def summary(found: list[str]) -> list[str]:
    more = len(found) - NAMED
    return found[:NAMED] + ([f"{more} more tables are not as the manifest has them"] if more > 0 else [])
