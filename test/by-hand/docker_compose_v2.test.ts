import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { dockerComposeV2 } from '#playbook/modules/docker_compose_v2.ts';
import { changes, shells, tryModule } from '../playbook/modules/host.ts';
import { dockerImage } from './image.ts';
import { needed } from './needed.ts';

/* Needs an engine that may be filled with containers, and the plugin compose: QUARTERDECK_TEST_DOCKER=unix:///…/docker.sock. */
const engine = needed('QUARTERDECK_TEST_DOCKER');
const image = `qd${process.pid}-compose:1`;

const docker = (...words: readonly string[]): string =>
  execFileSync('docker', ['--host', engine, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))(
  'a project of Compose on a real engine, on %s',
  { timeout: 500_000 },
  (_name, shell) => {
    let folder = '';
    const name = `qd${process.pid}p`;
    const service = (more: JsonObject = {}): JsonObject => ({
      image,
      command: ['sleep', '500'],
      stop_grace_period: '0s',
      network_mode: 'none',
      ...more,
    });
    const write = (services: JsonObject, file = 'compose.yaml') =>
      writeFileSync(join(folder, file), JSON.stringify({ services, volumes: { data: {} } }));
    const env = process.env.DOCKER_CONFIG === undefined ? {} : { DOCKER_CONFIG: process.env.DOCKER_CONFIG };
    const attempt = (args: JsonObject, really = true) =>
      tryModule(
        dockerComposeV2,
        {
          docker_host: engine,
          ...(args.definition === undefined && { project_src: folder }),
          project_name: name,
          ...args,
        },
        { shell, env },
        really,
      );
    const of = async (args: JsonObject) => {
      const planned = await attempt(args, false);
      const done = await attempt(args);
      expect(done.plan.failed ?? done.result?.failed).toBeUndefined();
      expect(changes(done.plan)).toEqual(changes(planned.plan));
      expect(done.result?.changed ?? false).toBe(done.plan.differences.some((one) => one.reads !== true));
      return done;
    };
    const did = async (args: JsonObject) => changes((await of(args)).plan);

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), "comp $(id) o'se "));
      dockerImage(engine, image);
    });
    afterAll(() => {
      for (const kind of ['container', 'volume', 'network'] as const)
        for (const id of docker(kind, 'ls', '-q', ...(kind === 'container' ? ['-a'] : []), '--filter', `name=${name}`)
          .split('\n')
          .filter((one) => one !== ''))
          docker(kind, 'rm', ...(kind === 'network' ? [] : ['-f']), id);
      docker('image', 'rm', '-f', image);
      rmSync(folder, { recursive: true });
    });

    it('comes up, changes, stops, starts again and goes', async () => {
      write({ web: service({ volumes: ['data:/data'] }), db: service() });
      const first = await of({});
      expect(changes(first.plan)).toEqual([
        'compose: null → Creating, Starting',
        'compose: null → Creating, Starting',
        ...(changes(first.plan).length > 2 ? ['compose: null → Creating'] : []),
      ]);
      expect(first.plan.differences.map(({ subject }) => subject)).toEqual(
        expect.arrayContaining([`container ${name}-db-1`, `container ${name}-web-1`]),
      );
      expect(first.result?.result).toMatchObject({
        containers: expect.arrayContaining([
          expect.objectContaining({
            Service: 'db',
            State: 'running',
            Labels: expect.objectContaining({ 'com.docker.compose.service': 'db' }),
            Names: [`${name}-db-1`],
          }),
        ]),
        actions: expect.arrayContaining([{ what: 'container', id: `${name}-db-1`, status: 'Starting' }]),
        images: expect.arrayContaining([expect.objectContaining({ ContainerName: `${name}-db-1` })]),
      });
      expect(await did({})).toEqual([]);

      write({ web: service({ volumes: ['data:/data'], environment: { A: 'b' } }), db: service() });
      const changed = await of({});
      expect(changes(changed.plan)).toEqual(['compose: null → Recreate, Starting']);
      expect(changed.plan.differences[0]?.subject).toBe(`container ${name}-web-1`);
      expect(await did({})).toEqual([]);
      expect(await did({ recreate: 'never' })).toEqual([]);
      expect(await did({ recreate: 'always', services: ['db'] })).toEqual(['compose: null → Recreate, Starting']);

      expect(await did({ state: 'stopped', services: ['db'] })).toEqual(['compose: null → Stopping']);
      expect(await did({ state: 'stopped', services: ['db'] })).toEqual([]);
      expect((await of({ state: 'stopped', timeout: 0 })).result?.result.containers).toEqual(
        expect.arrayContaining([expect.objectContaining({ Service: 'web', State: 'exited' })]),
      );
      expect(await did({ state: 'stopped' })).toEqual([]);
      expect(await did({ state: 'restarted', services: ['web'] })).toEqual(['compose: null → Restarting']);
      expect(await did({ scale: { db: 2 }, timeout: 0 })).toHaveLength(2);
      expect(await did({ scale: { db: 2 } })).toEqual([]);

      write({ web: service({ volumes: ['data:/data'], environment: { A: 'b' } }) });
      expect(await did({})).toEqual([]);
      expect(await did({ remove_orphans: true, timeout: 0 })).toHaveLength(2);
      expect(await did({ state: 'absent', timeout: 0 })).toEqual(['compose: null → Stopping, Removing']);
      expect(docker('volume', 'ls', '-q')).toContain(`${name}_data`);
      expect(await did({ state: 'absent', remove_volumes: true })).toEqual(['compose: null → Removing']);
      expect(docker('volume', 'ls', '-q')).not.toContain(`${name}_data`);
      expect(await did({ state: 'absent' })).toEqual([]);
    });

    it('takes a definition, other files, profiles and files of variables', async () => {
      const definition = { services: { one: service({ environment: { A: 'it\'s "$$x" $$(id)' } }) } };
      expect(await did({ definition })).toEqual(['compose: null → Creating, Starting']);
      expect(await did({ definition })).toEqual([]);
      expect(docker('inspect', `${name}-one-1`)).toContain('it\'s \\"$x\\" $(id)');
      expect(await did({ definition, state: 'absent', timeout: 0 })).toEqual(['compose: null → Stopping, Removing']);

      write(
        { a: service({ hostname: '${NAME}', network_mode: 'none' }), b: service({ profiles: ['more'] }) },
        "it's a.yaml",
      );
      writeFileSync(join(folder, 'x.env'), 'NAME=called\n');
      const args = { files: ["it's a.yaml"], env_files: ['x.env'] };
      expect(await did(args)).toHaveLength(1);
      expect(docker('inspect', `${name}-a-1`)).toContain('"Hostname": "called"');
      expect(await did({ ...args, profiles: ['more'] })).toHaveLength(1);
      expect(await did({ ...args, profiles: ['more'], state: 'absent', timeout: 0 })).toHaveLength(2);
    });

    it('says in a sentence what is wrong', async () => {
      const failed = async (args: JsonObject) => (await attempt(args, false)).plan.failed;
      expect(await failed({ project_src: '/nowhere' })).toBe(
        'docker_compose_v2: project_src “/nowhere” is no folder of the host.',
      );
      expect(await failed({ files: ['no.yaml'] })).toContain('the file “no.yaml” is not in project_src');
      expect(await failed({ project_src: '/' })).toContain('has none of compose.yaml, compose.yml');
      write({ web: { image: '-x' } });
      expect(await failed({})).toContain('invalid reference format');
      write({ web: { nothing: 1 } });
      expect(await failed({})).toContain('nothing');
      write({ web: service() });
      expect(await failed({ services: ['no'] })).toContain('no such service: no');
      expect(await failed({ assume_yes: true })).toMatch(/assume_yes needs Compose 2\.32\.0|^undefined$/);
      expect(await failed({ docker_host: 'unix:///nowhere.sock' })).toContain('Cannot connect to the Docker daemon');
    });
  },
);
