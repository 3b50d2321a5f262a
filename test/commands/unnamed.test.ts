import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { machine } from '#test/support/bundled.ts';
import { type TestBot, testBot } from '#testing';
import audit from '../../plugins/audit/index.ts';
import logs from '../../plugins/logs/index.ts';
import metrics from '../../plugins/metrics/index.ts';

const ada = 'memory:local:ada';
const eve = 'memory:local:eve';
const wes = 'memory:local:wes';

let bot: TestBot;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'unnamed-'));
  const log = join(folder, 'own.log');
  await writeFile(log, `${new Date().toISOString()} INFO the bot's own affairs\n`);
  bot = await testBot([logs, metrics, machine, audit], {
    people: { [ada]: ['reader'], [eve]: ['everywhere'], [wes]: ['web'] },
    roles: {
      reader: { 'logs.read': ['all'], 'metrics.read': ['all'] },
      everywhere: { 'logs.read': ['web', 'db'] },
      web: { 'logs.read': ['web'], 'metrics.read': ['web'], 'audit.read': ['web'] },
    },
    hosts: { web: ['web-1'], db: ['db-1'] },
    settings: { machine: { logs: { machine: [log], 'web-1': [log], 'elsewhere:9100': [log] } } },
  });
});
afterAll(async () => {
  await bot.stop();
  await rm(folder, { recursive: true });
});

const mayNot = { state: 'refused', refusal: { code: 'policy.not_allowed' } };

it.each([
  'audit',
  'audit all',
  'logs',
  'logs machine',
  'logs elsewhere:9100',
  'metrics',
  'metrics machine',
  'metrics cpu',
  'logs db-1',
])('%s is about no host somebody with rights on some hosts may read', async (line) =>
  expect(await bot.order(line, wes)).toMatchObject(mayNot),
);

it('goes on answering about the hosts one may read, and is still offered', async () => {
  expect(JSON.stringify(await bot.say('logs web-1', wes))).toContain('own affairs');
  expect(JSON.stringify(await bot.say('help', wes))).toContain('logs');
});

it.each([ada, eve])('tells %s, who may read every host, about the machine', async (somebody) => {
  expect(JSON.stringify(await bot.say('logs machine', somebody))).toContain('own affairs');
});
