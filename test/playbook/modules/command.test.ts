import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '#core/json.ts';
import { globWord } from '#playbook/modules/command/glob.ts';
import { command } from '#playbook/modules/command.ts';
import { shell as shellModule } from '#playbook/modules/shell.ts';
import { quote } from '#ssh/quote.ts';
import { changes, runScript, shells, tryModule } from './host.ts';

let folder = '';
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'command-')));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.each(shells.map((shell) => [shell.join(' '), shell] as const))('command, on %s', (_name, shell) => {
  const run = async (args: JsonObject) => {
    const tried = await tryModule(command, args, { shell, cwd: folder });
    return { ...tried, values: { ...tried.plan.result, ...tried.result?.result } as Record<string, unknown> };
  };

  it('runs a program with its words, which no shell reads', async () => {
    const { values } = await run({ cmd: "printf '%s|' a 'b  c' * $HOME $(id) ;" });
    expect(values).toMatchObject({
      rc: 0,
      stdout: 'a|b  c|*|$HOME|$(id)|;|',
      stderr: '',
      cmd: ['printf', '%s|', 'a', 'b  c', '*', '$HOME', '$(id)', ';'],
    });
  });

  it('runs any words as they are', async () => {
    const word = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
      .filter((text) => !text.includes('\0') && text.isWellFormed());
    await fc.assert(
      fc.asyncProperty(fc.array(word, { minLength: 10, maxLength: 60 }), async (words) => {
        const { values } = await run({ argv: ['printf', '%s\\n', ...words], strip_empty_ends: false });
        expect(values.stdout).toBe(words.map((one) => `${one}\n`).join(''));
      }),
      { numRuns: 5 },
    );
  });

  it('is the program of that name, not what a shell has under it', async () => {
    const { values } = await run({ cmd: 'test -e /proc' });
    expect(values.rc).toBe(0);
    expect((await run({ cmd: 'echo -e a' })).values.stdout).toBe('a');
  });

  it('gives code and both outputs of a program that fails', async () => {
    const { result } = await run({ argv: ['sh', '-c', 'echo out; echo err >&2; exit 3'] });
    expect(result).toMatchObject({
      failed: 'non-zero return code',
      changed: true,
      result: { rc: 3, stdout: 'out', stderr: 'err', stdout_lines: ['out'], stderr_lines: ['err'] },
    });
  });

  it('says of a program that is not there what Ansible says, and that nothing was changed', async () => {
    for (const program of ['no-such-program', '/nonexistent/bin', './no-such']) {
      const msg = `[Errno 2] No such file or directory: b'${program}'`;
      expect((await run({ argv: [program, 'a b'] })).result).toEqual({
        result: {
          cmd: `${program} 'a b'`,
          rc: 2,
          msg,
          stdout: '',
          stdout_lines: [],
          stderr: '',
          stderr_lines: [],
        },
        changed: false,
        failed: msg,
      });
    }
  });

  it('believes a program that itself ends with 127 or 2, and one that was found and is gone', async () => {
    writeFileSync(join(folder, 'own'), '#!/bin/sh\nrm -f "$0"\necho ran\nexit 127\n', { mode: 0o755 });
    const gone = (await run({ cmd: './own' })).result;
    expect(gone).toMatchObject({ changed: true, result: { rc: 127, stdout: 'ran' } });
    expect((await run({ argv: ['sh', '-c', 'exit 2'] })).result).toMatchObject({ changed: true, result: { rc: 2 } });
    writeFileSync(join(folder, 'plain'), '', { mode: 0o644 });
    expect((await run({ cmd: './plain' })).result).toMatchObject({ changed: true, result: { rc: 126 } });
  });

  it('expands the variables of the host only where that is asked for', async () => {
    const args = {
      argv: ['printf', '%s|', '$HOME', '${HOME}/x', '$(id)', '$NOT_SET_ANYWHERE', '~'],
      expand_argument_vars: true,
    };
    expect((await run(args)).values.stdout).toBe(
      `${process.env.HOME}|${process.env.HOME}/x|$(id)|$NOT_SET_ANYWHERE|~|`,
    );
  });

  it('has its own input, or none', async () => {
    expect((await run({ cmd: 'cat', stdin: "in $(id)'\n" })).values.stdout).toBe("in $(id)'");
    expect((await run({ cmd: 'cat' })).values.stdout).toBe('');
  });

  it('runs in a folder, and fails when that is not there', async () => {
    expect((await run({ cmd: 'pwd', chdir: folder })).values.stdout).toBe(folder);
    expect((await run({ cmd: 'pwd', chdir: `${folder}/no` })).plan.failed).toContain('Unable to change directory');
  });

  it('does not run when what it creates is there, or what it removes is gone', async () => {
    const args = { cmd: 'touch "made here.1"', creates: 'made*.[0-9]', chdir: folder };
    expect(changes((await run(args)).plan)).toEqual(['runs: false → true', `chdir: null → ${folder}`]);
    const again = await run(args);
    expect(changes(again.plan)).toEqual([]);
    expect(again.values).toMatchObject({ rc: 0, stdout: 'skipped, since made*.[0-9] exists' });
    expect(changes((await run({ cmd: 'true', removes: join(folder, 'none') })).plan)).toEqual([]);
    expect(changes((await run({ cmd: 'true', removes: join(folder, 'made here.1') })).plan)).toEqual([
      'runs: false → true',
    ]);
  });

  it('reads a pattern for what it matches and nothing else', async () => {
    writeFileSync(join(folder, "a'b c1"), '');
    const matched = async (pattern: string): Promise<string> => {
      const script = `for f in ${globWord(pattern, quote)}; do printf '%s|' "$f"; done`;
      return (await runScript(script, { shell, cwd: folder })).stdout;
    };
    expect(await matched("a'b*")).toBe("a'b c1|");
    expect(await matched("a'b c[0-9]")).toBe("a'b c1|");
    const hostile = '$(touch x)[$(touch y)]`touch z`;touch w';
    expect(await matched(hostile)).toBe(`${hostile}|`);
    for (const name of ['x', 'y', 'z', 'w']) expect(existsSync(join(folder, name))).toBe(false);
  });

  it.each([[{ cmd: '' }], [{ cmd: ' ' }], [{}], [{ cmd: 'a', argv: ['b'] }], [{ cmd: "a 'b" }], [{ argv: [''] }]])(
    'refuses %j',
    async (args) => {
      await expect(run(args)).rejects.toThrow('module.arguments');
    },
  );
});

describe('shell', () => {
  const run = async (args: JsonObject) => (await tryModule(shellModule, args, { cwd: folder })).result?.result ?? {};

  it('reads its line, with the shell that is asked for', async () => {
    expect(await run({ cmd: 'echo a b | tr a-z A-Z; echo $((1+1)) >&2' })).toMatchObject({
      stdout: 'A B',
      stderr: '2',
      cmd: 'echo a b | tr a-z A-Z; echo $((1+1)) >&2',
    });
    expect(await run({ cmd: 'a=(1 2); echo ${a[1]}', executable: '/bin/bash' })).toMatchObject({ stdout: '2' });
  });

  it('takes several lines, quotes and a here-document', async () => {
    expect(await run({ cmd: 'cat <<EOF\nit\'s "me"\nEOF\nexit 4' })).toMatchObject({ stdout: 'it\'s "me"', rc: 4 });
  });

  it('says when it began, when it ended and how long it took', async () => {
    const result = await run({ cmd: 'sleep 0.2; echo e >&2' });
    expect(result.stderr).toBe('e');
    expect(String(result.start)).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}$/);
    expect(String(result.delta)).toMatch(/^0:00:00\.[2-9]/);
  });
});
