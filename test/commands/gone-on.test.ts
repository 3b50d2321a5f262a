import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Card } from '#core/card.ts';
import { inLanguage } from '#core/text.ts';
import { type TestBot, type TestWorld, testBot } from '#testing';
import deploy from '../../plugins/deploy/index.ts';
import run from '../../plugins/run/index.ts';
import runs from '../../plugins/runs/index.ts';

let folder: string;
let bot: TestBot;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gone-on-'));
});
afterEach(async () => {
  await bot.stop();
  await rm(folder, { recursive: true });
});

const world = (): TestWorld => ({
  folder,
  hosts: { web: ['web-1'] },
  settings: {
    deploy: { applications: { shop: { playbook: 'switch.yml', rollback: 'switch.yml', hosts: 'web' } } },
  },
  playbooks: {
    'switch.yml': `- hosts: web
  gather_facts: false
  tasks:
    - file: { src: 'releases/{{ app_version }}', dest: '{{ home }}/current', state: link, force: true }
    - { name: wait, wait_for: { path: '${join(folder, 'go')}', sleep: 1 } }
`,
    'slow.yml': `- hosts: web
  gather_facts: false
  tasks:
    - copy: { content: one, dest: one }
    - { name: wait, wait_for: { path: '${join(folder, 'go')}', sleep: 1 } }
`,
  },
});

const isUnderWay = async (task: string) => (await bot.store.runs.steps(1)).some((step) => step.task === task);

/** A bot that was killed between two steps of a run, and started again; the order of that run. */
async function killed(line = 'run slow'): Promise<number> {
  await mkdir(join(folder, 'hosts/web-1'), { recursive: true });
  bot = await testBot([deploy, run, runs], world());
  const { id } = await bot.order(line);
  await bot.say(`confirm ${id}`);
  await vi.waitUntil(() => isUnderWay('wait'), { timeout: 30_000, interval: 50 });
  await bot.store.copyTo(join(folder, 'killed.db'));
  const db = new DatabaseSync(join(folder, 'killed.db'));
  db.exec("delete from steps where state = 'running'");
  db.close();
  await writeFile(join(folder, 'go'), '');
  await bot.until(id, ({ state }) => state === 'done');
  await bot.stop();
  for (const end of ['-wal', '-shm']) await rm(join(folder, `quarterdeck.db${end}`), { force: true });
  await copyFile(join(folder, 'killed.db'), join(folder, 'quarterdeck.db'));
  bot = await testBot([deploy, run, runs], world());
  await bot.until(id, ({ state }) => state === 'interrupted');
  return id;
}

const said = async (order: number): Promise<Card | undefined> => (await bot.store.outbox.get(`order:${order}`))?.card;
const wordsOf = (card: Card | undefined) =>
  (['en', 'fr'] as const).map((language) => inLanguage(card?.text ?? '', language)).join('\n');
const linesOf = (card: Card | undefined) => card?.actions?.map(({ line }) => line);

it('the message of a run that was interrupted leads to the run that goes on with it, and no longer says to resume it', async () => {
  const id = await killed();
  const before = await said(id);
  expect(wordsOf(before)).toMatch(/Resume it[\s\S]*Reprenez-la/);
  expect(linesOf(before)).toContain('runs resume 1');
  const [shown, listed] = [await bot.order('runs show 1'), await bot.order('runs')];
  expect([linesOf(await said(shown.id)), linesOf(await said(listed.id))]).toEqual([
    ['runs resume 1', 'run slow'],
    ['runs resume 1', 'runs show 1'],
  ]);
  const resumed = await bot.order('runs resume 1');
  await bot.until(resumed.id, ({ state }) => state === 'done');
  expect([linesOf(await said(shown.id)), linesOf(await said(listed.id))]).toEqual([['run slow'], ['runs show 1']]);
  const after = await said(id);
  expect(wordsOf(after)).not.toMatch(/Resume|Reprenez/);
  expect(wordsOf(after)).toContain('The bot stopped while this ran');
  expect([linesOf(after), after?.title]).toEqual([['runs show 2'], before?.title]);
  expect(inLanguage(after?.footer ?? '', 'en')).toBe('Run 1, resumed as run 2');
});

it('a deploy that is done by a resumption offers the way back from what the run before it did, too', async () => {
  await mkdir(join(folder, 'hosts/web-1'), { recursive: true });
  await symlink('releases/v1', join(folder, 'hosts/web-1/current'));
  const back = 'rollback shop to v1 on web-1';
  expect(linesOf(await said(await killed('deploy shop v2')))).toContain(back);
  const resumed = await bot.order('runs resume 1');
  const { state, card } = await bot.until(resumed.id, ({ finishedAt }) => finishedAt !== undefined);
  expect([state, linesOf(card)]).toEqual(['done', [back]]);
});
