"""All that a report is written from."""

import json
import os
import shutil
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import history
import place
import record
from archive import SOURCES, open_archive
from month import Month
from place import Place
from settings import Settings
from told import Told


@dataclass(frozen=True)
class Base:
    """A base backup, which may have expired since."""

    id: str
    began: datetime
    ended: datetime
    bytes: int
    # Packed; None where it never came there.
    bucket_bytes: int | None
    bucket_at: datetime | None

    @property
    def seconds(self) -> float:
        return (self.ended - self.began).total_seconds()

    @property
    def bucket_seconds(self) -> float | None:
        """From its end until all of it was in the bucket."""
        return max(0.0, (self.bucket_at - self.ended).total_seconds()) if self.bucket_at else None


@dataclass(frozen=True)
class WalDay:
    day: date
    files: int
    bytes: int
    raw: int


@dataclass(frozen=True)
class Restored:
    """A restore, or a restore test."""

    at: datetime
    test: bool
    source: str
    backup: str
    bytes: int
    problems: list[str]
    # None where it did not come so far.
    base_seconds: float | None
    wal_seconds: float | None
    wal_files: int

    @property
    def seconds(self) -> float | None:
        return None if self.base_seconds is None or self.wal_seconds is None else self.base_seconds + self.wal_seconds


@dataclass(frozen=True)
class Failure:
    at: datetime
    job: str
    reason: str


@dataclass(frozen=True)
class Facts:
    cluster: str
    zone: ZoneInfo
    now: datetime
    month: Month
    window_days: int
    places: list[Place]
    # All that is known, of other months too.
    bases: list[Base]
    wal_days: list[WalDay]
    windows: dict[date, dict[str, float]]
    restores: list[Restored]
    failures: list[Failure]
    volume_bytes: int
    volume_free: int

    def in_month(self, moment: datetime) -> bool:
        return self.month.has(self.day(moment))

    def before_month(self, moment: datetime) -> bool:
        return self.day(moment) < self.month.first

    def day(self, moment: datetime) -> date:
        return moment.astimezone(self.zone).date()

    @property
    def running(self) -> bool:
        """Whether the month goes on."""
        return self.in_month(self.now)

    @property
    def days(self) -> list[date]:
        return self.month.days(self.day(self.now))


def gather(settings: Settings, told: Told, month: Month, now: datetime) -> Facts:
    noted = history.load(told)
    places = []
    for source in SOURCES:
        archive = open_archive(source, settings)
        places.append(place.look(archive))
        noted = history.with_now(noted, settings, told, archive, places[-1], now)
    segment = max((each.segment_size for found in places for each in found.backups), default=16 * 2**20)
    volume = shutil.disk_usage(settings.home)

    return Facts(
        cluster=settings.cluster,
        zone=told.zone,
        now=now,
        month=month,
        window_days=told.days,
        places=places,
        bases=sorted((base(*each) for each in noted["backups"].items()), key=lambda each: each.id),
        wal_days=[
            WalDay(date.fromisoformat(day), each["files"], each["bytes"], each["files"] * segment)
            for day, each in sorted(noted["wal"].items())
        ],
        windows={date.fromisoformat(day): each for day, each in noted["windows"].items()},
        restores=[restored(line) for line in record.read(settings)],
        failures=failures(told),
        volume_bytes=volume.total,
        volume_free=volume.free,
    )


def base(backup_id: str, noted: dict) -> Base:
    at = noted.get("bucketAt")
    return Base(
        id=backup_id,
        began=datetime.fromisoformat(noted["began"]),
        ended=datetime.fromisoformat(noted["ended"]),
        bytes=noted["bytes"],
        bucket_bytes=noted.get("bucketBytes"),
        bucket_at=datetime.fromisoformat(at) if at else None,
    )


def restored(line: dict) -> Restored:
    came = "baseSeconds" in line
    return Restored(
        at=datetime.fromisoformat(line["at"]),
        test=line["test"],
        source=line["source"],
        backup=line["backup"],
        bytes=line["bytes"],
        problems=line["problems"],
        base_seconds=line["baseSeconds"] + line["checkSeconds"] if came else None,
        wal_seconds=line["walSeconds"] if came else None,
        wal_files=line.get("walFiles", 0),
    )


def failures(told: Told) -> list[Failure]:
    found = []
    for name in os.listdir(told.jobs) if os.path.isdir(told.jobs) else []:
        if not name.endswith(".json"):
            continue
        with open(os.path.join(told.jobs, name), encoding="utf-8") as file:
            for each in json.load(file).get("failures", []):
                at = datetime.fromtimestamp(each["ended"]).astimezone()
                found.append(Failure(at, name.removesuffix(".json"), each["reason"]))
    return sorted(found, key=lambda each: each.at)
