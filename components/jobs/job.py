"""Beside every scheduled job: notes its beginning and its end, and tells people what they have to know of it.

systemd itself holds the lock (a unit does not run twice) and the time limit, and calls this before and after:

  job.py schedule NAME               when its timer is set up: from then on it is missed when it does not run
  job.py begin NAME RETRIES PAUSE    before each attempt; a failure is tried again RETRIES times, PAUSE seconds later
  job.py end NAME                    after each, however it ended
  job.py boot                        after a boot, for runs whose end systemd did not see

It never fails: a job must not, because nobody could be told of it.
"""

import http.client
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

FOLDERS = {
    "state": os.environ.get("HOLDFAST_JOB_STATE", "/var/lib/holdfast/jobs"),
    "metrics": os.environ.get("HOLDFAST_JOB_METRICS", "/var/lib/prometheus/node-exporter"),
}
NOTIFY = os.environ.get("HOLDFAST_NOTIFY", "/etc/holdfast/notify.json")
TIMEOUT_SECONDS = 10
# Pauses before the second and the third attempt to send a message.
PAUSES = (1, 4)
LINES = 8
# So many failures of a job are remembered, for the report of the month.
FAILURES = 100


def state_path(name):
    return os.path.join(FOLDERS["state"], f"{name}.json")


def read_state(name):
    try:
        with open(state_path(name), encoding="utf-8") as file:
            return json.load(file)
    except (FileNotFoundError, ValueError):
        return {}


def write(path, text):
    os.makedirs(os.path.dirname(path), mode=0o755, exist_ok=True)
    with open(f"{path}.new", "w", encoding="utf-8") as file:
        file.write(text)
    os.chmod(f"{path}.new", 0o644)
    os.replace(f"{path}.new", path)


def log(priority, message, **fields):
    """A line of the journal, with its facts as fields of their own."""
    lines = [f"MESSAGE={message}", f"PRIORITY={priority}", "SYSLOG_IDENTIFIER=holdfast-job"]
    lines += [f"HOLDFAST_{key.upper()}={value}" for key, value in fields.items()]
    subprocess.run(["logger", "--journald"], input="\n".join(lines) + "\n", text=True, check=False)


def write_metrics(name, state):
    values = {
        "scheduled_timestamp_seconds": state.get("scheduled", 0),
        "last_start_timestamp_seconds": state.get("started", 0),
        "last_end_timestamp_seconds": state.get("ended", 0),
        "last_success_timestamp_seconds": state.get("succeeded", 0),
        "duration_seconds": state.get("seconds", 0),
        # Before its first end nothing of it has failed, and a failure that is tried again is none yet.
        "success": int(state.get("result", "success") == "success"),
        "running": int(state.get("running", False)),
        "attempts": state.get("attempt", 0),
        "notification_failures_total": state.get("unsent", 0),
    }
    write(
        os.path.join(FOLDERS["metrics"], f"job-{name}.prom"),
        "".join(f'holdfast_job_{key}{{job="{name}"}} {value}\n' for key, value in values.items()),
    )


def schedule(name):
    state = read_state(name)
    state.setdefault("scheduled", round(time.time(), 3))
    save(name, state)


def begin(name, retries, pause):
    # One that waits to be tried again and is started by somebody need not be started once more.
    subprocess.run(["systemctl", "stop", f"{name}-again.timer"], stderr=subprocess.DEVNULL, check=False)
    state = read_state(name)
    again = state.get("again", False)
    state.update(
        retries=retries,
        pause=pause,
        started=state["started"] if again else round(time.time(), 3),
        attempt=state.get("attempt", 0) + 1 if again else 1,
        running=True,
        again=False,
    )
    save(name, state)
    log(6, f"{name} begins, attempt {state['attempt']}", job=name, attempt=state["attempt"])


def end(name, result):
    state = read_state(name)
    now = time.time()
    before = state.get("result", "success")
    seconds = round(now - state.get("started", now), 3)
    again = result != "success" and state.get("attempt", 1) <= state.get("retries", 0)
    state.update(running=False, again=again, seconds=seconds, ended=round(now, 3))
    if result == "success":
        state["succeeded"] = state["ended"]
    if not again:
        state["result"] = result
    if result != "success" and not again:
        failure = {"ended": state["ended"], "reason": reason(result)}
        state["failures"] = [*state.get("failures", []), failure][-FAILURES:]
    save(name, state)
    outcome = "succeeded" if result == "success" else f"failed ({reason(result)})"
    log(
        6 if result == "success" else 3,
        f"{name} {outcome} after {seconds} s{', and is tried again' if again else ''}",
        job=name,
        result=result,
        seconds=seconds,
        attempt=state.get("attempt", 1),
    )
    if again:
        try_again(name, state)
    else:
        notify(name, state, before, outcome)


def boot():
    """A run that the host's end has cut off has failed; and what waited to be tried again waits in nobody's memory."""
    for file in sorted(os.listdir(FOLDERS["state"])):
        name = file.removesuffix(".json")
        state = read_state(name)
        # One that its timer makes up for has begun anew, and tells of itself.
        if under_way(name):
            continue
        if state.get("running"):
            end(name, "boot")
        elif state.get("again"):
            try_again(name, state)


def under_way(name):
    asked = ["systemctl", "show", "--property=ActiveState", "--value", f"{name}.service"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    return done.stdout.strip() == "activating"


def try_again(name, state):
    subprocess.run(
        [
            *("systemd-run", "--quiet", "--collect", f"--on-active={state['pause']}", f"--unit={name}-again"),
            *("systemctl", "start", "--no-block", f"{name}.service"),
        ],
        check=True,
    )


def reason(result):
    """What systemd says of the end of a program that did not succeed."""
    status = os.environ.get("EXIT_STATUS", "")
    return {
        "exit-code": f"exit code {status}",
        "timeout": "its time was up",
        "signal": f"signal {status}",
        "oom-kill": "out of memory",
        "boot": "its host went down meanwhile",
        "condition": "a condition of its unit",
    }.get(result, result)


def save(name, state):
    write(state_path(name), json.dumps(state) + "\n")
    write_metrics(name, state)


def notify(name, state, before, outcome):
    try:
        with open(NOTIFY, encoding="utf-8") as file:
            told = json.load(file)
    except FileNotFoundError:
        return
    failed, mended = state["result"] != "success", state["result"] == "success" and before != "success"
    if not failed and not mended and name not in told.get("onSuccess", []):
        return
    summary = f"{told['cluster']}: {name} {outcome} after {round(state['seconds'])} s"
    lines = last_lines() if failed else []
    if "slack" in told:
        send(name, state, "slack", told["slack"]["url"], slack(summary, lines))
    if "pagerduty" in told and (failed or mended):
        body = pagerduty(told, name, summary, lines, failed)
        send(name, state, "pagerduty", told["pagerduty"]["url"], body)


def slack(summary, lines):
    return {"text": "\n".join([summary, *(["```", *lines, "```"] if lines else [])])}


def pagerduty(told, name, summary, lines, failed):
    """An event of PagerDuty's Events API, version 2."""
    event = {
        "routing_key": told["pagerduty"]["routingKey"],
        "event_action": "trigger" if failed else "resolve",
        "dedup_key": f"holdfast/{told['cluster']}/{name}",
    }
    if not failed:
        return event
    return {
        **event,
        "payload": {
            "summary": summary[:1024],
            "source": told["host"],
            # What has to wake somebody is an alert as well, which knows of silences and of what else is wrong.
            "severity": "warning",
            "component": name,
            "group": told["cluster"],
            "class": "job",
            "custom_details": {"log": lines},
        },
    }


def last_lines():
    """What the job said at last, in this run."""
    run = os.environ.get("INVOCATION_ID")
    if not run:
        return []
    done = subprocess.run(
        ["journalctl", "--no-pager", "--output=cat", f"--lines={LINES}", f"_SYSTEMD_INVOCATION_ID={run}"],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.splitlines()


def send(name, state, where, url, body):
    request = urllib.request.Request(
        url, data=json.dumps(body).encode(), headers={"Content-Type": "application/json"}, method="POST"
    )
    problem = ""
    for pause in (*PAUSES, None):
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS):
                return
        except urllib.error.HTTPError as error:
            problem = f"{error.code}"
            # Its own fault, which it would be again; but too many at a time pass.
            if error.code < 500 and error.code != 429:
                break
        except (OSError, http.client.HTTPException) as error:
            problem = str(error)
        if pause is not None:
            time.sleep(pause)
    state["unsent"] = state.get("unsent", 0) + 1
    save(name, state)
    # Never the address, which is as good as a password.
    log(3, f"{where} was not told of {name}: {problem}", job=name, notification=where)


def main():
    try:
        if sys.argv[1] == "schedule":
            schedule(sys.argv[2])
        elif sys.argv[1] == "begin":
            begin(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
        elif sys.argv[1] == "end":
            end(sys.argv[2], os.environ.get("SERVICE_RESULT", "success"))
        else:
            boot()
    except Exception as error:  # see above
        print(f"job.py: {error}", file=sys.stderr)


main()
