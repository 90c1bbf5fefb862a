"""status-page SETTINGS: a page with the state of the cluster, from what Prometheus and Alertmanager know. Made anew every minute.

SETTINGS is a JSON file: cluster, host (the one that makes it), members (names), prometheus {url, user, passwordFile, ca}, alertmanager
{url, ca, certificate}, page and metrics (the files to write).
"""

import json
import os
import sys
import time

import ask
from facts import Facts, gather
from page import page


def write(path: str, text: str) -> None:
    with open(f"{path}.new", "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(f"{path}.new", path)


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        settings = json.load(file)
    facts = Facts(settings["cluster"], settings["host"], time.time())
    # A page that says what is not known is of more use than none.
    asked = True
    try:
        facts.alerts, held = ask.alerts(settings["alertmanager"])
        if not held:
            facts.problems.append("The dead man's switch does not fire: no rule is evaluated, or no alert gets through")
    except (OSError, ValueError, KeyError) as error:
        asked = False
        facts.problems.append(f"Alertmanager does not say which alerts fire: {error}")
    try:
        gather(facts, ask.Prometheus(settings["prometheus"]), settings["members"])
    except (OSError, ValueError, KeyError) as error:
        asked = False
        facts.problems.append(f"Prometheus does not answer: {error}")
    write(settings["page"], page(facts))
    for problem in facts.problems:
        print(problem, file=sys.stderr)
    if not asked:
        sys.exit(1)
    # Of an old page somebody who does not look at it is told by this file's age.
    write(settings["metrics"], f"holdfast_status_page_last_success_timestamp_seconds {facts.now:.0f}\n")


main()
