// Ansible as Debian packages it, in three settings.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { costOf } from '../cost/process.mjs';
import { recapIn } from '../recap.mjs';
import { playbook } from './workload.mjs';

const program = '/usr/bin/ansible-playbook';
const mitogen = '/usr/lib/python3/dist-packages/ansible/plugins/strategy/mitogen_linear.py';

/** Ends the connections that Ansible keeps: the next run is one of some hours later. */
function hangUp(sockets) {
  for (const name of readdirSync(sockets)) {
    spawnSync('ssh', ['-O', 'exit', '-o', `ControlPath=${join(sockets, name)}`, 'any'], { stdio: 'ignore' });
  }
  rmSync(sockets, { recursive: true, force: true });
}

async function play(part, environment) {
  const sockets = join(part.folder, 'masters');
  mkdirSync(sockets);
  const hangUpAtEnd = () => hangUp(sockets);
  process.once('exit', hangUpAtEnd);
  try {
    const cost = await costOf(program, ['-i', part.inventory, playbook], {
      cwd: part.folder,
      env: { ...environment, ANSIBLE_SSH_CONTROL_PATH_DIR: sockets },
    });
    if (cost.code !== 0) throw new Error(`ansible-playbook ended with ${cost.code}:\n${cost.output}`);
    return { ...cost, recap: recapIn(cost.output) };
  } finally {
    process.off('exit', hangUpAtEnd);
    hangUp(sockets);
  }
}

const inSetting = (name, setting, needs) => ({
  name,
  missing: () => (needs.every((path) => existsSync(path)) ? undefined : 'not installed'),
  async open(part) {
    const home = join(part.folder, 'controller');
    mkdirSync(home, { recursive: true });
    // Nothing of this machine's own settings of Ansible.
    const environment = {
      PATH: process.env.PATH,
      HOME: home,
      LANG: 'C.UTF-8',
      ANSIBLE_NOCOLOR: '1',
      ANSIBLE_CONFIG: resolve(import.meta.dirname, '../ansible', `${setting}.cfg`),
    };
    return { play: () => play(part, environment), close: async () => undefined };
  },
});

export const ansiblePlayers = [
  inSetting('ansible', 'default', [program]),
  inSetting('ansible-tuned', 'tuned', [program]),
  inSetting('ansible-mitogen', 'mitogen', [program, mitogen]),
];
