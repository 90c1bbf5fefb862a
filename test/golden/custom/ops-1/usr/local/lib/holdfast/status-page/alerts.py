"""What fires, each with what it means, since when, and where it is written what to do."""

from html import escape

from facts import Facts
from tables import chip
from verdict import began, lasting


def link(address: str, name: str) -> str:
    # A page of the repository has no address here, and is found by its path.
    return f'<a href="{escape(address)}">{name}</a>' if address.startswith("https://") else escape(address)


def alert(each: dict, now: float) -> str:
    labels, notes = each["labels"], each["annotations"]
    severity = labels.get("severity", "unknown")
    state = "bad" if severity == "critical" else "warn"
    runbook, dashboard = notes.get("runbook_url", ""), notes.get("dashboard_url", "")
    about = [
        escape(labels.get("alertname", "")),
        escape(labels.get("instance", "")),
        f"What to do: {link(runbook, 'runbook')}" if runbook else "",
        link(dashboard, "dashboard") if dashboard else "",
    ]
    return (
        f'<article class="card alert {state}"><p>{chip(severity, state)} {lasting(began(each), now)}</p>'
        f"<h3>{escape(notes.get('summary', ''))}</h3><p>{escape(notes.get('description', ''))}</p>"
        f'<p class="soft about">{"".join(f"<span>{text}</span>" for text in about if text)}</p></article>'
    )


def alerts(facts: Facts) -> str:
    if facts.alerts is None:
        return f'<p class="card">{chip("unknown", "bad")} Nobody knows which alerts fire.</p>'
    if not facts.alerts:
        # Who asks nobody, or hears nobody, knows of no alert either.
        quiet = chip("none", "plain" if facts.problems else "good")
        return f'<p class="card">{quiet} No alert fires{", as far as is known" if facts.problems else ""}.</p>'
    return "".join(alert(each, facts.now) for each in facts.alerts)
