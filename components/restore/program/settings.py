"""What the update tells this program about its cluster: one JSON file."""

import json
import os
from dataclasses import dataclass

PATH = os.environ.get("HOLDFAST_RESTORE_SETTINGS", "/etc/holdfast/restore.json")


@dataclass(frozen=True)
class Query:
    """A question whose answer, as psql prints it unaligned, has to be this one."""

    database: str
    sql: str
    expect: str


@dataclass(frozen=True)
class RetentionPolicy:
    """For how many days back every moment can be recovered, and how many base backups are kept at least."""

    days: int
    redundancy: int


@dataclass(frozen=True)
class Tag:
    """Of an object in the bucket."""

    key: str
    value: str


@dataclass(frozen=True)
class Settings:
    cluster: str
    # Barman's, and the file in it that says of which cluster the backups are.
    home: str
    identifier: str
    # Folder of what the rows were of each backup.
    manifests: str
    # Where restored servers are, each in a folder of its own.
    scratch: str
    # Folder of PostgreSQL's programs of this cluster's version.
    binaries: str
    metrics: str
    # What each restore test found, a line of JSON each.
    results: str
    # "s3://NAME", the store's address where it is not Amazon's, and its region.
    bucket: str
    endpoint: str | None
    queries: tuple[Query, ...]
    retention: RetentionPolicy
    # By which the store knows what may go, and what the last look for it found.
    expired: Tag
    expiry_metrics: str
    # Of this host, in MiB.
    memory: int

    @property
    def objects_at_a_time(self) -> int:
        """Of a base backup: each with some 40 MiB of pieces on their way."""
        return max(1, min(4, self.memory // 256))

    @property
    def wal_files_at_a_time(self) -> int:
        return max(2, min(8, self.memory // 128))

    @property
    def shared_buffers(self) -> int:
        """Of a restored server, in MiB."""
        return max(32, min(1024, self.memory // 8))

    @property
    def place(self) -> str:
        """The folder of this cluster in the bucket."""
        with open(self.identifier, encoding="utf-8") as file:
            return f"{self.cluster}/{file.read().strip()}/{self.cluster}"


def load(path: str = PATH) -> Settings:
    with open(path, encoding="utf-8") as file:
        found = json.load(file)
    found["queries"] = tuple(Query(**each) for each in found["queries"])
    found["retention"] = RetentionPolicy(**found["retention"])
    found["expired"] = Tag(**found["expired"])
    return Settings(**found)


class Refusal(Exception):
    """What cannot be done, and what to do instead, in the user's words."""

    def __init__(self, cause: str, advice: str):
        super().__init__(cause)
        self.cause = cause
        self.advice = advice
