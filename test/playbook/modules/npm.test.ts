import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { npm } from '#playbook/modules/npm.ts';
import { findProgram } from '#test/support/programs.ts';
import { shells, tryModule } from './host.ts';

/** An npm that answers as npm 10 does, from the files `list` and `outdated` beside it. */
const program = `#!/bin/sh
d=\${0%/*}
case $1 in
  list) cat "$d/list"; exit 1 ;;
  outdated) cat "$d/outdated"; exit 1 ;;
  *) printf '<%s>' "$@" >>"$d/orders"; echo " $PWD" >>"$d/orders"
    cp "$d/after" "$d/list"; echo '{}' >"$d/outdated" ;;
esac
`;

let folder = '';
let project = '';
const put = (name: string, value: unknown): void => writeFileSync(join(folder, name), JSON.stringify(value));
const dependencies = (versions: Readonly<Record<string, string>>) => ({
  dependencies: Object.fromEntries(Object.entries(versions).map(([name, version]) => [name, { version }])),
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'npm-'));
  project = join(folder, "it's $(odd)");
  mkdirSync(project);
  writeFileSync(join(folder, 'npm'), program, { mode: 0o755 });
  put('list', {});
  put('outdated', {});
  put('after', dependencies({ left: '1.3.0' }));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (args: JsonObject, really = true, shell: readonly string[] = ['dash']) =>
  tryModule(npm, { path: project, ...args }, { shell, env: { PATH: `${folder}:${process.env.PATH}` } }, really);
const said = ({ plan }: Awaited<ReturnType<typeof run>>): readonly string[] =>
  plan.differences.map(({ subject, before, after }) => `${subject.replace('npm package ', '')}: ${before} → ${after}`);
const orders = (): string => readFileSync(join(folder, 'orders'), 'utf8').trim();

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('npm, on %s', (_name, shell) => {
  it('installs a package into a project, once', async () => {
    const args = { name: 'left', version: '1.3.0', production: true };
    expect(said(await run(args, false, shell))).toEqual(['left: absent → 1.3.0']);
    expect((await run(args, true, shell)).result?.changed).toBe(true);
    expect(orders()).toBe(`<install><left@1.3.0><--production> ${project}`);
    expect(said(await run(args, true, shell))).toEqual([]);
  });
});

describe('npm', () => {
  it('brings what package.json asks for', async () => {
    put('list', {
      dependencies: { left: { required: '^1', missing: true }, right: { version: '2.0.0', invalid: '^3' } },
    });
    expect(said(await run({}))).toEqual(['left: absent → as in package.json', 'right: absent → as in package.json']);
    expect(said(await run({}))).toEqual([]);
  });

  it('upgrades what is older than it may be', async () => {
    put('list', dependencies({ left: '1.0.0' }));
    put('outdated', { left: { current: '1.0.0', wanted: '1.3.0', latest: '2.0.0' } });
    expect(said(await run({ state: 'latest', global: true, path: null, name: 'left' }))).toEqual([
      'left: 1.0.0 → 1.3.0',
    ]);
    expect(orders()).toMatch(/^<update><left><--global>/);
    expect(said(await run({ state: 'latest' }))).toEqual([]);
  });

  it('uninstalls, once, and runs ci every time', async () => {
    put('list', dependencies({ left: '1.0.0' }));
    put('after', {});
    expect(said(await run({ name: 'left', state: 'absent' }))).toEqual(['left: 1.0.0 → absent']);
    expect(said(await run({ name: 'left', state: 'absent' }))).toEqual([]);
    expect((await run({ ci: true })).result?.changed).toBe(true);
    expect((await run({ ci: true })).result?.changed).toBe(true);
  });

  it('says what the host lacks', async () => {
    const bare = { shell: [findProgram('dash') ?? '/bin/sh'], env: { PATH: '/nowhere' } };
    expect((await tryModule(npm, { name: 'x', global: true }, bare, false)).plan.failed).toContain(
      'the host has no npm',
    );
    writeFileSync(join(folder, 'file'), '');
    expect((await run({ path: join(folder, 'file') })).plan.failed).toContain('is not a directory');
  });

  it.each([[{ path: null }], [{ state: 'absent' }], [{ name: '--x' }], [{ name: 'a', version: '-x' }]])(
    'refuses %j before any host is asked',
    async (args) => {
      await expect(run(args)).rejects.toThrow('module.arguments');
    },
  );
});
