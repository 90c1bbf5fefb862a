"""Months of the cluster's time zone."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from settings import Refusal


@dataclass(frozen=True)
class Month:
    first: date

    @property
    def next(self) -> "Month":
        return Month((self.first + timedelta(days=31)).replace(day=1))

    @property
    def previous(self) -> "Month":
        return Month((self.first - timedelta(days=1)).replace(day=1))

    def earlier(self, months: int) -> "Month":
        return self if months == 0 else self.previous.earlier(months - 1)

    @property
    def name(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def title(self) -> str:
        return f"{self.first:%B %Y}"

    def has(self, day: date) -> bool:
        return self.first <= day < self.next.first

    def days(self, last: date) -> list[date]:
        """All of them; of a month that goes on, those until this one."""
        count = (min(last + timedelta(days=1), self.next.first) - self.first).days
        return [self.first + timedelta(days=each) for each in range(count)]


def of(moment: datetime, zone: ZoneInfo) -> Month:
    return Month(moment.astimezone(zone).date().replace(day=1))


def parse(text: str, now: datetime, zone: ZoneInfo) -> Month:
    if not re.fullmatch(r"2\d{3}-(0[1-9]|1[0-2])", text):
        raise Refusal(f'"{text}" is no month', "give one like 2026-01")
    found = Month(date(int(text[:4]), int(text[5:]), 1))
    if found.first > now.astimezone(zone).date():
        raise Refusal(f"{text} has not begun yet", "give a month that has been, or leave it out for this one")
    return found
