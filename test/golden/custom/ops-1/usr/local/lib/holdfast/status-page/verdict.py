"""In a few words how the cluster is, and since when it is not well: what somebody reads first."""

from dataclasses import dataclass
from datetime import datetime

from facts import Facts
from figures import since, span


@dataclass(frozen=True)
class Verdict:
    words: str
    state: str
    since: float | None = None


def began(alert: dict) -> float:
    return datetime.fromisoformat(alert["startsAt"]).timestamp()


def lasting(at: float, now: float) -> str:
    return f"<b>for {span(max(now - at, 0))}</b> since {since(at, now)}"


def leaders(facts: Facts) -> list[str]:
    return [name for name, row in facts.members.items() if row.get("primary") == 1]


def silent(facts: Facts) -> list[str]:
    return [name for name, row in facts.members.items() if row.get("up") != 1 and row.get("maintenance") != 1]


def counted(alerts: list[dict]) -> str:
    """How many of each severity, in the order that they come in."""
    severities = [each["labels"].get("severity", "unknown") for each in alerts]
    return ", ".join(f"{severities.count(each)} {each}" for each in dict.fromkeys(severities))


def verdict(facts: Facts) -> Verdict:
    alerts = facts.alerts or []
    critical = [each for each in alerts if each["labels"].get("severity") == "critical"]
    if critical:
        return Verdict(counted(alerts), "bad", min(began(each) for each in critical))
    if names := silent(facts):
        seen = [facts.members[name]["seen"] for name in names if "seen" in facts.members[name]]
        return Verdict(f"{' and '.join(names)} not answering", "bad", min(seen, default=None))
    if facts.members and not leaders(facts):
        return Verdict("No member leads", "bad")
    if facts.problems:
        return Verdict("Not everything is known", "bad")
    if alerts:
        return Verdict(counted(alerts), "warn", min(began(each) for each in alerts))
    return Verdict("All is well", "good")
