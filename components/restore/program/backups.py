"""Base backups, by the file that Barman writes about each: backup.info, the same on its host and in the bucket."""

import ast
from dataclasses import dataclass
from datetime import datetime

import wal


@dataclass(frozen=True)
class Backup:
    id: str
    began: datetime
    ended: datetime
    # The first WAL file that it needs, and the last.
    begin_wal: str
    end_wal: str
    # Where it is consistent.
    end_lsn: int
    timeline: int
    segment_size: int
    # Of the data that it restores, in bytes.
    size: int
    # (name, OID) of each tablespace beside the two that every cluster has.
    tablespaces: tuple[tuple[str, int], ...]


def parse(backup_id: str, text: str) -> Backup | None:
    """None for one that is not whole."""
    fields = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    if fields.get("status") != "DONE":
        return None
    spaces = ast.literal_eval(fields.get("tablespaces", "None")) or []
    return Backup(
        id=backup_id,
        began=datetime.fromisoformat(fields["begin_time"]),
        ended=datetime.fromisoformat(fields["end_time"]),
        begin_wal=fields["begin_wal"],
        end_wal=fields["end_wal"],
        end_lsn=wal.lsn(fields["end_xlog"]),
        timeline=int(fields["timeline"]),
        segment_size=int(fields["xlog_segment_size"]),
        size=next(int(fields[key]) for key in ("size", "cluster_size") if fields.get(key, "None") != "None"),
        tablespaces=tuple((name, int(oid)) for name, oid, _ in spaces),
    )
