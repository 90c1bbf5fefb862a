"""Where manifests are: beside Barman's backups on this host, and beside their copies in the bucket."""

import json
import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Store:
    cluster: str
    # Barman's, the folder of manifests, and the file that says of which cluster the backups are.
    home: str
    folder: str
    identifier: str
    # Its name, and the store's address where it is not Amazon's.
    bucket: str
    endpoint: str | None

    def backup_info(self, backup: str) -> str:
        return os.path.join(self.home, self.cluster, "meta", f"{backup}-backup.info")

    def end_of(self, backup: str) -> str:
        """Where the backup is consistent."""
        with open(self.backup_info(backup), encoding="utf-8") as file:
            fields = dict(line.rstrip("\n").split("=", 1) for line in file if "=" in line)
        return fields["end_xlog"]

    def path(self, backup: str) -> str:
        return os.path.join(self.folder, f"{backup}.json")

    def keep(self, backup: str, manifest: dict) -> None:
        os.makedirs(self.folder, mode=0o700, exist_ok=True)
        with open(f"{self.path(backup)}.new", "w", encoding="utf-8") as file:
            json.dump(manifest, file)
        os.replace(f"{self.path(backup)}.new", self.path(backup))

    def kept(self) -> list[str]:
        names = os.listdir(self.folder) if os.path.isdir(self.folder) else []
        return sorted(name.removesuffix(".json") for name in names if name.endswith(".json"))

    def forget(self) -> None:
        """Those of backups that are no longer in the catalogue; in the bucket nothing can be removed from here."""
        for backup in self.kept():
            if not os.path.exists(self.backup_info(backup)):
                os.unlink(self.path(backup))

    def send(self) -> None:
        """Every one that the bucket does not have."""
        with open(self.identifier, encoding="utf-8") as file:
            place = f"{self.cluster}/{file.read().strip()}/{self.cluster}/manifests"
        import boto3  # at last: loading it takes longer than all that is before it

        client = boto3.client("s3", endpoint_url=self.endpoint)
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=f"{place}/")
        there = {each["Key"] for page in pages for each in page.get("Contents", [])}
        for backup in self.kept():
            key = f"{place}/{backup}.json"
            if key not in there:
                with open(self.path(backup), "rb") as file:
                    client.put_object(Bucket=self.bucket, Key=key, Body=file.read(), ContentType="application/json")
