import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { compareVersions, satisfies } from '#playbook/modules/pip/version.ts';
import { pip } from '#playbook/modules/pip.ts';
import { findProgram } from '#test/support/programs.ts';
import { shells, tryModule } from './host.ts';

const python = findProgram('python3');
if (python === undefined) it.skip('works with python3, which is not on this machine', () => undefined);

/** The smallest wheel there can be. */
const makeWheel = `import sys, zipfile
folder, name, version, needs = sys.argv[1:5]
info = f"{name}-{version}.dist-info"
with zipfile.ZipFile(f"{folder}/{name}-{version}-py3-none-any.whl", "w") as w:
    w.writestr(f"{name}/__init__.py", "")
    w.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n" + (f"Requires-Dist: {needs}\\n" if needs else ""))
    w.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nGenerator: us\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
    w.writestr(f"{info}/RECORD", "")
`;

let folder = '';
let env: Record<string, string> = {};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pip-'));
  const wheels = join(folder, 'wheels');
  mkdirSync(wheels);
  const wheel = (name: string, version: string, needs = ''): void => {
    execFileSync('python3', ['-c', makeWheel, wheels, name, version, needs]);
  };
  if (python === undefined) return;
  wheel('qd_web', '1.0', 'qd-lib>=1');
  wheel('qd_web', '2.0', 'qd-lib>=1');
  wheel('qd_lib', '1.4');
  env = { PIP_NO_INDEX: '1', PIP_FIND_LINKS: wheels, PIP_CONFIG_FILE: '/dev/null' };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (args: JsonObject, really = true, shell: readonly string[] = ['dash']) =>
  tryModule(pip, { virtualenv_command: 'python3 -m venv', ...args }, { shell, env }, really);
const said = ({ plan }: Awaited<ReturnType<typeof run>>): readonly string[] =>
  plan.differences.map(
    ({ subject, before, after }) => `${subject.replace('python package ', '')}: ${before} → ${after}`,
  );

describe.runIf(python).each(shells.slice(0, 1).map((shell) => [shell.join(' '), shell] as const))(
  'pip, on %s',
  (_name, shell) => {
    it('makes an environment, installs, upgrades and uninstalls, each once', async () => {
      const virtualenv = join(folder, "it's $(odd) env");
      const first = { name: 'Qd.Web==1.0', virtualenv };
      expect(said(await run(first, false, shell))).toEqual([
        `${virtualenv}: absent → virtual environment`,
        'qd-web: absent → ==1.0',
      ]);
      expect(existsSync(virtualenv)).toBe(false);
      const done = await run(first, true, shell);
      expect(done.result?.failed).toBeUndefined();
      expect(done.result).toMatchObject({
        changed: true,
        result: { virtualenv, state: 'present' },
      });
      expect(said(await run(first, true, shell))).toEqual([]);
      expect(said(await run({ name: ['qd-web>=1.0,<2', 'qd_lib'], virtualenv }))).toEqual([]);
      const latest = { name: 'qd_web', state: 'latest', virtualenv };
      expect(said(await run(latest, true, shell))).toEqual(['qd-web: 1.0 → 2.0']);
      expect(said(await run(latest, true, shell))).toEqual([]);
      expect(said(await run({ name: 'qd-web', state: 'absent', virtualenv }))).toEqual(['qd-web: 2.0 → absent']);
      expect(said(await run({ name: 'qd-web', state: 'absent', virtualenv }))).toEqual([]);
      writeFileSync(join(folder, 'requirements.txt'), 'qd_web>=1.5\n');
      const required = { requirements: 'requirements.txt', chdir: folder, virtualenv };
      expect(said(await run(required, false, shell))).toEqual(['qd-web: absent → 2.0']);
      expect((await run(required, true, shell)).result?.changed).toBe(true);
      expect(said(await run(required, true, shell))).toEqual([]);
      expect((await run({ name: 'qd-nope', virtualenv }, false, shell)).plan.failed).toContain(
        'No matching distribution found for qd-nope',
      );
    }, 240_000);
  },
);

describe('pip', () => {
  it('plans by what is asked for when the host’s pip cannot try, and says how it went afterwards', async () => {
    const fake = join(folder, 'old-pip');
    writeFileSync(
      fake,
      '#!/bin/sh\ncase "$1 $2" in "list "*) echo qd-lib==1.0 ;; *--dry-run*) echo "no such option: --dry-run" >&2; exit 2 ;; *) echo "Requirement already satisfied" ;; esac\n',
      { mode: 0o755 },
    );
    expect(said(await run({ name: ['qd-lib>=2', 'qd-web'], executable: fake }, false))).toEqual([
      'qd-lib: 1.0 → >=2',
      'qd-web: absent → newest',
    ]);
    const required = await run({ requirements: '/r.txt', executable: fake });
    expect(required.plan.unknown).toBe(true);
    expect(required.result?.changed).toBe(false);
  });

  it('says what the host lacks', async () => {
    const bare = { shell: [findProgram('dash') ?? '/bin/sh'], env: { PATH: '/nowhere' } };
    const failed = async (args: JsonObject) => (await tryModule(pip, args, bare, false)).plan.failed;
    expect(await failed({ name: 'x' })).toContain('pip needs to be installed');
    expect(await failed({ name: 'x', virtualenv: '/nowhere/env' })).toContain('the host has no virtualenv. Install it');
  });

  it.each([
    [{}],
    [{ name: '-x' }],
    [{ name: 'a\nb' }],
    [{ name: 'a', requirements: 'b' }],
    [{ name: ['a', 'b'], version: '1' }],
    [{ name: 'a>1', version: '2' }],
    [{ name: 'a', version: '1', state: 'latest' }],
    [{ name: 'a', extra_args: "it's" }],
    [{ name: 'a', virtualenv: '/v', virtualenv_python: 'python3.9' }],
    [{ name: 'a', umask: '9' }],
  ])('refuses %j before any host is asked', async (args) => {
    await expect(run(args, false)).rejects.toThrow('module.arguments');
  });
});

describe('versions of Python packages', () => {
  it('come in this order', () => {
    const order = ['1.0.dev1', '1.0a1', '1.0b2', '1.0rc1', '1.0', '1.0.post1', '1.1.dev0', '1.1', '1.10', '2', '1!0.1'];
    for (const [index, one] of order.entries())
      for (const other of order.slice(index + 1))
        expect([one, other, Math.sign(compareVersions(one, other) ?? 0)]).toEqual([one, other, -1]);
    expect(compareVersions('1.0', '1')).toBe(0);
    expect(compareVersions('1.0', 'x')).toBeUndefined();
  });

  it.each([
    ['1.5', '>=1.2,<2', true],
    ['2.0', '>=1.2,<2', false],
    ['1.2.9', '==1.2.*', true],
    ['1.3', '!=1.3.*', false],
    ['2.2.5', '~=2.2', true],
    ['3.0', '~=2.2', false],
    ['1.4.9', '~=1.4.5', true],
    ['1.5', '~=1.4.5', false],
    ['1.0', '==1', true],
    ['1.0+local', '==1.0', true],
    ['1.0', '', true],
  ])('%s against %s: %s', (version, specifiers, fits) => {
    expect(satisfies(version, specifiers)).toBe(fits);
  });
});
