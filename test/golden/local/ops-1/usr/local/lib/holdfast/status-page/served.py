"""The page as a template: Prometheus fills it in when it serves it, and so says how old the page has become by then."""

from html import escape

from facts import Facts

# It is made every minute.
OLD_SECONDS = 180


def as_it_is(html: str) -> str:
    """What looks like an order to the template is written as what it is."""
    return html.replace("{{", "&#123;&#123;").replace("}}", "&#125;&#125;")


def when_old(facts: Facts, html: str) -> str:
    """This, once the page is too old; with its age, as the query's value."""
    return f'{{{{ range query "vector(time() - {facts.now:.0f}) > {OLD_SECONDS}" }}}}{html}{{{{ end }}}}'


def notice(facts: Facts) -> str:
    command = as_it_is(escape(f"./holdfast logs {facts.host} status-page"))
    return when_old(
        facts,
        f'<p class="old">This page was made {{{{ .Value | humanizeDuration }}}} ago and is not made any more: <code>{command}</code></p>',
    )
