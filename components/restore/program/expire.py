"""Marks what of the bucket is no longer needed. This host may delete nothing: the store lets go what is marked."""

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from itertools import islice

import retention
from archive import CONNECTIONS, Bucket
from plan import newest, on_the_way, way
from retention import Stored
from settings import Refusal, Settings

# Of how many objects the answers are waited for at a time.
BATCH = 1000
# Where Barman notes that a backup is to be kept whatever the policy says, and for what.
HOLD = "/annotations/keep"


def run(settings: Settings, now: datetime) -> None:
    bucket = Bucket(settings)
    found = bucket.backups()
    base = list(stored(bucket, "base/"))
    held = {each.name.split("/")[1]: bucket.read(f"{bucket.place}/{each.name}").decode().strip() for each in base if each.name.endswith(HOLD)}
    needed = retention.decide(found, held, leading(bucket, found), settings.retention, now)
    if needed is None:
        raise Refusal(
            "there is no whole base backup in the bucket, so nothing of it expires",
            "take one: ./holdfast ssh ops-1 -- sudo systemctl start barman-backup",
        )
    marked, before = 0, 0
    for names in (retention.expired_backups(needed, base), retention.expired_wal(needed, stored(bucket, "wals/"))):
        for new in mark(bucket, settings, names):
            marked, before = marked + new, before + (not new)
    kept = needed.backups[0].ended.isoformat(sep=" ", timespec="seconds")
    print(f"{len(found)} whole backups, recovered from since {kept}; {marked} objects expired, {before} had before and are still there")
    write_metrics(settings, marked, before)


def stored(bucket: Bucket, below: str) -> Iterator[Stored]:
    for each in bucket.objects(below):
        yield Stored(each["Key"].removeprefix(f"{bucket.place}/"), each["LastModified"])


def leading(bucket: Bucket, found: list) -> set[str]:
    """The backups that lead to the timeline of now."""
    if not found:
        return set()
    histories = bucket.histories()
    timelines = way(bucket, histories, newest(found, histories))
    return {each.id for each in found if on_the_way(each, timelines)}


def mark(bucket: Bucket, settings: Settings, names: Iterable[str]) -> Iterator[bool]:
    """Whether each was marked now; False where it was already. What has gone meanwhile is left out."""
    tag = {"Key": settings.expired.key, "Value": settings.expired.value}

    def one(name: str) -> bool | None:
        place = {"Bucket": bucket.name, "Key": f"{bucket.place}/{name}"}
        try:
            tags = bucket.client.get_object_tagging(**place)["TagSet"]
            if tag in tags:
                return False
            bucket.client.put_object_tagging(**place, Tagging={"TagSet": [*tags, tag]})
        except bucket.client.exceptions.ClientError as error:
            # Gone since the list was made.
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in (404, 405):
                return None
            raise
        return True

    rest = iter(names)
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        while batch := list(islice(rest, BATCH)):
            yield from (each for each in pool.map(one, batch) if each is not None)


def write_metrics(settings: Settings, marked: int, before: int) -> None:
    values = {"holdfast_bucket_expired_objects": marked, "holdfast_bucket_expired_objects_still_there": before}
    with open(f"{settings.expiry_metrics}.new", "w", encoding="utf-8") as file:
        file.writelines(f"{name} {value}\n" for name, value in values.items())
    os.replace(f"{settings.expiry_metrics}.new", settings.expiry_metrics)
