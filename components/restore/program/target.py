"""The moment to recover to: latest, a time, an LSN, a transaction or the name of a restore point."""

import re
from dataclasses import dataclass
from datetime import datetime

import wal
from settings import Refusal


@dataclass(frozen=True)
class Target:
    # latest, time, lsn, xid or name.
    kind: str
    # As PostgreSQL's parameter takes it; empty for the latest.
    value: str
    time: datetime | None = None
    lsn: int | None = None


def parse(text: str) -> Target:
    if text == "latest":
        return Target("latest", "")
    if re.fullmatch(r"[0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8}", text):
        position = wal.lsn(text)
        return Target("lsn", wal.lsn_text(position), lsn=position)
    if re.fullmatch(r"[0-9]{1,10}", text):
        return Target("xid", text)
    if re.match(r"[0-9]{4}-", text):
        return at(text)
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.:-]{0,62}", text):
        return Target("name", text)
    raise unknown(text)


def at(text: str) -> Target:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise unknown(text) from None
    # Without a zone it is this host's own, which is the cluster's.
    moment = moment.astimezone()
    return Target("time", moment.isoformat(sep=" "), time=moment)


def unknown(text: str) -> Refusal:
    return Refusal(
        f'"{text}" is no moment to recover to',
        "give latest, a time like 2026-11-27 14:05:00+01:00, an LSN like 0/5000308, the number of a transaction, or the name of a restore point",
    )
