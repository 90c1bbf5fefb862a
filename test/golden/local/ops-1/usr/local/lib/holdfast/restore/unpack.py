"""From what is kept to what PostgreSQL reads: WAL files by the mark of their compression, base backups by tar."""

import os
import re
import subprocess
import threading
import zlib
from concurrent.futures import ThreadPoolExecutor

from settings import Refusal

try:
    # As zlib, in half its time, which is most of a restore's. Without it a restore is slower, and no less of one.
    from isal import isal_zlib as gzip_format
except ImportError:
    gzip_format = zlib

# Several objects are fetched at a time (settings), and several ranges of each.
RANGES_AT_A_TIME = 4
RANGE_BYTES = 8 * 1024 * 1024
PIECE_BYTES = 256 * 1024
# Of what is unpacked, on its way to tar: as much as a pipe holds.
PIPE_BYTES = 1024 * 1024
# tar reads records of so many times 512 bytes.
TAR_RECORD = str(PIPE_BYTES // 512)

ARCHIVE = re.compile(r"^(data|\d+)(?:_\d+)?\.tar(\.gz|\.bz2|\.snappy|\.lz4|\.zst)?$")


def decoder(head: bytes):
    """What makes of a file's pieces its content, by the mark that it begins with; None where it is not compressed."""
    if head.startswith(b"\x28\xb5\x2f\xfd"):
        import zstandard

        return zstandard.ZstdDecompressor().decompressobj()
    if head.startswith(b"\x04\x22\x4d\x18"):
        import lz4.frame

        return lz4.frame.LZ4FrameDecompressor()
    if head.startswith(b"\x1f\x8b"):
        return zlib.decompressobj(wbits=31)
    return None


def wal_file(packed, into) -> None:
    """A WAL file, which may be compressed in any way that Barman knows here, piece by piece."""
    piece = packed.read(PIECE_BYTES)
    unpacker = decoder(piece)
    while piece:
        into.write(unpacker.decompress(piece) if unpacker else piece)
        piece = packed.read(PIECE_BYTES)


class Inflater:
    """Takes a gzip file piece by piece, and passes on what is in it: in a fraction of the time of gzip's own program.

    Never much at a time, however well it was packed: a thousand times as many bytes may come out as go in.
    """

    def __init__(self, into):
        self.into = into
        self.unpacker = gzip_format.decompressobj(wbits=31)

    def write(self, packed: bytes) -> None:
        while packed:
            if self.unpacker.eof:
                # One gzip file may follow another: they are read as one.
                self.unpacker = gzip_format.decompressobj(wbits=31)
            self.into.write(self.unpacker.decompress(packed, PIPE_BYTES))
            packed = self.unpacker.unconsumed_tail or self.unpacker.unused_data

    def finish(self) -> None:
        if not self.unpacker.eof:
            raise EOFError("it ends in the middle")


def tablespace(folder: str, oid: int) -> str:
    return os.path.join(os.path.dirname(folder), "tablespaces", str(oid))


def copy(source: str, folder: str) -> None:
    os.makedirs(folder, mode=0o700, exist_ok=True)
    done = subprocess.run(
        ["cp", "--archive", "--reflink=auto", f"{source}/.", folder], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise Refusal(
            f"the base backup in {source} cannot be copied: {done.stderr.strip().splitlines()[-1:]}",
            "restore from another backup, or from the bucket: --backup ID, --from bucket",
        )


def from_bucket(bucket, backup, folder: str, progress) -> None:
    """Each object goes through a tar of its own: what they hold does not overlap."""
    below = f"base/{backup.id}/"
    parts = []
    for each in bucket.objects(below):
        found = ARCHIVE.match(each["Key"].split("/")[-1])
        if found:
            space, packing = found[1], found[2] or ""
            target = folder if space == "data" else tablespace(folder, int(space))
            parts.append((each["Key"], each["Size"], packing, target))
    if not any(target == folder for _, _, _, target in parts):
        raise damaged(backup, f"{bucket.place}/{below}data.tar.gz", "it is not in the bucket")
    total, done, lock = sum(size for _, size, _, _ in parts), 0, threading.Lock()

    def came(count: int) -> None:
        nonlocal done
        with lock:
            done += count
            progress(done, total)

    for target in {target for _, _, _, target in parts}:
        os.makedirs(target, mode=0o700, exist_ok=True)
    with ThreadPoolExecutor(bucket.objects_at_a_time) as pool:
        # The largest first, so that none is left alone at the end.
        waiting = [pool.submit(extract, bucket, backup, part, came) for part in sorted(parts, key=lambda each: -each[1])]
        try:
            for each in waiting:
                each.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def extract(bucket, backup, part, came) -> None:
    from boto3.s3.transfer import TransferConfig
    from botocore.exceptions import BotoCoreError, ClientError

    key, _, packing, target = part
    if packing not in ("", ".gz"):
        raise damaged(backup, key, f"nothing here unpacks {packing}")
    with subprocess.Popen(
        ["tar", "--extract", "--blocking-factor", TAR_RECORD, "--directory", target],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pipesize=PIPE_BYTES,
    ) as tar:
        into = Inflater(tar.stdin) if packing else tar.stdin
        problem = None
        try:
            # A pipe cannot be written to at will: the ranges come side by side and go in by their order.
            bucket.client.download_fileobj(
                bucket.name,
                key,
                into,
                Callback=came,
                Config=TransferConfig(
                    multipart_threshold=RANGE_BYTES,
                    multipart_chunksize=RANGE_BYTES,
                    max_concurrency=RANGES_AT_A_TIME,
                    max_io_queue=RANGES_AT_A_TIME,
                ),
            )
            if packing:
                into.finish()
        except (BotoCoreError, ClientError, gzip_format.error, EOFError) as error:
            problem = str(error)
        except OSError:
            # What is at the pipe's other end says why.
            pass
        try:
            tar.stdin.close()
        except OSError:
            pass
        said = tar.stderr.read().decode().strip().splitlines()
        if tar.wait() != 0 or problem:
            raise damaged(backup, key, problem or "; ".join(said[:2]))


def damaged(backup, key: str, why: str) -> Refusal:
    return Refusal(
        f"the backup {backup.id} cannot be restored, for {key} is damaged or missing: {why}",
        "restore from the one before it: --backup previous; or from Barman's catalogue: --from barman",
    )
