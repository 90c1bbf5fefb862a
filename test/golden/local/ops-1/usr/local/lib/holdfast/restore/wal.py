"""WAL files by their names: which there are, in which order they are replayed, and how far one comes with them."""

import re
from dataclasses import dataclass
from datetime import datetime

SEGMENT = re.compile(r"^[0-9A-F]{24}$")
HISTORY = re.compile(r"^[0-9A-F]{8}\.history$")


def lsn(text: str) -> int:
    high, low = text.split("/")
    return (int(high, 16) << 32) + int(low, 16)


def lsn_text(value: int) -> str:
    return f"{value >> 32:X}/{value & 0xFFFFFFFF:X}"


def number_of(name: str, size: int) -> int:
    """How many segments of this size come before the one of this name."""
    return int(name[8:16], 16) * (2**32 // size) + int(name[16:24], 16)


def name_of(timeline: int, number: int, size: int) -> str:
    high, low = divmod(number, 2**32 // size)
    return f"{timeline:08X}{high:08X}{low:08X}"


@dataclass(frozen=True)
class WalFile:
    """place: what its archive finds it by; size: as it is kept there; modified: when it came there."""

    place: str
    size: int
    modified: datetime
    # The one that is being written: it ends somewhere before its end.
    unfinished: bool = False


class Timelines:
    """The way to one timeline: pairs (timeline, LSN at which it begins), the oldest first."""

    def __init__(self, history: str, timeline: int):
        begins = 0
        self.chain: list[tuple[int, int]] = []
        for line in history.splitlines():
            fields = line.split("#")[0].split()
            if len(fields) >= 2:
                self.chain.append((int(fields[0]), begins))
                begins = lsn(fields[1])
        self.chain.append((timeline, begins))
        self.newest = timeline

    def leads_through(self, timeline: int, position: int) -> bool:
        """Whether this position of that timeline is on the way."""
        ends = [begin for _, begin in self.chain[1:]] + [None]
        return any(
            each == timeline and begin <= position and (end is None or position <= end)
            for (each, begin), end in zip(self.chain, ends, strict=True)
        )

    def names(self, number: int, size: int) -> list[str]:
        """The files that may hold a segment, in the order in which PostgreSQL asks for them."""
        return [
            name_of(timeline, number, size) for timeline, begin in reversed(self.chain) if begin // size <= number
        ]


@dataclass(frozen=True)
class Reach:
    """How far the files lead, from the first that a backup needs."""

    # None: not even the first is there.
    last: str | None
    # The first that is missing although later ones are there.
    missing: str | None
    segments: int
    size: int
    # When the last one came: what was committed later is not in it.
    until: datetime | None


def reach(files: dict[str, WalFile], timelines: Timelines, first: str, size: int) -> Reach:
    number = number_of(first, size)
    known = {timeline for timeline, _ in timelines.chain}
    end = max(
        (number_of(name, size) for name in files if SEGMENT.match(name) and int(name[:8], 16) in known),
        default=number - 1,
    )
    last, total, count, until = None, 0, 0, None
    while number <= end:
        found = next((name for name in timelines.names(number, size) if name in files), None)
        if found is None:
            return Reach(last, timelines.names(number, size)[0], count, total, until)
        last, total, count, until = found, total + files[found].size, count + 1, files[found].modified
        number += 1
    return Reach(last, None, count, total, until)
