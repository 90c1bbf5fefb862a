"""The other parts of the page, each from the facts alone."""

from html import escape

from facts import Facts
from figures import ago, count, moment, share, size, span
from sparkline import sparkline
from tables import NONE, chip, meter, shown, table


def plots(facts: Facts) -> str:
    if not facts.plots:
        return '<p class="card soft">Nothing is known of it.</p>'
    names: dict[str, set[str]] = {"instance": set(facts.members)}
    for plot, curves in facts.plots:
        names.setdefault(plot.by, set()).update(curve.labels.get(plot.by, "") for curve in curves)
    drawn = (sparkline(plot, curves, sorted(names[plot.by]), facts.now) for plot, curves in facts.plots)
    return f'<div class="plots">{"".join(drawn)}</div>'


def backups(facts: Facts) -> str:
    found, now = facts.backups, facts.now
    if not found:
        return '<p class="card soft">Nothing is known of them.</p>'

    def when(column: str) -> str:
        return escape(shown(found, column, lambda at: ago(at, now)))

    reachable = chip("answers", "good") if found.get("reachable") == 1 else chip("does not answer", "bad")
    first, last = (moment(found[each]) if found.get(each) else chip("none", "bad") for each in ("start", "end"))
    lines = [
        ("Last base backup", when("base")),
        ("Its size", shown(found, "size", size)),
        ("Oldest moment to recover", first),
        ("Newest moment to recover", last),
        # Once an hour: without that, an hour seems to be lost.
        ("These moments were looked up", when("looked")),
        ("WAL files that wait for the bucket", shown(found, "waiting", count)),
        ("Last one that came there", when("uploaded")),
        ("Last restore that was proven", when("tested")),
        ("The bucket", reachable),
    ]
    return f'<dl class="card pairs">{"".join(f"<div><dt>{title}</dt><dd>{text}</dd></div>" for title, text in lines)}</dl>'


def jobs(facts: Facts) -> str:
    rows = []
    for name, row in facts.jobs.items():
        running, good = row.get("running") == 1, row.get("success") == 1
        result = ("succeeded", "good") if good else ("failed", "bad")
        if row.get("started") == 0:
            result = ("not yet", "plain")
        elif running:
            result = ("runs", "plain")
        times = [shown(row, column, lambda at: ago(at, facts.now)) for column in ("started", "succeeded")]
        took = NONE if row.get("started") == 0 else shown(row, "seconds", span)
        rows.append([escape(name), chip(*result), *map(escape, times), escape(took)])
    return table(["Job", "Result", "Last start", "Last success", "Took"], rows)


def hosts(facts: Facts) -> str:
    rows = []
    for name, row in facts.hosts.items():
        gone = f"not answering for {span(facts.now - row['seen'])}" if "seen" in row else "not answering"
        state = chip("up", "good") if row.get("up") == 1 else chip(gone, "bad")
        used = [meter(row, column, share) for column in ("cpu", "memory", "disk")]
        rows.append([escape(name), state, *used])
    return table(["Host", "State", "Processors", "Memory", "Disk"], rows)
