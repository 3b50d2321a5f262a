import { afterAll, beforeAll, expect, it } from 'vitest';
import { planTextOf } from '#app/plan-text.ts';
import { createRedactor } from '#audit/redact.ts';
import type { Actor } from '#core/actor.ts';
import { type TestBot, testBot } from '#testing';
import run from '../../plugins/run/index.ts';

const playbook = `- hosts: all
  gather_facts: false
  tasks:
    - { name: Ask, command: hostname, register: out }
    - { name: Tell, command: "echo {{ out.stdout }}" }
`;

let bot: TestBot;
beforeAll(async () => {
  bot = await testBot(run, {
    people: { 'memory:local:ada': ['everything'] },
    hosts: { web: ['web-1'] },
    playbooks: { 'ask.yml': playbook },
  });
});
afterAll(() => bot.stop());

it('a plan is read in the language that is asked for, else in the reader’s own, else in that of the place', async () => {
  const { id } = await bot.order('run ask');
  const person = (id: string): Actor => ({ id, kind: 'person', name: id, roles: [] });
  const text = planTextOf({
    store: bot.store,
    people: { get: async (actor) => (actor === 'zoe' ? { ...person(actor), language: 'fr' } : person(actor)) },
    redactor: createRedactor(['hunter2']),
    settings: () => ({ language: 'en' }),
  });
  expect(await text(id, 'ada', undefined)).toContain('unknown: [web-1] => depends on what “Ask” gives');
  expect(await text(id, 'zoe', '*')).toContain('unknown: [web-1] => dépend de ce que donne « Ask »');
  expect(await text(id, 'zoe', 'en-GB')).toContain('depends on what “Ask” gives');
  expect(await text(999, 'ada', undefined)).toBeUndefined();
});
