"""Stands in, inside a host, for the services of EC2 that a first boot speaks to, and writes down what it was asked.

The metadata of instances (version 2, by token) on 169.254.169.254, which has to be an address of this host itself, and
Systems Manager by TLS on 127.0.0.1. Arguments: certificate, its key, the file of requests.
"""

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
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        with open(REQUESTS, "a") as file:
            file.write(json.dumps({"headers": {k.lower(): v for k, v in self.headers.items()}, "body": body}) + "\n")
        self.answer(200, '{"Version":1}')


metadata = http.server.ThreadingHTTPServer(("169.254.169.254", 80), Metadata)
manager = http.server.ThreadingHTTPServer(("127.0.0.1", 443), SystemsManager)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(CERTIFICATE, KEY)
manager.socket = context.wrap_socket(manager.socket, server_side=True)
threading.Thread(target=metadata.serve_forever, daemon=True).start()
manager.serve_forever()
