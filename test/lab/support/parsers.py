"""Runs in a container of the host image. Reads /input, and prints as JSON what the hosts' own programs make of it.

  bundle   files as the program stages them: dynamic configurations, each with one text in log_line_prefix
  names    for each cluster's name, Patroni's and etcd's file
  values   [parameter, value] pairs
  zones    names of time zones
"""
import json
import logging
import os
import subprocess
import sys

import psycopg2
import yaml
from patroni.collections import CaseInsensitiveSet
from patroni.config import Config
from patroni.postgresql.config import ConfigWriter
from patroni.postgresql.validator import transform_postgresql_parameter_value

BIN = "/usr/lib/postgresql/17/bin/"
VERSION = 170000
DATA = "/srv/data/server"
SOCKETS = "/run/parsers"
TEXTS = f"{DATA}/texts.conf"

logging.disable(logging.CRITICAL)


def run(*command, check=True, stdin=None):
    return subprocess.run(command, check=check, capture_output=True, text=True, input=stdin)


def as_postgres(*command):
    return run("runuser", "-u", "postgres", "--", *command)


def start_server():
    for folder in (SOCKETS, DATA):
        run("install", "-d", "-o", "postgres", "-g", "postgres", "-m", "0700", folder)
    as_postgres(f"{BIN}initdb", "--no-sync", "--pgdata", DATA, "--encoding", "UTF8", "--locale", "C.UTF-8")
    options = f"-c listen_addresses= -c unix_socket_directories={SOCKETS} -c fsync=off"
    as_postgres(f"{BIN}pg_ctl", "--pgdata", DATA, "--wait", "--log", f"{SOCKETS}/log", "--options", options, "start")
    connection = psycopg2.connect(host=SOCKETS, user="postgres", dbname="postgres")
    connection.autocommit = True
    return connection.cursor()


def patronis(name, value, known):
    """What Patroni would write for a parameter of the dynamic configuration; None when it leaves it out."""
    kept = Config._process_postgresql_parameters({name: value}).get(name)
    return None if kept is None else transform_postgresql_parameter_value(VERSION, name, kept, known)


def texts(cursor, known):
    """The texts that arrive in the server, in the order of the bundle's files."""
    with open("/input/bundle") as bundle:
        run("bash", "/input/agent", "stage", "patroni", "files", stdin=bundle.read())
    staged = "/var/lib/holdfast/staged/patroni/files"
    count = len(open(f"{staged}/manifest").read().splitlines())
    files = [f"{staged}/{number + 1}" for number in range(count)]
    # As the configuration goes into etcd: a line each. Python's splitlines knows other ends of lines besides.
    stored = run("jq", "--compact-output", "--sort-keys", ".", *files).stdout.rstrip("\n").split("\n")
    with ConfigWriter(TEXTS) as writer:
        for line in stored:
            text = json.loads(line)["postgresql"]["parameters"]["log_line_prefix"]
            writer.write_param("log_line_prefix", patronis("log_line_prefix", text, known))
    run("chown", "postgres:postgres", TEXTS)
    with open(f"{DATA}/postgresql.conf", "a") as conf:
        conf.write(f"include '{TEXTS}'\n")
    # It lists every entry, those as well that a later one of the same name outdoes.
    cursor.execute("SELECT setting FROM pg_file_settings WHERE sourcefile = %s ORDER BY seqno", (TEXTS,))
    return [row[0] for row in cursor.fetchall()]


def values(cursor, known):
    """For each value: what Patroni would write, why the server refuses it, and the number that it makes of it."""
    answers = []
    for name, value in json.load(open("/input/values")):
        refused = number = None
        try:
            written = patronis(name, value, known)
        except Exception as error:
            written, refused = None, f"Patroni ends: {error!r}"
        try:
            cursor.execute(f'ALTER SYSTEM SET "{name}" = %s', (str(value),))
        except psycopg2.Error as error:
            refused = error.diag.message_primary
        cursor.execute("BEGIN")
        try:
            cursor.execute("SELECT set_config(%s, %s, true)", (name, str(value)))
            cursor.execute("SELECT setting FROM pg_settings WHERE name = %s", (name,))
            number = cursor.fetchone()[0]
        except psycopg2.Error:
            pass  # One that a session cannot set.
        cursor.execute("ROLLBACK")
        answers.append({"written": None if written is None else str(written), "refused": refused, "number": number})
    return answers


def names():
    """The name of the cluster as Patroni reads it, and what etcd says of its file before it can listen nowhere."""
    answers = []
    for patroni, etcd in json.load(open("/input/names")):
        with open("/tmp/etcd.yml", "w") as file:
            file.write(etcd)
        ended = run("timeout", "10", "etcd", "--config-file", "/tmp/etcd.yml", check=False)
        lines = (ended.stdout + ended.stderr).splitlines()
        answers.append({"scope": yaml.safe_load(patroni)["scope"], "etcd": [line for line in lines if "unmarshal" in line]})
    return answers


cursor = start_server()
described = as_postgres(f"{BIN}postgres", "--describe-config").stdout
known = CaseInsensitiveSet(line.split("\t")[0] for line in described.splitlines())
answer = {
    "values": values(cursor, known),
    "texts": texts(cursor, known),
    "names": names(),
    "missingZones": [zone for zone in json.load(open("/input/zones")) if not os.path.isfile(f"/usr/share/zoneinfo/{zone}")],
}
json.dump(answer, sys.stdout)
