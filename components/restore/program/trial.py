"""The restore test: the newest backup, restored to the end of the WAL and looked at as nobody does with a backup."""

import json
import os
import time
from datetime import UTC, datetime

import compare
import record
import scratch
import target
import verify
from archive import SOURCES, Archive, open_archive
from compare import Compared
from instance import Instance
from plan import Plan, make
from scratch import Passed, Reached, Report
from settings import Settings

NAME = "test"


def next_source(settings: Settings) -> str:
    """In turns, so that both are proven."""
    tests = [line["source"] for line in record.read(settings) if line["test"]]
    return SOURCES[(SOURCES.index(tests[-1]) + 1) % len(SOURCES)] if tests else SOURCES[0]


def ordered(settings: Settings) -> dict:
    """What somebody wants of the next test alone, in NAME.order; nothing for one of the schedule."""
    try:
        with open(os.path.join(settings.scratch, f"{NAME}.order"), encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return {}


def run(settings: Settings, report: Report) -> dict:
    order = ordered(settings)
    source = order.get("source") or next_source(settings)
    started = time.monotonic()
    folder = os.path.join(settings.scratch, NAME)
    # What a test left that was killed.
    scratch.remove(folder)
    os.makedirs(folder, mode=0o700)
    instance = Instance(settings, folder)
    line: dict = {"at": now(), "test": True, "backup": "", "source": source, "bytes": 0, "problems": []}
    try:
        archive = open_archive(source, settings)
        plan = make(archive, target.parse("latest"), order.get("backup"), None, datetime.now(UTC))
        line = trial(settings, plan, archive, instance, report)
    except Exception as error:  # whatever it is, the backup is not proven
        line["problems"] = [str(error)]
    finally:
        instance.stop()
        scratch.remove(folder)
    line["seconds"] = round(time.monotonic() - started, 2)
    record.append(settings, line)
    write_metrics(settings, line)
    return line


def trial(settings: Settings, plan: Plan, archive: Archive, instance: Instance, report: Report) -> dict:
    compared = Compared()
    try:
        reached = restored(settings, plan, archive.manifest(plan.backup), instance, compared, report)
        report("structure of tables and indexes", None)
        problems = compared.problems + verify.structure(instance)
        report("answers", None)
        problems += verify.answers(instance, settings)
    except Exception as error:  # see above
        return record.of(plan, None, True, [*compared.problems, str(error)], rows=compared.as_record())
    return record.of(plan, reached, True, problems, rows=compared.as_record())


def restored(
    settings: Settings, plan: Plan, manifest: dict | None, instance: Instance, compared: Compared, report: Report
) -> Reached:
    """To the end of the WAL, and on its way compared with what was counted when the backup was taken."""
    lsn, compared.note = compare.moment(manifest, plan)
    if lsn is not None:
        try:
            return scratch.restore(settings, plan, instance, report, compare.stop(manifest, lsn, compared, report))
        except Passed as passed:
            compared.note = str(passed)
            instance.stop()
            scratch.remove(instance.folder)
            os.makedirs(instance.folder, mode=0o700)
    return scratch.restore(settings, plan, instance, report)


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def write_metrics(settings: Settings, line: dict) -> None:
    """Beside the last test the last one that succeeded: an alert asks for its age."""
    good = [each for each in record.read(settings) if each["test"] and not each["problems"]]
    values = {
        "holdfast_restore_test_last_run_timestamp_seconds": epoch(line["at"]),
        "holdfast_restore_test_last_success_timestamp_seconds": epoch(good[-1]["at"]) if good else 0,
        "holdfast_restore_test_success": 0 if line["problems"] else 1,
        "holdfast_restore_test_duration_seconds": line["seconds"],
        "holdfast_restore_test_base_seconds": line.get("baseSeconds", 0),
        "holdfast_restore_test_wal_seconds": line.get("walSeconds", 0),
        "holdfast_restore_test_wal_files": line.get("walFiles", 0),
        "holdfast_restore_test_bytes": line["bytes"],
        "holdfast_restore_test_tables_compared": line.get("rows", {}).get("compared", 0),
        "holdfast_restore_test_tables_left_out": line.get("rows", {}).get("leftOut", 0),
    }
    with open(f"{settings.metrics}.new", "w", encoding="utf-8") as file:
        file.writelines(f"{name} {value}\n" for name, value in values.items())
    os.replace(f"{settings.metrics}.new", settings.metrics)


def epoch(at: str) -> int:
    return int(datetime.fromisoformat(at).timestamp())
