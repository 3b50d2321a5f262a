import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chmod, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { refusalOf } from '#core/errors.ts';
import { silentLog } from '#core/log.ts';
import type { Shell, ShellOptions, Ssh, SshTarget } from '#core/ssh.ts';
import { trustHost } from '#ssh/known-hosts.ts';
import { createSsh } from '#ssh/real/open.ts';
import { findProgram, present } from '#test/support/programs.ts';
import { freePort, hasSshd, makeKey, type Sshd, signal, startSshd } from '#test/support/sshd.ts';

const never = new AbortController().signal;
const options = (change: Partial<ShellOptions> = {}): ShellOptions => ({ signal: never, timeoutMs: 30_000, ...change });
const isRoot = userInfo().uid === 0;

describe.skipIf(!hasSshd)('ssh against OpenSSH', () => {
  let sshd: Sshd;
  let ssh: Ssh;
  let folder: string;
  const refusal = (target: SshTarget, by = ssh) => by.connect(target, never).then(() => undefined, refusalOf);
  const file = async (name: string, content: string) => {
    await writeFile(join(folder, name), content);
    return join(folder, name);
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ssh-system-'));
    sshd = await startSshd({ hostKeys: ['ed25519', 'ecdsa', 'rsa'] });
    ssh = createSsh({ log: silentLog });
  });
  afterAll(async () => {
    await ssh?.stop();
    await sshd?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  describe('the host key', () => {
    const keyLine = async (type: string) => (await readFile(join(sshd.folder, `host_${type}.pub`), 'utf8')).trim();

    it('that nobody vouched for is shown and refused', async () => {
      const known = await file('none', '');
      const shown = execFileSync('ssh-keygen', ['-l', '-f', join(sshd.folder, 'host_ed25519.pub')], {
        encoding: 'utf8',
      });
      const found = await refusal(sshd.target({ knownHosts: [known, join(folder, 'missing')] }));
      expect(found?.code).toBe('ssh.host_key_unknown');
      expect(JSON.stringify(found?.say)).toContain(shown.split(' ')[1]);
      expect(JSON.stringify(found?.say)).toContain('quarterdeck trust web-1');
    });

    it('that only a file nobody can read would vouch for is refused with the file’s name', async () => {
      const known = await file('some', `[127.0.0.1]:${sshd.port} ${await keyLine('ed25519')}\n`);
      const found = await refusal(sshd.target({ knownHosts: [folder] }));
      expect(found).toMatchObject({ code: 'ssh.known_hosts_unreadable', details: { file: folder } });
      await (await ssh.connect(sshd.target({ knownHosts: [folder, known] }), never)).close();
    });

    it('that is not the known one is refused, with both fingerprints', async () => {
      makeKey(folder, 'stranger');
      const stranger = await readFile(join(folder, 'stranger.pub'), 'utf8');
      const found = await refusal(
        sshd.target({ knownHosts: [await file('changed', `[127.0.0.1]:${sshd.port} ${stranger}`)] }),
      );
      expect(found?.code).toBe('ssh.host_key_changed');
      const { shown, known } = (found?.details ?? {}) as { shown: string; known: string[] };
      expect(shown).toMatch(/^ssh-ed25519 SHA256:/);
      expect(known[0]).toMatch(/^ssh-ed25519 SHA256:/);
      expect(known[0]).not.toBe(shown);
    });

    it('of another kind than the known one is refused as changed, not taken as new', async () => {
      makeKey(folder, 'stranger_rsa', 'rsa');
      const onlyEd25519 = await startSshd({ hostKeys: ['ed25519'] });
      const stranger = await readFile(join(folder, 'stranger_rsa.pub'), 'utf8');
      const known = await file('other-kind', `[127.0.0.1]:${onlyEd25519.port} ${stranger}`);
      expect((await refusal(onlyEd25519.target({ knownHosts: [known] })))?.code).toBe('ssh.host_key_changed');
      await onlyEd25519.stop();
    });

    it('that is revoked is refused even when another line vouches for it', async () => {
      const key = await keyLine('ed25519');
      const known = await file('revoked', `[127.0.0.1]:${sshd.port} ${key}\n@revoked * ${key}\n`);
      expect((await refusal(sshd.target({ knownHosts: [known] })))?.code).toBe('ssh.host_key_revoked');
    });

    it('that is revoked later is no longer known on a connection that is open', async () => {
      const key = await keyLine('ed25519');
      const known = await file('revoked-later', `[127.0.0.1]:${sshd.port} ${key}\n`);
      const connection = await ssh.connect(sshd.target({ knownHosts: [known] }), never);
      expect(await connection.stillKnown()).toBe(true);
      await appendFile(known, `elsewhere ${key}\n`);
      expect(await connection.stillKnown()).toBe(true);
      await appendFile(known, `@revoked * ${key}\n`);
      expect(await connection.stillKnown()).toBe(false);
      await connection.close();
    });

    it('whose line is taken away is no longer known on a connection that is open', async () => {
      const known = await file('taken-away', `[127.0.0.1]:${sshd.port} ${await keyLine('ed25519')}\n`);
      const connection = await ssh.connect(sshd.target({ knownHosts: [known] }), never);
      await rm(known);
      expect(await connection.stillKnown()).toBe(false);
      await connection.close();
    });

    it('of a certificate authority vouches for nothing', async () => {
      const known = await file('authority', `@cert-authority * ${await keyLine('ed25519')}\n`);
      expect((await refusal(sshd.target({ knownHosts: [known] })))?.code).toBe('ssh.host_key_unknown');
    });

    it.each(['ed25519', 'ecdsa', 'rsa'])('is asked for in the kind we know: %s alone is enough', async (type) => {
      const known = await file(`only-${type}`, `[127.0.0.1]:${sshd.port} ${await keyLine(type)}\n`);
      const connection = await ssh.connect(sshd.target({ knownHosts: [known] }), never);
      await connection.close();
    });

    it('is found in hashed files', async () => {
      const known = await file('hashed', `[127.0.0.1]:${sshd.port} ${await keyLine('ed25519')}\n`);
      execFileSync('ssh-keygen', ['-q', '-H', '-f', known], { stdio: 'ignore' });
      const connection = await ssh.connect(sshd.target({ knownHosts: [known] }), never);
      await connection.close();
    });

    it('is shown by a scan, and trusted only once it is written down', async () => {
      const known = join(folder, 'trusted');
      const target = sshd.target({ knownHosts: [known], identityFiles: ['/nonexistent'] });
      const keys = await ssh.scan(target, never);
      expect(keys.map(({ type }) => type)).toEqual(['ssh-ed25519', 'ecdsa-sha2-nistp256', 'ssh-rsa']);
      expect((await refusal(sshd.target({ knownHosts: [known] })))?.code).toBe('ssh.host_key_unknown');
      await trustHost(known, target, keys);
      const connection = await ssh.connect(sshd.target({ knownHosts: [known] }), never);
      await connection.close();
    });

    it('is checked before any key of ours is offered', async () => {
      const lines: string[] = [];
      const watched = await startSshd({ lines: ['LogLevel DEBUG1'] });
      watched.onLog((line) => lines.push(line));
      await refusal(watched.target({ knownHosts: [] }));
      await sleep(200);
      await watched.stop();
      expect(lines.join('')).toContain('kex');
      expect(lines.join('')).not.toMatch(/userauth-request/);
    });
  });

  describe('logging in', () => {
    it.each(['ed25519', 'ecdsa', 'rsa'])('works with a key of the kind %s', async (type) => {
      const key = makeKey(folder, `login_${type}`, type);
      await appendFile(join(sshd.folder, 'authorized_keys'), await readFile(`${key}.pub`));
      const connection = await ssh.connect(sshd.target({ identityFiles: [key] }), never);
      await connection.close();
    });

    it('with a key the host does not know says so, and what was tried', async () => {
      const key = makeKey(folder, 'unknown');
      const found = await refusal(sshd.target({ identityFiles: [key] }));
      expect(found?.code).toBe('ssh.auth');
      expect(JSON.stringify(found?.say)).toContain(key);
    });

    it('with a key under a passphrase says that, without asking anybody', async () => {
      for (const [name, args] of [
        ['openssh', []],
        ['pem', ['-m', 'PEM']],
      ] as const) {
        const key = join(folder, `locked-${name}`);
        execFileSync('ssh-keygen', ['-q', '-t', 'rsa', '-N', 'secret', ...args, '-f', key]);
        const found = await refusal(sshd.target({ identityFiles: [key] }));
        expect(found?.code).toBe('ssh.key');
        expect(JSON.stringify(found?.say)).toContain('passphrase');
      }
    });

    it('with a file that is no key, a public key, or nothing says which file', async () => {
      const wrong = [await file('words', 'hello'), `${sshd.target().identityFiles[0]}.pub`, join(folder, 'absent')];
      for (const path of wrong) {
        const found = await refusal(sshd.target({ identityFiles: [path] }));
        expect(found?.code).toBe('ssh.key');
        expect(JSON.stringify(found?.say)).toContain(path);
      }
    });

    it('with no key at all names none that nobody named: it says where it looked, and that there is no agent', async () => {
      const usual = ['id_ed25519', 'id_rsa'].map((name) => join(homedir(), '.ssh-absent', name));
      const found = await refusal(sshd.target({ identityFiles: usual }));
      expect(found).toMatchObject({
        code: 'ssh.key',
        say: { en: 'There is no key: none of ~/.ssh-absent/id_ed25519, ~/.ssh-absent/id_rsa is there, and no agent.' },
        next: { en: expect.stringMatching(/^Make one .*`ssh\.identityFiles`/) },
      });
      const locked = makeKey(folder, 'behind-absent', 'ed25519', 'secret');
      const other = await refusal(sshd.target({ identityFiles: [...usual, locked] }));
      expect(JSON.stringify(other?.say)).toContain('behind-absent');
    });

    it('says of a key why it cannot be used also where an agent is asked first', async () => {
      const asking = createSsh({ log: silentLog, agentSocket: join(folder, 'no-agent') });
      const locked = makeKey(folder, 'behind-agent', 'ed25519', 'secret');
      const one = [await file('no-key', 'hello')];
      const of = (paths: readonly string[]) => refusal(sshd.target({ agent: true, identityFiles: paths }), asking);
      const found = await of([join(folder, 'absent'), locked]);
      expect(found?.code).toBe('ssh.auth');
      expect(found?.say).toMatchObject({
        en: expect.stringMatching(/\(agent\)\. The key \S+behind-agent .*passphrase\.$/),
      });
      expect(JSON.stringify(found?.next)).toContain('Load it into an SSH agent');
      expect(JSON.stringify((await of(one))?.say)).toContain('is not a private key');
      expect(JSON.stringify((await of([join(folder, 'absent')]))?.say)).toContain('there is no such file');
    });

    it('passes over a key that cannot be used when another one can', async () => {
      const good = sshd.target().identityFiles[0] ?? '';
      const connection = await ssh.connect(sshd.target({ identityFiles: [join(folder, 'absent'), good] }), never);
      await connection.close();
    });

    it('goes on after a broken agent, and uses one that works', async () => {
      const socket = join(folder, 'agent');
      const broken = createSsh({ log: silentLog, agentSocket: join(folder, 'no-agent') });
      await (await broken.connect(sshd.target({ agent: true }), never)).close();
      const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
      while (spawnSync('ssh-add', ['-l'], { env: { SSH_AUTH_SOCK: socket } }).status === 2) await sleep(20);
      const key = sshd.target().identityFiles[0] ?? '';
      execFileSync('ssh-add', ['-q', key], { env: { SSH_AUTH_SOCK: socket }, stdio: 'ignore' });
      const working = createSsh({ log: silentLog, agentSocket: socket });
      await (await working.connect(sshd.target({ agent: true, identityFiles: [] }), never)).close();
      const exited = once(agent, 'exit');
      agent.kill();
      await exited;
    });

    it('to a port where nothing listens, or that speaks something else, says the host is unreachable', async () => {
      const closed = await refusal(sshd.target({ port: await freePort() }));
      expect(closed).toMatchObject({ code: 'ssh.unreachable', retryable: true });
      const server = net
        .createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
        .listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as net.AddressInfo;
      expect((await refusal(sshd.target({ port })))?.code).toBe('ssh.unreachable');
      server.close();
    });

    it('to a host that never answers ends at the time limit, and at once when cancelled', async () => {
      const sockets: net.Socket[] = [];
      const server = net.createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as net.AddressInfo;
      const begun = performance.now();
      expect((await refusal(sshd.target({ port, connectTimeoutMs: 400 })))?.code).toBe('ssh.unreachable');
      expect(performance.now() - begun).toBeLessThan(10_000);
      const cancel = AbortSignal.timeout(200);
      const cancelled = await ssh.connect(sshd.target({ port }), cancel).catch(refusalOf);
      expect(cancelled).toMatchObject({ code: 'ssh.cancelled' });
      for (const socket of sockets) socket.destroy();
      server.close();
    });

    it('takes a moment, since nothing is tried that cannot work', async () => {
      const times: number[] = [];
      for (let round = 0; round < 10; round += 1) {
        const begun = performance.now();
        const connection = await ssh.connect(sshd.target(), never);
        times.push(performance.now() - begun);
        await connection.close();
      }
      expect(Math.min(...times)).toBeLessThan(1000);
    });
  });

  describe('a jump host', () => {
    it('leads to the target, each with its own host key checked', async () => {
      const inner = await startSshd();
      const jump = sshd.target({ name: 'bastion' });
      const connection = await ssh.connect(inner.target({ via: [jump] }), never);
      const shell = await connection.shell();
      expect((await shell.run('echo "$HOME"', options())).stdout).toBe(`${inner.home}\n`);
      await connection.upload(Buffer.from('through'), join(inner.home, 'sent'), { signal: never });
      expect(await readFile(join(inner.home, 'sent'), 'utf8')).toBe('through');
      await connection.close();

      const unknown = await refusal(inner.target({ via: [sshd.target({ name: 'bastion', knownHosts: [] })] }));
      expect(unknown).toMatchObject({ code: 'ssh.host_key_unknown', details: { host: 'bastion' } });
      const changed = await refusal(inner.target({ via: [jump], knownHosts: [] }));
      expect(changed).toMatchObject({ code: 'ssh.host_key_unknown', details: { host: 'web-1' } });
      const scanned = await ssh.scan(inner.target({ via: [jump] }), never);
      expect(scanned.map(({ type }) => type)).toContain('ssh-ed25519');
      await inner.stop();
    });

    it('that dies takes the connection with it, and one that cannot reach the target says so', async () => {
      const inner = await startSshd();
      const bastion = await startSshd();
      const connection = await ssh.connect(inner.target({ via: [bastion.target({ name: 'bastion' })] }), never);
      const shell = await connection.shell();
      const running = shell.run('sleep 20', options());
      await sleep(200);
      await bastion.stop();
      expect(await running.catch(refusalOf)).toMatchObject({ code: 'ssh.lost' });
      const nowhere = await refusal(inner.target({ port: await freePort(), via: [sshd.target({ name: 'bastion' })] }));
      expect(nowhere).toMatchObject({ code: 'ssh.unreachable', details: { host: 'web-1' } });
      await inner.stop();
    });
  });

  describe('a host that allows one session', () => {
    it('takes and gives files between scripts', async () => {
      const narrow = await startSshd({ lines: ['MaxSessions 1'] });
      const connection = await ssh.connect(narrow.target(), never);
      const shell = await connection.shell();
      expect((await shell.run('echo before', options())).stdout).toBe('before\n');
      await connection.upload(Buffer.from('sent'), join(narrow.home, 'f'), { signal: never });
      expect((await shell.run('cat f', options())).stdout).toBe('sent');
      await connection.download(join(narrow.home, 'f'), join(folder, 'back'), { signal: never });
      expect(await readFile(join(folder, 'back'), 'utf8')).toBe('sent');
      const slow = shell.run('sleep 1; echo done', options());
      await connection.upload(Buffer.from('again'), join(narrow.home, 'f'), { signal: never });
      expect([(await slow).stdout, await readFile(join(narrow.home, 'f'), 'utf8')]).toEqual(['done\n', 'again']);
      await connection.close();
      await narrow.stop();
    });
  });

  describe('a dead peer', () => {
    it('is noticed within twenty seconds, and what ran there is reported as lost', async () => {
      const frozen = await startSshd();
      const connection = await ssh.connect(frozen.target(), never);
      const shell = await connection.shell();
      await shell.run(':', options());
      const begun = performance.now();
      const running = shell.run('sleep 100', options({ timeoutMs: 200_000 }));
      await sleep(100);
      const sessions = frozen.sessions();
      for (const pid of sessions) signal(pid, 'SIGSTOP');
      const found = await running.catch(refusalOf);
      const seconds = (performance.now() - begun) / 1000;
      for (const pid of sessions) signal(pid, 'SIGCONT');
      expect(found).toMatchObject({ code: 'ssh.lost', details: { began: true } });
      expect(refusalOf(connection.lost.reason)?.code).toBe('ssh.unreachable');
      expect(seconds).toBeLessThan(20);
      expect(seconds).toBeGreaterThan(10);
      await frozen.stop();
    });

    it('is not suspected while a long silent script runs', async () => {
      const quick = createSsh({ log: silentLog, keepaliveMs: 200, keepaliveCount: 2 });
      const connection = await quick.connect(sshd.target(), never);
      const shell = await connection.shell();
      expect((await shell.run('sleep 2; echo alive', options())).stdout).toBe('alive\n');
      await quick.stop();
    });
  });

  describe('the login shell', () => {
    const shells = present([['bash'], ['zsh'], ['fish'], ['busybox', 'sh'], ['dash']], ([name = '']) => name);
    it.each(shells)('may be %s: scripts run in sh all the same', async (name, ...words) => {
      const loginShell = [findProgram(name ?? ''), ...words].join(' ');
      const own = await startSshd({ loginShell, subsystem: false });
      const connection = await ssh.connect(own.target(), never);
      const shell = await connection.shell();
      const result = await shell.run('f() { echo "it\'s $1 \\\\ fine"; }; f sh; cat >&2', options({ stdin: 'in\n' }));
      expect(result).toMatchObject({ code: 0, stdout: "it's sh \\ fine\n", stderr: 'in\n' });
      await expect(shell.run('sleep 30', options({ timeoutMs: 200 }))).rejects.toMatchObject({ code: 'ssh.timeout' });
      const path = join(own.home, "a 'b' \\\\ $c !d");
      await connection.upload(Buffer.from('x'), path, { signal: never });
      expect(await readFile(path, 'utf8')).toBe('x');
      await connection.close();
      await own.stop();
    });

    it('may talk at every login without confusing anybody', async () => {
      const own = await startSshd({ loginShell: join(folder, 'chatty') });
      await file('chatty', '#!/bin/sh\necho welcome; echo "last login: never" >&2\nexec /bin/sh "$@"\n');
      await chmod(join(folder, 'chatty'), 0o755);
      const shell = await (await ssh.connect(own.target(), never)).shell();
      expect(await shell.run('echo only', options())).toEqual({ code: 0, stdout: 'only\n', stderr: '', lost: 0 });
      await own.stop();
    });

    it('that is nologin is reported as no usable shell', async () => {
      const own = await startSshd({ loginShell: '/bin/false' });
      const connection = await ssh.connect(own.target(), never);
      await expect(connection.shell()).rejects.toMatchObject({ code: 'ssh.shell' });
      await own.stop();
    });
  });

  describe('a host without setsid', () => {
    /** A folder that has just these programs. */
    const pathWith = async (programs: readonly string[], shell: string) => {
      const bin = await mkdtemp(join(folder, 'bin-'));
      for (const name of programs) {
        const real = execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
        await symlink(real, join(bin, name));
      }
      await symlink(shell, join(bin, 'sh'));
      return bin;
    };
    const programs = ['cat', 'id', 'sleep', 'grep', 'ls', 'readlink', 'tr', 'head'];

    it.each(['/bin/bash', '/bin/dash'])('still runs, cancels and goes on, with %s as sh', async (sh) => {
      const bin = await pathWith(programs, sh);
      const own = await startSshd({ lines: [`SetEnv HOME=${folder} PATH=${bin}`], plainEnvironment: true });
      const shell: Shell = await (await ssh.connect(own.target(), never)).shell();
      expect(await shell.run('command -v setsid; echo out; exit 3', options())).toMatchObject({
        code: 3,
        stdout: 'out\n',
      });
      const begun = performance.now();
      await expect(shell.run('echo on; sleep 40', options({ timeoutMs: 300 }))).rejects.toBeInstanceOf(Error);
      expect(performance.now() - begun).toBeLessThan(30_000);
      expect((await shell.run('echo on', options())).stdout).toBe('on\n');
      await own.stop();
    });
  });

  describe.skipIf(!isRoot || !findProgram('sudo'))('sudo', () => {
    it('gives another user its own shell, kills its scripts, and keeps both shells apart', async () => {
      const connection = await ssh.connect(sshd.target(), never);
      const other = await connection.shell({ user: 'nobody' });
      expect((await other.run('id -un', options())).stdout).toBe('nobody\n');
      expect((await (await connection.shell()).run('id -un', options())).stdout).toBe('root\n');
      await expect(other.run('sleep 40', options({ timeoutMs: 300 }))).rejects.toMatchObject({ code: 'ssh.timeout' });
      expect((await other.run('echo on', options())).stdout).toBe('on\n');
      await connection.close();
    });

    it('needs no sudo for the login user itself', async () => {
      const connection = await ssh.connect(sshd.target(), never);
      expect(
        (await (await connection.shell({ user: 'root' })).run('echo "${SUDO_USER:-none}"', options())).stdout,
      ).toBe('none\n');
      await connection.close();
    });

    it('that wants a password or knows no such user is refused', async () => {
      const connection = await ssh.connect(sshd.target(), never);
      await expect(connection.shell({ user: 'no-such-user' })).rejects.toMatchObject({ code: 'ssh.sudo' });
      await connection.close();
    });

    it('that wants a password says so at once, and who must allow it', async () => {
      const bin = await mkdtemp(join(folder, 'bin-'));
      await writeFile(join(bin, 'sudo'), '#!/bin/sh\necho "sudo: a password is required" >&2\nexit 1\n', {
        mode: 0o755,
      });
      const own = await startSshd({
        plainEnvironment: true,
        lines: [`SetEnv HOME=${folder} PATH=${bin}:/usr/bin:/bin`],
      });
      const connection = await ssh.connect(own.target(), never);
      const found = await connection.shell({ user: 'deploy' }).catch(refusalOf);
      expect(found).toMatchObject({
        code: 'ssh.sudo',
        details: { user: 'deploy', stderr: expect.stringContaining('password') },
      });
      expect((await (await connection.shell()).run('echo on', options())).stdout).toBe('on\n');
      await own.stop();
    });
  });
});
