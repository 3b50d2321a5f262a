import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Archive, archive, downloads, serving } from './archives.ts';
import type { Scene } from './scene.ts';

const program = (name: string): string => readFileSync(join(import.meta.dirname, 'stand-ins', `${name}.py`), 'utf8');

const grafana = (version: string): Archive =>
  archive(`grafana-${version}.linux-amd64.tar.gz`, {
    [`grafana-v${version}/bin/grafana`]: program('grafana'),
    [`grafana-v${version}/VERSION`]: `${version}\n`,
  });

const telegraf = (version: string): Archive =>
  archive(`telegraf-${version}_linux_amd64.tar.gz`, {
    [`telegraf-${version}/usr/bin/telegraf`]: `${program('telegraf')}# ${version}\n`,
  });

const archives = {
  grafana: grafana('11.2.0'),
  influxdb: archive('influxdb2-2.7.10_linux_amd64.tar.gz', { 'influxdb2-2.7.10/usr/bin/influxd': program('influxd') }),
  loki: archive('loki-linux-amd64.zip', { 'loki-linux-amd64': program('loki') }),
  promtail: archive('promtail-linux-amd64.zip', { 'promtail-linux-amd64': program('promtail') }),
  telegraf: telegraf('1.32.0'),
};
const newer = telegraf('1.32.1');

/** What tells a role where its archive is, and which one is meant. */
const release = (role: string, { name, checksum }: Archive) => ({
  [`${role}_url`]: `${downloads}/${name}`,
  [`${role}_checksum`]: checksum,
  [`${role}_health_tries`]: 10,
});

const vars = Object.assign(
  {
    monitoring_host: "{{ hostvars['mon1'].ansible_host }}",
    monitoring_admin_password: 'correct horse "battery" $(id)',
    monitoring_influxdb_token: 'influx-token-of-the-tests',
    monitoring_agent_token: 'agent-token-of-the-tests',
    firewall_rules: [
      { port: '80', comment: 'web' },
      { port: '443', comment: 'it is "monitoring"' },
    ],
    telegraf_group_inputs: {
      web_servers: { nginx: { urls: ['http://127.0.0.1/status'] } },
      elsewhere: { mem: {} },
    },
    promtail_group_logs: { web_servers: { nginx: '/var/log/nginx/*.log' }, elsewhere: { other: '/none' } },
  },
  ...Object.entries(archives).map(([role, one]) => release(role, one)),
);

const units = ['grafana', 'influxdb', 'loki', 'nginx', 'promtail', 'telegraf'].join(' ');

/** The whole stack on a server, agents on it and on another host; a new agent; a configuration that its program does not take. */
export const monitoring: Scene = {
  name: 'monitoring',
  hosts: { mon1: ['monitoring_servers', 'monitoring_agents'], app1: ['monitoring_agents', 'web_servers'] },
  vars,
  before: serving([...Object.values(archives), newer]),
  paths: [
    ...['grafana', 'influxdb', 'loki', 'promtail', 'telegraf'].flatMap((name) => [
      `/opt/${name}`,
      `/etc/${name}`,
      `/etc/systemd/system/${name}.service`,
    ]),
    '/etc/nginx/conf.d',
    '/etc/nginx/sites-enabled',
    '/etc/systemd/system/multi-user.target.wants',
  ],
  outputs: [
    `systemctl is-active ${units}; systemctl is-enabled ${units}`,
    'curl -s http://127.0.0.1:8086/api/v2/setup; curl -s http://127.0.0.1:3000/api/health',
    'LC_ALL=C sort -u /var/lib/influxdb/points /var/lib/loki/lines',
    'cat /var/lib/grafana/grafana.db; cat /var/lib/influxdb/influxd.bolt',
    "stat -c '%n %a %U' /var/lib/grafana /var/lib/influxdb /var/lib/loki /etc/ssl/monitoring/*",
    'openssl x509 -in /etc/ssl/monitoring/chain.pem -noout -subject -ext subjectAltName 2>/dev/null',
    "grep -h '^### tuple' /etc/ufw/user.rules; ufw status | head -1",
    'for user in grafana influxdb loki promtail telegraf; do getent passwd $user | cut -d: -f1,6,7; done',
  ],
  acts: [
    { about: 'fresh hosts', playbook: 'monitoring.yml' },
    { about: 'again', playbook: 'monitoring.yml', changes: 'none' },
    {
      about: 'a new agent, which measures other things',
      playbook: 'monitoring.yml',
      knows: {
        telegraf_version: '1.32.1',
        ...release('telegraf', newer),
        telegraf_group_inputs: { monitoring_servers: { processes: {} } },
      },
    },
    {
      about: 'a configuration that Loki does not take',
      playbook: 'monitoring.yml',
      knows: { loki_keep_hours: 'for ever' },
      changes: 'none',
      ends: 'failed',
    },
    {
      about: 'a secret that was forgotten',
      playbook: 'monitoring.yml',
      knows: { monitoring_agent_token: '' },
      changes: 'none',
      ends: 'failed',
    },
  ],
};
