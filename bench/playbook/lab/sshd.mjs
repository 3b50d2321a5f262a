// One real OpenSSH server on a loopback port.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Where Debian puts it. */
export const program = '/usr/sbin/sshd';
const listensWithinMs = 20_000;

// An empty home and a plain path: what this machine's login shell reads is no part of the measurement.
const configuration = ({ folder, port, home }) => `
Port ${port}
ListenAddress 127.0.0.1
HostKey ${folder}/host
AuthorizedKeysFile ${folder}/user.pub
PidFile none
StrictModes no
UsePAM no
UseDNS no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
PrintMotd no
MaxStartups 1000
Subsystem sftp internal-sftp
SetEnv HOME=${home} PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
`;

const opens = (port) =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

async function listening(child, port) {
  for (const begun = performance.now(); performance.now() - begun < listensWithinMs; await pause(20)) {
    if (child.exitCode !== null) throw new Error(`sshd ended with ${child.exitCode}`);
    if (await opens(port)) return;
  }
  throw new Error(`sshd does not listen on port ${port}`);
}

/** Starts it in the foreground, on an account of processor time if there is one; resolves once it listens. */
export async function startSshd({ folder, name, port, home }, account) {
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true }); // Debian's sshd wants it there
  const path = join(folder, `${name}.conf`);
  writeFileSync(path, configuration({ folder, port, home }));
  const log = openSync(join(folder, `${name}.log`), 'a');
  const args = ['-D', '-e', '-f', path];
  const child = spawn(...(account?.entering(program, args) ?? [program, args]), { stdio: ['ignore', log, log] });
  await Promise.race([listening(child, port), once(child, 'error').then(([fault]) => Promise.reject(fault))]);
}
