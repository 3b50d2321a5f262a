import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inLanguage } from '#core/text.ts';
import { type TestBot, testBot } from '#testing';
import logs from '../../plugins/logs/index.ts';
import run from '../../plugins/run/index.ts';
import status from '../../plugins/status/index.ts';

const lea = 'memory:local:lea';
const wes = 'memory:local:wes';
const ana = 'memory:local:ana';

let bot: TestBot;
beforeAll(async () => {
  bot = await testBot([logs, run, status], {
    people: { [lea]: ['reader'], [wes]: ['web'], [ana]: ['all'] },
    roles: {
      all: { '*': ['all'] },
      reader: { 'logs.read': ['web-1'] },
      web: { 'run.playbook': ['web-1'], 'status.read': ['web-1'], 'logs.read': ['web-1'], approve: ['web-1'] },
    },
    hosts: { web: ['web-1', 'web-2'], db: ['db-1'] },
    playbooks: {
      'hello.yml': '- hosts: all\n  gather_facts: false\n  tasks:\n    - file: { path: made, state: directory }\n',
    },
  });
});
afterAll(() => bot.stop());

const others = /web-2|db-1/;

describe('a refusal names no host that one may not use', () => {
  it.each([
    [lea, "status '*'"],
    [lea, 'status all'],
    [wes, 'status all'],
    [wes, "status '*'"],
    [wes, 'status web'],
    [wes, 'logs all'],
    [wes, 'logs db'],
    [wes, 'run hello'],
    [wes, "run hello on '*'"],
    [wes, "run hello on 'web*'"],
    [wes, 'plan run hello on all'],
  ])('unless the line does: %s, %s', async (who, line) => {
    const { refusal, card } = await bot.order(line, who);
    expect(refusal?.code).toBe('policy.not_allowed');
    expect(JSON.stringify([refusal, card])).not.toMatch(others);
  });

  it.each(['approve', 'deny'])('nor does that of a word about somebody else’s order: %s', async (word) => {
    const { id, state } = await bot.order('run hello on all', ana);
    expect(state).toBe('confirming');
    const { refusal, card } = await bot.order(`${word} ${id}`, wes);
    expect(refusal?.code).toBe('policy.not_allowed');
    expect(JSON.stringify([refusal, card])).not.toMatch(others);
  });

  it.each([
    ['status db-1', 'db-1'],
    ['status DB-1.', 'db-1'],
    ['status all,db-1', 'db-1'],
    ['run hello on web-1,web-2', 'web-2'],
  ])('and that it does name: %s', async (line, host) => {
    const { refusal } = await bot.order(line, wes);
    expect(refusal).toMatchObject({ code: 'policy.not_allowed', details: { hosts: [host] } });
    expect(inLanguage(refusal?.say ?? '', 'en')).toContain(` on ${host}.`);
  });
});
