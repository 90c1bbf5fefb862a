"""Writes down what the rows of the tables are, close to the end of a base backup: its manifest, for the restore test.

manifest SETTINGS BACKUP. The first line on standard output comes as soon as the moment is held: what happens in the
cluster afterwards has no part in it. It always succeeds, and says what is missing: a backup is good without one.

SETTINGS, a JSON file: seconds, members [{name, conninfo}], and store {...}, see there.
"""

import json
import sys
import time
from datetime import UTC, datetime

import psycopg2
from counting import Counted, count
from standby import Member, Moment, NoStandby, hold, standby_at, take
from store import Store

# The journal has all reasons' kinds, and of each kind a few tables.
NAMED = 3


def say(text: str) -> None:
    print(text, flush=True)


def manifest_of(backup: str, moment: Moment, counted: Counted, seconds: float) -> dict:
    return {
        "backup": backup,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "member": moment.member.name,
        "timeline": moment.timeline,
        "lsn": moment.lsn,
        "settings": moment.settings,
        "seconds": round(seconds, 2),
        "tables": counted.tables,
        "leftOut": counted.left_out,
    }


def left_out(counted: Counted) -> list[str]:
    reasons: dict[str, list[str]] = {}
    for each in counted.left_out:
        table = f"{each['schema']}.{each['table']} of " if "table" in each else ""
        reasons.setdefault(each["reason"], []).append(f"{table}{each['database']}")
    return [
        f"not counted, because {reason}: {', '.join(names[:NAMED])}{f' and {len(names) - NAMED} more' if len(names) > NAMED else ''}"
        for reason, names in reasons.items()
    ]


def record(store: Store, backup: str, members: list[Member], seconds: float) -> None:
    held, since = hold(members)
    # Whatever ends this program ends its sessions.
    member, control = standby_at(members, since or store.end_of(backup))
    moment = take(member, control)
    say(f"the rows of the backup {backup} are those of {member.name} at {moment.lsn}")
    started = time.monotonic()
    counted = count(moment, control, seconds)
    taken = time.monotonic() - started
    for session in (*moment.sessions.values(), control, *held):
        session.close()
    store.keep(backup, manifest_of(backup, moment, counted, taken))
    say(f"{len(counted.tables)} tables counted in {taken:.1f} s")
    for line in left_out(counted):
        say(line)


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        settings = json.load(file)
    backup = sys.argv[2]
    store = Store(**settings["store"])
    if settings["seconds"] > 0:
        try:
            record(store, backup, [Member(**each) for each in settings["members"]], settings["seconds"])
        except (NoStandby, psycopg2.Error, OSError) as error:
            say(f"the rows of the backup {backup} are not counted: {error}")
    store.forget()
    try:
        store.send()
    except Exception as error:  # whatever the bucket's library raises; the next backup sends it
        say(f"the manifest is not in the bucket yet: {error}")


main()
