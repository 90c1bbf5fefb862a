"""Hands WAL files to a server that recovers: fetched ahead, several at a time, and never half a file.

The server's restore_command is a few lines of shell (take-wal), which wait for a file in a folder: a process with
Python and the bucket's library for each file takes longer than to fetch and replay it.

FOLDER/want/NAME    the server asks for it; FOLDER/ready/NAME here it is, whole; FOLDER/none/NAME there is none;
FOLDER/bad/NAME     the recovery must not go on as if the WAL ended there: the file says why.
"""

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import wal
from archive import Archive
from plan import WHERE, Plan

# So many times as many as are fetched at a time wait for the server at most.
AHEAD = 3
LOOK_SECONDS = 0.005
# Before a file is read again, in seconds.
PAUSES = (1, 5, 20)


def is_of_the_network(error: Exception) -> bool:
    """What botocore and urllib3 raise for a connection. A no of the store, or another checksum than it has, is none."""
    kind = type(error)
    return isinstance(error, ConnectionError | TimeoutError) or (
        kind.__module__.split(".")[0] in ("botocore", "urllib3")
        and kind.__name__ not in ("ClientError", "FlexibleChecksumError")
    )


class Feeder:
    def __init__(self, plan: Plan, archive: Archive, folder: str, at_a_time: int):
        self.plan, self.archive, self.folder = plan, archive, folder
        self.size = plan.backup.segment_size
        self.next = wal.number_of(plan.backup.begin_wal, self.size)
        self.at_a_time = at_a_time
        self.pool = ThreadPoolExecutor(at_a_time)
        self.under_way: set[str] = set()
        self.lock = threading.Lock()
        self.ended = threading.Event()
        self.handed = 0
        for each in ("want", "ready", "none", "bad", "coming"):
            os.makedirs(os.path.join(folder, each), mode=0o700, exist_ok=True)
        self.thread = threading.Thread(target=self.work, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()
        self.pool.shutdown(wait=True, cancel_futures=True)

    def path(self, *names: str) -> str:
        return os.path.join(self.folder, *names)

    def work(self) -> None:
        while not self.ended.wait(LOOK_SECONDS):
            ready = set(os.listdir(self.path("ready")))
            for name in os.listdir(self.path("want")):
                if name in ready or name in self.under_way:
                    continue
                # It may have become ready since, and been taken: its wish goes away with it.
                if os.path.exists(self.path("ready", name)) or not os.path.exists(self.path("want", name)):
                    continue
                self.answer(name)
            self.fetch_ahead(AHEAD * self.at_a_time - len(ready) - len(self.under_way))

    def answer(self, name: str) -> None:
        if name in self.plan.files:
            self.start(name)
            return
        missing = self.plan.reach.missing
        if missing and wal.SEGMENT.match(name) and wal.number_of(name, self.size) == wal.number_of(missing, self.size):
            self.refuse(name, f"the WAL file {missing} is missing, although later ones are there")
            return
        with open(self.path("none", name), "w", encoding="utf-8"):
            pass

    def fetch_ahead(self, room: int) -> None:
        while room > 0:
            names = self.plan.timelines.names(self.next, self.size)
            found = next((name for name in names if name in self.plan.files), None)
            if found is None:
                return
            self.start(found)
            self.next += 1
            room -= 1

    def start(self, name: str) -> None:
        with self.lock:
            if name in self.under_way:
                return
            self.under_way.add(name)
        self.pool.submit(self.fetch, name)

    def fetch(self, name: str) -> None:
        try:
            coming = self.path("coming", name)
            self.read(name, coming)
            found = os.path.getsize(coming)
            if wal.SEGMENT.match(name) and found != self.size:
                raise ValueError(f"it has {found} bytes, and not {self.size}")
            os.rename(coming, self.path("ready", name))
            with self.lock:
                self.handed += 1
        except Exception as error:  # whatever a damaged file makes a library raise
            self.refuse(name, f"the WAL file {name} from {WHERE[self.plan.source]} is damaged or missing: {error}")
        finally:
            with self.lock:
                self.under_way.discard(name)

    def read(self, name: str, path: str) -> None:
        """A connection may end in the middle of a file, which its library does not begin again."""
        for pause in (*PAUSES, None):
            try:
                with open(path, "wb") as file:
                    self.archive.read_wal(self.plan.files[name], file)
                return
            except Exception as error:
                if pause is None or not is_of_the_network(error):
                    raise
                time.sleep(pause)

    def refuse(self, name: str, why: str) -> None:
        with open(self.path("coming", f"{name}.bad"), "w", encoding="utf-8") as file:
            file.write(f"{why}\n")
        os.rename(self.path("coming", f"{name}.bad"), self.path("bad", name))
