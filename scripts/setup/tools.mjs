import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { CannotGoOn, lastLines, run, say, timed } from './words.mjs';

/** Programs that tests need, the Debian packages of each, and where they put them. Without one marked `some` only those of a suite's tests are skipped that need it. */
export const tools = [
  {
    packages: ['openssh-server'],
    files: ['/usr/sbin/sshd'],
    suites: ['contract', 'system'],
    what: 'a real SSH server',
  },
  {
    packages: ['openssh-client'],
    files: ['/usr/bin/ssh', '/usr/bin/sftp', '/usr/bin/ssh-keygen', '/usr/bin/ssh-agent'],
    suites: ['contract', 'system'],
    what: 'the programs of OpenSSH',
  },
  { packages: ['sudo'], files: ['/usr/bin/sudo'], suites: ['system'], what: 'sudo, to become another user' },
  {
    packages: ['ansible', 'debootstrap', 'iproute2', 'openssh-client', 'systemd-container', 'util-linux'],
    files: [
      '/usr/bin/ansible-playbook',
      '/usr/sbin/debootstrap',
      '/usr/sbin/ip',
      '/usr/bin/ssh',
      '/usr/bin/systemd-nspawn',
      '/usr/bin/unshare',
    ],
    suites: ['judge'],
    what: 'real hosts, and Ansible to compare with',
  },
  {
    packages: ['ansible-core'],
    files: ['/usr/bin/ansible-playbook'],
    suites: ['system'],
    some: true,
    what: 'a real Ansible, for playbooks that are handed to it',
  },
  {
    packages: ['systemd'],
    files: ['/usr/lib/systemd/systemd-journald', '/usr/bin/journalctl'],
    suites: ['unit'],
    what: 'a real journal',
  },
  { packages: ['chromium'], files: ['/usr/bin/chromium'], suites: ['browser'], what: 'a real browser' },
  {
    packages: ['busybox', 'fish', 'ksh', 'mksh', 'zsh'],
    files: ['/bin/busybox', '/usr/bin/fish', '/usr/bin/ksh', '/bin/mksh', '/usr/bin/zsh'],
    suites: ['unit', 'system'],
    some: true,
    what: 'the shells that hosts may have',
  },
  {
    packages: ['acl', 'bzip2', 'curl', 'openssh-client', 'patch', 'rsync', 'unzip', 'wget', 'xz-utils', 'zip', 'zstd'],
    files: ['setfacl', 'bzip2', 'curl', 'ssh-keygen', 'patch', 'rsync', 'unzip', 'wget', 'xz', 'zip', 'zstd'].map(
      (name) => `/usr/bin/${name}`,
    ),
    suites: ['unit'],
    some: true,
    what: 'the programs that ours must agree with',
  },
];

const absent = ({ files }) => files.filter((file) => !existsSync(file));

/** The tools that are not on this machine. */
export const missingTools = (wanted = tools) => wanted.filter((tool) => absent(tool).length > 0);

/** One sentence about a missing tool: what cannot run, why, and what to do. */
export const whyNot = (tool) => {
  const suites = `"${tool.suites.join('" and "')}"`;
  const what = tool.some ? `Some tests of ${suites} are skipped` : `The tests ${suites} cannot run`;
  const gone = absent(tool);
  return (
    `${what}: they need ${tool.what}, and ${gone.join(' and ')} ${gone.length > 1 ? 'are' : 'is'} not there. ` +
    `Install: apt-get install ${tool.packages.join(' ')}`
  );
};

/** Installs what the tests need where that is possible, and says what cannot run where it is not. */
export async function ensureTools(env, wanted = tools, allowed = mayInstall()) {
  const missing = missingTools(wanted);
  if (missing.length > 0 && allowed) await installTools(missing);
  const still = missingTools(wanted);
  for (const tool of still) say(whyNot(tool));
  if (still.length > 0 && env.CI === 'true')
    throw new CannotGoOn(
      'Where CI=true every test must run: run as root on Debian, or install the programs named above.',
    );
}

const mayInstall = () => process.getuid?.() === 0 && isDebian() && existsSync('/usr/bin/apt-get');

function isDebian() {
  try {
    return /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false; // no such file: not a Debian
  }
}

async function installTools(missing) {
  const names = [...new Set(missing.flatMap((tool) => tool.packages))];
  await timed(`installing ${names.join(' and ')} for the tests`, async () => {
    await withoutServices(async () => {
      await apt(['update']);
      await apt(['install', '-y', '--no-install-recommends', ...names]);
    });
    if (names.includes('openssh-server') && existsSync('/run/systemd/system'))
      await run('systemctl', ['disable', 'ssh.service', 'ssh.socket']);
  });
}

async function apt(args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { ok, output } = await run('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=300', ...args], { env });
  if (!ok) say(`${lastLines(output, 6)}\nsetup: apt-get ${args[0]} failed; its words are above.`);
}

const policy = '/usr/sbin/policy-rc.d';
const policyText =
  '#!/bin/sh\n# Of the setup of Quarterdeck, while it installs programs. Left behind, it may be removed.\nexit 101\n';

/** No such file, or one that a setup left that was killed. */
const mayWrite = (path) => !existsSync(path) || readFileSync(path, 'utf8') === policyText;

/** Debian starts a service when it installs it, unless this file says no: the tests start their own. */
export async function withoutServices(work, path = policy) {
  if (!mayWrite(path)) return work();
  const remove = () => rmSync(path, { force: true });
  const end = (signal) => {
    remove();
    process.kill(process.pid, signal); // nobody listens any more: it ends as it would have
  };
  writeFileSync(path, policyText, { mode: 0o755 });
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.once(signal, end);
  try {
    await work();
  } finally {
    for (const signal of signals) process.off(signal, end);
    remove();
  }
}
