"""Stands in, inside a host, for the services of EC2 that a first boot speaks to, and writes down what it was asked.

The metadata of instances (version 2, by token) on 169.254.169.254, which has to be an address of this host itself, and
Systems Manager by TLS on 127.0.0.1. Arguments: certificate, its key, the file of requests.
"""

import glob
import hashlib
import hmac
import http.server
import json
import ssl
import sys
import threading

CERTIFICATE, KEY, REQUESTS = sys.argv[1:]
TOKEN = "token-of-the-test"
METADATA = {
    "/latest/meta-data/instance-id": "i-0123456789abcdef0",
    "/latest/meta-data/iam/security-credentials/": "the-role",
    "/latest/meta-data/iam/security-credentials/the-role": json.dumps(
        {
            "AccessKeyId": "AKIAIOSFODNN7EXAMPLE",
            "SecretAccessKey": "the-secret-access-key",
            "Token": "the-session-token",
        }
    ),
}


SECRET = json.loads(METADATA["/latest/meta-data/iam/security-credentials/the-role"])


def signed_rightly(method, path, headers, body):
    """Whether Amazon would take this signature: version 4, made again from what arrived."""
    scheme, _, rest = headers["authorization"].partition(" ")
    given = dict(part.strip().split("=", 1) for part in rest.split(","))
    _, day, region, service, _ = given["Credential"].split("/")
    names = given["SignedHeaders"].split(";")
    values = "".join(f"{name}:{' '.join(headers[name].split())}\n" for name in names)
    hashed = hashlib.sha256(body).hexdigest()
    request = "\n".join([method, path, "", values, given["SignedHeaders"], hashed])
    scope = f"{day}/{region}/{service}/aws4_request"
    text = "\n".join([scheme, headers["x-amz-date"], scope, hashlib.sha256(request.encode()).hexdigest()])
    key = f"AWS4{SECRET['SecretAccessKey']}".encode()
    for word in (day, region, service, "aws4_request", text):
        last, key = key, hmac.new(key, word.encode(), hashlib.sha256).digest()
    return hmac.compare_digest(key.hex(), given["Signature"])


def words_of_commands():
    """Of all processes of now, whoever asks among them: it waits for its answer."""
    return b"".join(read(path) for path in glob.glob("/proc/[0-9]*/cmdline"))


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def answer(self, status, text=""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())


class Metadata(Handler):
    def do_PUT(self):
        self.answer(200, TOKEN) if self.path == "/latest/api/token" else self.answer(404)

    def do_GET(self):
        if self.headers.get("X-aws-ec2-metadata-token") != TOKEN:
            self.answer(401)
        elif self.path in METADATA:
            self.answer(200, METADATA[self.path])
        else:
            self.answer(404)


class SystemsManager(Handler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        seen = words_of_commands()
        asked = {
            "headers": headers,
            "body": body.decode(),
            "signed": signed_rightly(self.command, self.path, headers, body),
            "curl": b"curl" in seen,
            "exposed": [name for name, value in SECRET.items() if value.encode() in seen],
        }
        with open(REQUESTS, "a") as file:
            file.write(json.dumps(asked) + "\n")
        self.answer(200, '{"Version":1}')


metadata = http.server.ThreadingHTTPServer(("169.254.169.254", 80), Metadata)
manager = http.server.ThreadingHTTPServer(("127.0.0.1", 443), SystemsManager)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(CERTIFICATE, KEY)
manager.socket = context.wrap_socket(manager.socket, server_side=True)
threading.Thread(target=metadata.serve_forever, daemon=True).start()
manager.serve_forever()
