"""Whether restored data is good: every table's and index' structure, and the answers that the configuration expects."""

import os
import subprocess

from instance import Instance
from settings import Settings


def structure(instance: Instance) -> list[str]:
    """pg_amcheck over all tables and B-tree indexes of all databases, and whether each row is in each index."""
    done = subprocess.run(
        [
            *(instance.program("pg_amcheck"), "--all", "--install-missing", "--heapallindexed", "--jobs", "2"),
            *("--host", instance.socket, "--username", "postgres"),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    if done.returncode == 0:
        return []
    said = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return [f"pg_amcheck: {'; '.join(said[:4])}"]


def answers(instance: Instance, settings: Settings) -> list[str]:
    problems = []
    for query in settings.queries:
        try:
            found = instance.ask(query.database, query.sql)
        except ValueError as error:
            problems.append(f"{query.database}: {query.sql}: {error}")
            continue
        if found != query.expect:
            problems.append(f"{query.database}: {query.sql}: expected {query.expect!r}, got {found!r}")
    return problems
