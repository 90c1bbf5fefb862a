"""What the update tells this program, beside what it tells the program of restores: one JSON file."""

import json
import os
from dataclasses import dataclass
from zoneinfo import ZoneInfo

PATH = os.environ.get("HOLDFAST_REPORT_SETTINGS", "/etc/holdfast/report.json")


@dataclass(frozen=True)
class Told:
    # Of the hosts.
    zone: ZoneInfo
    # For so many back every moment is to be recovered.
    days: int
    # Where reports are written, and what is noted between them.
    folder: str
    # What the runner of jobs remembers of each: NAME.json.
    jobs: str
    # Where metrics are written.
    metrics: str

    @property
    def history(self) -> str:
        return os.path.join(self.folder, "history.json")


def load(path: str = PATH) -> Told:
    with open(path, encoding="utf-8") as file:
        found = json.load(file)
    found["zone"] = ZoneInfo(found["zone"])
    return Told(**found)
