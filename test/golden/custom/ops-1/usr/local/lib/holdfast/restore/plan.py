"""Which backup and which WAL files lead to a moment: decided, or refused, before anything is fetched."""

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import wal
from archive import Archive
from backups import Backup
from settings import Refusal
from target import Target

WHERE = {"bucket": "the bucket", "barman": "Barman's catalogue"}


@dataclass(frozen=True)
class Plan:
    source: str
    backup: Backup
    target: Target
    timelines: wal.Timelines
    files: dict[str, wal.WalFile]
    reach: wal.Reach


def make(archive: Archive, target: Target, wanted: str | None, timeline: int | None, now: datetime) -> Plan:
    """wanted: the backup's ID, "previous" for the one before the best, or None for the best."""
    found = archive.backups()
    where = WHERE[archive.source]
    if not found:
        raise Refusal(
            f"there is no whole base backup in {where}",
            "take one: ./holdfast ssh ops-1 -- sudo systemctl start barman-backup",
        )
    files = archive.wal_files()
    timelines = way(archive, files, timeline or newest(found, files))
    backup = choose([each for each in found if on_the_way(each, timelines)], found, target, wanted, where)
    reach = wal.reach(files, timelines, backup.begin_wal, backup.segment_size)
    check_reach(backup, reach, target, where, now)
    return Plan(archive.source, backup, target, timelines, files, reach)


def newest(found: list[Backup], files: dict[str, wal.WalFile]) -> int:
    """The latest timeline that is known of. PostgreSQL itself would stop at the first number without a history."""
    histories = [int(name[:8], 16) for name in files if wal.HISTORY.match(name)]
    return max(each for each in (*histories, *(backup.timeline for backup in found)))


def way(archive: Archive, files: dict[str, wal.WalFile], timeline: int) -> wal.Timelines:
    history = files.get(f"{timeline:08X}.history")
    if history is None:
        # The first one has none; of another one without its own nobody can tell where it comes from.
        return wal.Timelines("", timeline)
    content = BytesIO()
    archive.read_wal(history, content)
    return wal.Timelines(content.getvalue().decode(), timeline)


def on_the_way(backup: Backup, timelines: wal.Timelines) -> bool:
    return timelines.leads_through(backup.timeline, backup.end_lsn)


def early_enough(backup: Backup, target: Target) -> bool:
    if target.time is not None:
        return backup.ended <= target.time
    return target.lsn is None or backup.end_lsn <= target.lsn


def choose(
    usable: list[Backup], found: list[Backup], target: Target, wanted: str | None, where: str
) -> Backup:
    if wanted not in (None, "previous"):
        return named(wanted, usable, found, target, where)
    if target.kind in ("xid", "name") and wanted is None:
        raise Refusal(
            f'nobody knows which backup is older than "{target.value}"',
            f"name one that is: --backup ID, one of {ids(found)}",
        )
    early = [each for each in usable if early_enough(each, target)]
    if wanted == "previous":
        early = early[:-1]
    if early:
        return early[-1]
    if not usable:
        raise Refusal(
            f"none of the backups in {where} leads to that timeline", f"give another one with --timeline; there are {ids(found)}"
        )
    first = usable[0]
    if wanted == "previous":
        raise Refusal(f"there is no backup before {first.id} in {where} for that moment", "leave --backup previous out")
    raise Refusal(
        f"{target.value} is before the first backup in {where}",
        f"the earliest moment that can be recovered is {first.ended.isoformat(sep=' ', timespec='seconds')}, LSN {wal.lsn_text(first.end_lsn)}",
    )


def named(wanted: str, usable: list[Backup], found: list[Backup], target: Target, where: str) -> Backup:
    backup = next((each for each in found if each.id == wanted), None)
    if backup is None:
        raise Refusal(f"there is no whole backup {wanted} in {where}", f"name one of {ids(found)}")
    if backup not in usable:
        raise Refusal(
            f"the backup {wanted} is not on the way to that timeline",
            f"give its own with --timeline {backup.timeline}, or another backup",
        )
    if not early_enough(backup, target):
        raise Refusal(
            f"the backup {wanted} ended at {backup.ended.isoformat(sep=' ', timespec='seconds')}, LSN {wal.lsn_text(backup.end_lsn)}, which is after {target.value}",
            "name an older one, or leave --backup out",
        )
    return backup


def ids(found: list[Backup]) -> str:
    return ", ".join(each.id for each in found)


def check_reach(backup: Backup, reach: wal.Reach, target: Target, where: str, now: datetime) -> None:
    size = backup.segment_size
    ends = wal.number_of(reach.last, size) if reach.last else wal.number_of(backup.begin_wal, size) - 1
    gap = reach.missing or wal.name_of(backup.timeline, ends + 1, size)
    if ends < wal.number_of(backup.end_wal, size):
        raise Refusal(
            f"the backup {backup.id} is of no use without the WAL file {gap}, which is not in {where}",
            "restore from another backup or place: --backup previous, --from bucket, --from barman",
        )
    beyond = (ends + 1) * size
    until = reach.until.astimezone().isoformat(sep=" ", timespec="seconds")
    if target.time is not None and target.time > now:
        raise Refusal(f"{target.value} is in the future", "give a moment that has been")
    too_late = (target.time is not None and target.time > reach.until) or (
        target.lsn is not None and target.lsn >= beyond
    )
    if reach.missing and (too_late or target.kind not in ("time", "lsn")):
        raise Refusal(
            f"the WAL file {reach.missing} is missing from {where}, although later ones are there: from the backup {backup.id} one comes no further than {until}",
            f"recover to a moment before it, like --to {wal.lsn_text(beyond - 1)}; restore from the other place (--from), or from a backup after it (--backup ID)",
        )
    if too_late:
        raise Refusal(
            f"{target.value} is after the end of the WAL in {where}, of which the last file came at {until}",
            "recover to latest; or, while the cluster runs, have its WAL file ended and try again: ./holdfast ssh ops-1 -- sudo -u barman barman switch-wal --force --archive all",
        )
