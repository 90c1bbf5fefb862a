"""Restores into a folder of this host, beside the cluster: fetch, check, recover, open."""

import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass

import unpack
import wal
from archive import open_archive
from feed import Feeder
from instance import Instance
from plan import WHERE, Plan
from settings import Refusal, Settings

BEFORE_TARGET = "recovery ended before configured recovery target was reached"
# A server that writes nothing ends no file, and a file may come late: of the time in between nothing can be said.
END_OF_WAL = "it is the last one in the WAL that is there; what may have been committed between it and that is not"
BROKEN_RECORD = "incorrect resource manager data checksum"
LOG_LINES = 100
# Beside the data: the WAL files that wait, and what the replay adds.
RESERVE = 2 * 1024**3

# stage, and how much of it is done, where that is known: (done, total).
Report = Callable[[str, tuple[int, int] | None], None]


@dataclass(frozen=True)
class Stop:
    """A moment on the way, to be looked at as it was: all that was written before this position, and nothing after it."""

    lsn: int
    # At least so much of each, or the server lets nobody in.
    least: dict[str, int]
    look: Callable[[Instance], None]


class Passed(Exception):
    """The moment on the way was not to be had; the data has gone another way than the cluster's."""


@dataclass(frozen=True)
class Reached:
    lsn: str
    # Of the last commit that was replayed; None where there was none after the backup.
    time: str | None
    # What is to be said about it beside the target.
    note: str | None
    base_seconds: float
    check_seconds: float
    wal_seconds: float
    wal_files: int


def space(settings: Settings, plan: Plan) -> tuple[int, int]:
    """Bytes that it needs, and that are free."""
    at = settings.scratch
    while not os.path.isdir(at):
        at = os.path.dirname(at)
    found = os.statvfs(at)
    return plan.backup.size + RESERVE, found.f_bavail * found.f_frsize


def restore(
    settings: Settings, plan: Plan, instance: Instance, report: Report, stop: Stop | None = None
) -> Reached:
    needed, free = space(settings, plan)
    if needed > free:
        raise Refusal(
            f"{needed // 2**20} MiB are needed below {settings.scratch}, and {free // 2**20} MiB are free",
            "make room, or enlarge the volume of the operations host (hosts.operations.disk)",
        )
    archive = open_archive(plan.source, settings)
    started = time.monotonic()
    report("base backup", (0, 1))
    archive.fetch_base(plan.backup, instance.data, lambda done, total: report("base backup", (done, total)))
    os.chmod(instance.data, 0o700)
    for _, oid in plan.backup.tablespaces:
        link = os.path.join(instance.data, "pg_tblspc", str(oid))
        if os.path.lexists(link):
            os.unlink(link)
        os.symlink(unpack.tablespace(instance.data, oid), link)
    fetched = time.monotonic()
    report("checksums of its files", None)
    instance.verify_files()
    if plan.backup.tablespaces:
        with open(os.path.join(instance.data, "tablespace_map"), "w", encoding="utf-8") as file:
            file.writelines(
                f"{oid} {unpack.tablespace(instance.data, oid)}\n" for _, oid in plan.backup.tablespaces
            )
    checked = time.monotonic()
    note, files, looked = recover(plan, instance, archive, report, stop)
    opened = time.monotonic()
    position, commit = instance.ask(
        "postgres", "SELECT pg_last_wal_replay_lsn() || '|' || coalesce(pg_last_xact_replay_timestamp()::text, '')"
    ).split("|")
    if plan.target.kind == "latest" or note == END_OF_WAL:
        check_end(plan, instance, wal.lsn(position))
    return Reached(
        lsn=position,
        time=commit or None,
        note=note,
        base_seconds=fetched - started,
        check_seconds=checked - fetched,
        wal_seconds=opened - checked - looked,
        wal_files=files,
    )


def to_target(plan: Plan, whole: bool = True) -> dict[str, str]:
    """whole: as far as its target says, and not only to the end of the WAL."""
    target = plan.target
    wanted = {f"recovery_target_{target.kind}": target.value} if whole and target.kind != "latest" else {}
    # Nobody asks before it is open; and its own limits need not be those of the primary.
    return {**wanted, "recovery_target_action": "promote", "hot_standby": "off"}


def to_stop(stop: Stop) -> dict[str, str]:
    """The position is the end of a record: the next one, which begins there, is not to be replayed."""
    return {
        **{name: str(value) for name, value in stop.least.items()},
        "recovery_target_lsn": wal.lsn_text(stop.lsn),
        "recovery_target_inclusive": "off",
        "recovery_target_action": "pause",
        "hot_standby": "on",
    }


def look_on_the_way(plan: Plan, instance: Instance, stop: Stop, progress: Callable[[], None]) -> float:
    """How many seconds the look took."""
    instance.prepare(plan, to_stop(stop))
    instance.start()
    if not instance.wait_until(instance.stands_still, progress):
        if any(BEFORE_TARGET in line for line in instance.said()):
            raise Passed(f"no WAL is there from {wal.lsn_text(stop.lsn)} on, the moment of its manifest")
        raise failed(plan, instance)
    recovers, at = instance.ask("postgres", "SELECT pg_is_in_recovery() || '|' || pg_last_wal_replay_lsn()").split("|")
    if recovers != "true":
        # PostgreSQL does not wait for anybody where it lets nobody in.
        raise Passed(f"a transaction with many subtransactions went on at {wal.lsn_text(stop.lsn)}, the moment of its manifest")
    if wal.lsn(at) != stop.lsn:
        raise Passed(f"it came to {at}, and not to {wal.lsn_text(stop.lsn)}, the moment of its manifest")
    began = time.monotonic()
    stop.look(instance)
    instance.stop()
    return time.monotonic() - began


def recover(
    plan: Plan, instance: Instance, archive, report: Report, stop: Stop | None
) -> tuple[str | None, int, float]:
    """What is to be said about its end, how many WAL files were replayed, and the seconds of a look on the way."""
    with Feeder(plan, archive, instance.wal, instance.settings.wal_files_at_a_time) as feeder:

        def progress() -> None:
            report("WAL", (min(feeder.handed, plan.reach.segments), plan.reach.segments))

        looked = look_on_the_way(plan, instance, stop, progress) if stop else 0
        instance.prepare(plan, to_target(plan))
        instance.start()
        if instance.wait_until(instance.is_open, progress):
            return None, feeder.handed, looked
        if any(BEFORE_TARGET in line for line in instance.said()) and plan.target.time is not None:
            instance.prepare(plan, to_target(plan, whole=False))
            instance.start()
            if instance.wait_until(instance.is_open, progress):
                return END_OF_WAL, feeder.handed, looked
    raise failed(plan, instance)


def failed(plan: Plan, instance: Instance) -> Refusal:
    bad, want = os.path.join(instance.wal, "bad"), os.path.join(instance.wal, "want")
    # Those that were fetched ahead and never asked for are no cause.
    for name in sorted(set(os.listdir(bad)) & set(os.listdir(want))):
        with open(os.path.join(bad, name), encoding="utf-8") as file:
            return Refusal(
                file.read().strip(),
                f"recover to a moment before it, or restore from the other place (--from) or from a later backup (--backup ID); this was {WHERE[plan.source]}",
            )
    said = instance.said()
    if any(BEFORE_TARGET in line for line in said):
        return Refusal(
            f"the WAL in {WHERE[plan.source]} ends before {plan.target.kind} {plan.target.value}",
            "recover to latest, or to an earlier moment",
        )
    # Its own log goes away with its folder: the unit's stays.
    print("\n".join(said[-LOG_LINES:]), flush=True)
    fatal = [line for line in said if "FATAL" in line or "PANIC" in line]
    return Refusal(
        f"the restored server did not open: {(fatal or said or ['it said nothing'])[-1]}",
        "see what it said before: ./holdfast ssh ops-1 -- sudo journalctl -u 'holdfast-restore@*' -u restore-test",
    )


def check_end(plan: Plan, instance: Instance, position: int) -> None:
    """A damaged record in the middle looks like the end of the WAL to PostgreSQL, which opens there."""
    size = plan.backup.segment_size
    last = plan.reach.last
    broken = next((line for line in instance.said() if BROKEN_RECORD in line), None)
    if position >= wal.number_of(last, size) * size and broken is None:
        return
    at = plan.timelines.names(position // size, size)[0]
    raise Refusal(
        f"the recovery ended at {wal.lsn_text(position)}, although there is WAL up to {last}: the file {at} from {WHERE[plan.source]} is damaged{f' ({broken})' if broken else ''}",
        f"recover to a moment before it, like --to {wal.lsn_text(position)}; restore from the other place (--from) or from a later backup (--backup ID)",
    )


def remove(folder: str) -> None:
    shutil.rmtree(folder, ignore_errors=True)
