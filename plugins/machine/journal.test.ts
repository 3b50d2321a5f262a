import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inLanguage, type LogLine, type LogsQuery, type Text } from '#kit';
import { hasJournald, writeJournal } from '#test/support/journald.ts';
import { findProgram } from '#test/support/programs.ts';
import type { Journal } from './journal.ts';
import { entryOf } from './journal-entry.ts';
import { createLogs } from './logs.ts';
import { notInJournal } from './told-twice.ts';

const never = new AbortController().signal;
const en = (text: Text | undefined) => (text === undefined ? undefined : inLanguage(text, 'en'));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'journal-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const query = (more: Partial<LogsQuery> = {}): LogsQuery => ({
  ...{ target: 'machine', words: [], from: Date.now() - 3_600_000, to: Date.now() + 60_000, limit: 20 },
  ...more,
});
const ask = (journal: Journal, more: Partial<LogsQuery> = {}, files: readonly string[] = []) =>
  createLogs({ machine: files, web: files }, journal).logs(query(more), never);
/** Lines without the number of the process. */
const said = (lines: readonly LogLine[]) => lines.map(({ line }) => line.replace(/\[\d+\]/, ''));

describe.skipIf(!hasJournald)('a journal that systemd wrote (needs systemd-journald)', () => {
  // Each is written down before the next: what comes in by several sockets has no order.
  const told = `
    i=0; while [ $i -lt 30 ]; do echo "<6>line $i"; i=$((i + 1)); done | systemd-cat -t shop; journalctl --sync
    echo 'error: no prices' | systemd-cat -t shop; journalctl --sync
    printf '<3>disk is full\\n<4>disk is slow\\n' | systemd-cat -t disk; journalctl --sync
    printf 'SYSLOG_IDENTIFIER=java\\nPRIORITY=3\\nMESSAGE=boom\\nMESSAGE=  at one\\nMESSAGE=  at two\\n\\n' | logger --journald; journalctl --sync
    head -c 9000 /dev/zero | tr '\\0' x | systemd-cat -t long; journalctl --sync
    printf 'caf\\351 \\033[31mred\\n' | systemd-cat -t bytes; journalctl --sync
  `;
  let journal: Journal;
  beforeAll(async () => {
    const place = join(folder, 'real');
    await mkdir(place);
    writeJournal(place, told);
    journal = { folder: place };
  });

  test('the newest entries come, oldest first, and the rest is owned up to', async () => {
    const { lines, more, note } = await ask(journal, { words: ['shop'], limit: 3 });
    expect([said(lines), more, note]).toEqual([
      ['shop: line 28', 'shop: line 29', 'shop: error: no prices'],
      true,
      undefined,
    ]);
    expect(lines.map(({ level, source }) => [level, source])).toEqual([
      ['info', 'journal'],
      ['info', 'journal'],
      ['error', 'journal'],
    ]);
    expect((await ask(journal, { words: ['shop'], limit: 100 })).lines).toHaveLength(31);
  });

  test('all words must be there, in any case; the level is that or worse', async () => {
    expect(said((await ask(journal, { words: ['DISK', 'slow'] })).lines)).toEqual(['disk: disk is slow']);
    expect(said((await ask(journal, { words: ['disk'], level: 'error' })).lines)).toEqual(['disk: disk is full']);
    expect(await ask(journal, { words: ['nowhere'] })).toEqual({ lines: [], more: false });
  });

  test('a message of several lines, a long one and bytes that are no text are shown', async () => {
    const { lines } = await ask(journal, { level: 'error' });
    const place = said(lines).indexOf('java: boom');
    expect(said(lines).slice(place, place + 3)).toEqual(['java: boom', '  at one', '  at two']);
    const [long] = (await ask(journal, { words: ['xxxx'] })).lines;
    expect([long?.line.length, long?.line.endsWith('…')]).toEqual([4_097, true]);
    expect(said((await ask(journal, { words: ['bytes'] })).lines)).toEqual(['bytes: caf\ufffd red']);
  });

  test('an account that may not read it is told so, and what to do', async () => {
    const { folder: place = '' } = journal;
    await chmod(folder, 0o755);
    await chmod(place, 0o755);
    const logs = fileURLToPath(new URL('./logs.ts', import.meta.url));
    const code = `import { createLogs } from ${JSON.stringify(logs)};
      const logs = createLogs({ machine: ['/var/log/syslog'] }, { folder: ${JSON.stringify(place)} });
      const query = ${JSON.stringify(query())};
      console.log(JSON.stringify(await logs.logs(query, new AbortController().signal)));`;
    const args = ['--input-type=module', '--eval', code];
    const { stdout } = spawnSync(process.execPath, args, { uid: 65_534, gid: 65_534, cwd: '/', encoding: 'utf8' });
    expect(JSON.parse(stdout)).toMatchObject({
      lines: [],
      note: { en: 'This account may not read the system’s journal: put it into the group systemd-journal.' },
    });
  });

  test('only the time asked for', async () => {
    const all = (await ask(journal, { limit: 100 })).lines;
    const at = all.find(({ line }) => line.includes('disk is full'))?.at ?? 0;
    const found = (await ask(journal, { from: at, to: at, limit: 100 })).lines;
    expect(found.length).toBeGreaterThan(0);
    expect(new Set(found.map((line) => line.at))).toEqual(new Set([at]));
    expect((await ask(journal, { from: Date.now() + 1_000, to: Date.now() + 2_000 })).lines).toEqual([]);
  });

  test('files of the machine come between its entries by their times; other targets have no journal', async () => {
    const all = (await ask(journal, { limit: 100 })).lines;
    const path = join(folder, 'bot.log');
    const at = all.find(({ line }) => line.includes('error: no prices'))?.at ?? 0;
    await writeFile(
      path,
      `${new Date(at - 60_000).toISOString()} before\n${new Date(at + 60_000).toISOString()} after\n`,
    );
    const { lines } = await ask(journal, { limit: 100, words: [], to: at + 90_000 }, [path]);
    expect([lines[0]?.line.endsWith('before'), lines.at(-1)?.line.endsWith('after')]).toEqual([true, true]);
    expect((await ask(journal, { target: 'web', limit: 100 })).lines).toEqual([]);
  });
});

/** A program that is strict about how it is asked, and does as the journalctl it stands for. */
async function program(name: string, body: string): Promise<Journal> {
  const place = join(folder, name);
  await mkdir(place);
  await writeFile(join(place, 'system.journal'), '');
  const path = join(place, 'journalctl');
  const strict = `[ "$1 $2 $3 $4 $5" = '--quiet --no-pager --all --reverse --output=json' ] || exit 64
case "$6" in --output-fields=MESSAGE,*) ;; *) exit 64 ;; esac
case "$7 $8" in --since=@[0-9]*' '--until=@[0-9]*) ;; *) exit 64 ;; esac
[ "$9" = '--directory=${place}' ] && [ $# = 9 ] && [ "$(env | grep -c SECRET)" = 0 ] || exit 64`;
  await writeFile(path, `#!/bin/sh\n${strict}\n${body}\n`);
  await chmod(path, 0o755);
  return { folder: place, program: path };
}
const entry = (message: string) => {
  const micros = `${Date.now() - 60_000}000`;
  return JSON.stringify({ __REALTIME_TIMESTAMP: micros, MESSAGE: message, SYSLOG_IDENTIFIER: 'a' });
};

describe('a journalctl that does not do as it should', () => {
  test('one that hangs is ended, and what it said is shown', async () => {
    const journal = await program('hangs', `echo '${entry('one')}'; exec sleep 60`);
    const began = performance.now();
    expect(await ask({ ...journal, longestMs: 500 })).toMatchObject({ lines: [{ line: 'a: one' }], more: true });
    expect(performance.now() - began).toBeLessThan(20_000);
  });

  test('one that never ends talking is ended', async () => {
    const journal = await program('floods', `while :; do echo '${entry('noise')}'; done`);
    expect((await ask(journal, { limit: 5 })).lines).toHaveLength(5);
    expect(await ask({ ...journal, longestMs: 1_000 }, { words: ['nowhere'] })).toEqual({ lines: [], more: true });
    const endless = await program('endless', 'exec cat /dev/zero');
    expect(await ask({ ...endless, longestMs: 60_000 })).toEqual({ lines: [], more: true });
  });

  test('a question that is given up ends it', async () => {
    const journal = await program('given-up', 'exec sleep 60');
    const given = new AbortController();
    const answer = createLogs({ machine: [] }, journal).logs(query(), given.signal);
    setTimeout(() => given.abort(), 200);
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' });
  });

  test('what is no entry is passed over', async () => {
    const journal = await program('odd', `printf '%s\\n' '-- No entries --' '{}' '{"MESSAGE":1}' '${entry('fine')}'`);
    expect(said((await ask(journal)).lines)).toEqual(['a: fine']);
  });
});

describe('no journal that can be read', () => {
  const botLog = async () => {
    const path = join(folder, 'own.log');
    await writeFile(path, `${new Date().toISOString()} the bot's own\n`);
    return path;
  };
  const systems = ['/var/log/syslog', '/var/log/messages'];
  const hasFiles = () => findProgram('rsyslogd') !== undefined;

  test.skipIf(hasFiles())(
    'is said, with what to do, where no file of the system is there either (needs a machine without rsyslog)',
    async () => {
      const files = [await botLog(), ...systems];
      const note = 'The system’s journal is not read here; name files in “plugins.settings.machine.logs”.';
      expect(en((await ask({ folder: '/nowhere' }, {}, files)).note)).toBe(note);
      const { folder: place = '' } = await program('gone', '');
      expect(en((await ask({ folder: place, program: '/nowhere/journalctl' }, {}, files)).note)).toBe(note);
    },
  );

  test.skipIf(hasFiles())('a journalctl that fails says so (needs a machine without rsyslog)', async () => {
    const files = [await botLog(), ...systems];
    const note = 'The system’s journal cannot be read: journalctl failed.';
    expect(en((await ask(await program('fails', 'exit 1'), {}, files)).note)).toBe(note);
  });

  test('is no news where somebody named the machine’s files', async () => {
    expect(await ask({ folder: '/nowhere' }, {}, [await botLog()])).toMatchObject({ lines: [{}], more: false });
    expect((await ask({ folder: '/nowhere' }, {}, [await botLog()])).note).toBeUndefined();
  });
});

test('what the journal and a file of syslog both tell is told once', () => {
  const at = Date.parse('2026-11-21T12:00:00.400Z');
  const line = (text: string, late = 0): LogLine => ({ at: at + late, source: 'x', line: text });
  const journal = [line('sshd[7]: error: no'), line('sshd[7]: error: no', 100), line('kernel: oops'), line('own: a')];
  const syslog = [
    line('Nov 21 12:00:00 web-1 sshd[7]: error: no', -400),
    line('Nov 21 12:00:00 web-1 sshd[7]: error: no', -400),
    line('Nov 21 12:00:00 web-1 sshd[7]: error: no', -400),
    line('2026-11-21T12:00:00.400123+00:00 web-1 kernel: [   12.345678] oops'),
    line('Nov 21 12:00:09 web-1 own: a', 9_000),
    line('Nov 21 12:00:00 router own: b'),
  ];
  expect(notInJournal(syslog, journal).map((one) => one.line)).toEqual([
    'Nov 21 12:00:00 web-1 sshd[7]: error: no',
    'Nov 21 12:00:09 web-1 own: a',
    'Nov 21 12:00:00 router own: b',
  ]);
});

test.each([
  ['3', 'x', 'error'],
  ['4', 'error: x', 'warn'],
  ['6', 'error: x', 'error'],
  ['6', 'x', 'info'],
  ['7', 'x', 'debug'],
  [undefined, 'x', 'info'],
  [null, 'x', 'info'],
])('an entry of priority %s that says “%s” is %s', (priority, message, level) => {
  const json = JSON.stringify({ __REALTIME_TIMESTAMP: '1', MESSAGE: message, PRIORITY: priority });
  expect(entryOf(json)?.level).toBe(level);
});
