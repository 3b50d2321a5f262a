#!/usr/bin/python3
"""Stands in for Telegraf: it tries configurations, writes one point over TLS, and is healthy when that was taken."""
import glob
import os
import ssl
import sys
import tomllib
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def read(path):
    with open(path, "rb") as file:
        return tomllib.load(file)


if sys.argv[1:3] == ["config", "check"]:
    try:
        sys.exit(0 if read(sys.argv[4]) else 1)
    except tomllib.TOMLDecodeError as fault:
        sys.exit(f"error loading config file {sys.argv[4]}: {fault}")

options = dict(zip(sys.argv[1::2], sys.argv[2::2]))
main = read(options["--config"])
inputs = sorted({*main["inputs"], *(name for path in glob.glob(options["--config-directory"] + "/*.conf") for name in read(path)["inputs"])})
[out] = main["outputs"]["influxdb_v2"]
line = f"up,host={main['agent']['hostname']} inputs=\"{' '.join(inputs)}\"\n"
request = urllib.request.Request(
    f"{out['urls'][0]}/api/v2/write?org={out['organization']}&bucket={out['bucket']}",
    data=line.encode(),
    headers={"Authorization": "Token " + out["token"].replace("${TELEGRAF_TOKEN}", os.environ["TELEGRAF_TOKEN"])},
)
try:
    with urllib.request.urlopen(request, context=ssl.create_default_context(cafile=out["tls_ca"]), timeout=10) as answer:
        status = 200 if answer.status == 204 else 503
except OSError as fault:
    print(fault, file=sys.stderr)
    status = 503


class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


[health] = main["outputs"]["health"]
host, port = health["service_address"].removeprefix("http://").rsplit(":", 1)
ThreadingHTTPServer((host, int(port)), Answers).serve_forever()
