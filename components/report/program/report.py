"""A report as a whole, as Markdown and as a page that needs nothing beside it."""

from dataclasses import dataclass
from html import escape

import markdown
import sections
from facts import Facts
from figures import moment
from sections import Section
from summary import summary

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1f2937; background: #fff; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2 { line-height: 1.2; color: #111827; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid #d1d5db; padding-bottom: .3rem; }
table { border-collapse: collapse; margin: 1rem 0; font-variant-numeric: tabular-nums; }
th, td { border-bottom: 1px solid #e5e7eb; padding: .3rem .8rem .3rem 0; text-align: left; vertical-align: top; }
th { border-bottom-color: #9ca3af; }
figure { margin: 1.5rem 0; }
svg { display: block; width: 100%; height: auto; }
@media print { h2, figure, tr { break-inside: avoid; } }
"""
# Whatever a text may have in it, the page loads nothing and runs nothing.
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


@dataclass(frozen=True)
class Report:
    title: str
    heading: str
    parts: list[Section]


def of(facts: Facts) -> Report:
    so_far = " (so far)" if facts.running else ""
    title = f"Backups of {facts.cluster}, {facts.month.title}{so_far}"
    heading = f"# {title}\n\nWritten at {moment(facts.now, facts.zone)}. Times are those of {facts.zone.key}.\n"
    parts = [summary, sections.base_backups, sections.wal, sections.windows, sections.restores, sections.failures]
    return Report(title, heading, [part(facts) for part in parts])


def as_markdown(report: Report, pictures: str | None = None) -> str:
    """pictures: what the names of its plots begin with, where they are files beside it."""
    texts = [report.heading]
    for part in report.parts:
        texts.append(f"## {part.title}\n\n{part.text}")
        if pictures is not None:
            texts += [f"![{each.title}]({pictures}{each.name}.svg)\n" for each in part.charts]
    return "\n".join(texts)


def as_html(report: Report) -> str:
    body = [markdown.markdown(report.heading)]
    for part in report.parts:
        body.append(markdown.markdown(f"## {part.title}\n\n{part.text}", extensions=["tables"]))
        body += [f"<figure>{each.svg}</figure>" for each in part.charts]
    content = "\n".join(body)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta http-equiv="Content-Security-Policy" content="{POLICY}" />
<meta name="viewport" content="width=device-width" />
<title>{escape(report.title)}</title>
<style>{STYLE}</style>
</head>
<body>
{content}
</body>
</html>
"""
