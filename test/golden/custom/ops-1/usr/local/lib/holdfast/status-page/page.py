"""The page as a whole: one file that loads nothing, readable on a phone, made anew every minute."""

from html import escape

import parts
from alerts import alerts
from facts import Facts
from figures import moment
from members import glance, members
from served import as_it_is, notice, when_old
from style import STYLE
from verdict import lasting, verdict

# Whatever a text may have in it, the page loads nothing and runs nothing.
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def banner(facts: Facts) -> str:
    found = verdict(facts)
    began = f"<p>{lasting(found.since, facts.now)}</p>" if found.since is not None else ""
    problems = "".join(f"<p>{escape(each)}</p>" for each in facts.problems)
    return f'<div class="verdict {found.state}"><strong>{escape(found.words)}</strong>{began}{problems}</div>'


def content(facts: Facts) -> str:
    sections = [
        ("Alerts", alerts(facts)),
        ("Members", members(facts)),
        ("The last hour, UTC", parts.plots(facts)),
        ("Backups", parts.backups(facts)),
        ("Jobs", parts.jobs(facts)),
        ("Hosts", parts.hosts(facts)),
    ]
    return "".join(f"<section><h2>{title}</h2>{text}</section>" for title, text in sections)


def page(facts: Facts) -> str:
    """As a template for Prometheus."""
    title = as_it_is(escape(f"{verdict(facts).words}: {facts.cluster}"))
    head = f'<h1>{escape(facts.cluster)}</h1><p class="soft">as of {moment(facts.now)}</p>'
    body = as_it_is(f"<header>{head}</header>{banner(facts)}{glance(facts)}{content(facts)}")
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta http-equiv="Content-Security-Policy" content="{POLICY}" />
<meta http-equiv="refresh" content="60" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<title>{when_old(facts, "Old: ")}{title}</title>
<style>{STYLE}</style>
</head>
<body>
{notice(facts)}
{body}
</body>
</html>
"""
