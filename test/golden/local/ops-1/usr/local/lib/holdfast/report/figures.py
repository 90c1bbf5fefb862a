"""Figures and names as a person reads them, in Markdown."""

import html
import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo



@dataclass(frozen=True)
class Unit:
    name: str
    of: float
    # From so many on, the next larger one is read more easily.
    most: float


SIZES = tuple(Unit(name, 1024**power, 1000 * 1024**power) for power, name in enumerate(("B", "KiB", "MiB", "GiB", "TiB", "PiB")))
SPANS = (Unit("s", 1, 90), Unit("min", 60, 90 * 60), Unit("h", 3600, 36 * 3600), Unit("days", 86400, 0))


def unit_for(value: float, units: tuple[Unit, ...]) -> Unit:
    return next((each for each in units if value < each.most), units[-1])


def in_unit(value: float, unit: Unit) -> str:
    """Three digits at most, where there are more than three before the point all of those."""
    count = value / unit.of
    text = f"{count:,.{0 if count >= 100 else 1 if count >= 10 else 2}f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} {unit.name}"


def size(count: float) -> str:
    return in_unit(count, unit_for(count, SIZES))


def span(seconds: float) -> str:
    return in_unit(seconds, unit_for(seconds, SPANS))


def moment(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def speed(count: float, seconds: float) -> str:
    return f"{size(count / max(seconds, 0.01))}/s"


def share(part: float, whole: float) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "—"


def counted(count: int, name: str) -> str:
    return f"{count:,} {name}{'' if count == 1 else 's'}"


def plain(text: str) -> str:
    """A text of others, of which nothing is to be taken for Markdown or HTML."""
    in_one_line = html.escape(" ".join(text.split()), quote=False)
    return re.sub(r"([\\`*_\[\]|~#!])", r"\\\1", in_one_line)


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
