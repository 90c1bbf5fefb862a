"""Numbers and moments as a person reads them."""

from datetime import UTC, datetime


def count(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"


def size(value: float) -> str:
    for unit in ("B", "KiB", "MiB", "GiB"):
        if value < 1024:
            return f"{value:.0f} {unit}" if value >= 10 or unit == "B" else f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:.1f} TiB"


def share(value: float) -> str:
    return f"{value * 100:.0f} %"


def span(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    if seconds < 48 * 3600:
        return f"{seconds / 3600:.1f} h" if seconds < 10 * 3600 else f"{seconds / 3600:.0f} h"
    return f"{seconds / 86400:.0f} days"


def moment(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")


def clock(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%H:%M")


def ago(at: float, now: float) -> str:
    return "never" if at == 0 else f"{span(max(now - at, 0))} ago"


def since(at: float, now: float) -> str:
    """Beside how long that is, the day of less than one says nothing."""
    return f"{clock(at)} UTC" if now - at < 86400 else moment(at)


FORMATS = {"number": count, "bytes": size, "share": share}
