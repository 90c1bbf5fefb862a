"""A small plot of the last hour: a line for each curve, broken where nothing was known. SVG that needs nothing else."""

from html import escape

from ask import Curve
from facts import HOUR, STEP, Plot
from figures import FORMATS, clock

WIDTH, HEIGHT, EDGE = 240, 64, 3
CLASSES = 6
# Samples further apart are not joined: between them nobody knows.
GAP = 1.5 * STEP


def path(samples: list[tuple[float, float]], start: float, top: float) -> str:
    drawn = []
    before = float("-inf")
    for at, value in samples:
        x = EDGE + (at - start) / HOUR * (WIDTH - 2 * EDGE)
        y = HEIGHT - EDGE - (value / top if top else 0) * (HEIGHT - 2 * EDGE)
        # A line of no length is a point, which one sample between two gaps would not be otherwise.
        drawn.append(f"L{x:.1f},{y:.1f}" if at - before <= GAP else f"M{x:.1f},{y:.1f}h0")
        before = at
    return "".join(drawn)


def frame() -> str:
    """Nothing, and the quarters of the hour."""
    quarters = (EDGE + quarter / 4 * (WIDTH - 2 * EDGE) for quarter in range(5))
    uprights = "".join(f"M{x:.1f},{EDGE}V{HEIGHT - EDGE}" for x in quarters)
    return f'<path class="frame" d="M{EDGE},{HEIGHT - EDGE}H{WIDTH - EDGE}{uprights}" />'


def sparkline(plot: Plot, curves: list[Curve], names: list[str], now: float) -> str:
    """names: all that curves of this kind may have, so that each has the same colour in all plots."""
    drawn = sorted((curve for curve in curves if curve.samples), key=lambda each: each.labels.get(plot.by, ""))
    title = escape(plot.title)
    if not drawn:
        return f'<figure><figcaption>{title}</figcaption><p class="soft">Nothing is known of it.</p></figure>'
    show = FORMATS[plot.unit]
    most = max(value for curve in drawn for _, value in curve.samples)
    lines = []
    legend = []
    for curve in drawn:
        name = curve.labels.get(plot.by, "")
        colour = f"c{names.index(name) % CLASSES}" if name in names else "c0"
        at, value = curve.samples[-1]
        fresh = now - at <= GAP
        last = show(value) if fresh else f"until {clock(at)}"
        # Of a whole, how much of it; of anything else, how it went.
        top = 1 if plot.unit == "share" else most
        lines.append(f'<path class="{colour}" d="{path(curve.samples, now - HOUR, top)}" />')
        legend.append(f'<span><i class="{colour}"></i>{escape(name) if plot.by else "now" if fresh else ""} <b>{last}</b></span>')
    times = "".join(f"<span>{clock(at)}</span>" for at in (now - HOUR, now - HOUR / 2, now))
    return (
        f"<figure><figcaption>{title}<small>at most {show(most)}</small></figcaption>"
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}, last hour">{frame()}{"".join(lines)}</svg>'
        f'<p class="times">{times}</p><p class="legend">{"".join(legend)}</p></figure>'
    )
