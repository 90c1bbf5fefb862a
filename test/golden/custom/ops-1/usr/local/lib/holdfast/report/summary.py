"""What is to be known before all else: which moments can be recovered now, and what is not as it should be."""

from datetime import timedelta

from facts import Facts
from figures import counted, moment, plain, size, span, table
from place import Place
from sections import PLACES, Section

# A backup a day, and the time that one may take.
OVERDUE_HOURS = 26
# On the first Sunday of a month, and a few days more.
TEST_OVERDUE_DAYS = 40


def summary(facts: Facts) -> Section:
    text = table(["As of now", *(PLACES[each.source] for each in facts.places)], rows(facts))
    free = f"{size(facts.volume_free)} of {size(facts.volume_bytes)} are free on the volume of Barman's catalogue.\n"
    problems = [problem for each in facts.places for problem in of_place(each, facts)] + of_cluster(facts)
    return Section(
        "Summary",
        f"{text}\n{free}\n" + ("Nothing needs attention.\n" if not problems else "Needs attention:\n\n" + "".join(f"- {each}\n" for each in problems)),
    )


def rows(facts: Facts) -> list[list[str]]:
    def row(name: str, value) -> list[str]:
        return [name, *("unknown" if each.problem else value(each) for each in facts.places)]

    def window(value):
        return lambda each: value(each.window) if each.window else "**none**"

    return [
        row("every moment from", window(lambda each: f"**{moment(each.start, facts.zone)}**")),
        row("to", window(lambda each: f"**{moment(each.end, facts.zone)}**")),
        row(f"which is, of {counted(facts.window_days, 'day')}", window(lambda each: span(each.seconds))),
        row("base backups", lambda each: f"{len(each.backups)}, {size(base_bytes(each, facts))}"),
        row("WAL files", lambda each: f"{len(each.wal):,}, {size(each.wal_bytes)}"),
        row("last base backup", lambda each: moment(each.backups[-1].ended, facts.zone) if each.backups else "none"),
        row("last proven by a restore", lambda each: proven(each, facts)),
    ]


def base_bytes(place: Place, facts: Facts) -> int:
    packed = {each.id: each.bucket_bytes or 0 for each in facts.bases}
    return sum(packed.get(each.id, 0) if place.source == "bucket" else each.size for each in place.backups)


def proven(place: Place, facts: Facts) -> str:
    good = [each for each in facts.restores if each.test and each.source == place.source and not each.problems]
    return moment(good[-1].at, facts.zone) if good else "never"


def of_place(place: Place, facts: Facts) -> list[str]:
    where = PLACES[place.source]
    if place.problem:
        return [f"{where} cannot be read: {plain(place.problem)}"]
    found = [
        f"from the backup `{each.backup}` in {where} one comes only as far as the WAL file `{each.missing}`, which is missing there"
        for each in place.holes
    ]
    if place.window is None:
        return [*found, f"**no moment can be recovered from {where}**"]
    wanted = facts.now - timedelta(days=facts.window_days)
    older = [each for each in facts.bases if each.id < place.window.backup]
    if place.window.start > wanted and older:
        found.append(
            f"the recovery window of {where} begins {span((place.window.start - wanted).total_seconds())} too late: "
            f"there were older backups, the last of them `{older[-1].id}`"
        )
    age = facts.now - place.backups[-1].ended
    if age > timedelta(hours=OVERDUE_HOURS):
        found.append(f"the last base backup in {where} is {span(age.total_seconds())} old")
    return found


def of_cluster(facts: Facts) -> list[str]:
    tests = [each for each in facts.restores if each.test]
    found = []
    if not any(facts.now - each.at < timedelta(days=TEST_OVERDUE_DAYS) for each in tests):
        found.append(f"no restore test has run in {TEST_OVERDUE_DAYS} days: ./holdfast restore test")
    bad = [each for each in tests if each.problems and facts.in_month(each.at)]
    if bad:
        found.append(f"{counted(len(bad), 'restore test')} failed in {facts.month.title}")
    failed = [each for each in facts.failures if facts.in_month(each.at)]
    if failed:
        names = sorted({each.job for each in failed})
        found.append(f"{counted(len(failed), 'run')} of scheduled jobs failed in {facts.month.title}: {', '.join(names)}")
    return found
