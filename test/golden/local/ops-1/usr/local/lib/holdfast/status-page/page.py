"""The page as a whole: one file that loads nothing, readable on a phone, made anew every minute."""

from html import escape

import parts
from facts import Facts
from figures import moment

STYLE = """
:root { color-scheme: light dark; --ink: #111827; --soft: #6b7280; --line: #d1d5db; --ground: #fff; --good: #166534; --warn: #92400e; --bad: #b91c1c; }
@media (prefers-color-scheme: dark) { :root { --ink: #e5e7eb; --soft: #9ca3af; --line: #374151; --ground: #111827; --good: #4ade80; --warn: #fbbf24; --bad: #f87171; } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--ground); max-width: 72rem; margin: 0 auto; padding: 1rem; }
header { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline; gap: .5rem 2rem; border-bottom: 2px solid var(--line); }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
.state { font-weight: 600; } .soft, small, .legend { color: var(--soft); }
.good { color: var(--good); } .warn { color: var(--warn); font-weight: 600; } .bad { color: var(--bad); font-weight: 600; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .35rem .9rem .35rem 0; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { color: var(--soft); font-weight: 500; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: 1rem; }
figure { margin: 0; border: 1px solid var(--line); border-radius: 6px; padding: .6rem .8rem; }
figcaption { display: flex; justify-content: space-between; font-weight: 500; }
svg { width: 100%; height: auto; display: block; } polyline { fill: none; stroke: currentColor; stroke-width: 1.5; }
.legend { margin: .2rem 0 0; font-size: .85rem; } .legend span { margin-right: 1rem; white-space: nowrap; }
.c0 { color: #2563a8; } .c1 { color: #e08a1e; } .c2 { color: #0f8a6d; } .c3 { color: #a855c7; } .c4 { color: #b4474a; } .c5 { color: #6b7280; }
"""
# Whatever a text may have in it, the page loads nothing and runs nothing.
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def state(facts: Facts) -> tuple[str, str]:
    """In a few words, and how bad it is."""
    severities = [each["labels"].get("severity") for each in facts.alerts]
    if facts.problems:
        return "Not everything is known", "bad"
    if "critical" in severities:
        return f"{severities.count('critical')} critical", "bad"
    silent = [name for name, row in facts.members.items() if row.get("up") != 1 and row.get("maintenance") != 1]
    if silent:
        return f"{' and '.join(silent)} not answering", "bad"
    return (f"{len(severities)} to look at", "warn") if severities else ("All is well", "good")


def page(facts: Facts) -> str:
    words, kind = state(facts)
    problems = "".join(f'<p class="bad">{escape(each)}</p>' for each in facts.problems)
    sections = [
        ("Alerts", parts.alerts(facts)),
        ("Members", parts.members(facts)),
        ("The last hour", parts.plots(facts)),
        ("Backups", parts.backups(facts)),
        ("Jobs", parts.jobs(facts)),
        ("Hosts", parts.hosts(facts)),
    ]
    body = "".join(f"<section><h2>{title}</h2>{text}</section>" for title, text in sections)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta http-equiv="Content-Security-Policy" content="{POLICY}" />
<meta http-equiv="refresh" content="60" />
<meta name="viewport" content="width=device-width" />
<title>{escape(words)}: {escape(facts.cluster)}</title>
<style>{STYLE}</style>
</head>
<body>
<header><h1>{escape(facts.cluster)}</h1><span class="state {kind}">{escape(words)}</span><span class="soft">as of {moment(facts.now)}</span></header>
{problems}{body}
</body>
</html>
"""


def as_template(html: str) -> str:
    """Prometheus serves it as a template of its own: what looks like an order to it is written as what it is."""
    return html.replace("{{", "&#123;&#123;").replace("}}", "&#125;&#125;")
