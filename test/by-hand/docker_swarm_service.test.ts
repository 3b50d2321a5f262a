import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { bundledModules } from '#playbook/modules/registry.ts';
import { changes, tryModule } from '../playbook/modules/host.ts';
import { needed } from './needed.ts';

/* Needs an engine that may be made a swarm of one: QUARTERDECK_TEST_DOCKER=unix:///…/docker.sock. */
const engine = needed('QUARTERDECK_TEST_DOCKER');
const id = `qd${process.pid}`;
const module = bundledModules().get('docker_swarm_service');

const attempt = (args: JsonObject, really = true) => {
  if (module === undefined) throw new Error('no docker_swarm_service');
  return tryModule(module, { docker_host: engine, image: 'quarterdeck/none:1', ...args }, {}, really);
};

const docker = (...words: readonly string[]): string =>
  execFileSync('docker', ['--host', engine, ...words], {
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
    input: 'x',
  });

const specOf = (name: string) => JSON.parse(docker('service', 'inspect', name))[0].Spec;

describe('with a real swarm', { timeout: 60_000 }, () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'swarm-'));
    if (docker('info', '--format', '{{.Swarm.ControlAvailable}}').trim() !== 'true')
      docker('swarm', 'init', '--advertise-addr', '127.0.0.1', '--listen-addr', '127.0.0.1:23777');
    for (const name of ['one', 'two']) docker('network', 'create', '--driver=overlay', `${id}-${name}`);
    docker('config', 'create', `${id}-config`, '-');
    docker('secret', 'create', `${id}-secret`, '-');
  });
  afterAll(() => {
    const names = docker('service', 'ls', '--format', '{{.Name}}')
      .split('\n')
      .filter((name) => name.startsWith(id));
    if (names.length > 0) docker('service', 'rm', ...names);
    docker('config', 'rm', `${id}-config`);
    docker('secret', 'rm', `${id}-secret`);
    for (const name of ['one', 'two']) docker('network', 'rm', `${id}-${name}`);
    rmSync(folder, { recursive: true });
  });

  const everything = (): JsonObject => ({
    name: `${id}-all`,
    command: ['sh', '-c', 'echo "it\'s" $HOME; sleep 5'],
    args: ['a b', '--c', ''],
    cap_add: ['NET_ADMIN'],
    cap_drop: ['all'],
    configs: [{ config_name: `${id}-config`, filename: '/etc/x,y', mode: 0o400 }],
    secrets: [{ secret_name: `${id}-secret`, uid: '1000' }],
    container_labels: { one: 'b c', n: 1 },
    labels: { 'com.example': 'd,e "f"' },
    dns: ['1.1.1.1', '9.9.9.9'],
    dns_options: ['timeout:3'],
    dns_search: ['example.com'],
    endpoint_mode: 'vip',
    env: { PLAIN: 'x', SECRET: 'o\'brien $(id) "q" \\ é #', LINES: 'one\ntwo', PATH: '/bin:/usr/bin', EMPTY: '' },
    groups: ['20'],
    healthcheck: { test: ['CMD', 'echo', "it's"], interval: '1m30s', timeout: '5s', retries: 4, start_period: '3s' },
    hostname: 'inside',
    hosts: { other: '10.0.0.1' },
    init: true,
    limits: { cpus: 0.5, memory: '64M' },
    reservations: { cpus: 0.25, memory: '16M' },
    logging: { driver: 'json-file', options: { 'max-size': '1m' } },
    mounts: [
      { source: '/tmp', target: '/host', readonly: true, propagation: 'rslave' },
      { type: 'volume', source: `${id}-vol`, target: '/data', labels: { a: 'b' }, no_copy: true },
      { type: 'tmpfs', target: '/t', tmpfs_size: '1M', tmpfs_mode: 0o1777 },
    ],
    networks: [`${id}-one`, { name: `${id}-two`, aliases: ['db', 'cache'] }],
    placement: {
      constraints: ['node.role == manager'],
      preferences: [{ spread: 'node.labels.x' }],
      replicas_max_per_node: 2,
    },
    publish: [
      { published_port: 18080, target_port: 80 },
      { published_port: 18081, target_port: 81, protocol: 'udp', mode: 'host' },
      { target_port: 82 },
    ],
    read_only: true,
    replicas: 2,
    restart_config: { condition: 'on-failure', delay: '5s', max_attempts: 3, window: '2m' },
    rollback_config: {
      parallelism: 2,
      delay: '1s',
      failure_action: 'continue',
      monitor: '3s',
      max_failure_ratio: 0.5,
      order: 'start-first',
    },
    update_config: {
      parallelism: 3,
      delay: '10s',
      failure_action: 'rollback',
      monitor: '4s',
      max_failure_ratio: 0.25,
      order: 'start-first',
    },
    stop_grace_period: '1m',
    stop_signal: 'INT',
    tty: true,
    user: '1000',
    working_dir: '/tmp',
  });

  it('makes a service with everything, and finds nothing to do afterwards', async () => {
    const check = await attempt(everything(), false);
    expect(changes(check.plan)).toEqual(['state: absent → present']);
    expect(docker('service', 'ls', '-q', '--filter', `name=${id}-all`)).toBe('');
    const made = await attempt(everything());
    expect(made.result?.failed).toBeUndefined();
    expect(made.result).toMatchObject({
      changed: true,
      result: {
        msg: 'Service created',
        rebuilt: false,
        changes: [],
        swarm_service: { replicas: 2, limit_cpu: 0.5, mode: 'replicated' },
      },
    });
    expect(changes((await attempt(everything())).plan)).toEqual([]);
    const { TaskTemplate: task } = specOf(`${id}-all`);
    expect(task.ContainerSpec).toMatchObject({
      Command: ['sh', '-c', 'echo "it\'s" $HOME; sleep 5'],
      Args: ['a b', '--c', ''],
    });
    expect(task.ContainerSpec.Env).toContain('SECRET=o\'brien $(id) "q" \\ é #');
    expect(task.ContainerSpec.Env).toContain('LINES=one\ntwo');
  });

  const other: readonly (readonly [name: string, args: JsonObject, shown: string])[] = [
    ['args', { args: ['x y', "o'b"] }, 'args'],
    ['command', { command: 'sleep "1 0"' }, 'command'],
    ['configs', { configs: [{ config_name: `${id}-config`, filename: '/other' }] }, 'configs'],
    ['secrets', { secrets: [] }, 'secrets'],
    ['container_labels', { container_labels: { one: 'x', two: 'y' } }, 'container_labels'],
    ['labels', { labels: {} }, 'labels'],
    ['dns', { dns: ['8.8.8.8'] }, 'dns'],
    ['dns_options', { dns_options: [] }, 'dns_options'],
    ['dns_search', { dns_search: ['a.b', 'example.com'] }, 'dns_search'],
    ['env', { env: ['PLAIN=y', 'NEW=a\nb'] }, 'env PLAIN'],
    ['groups', { groups: ['21', '22'] }, 'groups'],
    ['healthcheck', { healthcheck: { test: 'true', interval: '2m' } }, 'healthcheck'],
    ['hostname', { hostname: 'elsewhere' }, 'hostname'],
    ['hosts', { hosts: { other: '10.0.0.2', third: '10.0.0.3' } }, 'hosts'],
    ['init', { init: false }, 'init'],
    ['limits', { limits: { cpus: 1, memory: '128M' } }, 'limit_cpu'],
    ['reservations', { reservations: { memory: '0' } }, 'reserve_memory'],
    ['logging', { logging: { options: { 'max-file': '2' } } }, 'log_driver_options'],
    ['mounts', { mounts: [{ source: '/tmp', target: '/host' }] }, 'mounts'],
    ['networks', { networks: [`${id}-two`] }, 'networks'],
    ['placement', { placement: { constraints: ['node.role!=x'], preferences: [] } }, 'constraints'],
    ['publish', { publish: [{ published_port: 18082, target_port: 80 }] }, 'publish'],
    ['read_only', { read_only: false }, 'read_only'],
    ['replicas', { replicas: 1 }, 'replicas'],
    [
      'restart_config',
      { restart_config: { condition: 'any', delay: '1s', max_attempts: 0, window: '1s' } },
      'restart_policy',
    ],
    ['rollback_config', { rollback_config: { parallelism: 1, monitor: '9s' } }, 'rollback_parallelism'],
    ['update_config', { update_config: { order: 'stop-first' } }, 'update_order'],
    ['stop_grace_period', { stop_grace_period: '2m' }, 'stop_grace_period'],
    ['stop_signal', { stop_signal: 'TERM' }, 'stop_signal'],
    ['tty', { tty: false }, 'tty'],
    ['user', { user: '' }, 'user'],
    ['working_dir', { working_dir: '/' }, 'working_dir'],
    ['image', { image: 'quarterdeck/none:2' }, 'image'],
    ['endpoint_mode', { endpoint_mode: 'dnsrr', publish: [] }, 'endpoint_mode'],
  ];

  it.each(other)('changes %s of a service that is there', async (_name, args, shown) => {
    const wanted = { name: `${id}-all`, ...args };
    const before = JSON.parse(docker('service', 'inspect', `${id}-all`))[0].ID;
    const made = await attempt(wanted);
    expect(made.result?.failed).toBeUndefined();
    expect(changes(made.plan).some((one) => one.startsWith(`${shown}:`))).toBe(true);
    expect(changes((await attempt(wanted)).plan)).toEqual([]);
    expect(JSON.parse(docker('service', 'inspect', `${id}-all`))[0].ID).toBe(before);
  });

  it('makes a service anew for another mode, and for other capabilities', async () => {
    const made = await attempt({ name: `${id}-all`, mode: 'global' });
    expect(made.result).toMatchObject({ changed: true, result: { rebuilt: true, msg: 'Service rebuilt' } });
    expect(specOf(`${id}-all`).Mode).toHaveProperty('Global');
    expect((await attempt({ name: `${id}-all`, mode: 'global', cap_add: ['SYS_TIME'] })).result).toMatchObject({
      result: { rebuilt: true },
    });
    expect(
      (await attempt({ name: `${id}-all`, mode: 'global', cap_add: ['CAP_SYS_TIME'] }, false)).plan.differences,
    ).toEqual([]);
  });

  it('starts its tasks anew when it is forced to, and removes it', async () => {
    const forced = await attempt({ name: `${id}-all`, mode: 'global', force_update: true });
    expect(forced.result).toMatchObject({ changed: true, result: { msg: 'Service forcefully updated' } });
    expect(specOf(`${id}-all`).TaskTemplate.ForceUpdate).toBe(1);
    const gone = { name: `${id}-all`, state: 'absent' };
    expect((await attempt(gone)).result).toMatchObject({ changed: true, result: { msg: 'Service removed' } });
    expect((await attempt(gone)).plan).toMatchObject({ differences: [], result: { msg: 'Service absent' } });
  });

  it('takes variables from files of the host, outweighed by its own', async () => {
    const file = join(folder, 'env');
    writeFileSync(file, '# no\nA=1\nB=two words\n\n');
    const wanted = { name: `${id}-env`, env_files: [file], env: { A: '2' } };
    expect((await attempt(wanted)).result?.failed).toBeUndefined();
    expect(specOf(`${id}-env`).TaskTemplate.ContainerSpec.Env.toSorted()).toEqual(['A=2', 'B=two words']);
    expect((await attempt(wanted)).plan.differences).toEqual([]);
    expect((await attempt({ ...wanted, env_files: ['/nonexistent'] })).plan.failed).toContain(
      '/nonexistent cannot be read',
    );
  });

  it('says what Docker says against it', async () => {
    const made = await attempt({ name: `${id}-no`, networks: ['nothing-of-that-name'] });
    expect(made.result?.failed).toContain('nothing-of-that-name');
    expect(made.result?.changed).toBe(false);
  });
});
