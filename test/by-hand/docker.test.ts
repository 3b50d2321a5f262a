import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { bundledModules } from '#playbook/modules/registry.ts';
import { changes, tryModule } from '../playbook/modules/host.ts';
import { needed } from './needed.ts';

/* Needs an engine that may be filled with containers: QUARTERDECK_TEST_DOCKER=unix:///…/docker.sock. */
const engine = needed('QUARTERDECK_TEST_DOCKER');
const id = `qd${process.pid}`;
const image = `${id}-image:1`;
const registry = bundledModules();

const attempt = (name: string, args: JsonObject, really = true) => {
  const module = registry.get(name);
  if (module === undefined) throw new Error(`no ${name}`);
  return tryModule(module, { docker_host: engine, ...args }, {}, really);
};

const docker = (...words: readonly string[]): string =>
  execFileSync('docker', ['--host', engine, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

describe('with a real engine of Docker', { timeout: 60_000 }, () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'docker-'));
    execFileSync(
      'sh',
      [
        '-c',
        `cd "$1" && mkdir -p bin tmp lib lib64 && cp "$(command -v busybox)" bin/ && for f in $(ldd bin/busybox | grep -o '/[^ ]*'); do mkdir -p ".\${f%/*}" && cp -L "$f" ".$f"; done
for a in sh sleep cat env echo; do ln -s busybox bin/$a; done
tar -c . | docker --host "$2" import -c 'CMD ["sleep","1000"]' -c 'ENV PATH=/bin BASE=1' -c 'LABEL maker=us' - ${image} && tar -c bin lib lib64 | docker --host "$2" import -c 'CMD ["sleep","1000"]' -c 'ENV PATH=/bin BASE=2' - ${id}-image:2`,
        'sh',
        folder,
        engine,
      ],
      { stdio: 'ignore' },
    );
  });
  afterAll(() => {
    const ids = docker('ps', '-aq', '--filter', `name=${id}`)
      .split('\n')
      .filter((one) => one !== '');
    if (ids.length > 0) docker('rm', '-f', '-v', ...ids);
    for (const kind of ['network', 'volume'])
      for (const one of docker(kind, 'ls', '-q', '--filter', `name=${id}`)
        .split('\n')
        .filter((line) => line !== ''))
        docker(kind, 'rm', one);
    docker('image', 'rm', '-f', image, `${id}-image:2`);
    rmSync(folder, { recursive: true });
  });

  const everything: JsonObject = {
    name: `${id}-all`,
    image,
    command: 'sh -c \'sleep 500; echo "$HOME"\'',
    env: { PLAIN: 'x', SECRET: 'o\'brien $(id) "q" \\ é #', LINES: 'one\ntwo', PATH: '/bin:/usr/bin', EMPTY: '' },
    labels: { a: 'b c', n: 1 },
    ports: ['127.0.0.1:18080:80', '18081:81/udp', '9090', '18090-18092:90-92'],
    exposed_ports: ['7000'],
    volumes: [`/tmp:/host:ro`, `${id}-vol:/data`, '/anonymous'],
    mounts: [{ type: 'bind', source: '/etc', target: '/mnt/etc', read_only: true }],
    tmpfs: ['/t', '/u:size=1m'],
    memory: '64M',
    memory_swap: '128M',
    cpus: 0.5,
    cpu_shares: 512,
    hostname: 'inside',
    user: '1000',
    working_dir: '/tmp',
    restart_policy: 'on-failure',
    restart_retries: 3,
    ulimits: ['nofile:1024:2048'],
    sysctls: { 'net.ipv4.ip_forward': 1 },
    dns_servers: ['1.1.1.1'],
    etc_hosts: { other: '10.0.0.1' },
    log_driver: 'json-file',
    log_options: { 'max-size': '1m' },
    healthcheck: { test: ['CMD', 'echo', "it's"], interval: '1m30s', timeout: '5s', retries: 4 },
    devices: ['/dev/null:/dev/nothing:r'],
    capabilities: ['NET_ADMIN'],
    cap_drop: ['all'],
    security_opts: ['no-new-privileges'],
    read_only: true,
    init: true,
    shm_size: '10M',
    stop_timeout: 1,
    groups: ['20'],
    pids_limit: 100,
    tty: true,
    interactive: true,
    oom_score_adj: 100,
  };

  it('makes a container with everything, and finds nothing to do afterwards', async () => {
    const check = await attempt('docker_container', everything, false);
    expect(changes(check.plan)).toEqual(['state: absent → created', 'state: created → started']);
    expect(docker('ps', '-aq', '--filter', `name=${id}-all`)).toBe('');
    const first = await attempt('docker_container', everything);
    expect(first.result?.failed).toBeUndefined();
    expect(first.result).toMatchObject({ changed: true, result: { container: { State: { Running: true } } } });
    expect(first.applied).not.toContain('brien');
    expect(changes((await attempt('docker_container', everything)).plan)).toEqual([]);
    const env = JSON.parse(docker('inspect', `${id}-all`))[0].Config.Env;
    expect(env).toContain('SECRET=o\'brien $(id) "q" \\ é #');
    expect(env).toContain('LINES=one\ntwo');
    expect(env).toContain('BASE=1');
  });

  it.each([
    ['env', { env: { PLAIN: 'y' } }, 'env PLAIN: another value → set'],
    ['ports', { ports: ['127.0.0.1:18083:80'] }, 'published_ports'],
    ['volumes', { volumes: ['/tmp:/host:rw'] }, 'volumes'],
    ['command', { command: ['sleep', '400'] }, 'command'],
    ['labels', { labels: { a: 'c' } }, 'labels'],
    ['hostname', { hostname: 'other' }, 'hostname'],
  ])('makes it anew for another %s', async (_name, args, expected) => {
    const made = await attempt('docker_container', { name: `${id}-all`, image, ...args }, false);
    expect(changes(made.plan).join('\n')).toContain(expected);
    expect(changes(made.plan)).toContain('state: running → created anew');
  });

  it('gives a living container other limits without making it anew', async () => {
    const before = docker('inspect', '-f', '{{.Id}}', `${id}-all`);
    const args = { ...everything, memory: '32M', memory_swap: '64M', restart_policy: 'always' };
    expect(changes((await attempt('docker_container', args)).plan)).toEqual([
      'restart_policy: on-failure:3 → always',
      'memory: 67108864 → 33554432',
      'memory_swap: 134217728 → 67108864',
    ]);
    expect(changes((await attempt('docker_container', args)).plan)).toEqual([]);
    expect(docker('inspect', '-f', '{{.Id}}', `${id}-all`)).toBe(before);
  });

  it('stops, starts, restarts, pauses and removes', async () => {
    const name = `${id}-all`;
    const of = async (args: JsonObject) => changes((await attempt('docker_container', { name, ...args })).plan);
    expect(await of({ state: 'stopped', stop_timeout: 0 })).toEqual(['state: running → stopped']);
    expect(await of({ state: 'stopped' })).toEqual([]);
    expect(await of({})).toEqual(['state: exited → started']);
    expect(await of({ restart: true, stop_timeout: 0 })).toEqual(['state: running → restarted']);
    expect(await of({ paused: true })).toEqual(['paused: false → true']);
    expect(await of({ paused: true })).toEqual([]);
    expect(await of({ paused: false })).toEqual(['paused: true → false']);
    expect(await of({ image: `${id}-image:2`, stop_timeout: 0 })).toHaveLength(3);
    expect(await of({ image: `${id}-image:2` })).toEqual([]);
    expect(await of({ image, comparisons: { image: 'ignore' } })).toEqual([]);
    expect(await of({ recreate: true, stop_timeout: 0 })).toEqual([
      'state: running → created anew',
      'state: created → started',
    ]);
    expect(await of({ state: 'absent', force_kill: true })).toEqual(['state: running → absent']);
    expect(await of({ state: 'absent' })).toEqual([]);
    expect(changes((await attempt('docker_container', { name })).plan)).toEqual([]);
    expect((await attempt('docker_container', { name })).plan.failed).toContain('image is not specified');
  });

  it('runs one to its end, and gives its output and status', async () => {
    const args = { name: `${id}-run`, image, detach: false, cleanup: true };
    const good = await attempt('docker_container', { ...args, command: ['echo', "a 'b'"] });
    expect(good.result).toMatchObject({ changed: true, result: { status: 0, container: { Output: "a 'b'\n" } } });
    const bad = await attempt('docker_container', { ...args, command: ['sh', '-c', 'echo why; exit 3'] });
    expect(bad.result?.failed).toBe('why\n');
    expect(docker('ps', '-aq', '--filter', `name=${id}-run`)).toBe('');
  });

  it('takes an entry point of several words', async () => {
    const args = { name: `${id}-entry`, image, entrypoint: ['sh', '-c'], command: ['sleep 100'], stop_timeout: 0 };
    expect((await attempt('docker_container', args)).result).toMatchObject({ changed: true });
    expect(changes((await attempt('docker_container', args)).plan)).toEqual([]);
  });

  it('makes, changes and removes networks, and puts containers on them', async () => {
    const args: JsonObject = {
      name: `${id}-net`,
      driver_options: {
        'com.docker.network.bridge.name': `${id}`.slice(0, 15),
        'com.docker.network.bridge.enable_icc': true,
      },
      ipam_config: [{ subnet: '10.231.7.0/24', gateway: '10.231.7.1' }],
      labels: { ab: "c'd e" },
    };
    const of = async (more: JsonObject) => changes((await attempt('docker_network', { ...args, ...more })).plan);
    expect(await of({})).toEqual(['state: absent → present']);
    expect(await of({})).toEqual([]);
    const container = {
      name: `${id}-on`,
      image,
      networks: [{ name: `${id}-net`, ipv4_address: '10.231.7.20', aliases: ['db'] }, { name: 'bridge' }],
      stop_timeout: 0,
    };
    expect((await attempt('docker_container', container)).result?.failed).toBeUndefined();
    expect(changes((await attempt('docker_container', container)).plan)).toEqual([]);
    const strict = { ...container, networks: container.networks.slice(0, 1), comparisons: { networks: 'strict' } };
    expect(changes((await attempt('docker_container', strict)).plan)).toEqual(['network bridge: joined → absent']);
    expect(changes((await attempt('docker_container', strict)).plan)).toEqual([]);
    expect(await of({})).toEqual([]);
    expect(await of({ connected: [`${id}-entry`], appends: true })).toEqual([
      `container ${id}-entry: absent → connected`,
    ]);
    expect(await of({ internal: true })).toEqual(['internal: false → true', 'state: present → created anew']);
    expect(await of({ internal: true })).toEqual([]);
    expect(await of({ state: 'absent' })).toContain('state: present → absent');
    expect(await of({ state: 'absent' })).toEqual([]);
  });

  it('makes and removes volumes', async () => {
    const of = async (more: JsonObject) => changes((await attempt('docker_volume', { name: `${id}-v`, ...more })).plan);
    expect(await of({ labels: { a: 'b' } })).toEqual(['state: absent → present']);
    expect(await of({ labels: { a: 'c' } })).toEqual([]);
    expect(await of({ labels: { a: 'c' }, recreate: 'options-changed' })).toHaveLength(2);
    expect(await of({ labels: { a: 'c' }, recreate: 'options-changed' })).toEqual([]);
    expect(await of({ state: 'absent' })).toEqual(['state: present → absent']);
    expect(await of({ state: 'absent' })).toEqual([]);
  });

  it('builds, tags, archives, loads and removes images', async () => {
    writeFileSync(join(folder, 'Dockerfile'), `FROM ${image}\nARG x\nLABEL x=$x\n`);
    const name = `${id}-built`;
    const build = { name, source: 'build', build: { path: folder, args: { x: "it's $(id)" } } };
    expect(changes((await attempt('docker_image', build)).plan)).toEqual(['state: absent → built']);
    expect(docker('inspect', '-f', '{{.Config.Labels.x}}', name)).toBe("it's $(id)\n");
    expect(changes((await attempt('docker_image', build)).plan)).toEqual([]);
    const again = await attempt('docker_image_build', {
      name,
      path: folder,
      args: { x: "it's $(id)" },
      rebuild: 'always',
    });
    expect(again.plan.unknown).toBe(true);
    expect(again.result?.changed).toBe(false);
    const other = await attempt('docker_image_build', { name, path: folder, args: { x: 2 }, rebuild: 'always' });
    expect(other.result?.changed).toBe(true);
    const tagged = { name, source: 'local', repository: `${id}-tagged:7` };
    expect(changes((await attempt('docker_image', tagged)).plan)).toEqual([`is: absent → ${name}:latest`]);
    expect(changes((await attempt('docker_image', tagged)).plan)).toEqual([]);
    const archive_path = join(folder, "it's.tar");
    expect((await attempt('docker_image', { name, source: 'local', archive_path })).result?.changed).toBe(true);
    for (const gone of [name, `${id}-tagged:7`])
      expect((await attempt('docker_image', { name: gone, state: 'absent' })).result?.changed).toBe(true);
    const load = { name, source: 'load', load_path: archive_path };
    expect((await attempt('docker_image', load)).result).toMatchObject({ changed: true });
    expect(changes((await attempt('docker_image', load)).plan)).toEqual([]);
    expect((await attempt('docker_image', { name, state: 'absent' })).result?.changed).toBe(true);
    expect(changes((await attempt('docker_image', { name, state: 'absent' })).plan)).toEqual([]);
  });

  it('tells what there is, and that there is none', async () => {
    const told = async (name: string, args: JsonObject) => (await attempt(name, args)).plan.result;
    const container = `${id}-told`;
    await attempt('docker_container', { name: container, image, command: 'sleep 500' });
    expect(await told('docker_container_info', { name: container })).toMatchObject({
      exists: true,
      container: { Name: `/${container}`, State: { Status: 'running' } },
    });
    expect(await told('docker_container_info', { name: `${id}-none` })).toEqual({ exists: false, container: null });
    expect(await told('docker_network_info', { name: 'host' })).toMatchObject({
      exists: true,
      network: { Name: 'host' },
    });
    expect(await told('docker_volume_info', { name: `${id}-none` })).toEqual({ exists: false, volume: null });
    const images = (await told('docker_image_info', { name: [image, `${id}-none:1`] })).images;
    expect(images).toMatchObject([{ RepoTags: [image] }]);
    const all = (await told('docker_image_info', {})).images as readonly JsonObject[];
    expect(all.flatMap(({ RepoTags }) => RepoTags)).toContain(image);
  });

  it('says what a registry said when an image cannot be had', async () => {
    const pulled = await attempt('docker_image_pull', { name: 'localhost:1/nothing' });
    expect(changes(pulled.plan)).toEqual(['state: absent → present']);
    expect(pulled.result?.failed).toContain('localhost:1/nothing');
    const made = await attempt('docker_container', { name: `${id}-no`, image: 'localhost:1/nothing' });
    expect(made.result?.failed).toContain('refused');
    expect(docker('ps', '-aq', '--filter', `name=${id}-no`)).toBe('');
  });
});
