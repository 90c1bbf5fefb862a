"""The members of the cluster: at a glance, and each by itself."""

from html import escape

from facts import Facts, Row
from figures import ago, count, size, span
from tables import NONE, UNKNOWN, chip, shown, table
from verdict import leaders


def role_of(row: Row, now: float) -> tuple[str, str]:
    if row.get("maintenance") == 1:
        return "in maintenance", "warn"
    if row.get("up") != 1:
        return (f"not answering for {span(now - row['seen'])}" if "seen" in row else "not answering"), "bad"
    if row.get("primary") == 1:
        return "leader", "good"
    if row.get("streaming") == 0:
        return "standby, does not stream", "bad"
    return ("synchronous standby", "good") if row.get("synchronous") == 1 else ("standby", "plain")


def members(facts: Facts) -> str:
    rows = []
    for name, row in facts.members.items():
        up = span(facts.now - row["started"]) if "started" in row else UNKNOWN
        # One that is cut off has replayed all that it knows of.
        lag = shown(row, "lag", size) if row.get("streaming") == 1 else UNKNOWN
        behind = NONE if row.get("primary") == 1 else lag
        cells = [behind, shown(row, "sessions", count), shown(row, "timeline", count), up]
        rows.append([escape(name), chip(*role_of(row, facts.now)), *map(escape, cells)])
    return table(["Member", "Role", "Behind", "Sessions", "Timeline", "Up for"], rows)


def glance(facts: Facts) -> str:
    if not facts.members:
        return ""
    leading = leaders(facts)
    standbys = [row for name, row in facts.members.items() if name not in leading]
    streaming = [row for row in standbys if row.get("up") == 1 and row.get("streaming") == 1]
    behind = max((row["lag"] for row in streaming if "lag" in row), default=None)
    tiles = [
        ("Leader", " and ".join(leading) or "none", "good" if len(leading) == 1 else "bad"),
        ("Standbys that stream", f"{len(streaming)} of {len(standbys)}", "good" if len(streaming) == len(standbys) else "bad"),
        ("Furthest behind", UNKNOWN if behind is None else size(behind), ""),
        ("Last base backup", shown(facts.backups, "base", lambda at: ago(at, facts.now)), ""),
    ]
    shown_tiles = (f'<div class="card"><dt>{title}</dt><dd class="{state}">{escape(text)}</dd></div>' for title, text, state in tiles)
    return f'<dl class="glance">{"".join(shown_tiles)}</dl>'
