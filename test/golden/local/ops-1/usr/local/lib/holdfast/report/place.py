"""A place of backups as it is now: what it holds, and which moments can be recovered from there."""

from dataclasses import dataclass, field
from datetime import datetime

from archive import Archive
from backups import Backup
from plan import newest, on_the_way, way
from wal import WalFile, number_of, reach


@dataclass(frozen=True)
class Window:
    """Every moment between these two can be recovered."""

    start: datetime
    end: datetime
    # Which it begins with.
    backup: str

    @property
    def seconds(self) -> float:
        return (self.end - self.start).total_seconds()


@dataclass(frozen=True)
class Hole:
    """A backup from which one does not come to the end, because this WAL file is missing."""

    backup: str
    missing: str


@dataclass(frozen=True)
class Place:
    source: str
    backups: list[Backup] = field(default_factory=list)
    wal: dict[str, WalFile] = field(default_factory=dict)
    window: Window | None = None
    holes: list[Hole] = field(default_factory=list)
    # Why nothing is known of it.
    problem: str | None = None

    @property
    def wal_bytes(self) -> int:
        return sum(each.size for each in self.wal.values())


def look(archive: Archive) -> Place:
    try:
        found, files = archive.backups(), archive.wal_files()
        window, holes = reachable(archive, found, files)
    except Exception as error:  # one place that cannot be read says nothing of the other
        return Place(archive.source, problem=str(error) or type(error).__name__)
    return Place(archive.source, found, files, window, holes)


def reachable(
    archive: Archive, found: list[Backup], files: dict[str, WalFile]
) -> tuple[Window | None, list[Hole]]:
    """Begins with the oldest backup from which WAL leads to its end without a hole."""
    if not found:
        return None, []
    timelines = way(archive, files, newest(found, files))
    holes = []
    for each in found:
        if not on_the_way(each, timelines):
            continue
        come = reach(files, timelines, each.begin_wal, each.segment_size)
        if come.missing:
            holes.append(Hole(each.id, come.missing))
        elif come.last and number(come.last, each) >= number(each.end_wal, each):
            return Window(each.ended, max(each.ended, come.until), each.id), holes
    return None, holes


def number(name: str, backup: Backup) -> int:
    return number_of(name, backup.segment_size)
