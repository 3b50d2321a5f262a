import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { deb822Repository } from '#playbook/modules/deb822_repository.ts';
import { findProgram } from '#test/support/programs.ts';
import { type AptWorld, openAptWorld } from './apt-world.ts';
import { changes, shells, tryModule } from './host.ts';

const debian = findProgram('apt-get') !== undefined && findProgram('dpkg-deb') !== undefined;
if (!debian) it.skip('works with apt, which is not on this machine', () => undefined);

let world: AptWorld;
beforeEach(() => {
  world = openAptWorld();
});
afterEach(() => world.close());

const at = (path: string): string => join(world.folder, 'etc', path);
const run = (args: JsonObject, really = true, shell: readonly string[] = ['dash']) =>
  tryModule(deb822Repository, { name: 'Our Tools', ...args }, { shell, env: world.env }, really);

describe.runIf(debian).each(shells.map((shell) => [shell.join(' '), shell] as const))(
  'deb822_repository, on %s',
  (_name, shell) => {
    it('writes a source apt reads, once, and takes it away', async () => {
      writeFileSync(at('sources.list'), '');
      world.publish('web', '1.0');
      const args = { uris: `file:${world.folder}/repository`, suites: './', trusted: true, enabled: true };
      expect(changes((await run(args, false, shell)).plan)[0]).toBe('state: absent → file');
      expect(readdirSync(at('sources.list.d'))).toEqual([]);
      expect((await run(args, true, shell)).result).toMatchObject({ changed: true, result: { key_filename: null } });
      expect(readFileSync(at('sources.list.d/our-tools.sources'), 'utf8')).toBe(
        `Enabled: yes\nX-Repolib-Name: Our Tools\nSuites: ./\nTrusted: yes\nTypes: deb\nURIs: file:${world.folder}/repository\n`,
      );
      expect(statSync(at('sources.list.d/our-tools.sources')).mode & 0o777).toBe(0o644);
      world.apt('update');
      world.apt('install', 'web');
      expect(changes((await run(args, true, shell)).plan)).toEqual([]);
      expect(changes((await run({ ...args, enabled: false }, true, shell)).plan)[0]).toContain('content:');
      expect(changes((await run({ state: 'absent' }, true, shell)).plan)).toEqual(['state: file → absent']);
      expect(changes((await run({ state: 'absent' }, true, shell)).plan)).toEqual([]);
    });
  },
);

describe.runIf(debian)('deb822_repository', () => {
  it.runIf(findProgram('curl'))('fetches its key when it is another, and takes it away with the source', async () => {
    const source = join(world.folder, 'key');
    writeFileSync(source, '-----BEGIN PGP PUBLIC KEY BLOCK-----\nx\n');
    const args = { uris: 'http://x.example', suites: 'stable', signed_by: `file://${source}` };
    await run(args);
    expect(readFileSync(at('sources.list.d/our-tools.sources'), 'utf8')).toContain(
      `Signed-By: ${at('keyrings/our-tools.asc')}\n`,
    );
    expect(readFileSync(at('keyrings/our-tools.asc'), 'utf8')).toContain('x\n');
    expect(changes((await run(args)).plan)).toEqual([]);
    writeFileSync(source, '-----BEGIN PGP PUBLIC KEY BLOCK-----\ny\n');
    expect(changes((await run(args)).plan)).toEqual([`key: other → file://${source}`]);
    expect(changes((await run(args)).plan)).toEqual([]);
    rmSync(source);
    expect((await run(args)).plan.failed).toContain('Could not fetch signed_by key');
    await run({ state: 'absent' });
    expect(existsSync(at('keyrings/our-tools.asc'))).toBe(false);
  });

  it('writes a key of several lines into the source', async () => {
    const key = '-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nabc\n-----END PGP PUBLIC KEY BLOCK-----\n';
    await run({ uris: 'http://x.example', suites: 'stable', components: ['main', 'extra'], signed_by: key });
    expect(readFileSync(at('sources.list.d/our-tools.sources'), 'utf8')).toContain(
      'Components: main extra\nX-Repolib-Name: Our Tools\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\n -----END PGP PUBLIC KEY BLOCK-----\n',
    );
  });

  it.each([
    [{}],
    [{ uris: 'http://x' }],
    [{ name: '$()', uris: 'http://x', suites: 'a' }],
    [{ uris: 'http://x\nTrusted: yes', suites: 'a' }],
    [{ uris: 'http://x', suites: 'a', types: 'rpm' }],
  ])('refuses %j before any host is asked', async (args) => {
    await expect(run(args)).rejects.toThrow('module.arguments');
  });
});
