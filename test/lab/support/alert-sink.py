"""Takes what Alertmanager sends to Slack, PagerDuty, by mail and to the dead man's switch, on the operations host itself.

alert-sink.py FILE HTTP_PORT MAIL_PORT: each message as a line of JSON: at (seconds), way, body (JSON, or the text of a mail).
Whatever has another address is refused.
"""

import asyncio
import json
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread

WAYS = ("slack", "pagerduty", "switch")
FILE, HTTP_PORT, MAIL_PORT = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
lock = Lock()


def note(way, body):
    with lock, open(FILE, "a", encoding="utf-8") as file:
        file.write(json.dumps({"at": time.time(), "way": way, "body": body}) + "\n")


class Web(BaseHTTPRequestHandler):
    def do_POST(self):
        text = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        way = self.path.strip("/")
        if way in WAYS:
            note(way, json.loads(text))
        self.send_response(404 if way not in WAYS else 202 if way == "pagerduty" else 200)
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_):
        pass


async def mail(reader, writer):
    """As much of SMTP (RFC 5321) as a client needs that sends one message."""

    def say(line):
        writer.write(f"{line}\r\n".encode())

    say("220 sink")
    while line := (await reader.readline()).decode().strip():
        verb = line.split(" ")[0].upper()
        if verb == "DATA":
            say("354 go on")
            text = []
            while (part := (await reader.readline()).decode().rstrip("\r\n")) != ".":
                text.append(part)
            note("mail", "\n".join(text))
        say("221 bye" if verb == "QUIT" else "250 ok")
        if verb == "QUIT":
            break
    await writer.drain()
    writer.close()


async def main():
    Thread(target=ThreadingHTTPServer(("127.0.0.1", HTTP_PORT), Web).serve_forever, daemon=True).start()
    server = await asyncio.start_server(mail, "127.0.0.1", MAIL_PORT)
    async with server:
        await server.serve_forever()


asyncio.run(main())
