"""Plots, as SVG that needs nothing else: no script, no font, no address."""

from dataclasses import dataclass

import pygal
from figures import Unit, in_unit, unit_for
from pygal.style import Style

COLORS = ("#2563a8", "#e08a1e", "#6b7280")
FONT = "system-ui, sans-serif"
STYLE = Style(
    background="transparent",
    plot_background="transparent",
    foreground="#374151",
    foreground_strong="#111827",
    foreground_subtle="#9ca3af",
    opacity=".9",
    opacity_hover="1",
    colors=COLORS,
    guide_stroke_color="#d1d5db",
    major_guide_stroke_color="#d1d5db",
    guide_stroke_dasharray="none",
    major_guide_stroke_dasharray="none",
    font_family=FONT,
    label_font_size=11,
    major_label_font_size=11,
    legend_font_size=13,
    title_font_size=15,
)
# So many names fit below a plot.
NAMES = 16


@dataclass(frozen=True)
class Chart:
    # Of its file.
    name: str
    title: str
    svg: str


Series = dict[str, list[float | None]]


def chart(kind: type, name: str, title: str, labels: list[str], series: Series, units: tuple[Unit, ...]) -> Chart:
    add = sum if kind is pygal.StackedBar else max
    unit = unit_for(max((add(each or 0 for each in at) for at in zip(*series.values(), strict=True)), default=0), units)
    made = kind(
        style=STYLE,
        width=900,
        height=300,
        title=title,
        # In whole steps of the unit, and not of bytes or seconds.
        value_formatter=lambda value: "" if value is None else in_unit(value * unit.of, unit),
        max_scale=8,
        include_x_axis=True,
        x_labels_major_every=-(-len(labels) // NAMES) or 1,
        show_minor_x_labels=False,
        legend_at_bottom=True,
        legend_at_bottom_columns=len(series),
        legend_box_size=10,
        truncate_legend=-1,
        truncate_label=-1,
        dots_size=3,
        js=[],
        disable_xml_declaration=True,
    )
    # Else another one each time, although the plot is the same.
    made.uuid = name
    made.x_labels = labels
    for key, values in series.items():
        made.add(key, [None if value is None else value / unit.of for value in values])
    made.add_xml_filter(still)
    return Chart(name, title, made.render(is_unicode=True))


def bars(name: str, title: str, labels: list[str], series: Series, units: tuple[Unit, ...]) -> Chart:
    return chart(pygal.Bar, name, title, labels, series, units)


def stacks(name: str, title: str, labels: list[str], series: Series, units: tuple[Unit, ...]) -> Chart:
    return chart(pygal.StackedBar, name, title, labels, series, units)


def lines(name: str, title: str, labels: list[str], series: Series, units: tuple[Unit, ...]) -> Chart:
    return chart(pygal.Line, name, title, labels, series, units)


def still(root):
    """Takes the scripts away; what they would show at the pointer, a browser shows by itself when it is a title."""
    for parent in list(root.iter()):
        if parent is not root:
            # Of no use without a script, and the same in every plot.
            parent.attrib.pop("id", None)
        for child in list(parent):
            if child.tag == "desc" and child.get("class") == "value":
                child.tag = "title"
            elif child.tag in ("script", "desc") or not isinstance(child.tag, str):
                parent.remove(child)
    return root
