"""Brings WAL files into the bucket, and lets Barman take into its catalogue what has arrived: one process, for to start
one for each file takes longer than to send it. It never ends by itself: what does not work is said, and tried again.

ship.py SETTINGS, a JSON file: cluster, home, queue, metrics and identifier (files), bucket {url, endpoint, region, compression}.
"""

import json
import logging
import os
import re
import struct
import subprocess
import sys
import threading
import time
from contextlib import closing
from io import BytesIO

from barman.clients.cloud_walarchive import CloudWalUploader, parse_arguments
from barman.cloud_providers import get_cloud_interface

COMPLETE = re.compile(r"^([0-9A-F]{24}(\.[0-9A-F]{8}\.backup)?|[0-9A-F]{8}\.history)$")
# Barman takes in the unfinished file of a timeline that has ended; while it is written it is not in the queue.
QUEUED = re.compile(r"^([0-9A-F]{24}(\.partial|\.[0-9A-F]{8}\.backup)?|[0-9A-F]{8}\.history)$")
LOOK_SECONDS = 1
RETRY_SECONDS = 10
# A bucket that takes requests and answers none is one that cannot be reached; one behind a slow line is not.
SLOW_SECONDS = 20
SLOW_BYTES_A_SECOND = 256 * 1024
LAST_UPLOAD = "holdfast_bucket_last_upload_timestamp_seconds"
log = logging.getLogger("ship")


def files_in(folder, form):
    try:
        return sorted(name for name in os.listdir(folder) if form.match(name))
    except FileNotFoundError:
        return []


def stat_of(path):
    """None for a file that has been sent meanwhile."""
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None


# XLogLongPageHeaderData (access/xlog_internal.h): the identifier of the cluster follows the header of 24 bytes.
IDENTIFIER_AT = 24


def identifier_in(path):
    """Of which cluster a WAL file is, as it says itself; None for histories and labels of backups."""
    if not re.fullmatch(r"[0-9A-F]{24}", os.path.basename(path)):
        return None
    with open(path, "rb") as file:
        file.seek(IDENTIFIER_AT)
        return str(struct.unpack("=Q", file.read(8))[0])


def told(metrics, name):
    try:
        with open(metrics, encoding="utf-8") as file:
            return next((float(line.split()[1]) for line in file if line.startswith(f"{name} ")), 0.0)
    except FileNotFoundError:
        return 0.0


class Bucket:
    """The place of one cluster in the bucket: below its name and its system identifier, which no other cluster has."""

    def __init__(self, settings, identifier):
        bucket = settings["bucket"]
        arguments = ["--cloud-provider", "aws-s3", f"--{bucket['compression']}"]
        if bucket.get("endpoint"):
            arguments += ["--endpoint-url", bucket["endpoint"]]
        if bucket.get("region"):
            os.environ["AWS_DEFAULT_REGION"] = bucket["region"]
        url = f"{bucket['url']}/{settings['cluster']}/{identifier}"
        config = parse_arguments([*arguments, url, settings["cluster"], "any"])
        self.identifier = identifier
        self.cloud = get_cloud_interface(config)
        self.marker = os.path.join(self.cloud.path, "cluster.json")
        self.uploader = CloudWalUploader(self.cloud, settings["cluster"], config.compression)
        self.claim(settings["cluster"], identifier)

    def claim(self, cluster, identifier):
        wanted = {"cluster": cluster, "systemIdentifier": identifier}
        found = self.cloud.remote_open(self.marker)
        if found is None:
            self.cloud.upload_fileobj(BytesIO(json.dumps(wanted).encode()), self.marker)
            return
        with closing(found):
            there = json.load(found)
        if {key: there.get(key) for key in wanted} != wanted:
            raise RuntimeError(f"{self.marker} in the bucket says that this place is {there}, and this is {wanted}")

    def upload(self, path):
        self.uploader.upload_wal(path)


class Shipper:
    def __init__(self, settings):
        self.settings = settings
        self.server = os.path.join(settings["home"], settings["cluster"])
        self.bucket = None
        self.failures = 0
        self.reachable = 0
        # Until when the upload that is under way may take, by time.monotonic().
        self.patience_ends = None
        # What was told before this process: a bucket that is down meanwhile is not one that never had anything.
        self.last_upload = told(settings["metrics"], LAST_UPLOAD)
        self.quiet_until = 0.0

    def identifier(self):
        with open(self.settings["identifier"], encoding="utf-8") as file:
            return file.read().strip()

    def arrived(self):
        """The newest file of the stream is still being written, and has another name until it is complete."""
        return any(files_in(os.path.join(self.server, folder), COMPLETE) for folder in ("incoming", "streaming"))

    def take_in(self):
        done = subprocess.run(
            ["barman", "--quiet", "archive-wal", self.settings["cluster"]],
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )
        if done.returncode != 0:
            log.error("barman archive-wal: %s", (done.stderr or done.stdout).strip().splitlines()[-1:])

    def send(self, name):
        if self.bucket is None:
            self.bucket = Bucket(self.settings, self.identifier())
        path = os.path.join(self.settings["queue"], name)
        found = identifier_in(path)
        if found not in (None, self.bucket.identifier):
            raise RuntimeError(f"it is of the cluster {found}, and this place is for {self.bucket.identifier}")
        self.bucket.upload(path)
        os.unlink(path)
        self.reachable, self.last_upload = 1, time.time()

    def take_in_what_arrives(self):
        while True:
            try:
                if self.arrived():
                    self.take_in()
            except (OSError, subprocess.SubprocessError) as error:
                log.error("%s", error)
                time.sleep(RETRY_SECONDS)
            time.sleep(LOOK_SECONDS)

    def send_what_waits(self):
        while True:
            try:
                self.empty_queue()
            except OSError as error:
                log.error("%s", error)
                time.sleep(RETRY_SECONDS)
            time.sleep(LOOK_SECONDS)

    def tell(self):
        while True:
            try:
                self.write_metrics()
            except OSError as error:
                log.error("%s", error)
            except Exception:
                # Figures that stand still while all else goes on would be believed; systemd starts the whole again.
                log.exception("what waits for the bucket cannot be told")
                os._exit(1)
            time.sleep(LOOK_SECONDS)

    def hangs(self):
        ends = self.patience_ends
        return ends is not None and time.monotonic() > ends

    def empty_queue(self):
        waiting = files_in(self.settings["queue"], QUEUED)
        if not waiting or time.monotonic() < self.quiet_until:
            return
        try:
            for name in waiting:
                size = os.stat(os.path.join(self.settings["queue"], name)).st_size
                self.patience_ends = time.monotonic() + SLOW_SECONDS + size / SLOW_BYTES_A_SECOND
                self.send(name)
        except (Exception, SystemExit) as error:  # Barman's own way to end is meant for a process of one file
            self.bucket, self.reachable = None, 0
            self.failures += 1
            self.quiet_until = time.monotonic() + RETRY_SECONDS
            log.error("%s is not in the bucket yet: %s: %s", name, type(error).__name__, error)
        finally:
            self.patience_ends = None

    def write_metrics(self):
        queue = self.settings["queue"]
        waiting = [each for each in (stat_of(os.path.join(queue, name)) for name in files_in(queue, QUEUED)) if each]
        values = {
            "holdfast_bucket_queue_files": len(waiting),
            "holdfast_bucket_queue_bytes": sum(each.st_size for each in waiting),
            "holdfast_bucket_oldest_waiting_timestamp_seconds": min((each.st_mtime for each in waiting), default=0),
            LAST_UPLOAD: self.last_upload,
            "holdfast_bucket_upload_failures_total": self.failures,
            "holdfast_bucket_reachable": 0 if self.hangs() else self.reachable,
        }
        path = self.settings["metrics"]
        with open(f"{path}.new", "w", encoding="utf-8") as file:
            file.writelines(f"{name} {value}\n" for name, value in values.items())
        os.replace(f"{path}.new", path)


def main():
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    logging.getLogger("botocore").setLevel(logging.WARNING)
    with open(sys.argv[1], encoding="utf-8") as file:
        shipper = Shipper(json.load(file))
    # Apart from each other: a bucket that answers nobody must keep neither files from the catalogue nor from being told of.
    for each in (shipper.take_in_what_arrives, shipper.tell):
        threading.Thread(target=each, daemon=True).start()
    shipper.send_what_waits()


main()
