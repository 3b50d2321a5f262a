import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { type TestBot, testBot } from '#testing';
import run from '../../plugins/run/index.ts';
import runs from '../../plugins/runs/index.ts';

const ada = 'memory:local:ada';
const wes = 'memory:local:wes';

const world = {
  people: { [ada]: ['operator'], [wes]: ['web'] },
  roles: { operator: { '*': ['all'] }, web: { 'runs.read': ['web'] } },
  playbooks: { 'note.yml': '- hosts: all\n  gather_facts: false\n  tasks:\n    - command: echo noted\n' },
};

let bot: TestBot | undefined;
let folder: string;
afterEach(async () => {
  await bot?.stop();
  await rm(folder, { recursive: true, force: true });
});

const shown = async (line: string, as: string): Promise<string> => JSON.stringify(await bot?.say(line, as));

it('tells of a run on a host that has left the inventory only whoever may see every host', async () => {
  folder = await mkdtemp(join(tmpdir(), 'services-'));
  bot = await testBot([run, runs], { ...world, folder, hosts: { web: ['web-1'], db: ['db-1'] } });
  const asked = await bot.order('run note on db-1', ada);
  await bot.order(`confirm ${asked.id}`, ada);
  await bot.until(asked.id, (order) => order.state === 'done');
  expect(await shown('runs show 1', wes)).not.toContain('db-1');
  await bot.stop();

  bot = await testBot([run, runs], { ...world, folder, hosts: { web: ['web-1'] } });
  expect(await shown('runs show 1', ada)).toContain('db-1');
  for (const line of ['runs', 'runs show 1']) expect(await shown(line, wes)).not.toContain('db-1');
});

it('shows the newest runs that one may see, however many others came after them', async () => {
  folder = await mkdtemp(join(tmpdir(), 'services-'));
  bot = await testBot([run, runs], { ...world, folder, hosts: { web: ['web-1'], db: ['db-1'] } });
  for (const [id, host] of [
    [1, 'web-1'],
    [2, 'db-1'],
  ] as const) {
    const asked = await bot.order(`run note on ${host}`, ada);
    await bot.order(`confirm ${asked.id}`, ada);
    await bot.until(asked.id, (order) => order.state === 'done');
    expect(await shown(`runs show ${id}`, ada)).toContain(host);
  }
  const [onDb] = await bot.store.runs.last(1);
  if (!onDb) throw new Error('no run');
  for (let n = 0; n < 50; n += 1) await bot.store.runs.add(onDb);
  expect(await shown('runs', wes)).toContain('"runs show 1"');
  expect(await shown('runs', wes)).not.toContain('"runs show 2"');
});
