import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { script } from '#playbook/modules/script.ts';
import { changes, shells, tryModule } from './host.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'script-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const text = '#!/bin/sh\necho "$0: $#: $1|$2"; pwd\nexit ${3:-0}\n';
const files = {
  read: async (src: string) => ({ path: `/playbooks/files/${src}`, content: Buffer.from(text) }),
};

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('script, on %s', (_name, shell) => {
  const run = (args: Parameters<typeof tryModule>[1], go = true) =>
    tryModule(script, args, { shell, controller: files, env: { TMPDIR: folder } }, go);

  it('runs a script of ours with the words that follow its name, and leaves nothing behind', async () => {
    const { plan, result } = await run({ cmd: `"it's mine.sh" one "two  $(echo x)" 0`, chdir: folder });
    expect(changes(plan)[0]).toBe('runs: false → true');
    expect(result?.result.stdout).toMatch(new RegExp(`/it's mine.sh: 3: one\\|two {2}x\n${folder}\n$`));
    expect(result).toMatchObject({ changed: true, result: { rc: 0 } });
    expect(readdirSync(folder)).toEqual([]);
  });

  it('runs it with another program', async () => {
    const { result } = await run({ cmd: 'x.sh a', executable: 'env X=1 bash -e' });
    expect(result?.result.stdout).toContain('/x.sh: 1: a|');
  });

  it('gives a failure with its code', async () => {
    const { result } = await run({ cmd: 'x.sh a b 4' });
    expect(result).toMatchObject({ failed: 'non-zero return code', result: { rc: 4 } });
  });

  it('is passed over when what it creates is there, or what it removes is gone', async () => {
    writeFileSync(join(folder, 'there'), '');
    expect((await run({ cmd: 'x.sh', creates: join(folder, 'th*') })).plan).toMatchObject({ skipped: true });
    expect((await run({ cmd: 'x.sh', removes: join(folder, 'gone') })).plan).toMatchObject({ skipped: true });
    expect((await run({ cmd: 'x.sh', creates: join(folder, 'gone') }, false)).plan.skipped).toBeUndefined();
  });
});

describe('script', () => {
  it('is another plan when the script is another', async () => {
    const planned = async (content: string) =>
      (
        await tryModule(
          script,
          { cmd: 'x.sh' },
          { controller: { read: async () => ({ path: '/x.sh', content: Buffer.from(content) }) } },
          false,
        )
      ).plan.differences;
    expect(await planned('a')).not.toEqual(await planned('b'));
  });

  it.each([[{}], [{ cmd: '' }], [{ cmd: 'x.sh', chdir: 'not/absolute' }]])('refuses %j', async (args) => {
    await expect(tryModule(script, args, { controller: files })).rejects.toThrow('module.arguments');
  });
});
