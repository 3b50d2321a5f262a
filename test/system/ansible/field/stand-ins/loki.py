#!/usr/bin/python3
"""Stands in for Loki: it tries its configuration, says when it is ready, and keeps the lines that are pushed."""
import json
import os
import re
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

[path] = [arg.split("=", 1)[1] for arg in sys.argv[1:] if arg.startswith("-config.file=")]
with open(path) as file:
    text = file.read()
port = re.search(r"^  http_listen_port: (\d+)$", text, re.M)
folder = re.search(r'^  path_prefix: "(.+)"$', text, re.M)
if not port or not folder or not re.search(r"^  retention_period: \d+h$", text, re.M):
    sys.exit(f"failed parsing config: {path}")
if "-verify-config" in sys.argv:
    sys.exit(0)


class Answers(BaseHTTPRequestHandler):
    def answer(self, status, body=b""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(200, b"ready\n") if self.path == "/ready" else self.answer(404)

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path != "/loki/api/v1/push" or "Authorization" in self.headers:
            return self.answer(400)
        with open(os.path.join(folder[1], "lines"), "a") as file:
            for stream in body["streams"]:
                file.write(json.dumps(stream["stream"], sort_keys=True) + "\n")
        self.answer(204)

    def log_message(self, *_):
        pass


ThreadingHTTPServer(("127.0.0.1", int(port[1])), Answers).serve_forever()
