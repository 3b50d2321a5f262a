import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type JournalOptions, journalCodes, journaled, recorded, sweep } from '#runs/execute/journal.ts';
import { quote } from '#ssh/quote.ts';
import { firstOr, present } from '#test/support/programs.ts';

const entry = { key: 'run-1-abc', step: '1.4[2]' };
/** No folder can be made there, not even by root. */
const nowhere = '/proc/nonexistent';
const options: JournalOptions = { waitSeconds: 3, token: 'token-7c1f' };

interface Output {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const shells = firstOr(present([['dash'], ['bash', '--posix'], ['busybox', 'sh']], ([name = '']) => name));

describe.each(shells)('the journal in %s %s', (shell, ...flags) => {
  let home: string;

  const run = (script: string, more: { stdin?: string; home?: string } = {}): Promise<Output> =>
    new Promise((resolve) => {
      // A file, not an argument: the kernel takes no argument of more than 128 kB.
      const path = join(home, `script-${randomUUID()}`);
      writeFileSync(path, script);
      const child = spawn(shell ?? '', [...flags, path], {
        cwd: home,
        env: { PATH: process.env.PATH, HOME: more.home ?? home },
      });
      const output = { stdout: '', stderr: '' };
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        output.stdout += text;
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        output.stderr += text;
      });
      // Not `close`: a child in the background may keep the pipes open.
      child.on('exit', (code) => setTimeout(() => resolve({ code: code ?? -1, ...output }), 100));
      // A script that does not read its input may be gone before it comes.
      child.stdin.on('error', () => undefined);
      child.stdin.end(more.stdin ?? '');
    });
  const once = (script: string, more = {}) => run(journaled(script, entry, { ...options, earlier: true }, quote), more);
  const look = () => run(recorded(entry, options, quote));
  const count = async () => (await readFile(join(home, 'count'), 'utf8').catch(() => '')).length;

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'runs-journal-'));
  });
  // What was left in the background may end, and be noted, meanwhile.
  afterEach(() => rm(home, { recursive: true, force: true, maxRetries: 5 }));

  test('a script runs once and afterwards gives what it gave', async () => {
    const script = "printf x >>count; echo out; echo 'it''s err' >&2; exit 7";
    const first = await once(script);
    expect(first).toEqual({ code: 7, stdout: 'out\n', stderr: 'its err\n' });
    expect(await once(script)).toEqual(first);
    expect(await look()).toEqual(first);
    expect(await count()).toBe(1);
  });

  test('a script gets its input, its folder and a large output comes whole', async () => {
    const given = await once('cat; pwd; i=0; while [ $i -lt 20000 ]; do echo "line $i"; i=$((i+1)); done', {
      stdin: 'hello\n',
    });
    expect(given.stdout.startsWith(`hello\n${home}\nline 0\n`)).toBe(true);
    expect(given.stdout.endsWith('line 19999\n')).toBe(true);
    expect((await look()).stdout).toBe(given.stdout);
  });

  test('a script of 300 kB with every kind of quote runs as written', async () => {
    const text = `'"\`$(echo no)\\ é\n${'x'.repeat(300_000)}`;
    expect((await once(`printf %s ${quote(text)}`)).stdout).toBe(text);
  });

  test('two at the same time run it once and both get its answer', async () => {
    const script = 'sleep 1; printf x >>count; echo done';
    const both = await Promise.all([once(script), once(script)]);
    expect(both.map((one) => one.stdout)).toEqual(['done\n', 'done\n']);
    expect(await count()).toBe(1);
  });

  test('a child left in the background does not hold the step up', async () => {
    const given = await once('sleep 60 & echo $!');
    expect(given).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\n$/) });
    process.kill(Number(given.stdout)); // throws when it is over: the step waited for it
  });

  test('a script that was killed before its end is not run again, and that is said', async () => {
    const child = spawn(shell ?? '', [...flags, '-c', journaled('printf x >>count; sleep 30', entry, options, quote)], {
      cwd: home,
      env: { PATH: process.env.PATH, HOME: home },
      detached: true,
      stdio: 'ignore',
    });
    while ((await count()) === 0) await sleep(20);
    process.kill(-(child.pid ?? 0), 'SIGKILL');
    const again = await once('printf x >>count; sleep 30');
    expect(again).toEqual({ code: journalCodes.lost, stdout: '', stderr: `${options.token}\n` });
    expect(await count()).toBe(1);
  });

  test('a script goes on when whoever asked for it went away, and its end is found later', async () => {
    const child = spawn(
      shell ?? '',
      [...flags, '-c', journaled('sleep 1; echo out; echo err >&2; printf x >>count; exit 3', entry, options, quote)],
      { cwd: home, env: { PATH: process.env.PATH, HOME: home }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    await sleep(400);
    child.stdout?.destroy();
    child.stderr?.destroy();
    expect(await once('printf x >>count')).toEqual({ code: 3, stdout: 'out\n', stderr: 'err\n' });
    expect(await count()).toBe(1);
  });

  test('a step that was never begun has no record', async () => {
    expect(await look()).toMatchObject({ code: journalCodes.absent, stderr: `${options.token}\n` });
    expect(existsSync(join(home, '.quarterdeck'))).toBe(true);
  });

  test('the journal is private and gone after the sweep', async () => {
    await once('umask; echo secret');
    expect((await stat(join(home, '.quarterdeck'))).mode & 0o777).toBe(0o700);
    expect((await stat(join(home, '.quarterdeck', entry.key, entry.step))).mode & 0o777).toBe(0o700);
    expect((await run(sweep(entry.key, quote))).code).toBe(0);
    expect(existsSync(join(home, '.quarterdeck'))).toBe(false);
  });

  test('the script keeps the umask of the account', async () => {
    expect((await run(`umask 027\n${journaled('umask', entry, options, quote)}`)).stdout.trim()).toMatch(/^0*27$/);
  });

  test('an account without a home uses a private folder of its own', async () => {
    const given = await once('echo there', { home: nowhere });
    expect(given).toEqual({ code: 0, stdout: 'there\n', stderr: '' });
    const swept = await run(sweep(entry.key, quote), { home: nowhere });
    expect(swept.code).toBe(0);
  });

  test('an earlier attempt is found wherever it could write', async () => {
    const script = 'printf x >>count; echo there';
    expect((await once(script, { home: nowhere })).stdout).toBe('there\n');
    expect((await once(script)).stdout).toBe('there\n'); // the home is there again
    expect((await look()).stdout).toBe('there\n');
    expect(await count()).toBe(1);
    await run(sweep(entry.key, quote));
    expect(existsSync(`/var/tmp/.quarterdeck-${process.getuid?.()}/${entry.key}`)).toBe(false);
    expect((await once(script)).stdout).toBe('there\n');
    expect((await once(script, { home: nowhere })).code).toBe(0);
    expect(await count()).toBe(3); // another home, and after a sweep: nobody can know
    await run(sweep(entry.key, quote), { home: nowhere });
  });

  test('what cannot be written down is not begun, and may be begun later', async () => {
    const full = `trap '' XFSZ; ulimit -f 0\n${journaled('printf x >>count', entry, options, quote)}`;
    expect(await run(full)).toMatchObject({ code: journalCodes.unwritable, stdout: '', stderr: `${options.token}\n` });
    expect(await count()).toBe(0);
    expect((await once('printf x >>count; echo done')).stdout).toBe('done\n');
  });

  test('an output that the disk does not take comes whole, and is no record later', async () => {
    const long = 'i=0; while [ $i -lt 9000 ]; do echo "line $i"; i=$((i+1)); done';
    const given = await run(`trap '' XFSZ; ulimit -f 16\n${journaled(long, entry, options, quote)}`);
    expect(given).toMatchObject({ code: 0, stderr: '' });
    expect(given.stdout.split('\n')).toHaveLength(9001);
    expect(await look()).toEqual({ code: journalCodes.lost, stdout: '', stderr: `${options.token}\n` });
  });

  test('a folder that only leads to one of the account’s own is not taken for one', async () => {
    const base = `/var/tmp/.quarterdeck-${process.getuid?.()}`;
    await rm(base, { recursive: true, force: true });
    await mkdir(join(home, 'elsewhere', entry.key, entry.step), { recursive: true, mode: 0o700 });
    for (const [name, text] of Object.entries({ code: '0\n', stdout: 'FORGED\n', stderr: '' }))
      await writeFile(join(home, 'elsewhere', entry.key, entry.step, name), text);
    await symlink(join(home, 'elsewhere'), base);
    try {
      const given = await once('printf x >>count', { home: nowhere });
      expect(given).toMatchObject({ code: journalCodes.unwritable, stdout: '', stderr: `${options.token}\n` });
      await symlink(join(home, 'elsewhere'), join(home, '.quarterdeck'));
      expect(await once('printf x >>count')).toMatchObject({ code: journalCodes.unwritable, stdout: '' });
      await run(sweep(entry.key, quote));
      expect(existsSync(join(home, 'elsewhere', entry.key))).toBe(true);
    } finally {
      await rm(base, { force: true });
    }
  });

  test('a home behind a link is a home', async () => {
    await symlink(home, join(home, 'link'));
    expect((await once('echo there', { home: join(home, 'link') })).stdout).toBe('there\n');
    expect((await once('echo twice')).stdout).toBe('there\n');
    expect((await run(sweep(entry.key, quote), { home: join(home, 'link') })).code).toBe(0);
    expect(existsSync(join(home, '.quarterdeck'))).toBe(false);
  });

  test('a first attempt goes by the home alone, and runs in its own folder', async () => {
    const first = (script: string) => run(journaled(script, entry, options, quote));
    expect((await first('printf x >>count; pwd')).stdout).toBe(`${home}\n`);
    expect((await first('printf x >>count')).stdout).toBe(`${home}\n`);
    expect(await count()).toBe(1);
  });

  test('without a place for the journal nothing runs', async () => {
    await writeFile(join(home, '.quarterdeck'), 'a file in the way');
    const base = `/var/tmp/.quarterdeck-${process.getuid?.()}`;
    await rm(base, { recursive: true, force: true });
    await writeFile(base, 'another');
    try {
      const given = await once('printf x >>count');
      expect(given).toMatchObject({ code: journalCodes.unwritable, stderr: `${options.token}\n` });
      expect(await count()).toBe(0);
    } finally {
      await rm(base, { force: true });
    }
  });
});
