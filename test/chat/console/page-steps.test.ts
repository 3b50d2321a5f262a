import { expect, it } from 'vitest';
import { badFirst, inRows, withSteps } from '#chat/console/page/state/steps.ts';
import type { Step } from '#core/run.ts';

const step = (host: string, id: string, more: Partial<Step> = {}): Step => ({
  runId: 1,
  id,
  host,
  task: id,
  module: 'copy',
  state: 'ok',
  startedAt: '2026-01-01T00:00:00Z',
  finishedAt: '2026-01-01T00:00:01Z',
  differences: [],
  result: {},
  ...more,
});
const going = ({ finishedAt: _, ...rest }: Step): Step => ({ ...rest, state: 'running' });
const hosts = Array.from({ length: 1000 }, (_, n) => `h${n}`);
const all = withSteps(
  new Map(),
  [0, 1, 2].flatMap((id) => hosts.map((host) => step(host, `${id}`))),
);

it('a step that ended does not begin again, and a host of which nothing is told is the same', () => {
  const known = withSteps(new Map(), [step('a', '1'), going(step('a', '2')), step('b', '1')]);
  const after = withSteps(known, [going(step('a', '1')), step('a', '2', { state: 'changed' }), step('a', '3')]);
  expect(after.get('a')?.map(({ id, state }) => `${id} ${state}`)).toEqual(['1 ok', '2 changed', '3 ok']);
  expect(after.get('b')).toBe(known.get('b'));
});

it('the steps of a thousand hosts are read again in a moment', () => {
  const many = Array.from({ length: 30 }, (_, id) => hosts.map((host) => step(host, `${id}`))).flat();
  const known = withSteps(new Map(), many);
  const began = performance.now();
  expect(withSteps(known, many).size).toBe(1000);
  expect(performance.now() - began).toBeLessThan(3000); // one by one it took minutes
});

it('what is shown fits in its rows, the last host as far as there is room, and what failed takes more', () => {
  expect(inRows(hosts, all, 10).map(({ host, steps }) => `${host} ${steps.length}`)).toEqual(['h0 3', 'h1 3', 'h2 1']);
  expect(inRows(hosts.slice(0, 2), all, 100)[1]?.steps).toBe(all.get('h1'));
  const bad = withSteps(all, [step('h0', '0', { state: 'failed' })]);
  expect(inRows(hosts, bad, 10).map(({ host, steps }) => `${host} ${steps.length}`)).toEqual(['h0 3', 'h1 0']);
});

it('where something failed comes first, the others in their order', () => {
  const bad = withSteps(all, [step('h7', '1', { state: 'unreachable' })]);
  expect(badFirst(hosts, bad).slice(0, 3)).toEqual(['h7', 'h0', 'h1']);
  expect(badFirst(hosts, all)).toBe(hosts);
});
