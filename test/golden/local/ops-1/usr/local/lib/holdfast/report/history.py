"""What is noted every hour, because nobody can look it up later: expired backups and WAL files are gone.

  backups   of each base backup: when it was taken, its size, and when it was in the bucket with how many bytes
  wal       of each day: how many WAL files came into the catalogue, and their bytes there
  windows   of each day: how long the recovery window was at last, in seconds, by place
"""

import copy
import json
import os
from datetime import datetime

import month
from archive import Archive, Bucket
from files import write
from place import Place
from settings import Settings
from told import Told

# Two years, with the month that goes on.
MONTHS = 25


def load(told: Told) -> dict:
    try:
        with open(told.history, encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return {"backups": {}, "wal": {}, "windows": {}}


def save(told: Told, noted: dict, now: datetime) -> None:
    oldest = month.of(now, told.zone).earlier(MONTHS - 1).first.isoformat()
    kept = {
        "backups": {key: value for key, value in noted["backups"].items() if value["ended"] >= oldest},
        **{each: {day: value for day, value in noted[each].items() if day >= oldest} for each in ("wal", "windows")},
    }
    write(told.history, json.dumps(kept, sort_keys=True) + "\n")


def with_catalogue(noted: dict, settings: Settings, told: Told, place: Place, now: datetime) -> dict:
    noted = with_place(noted, told, place, now)
    # What has only arrived is not packed yet, and is counted when it is.
    packed = os.path.join(settings.home, settings.cluster, "wals", "")
    days: dict[str, dict] = {}
    for each in place.wal.values():
        if each.place.startswith(packed):
            day = days.setdefault(each.modified.astimezone(told.zone).date().isoformat(), {"files": 0, "bytes": 0})
            day["files"] += 1
            day["bytes"] += each.size
    for day, counted in days.items():
        # A day of which files have expired already was counted before.
        if counted["files"] >= noted["wal"].get(day, {"files": 0})["files"]:
            noted["wal"][day] = counted
    return noted


def with_bucket(noted: dict, told: Told, place: Place, bucket: Bucket, now: datetime) -> dict:
    noted = with_place(noted, told, place, now)
    objects = list(bucket.objects("base/")) if place.backups else []
    for backup in place.backups:
        of_it = [each for each in objects if f"/base/{backup.id}/" in each["Key"]]
        # Its description comes last.
        there = max(each["LastModified"] for each in of_it).isoformat(timespec="seconds")
        noted["backups"][backup.id] |= {"bucketBytes": sum(each["Size"] for each in of_it), "bucketAt": there}
    return noted


def with_place(noted: dict, told: Told, place: Place, now: datetime) -> dict:
    noted = copy.deepcopy(noted)
    for each in place.backups:
        noted["backups"].setdefault(each.id, {}).update(
            began=each.began.isoformat(timespec="seconds"), ended=each.ended.isoformat(timespec="seconds"), bytes=each.size
        )
    today = noted["windows"].setdefault(now.astimezone(told.zone).date().isoformat(), {})
    today[place.source] = round(place.window.seconds) if place.window else 0
    return noted


def with_now(noted: dict, settings: Settings, told: Told, archive: Archive, place: Place, now: datetime) -> dict:
    if place.problem is not None:
        return noted
    if isinstance(archive, Bucket):
        return with_bucket(noted, told, place, archive, now)
    return with_catalogue(noted, settings, told, place, now)
