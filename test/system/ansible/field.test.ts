import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openNetwork } from '../../support/nspawn/network.ts';
import { whyNoHosts } from '../../support/nspawn/programs.ts';
import { judgeFolder, openRootFs } from '../../support/nspawn/rootfs.ts';
import { sweepOrphans } from '../../support/nspawn/sweep.ts';
import { monitoring } from './field/monitoring.ts';
import { type Act, type Acted, byAnsible, byOurs, type Ground, type Scene } from './field/scene.ts';
import { rollingUpgrade, webApp } from './field/web-app.ts';
import { type Ran, recapLines, taskLines } from './ran.ts';

/** What the playbooks install, from the repository on the hosts' own disks. */
const offered = ['nginx', 'gunicorn', 'python3-flask', 'python3-cryptography'];

const why = whyNoHosts();
let ground: Ground;

beforeAll(async () => {
  if (why) return;
  await sweepOrphans();
  const rootFs = await openRootFs(offered);
  const folder = await mkdtemp(join(judgeFolder(), `run-${process.pid}-`));
  ground = { rootFs, network: await openNetwork(), folder };
}, 900_000);

afterAll(async () => {
  if (why) return;
  await ground.network.close();
  await rm(ground.folder, { recursive: true, force: true });
});

const changes = ({ recap }: Ran): number => Object.values(recap).reduce((sum, { changed }) => sum + changed, 0);

/** What holds of each side by itself. */
function examine(
  { ran, unforeseen = [] }: Acted,
  { about, ends = 'done', changes: wanted = 'some' }: Act,
  who: string,
) {
  const story = `${about}, ${who}\n${taskLines(ran)}`;
  expect(ran.ends, story).toBe(ends);
  expect(changes(ran) > 0 ? 'some' : 'none', story).toBe(wanted);
  expect(unforeseen, `${about}: what the plan did not foresee`).toEqual([]);
}

function compare(our: Acted | undefined, their: Acted | undefined, act: Act): void {
  if (!our || !their) throw new Error('an act was left out');
  examine(our, act, 'ours');
  examine(their, act, 'Ansible');
  const story = `${act.about}\nours:\n${taskLines(our.ran)}\nAnsible's:\n${taskLines(their.ran)}`;
  expect(recapLines(our.ran), story).toEqual(recapLines(their.ran));
  expect(our.state, act.about).toBe(their.state);
}

async function judge(scene: Scene): Promise<void> {
  const [ours, theirs] = await Promise.all([byOurs(scene, ground), byAnsible(scene, ground)]);
  for (const [index, act] of scene.acts.entries()) compare(ours[index], theirs[index], act);
}

describe.skipIf(why !== undefined)('the playbooks of this field do on real hosts what they do with Ansible', () => {
  test.each([webApp, rollingUpgrade, monitoring])('$name', judge, 3_600_000);
});
