#!/usr/bin/python3
"""Stands in for InfluxDB 2: its health, its setup, which it takes once, and writes with the token that was set up."""
import json
import os
import tomllib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

with open(os.environ["INFLUXD_CONFIG_PATH"], "rb") as file:
    config = tomllib.load(file)
owner = config["bolt-path"]
points = os.path.join(os.path.dirname(owner), "points")


class Answers(BaseHTTPRequestHandler):
    def answer(self, status, body=None):
        data = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        if self.path == "/health":
            self.answer(200, {"status": "pass"})
        elif self.path == "/api/v2/setup":
            self.answer(200, {"allowed": not os.path.exists(owner)})
        else:
            self.answer(404, {})

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.path == "/api/v2/setup":
            self.set_up(json.loads(body))
        elif self.path.startswith("/api/v2/write"):
            self.write(body)
        else:
            self.answer(404, {})

    def set_up(self, wanted):
        if os.path.exists(owner):
            return self.answer(422, {"message": "onboarding has already been completed"})
        if not isinstance(wanted["retentionPeriodSeconds"], int) or len(wanted["password"]) < 8:
            return self.answer(400, {"message": "wrong"})
        with open(owner, "w") as file:
            json.dump(wanted, file)
        self.answer(201, {"user": {"name": wanted["username"]}})

    def write(self, body):
        try:
            with open(owner) as file:
                token = json.load(file)["token"]
        except FileNotFoundError:
            token = None
        if token is None or self.headers.get("Authorization") != f"Token {token}":
            return self.answer(401, {"message": "unauthorized access"})
        with open(points, "ab") as file:
            file.write(body)
        self.answer(204)

    def log_message(self, *_):
        pass


host, port = config["http-bind-address"].rsplit(":", 1)
ThreadingHTTPServer((host, int(port)), Answers).serve_forever()
