import { archive, downloads, serving } from './archives.ts';
import type { Scene } from './scene.ts';

const app = (version: string, health: string) =>
  archive(`portal-${version}.tar.gz`, {
    [`portal-${version}/app.py`]: `
import os
from flask import Flask, jsonify

app = Flask(__name__)

@app.get("/")
def page():
    return os.environ["GREETING"] + " ${version}\\n"

@app.get("/health")
def health():
    ${health}
`,
  });

const healthy = 'return jsonify(version=os.environ["APP_VERSION"])';
const archives = [app('1.0.0', healthy), app('1.1.0', healthy), app('1.2.0', 'return "no database", 503')];

const releases = Object.fromEntries(
  archives.map(({ name, checksum }) => [
    name.replace(/^portal-|\.tar\.gz$/g, ''),
    { url: `${downloads}/${name}`, checksum },
  ]),
);

const vars = {
  web_app_name: 'portal',
  web_app_releases: releases,
  web_app_settings: { GREETING: 'it is "portal" at 100%' },
  web_app_secrets: { DATABASE_PASSWORD: 'correct horse $(id)' },
  web_app_health_tries: 5,
  load_balancer_name: 'portal',
  load_balancer_drain_tries: 3,
  firewall_rules: [{ port: '80', comment: 'web' }],
};

const looks = {
  paths: [
    '/srv/portal',
    '/etc/portal.env',
    '/etc/nginx/conf.d',
    '/etc/nginx/sites-enabled',
    '/etc/nginx/backends',
    '/etc/systemd/system/portal@.service',
    '/etc/systemd/system/multi-user.target.wants',
  ],
  outputs: [
    'systemctl is-active nginx portal@8001 portal@8002 portal@8003',
    'systemctl is-enabled nginx portal@8001 portal@8002 portal@8003',
    // While a bad version is on one instance, either may answer.
    "curl -s http://127.0.0.1/ | sed 's/[0-9.]*$//'; curl -s http://127.0.0.1/health",
    'for port in 8001 8002 8003; do curl -s http://127.0.0.1:$port/; done',
    "grep -h '^### tuple' /etc/ufw/user.rules; ufw status | head -1",
    'getent passwd portal | cut -d: -f1,6,7; id -nG portal',
    "dpkg-query -W -f '${Package} ${Version} ${Status}\\n' nginx gunicorn python3-flask",
  ],
};

/** A Flask application in several instances, and in one more and one less of them. */
export const webApp: Scene = {
  name: 'webapp',
  hosts: { app1: ['app_servers'] },
  vars,
  before: serving(archives),
  ...looks,
  acts: [
    { about: 'a fresh host', playbook: 'web_app.yml', vars: { web_app_version: '1.0.0' } },
    { about: 'again', playbook: 'web_app.yml', vars: { web_app_version: '1.0.0' }, changes: 'none' },
    {
      about: 'a new version, and an instance more',
      playbook: 'web_app.yml',
      vars: { web_app_version: '1.1.0', web_app_ports: [8001, 8002, 8003] },
    },
    { about: 'an instance less', playbook: 'web_app.yml', vars: { web_app_version: '1.1.0' } },
    { about: 'again, with fewer', playbook: 'web_app.yml', vars: { web_app_version: '1.1.0' }, changes: 'none' },
    {
      about: 'an instance that was started with other settings is started again',
      before: 'sed -i s/100%/50%/ /etc/portal.env; systemctl restart portal@8001; sed -i s/50%/100%/ /etc/portal.env',
      playbook: 'web_app.yml',
      vars: { web_app_version: '1.1.0' },
    },
    {
      about: 'an unknown version',
      playbook: 'web_app.yml',
      vars: { web_app_version: '9' },
      ends: 'failed',
      changes: 'none',
    },
  ],
};

/** Two servers behind a load balancer, upgraded one after the other; a bad version stays on the first, out of the way. */
export const rollingUpgrade: Scene = {
  name: 'rolling',
  hosts: { app1: ['app_servers'], app2: ['app_servers'], lb1: ['load_balancers'] },
  vars,
  before: serving(archives),
  ...looks,
  acts: [
    { about: 'fresh hosts', playbook: 'web_app.yml', vars: { web_app_version: '1.0.0' } },
    { about: 'again', playbook: 'web_app.yml', vars: { web_app_version: '1.0.0' }, changes: 'none' },
    {
      about: 'nothing to upgrade',
      playbook: 'rolling_upgrade.yml',
      vars: { web_app_version: '1.0.0' },
      changes: 'none',
    },
    { about: 'a good version', playbook: 'rolling_upgrade.yml', vars: { web_app_version: '1.1.0' } },
    { about: 'that again', playbook: 'rolling_upgrade.yml', vars: { web_app_version: '1.1.0' }, changes: 'none' },
    { about: 'a bad version', playbook: 'rolling_upgrade.yml', vars: { web_app_version: '1.2.0' }, ends: 'failed' },
    { about: 'the good one again', playbook: 'rolling_upgrade.yml', vars: { web_app_version: '1.1.0' } },
  ],
};
