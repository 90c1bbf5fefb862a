"""The parts of a report: what each says in Markdown, and its plots."""

from dataclasses import dataclass, field
from statistics import median

import charts
from charts import Chart
from facts import Base, Facts, Restored
from figures import SIZES, SPANS, counted, moment, plain, share, size, span, speed, table

# Of a plot of single restores.
RESTORES = 30
PLACES = {"bucket": "the bucket", "barman": "Barman's catalogue"}


@dataclass(frozen=True)
class Section:
    title: str
    text: str
    charts: list[Chart] = field(default_factory=list)


def no(what: str, facts: Facts) -> str:
    return f"No {what} in {facts.month.title}{' so far' if facts.running else ''}.\n"


def base_backups(facts: Facts) -> Section:
    title = "Base backups"
    found = [each for each in facts.bases if facts.in_month(each.ended)]
    if not found:
        return Section(title, no("base backup was taken", facts))
    first, last = found[0], found[-1]
    text = (
        f"{counted(len(found), 'base backup')}. They took {span(median(each.seconds for each in found))} (median), "
        f"{span(max(each.seconds for each in found))} at most. The data went from {size(first.bytes)} to {size(last.bytes)}.\n\n"
    )
    year = [each for each in facts.bases if facts.before_month(each.ended)][-365:]
    if year:
        text += f"The {counted(len(year), 'backup')} of up to a year before took {span(median(each.seconds for each in year))} (median).\n\n"
    rows = [
        [
            moment(each.ended, facts.zone),
            f"`{each.id}`",
            size(each.bytes),
            span(each.seconds),
            *in_bucket(each),
        ]
        for each in found
    ]
    text += table(["Ended", "Backup", "Data", "Took", "In the bucket", "of the data", "complete there after"], rows)
    labels = [f"{each.ended.astimezone(facts.zone):%d. %H:%M}" for each in found]
    return Section(
        title,
        text,
        [
            charts.bars(
                "sizes",
                "Size of each base backup",
                labels,
                {"the data": [each.bytes for each in found], "in the bucket": [each.bucket_bytes for each in found]},
                SIZES,
            ),
            charts.stacks(
                "durations",
                "How long each base backup took",
                labels,
                {
                    "from the cluster": [each.seconds for each in found],
                    "until it was in the bucket": [each.bucket_seconds for each in found],
                },
                SPANS,
            ),
        ],
    )


def in_bucket(base: Base) -> list[str]:
    if base.bucket_bytes is None or base.bucket_seconds is None:
        return ["**not there**", "—", "—"]
    return [size(base.bucket_bytes), share(base.bucket_bytes, base.bytes), span(base.bucket_seconds)]


def wal(facts: Facts) -> Section:
    title = "WAL"
    found = [each for each in facts.wal_days if facts.month.has(each.day)]
    if not found:
        return Section(title, no("WAL file came", facts))
    raw, kept = sum(each.raw for each in found), sum(each.bytes for each in found)
    text = (
        f"{counted(sum(each.files for each in found), 'WAL file')}, {size(raw)} as written, {size(kept)} as kept: {share(kept, raw)}. "
        "A file that was ended before it was full counts with its whole length as written.\n\n"
    )
    first = facts.wal_days[0].day
    if first >= facts.month.first:
        text += f"It is counted since {first}.\n\n"
    empty = [day for day in facts.days if day > first and day not in {each.day for each in found}]
    if empty:
        text += f"No WAL came on {counted(len(empty), 'day')}: {', '.join(str(day) for day in empty)}.\n\n"
    text += table(
        ["Day", "Files", "As written", "As kept", "of that"],
        [[str(each.day), f"{each.files:,}", size(each.raw), size(each.bytes), share(each.bytes, each.raw)] for each in found],
    )
    by_day = {each.day: each for each in found}
    labels = [f"{day:%d}." for day in facts.days]
    days = [by_day.get(day) for day in facts.days]
    return Section(
        title,
        text,
        [
            charts.bars("wal-written", "WAL written each day", labels, {"as written": [each and each.raw for each in days]}, SIZES),
            charts.bars("wal-kept", "WAL kept of each day", labels, {"as kept": [each and each.bytes for each in days]}, SIZES),
        ],
    )


def windows(facts: Facts) -> Section:
    title = "Recovery window of each day"
    found = [facts.windows.get(day, {}) for day in facts.days]
    if not any(found):
        return Section(title, no("recovery window was noted", facts))
    lengths = {source: [each[source] for each in found if source in each] for source in PLACES}
    text = "".join(
        f"- From {PLACES[source]}: {span(min(each))} at least, {span(max(each))} at most; {counted(facts.window_days, 'day')} are configured.\n"
        for source, each in lengths.items()
        if each
    )
    chart = charts.lines(
        "windows",
        "Recovery window at the end of each day",
        [f"{day:%d}." for day in facts.days],
        {
            **{PLACES[source]: [each.get(source) for each in found] for source in PLACES},
            "as configured": [facts.window_days * 86400] * len(found),
        },
        SPANS,
    )
    return Section(title, text, [chart])


def restores(facts: Facts) -> Section:
    title = "Restores"
    found = [each for each in facts.restores if facts.in_month(each.at)]
    text = "" if any(each.test for each in found) else no("restore test has run", facts) + "\n"
    if found:
        rows = [restore_row(each, facts) for each in found]
        text += table(["At", "What", "From", "Backup", "Base backup", "WAL", "Took", "Outcome"], rows) + "\n"
    measured = [
        each for each in facts.restores if each.seconds is not None and (facts.in_month(each.at) or facts.before_month(each.at))
    ]
    text += "".join(trend(source, measured, facts) for source in PLACES)
    shown = measured[-RESTORES:]
    if not shown:
        return Section(title, text)
    chart = charts.stacks(
        "restores",
        "How long restores took",
        [f"{each.at.astimezone(facts.zone):%m-%d} {each.source}" for each in shown],
        {"base backup": [each.base_seconds for each in shown], "WAL": [each.wal_seconds for each in shown]},
        SPANS,
    )
    return Section(title, text, [chart])


def restore_row(each: Restored, facts: Facts) -> list[str]:
    none = each.base_seconds is None or each.wal_seconds is None or each.seconds is None
    return [
        moment(each.at, facts.zone),
        "test" if each.test else "restore",
        each.source,
        f"`{each.backup}`" if each.backup else "—",
        "—" if none else f"{size(each.bytes)} in {span(each.base_seconds)}",
        "—" if none else f"{counted(each.wal_files, 'file')} in {span(each.wal_seconds)}",
        "—" if none else span(each.seconds),
        f"**FAILED**: {plain('; '.join(each.problems))}" if each.problems else "good",
    ]


def trend(source: str, measured: list[Restored], facts: Facts) -> str:
    """Of the base backup, which is comparable: how much WAL there is to replay depends on the time of day."""

    def rate(of: list[Restored]) -> float:
        return median(each.bytes / max(each.base_seconds, 0.01) for each in of)

    here = [each for each in measured if each.source == source]
    now = [each for each in here if facts.in_month(each.at)]
    before = [each for each in here if facts.before_month(each.at)]
    if not now:
        return ""
    line = f"- Base backups from {PLACES[source]} came back at {speed(rate(now), 1)} (median)"
    if not before:
        return f"{line}; there is nothing earlier to compare it with.\n"
    return f"{line}; it was {speed(rate(before), 1)} in the {counted(len(before), 'restore')} before.\n"


def failures(facts: Facts) -> Section:
    title = "Jobs that failed"
    found = [each for each in facts.failures if facts.in_month(each.at)]
    if not found:
        return Section(title, no("scheduled job has failed", facts))
    rows = [[moment(each.at, facts.zone), each.job, plain(each.reason)] for each in found]
    return Section(title, table(["At", "Job", "Why"], rows))
