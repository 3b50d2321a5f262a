import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { bundledModules } from '#playbook/modules/registry.ts';
import { tryModule } from './host.ts';

const engine = '';
const registry = bundledModules();

const attempt = (name: string, args: JsonObject, really = true) => {
  const module = registry.get(name);
  if (module === undefined) throw new Error(`no ${name}`);
  return tryModule(module, { docker_host: engine, ...args }, {}, really);
};

describe('modules of Docker', () => {
  it.each([
    ['docker_container', { name: '-x', image: 'a' }],
    ['docker_container', { name: 'a', image: 'a', ports: ['$(id)'] }],
    ['docker_container', { name: 'a', image: 'a', ports: ['8080:80-81'] }],
    ['docker_container', { name: 'a', image: 'a', memory: 'much' }],
    ['docker_container', { name: 'a', image: 'a', env: { N: 1 } }],
    ['docker_container', { name: 'a', image: 'a', env: { 'A B': 'x' } }],
    ['docker_container', { name: 'a', image: 'a', comparisons: { nothing: 'strict' } }],
    ['docker_container', { name: 'a', image: 'a', command: "echo 'x" }],
    ['docker_container', { name: 'a', state: 'present' }],
    ['docker_image', { name: 'a' }],
    ['docker_image', { name: '--rm', state: 'absent' }],
    ['docker_image', { name: 'a', source: 'build', build: { path: '/x', squash: true } }],
    ['docker_network', { name: '--x' }],
    ['docker_volume', { name: '../x' }],
    ['docker_container_info', { name: '--all' }],
    ['docker_image_info', { name: ['a', 'b c'] }],
    ['docker_swarm_service', { name: '-x', image: 'a' }],
    ['docker_swarm_service', { name: 'a' }],
    ['docker_swarm_service', { name: 'a', image: 'a', env: { N: 1 } }],
    ['docker_swarm_service', { name: 'a', image: 'a', env: ['A B=x'] }],
    ['docker_swarm_service', { name: 'a', image: 'a', command: "echo 'x" }],
    ['docker_swarm_service', { name: 'a', image: 'a', limits: { memory: 'much' } }],
    ['docker_swarm_service', { name: 'a', image: 'a', stop_grace_period: 'long' }],
    ['docker_swarm_service', { name: 'a', image: 'a', mounts: [{ source: '/x' }] }],
    ['docker_swarm_service', { name: 'a', image: 'a', publish: [{ published_port: 1 }] }],
  ])('%s refuses %j before any host is asked', async (name, args) => {
    await expect(attempt(name, args)).rejects.toThrow('module.arguments');
  });

  it.each([
    'docker_container',
    'docker_network',
    'docker_volume',
    'docker_image',
    'docker_swarm_service',
    'docker_container_info',
    'docker_network_info',
    'docker_volume_info',
    'docker_image_info',
  ])('%s says when the host has no docker, or its engine does not answer', async (name) => {
    const module = registry.get(name);
    if (module === undefined) throw new Error(name);
    const args = { name: 'a', ...(['docker_image', 'docker_swarm_service'].includes(name) ? { state: 'absent' } : {}) };
    const folder = mkdtempSync(join(tmpdir(), 'no-docker-'));
    execFileSync('sh', [
      '-c',
      'for t in sed cat echo printf; do ln -s "$(command -v $t || command -v true)" "$1/$t"; done',
      'sh',
      folder,
    ]);
    const none = await tryModule(module, args, { env: { PATH: folder }, shell: ['/bin/dash'] }, false);
    if (!/sbin/.test(execFileSync('sh', ['-c', 'command -v docker || true'], { encoding: 'utf8' })))
      expect(none.plan.failed).toContain('the host has no docker. Install Docker there');
    writeFileSync(join(folder, 'docker'), '#!/bin/sh\necho "Cannot connect to the Docker daemon" >&2\nexit 1\n', {
      mode: 0o755,
    });
    const down = await tryModule(module, args, { env: { PATH: `${folder}:${process.env.PATH}` } }, false);
    expect(down.plan.failed).toContain('Docker does not answer: Cannot connect to the Docker daemon');
    rmSync(folder, { recursive: true });
  });
});
