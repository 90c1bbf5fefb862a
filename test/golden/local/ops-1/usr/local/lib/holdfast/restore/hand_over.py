"""Makes restored data ready to become the cluster's own: closed in good order, and with its new timeline for the archive."""

import os
from dataclasses import dataclass

import wal
from archive import SOURCES, open_archive
from instance import Instance
from settings import Refusal, Settings

# Of a shutdown: a checkpoint of all that the replay has changed.
SECONDS = 3600.0
SHUT_DOWN = "shut down"


@dataclass(frozen=True)
class Ready:
    timeline: int
    # Of the whole data directory, and of what its WAL comes to.
    bytes: int


def prepare(settings: Settings, instance: Instance) -> Ready:
    # What it wrote in this file is whole then, and on its way into the archive; else the file would go on on the cluster's
    # own timeline, and the receiver look for it in vain.
    instance.ask("postgres", "SELECT pg_switch_wal()")
    ended_well = instance.stop(SECONDS)
    control = instance.control()
    state = control["Database cluster state"]
    if not ended_well or state != SHUT_DOWN:
        raise Refusal(
            f'the restored server did not end in good order: its data is "{state}"', "run the restore again; see its log"
        )
    timeline = int(control["Latest checkpoint's TimeLineID"])
    check_new(settings, timeline)
    size = int(control["Bytes per WAL segment"])
    last = wal.number_of(control["Latest checkpoint's REDO WAL file"], size)
    mark_for_archive(os.path.join(instance.data, "pg_wal"), timeline, last, size)
    os.replace(instance.altered, os.path.join(instance.data, "postgresql.auto.conf"))
    return Ready(timeline, size_of(instance.data))


def check_new(settings: Settings, timeline: int) -> None:
    """
    PostgreSQL takes the first number without a history file. Where one of those never came into the archive, that is no
    new one, and its files would get in each other's way with those of before.
    """
    asked, silent = 0, []
    for source in SOURCES:
        try:
            known = max((int(name[:8], 16) for name in open_archive(source, settings).wal_files()), default=0)
        except Exception as error:  # a place that is down is no reason while the other one can be asked
            silent.append(f"{source}: {error}")
            continue
        asked += 1
        if known >= timeline:
            raise Refusal(
                f"the recovered data came on timeline {timeline}, and there are files of timeline {known} already",
                "recover on the newest timeline, without --timeline; or restore beside the cluster and bring tables back: --table",
            )
    if asked == 0:
        raise Refusal(
            f"neither place of WAL can be asked for its timelines: {'; '.join(silent)}", "see whether the bucket is reached, and run it again"
        )


def mark_for_archive(folder: str, timeline: int, last: int, size: int) -> None:
    """It archived nothing itself. What it wrote goes on its way as soon as the cluster has it; the last file goes on."""
    own = [
        name
        for name in os.listdir(folder)
        if name == f"{timeline:08X}.history"
        or (wal.SEGMENT.match(name) and int(name[:8], 16) == timeline and wal.number_of(name, size) < last)
    ]
    for name in own:
        with open(os.path.join(folder, "archive_status", f"{name}.ready"), "w", encoding="utf-8"):
            pass


def size_of(folder: str) -> int:
    return sum(
        os.lstat(os.path.join(at, name)).st_size for at, _, names in os.walk(folder) for name in names
    )
