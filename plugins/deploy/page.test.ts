import { expect, test } from 'vitest';
import { type Card, inLanguage, type Run, type Step } from '#kit';
import { settings } from './applications.ts';
import { withPage } from './page.ts';

const run = (state: Run['state']): Run => ({
  ...{ id: 1, orderId: 1, actor: 'memory:local:ada', state, planHash: 'h', queuedAt: '2026-01-01T00:00:00Z' },
  ...{ recap: {}, request: { playbook: 'deploy.yml', vars: {}, locks: [] } },
});
const look = (host: string, url: string, state: Step['state'] = 'ok', module = 'uri'): Step => ({
  ...{ runId: 1, id: `${host} ${url}`, host, task: 'Look', module, state, startedAt: 'x', differences: [] },
  result: { url },
});
const card: Card = { tone: 'good', title: 'Deploy shop v2: done' };
const pageOf = (steps: readonly Step[], page?: string, state: Run['state'] = 'done') =>
  withPage(card, run(state), steps, page).fields?.map(({ value }) => inLanguage(value, 'en'));

test('a deploy that is done says where the application can be seen: beside what answered on each host', () => {
  const steps = [
    look('web-1', 'http://127.0.0.1:41/other', 'failed'),
    look('web-1', 'http://127.0.0.1:41/health'),
    look('web-2', 'http://me:secret@127.0.0.1:42/health'),
    look('web-2', 'http://127.0.0.1:43/', 'ok', 'get_url'),
    look('web-3', 'http://127.0.0.1:44/health', 'skipped'),
  ];
  expect(pageOf(steps, '/')).toEqual(['http://127.0.0.1:41/ (web-1), http://127.0.0.1:42/ (web-2)']);
  expect(pageOf(steps)).toBeUndefined();
  expect(pageOf(steps, '/', 'failed')).toBeUndefined();
  expect(pageOf([], '/')).toBeUndefined();
  const many = Array.from({ length: 9 }, (_, at) => look(`web-${at}`, `http://10.0.0.${at}/health`));
  expect(pageOf(many, '/')?.[0]?.split(', ')).toHaveLength(3);
});

test('a whole address is said as it is', () => {
  expect(pageOf([], 'https://shop.example.org/')).toEqual(['https://shop.example.org/']);
});

test.each([
  ['/', true],
  ['/shop?x=1', true],
  ['https://shop.example.org', true],
  ['//elsewhere/', false],
  ['javascript:x', false],
  ['shop', false],
  ['https://a b/', false],
])('what a page may be: %s', (page, isGood) => {
  const shop = { playbook: 'x.yml', hosts: 'web', page };
  expect(settings.safeParse({ applications: { shop } }).success).toBe(isGood);
});
