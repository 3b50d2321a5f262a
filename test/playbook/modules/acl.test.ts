import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { acl } from '#playbook/modules/acl.ts';
import { changes, shells, tryModule } from './host.ts';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'acl-'));
  path = join(folder, "it's $(id)");
  writeFileSync(path, 'x', { mode: 0o640 });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const rights = (of: string): readonly string[] =>
  execFileSync('getfacl', ['-cp', of], { encoding: 'utf8' }).trim().split('\n');

/** True where this machine can do it at all. */
const able = (() => {
  const place = mkdtempSync(join(tmpdir(), 'acl-'));
  try {
    execFileSync('setfacl', ['-m', 'user:daemon:r', place], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  } finally {
    rmSync(place, { recursive: true });
  }
})();

describe.runIf(able).each(shells.map((shell) => [shell.join(' '), shell] as const))('acl, on %s', (_name, shell) => {
  const settle = async (args: JsonObject) => {
    const given = { path, ...args };
    const foreseen = changes((await tryModule(acl, given, { shell }, false)).plan);
    const { plan, result } = await tryModule(acl, given, { shell });
    expect(result?.failed).toBeUndefined();
    expect(changes(plan)).toEqual(foreseen);
    expect(changes((await tryModule(acl, given, { shell })).plan)).toEqual([]);
    return { foreseen, result: result?.result };
  };

  it('gives a right, changes it, and takes it away', async () => {
    const made = await settle({ entity: 'daemon', etype: 'user', permissions: 'r', state: 'present' });
    expect(made.foreseen).toEqual(['acl: absent → user:daemon:r']);
    expect(made.result).toMatchObject({ msg: 'user:daemon:r is present' });
    expect(made.result?.acl).toContain('user:daemon:r--');
    const other = await settle({ entry: 'u:daemon:rw-', state: 'present' });
    expect(other.foreseen).toEqual(['acl: user:daemon:r-- → user:daemon:rw-']);
    const gone = await settle({ entity: 'daemon', etype: 'user', state: 'absent' });
    expect(gone.foreseen).toEqual(['acl: user:daemon:rw- → absent']);
    expect(rights(path).join()).not.toContain('daemon');
  });

  it('gives what new files inherit, and all that is below', async () => {
    const below = join(folder, 'd/e');
    mkdirSync(below, { recursive: true });
    await settle({
      path: join(folder, 'd'),
      entity: 'daemon',
      etype: 'group',
      permissions: 'rwx',
      default: true,
      state: 'present',
    });
    expect(rights(join(folder, 'd'))).toContain('default:group:daemon:rwx');
    await settle({ path: join(folder, 'd'), entry: 'default:user:daemon:r-x', state: 'present', recursive: true });
    expect(rights(below)).toContain('default:user:daemon:r-x');
    await settle({ path: folder, entity: 'daemon', etype: 'user', permissions: 'rX', state: 'present', recurse: true });
    expect(rights(below)).toContain('user:daemon:r-x');
    expect(rights(path)).toContain('user:daemon:r--');
  });

  it('tells the rights as they are', async () => {
    const { plan } = await tryModule(acl, { path }, { shell });
    expect(plan).toMatchObject({
      differences: [],
      result: { msg: 'current acl', acl: ['user::rw-', 'group::r--', 'other::---'] },
    });
  });

  it('follows a link, or not', async () => {
    const link = join(folder, 'link');
    symlinkSync(path, link);
    await settle({ path: link, etype: 'other', permissions: 'r', state: 'present' });
    expect(rights(path)).toContain('other::r--');
  });

  it('says what setfacl says against it, and where there is nothing', async () => {
    const nobody = await tryModule(
      acl,
      { path, entity: 'nobody-is-here', etype: 'user', permissions: 'r', state: 'present' },
      { shell },
    );
    expect(nobody.plan.failed).toMatch(/acl: .*Invalid argument/);
    expect((await tryModule(acl, { path: `${path}x` }, { shell })).plan.failed).toBe(
      'Path not found or not accessible.',
    );
  });
});

it.each<JsonObject>([
  { state: 'present', entity: 'a' },
  { state: 'absent', etype: 'user' },
  { state: 'absent', etype: 'user', entity: 'a', permissions: 'r' },
  { state: 'present', etype: 'user', entity: 'a,group:b', permissions: 'r' },
  { state: 'present', etype: 'user', entity: 'a', permissions: 'r,user:b:rwx' },
  { state: 'present', entry: 'user:a' },
  { state: 'present', entry: 'user:a:r,user:b:rwx' },
  { state: 'present', entry: 'x:a:r' },
  { state: 'present', entry: 'user:a:r', etype: 'user' },
  { state: 'query', entry: 'user:a:r' },
  { state: 'query', recursive: true },
])('acl refuses %j', async (args) => {
  await expect(tryModule(acl, { path: '/x', ...args })).rejects.toThrow('module.arguments');
});
