"""What of the bucket is still needed, decided as Barman does for RECOVERY WINDOW OF n DAYS with a minimum redundancy:
pure, and for what is not certain the answer is that it stays."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import wal
from backups import Backup
from settings import RetentionPolicy

BASE = re.compile(r"^base/([^/]+)/(.+)$")
# A segment, the unfinished one of a timeline that has ended, or a backup's label; histories are none of these.
WAL = re.compile(r"^wals/(?:[0-9A-F]{16}/)?([0-9A-F]{24})(?:\.partial|\.[0-9A-F]{8}\.backup)?(?:\.[a-z0-9]+)?$")
INFO = "backup.info"


@dataclass(frozen=True)
class Stored:
    """An object: its name below the cluster's place, and when it came there."""

    name: str
    modified: datetime


@dataclass(frozen=True)
class Needed:
    """begins: of the recovery window. What came later stays, whatever it is: somebody may be at work with it."""

    begins: datetime
    # Recovered from to any moment after their end, the oldest first; and those that lead to their own end alone.
    backups: tuple[Backup, ...]
    standalone: tuple[Backup, ...]


def decide(
    found: Collection[Backup],
    held: dict[str, str],
    on_the_way: Collection[str],
    policy: RetentionPolicy,
    now: datetime,
) -> Needed | None:
    """found: those that are whole; held: which ones somebody has told Barman to keep, and what for, "full" or
    "standalone"; on_the_way: the IDs of those that lead to the timeline of now. None where there is no whole backup."""
    if not found:
        return None
    begins = now - timedelta(days=policy.days)
    newest_first = sorted(found, key=lambda each: (each.ended, each.id), reverse=True)
    before = [each for each in newest_first if each.ended < begins]
    # Where the window's beginning is recovered from: where the cluster has been taken back, the newest may be of a
    # timeline that was left.
    first = [*before[:1], *[each for each in before if each.id in on_the_way][:1]]
    by_policy = {each.id for each in (*newest_first[: policy.redundancy], *first)}
    by_policy |= {each.id for each in newest_first if each.ended >= begins}
    standalone = {each for each, purpose in held.items() if purpose == "standalone"}
    in_full = by_policy | held.keys() - standalone
    return Needed(
        begins,
        tuple(each for each in reversed(newest_first) if each.id in in_full),
        tuple(each for each in reversed(newest_first) if each.id in standalone),
    )


def expired_backups(needed: Needed, objects: Iterable[Stored]) -> Iterator[str]:
    """Whole folders, of backups that are not needed or never became whole: each backup.info before what it speaks of."""
    folders: dict[str, list[Stored]] = defaultdict(list)
    for each in objects:
        if match := BASE.match(each.name):
            folders[match[1]].append(each)
    kept = {each.id for each in (*needed.backups, *needed.standalone)}
    for backup, parts in folders.items():
        if backup not in kept and all(each.modified < needed.begins for each in parts):
            yield from sorted((each.name for each in parts), key=lambda name: (not name.endswith(f"/{INFO}"), name))


def expired_wal(needed: Needed, objects: Iterable[Stored]) -> Iterator[str]:
    """What is before the first segment of every backup that is kept, by number, and of no later timeline than its own."""
    first: dict[str, Backup] = {}
    for each in needed.backups:
        timeline = each.begin_wal[:8]
        first[timeline] = min(first.get(timeline, each), each, key=lambda one: one.begin_wal)
    starts = [(timeline, wal.number_of(each.begin_wal, each.segment_size), each.segment_size) for timeline, each in first.items()]
    for each in objects:
        match = WAL.match(each.name)
        if match is None or each.modified >= needed.begins:
            continue
        segment = match[1]
        before_all = all(segment[:8] <= timeline and wal.number_of(segment, size) < number for timeline, number, size in starts)
        if before_all and not any(one.begin_wal <= segment <= one.end_wal for one in needed.standalone):
            yield each.name
