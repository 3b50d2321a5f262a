import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Plan } from '#core/plan.ts';
import { type Machine, startMachine } from '../../support/nspawn/machine.ts';
import { type Network, openNetwork } from '../../support/nspawn/network.ts';
import { whyNoHosts } from '../../support/nspawn/programs.ts';
import { judgeFolder, openRootFs, type RootFs } from '../../support/nspawn/rootfs.ts';
import { sweepOrphans } from '../../support/nspawn/sweep.ts';
import { hangUp, runAnsible } from './ansible.ts';
import { type Case, casesFolder, readCases } from './case.ts';
import { writeInventory } from './inventory.ts';
import { openOurs, planOurs, runOurs } from './ours.ts';
import { unforeseen } from './predicted.ts';
import { type Ran, recapLines, taskLines } from './ran.ts';
import { isAsRecorded, record, type Side } from './recorded.ts';
import { stateOf } from './state.ts';

interface OurSide extends Side {
  readonly afterPlan: string;
  /** Steps that went otherwise than the plan said. */
  readonly unforeseen: readonly string[];
}

const why = whyNoHosts();
let rootFs: RootFs;
let network: Network;
let folder: string;
/** Where files of hosts come to, of ours and of Ansible's apart. */
const fetched = join(casesFolder, 'fetched');

beforeAll(async () => {
  if (why) return;
  await sweepOrphans();
  rootFs = await openRootFs();
  network = await openNetwork();
  folder = await mkdtemp(join(judgeFolder(), `run-${process.pid}-`));
  await rm(fetched, { recursive: true, force: true });
}, 600_000);

afterAll(async () => {
  if (why) return;
  await network.close();
  await rm(folder, { recursive: true, force: true });
  await rm(fetched, { recursive: true, force: true });
});

/** A host of its own for one side of a case; it is gone afterwards. */
async function onHost<T>(one: Case, side: string, work: (machine: Machine, own: string) => Promise<T>): Promise<T> {
  const own = join(folder, `${one.name}-${side}`);
  await mkdir(own);
  const name = `judge-${process.pid}-${one.name}-${side}`.replaceAll('_', '-').slice(0, 60);
  const machine = await startMachine({ rootFs, network, folder: join(own, 'machine'), name });
  try {
    await machine.run(one.before);
    return await work(machine, own);
  } finally {
    await machine.stop();
  }
}

const theirs = (one: Case): Promise<Side> =>
  onHost(one, 'ansible', async (machine, own) => {
    const inventory = await writeInventory(own, machine.address, rootFs);
    const before = await stateOf(machine, one);
    try {
      const first = await runAnsible(one, own, inventory);
      const after = await stateOf(machine, one);
      const second = await runAnsible(one, own, inventory);
      return { runs: [first, second], before, after, again: await stateOf(machine, one) };
    } finally {
      await hangUp(own);
    }
  });

const ours = (one: Case): Promise<OurSide> =>
  onHost(one, 'ours', async (machine, own) => {
    const executor = openOurs(own, await writeInventory(own, machine.address, rootFs));
    const before = await stateOf(machine, one);
    const plans: Plan[] = [];
    const run = async () => {
      const plan = await planOurs(executor, one);
      plans.push(plan);
      return plan;
    };
    try {
      const plan = await run();
      const afterPlan = await stateOf(machine, one);
      const first = await runOurs(executor, plan);
      const after = await stateOf(machine, one);
      const secondPlan = await run();
      const second = await runOurs(executor, secondPlan);
      const again = await stateOf(machine, one);
      const surprises = [...unforeseen(plan, first), ...unforeseen(secondPlan, second)];
      return { runs: [first, second], before, afterPlan, after, again, unforeseen: surprises };
    } finally {
      await executor.close();
    }
  });

const changes = ({ recap }: Ran): number => Object.values(recap).reduce((sum, { changed }) => sum + changed, 0);

/** The same recap; on a difference, also what each task did. */
function expectSameRecap(which: string, our: Ran, their: Ran): void {
  const story = `${which}\nours:\n${taskLines(our)}\nAnsible's:\n${taskLines(their)}`;
  expect(recapLines(our), story).toEqual(recapLines(their));
}

function compare(our: OurSide, their: Side, one: Case): void {
  expect(their.runs[0].ends, `Ansible's end\n${taskLines(their.runs[0])}`).toBe(one.ends);
  expectSameRecap('first run', our.runs[0], their.runs[0]);
  expect(our.before, 'state before').toBe(their.before);
  expect(our.after, 'state after').toBe(their.after);
  expectSameRecap('second run', our.runs[1], their.runs[1]);
  expect(our.again, 'state after the second run').toBe(their.again);
}

/** What holds of our side whatever Ansible does. */
function examine(our: OurSide, one: Case): void {
  expect(our.afterPlan, 'a plan changes nothing').toBe(our.before);
  if (one.again === 'nothing') expect(changes(our.runs[1]), taskLines(our.runs[1])).toBe(0);
  expect(our.unforeseen, 'what the plan did not foresee').toEqual([]);
  expect(our.runs[0].ends, taskLines(our.runs[0])).toBe(one.ends);
}

/** `ansible`: Ansible itself plays every case, and is recorded. */
const who = z.enum(['ansible']).optional().parse(process.env.QUARTERDECK_JUDGE);

async function besideAnsible(one: Case): Promise<void> {
  const [our, their] = await Promise.all([ours(one), theirs(one)]);
  record(one, their);
  compare(our, their, one);
  examine(our, one);
}

/** Ansible takes most of the time, so what it did is recorded: it plays again where our side is not as it was. */
async function besideItsRecord(one: Case): Promise<void> {
  const our = await ours(one);
  if (!isAsRecorded(one, our)) {
    console.log(`${one.name} is not as recorded: Ansible plays it`);
    compare(our, await theirs(one), one);
  }
  examine(our, one);
}

describe.skipIf(why !== undefined)('on a real host, a playbook does what Ansible does', () => {
  for (const one of readCases()) {
    if ('fault' in one) {
      test(one.name, () => {
        throw one.fault;
      });
      continue;
    }
    const run = one.differs === undefined ? test.concurrent : test.concurrent.fails;
    run(`${one.name}: ${one.about}`, () => (who === 'ansible' ? besideAnsible(one) : besideItsRecord(one)));
  }
});
