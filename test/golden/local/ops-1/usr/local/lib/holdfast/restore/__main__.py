"""Restores of this cluster, on its operations host.

  list                       every backup, where it is and how far its WAL leads, as JSON
  plan --to MOMENT ...       how a moment would be recovered, as JSON
  serve NAME                 restores by NAME.order into the folder NAME and keeps the server open until it is told to end;
                             at SIGUSR1 it makes the data ready for the cluster and keeps that
  test                       restores the newest backup, or what test.order says, looks at it and takes it away
  expire                     marks what of the bucket is no longer needed, so that the store may let it go

Exit code 3: refused, or failed; the last line of standard error says why and what to do, as JSON.
"""

import argparse
import json
import os
import signal
import sys
import time
from datetime import UTC, datetime

import expire
import hand_over
import record
import scratch
import settings as told
import target
import wal
from archive import SOURCES, Archive, open_archive
from instance import Instance
from plan import Plan, make, newest, on_the_way, way

REFUSED = 3


def moment(value: datetime | None) -> str | None:
    return value.astimezone(UTC).isoformat(timespec="milliseconds") if value else None


def backups_of(archive: Archive, settings: told.Settings) -> list[dict]:
    found = archive.backups()
    if not found:
        return []
    files = archive.wal_files()
    timelines = way(archive, files, newest(found, files))
    tests = record.proven(settings)
    rows = []
    for each in found:
        reach = wal.reach(files, timelines, each.begin_wal, each.segment_size)
        proof = tests.get((archive.source, each.id))
        rows.append(
            {
                "source": archive.source,
                "id": each.id,
                "ended": moment(each.ended),
                "bytes": each.size,
                "lsn": wal.lsn_text(each.end_lsn),
                "onTheWay": on_the_way(each, timelines),
                "walLast": reach.last,
                "walUntil": moment(reach.until),
                "walMissing": reach.missing,
                "proven": proof and {"at": proof["at"], "problems": proof["problems"]},
            }
        )
    return rows


def listed(settings: told.Settings) -> dict:
    """A place that does not answer hides nothing of the other one."""
    rows, silent = [], []
    for source in SOURCES:
        try:
            rows += backups_of(open_archive(source, settings), settings)
        except Exception as error:  # whatever it is, somebody wants the other place now
            silent.append({"source": source, "why": str(error)})
    return {"backups": rows, "silent": silent}


def shown(plan: Plan, settings: told.Settings) -> dict:
    speeds = record.speeds(settings, plan.source)
    needed, free = scratch.space(settings, plan)
    return {
        "source": plan.source,
        "backup": plan.backup.id,
        "backupEnded": moment(plan.backup.ended),
        "bytes": plan.backup.size,
        "target": {"kind": plan.target.kind, "value": plan.target.value},
        "timeline": plan.timelines.newest,
        "walFirst": plan.backup.begin_wal,
        "walLast": plan.reach.last,
        "walFiles": plan.reach.segments,
        "walUntil": moment(plan.reach.until),
        "seconds": speeds and plan.backup.size / speeds[0] + plan.reach.segments / speeds[1],
        "bytesNeeded": needed,
        "bytesFree": free,
    }


def planned(settings: told.Settings, order: dict) -> Plan:
    return make(
        open_archive(order["source"], settings),
        target.parse(order["to"]),
        order["backup"],
        order["timeline"],
        datetime.now(UTC),
    )


class Stages:
    """Says each stage once."""

    def __init__(self):
        self.stage = ""

    def report(self, stage: str, _progress: tuple[int, int] | None) -> None:
        if stage != self.stage:
            print(stage, flush=True)
        self.stage = stage


class Status:
    """NAME.status in the folder of restores: where a restore is, for whoever waits for it."""

    def __init__(self, path: str):
        self.path = path
        self.stage, self.written = "", 0.0

    def write(self, **values) -> None:
        with open(f"{self.path}.new", "w", encoding="utf-8") as file:
            file.write(json.dumps(values) + "\n")
        os.replace(f"{self.path}.new", self.path)

    def report(self, stage: str, progress: tuple[int, int] | None) -> None:
        if stage == self.stage and time.monotonic() - self.written < 0.5:
            return
        if stage != self.stage:
            print(stage, flush=True)
        self.stage, self.written = stage, time.monotonic()
        self.write(state="restoring", stage=stage, progress=progress)


def wanted(instance: Instance) -> bool:
    """Waits until somebody wants the data; false when the server ends before that."""
    while instance.process.poll() is None:
        if signal.sigtimedwait({signal.SIGUSR1}, 1):
            return True
    return False


def serve(settings: told.Settings, name: str) -> None:
    with open(os.path.join(settings.scratch, f"{name}.order"), encoding="utf-8") as file:
        order = json.load(file)
    status = Status(os.path.join(settings.scratch, f"{name}.status"))
    folder = os.path.join(settings.scratch, name)
    instance = Instance(settings, folder, read_only=order["handOver"])
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    # Waited for below; before that it waits.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
    try:
        os.makedirs(folder, mode=0o700)
        plan = planned(settings, order)
        if order["handOver"] and plan.backup.tablespaces:
            raise told.Refusal(
                "the cluster has tablespaces, which a recovery in place does not move",
                "restore beside the cluster, and bring back the tables that are missed: --table",
            )
        reached = scratch.restore(settings, plan, instance, status.report)
        record.append(settings, record.of(plan, reached, False, []))
        status.write(
            state="open",
            plan=shown(plan, settings),
            reached={
                "lsn": reached.lsn,
                "time": reached.time,
                "note": reached.note,
                "seconds": reached.base_seconds + reached.check_seconds + reached.wal_seconds,
            },
            socket=instance.socket,
        )
        print(f"open at {reached.lsn}, {reached.time}", flush=True)
        if order["handOver"] and wanted(instance):
            ready = hand_over.prepare(settings, instance)
            status.write(state="ready", timeline=ready.timeline, bytes=ready.bytes)
            signal.pause()
        instance.process.wait()
    except told.Refusal as refusal:
        status.write(state="failed", cause=refusal.cause, advice=refusal.advice)
        raise
    except Exception as error:
        status.write(state="failed", cause=f"the restore failed: {error}", advice="see its log, mend that and run it again")
        raise
    finally:
        instance.stop()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="restore")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("list")
    verbs.add_parser("serve").add_argument("name")
    verbs.add_parser("test")
    verbs.add_parser("expire")
    plan = verbs.add_parser("plan")
    plan.add_argument("--to", default="latest")
    plan.add_argument("--timeline", type=int)
    plan.add_argument("--backup")
    plan.add_argument("--from", dest="source", choices=SOURCES, default=SOURCES[0])
    return parser.parse_args()


def run(given: argparse.Namespace, settings: told.Settings) -> None:
    if given.verb == "list":
        print(json.dumps(listed(settings)))
    elif given.verb == "plan":
        print(json.dumps(shown(planned(settings, vars(given)), settings)))
    elif given.verb == "serve":
        serve(settings, given.name)
    elif given.verb == "expire":
        expire.run(settings, datetime.now(UTC))
    else:
        import trial  # with the driver of the database, which the others do without

        # Whoever ends it wants what it has begun to be taken away.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
        tested = trial.run(settings, Stages().report)
        if tested["problems"]:
            raise told.Refusal(
                f"no backup was proven ({tested['source']} {tested['backup']}): {'; '.join(tested['problems'])}",
                "restore another one to see whether it is this one alone: ./holdfast restore test --backup previous",
            )


def main() -> None:
    try:
        run(arguments(), told.load())
    except told.Refusal as refusal:
        print(json.dumps({"cause": refusal.cause, "advice": refusal.advice}), file=sys.stderr)
        sys.exit(REFUSED)


main()
