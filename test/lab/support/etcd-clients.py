"""Eight clients that keep a lease alive at one member of etcd, over and over: etcd-clients.py ADDRESS FILE SECONDS.
Makes the file once a lease is granted, and ends when somebody takes it away, or after so many seconds.
Prints each kind of answer with how often it came: "granted", "nobody" (no answer), "unavailable" (code 14), or its text.
Patroni asks another member after the first three; it takes anything else for a no."""

import collections
import json
import pathlib
import sys
import threading
import time

import urllib3

TLS = "/etc/postgresql/tls"
address, running, seconds = sys.argv[1], pathlib.Path(sys.argv[2]), float(sys.argv[3])
answers = collections.Counter()
end = time.monotonic() + seconds
leased = threading.Event()


def ask(http, path, fields):
    try:
        answer = http.request("POST", f"https://{address}:2379/v3/lease/{path}", body=json.dumps(fields))
    except urllib3.exceptions.HTTPError:
        time.sleep(0.02)
        return "nobody", {}
    said = json.loads(answer.data)
    problem = said.get("error", said if answer.status >= 400 else None)
    if problem is None:
        return "granted", said
    return ("unavailable" if problem.get("code") == 14 else json.dumps(problem)), {}


def keep_alive():
    http = urllib3.PoolManager(
        cert_reqs="CERT_REQUIRED",
        ca_certs=f"{TLS}/ca.crt",
        cert_file=f"{TLS}/server.crt",
        key_file=f"{TLS}/server.key",
        retries=False,
        timeout=urllib3.Timeout(connect=1, read=3),
    )
    lease = None
    while time.monotonic() < end and (running.exists() or not leased.is_set()):
        path, fields = ("grant", {"TTL": 30}) if lease is None else ("keepalive", {"ID": lease})
        answer, said = ask(http, path, fields)
        answers[answer] += 1
        lease = lease or said.get("ID")
        if lease and not leased.is_set():
            running.touch()
            leased.set()


threads = [threading.Thread(target=keep_alive) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(json.dumps(answers))
