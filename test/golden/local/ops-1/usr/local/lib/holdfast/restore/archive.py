"""The two places that hold backups, seen in the same way: Barman's catalogue on this host, and the bucket."""

import json
import os
import re
from datetime import UTC, datetime
from functools import cached_property
from typing import BinaryIO, Protocol

import backups as base_backups
import unpack
import wal
from settings import Settings

SOURCES = ("bucket", "barman")
# As many as ranges or files may be on their way at a time.
CONNECTIONS = 32
# A bucket that does not answer for a minute or two must not end a recovery of hours.
RETRIES = {"mode": "standard", "max_attempts": 10}


class Archive(Protocol):
    source: str

    def backups(self) -> list[base_backups.Backup]:
        """Those that are whole, the oldest first."""

    def wal_files(self) -> dict[str, wal.WalFile]: ...

    def read_wal(self, file: wal.WalFile, into: BinaryIO) -> None:
        """As PostgreSQL wrote it."""

    def manifest(self, backup: base_backups.Backup) -> dict | None:
        """What its rows were; None where nobody counted them."""

    def fetch_base(self, backup: base_backups.Backup, folder: str, progress) -> None:
        """Puts the data directory into the folder, and tablespaces into FOLDER/../tablespaces/OID."""


class Catalogue:
    source = "barman"

    def __init__(self, settings: Settings):
        self.server = os.path.join(settings.home, settings.cluster)
        self.manifests = settings.manifests

    def backups(self):
        folder = os.path.join(self.server, "meta")
        found = []
        for name in os.listdir(folder) if os.path.isdir(folder) else []:
            if not name.endswith("-backup.info"):
                continue
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                found.append(base_backups.parse(name.removesuffix("-backup.info"), file.read()))
        return sorted((each for each in found if each), key=lambda each: each.id)

    def wal_files(self):
        files = {}
        # In this order: what is in the catalogue wins over what has only arrived.
        for folder in ("streaming", "incoming", "wals"):
            for at, _, names in os.walk(os.path.join(self.server, folder)):
                for name in names:
                    unfinished = name.endswith(".partial")
                    bare = name.removesuffix(".partial")
                    if not (wal.SEGMENT.match(bare) or wal.HISTORY.match(bare)):
                        continue
                    path = os.path.join(at, name)
                    try:
                        stat = os.stat(path)
                    except FileNotFoundError:
                        # It has just gone on its way; the next folder has it.
                        continue
                    if unfinished and (folder != "streaming" or bare in files):
                        continue
                    modified = datetime.fromtimestamp(stat.st_mtime, UTC)
                    files[bare] = wal.WalFile(path, stat.st_size, modified, unfinished)
        return files

    def read_wal(self, file, into):
        place = file.place
        if not os.path.exists(place):
            # Taken into the catalogue since it was found.
            found = self.wal_files()
            place = found[os.path.basename(place).removesuffix(".partial")].place
        with open(place, "rb") as opened:
            unpack.wal_file(opened, into)

    def manifest(self, backup):
        try:
            with open(os.path.join(self.manifests, f"{backup.id}.json"), encoding="utf-8") as file:
                return json.load(file)
        except FileNotFoundError:
            return None

    def fetch_base(self, backup, folder, progress):
        base = os.path.join(self.server, "base", backup.id)
        unpack.copy(os.path.join(base, "data"), folder)
        for _, oid in backup.tablespaces:
            unpack.copy(os.path.join(base, str(oid)), unpack.tablespace(folder, oid))
        progress(1, 1)


class Bucket:
    source = "bucket"

    def __init__(self, settings: Settings):
        self.name = settings.bucket.removeprefix("s3://")
        self.place = settings.place
        self.endpoint = settings.endpoint
        self.objects_at_a_time = settings.objects_at_a_time

    @cached_property
    def client(self):
        # One for all threads, which it is made for: each takes some 20 MB.
        import boto3  # loading it takes longer than all that the catalogue needs
        from botocore.config import Config

        return boto3.client("s3", endpoint_url=self.endpoint, config=Config(max_pool_connections=CONNECTIONS, retries=RETRIES))

    def objects(self, below: str, delimiter: str = ""):
        """One after the other: there may be more than the memory holds. A delimiter leaves out what is in folders."""
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.name, Prefix=f"{self.place}/{below}", Delimiter=delimiter
        )
        for page in pages:
            yield from page.get("Contents", [])

    def read(self, key: str) -> bytes:
        return self.client.get_object(Bucket=self.name, Key=key)["Body"].read()

    def backups(self):
        found = [
            base_backups.parse(each["Key"].split("/")[-2], self.read(each["Key"]).decode())
            for each in self.objects("base/")
            if each["Key"].endswith("/backup.info")
        ]
        return sorted((each for each in found if each), key=lambda each: each.id)

    def wal_files(self):
        return self._wal_files(self.objects("wals/"))

    def histories(self) -> dict[str, wal.WalFile]:
        """They alone are in no folder of their log."""
        return self._wal_files(self.objects("wals/", "/"))

    def _wal_files(self, objects):
        files = {}
        for each in objects:
            # Without the suffix of its compression; a label, "NAME.OFFSET.backup", is no segment.
            name = re.sub(r"\.(zst|lz4|gz|bz2|xz|snappy)$", "", each["Key"].split("/")[-1])
            if wal.SEGMENT.match(name) or wal.HISTORY.match(name):
                files[name] = wal.WalFile(each["Key"], each["Size"], each["LastModified"])
        return files

    def read_wal(self, file, into):
        unpack.wal_file(self.client.get_object(Bucket=self.name, Key=file.place)["Body"], into)

    def manifest(self, backup):
        name = f"manifests/{backup.id}.json"
        found = [each["Key"] for each in self.objects(name)]
        return json.loads(self.read(found[0])) if found else None

    def fetch_base(self, backup, folder, progress):
        unpack.from_bucket(self, backup, folder, progress)


def open_archive(source: str, settings: Settings) -> Archive:
    return Bucket(settings) if source == "bucket" else Catalogue(settings)
