"""A small plot: a line for each curve, from nothing to the largest value, without axes. SVG that needs nothing else."""

from html import escape

from ask import Curve
from facts import Plot
from figures import FORMATS

WIDTH, HEIGHT, EDGE = 240, 56, 3
CLASSES = 6


def points(values: list[float], most: float) -> str:
    across = (WIDTH - 2 * EDGE) / max(len(values) - 1, 1)
    up = HEIGHT - 2 * EDGE
    return " ".join(
        f"{EDGE + index * across:.1f},{EDGE + up - (value / most if most else 0) * up:.1f}"
        for index, value in enumerate(values)
    )


def sparkline(plot: Plot, curves: list[Curve]) -> str:
    show = FORMATS[plot.unit]
    drawn = [curve for curve in curves if curve.values]
    if not drawn:
        return f'<figure><figcaption>{escape(plot.title)}</figcaption><p class="none">nothing known</p></figure>'
    most = max(max(curve.values) for curve in drawn)
    lines = []
    legend = []
    for index, curve in enumerate(sorted(drawn, key=lambda each: each.labels.get(plot.by, ""))):
        name, last = curve.labels.get(plot.by, ""), show(curve.values[-1])
        lines.append(
            f'<polyline class="c{index % CLASSES}" points="{points(curve.values, most)}"><title>{escape(f"{name} {last}")}</title></polyline>'
        )
        legend.append(f'<span class="c{index % CLASSES}">{escape(name)} <b>{last}</b></span>')
    return (
        f"<figure><figcaption>{escape(plot.title)}<small>at most {show(most)}</small></figcaption>"
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(plot.title)}, last hour">{"".join(lines)}</svg>'
        f'<p class="legend">{"".join(legend)}</p></figure>'
    )
