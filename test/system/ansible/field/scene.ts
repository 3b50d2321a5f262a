import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject } from '#core/json.ts';
import type { Plan } from '#core/plan.ts';
import { demoPlaybooks } from '#harbour/layout.ts';
import { type Machine, startMachine } from '../../../support/nspawn/machine.ts';
import type { Network } from '../../../support/nspawn/network.ts';
import type { RootFs } from '../../../support/nspawn/rootfs.ts';
import { hangUp, runAnsible } from '../ansible.ts';
import type { Played } from '../case.ts';
import { openOurs, planOurs, runOurs } from '../ours.ts';
import { unforeseen } from '../predicted.ts';
import type { Ran } from '../ran.ts';
import { stateOf } from '../state.ts';

/** Hosts, and what is played on them in turn: by ours on one set of machines, by Ansible on its twin. */
export interface Scene {
  readonly name: string;
  /** The groups of each host, by its name; each host is a machine. */
  readonly hosts: Readonly<Record<string, readonly string[]>>;
  /** What every host knows, as in `group_vars/all.yml`. */
  readonly vars: JsonObject;
  /** What every host gets before anything is played. */
  readonly before: string;
  readonly acts: readonly Act[];
  /** What is compared afterwards on every host. */
  readonly paths: readonly string[];
  readonly outputs: readonly string[];
}

/** One run of a playbook. */
export interface Act {
  readonly about: string;
  readonly playbook: string;
  readonly vars?: Played['vars'];
  /** What every host knows in it besides, or otherwise. */
  readonly knows?: JsonObject;
  /** `some` unless said. */
  readonly changes?: 'none' | 'some';
  /** `done` unless said. */
  readonly ends?: 'done' | 'failed';
  /** Done to every host before it. */
  readonly before?: string;
}

/** What came of an act: how it ran, and every host's state afterwards, with names for addresses. */
export interface Acted {
  readonly ran: Ran;
  readonly state: string;
  /** Of ours: the plan changed nothing, and these steps went otherwise than it said. */
  readonly afterPlan?: string;
  readonly unforeseen?: readonly string[];
}

/** Where the machines live. */
export interface Ground {
  readonly rootFs: RootFs;
  readonly network: Network;
  readonly folder: string;
}

type Machines = Readonly<Record<string, Machine>>;

/** The machines of one side, and where it keeps what it plays with. */
interface Stage {
  readonly scene: Scene;
  readonly machines: Machines;
  readonly own: string;
  readonly inventory: string;
  readonly key: string;
}

async function withMachines<T>(
  scene: Scene,
  side: string,
  { rootFs, network, folder }: Ground,
  work: (stage: Stage) => Promise<T>,
): Promise<T> {
  const own = join(folder, `${scene.name}-${side}`);
  await mkdir(own);
  const started: Record<string, Machine> = {};
  try {
    for (const name of Object.keys(scene.hosts)) {
      const unique = `judge-${process.pid}-${scene.name}-${side}-${name}`.slice(0, 60);
      started[name] = await startMachine({ rootFs, network, folder: join(own, name), name: unique });
      await started[name].run(scene.before);
    }
    const known = Object.values(started).map(({ address }) => `${address} ${rootFs.hostKey}\n`);
    await writeFile(join(own, 'known_hosts'), known.join(''));
    return await work({ scene, machines: started, own, inventory: join(own, 'inventory.json'), key: rootFs.key });
  } finally {
    await Promise.all(Object.values(started).map((machine) => machine.stop()));
  }
}

async function writeInventory({ scene, machines, inventory: path, key }: Stage, { knows }: Act): Promise<void> {
  const groups = [...new Set(Object.values(scene.hosts).flat())];
  const children = groups.map((group) => {
    const members = Object.keys(scene.hosts).filter((name) => scene.hosts[name]?.includes(group));
    return [group, { hosts: Object.fromEntries(members.map((name) => [name, {}])) }];
  });
  const inventory = {
    all: {
      hosts: Object.fromEntries(
        Object.entries(machines).map(([name, { address }]) => [name, { ansible_host: address }]),
      ),
      vars: {
        ansible_user: 'root',
        ansible_ssh_private_key_file: key,
        ansible_python_interpreter: '/usr/bin/python3',
        ...scene.vars,
        ...knows,
      },
      children: Object.fromEntries(children),
    },
  };
  await writeFile(path, JSON.stringify(inventory));
}

/** The state of all hosts, in which addresses are names: those of twins differ. */
async function stateOfAll({ paths, outputs }: Scene, machines: Machines): Promise<string> {
  const states: string[] = [];
  for (const [name, machine] of Object.entries(machines))
    states.push(`== ${name}\n${await stateOf(machine, { paths: [...paths], outputs: [...outputs] })}`);
  return Object.entries(machines).reduce(
    (text, [name, { address }]) => text.replaceAll(new RegExp(`\\b${address.replaceAll('.', '\\.')}\\b`, 'g'), name),
    states.join('\n'),
  );
}

const played = ({ playbook, vars = {} }: Act): Played => ({
  playbook,
  vars,
  tags: [],
  skip_tags: [],
  limit: undefined,
});

async function prepare(stage: Stage, act: Act): Promise<void> {
  await writeInventory(stage, act);
  if (act.before !== undefined) for (const machine of Object.values(stage.machines)) await machine.run(act.before);
}

/** Ansible plays a scene. */
export const byAnsible = (scene: Scene, ground: Ground): Promise<readonly Acted[]> =>
  withMachines(scene, 'ansible', ground, async (stage) => {
    const { machines, own, inventory } = stage;
    const acted: Acted[] = [];
    try {
      for (const act of scene.acts) {
        await prepare(stage, act);
        const ran = await runAnsible(played(act), own, inventory, { playbooks: demoPlaybooks, seconds: 1500 });
        acted.push({ ran, state: await stateOfAll(scene, machines) });
      }
    } finally {
      await hangUp(own);
    }
    return acted;
  });

/** We play it. */
export const byOurs = (scene: Scene, ground: Ground): Promise<readonly Acted[]> =>
  withMachines(scene, 'ours', ground, async (stage) => {
    const { machines, own, inventory } = stage;
    const executor = openOurs(own, inventory, demoPlaybooks);
    const acted: Acted[] = [];
    let before = await stateOfAll(scene, machines);
    try {
      for (const act of scene.acts) {
        await prepare(stage, act);
        if (act.before !== undefined) before = await stateOfAll(scene, machines);
        const plan: Plan = await planOurs(executor, played(act));
        const afterPlan = await stateOfAll(scene, machines);
        const ran = await runOurs(executor, plan);
        const state = await stateOfAll(scene, machines);
        const surprises = [...unforeseen(plan, ran), ...(afterPlan === before ? [] : ['the plan changed something'])];
        acted.push({ ran, state, afterPlan, unforeseen: surprises });
        before = state;
      }
    } finally {
      await executor.close();
    }
    return acted;
  });
