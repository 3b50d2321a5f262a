#!/usr/bin/python3
"""Stands in for Grafana: it wants its password, its data sources and their token, and says that it is healthy."""
import configparser
import json
import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

if sys.argv[1] != "server":
    sys.exit("grafana knows the command server")
options = dict(zip(sys.argv[2::2], sys.argv[3::2]))
config = configparser.ConfigParser(comment_prefixes=(";", "#"))
config.read(options["--config"])
sources = os.path.join(config["paths"]["provisioning"], "datasources", "monitoring.yml")
with open(sources) as file:
    if "$INFLUXDB_TOKEN" not in file.read() or not os.environ["INFLUXDB_TOKEN"]:
        sys.exit("there is no token")
if len(os.environ["GF_SECURITY_ADMIN_PASSWORD"]) < 8:
    sys.exit("there is no password")
with open(os.path.join(config["paths"]["data"], "grafana.db"), "w") as file:
    file.write(config["server"]["root_url"])
with open(os.path.join(options["--homepath"], "VERSION")) as file:
    version = file.read().strip()


class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps({"database": "ok", "version": version}).encode()
        self.send_response(200 if self.path == "/api/health" else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


where = (config["server"]["http_addr"], int(config["server"]["http_port"]))
ThreadingHTTPServer(where, Answers).serve_forever()
