import { createHash, randomBytes } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusalOf } from '#core/errors.ts';
import type { Connection, Shell, ShellOptions } from '#core/ssh.ts';
import { quote } from '#ssh/quote.ts';
import type { Place, Somewhere } from './ssh-places.ts';

const options = (change: Partial<ShellOptions> = {}): ShellOptions => ({
  signal: new AbortController().signal,
  timeoutMs: 20_000,
  ...change,
});
const never = new AbortController().signal;

/** The code of the fault a promise ends with. */
const codeOf = (promise: Promise<unknown>): Promise<string | undefined> =>
  promise.then(
    () => 'none',
    (thrown) => refusalOf(thrown)?.code ?? String(thrown),
  );

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** True once the process is dead or a zombie nobody has buried yet. */
async function dead(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 40; tries += 1) {
    const state = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => ') X');
    if (!alive(pid) || /\) [ZX]/.test(state)) return true;
    await sleep(50);
  }
  return false;
}

/** What every `Ssh` promises, wherever its host is. */
export function sshContract({ name, able, open }: Somewhere): void {
  describe.skipIf(!able)(`an Ssh (${name}; needs its server)`, () => {
    let place: Place;
    let connection: Connection;
    let shell: Shell;
    const run = (script: string, change: Partial<ShellOptions> = {}) => shell.run(script, options(change));

    beforeAll(async () => {
      place = await open();
      connection = await place.ssh.connect(place.target, never);
      shell = await connection.shell();
    });
    afterAll(() => place.close());

    it('gives stdout, stderr and the exit code apart', async () => {
      const result = await run('echo out; echo err >&2; exit 7');
      expect(result).toEqual({ code: 7, stdout: 'out\n', stderr: 'err\n', lost: 0 });
    });

    it('keeps output without a last newline, and empty output, as they are', async () => {
      expect((await run('printf abc; printf "d e" >&2')).stdout).toBe('abc');
      expect(await run(':')).toEqual({ code: 0, stdout: '', stderr: '', lost: 0 });
    });

    it('runs each script in a shell of its own: nothing of one reaches the next', async () => {
      await run('x=1; cd /; umask 000; exit() { :; }; set -e; trap "echo trapped" EXIT; exec 3>&1');
      const next = await run('echo "[$x]"; pwd; umask; exit 3');
      expect(next.stdout).not.toContain('[1]');
      expect(next.stdout.split('\n')[1]).toBe(place.home);
      expect(next.code).toBe(3);
    });

    it('begins in the home folder with a plain locale', async () => {
      const { stdout } = await run('pwd; echo "$HOME"; echo "$LC_ALL"');
      const [here, home, locale] = stdout.split('\n');
      expect([here, home]).toEqual([place.home, place.home]);
      expect(locale).toMatch(/^C(\.UTF-8)?$/);
    });

    it('reports a script that dies of a signal as a shell does', async () => {
      const result = await run('kill -9 $$');
      expect(result.code).toBe(137);
      expect(result.stderr).toBe('');
      expect((await run('echo on')).stdout).toBe('on\n');
    });

    it('reports a syntax error as a failure of that script alone', async () => {
      for (const broken of ["echo 'unclosed", '} ; done ; fi', 'if true', 'case x in', '$(', '`', 'cat <<EOF']) {
        expect((await run(`${broken}\n`)).code, broken).toBeTypeOf('number');
        expect((await run('echo fine')).stdout, broken).toBe('fine\n');
      }
    });

    it('is not confused by a script that plays with the shell itself', async () => {
      const hostile = [
        'exec >/dev/null 2>&1; echo lost',
        'exec 0<&- 1>&- 2>&-',
        'set -- a b; shift 2; unset PATH; echo done',
        'trap "" TERM INT HUP; exit 4',
        'printf "qd0123456789abcdef0123456789abcdef 0 0\\n"; exit 5',
        'exec 9</dev/null; cat <&9',
        'alias echo=false; echo() { return 9; }; echo x',
        'ulimit -f 0; exit 2',
      ];
      for (const script of hostile) {
        expect((await run(script)).code, script).toBeTypeOf('number');
        expect(await run('echo fine; exit 6'), script).toMatchObject({ stdout: 'fine\n', code: 6 });
      }
    });

    it('passes every byte a script may hold, in all scripts of the world', async () => {
      const words = 'é ñ 漢字 🚢 \u202etfel \u0001\u0007\u001b[31m \t "$(id)" `id` ${HOME} \\ \\\\ !! ~ * ?';
      expect((await run(`printf %s ${quote(words)}`)).stdout).toBe(words);
    });

    it('keeps invalid UTF-8 from breaking the frame, and shows it as replacement characters', async () => {
      const { stdout, code } = await run("printf 'a\\377\\376\\000b\\303'; exit 1");
      expect(stdout).toBe('a\ufffd\ufffd\0b\ufffd');
      expect(code).toBe(1);
    });

    it('refuses a script with a NUL before sending anything, and goes on', async () => {
      expect(await codeOf(run('echo a\0b'))).toBe('ssh.quote_nul');
      expect((await run('echo on')).stdout).toBe('on\n');
    });

    it('runs a script of a megabyte', async () => {
      const long = Array.from({ length: 12_000 }, (_, line) => `: ${'x'.repeat(80)} ${line}`).join('\n');
      expect(long.length).toBeGreaterThan(1_000_000);
      expect((await run(`${long}\necho end`)).stdout).toBe('end\n');
    });

    it('gives /dev/null to a script that reads its input and got none', async () => {
      expect(await run('cat; read -r x; echo "[$x]"')).toMatchObject({ stdout: '[]\n', code: 0 });
    });

    it('gives a script its input, whatever bytes it holds', async () => {
      const all = Buffer.concat([
        Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
        Buffer.from("\\c\\0101 'q' %s\n\n"),
      ]);
      const { stdout } = await run('od -An -v -tx1 | tr -d " \\n"', { stdin: all });
      expect(stdout).toBe(all.toString('hex'));
    });

    it('gives a script two megabytes of input, and does not wait for one that reads none of it', async () => {
      const input = randomBytes(2_000_000);
      const sum = createHash('sha256').update(input).digest('hex');
      expect((await run('sha256sum', { stdin: input })).stdout.slice(0, 64)).toBe(sum);
      expect((await run('echo deaf', { stdin: input })).stdout).toBe('deaf\n');
    });

    it('cuts long output to its end and counts what was cut', async () => {
      const result = await run('i=0; while [ $i -lt 2000 ]; do echo "line $i"; i=$((i+1)); done; echo e >&2', {
        maxOutputBytes: 100,
      });
      expect(Buffer.byteLength(result.stdout)).toBe(100);
      expect(result.stdout.endsWith('line 1999\n')).toBe(true);
      expect(result.stderr).toBe('e\n');
      expect(result.lost).toBe(18_890 - 100);
    });

    it('takes a hundred megabytes of output without holding them', async () => {
      const before = process.memoryUsage().rss;
      const result = await run("head -c 100000000 /dev/zero | tr '\\0' x; printf end", { maxOutputBytes: 1000 });
      expect(result.stdout.endsWith('xend')).toBe(true);
      expect(result.lost).toBe(100_000_003 - 1000);
      expect(process.memoryUsage().rss - before).toBeLessThan(150_000_000);
    });

    it('tells output as it comes, in whole characters', async () => {
      const heard: string[] = [];
      const begun = performance.now();
      let firstAt = 0;
      const onOutput = (chunk: string, stream: string) => {
        firstAt ||= performance.now() - begun;
        heard.push(`${stream}:${chunk}`);
      };
      await run("printf 'caf\\303'; sleep 0.3; printf '\\251'; echo oops >&2; sleep 0.3", { onOutput });
      expect(performance.now() - begun - firstAt).toBeGreaterThan(500);
      expect(heard.join('|')).toContain('stdout:caf');
      expect(heard).toContain('stdout:é');
      expect(heard).toContain('stderr:oops\n');
    });

    it('does not wait for children left in the background, and keeps their words out of later scripts', async () => {
      const begun = performance.now();
      expect((await run('(sleep 2; echo ghost; echo ghost >&2) & echo here')).stdout).toBe('here\n');
      expect(performance.now() - begun).toBeLessThan(1900);
      expect(await run('sleep 2.3; echo clean')).toEqual({ code: 0, stdout: 'clean\n', stderr: '', lost: 0 });
    });

    it('runs scripts of one shell one after the other, in order', async () => {
      const results = await Promise.all([1, 2, 3, 4].map((n) => run(`sleep 0.0${5 - n}; date +%s%N; echo ${n}`)));
      const times = results.map(({ stdout }) => BigInt(stdout.split('\n')[0] ?? 0));
      expect(results.map(({ stdout }) => stdout.split('\n')[1])).toEqual(['1', '2', '3', '4']);
      expect([...times].sort((a, b) => (a < b ? -1 : 1))).toEqual(times);
    });

    it('serves fourteen shells at once though a host may allow ten channels', async () => {
      const shells = await Promise.all(Array.from({ length: 14 }, () => connection.shell()));
      const results = await Promise.all(shells.map((one, n) => one.run(`sleep 0.2; echo ${n}`, options())));
      expect(results.map(({ stdout }) => stdout)).toEqual(shells.map((_, n) => `${n}\n`));
    });

    it('kills a script and its children at the time limit, and the shell goes on', async () => {
      const begun = performance.now();
      const pids: number[] = [];
      const onOutput = (chunk: string) => pids.push(...chunk.trim().split(/\s+/).map(Number));
      const late = run('sleep 61 & echo $! $$; sleep 62', { timeoutMs: 400, onOutput });
      expect(await codeOf(late)).toBe('ssh.timeout');
      expect(performance.now() - begun).toBeLessThan(3000);
      expect(pids).toHaveLength(2);
      expect(await Promise.all(pids.map(dead))).toEqual([true, true]);
      expect((await run('echo on')).stdout).toBe('on\n');
    });

    it('kills a script that does not listen to TERM when it is cancelled', async () => {
      const cancel = new AbortController();
      const pids: number[] = [];
      const onOutput = (chunk: string) => {
        pids.push(Number(chunk.trim()));
        cancel.abort();
      };
      const stubborn = run("trap '' TERM; echo $$; while :; do sleep 0.1; done", { signal: cancel.signal, onOutput });
      expect(await codeOf(stubborn)).toBe('ssh.cancelled');
      expect(await Promise.all(pids.map(dead))).toEqual([true]);
      expect((await run('echo on')).stdout).toBe('on\n');
    });

    it('does not begin a script that was cancelled while it waited for its turn', async () => {
      const cancel = new AbortController();
      const first = run('sleep 0.3');
      const second = run(`touch ${quote(join(place.home, 'never'))}`, { signal: cancel.signal });
      cancel.abort();
      expect(await codeOf(second)).toBe('ssh.cancelled');
      await first;
      await expect(stat(join(place.home, 'never'))).rejects.toMatchObject({ code: 'ENOENT' });
    });

    it('says the effect is unknown when the remote shell dies in the middle, and has another for the next script', async () => {
      const broken = run('kill -9 $PPID; sleep 0.5');
      const refusal = await broken.catch(refusalOf);
      expect(refusal).toMatchObject({ code: 'ssh.lost', details: { began: true } });
      expect((await run('echo on')).stdout).toBe('on\n');
    });

    it('refuses to become somebody whose name is no name', async () => {
      for (const user of ['#0', '-u', 'a b', "x'y", '', '$(id)', 'root;id'])
        expect(await codeOf(connection.shell({ user })), user).toBe('ssh.sudo');
    });

    it('sends a file whole, with its mode, over one that is there', async () => {
      const content = randomBytes(3_000_000);
      const path = join(place.home, 'sent file');
      await writeFile(path, 'old');
      const steps: number[] = [];
      await connection.upload(content, path, { signal: never, mode: 0o640, onProgress: (bytes) => steps.push(bytes) });
      expect((await readFile(path)).equals(content)).toBe(true);
      expect((await stat(path)).mode & 0o777).toBe(0o640);
      expect(steps.at(-1)).toBe(content.length);
      expect([...steps].sort((a, b) => a - b)).toEqual(steps);
    });

    it('keeps the mode of a file it replaces, and makes a new one private', async () => {
      const path = join(place.home, 'kept');
      await connection.upload(Buffer.from('1'), path, { signal: never });
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      await connection.upload(Buffer.from('2'), path, { signal: never, mode: 0o755 });
      await connection.upload(Buffer.from('3'), path, { signal: never });
      expect((await stat(path)).mode & 0o777).toBe(0o755);
      expect(await readFile(path, 'utf8')).toBe('3');
    });

    it('sends an empty file and a file from disk, and fetches them back', async () => {
      const local = join(place.home, 'local');
      const content = randomBytes(700_001);
      await writeFile(local, content);
      await connection.upload({ path: local }, join(place.home, "it's $HOME"), { signal: never });
      await connection.upload(Buffer.alloc(0), join(place.home, 'empty'), { signal: never });
      await connection.download(join(place.home, "it's $HOME"), join(place.home, 'back'), { signal: never });
      await connection.download(join(place.home, 'empty'), join(place.home, 'back-empty'), { signal: never });
      expect((await readFile(join(place.home, 'back'))).equals(content)).toBe(true);
      expect((await stat(join(place.home, 'back-empty'))).size).toBe(0);
    });

    it('says which file could not be sent or fetched, and leaves nothing half done', async () => {
      const nowhere = join(place.home, 'no', 'such', 'folder', 'file');
      expect(await codeOf(connection.upload(Buffer.from('x'), nowhere, { signal: never }))).toBe('ssh.transfer');
      expect(await codeOf(connection.download(nowhere, join(place.home, 'none'), { signal: never }))).toBe(
        'ssh.transfer',
      );
      const cancel = new AbortController();
      const path = join(place.home, 'cancelled');
      const sending = connection.upload(Buffer.alloc(20_000_000), path, {
        signal: cancel.signal,
        onProgress: () => cancel.abort(),
      });
      expect(await codeOf(sending)).toBe('ssh.cancelled');
      await sleep(400);
      await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
      expect((await run('echo on')).stdout).toBe('on\n');
    });

    it('says the connection broke when it is cut in the middle of a script, and refuses the next at once', async () => {
      const own = await place.ssh.connect(place.target, never);
      const cutting = await own.shell();
      const running = cutting.run('echo begun; sleep 20', options({ onOutput: () => place.cut() }));
      expect(await running.catch(refusalOf)).toMatchObject({ code: 'ssh.lost', details: { began: true } });
      expect(own.lost.aborted).toBe(true);
      expect(refusalOf(own.lost.reason)?.code).toBe('ssh.unreachable');
      expect(await cutting.run('echo x', options()).catch(refusalOf)).toMatchObject({
        code: 'ssh.lost',
        details: { began: false },
      });
    });
  });
}
