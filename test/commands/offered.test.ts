import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inLanguage } from '#core/text.ts';
import type { AnyPlugin } from '#kit';
import { type TestBot, testBot } from '#testing';
import audit from '../../plugins/audit/index.ts';
import logs from '../../plugins/logs/index.ts';
import machine from '../../plugins/machine/index.ts';
import metrics from '../../plugins/metrics/index.ts';
import restart from '../../plugins/restart/index.ts';
import run from '../../plugins/run/index.ts';
import runs from '../../plugins/runs/index.ts';

const ada = 'memory:local:ada';
/** May look at the databases alone, and restart there. */
const dora = 'memory:local:dora';
const ben = 'memory:local:ben';

const waits =
  '- hosts: all\n  gather_facts: false\n  tasks:\n    - shell: while [ ! -e go ]; do sleep 0.05; done\n    - shell: echo two\n';
const asks =
  '- hosts: web\n  gather_facts: false\n  vars_prompt: [{ name: app_version, private: false }]\n  tasks:\n    - shell: echo hi\n';

let bot: TestBot;
let resumable: number;
beforeAll(async () => {
  bot = await testBot([audit, logs, machine, metrics, restart, run, runs] as readonly AnyPlugin[], {
    people: { [ada]: ['everything'], [ben]: ['everything'], [dora]: ['db'], 'memory:local:eve': [] },
    names: { [ada]: 'Ada', [ben]: 'Ben', [dora]: 'Dora', 'memory:local:eve': 'Eve' },
    roles: {
      db: {
        'metrics.read': ['db'],
        'logs.read': ['db'],
        'restart.run': ['db'],
        'runs.read': ['db'],
        'runs.resume': ['db'],
        'run.playbook': ['db'],
        'audit.read': ['db'],
      },
    },
    rules: [{ name: 'Two people', when: { permission: 'restart.run' }, require: { approvals: 1 } }] as never,
    hosts: { web: ['web-1', 'web-2'], db: ['db-1'] },
    playbooks: { 'waits.yml': waits, 'asks.yml': asks, 'restart.yml': waits },
    settings: {
      restart: { services: { shop: { hosts: 'web' }, db: { hosts: 'db' } } },
      machine: { logs: { 'web-1': ['/var/log/none'], 'db-1': ['/var/log/none'], own: ['/var/log/none'] } },
    },
  });
  const first = await bot.order('run waits on web-1', ada);
  await bot.tap(first, 'confirm', ada);
  const { runId } = await bot.until(first.id, ({ state }) => state === 'running');
  await bot.order(`cancel ${first.id}`, ada);
  const home = join(bot.folder, 'hosts/web-1');
  await mkdir(home, { recursive: true });
  await writeFile(join(home, 'go'), '');
  await bot.until(first.id, ({ state }) => state === 'cancelled');
  resumable = runId ?? 0;
});
afterAll(() => bot.stop());

const offered = async (line: string, as = ada) =>
  (await bot.core.pipeline.complete(as, line)).map(({ label }) => label).filter((label) => !label.startsWith('--'));

describe('a host that there is not', () => {
  const told = async (line: string, actor: string) => {
    const { refusal, card, id } = await bot.order(line, actor);
    const actions = card?.actions ?? (await bot.store.orders.get(id))?.card?.actions ?? [];
    return JSON.stringify([refusal, actions.map(({ line }) => line)]);
  };

  it.each([
    'run waits on wob-1',
    'run waits on db-9',
    'run waits on web-9',
    'run waits on wep',
    'logs web-9',
    'logs xx',
    'restart shop on web-9',
    'metrics web-9',
    'metrics xx',
  ])('names none that the actor may not use the command on: %s', async (line) => {
    expect((await told(line, dora)).replaceAll(line.split(' ').at(-1) ?? '', '')).not.toMatch(/web/);
    expect(await told(line, ada)).toMatch(/web|db|machine/);
  });

  it('is told with what is near among those', async () => {
    expect(await told('run waits on db-9', dora)).toContain('run waits on db-1');
  });
});

describe('autocomplete offers what there is', () => {
  it('targets and figures', async () => {
    expect((await offered('metrics '))[0]).toBe('machine');
    expect(await offered('metrics machine c')).toEqual(['cpu']);
    expect(await offered('metrics machine ')).toContain('memory');
    expect(await offered('logs ')).toEqual(['web-1', 'db-1', 'own']);
  });

  it('commands for help', async () => {
    expect(await offered('help re')).toEqual(['restart']);
    expect(await offered('help runs r')).toEqual(['runs resume']);
    expect((await bot.core.pipeline.complete(ada, 'help runs r'))[0]?.line).toBe('help runs resume ');
    expect((await offered('help ')).length).toBeGreaterThan(5);
  });

  it('numbers of runs', async () => {
    expect(await offered('runs show ')).toEqual([String(resumable)]);
    expect(await offered('runs resume ')).toEqual([String(resumable)]);
    expect(await offered('runs cancel ')).toEqual([]);
  });

  it('numbers of orders that wait for the word, to those who may say it', async () => {
    const { id } = await bot.order('run waits on db-1', ada);
    expect(await offered('confirm ', ada)).toEqual([String(id)]);
    for (const word of ['confirm', 'approve', 'deny', 'cancel']) {
      expect([word, await offered(`${word} `, dora)]).toEqual([word, []]);
    }
    expect(await offered('cancel ', ada)).toEqual([String(id)]);
    await bot.order(`cancel ${id}`, ada);
    expect(await offered('confirm ', ada)).toEqual([]);
  });

  it('numbers of orders of others to those who may approve them', async () => {
    const { id, state } = await bot.order('restart db', ada);
    expect(state).toBe('approving');
    for (const word of ['approve', 'deny']) expect(await offered(`${word} `, ben)).toEqual([String(id)]);
    expect(await offered('approve ', ada)).toEqual([]);
    for (const word of ['deny', 'cancel']) expect(await offered(`${word} `, ada)).toEqual([String(id)]);
    expect(await offered('approve ', dora)).toEqual([]);
    await bot.order(`cancel ${id}`, ada);
  });

  it('people for the audit', async () => {
    expect(await offered('audit by ')).toEqual(['Ada', 'Ben', 'Dora', 'Eve']);
    expect(await offered('audit by b')).toEqual(['Ben']);
  });

  it('hosts on which a service runs', async () => {
    expect(await offered('restart db on ')).toEqual(['db', 'db-1']);
    expect(await offered('restart shop on ')).toEqual(['web', 'web-1', 'web-2']);
  });

  it('what a playbook asks for', async () => {
    expect(await offered('run asks on web a')).toEqual(['app_version=']);
    expect((await offered('run asks '))[0]).toBe('app_version=');
    expect(await offered('run asks on ')).not.toContain('app_version=');
    expect(await offered('run asks app_version=v1 a')).not.toContain('app_version=');
  });
});

describe('autocomplete tells nobody what they may not see', () => {
  it.each([
    ['metrics ', []],
    ['metrics machine ', []],
    ['metrics web-1 ', []],
    ['logs ', ['db-1']],
    ['runs show ', []],
    ['runs resume ', []],
    ['audit by ', []],
    ['run waits on ', ['db', 'db-1']],
    ['restart shop on ', []],
  ])('after “%s”', async (line, expected) => {
    expect(await offered(line, dora)).toEqual(expected);
  });

  it('commands that they may not use', async () => {
    const names = await offered('help ', dora);
    expect(names).not.toContain('runs cancel');
    expect(await offered('help runs c', dora)).toEqual([]);
  });

  it('anything to a stranger', async () => {
    expect(await offered('metrics ', 'memory:local:nobody')).toEqual([]);
  });
});

it('a number of a run that is missing is asked for by those there are', async () => {
  const { state, card } = await bot.order('runs resume', ada);
  expect(state).toBe('asking');
  expect(card?.actions?.map(({ line }) => line)).toEqual([`runs resume ${resumable}`]);
});

it('where there is no run to name that is the answer, and nothing is asked', async () => {
  const seen = async (line: string, as = ada) => {
    const { state, refusal, card } = await bot.order(line, as);
    const said = ['en', 'fr'].map((language) => inLanguage(card?.title ?? '', language as 'en' | 'fr'));
    return { state, code: refusal?.code, said, lines: card?.actions?.map(({ line }) => line), form: card?.form };
  };
  const refused = { state: 'refused', lines: ['runs'], form: undefined };
  const stop = ['No run is under way that you may stop.', 'Aucune exécution que vous puissiez arrêter n’est en cours.'];
  const none = { ...refused, code: 'run.none', said: stop };
  expect(await seen('runs cancel')).toEqual(none);
  // Those of others are none.
  const said = ['There is no run that you may resume.', 'Il n’y a aucune exécution que vous puissiez reprendre.'];
  expect(await seen('runs resume', dora)).toEqual({ ...refused, code: 'run.none', said });
  expect((await seen('runs resume', 'memory:local:nobody')).code).toBe('actor.unknown');
  // A plan is asked for a run, too.
  expect((await seen('plan runs resume', dora)).code).toBe('run.none');
  // Of others the list is no answer: what is in it depends on more.
  expect((await bot.order('runs show', dora)).state).toBe('asking');
});

describe('help of one command', () => {
  const lines = async (line: string, as = ada) => (await bot.order(line, as)).card?.actions?.map((one) => one.line);

  it('offers examples of what there is', async () => {
    expect(await lines('help run')).toEqual(['run asks', 'run restart', 'run waits']);
    expect(await lines('help runs show')).toEqual([`runs show ${resumable}`]);
    expect(await lines('help restart')).toEqual(['restart shop', 'restart shop on web-1']);
    expect(await lines('help metrics')).toEqual(['metrics', 'metrics machine']);
    expect(await lines('help confirm')).toEqual([]);
  });

  it('tells of nothing more', async () => {
    expect(await lines('help runs show', dora)).toEqual([]);
    expect(inLanguage((await bot.order('help runs cancel', dora)).card?.title ?? '', 'en')).toContain('no command');
  });
});

it.each(['constructor', '__proto__', 'toString'])('a word that any object has is no service: %s', async (word) => {
  expect(await offered(`restart ${word} on `)).toEqual(await offered('restart nothing on '));
});

it('what a playbook asks for is told to nobody who may not use the command', async () => {
  const { refusal, card } = await bot.order('run asks version=v2', 'memory:local:eve');
  expect([refusal?.code, card?.actions]).toEqual(['policy.not_allowed', undefined]);
  expect((await bot.order('run asks version=v2', ada)).refusal?.code).toBe('argument.misnamed');
});
