"""Tables that a phone shows as cards: a name, a state, and the rest with its title beside it."""

from html import escape
from math import nan

from facts import Row

UNKNOWN = "?"
NONE = "–"


def shown(row: Row, column: str, form) -> str:
    return form(row[column]) if column in row else UNKNOWN


def chip(text: str, state: str) -> str:
    return f'<span class="chip {state}">{escape(text)}</span>'


def meter(row: Row, column: str, form) -> str:
    """How much of a whole is used, to read and to see."""
    used = row.get(column, nan)
    state = "warn" if used > 0.8 else ""
    bar = f'<i class="meter"><i class="{state}" style="width:{min(max(used, 0), 1):.0%}"></i></i>' if column in row else ""
    return f'<span class="{state}">{escape(shown(row, column, form))}</span>{bar}'


def table(titles: list[str], rows: list[list[str]]) -> str:
    """Cells are markup already."""
    if not rows:
        return '<p class="card soft">Nothing is known of them.</p>'
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in titles)
    lines = []
    for name, *cells in rows:
        rest = "".join(f'<td data-label="{escape(title)}">{cell}</td>' for title, cell in zip(titles[1:], cells, strict=True))
        lines.append(f'<tr><th scope="row">{name}</th>{rest}</tr>')
    return f'<table class="card"><thead><tr>{head}</tr></thead><tbody>{"".join(lines)}</tbody></table>'
