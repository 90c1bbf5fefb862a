"""status-page SETTINGS: a page with the state of the cluster, from what Prometheus and Alertmanager know. Made anew every minute.

SETTINGS is a JSON file: cluster, members (names), prometheus {url, user, passwordFile, ca}, alertmanager {url, ca, certificate}, page (the
file to write).
"""

import json
import os
import sys
import time

import ask
from facts import Facts, gather
from page import as_template, page


def main() -> None:
    with open(sys.argv[1], encoding="utf-8") as file:
        settings = json.load(file)
    facts = Facts(settings["cluster"], time.time())
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
    target = settings["page"]
    with open(f"{target}.new", "w", encoding="utf-8") as file:
        file.write(as_template(page(facts)))
    os.replace(f"{target}.new", target)
    for problem in facts.problems:
        print(problem, file=sys.stderr)
    sys.exit(0 if asked else 1)


main()
