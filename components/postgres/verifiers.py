# Managed by Holdfast.
"""
verifiers.py PASSWORDS ITERATIONS: psql variables verifier_ROLE, for a file {"role": "password"}. On standard input are
the verifiers that the server keeps, a line "ROLE<tab>VERIFIER" each. One that fits its password is printed as it is:
another salt would make clients that are connected to a pool log in again. So the server never sees a password.
"""
import base64
import hashlib
import hmac
import json
import os
import sys


def encoded(octets):
    return base64.b64encode(octets).decode()


# RFC 5802 and 7677. Generated passwords are letters and digits, so that there is nothing to normalise.
def verifier(password, salt, iterations):
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, iterations)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    return f"SCRAM-SHA-256${iterations}:{encoded(salt)}${encoded(stored)}:{encoded(server)}"


def fits(kept, password):
    iterations, salt = kept.split("$")[1].split(":")
    return hmac.compare_digest(kept, verifier(password, base64.b64decode(salt), int(iterations)))


with open(sys.argv[1], encoding="utf-8") as file:
    passwords = json.load(file)
known = dict(line.rstrip("\n").split("\t") for line in sys.stdin)
for role, password in passwords.items():
    kept = known.get(role)
    if kept is None or not fits(kept, password):
        kept = verifier(password, os.urandom(16), int(sys.argv[2]))
    print(f"\\set verifier_{role} '{kept}'")
