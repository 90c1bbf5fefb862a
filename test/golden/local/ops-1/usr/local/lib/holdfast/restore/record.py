"""What restores have shown, a line of JSON each: how fast they were, and which backup was proven when."""

import json
import os
from datetime import UTC, datetime

from plan import Plan
from scratch import Reached
from settings import Settings

# So many lines are kept: some years of tests, with the restores between them.
KEPT = 500


def read(settings: Settings) -> list[dict]:
    try:
        with open(settings.results, encoding="utf-8") as file:
            return [json.loads(line) for line in file if line.strip()]
    except FileNotFoundError:
        return []


def append(settings: Settings, line: dict) -> None:
    lines = [*read(settings), line][-KEPT:]
    with open(f"{settings.results}.new", "w", encoding="utf-8") as file:
        file.writelines(json.dumps(each) + "\n" for each in lines)
    os.replace(f"{settings.results}.new", settings.results)


def of(plan: Plan, reached: Reached | None, test: bool, problems: list[str], **more) -> dict:
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "test": test,
        "backup": plan.backup.id,
        "source": plan.source,
        "bytes": plan.backup.size,
        "problems": problems,
        **(
            {
                "lsn": reached.lsn,
                "time": reached.time,
                "baseSeconds": round(reached.base_seconds, 2),
                "checkSeconds": round(reached.check_seconds, 2),
                "walSeconds": round(reached.wal_seconds, 2),
                "walFiles": reached.wal_files,
            }
            if reached
            else {}
        ),
        **more,
    }


def speeds(settings: Settings, source: str) -> tuple[float, float] | None:
    """Bytes of data and WAL files a second, as the last restore from there was; None where there was none."""
    for line in reversed(read(settings)):
        if line["source"] == source and line.get("baseSeconds") and line.get("walSeconds"):
            seconds = line["baseSeconds"] + line["checkSeconds"]
            return line["bytes"] / max(seconds, 0.01), max(line["walFiles"], 1) / line["walSeconds"]
    return None


def proven(settings: Settings) -> dict[tuple[str, str], dict]:
    """The last test of each (source, backup)."""
    return {(line["source"], line["backup"]): line for line in read(settings) if line["test"]}
