"""Prometheus and Alertmanager, asked over TLS on their own host."""

import base64
import json
import ssl
import urllib.parse
import urllib.request
from dataclasses import dataclass
from math import isfinite

TIMEOUT_SECONDS = 10


@dataclass(frozen=True)
class Sample:
    labels: dict[str, str]
    value: float


@dataclass(frozen=True)
class Curve:
    labels: dict[str, str]
    # Each with its moment: where nothing was known there is none.
    samples: list[tuple[float, float]]


def known(samples: list[tuple[float, str]]) -> list[tuple[float, float]]:
    """Prometheus says NaN where there was nothing to divide by."""
    return [(at, float(value)) for at, value in samples if isfinite(float(value))]


def context(settings: dict) -> ssl.SSLContext | None:
    """None where it is not by TLS."""
    if not settings["url"].startswith("https:"):
        return None
    made = ssl.create_default_context(cafile=settings["ca"])
    if "certificate" in settings:
        made.load_cert_chain(f"{settings['certificate']}.crt", f"{settings['certificate']}.key")
    return made


def get(settings: dict, path: str, headers: dict[str, str] | None = None):
    request = urllib.request.Request(f"{settings['url']}{path}", headers=headers or {})
    with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS, context=context(settings)) as answer:
        return json.load(answer)


class Prometheus:
    def __init__(self, settings: dict):
        self.settings = settings
        with open(settings["passwordFile"], encoding="utf-8") as file:
            login = f"{settings['user']}:{file.read().strip()}"
        self.headers = {"Authorization": f"Basic {base64.b64encode(login.encode()).decode()}"}

    def result(self, path: str, **parameters) -> list[dict]:
        asked = f"/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        return get(self.settings, asked, self.headers)["data"]["result"]

    def query(self, expression: str) -> list[Sample]:
        found = self.result("query", query=expression)
        return [Sample(each["metric"], value) for each in found for _, value in known([each["value"]])]

    def curves(self, expression: str, start: float, end: float, step: int) -> list[Curve]:
        found = self.result("query_range", query=expression, start=start, end=end, step=step)
        return [Curve(each["metric"], known(each["values"])) for each in found]


def alerts(settings: dict) -> tuple[list[dict], bool]:
    """Those that fire and that people are told of, the worst first; and whether the dead man's switch is held."""
    found = get(settings, "/api/v2/alerts?active=true&silenced=false&inhibited=false")
    order = ["critical", "high", "notice", "medium"]
    rank = {severity: place for place, severity in enumerate(order)}
    shown = [each for each in found if each["labels"].get("severity") != "none"]
    held = len(shown) < len(found)
    return sorted(shown, key=lambda each: rank.get(each["labels"].get("severity", ""), len(order))), held
