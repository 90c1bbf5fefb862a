"""The parts of the page, each from the facts alone."""

from html import escape
from math import isnan

from facts import Facts, Row
from figures import ago, count, moment, share, size, span
from sparkline import sparkline

UNKNOWN = "?"


def cell(text: str, state: str = "") -> str:
    return f'<td class="{state}">{escape(text)}</td>' if state else f"<td>{escape(text)}</td>"


def rows(head: list[str], body: list[list[str]]) -> str:
    titles = "".join(f"<th>{escape(each)}</th>" for each in head)
    lines = "".join(f"<tr>{''.join(line)}</tr>" for line in body)
    return f'<div class="wide"><table><thead><tr>{titles}</tr></thead><tbody>{lines}</tbody></table></div>'


def shown(row: Row, column: str, form) -> str:
    # Prometheus says NaN where there was nothing to divide by.
    return form(row[column]) if column in row and not isnan(row[column]) else UNKNOWN


def alerts(facts: Facts) -> str:
    if not facts.alerts:
        return '<p class="good">No alert fires.</p>'
    body = []
    for each in facts.alerts:
        labels, notes = each["labels"], each["annotations"]
        name = labels.get("alertname", "")
        link = notes.get("runbook_url", "")
        # A page of the repository has no address here.
        title = f'<a href="{escape(link)}">{escape(name)}</a>' if link.startswith("https://") else escape(name)
        severity = labels.get("severity", "")
        body.append(
            [
                cell(severity, "bad" if severity == "critical" else "warn"),
                f"<td>{title}</td>",
                cell(labels.get("instance", "")),
                cell(notes.get("summary", "")),
                cell(each.get("startsAt", "")[:16].replace("T", " ")),
            ]
        )
    return rows(["Severity", "Alert", "Host", "What", "Since (UTC)"], body)


def role_of(row: Row) -> tuple[str, str]:
    if row.get("maintenance") == 1:
        return "in maintenance", "warn"
    if row.get("up") != 1:
        return "not answering", "bad"
    if row.get("primary") == 1:
        return "leader", "good"
    if row.get("streaming") == 0:
        return "standby, does not stream", "bad"
    return ("synchronous standby", "good") if row.get("synchronous") == 1 else ("standby", "")


def members(facts: Facts) -> str:
    body = []
    for name, row in facts.members.items():
        role, state = role_of(row)
        lag = "" if row.get("primary") == 1 else shown(row, "lag", size)
        up = ago(row["started"], facts.now).removesuffix(" ago") if "started" in row else UNKNOWN
        body.append(
            [
                cell(name),
                cell(role, state),
                cell(shown(row, "timeline", count)),
                cell(lag),
                cell(shown(row, "sessions", count)),
                cell(up),
            ]
        )
    return rows(["Member", "Role", "Timeline", "Behind", "Sessions", "Up for"], body)


def hosts(facts: Facts) -> str:
    body = []
    for name, row in facts.hosts.items():
        up = row.get("up") == 1
        body.append(
            [
                cell(name),
                cell(facts.roles.get(name, UNKNOWN)),
                cell("up" if up else "not answering", "good" if up else "bad"),
                *(
                    cell(shown(row, column, share), "warn" if row.get(column, 0) > 0.8 else "")
                    for column in ("cpu", "memory", "disk")
                ),
            ]
        )
    return rows(["Host", "Role", "State", "Processors", "Memory", "Disk"], body)


def backups(facts: Facts) -> str:
    found, now = facts.backups, facts.now
    reachable = found.get("reachable") == 1
    window = f"{moment(found['start'])} to {moment(found['end'])}" if found.get("end") else "no moment"
    lines = [
        ("Last base backup", shown(found, "base", lambda at: ago(at, now)), ""),
        ("Its size", shown(found, "size", size), ""),
        ("Can be recovered from the bucket", window, "" if found.get("end") else "bad"),
        ("WAL files that wait for the bucket", shown(found, "waiting", count), ""),
        ("Last one that came there", shown(found, "uploaded", lambda at: ago(at, now)), ""),
        ("The bucket", "answers" if reachable else "does not answer", "good" if reachable else "bad"),
        ("Last restore that was proven", shown(found, "tested", lambda at: ago(at, now)), ""),
    ]
    body = "".join(f"<tr><th>{escape(title)}</th>{cell(text, state)}</tr>" for title, text, state in lines)
    return f'<div class="wide"><table><tbody>{body}</tbody></table></div>'


def jobs(facts: Facts) -> str:
    body = []
    for name, row in facts.jobs.items():
        running, good = row.get("running") == 1, row.get("success") == 1
        result = ("runs", "") if running else ("succeeded", "good") if good else ("failed", "bad")
        body.append(
            [
                cell(name),
                cell(*result),
                cell(shown(row, "started", lambda at: ago(at, facts.now))),
                cell(shown(row, "succeeded", lambda at: ago(at, facts.now))),
                cell(shown(row, "seconds", span)),
            ]
        )
    return rows(["Job", "Result", "Last start", "Last success", "Took"], body)


def plots(facts: Facts) -> str:
    return f'<div class="plots">{"".join(sparkline(plot, curves) for plot, curves in facts.plots)}</div>'
