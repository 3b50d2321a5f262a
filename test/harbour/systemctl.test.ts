import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { firstOr, present } from '#test/support/programs.ts';

const source = new URL('../../src/harbour/systemctl.sh', import.meta.url);
const shells = firstOr(present([['dash'], ['bash'], ['busybox', 'sh']], ([program = '']) => program));

describe.each(shells.map((shell) => ({ name: shell.join(' '), shell })))(
  'systemctl of the harbour in $name',
  ({ shell }) => {
    let root: string;
    let bin: string;

    beforeAll(async () => {
      root = await mkdtemp(join(tmpdir(), 'harbour unit '));
      bin = join(root, 'bin');
      for (const folder of ['bin', 'etc/units', 'run']) await mkdir(join(root, folder), { recursive: true });
      await writeFile(join(bin, 'systemctl'), await readFile(source), { mode: 0o755 });
      await writeFile(join(bin, 'sh'), `#!/bin/sh\nexec ${shell.join(' ')} "$@"\n`);
      await chmod(join(bin, 'sh'), 0o755);
      await symlink(process.execPath, join(bin, 'node'));
      await unit('steady', 'echo "steady in $PWD"; while :; do sleep 0.1; done');
      await unit('brief', 'echo "brief"; exit 3');
      await unit('polite', `node -e "process.on('SIGHUP', () => console.log('reloaded')); setInterval(() => {}, 50)"`);
      await unit('stubborn', `sh -c "trap '' TERM; while :; do sleep 0.1; done"`);
    });
    afterEach(() => {
      for (const name of ['steady', 'brief', 'polite', 'stubborn']) systemctl('stop', name);
    });
    afterAll(() => rm(root, { recursive: true, force: true }));

    const unit = async (name: string, command: string) => {
      const wrapped = command.startsWith('node') || command.startsWith('sh') ? command : `sh -c '${command}'`;
      await writeFile(
        join(root, 'etc/units', `${name}.service`),
        `[Unit]\nDescription=The ${name} one\n[Service]\nExecStart=${wrapped}\n`,
      );
    };
    const systemctl = (...words: string[]) => {
      const [program = '', ...rest] = shell;
      const { status, stdout, stderr } = spawnSync(program, [...rest, join(bin, 'systemctl'), ...words], {
        encoding: 'utf8',
        env: { HOME: root, PATH: `${bin}:/usr/bin:/bin` },
      });
      return { code: status, out: stdout.trim(), err: stderr.trim() };
    };
    const pidOf = (name: string) => Number(systemctl('show', '-p', 'MainPID', '--value', name).out);
    const runs = (pid: number) => {
      try {
        return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
      } catch {
        return false;
      }
    };
    const log = (name: string) => readFile(join(root, 'var/log', `${name}.log`), 'utf8');

    it('starts a unit in the background, in the host’s folder, and starts it only once', async () => {
      expect(systemctl('start', 'steady')).toEqual({ code: 0, out: '', err: '' });
      const pid = pidOf('steady');
      expect(runs(pid)).toBe(true);
      expect(systemctl('start', 'steady.service').code).toBe(0);
      expect(pidOf('steady')).toBe(pid);
      expect(systemctl('is-active', 'steady')).toMatchObject({ code: 0, out: 'active' });
      expect(await log('steady')).toContain(`steady in ${root}`);
    });

    it('stops a unit and all its children, also one that ignores TERM', async () => {
      for (const name of ['steady', 'stubborn']) {
        systemctl('start', name);
        const pid = pidOf(name);
        expect(systemctl('stop', name).code, name).toBe(0);
        expect(systemctl('is-active', name), name).toMatchObject({ code: 3, out: 'inactive' });
        expect(runs(pid), name).toBe(false);
      }
      expect(systemctl('list-units', '--failed', '--plain', '--no-legend').out).toBe('');
    });

    it('restarts as another process, and starts what did not run', () => {
      systemctl('restart', 'steady');
      const first = pidOf('steady');
      expect(systemctl('restart', 'steady').code).toBe(0);
      expect(pidOf('steady')).not.toBe(first);
      expect(runs(pidOf('steady'))).toBe(true);
    });

    it('says that a unit failed, with its exit code, until it is started well or reset', async () => {
      // As systemd's, a start of such a unit succeeds where the process lives on for a moment.
      expect([0, 1]).toContain(systemctl('start', 'brief').code);
      await vi.waitFor(() => expect(systemctl('is-failed', 'brief')).toMatchObject({ code: 0, out: 'failed' }), 20_000);
      expect(systemctl('list-units', '--failed', '--plain', '--no-legend', '--no-pager').out).toBe(
        'brief.service loaded failed failed The brief one',
      );
      expect(systemctl('show', '--property=ExecMainStatus,Result', 'brief').out).toBe(
        'ExecMainStatus=3\nResult=exit-code',
      );
      expect(systemctl('is-system-running')).toMatchObject({ code: 1, out: 'degraded' });
      expect(systemctl('reset-failed').code).toBe(0);
      expect(systemctl('is-system-running')).toMatchObject({ code: 0, out: 'running' });
    });

    it('writes the thousandths that what it runs may write too, where date has them', async () => {
      const own = spawnSync('date', ['-u', '+%3N'], { encoding: 'utf8' }).stdout.trim();
      systemctl('restart', 'steady');
      const written = /^\d{3}$/.test(own) ? /T\d\d:\d\d:\d\d\.\d{3}Z info steady\.service started/ : /\d\dZ info/;
      expect((await log('steady')).split('\n').findLast((line) => line.includes('started'))).toMatch(written);
      await writeFile(join(bin, 'date'), '#!/bin/sh\necho 2026-11-21T12:00:00.3NZ\n', { mode: 0o755 });
      systemctl('stop', 'steady');
      expect(await log('steady')).toMatch(/\n2026-11-21T12:00:00Z info steady\.service stopped\n$/);
      await rm(join(bin, 'date'));
    });

    it('notices a unit that is killed from outside', async () => {
      systemctl('start', 'steady');
      process.kill(pidOf('steady'), 'SIGKILL');
      await sleep(200);
      expect(systemctl('is-active', 'steady').out).toBe('failed');
      expect(await log('steady')).toMatch(/error steady\.service failed, exit code 137/);
    });

    it('reloads by a signal, without another process', async () => {
      systemctl('start', 'polite');
      await sleep(300);
      const pid = pidOf('polite');
      expect(systemctl('reload', 'polite').code).toBe(0);
      await sleep(150);
      expect(pidOf('polite')).toBe(pid);
      expect(await log('polite')).toContain('reloaded');
    });

    it('enables and disables, apart from starting', () => {
      expect(systemctl('is-enabled', 'steady')).toMatchObject({ code: 1, out: 'disabled' });
      systemctl('enable', 'steady');
      expect(systemctl('is-enabled', 'steady')).toMatchObject({ code: 0, out: 'enabled' });
      expect(systemctl('is-active', 'steady').code).toBe(3);
      systemctl('disable', '--now', 'steady');
      expect(systemctl('is-enabled', 'steady').code).toBe(1);
    });

    it('refuses units that do not exist and names that are paths, doing nothing', () => {
      expect(systemctl('start', 'nope')).toMatchObject({
        code: 5,
        err: 'Failed to start nope.service: Unit nope.service not found.',
      });
      expect(systemctl('status', 'nope').code).toBe(4);
      expect(systemctl('show', '-p', 'LoadState', '--value', 'nope').out).toBe('not-found');
      expect(systemctl('start', '../../x').code).toBe(1);
      expect(systemctl('start', 'a;touch b').code).toBe(1);
      expect(systemctl('frobnicate', 'steady')).toMatchObject({ code: 1, err: 'Unknown command verb frobnicate.' });
      expect(systemctl('start').err).toBe('Too few arguments.');
    });
  },
);
