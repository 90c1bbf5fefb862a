"""The report of this cluster's backups, on its operations host.

  note                  writes down what the next reports need, and the recovery window as metrics: every hour
  write                 the report of the month that has ended, into the folder of reports
  show [--month MONTH]  that of a month, or of this one so far, as JSON: { markdown, html }

Exit code 3: refused, or failed; the last line of standard error says why and what to do, as JSON.
"""

import argparse
import json
import os
import re
import sys
from datetime import UTC, datetime

import facts
import files
import history
import metrics
import month
import place
import report
import settings as restores
import told as reports
from archive import SOURCES, open_archive

REFUSED = 3


def note(settings: restores.Settings, told: reports.Told, now: datetime) -> None:
    noted, problems = history.load(told), []
    for source in SOURCES:
        archive = open_archive(source, settings)
        found = place.look(archive)
        if found.problem is not None:
            problems.append(f"{source} cannot be read: {found.problem}")
            continue
        metrics.publish(told, found)
        noted = history.with_now(noted, settings, told, archive, found, now)
    history.save(told, noted, now)
    if problems:
        raise restores.Refusal(
            "; ".join(problems), "see whether this host reaches it, and its log: journalctl -u recovery-window"
        )


def write(settings: restores.Settings, told: reports.Told, now: datetime) -> None:
    wanted = month.of(now, told.zone).previous
    made = report.of(facts.gather(settings, told, wanted, now))
    path = os.path.join(told.folder, wanted.name)
    for part in made.parts:
        for each in part.charts:
            files.write(f"{path}-{each.name}.svg", each.svg)
    files.write(f"{path}.md", report.as_markdown(made, f"{wanted.name}-"))
    files.write(f"{path}.html", report.as_html(made))
    print(f"{path}.html", flush=True)
    oldest = wanted.earlier(history.MONTHS - 2).name
    for name in os.listdir(told.folder):
        if re.match(r"\d{4}-\d{2}[-.]", name) and name < oldest:
            os.unlink(os.path.join(told.folder, name))


def show(settings: restores.Settings, told: reports.Told, wanted: str | None, now: datetime) -> None:
    chosen = month.parse(wanted, now, told.zone) if wanted else month.of(now, told.zone)
    made = report.of(facts.gather(settings, told, chosen, now))
    print(json.dumps({"markdown": report.as_markdown(made), "html": report.as_html(made)}))


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="report")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("note")
    verbs.add_parser("write")
    verbs.add_parser("show").add_argument("--month")
    return parser.parse_args()


def main() -> None:
    given, now = arguments(), datetime.now(UTC)
    try:
        settings, told = restores.load(), reports.load()
        if given.verb == "note":
            note(settings, told, now)
        elif given.verb == "write":
            write(settings, told, now)
        else:
            show(settings, told, given.month, now)
    except restores.Refusal as refusal:
        print(json.dumps({"cause": refusal.cause, "advice": refusal.advice}), file=sys.stderr)
        sys.exit(REFUSED)


main()
